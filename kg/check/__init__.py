"""Room 9: what is wrong with a build, told with the sentence that it came from.

>>> for violation in check(open_build()):
...     print(violation)

Two kinds of rule: the SHACL shapes of the ontology, and the queries of `queries/hygiene/`. A hygiene query selects
`?subject`, may select `?evidence` (else the subject's own evidence is shown), and may select more, which its messages
show in braces. Its header has `severity: violation|warning` and `message@de:`, `message@en:`, `message@zh:`; and
`per: node` if what it says of a subject depends on no more than `kg.run.recheck` looks at, so that after a small change
few subjects have to be judged anew.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.check.hygiene import by_query
from kg.check.model import Violation
from kg.check.shapes import by_questions, by_shacl, can_be_asked
from kg.infer import SparqlFile, read_queries
from kg.ontology import Ontology, load, ntriples, queries_dir
from kg.store import Build

if TYPE_CHECKING:
    import rdflib

__all__ = ["Violation", "check", "check_ontology", "check_part", "is_by_node"]


def check(
    data: Build | ox.Store | rdflib.Dataset,
    ontology: Ontology | None = None,
    rules: Iterable[SparqlFile] | None = None,
    *,
    quick: bool = False,
) -> list[Violation]:
    """All violations, sorted; `rules` are the hygiene queries to run (default: the project's).

    The shapes are applied by pySHACL, which takes a millisecond or more for each node; if `quick`, as queries, which
    find the same but leave out domain and range of what is not read from texts.
    """
    store, known = _store(data), ontology or load()
    hygiene = _hygiene() if rules is None else tuple(rules)
    found = [violation for rule in hygiene for violation in by_query(rule, store, store)]
    found += by_questions(store, known, store) if quick else by_shacl(store, known, store)
    return _sorted(found)


def check_part(part: ox.Store, whole: ox.Store, subjects: Container[str]) -> list[Violation]:
    """What a quick check of the whole store finds wrong with some subjects; `part` has all about them."""
    found = [violation for rule in _hygiene() for violation in by_query(rule, part, whole, subjects)]
    found += by_questions(part, load(), whole, subjects)
    return _sorted(found)


def is_by_node() -> bool:
    """Whether all that is asked of a node can be asked of it and what stands beside it (`check_part`)."""
    return all(rule.header.get("per") == "node" for rule in _hygiene()) and can_be_asked(load())


def _hygiene() -> tuple[SparqlFile, ...]:
    return read_queries(queries_dir() / "hygiene")


def _sorted(found: Iterable[Violation]) -> list[Violation]:
    return sorted(found, key=lambda v: (v.severity, v.rule, v.subject, v.message, v.sentence))


def check_ontology(root: Path | None = None) -> list[Violation]:
    """What the queries of `queries/hygiene/ontology/` find in the ontology itself (default: the project's), sorted."""
    store = ox.Store()
    store.load(ntriples(root).encode(), format=ox.RdfFormat.N_TRIPLES)
    rules = read_queries(queries_dir() / "hygiene" / "ontology")
    return _sorted(violation for rule in rules for violation in by_query(rule, store, store))


def _store(data: Build | ox.Store | rdflib.Dataset) -> ox.Store:
    if isinstance(data, Build):
        return data.store
    if isinstance(data, ox.Store):
        return data
    store = ox.Store()
    store.load(data.serialize(format="nquads"), format=ox.RdfFormat.N_QUADS)
    return store
