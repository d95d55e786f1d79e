"""Full text at a million facts: how long one search takes, by kind of what is typed.

    python tests/bench/serve/fulltext.py

Entities have made-up names in Latin and Chinese letters, each fact a sentence of its own about two of them.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.ontology.namespaces import GM
from kg.serve import fulltext

RDF, OA = fulltext.RDF, fulltext.OA
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
BASE = "http://bench.example/id/"
SYLLABLES = [
    "ba",
    "ko",
    "lin",
    "tu",
    "mar",
    "zen",
    "dor",
    "wei",
    "han",
    "pel",
    "sur",
    "ti",
    "go",
    "nak",
    "rem",
    "os",
    "vil",
    "fen",
    "dra",
    "qu",
]
SIGNS = "东西南北山水金石光电风新华安平江海湖城源节能环保材料水泥钢铁机械化工纸布船车港园区银行"
WORDS = [
    "plant",
    "kiln",
    "furnace",
    "solar",
    "loan",
    "saved",
    "tonnes",
    "coal",
    "power",
    "new",
    "line",
    "roof",
    "heat",
    "waste",
    "water",
    "park",
    "bank",
    "grant",
]


def word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()


def name(chance: random.Random, number: int) -> str:
    if number % 4 == 0:
        return "".join(chance.choices(SIGNS, k=chance.randint(4, 9)))
    return f"{word(chance)} {word(chance)} {chance.choice(WORDS)}"


def quads(facts: int, names: list[str], chance: random.Random) -> Iterator[ox.Quad]:
    """The part of a build that is indexed."""
    named, default = ox.NamedNode, ox.DefaultGraph()
    things = [named(f"{BASE}e{number}") for number in range(len(names))]
    for thing, text in zip(things, names, strict=True):
        yield ox.Quad(thing, LABEL, ox.Literal(text, language="en"), default)
    for number in range(facts):
        one, other = chance.randrange(len(names)), chance.randrange(len(names))
        fact, proof, quote = (named(f"{BASE}{kind}{number}") for kind in ("f", "v", "q"))
        said = " ".join(chance.choices(WORDS, k=6))
        text = ox.Literal(f"{names[one]} and {names[other]}: {said} {number}.")
        yield ox.Quad(fact, named(RDF + "subject"), things[one], default)
        yield ox.Quad(fact, named(RDF + "object"), things[other], default)
        yield ox.Quad(fact, named(GM + "hasEvidence"), proof, default)
        document = named(f"{BASE}d{number % 5000}")
        yield ox.Quad(proof, named(OA + "hasSelector"), quote, document)
        yield ox.Quad(quote, named(OA + "exact"), text, document)


def typed(names: list[str], chance: random.Random) -> dict[str, list[str]]:
    """What people may type, by kind."""
    latin = [one for one in names if one.isascii()]
    chinese = [one for one in names if not one.isascii()]
    return {
        "whole name": chance.sample(latin, 200),
        "beginning": [one[: chance.randint(1, 6)] for one in chance.sample(latin, 200)],
        "middle of a word": [one[2:7] for one in chance.sample(latin, 200)],
        "common word": [chance.choice(WORDS) for _ in range(200)],
        "common words": [" ".join(chance.sample(WORDS, 2)) for _ in range(200)],
        "Chinese name": chance.sample(chinese, 200),
        "two signs": [one[1:3] for one in chance.sample(chinese, 200)],
        "number in a sentence": [str(chance.randrange(10**6)) for _ in range(200)],
        "what is nowhere": [word(chance) + "xyz" for _ in range(200)],
    }


def main() -> None:
    """Index, search, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--entities", type=int, default=200_000)
    options = parser.parse_args()
    chance = random.Random(5)
    names = [name(chance, number) for number in range(options.entities)]
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as folder:
        store, path = ox.Store(), Path(folder) / "search.sqlite"
        store.extend(quads(options.facts, names, chance))
        began = time.perf_counter()
        fulltext.write(store, path)
        took, size = time.perf_counter() - began, path.stat().st_size / 2**20
        print(f"{options.facts:,} facts indexed in {took:.0f} s, {size:,.0f} MB, load {os.getloadavg()[0]:.1f}")
        index = fulltext.Index(path)
        for kind, texts in typed(names, chance).items():
            walls, works, found = [], [], 0
            for text in texts:
                began, worked = time.perf_counter(), time.thread_time()
                found += bool(index.find(text, 20))
                walls.append((time.perf_counter() - began) * 1000)
                works.append((time.thread_time() - worked) * 1000)
            print(f"{kind:22} {told(walls)}; of the processor: {told(works)}  {found} of {len(texts)} found")


def told(times: list[float]) -> str:
    times.sort()
    return f"p50 {times[len(times) // 2]:5.2f} ms, p99 {times[len(times) * 99 // 100]:5.2f} ms"


if __name__ == "__main__":
    main()
