"""Room 8: ordered SPARQL rules -> inferred triples.

>>> infer(store).triples

Each file `queries/infer/NN-name.rq` is a CONSTRUCT query over the default graph. They run in the order of their names,
again and again until none finds anything new. What they find joins the default graph, and is listed with its rule in
the graph `graph/inferred`, so that nobody takes it for something that a document says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.entities import BASE
from kg.errors import KgError
from kg.facts import digest
from kg.graph import GM, RDF
from kg.ontology import queries_dir

_HEADER = re.compile(r"^#\+\s*([\w@-]+):\s*(.*?)\s*$", re.MULTILINE)
_MOST_ROUNDS = 50
"""More rounds than any sound set of rules needs; rules that make new nodes for ever stop here with an error."""


@dataclass(frozen=True, slots=True)
class SparqlFile:
    """A query of the library with what its `#+ key: value` lines say of it."""

    name: str
    """The file's stem."""
    header: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Inferred:
    """What the rules found."""

    triples: int
    """How many triples joined the default graph."""
    lines: list[str]
    """All that was added, as lines of N-Quads."""


def read_queries(folder: Path) -> tuple[SparqlFile, ...]:
    """The `.rq` files of a folder, in the order of their names."""
    try:
        return tuple(_read(path) for path in sorted(folder.glob("*.rq")))
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"Cannot read the queries in {folder}: {error}") from error


def _read(path: Path) -> SparqlFile:
    text = path.read_text(encoding="utf-8")
    return SparqlFile(path.stem, dict(_HEADER.findall(text)), text)


def inferred_graph(base: str = BASE) -> str:
    """IRI of the graph that lists what was inferred."""
    return base + "graph/inferred"


def infer(store: ox.Store, rules: Iterable[SparqlFile] | None = None, base: str = BASE) -> Inferred:
    """Add to `store` all that the rules (default: the project's) find, until nothing is new.

    A rule whose header says `explain: no` lists its triples only; for the others a node for each names the rule.
    """
    ordered = tuple(rules) if rules is not None else read_queries(queries_dir() / "infer")
    lines: list[str] = []
    triples = 0
    for _ in range(_MOST_ROUNDS):
        new = [quad for rule in ordered for quad in _apply(rule, store, base)]
        if not new:
            return Inferred(triples, lines)
        triples += sum(isinstance(quad.graph_name, ox.DefaultGraph) for quad in new)
        lines += (f"{quad} .\n" for quad in new)
    raise KgError(f"The inference rules still find something new after {_MOST_ROUNDS} rounds: one of them never ends.")


def _apply(rule: SparqlFile, store: ox.Store, base: str) -> list[ox.Quad]:
    try:
        result = store.query(rule.text)
    except SyntaxError as error:
        raise KgError(f"Inference rule {rule.name}: {error}") from error
    if not isinstance(result, ox.QueryTriples):
        raise KgError(f"Inference rule {rule.name}: must be a CONSTRUCT query.")
    graph = ox.NamedNode(inferred_graph(base))
    new: list[ox.Quad] = []
    for triple in dict.fromkeys(result):
        if not _known(triple, store):
            new.append(ox.Quad(triple.subject, triple.predicate, triple.object))
            new.append(ox.Quad(triple.subject, triple.predicate, triple.object, graph))
            if rule.header.get("explain") != "no":
                new += _explanation(triple, rule.name, graph, base)
    store.extend(new)
    return new


def _known(triple: ox.Triple, store: ox.Store) -> bool:
    return ox.Quad(triple.subject, triple.predicate, triple.object) in store


def _explanation(triple: ox.Triple, rule: str, graph: ox.NamedNode, base: str) -> list[ox.Quad]:
    node = ox.NamedNode(f"{base}inference/{digest(str(triple))}")
    said = (
        (RDF + "type", ox.NamedNode(RDF + "Statement")),
        (RDF + "subject", triple.subject),
        (RDF + "predicate", triple.predicate),
        (RDF + "object", triple.object),
        (GM + "rule", ox.Literal(rule)),
    )
    return [ox.Quad(node, ox.NamedNode(predicate), value, graph) for predicate, value in said]
