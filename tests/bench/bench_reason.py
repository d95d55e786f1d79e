"""How long it takes to materialise what the ontology's axioms entail, beside `reasonable` (Rust), on the same triples.

Synthetic, in the proportions of a build's default graph: things of the finest classes with labels, relations within
their domains and ranges, and for each relation a node of the fact with its evidence. The number of triples may be
given as argument, a million by default. Both times are from loaded triples to materialised ones; `reasonable` knows no
chains, the rules here do. A million take it 15 GB, as it hands its triples back one by one.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

from kg.infer import infer, owl_rl
from kg.ontology import load, ntriples

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = RDF + "type"
GM = "https://w3id.org/green-manufacturing/ontology#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
LANGUAGES = ("de", "en", "zh")


def triples(count: int, seed: int = 5) -> str:
    """About `count` triples of data as N-Triples, always the same."""
    known, rng = load(), random.Random(seed)
    leaves = [name for name in known.classes if known.is_a(name, "Entity") and len(list(known.descendants(name))) == 1]
    chosen = [rng.choice(leaves) for _ in range(count // 15)]
    members: dict[str, list[int]] = {}
    made: list[str] = []
    for thing, name in enumerate(chosen):
        for broader in known.ancestors(name):
            members.setdefault(broader, []).append(thing)
        made.append(f"<urn:x:{thing}> <{TYPE}> <{known.class_iri(name)}> .")
        made += [
            f'<urn:x:{thing}> <http://www.w3.org/2000/01/rdf-schema#label> "{thing}"@{lang} .' for lang in LANGUAGES
        ]
    relations = [p for p in known.properties.values() if "relatedTo" in known.ancestors(p.name)]
    while len(made) < count:
        relation = rng.choice(relations)
        if relation.transitive and rng.random() < 0.9:  # else nearly all is part of nearly all
            continue
        ends = [members.get(rng.choice(sorted(names)), []) for names in (relation.domain, relation.range)]
        if all(ends):
            made += _fact(len(made), rng.choice(ends[0]), relation.iri, rng.choice(ends[1]))
    return "".join(f"{line}\n" for line in made)


def _fact(number: int, subject: int, relation: str, object_: int) -> list[str]:
    node = f"<urn:x:fact:{number}>"
    return [
        f"<urn:x:{subject}> <{relation}> <urn:x:{object_}> .",
        f"{node} <{TYPE}> <{GM}Fact> .",
        f"{node} <{RDF}subject> <urn:x:{subject}> .",
        f"{node} <{RDF}predicate> <{relation}> .",
        f"{node} <{RDF}object> <urn:x:{object_}> .",
        f"{node} <{GM}statedStatus> <https://w3id.org/green-manufacturing/status/actual> .",
        f'{node} <{GM}belief> "0.8"^^<http://www.w3.org/2001/XMLSchema#decimal> .',
        f"{node} <{GM}hasEvidence> <urn:x:evidence:{number}> .",
    ]


def ours(path: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    start, cpu = time.perf_counter(), time.process_time()
    found = infer(store, owl_rl())
    _say("queries/owl-rl", start, cpu, f"{found.triples} triples new")


def theirs(path: Path) -> None:
    import reasonable

    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(path))
    start, cpu = time.perf_counter(), time.process_time()
    found = reasoner.reason()
    _say("reasonable", start, cpu, f"{len(found)} triples in all")


def _say(what: str, start: float, cpu: float, found: str) -> None:
    """Time on the clock, and of the processor, which other work on the machine does not lengthen as much."""
    clock, used = time.perf_counter() - start, time.process_time() - cpu
    print(f"{what}: {clock:.1f} s ({used:.1f} s of processor time), {found}", flush=True)


def main() -> None:
    """Each in a process of its own, so that neither pays for the other's memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        {"ours": ours, "theirs": theirs}[sys.argv[2]](Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.ttl"
        path.write_text(ntriples() + triples(count), encoding="utf-8")
        print(f"{count} triples of data")
        for which in ("ours", "theirs"):
            subprocess.run([sys.executable, __file__, str(count), which, str(path)], check=True)


if __name__ == "__main__":
    main()
