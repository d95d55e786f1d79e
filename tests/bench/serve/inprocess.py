"""Where the time of an answer goes that is found anew: no network, one process, microseconds of the processor.

    python tests/bench/serve/inprocess.py --triples 1000000

"answer": all that a front does with a request, from its bytes to those of the answer. "lookups": the same lookups in
the engine's store without anything around them. "engine": the engine parses, evaluates and serialises the query by
itself, as its own server does. A front looks up in columns instead: the engine cannot be stopped, and the columns have
the join without its terms.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import bench
import pyoxigraph as ox

from kg.serve import filing, wire
from kg.serve.board import Board
from kg.serve.front import GARBAGE, Front
from kg.serve.settings import Settings

COUNT, ROUNDS = 2000, 5
KINDS = ("point", "describe", "three hops", "aggregate", "construct", "who says so")
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
Step = tuple[str, bool]
HOPS: dict[str, list[list[Step]]] = {
    "three hops": [[("receives", True)], [("partOf", True)], [("supports", True)]],
    "aggregate": [[("numericValue", False)], [("type", True)]],
    "construct": [[("receives", True), ("supports", True)], [("type", True)]],
    "who says so": [[("subject", False)], [("hasEvidence", True)], [("rule", True)]],
}


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode((bench.RDF if name in ("type", "subject") else bench.GM) + name)


def looked_up(store: ox.Store, kind: str, number: int) -> None:
    """The lookups of a query, one after the other."""
    thing = ox.NamedNode(f"{bench.BASE}e{number}")
    if kind not in HOPS:
        list(store.quads_for_pattern(thing, None, None, ox.DefaultGraph()))
        return
    ends: Iterable[Any] = [ox.Literal(str(number), datatype=INTEGER) if kind == "aggregate" else thing]
    for steps in HOPS[kind]:
        graph = None if steps[0][0] == "rule" else ox.DefaultGraph()
        found = []
        for end in ends:
            for name, forth in steps:
                ask = (end, node(name), None) if forth else (None, node(name), end)
                found += [quad.object if forth else quad.subject for quad in store.quads_for_pattern(*ask, graph)]
        ends = found


def evaluated(store: ox.Store, kind: str, text: str) -> None:
    graph = kind in ("describe", "construct")
    store.query(text, prefixes=PREFIXES).serialize(format=ox.RdfFormat.TURTLE if graph else ox.QueryResultsFormat.JSON)


PREFIXES = {"gm": bench.GM}
HEAD = "GET /sparql?query={} HTTP/1.1\r\nAccept: {}\r\nHost: localhost\r\nCache-Control: no-cache\r\n\r\n"


def microseconds(work: Callable[[Any], object], given: list[Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in given:
            work(one)
        times.append(time.process_time() - began)
    return min(times) / len(given) * 1e6


def main() -> None:
    """Load, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    options = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as name:
        folder, store = Path(name), ox.Store()
        store.bulk_load(path=str(bench.generate(options.triples, folder)), format=ox.RdfFormat.N_QUADS)
        filing.write(store, filing.place(folder, ""))
        compare(SimpleNamespace(path=folder, state="", store=store), chance)


def compare(build: Any, chance: random.Random) -> None:
    """Print the table of one build."""
    store = build.store
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 50)
    front = Front(build, Settings().resolved(), None, Board(), 0)  # type: ignore[arg-type]

    def answered(head: bytes) -> object:
        return front.at_once(wire.read_head(head), ("127.0.0.1", 1))  # None, rarely, for what is left to others

    print("| query | answer | lookups | engine |\n|---|---:|---:|---:|")
    for kind in KINDS:
        numbers = [chance.randrange(bench.SPAN) for _ in range(COUNT)]
        texts = [bench.text_of(kind, number, True) for number in numbers]
        heads = [HEAD.format(quote(text), bench.ACCEPT).encode() for text in texts]
        answer = microseconds(answered, heads)
        lookups = microseconds(lambda number, kind=kind: looked_up(store, kind, number), numbers)
        engine = microseconds(lambda text, kind=kind: evaluated(store, kind, text), texts)
        print(f"| {kind} | {answer:.0f} | {lookups:.0f} | {engine:.0f} |", flush=True)


if __name__ == "__main__":
    main()
