"""How fast claims become facts and N-Quads, by number of claims: synthetic, of skewed frequency.

Each document has twenty claims on things of which the first few are named in thousands of reports. Figures: CPU
seconds a step and claims a second, so that growth can be seen; quads written and loaded a second; the largest memory.
Each number of documents (arguments; 500 and 5000 without any) is measured in a process of its own.

    python tests/bench/bench_facts.py --plot growth.svg 500 1500 5000 15000 50000     # 10,000 to 1,000,000 claims
    python tests/bench/bench_facts.py --no-store 100000                               # 2,000,000 claims
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import math
import random
import resource
import subprocess
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
from kg.graph import blocks, line_blocks, link_quads, ontology_lines, quad_blocks, united
from kg.ontology import load
from kg.run.files import put
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


def measure(count: int, with_store: bool) -> dict[str, float]:
    """Seconds of each step, with what was made."""
    made, ontology = reports(count), load()
    claims = sum(len(one.relations) + len(one.observations) for one in made)
    identify(reports(1), ontology)  # reading the lexicons is not to be measured with the claims
    gc.disable()  # as a build does
    told: dict[str, float] = {"documents": count, "claims": claims}
    at, began = time.process_time(), time.perf_counter()

    def step(name: str) -> None:
        """CPU seconds, which other work on the machine does not change; of loading, which has threads, seconds."""
        nonlocal at, began
        told[name] = time.perf_counter() - began if name in OF_QUADS[1:] else time.process_time() - at
        at, began = time.process_time(), time.perf_counter()

    entities = identify(made, ontology)
    step("entities")
    sources = independent(one.document for one in made)
    step("reprints")
    facts = assemble(made, entities, ontology, sources=sources)
    step("facts")
    links = connect(facts, sources, ontology)
    step("contradictions, refinements")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        said = blocks(made, entities.all, links.facts, ontology), quad_blocks(link_quads(links, sources, ontology))
        told["quads"] = put(path, united(*said[0], said[1], line_blocks(ontology_lines(ontology))))
        step("N-Quads, sorted")
        told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if with_store:
            write_store(path, Path(folder) / "store")
            step("store")
            bare = ox.Store(str(Path(folder) / "bare"))
            bare.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
            step("pyoxigraph's own bulk load")
    return told


ASSEMBLY = ("entities", "reprints", "facts", "contradictions, refinements", "N-Quads, sorted")
OF_QUADS = ("N-Quads, sorted", "store", "pyoxigraph's own bulk load")


def report(told: dict[str, float]) -> None:
    print(f"{told['documents']:,.0f} documents, {told['claims']:,.0f} claims")
    for name in (*ASSEMBLY, *OF_QUADS[1:]):
        if name in told:
            of, what = (told["quads"], "quads") if name in OF_QUADS else (told["claims"], "claims")
            print(f"  {name:28} {told[name]:8.2f} s {of / told[name]:12,.0f} {what}/s")
    print(
        f"  {'all, without the store':28} {assembled(told):8.2f} s; largest memory {told['memory']:,.0f} MB", flush=True
    )


def assembled(told: dict[str, float]) -> float:
    return sum(told[name] for name in ASSEMBLY)


def plot(measured: list[dict[str, float]]) -> str:
    """Seconds by claims, both on logarithmic axes, beside what n log n would be from the first point on."""
    points = [(told["claims"], assembled(told)) for told in measured]
    first = points[0]
    ideal = [(n, first[1] * n * math.log(n) / (first[0] * math.log(first[0]))) for n, _ in points]
    ends = [min(n for n, _ in points), max(n for n, _ in points)]
    low, high = min(s for _, s in (*points, *ideal)), max(s for _, s in (*points, *ideal))

    def place(n: float, seconds: float) -> tuple[float, float]:
        x = 80 + 520 * math.log(n / ends[0]) / math.log(ends[1] / ends[0])
        return round(x, 1), round(340 - 280 * math.log(seconds / low) / math.log(high / low), 1)

    def path(of: list[tuple[float, float]]) -> str:
        return " ".join(f"{x},{y}" for x, y in (place(*one) for one in of))

    marks = ""
    for n, seconds in points:
        x, y = place(n, seconds)
        marks += f'<circle cx="{x}" cy="{y}" r="4" fill="#0b6e4f"/><text x="{x}" y="{y - 10}">{seconds:,.1f} s</text>'
        marks += f'<text x="{x}" y="365">{n:,.0f}</text>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 400" font-family="sans-serif" font-size="12" '
        'text-anchor="middle"><title>Seconds to put claims together, by their number</title>'
        '<rect width="680" height="400" fill="#fff"/>'
        f'<polyline points="{path(ideal)}" fill="none" stroke="#999" stroke-dasharray="5 5"/>'
        f'<polyline points="{path(points)}" fill="none" stroke="#0b6e4f" stroke-width="2"/>{marks}'
        '<text x="340" y="390">claims</text><text x="340" y="24">CPU seconds from claims to sorted N-Quads; '
        "dashed: n log n from the first point on</text></svg>\n"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("documents", nargs="*", type=int, default=[500, 5000])
    arguments.add_argument("--plot", type=Path, help="write the growth of cost as SVG")
    arguments.add_argument("--no-store", action="store_true")
    arguments.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.alone:
        print(json.dumps(measure(given.documents[0], not given.no_store)))
        return
    measured = []
    for count in given.documents:
        command = [sys.executable, __file__, str(count), "--alone", *(["--no-store"] if given.no_store else [])]
        ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        measured.append(json.loads(ended.stdout))
        report(measured[-1])
    if given.plot:
        given.plot.write_text(plot(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
