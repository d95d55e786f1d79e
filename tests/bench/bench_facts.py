"""How fast claims become facts and N-Quads, by number of claims: synthetic, of skewed frequency.

Each document has twenty claims on things of which the first few are named in thousands of reports. Figures: seconds a
step and claims a second, so that growth can be seen; quads written and loaded a second. Numbers of documents may be
given as arguments.
"""

from __future__ import annotations

import hashlib
import random
import resource
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from kg.claims import EntityClaim, Extraction, ObservationClaim, RelationClaim
from kg.documents import Block, Document
from kg.entities import identify
from kg.facts import assemble, connect, independent
from kg.graph import link_quads, quads, write
from kg.ontology import load
from kg.store import write_store

THINGS = 20
"""Named in one document, and half as many relations and figures each."""


def reports(count: int) -> list[Extraction]:
    rng = random.Random(5)
    known = max(count * 2, 100)
    weights = [1 / (rank + 1) ** 0.8 for rank in range(known)]
    chosen_all = rng.choices(range(known), weights, k=count * THINGS)
    made = []
    for number in range(count):
        identity = hashlib.sha256(str(number).encode()).hexdigest()
        text = f"Report {number}. " + " ".join(f"w{rng.randrange(10**6)}" for _ in range(60))
        chosen = list(dict.fromkeys(chosen_all[number * THINGS : (number + 1) * THINGS]))
        things = tuple(
            EntityClaim(k, "Enterprise", (f"Solana {_word(n)} GmbH",), ((0, 6),)) for k, n in enumerate(chosen)
        )
        keys = range(len(things))
        relations = tuple(
            RelationClaim(rng.choice(keys), "collaboratesWith", rng.choice(keys), 0, 40 + at, "bench")
            for at in range(10)
        )
        figures = tuple(
            ObservationClaim(rng.choice(keys), "electricitySaving", Decimal(rng.randrange(1, 10**6)), "kWh", "actual",
                             0, 40 + at, "bench", period=str(2000 + rng.randrange(25))) for at in range(10)
        )  # fmt: skip
        made.append(Extraction(Document(identity, f"r{number}", f"r{number}", "de", "", text, (Block(0, len(text)),)),
                               things, relations, figures))  # fmt: skip
    return made


def _word(number: int) -> str:
    return "".join("bcdfghklmnprstvz"[int(digit, 16)] + "aeiou"[int(digit, 16) % 5] for digit in f"{number:x}").title()


def measure(count: int) -> None:
    made, ontology = reports(count), load()
    claims = sum(len(one.relations) + len(one.observations) for one in made)
    print(f"{count:,} documents, {claims:,} claims")

    def step(name: str, started: float, of: int, what: str) -> float:
        seconds = time.perf_counter() - started
        print(f"  {name:28} {seconds:8.2f} s {of / seconds:12,.0f} {what}/s")
        return time.perf_counter()

    at = time.perf_counter()
    entities = identify(made, ontology)
    at = step("entities", at, claims, "claims")
    sources = independent(one.document for one in made)
    at = step("reprints", at, count, "documents")
    facts = assemble(made, entities, ontology, sources=sources)
    at = step("facts", at, claims, "claims")
    links = connect(facts, sources, ontology)
    at = step("contradictions, refinements", at, claims, "claims")
    text = write([*quads(made, entities, links.facts, ontology), *link_quads(links, sources, ontology)], ontology)
    lines = text.count("\n")
    at = step("N-Quads, sorted", at, lines, "quads")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        path.write_text(text, encoding="utf-8")
        at = time.perf_counter()
        write_store(path, Path(folder) / "store")
        at = step("store", at, lines, "quads")
        bare = ox.Store(str(Path(folder) / "bare"))
        bare.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        step("pyoxigraph's own bulk load", at, lines, "quads")
    print(f"  largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ["500", "5000"]):
        measure(number)
