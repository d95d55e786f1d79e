"""Where sources contradict each other: all sides, each with its sentences and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pyoxigraph as ox

from kg.ask import Snapshot, label
from kg.ontology.namespaces import GM, OA, RDF

_PAIRS = f"SELECT ?one ?two WHERE {{ ?one <{GM}contradicts> ?two FILTER(STR(?one) < STR(?two)) }}"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and where it stands."""

    sentence: str
    document: str
    """IRI of the document."""
    title: str
    path: str
    """As it was given to the build."""
    page: str = ""
    start: int = 0
    reprint_of: str = ""
    """Path of the document of which this one is a reprint: both are one source."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the facts says."""

    iri: str
    claim: str
    """The value with its unit, or the object of the relation."""
    status: str
    belief: str
    sources: str
    """Number of independent sources."""
    sentences: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts of one thing that cannot all hold."""

    about: str
    """IRI of the thing."""
    name: str
    what: str
    """What the indicator or relation is called."""
    period: str
    sides: tuple[Side, ...]

    @property
    def belief(self) -> float:
        """How much is at stake: that of the second best side."""
        return sorted((float(side.belief or 0) for side in self.sides), reverse=True)[1]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        head = f"{self.name}: {self.what}" + (f" ({self.period})" if self.period else "")
        lines = [head]
        for side in self.sides:
            lines.append(f"  {side.claim} [{side.status}; belief {side.belief}, independent sources: {side.sources}]")
            for said in side.sentences:
                where = said.path + (f", page {said.page}" if said.page else "")
                where += f" (reprint of {said.reprint_of})" if said.reprint_of else ""
                lines.append(f"      {where}: {said.sentence}")
        return "\n".join(lines)


def conflicts(build: Snapshot, lang: str = "en", about: str = "") -> list[Conflict]:
    """All contradictions of a build, the best believed first; with `about`, those of one thing (its IRI)."""
    reader = _Reader(build.store, build, lang)
    found = [reader.conflict(group) for group in _groups(build.store)]
    chosen = (one for one in found if not about or one.about == about)
    return sorted(chosen, key=lambda one: (-one.belief, one.name, one.what, one.period, one.sides[0].iri))


def _groups(store: ox.Store) -> Iterator[list[str]]:
    """Facts that contradictions join, directly or by others."""
    near: dict[str, list[str]] = {}
    rows = store.query(_PAIRS)
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        one, two = row["one"].value, row["two"].value
        near.setdefault(one, []).append(two)
        near.setdefault(two, []).append(one)
    seen: set[str] = set()
    for start in sorted(near):
        waiting, group = [start], []
        while waiting:
            iri = waiting.pop()
            if iri not in seen:
                seen.add(iri)
                group.append(iri)
                waiting += near[iri]
        if group:
            yield sorted(group)


class _Reader:
    """Reads facts from a store, with labels in one language."""

    def __init__(self, store: ox.Store, build: Snapshot, lang: str) -> None:
        self.store, self.build, self.lang = store, build, lang

    def conflict(self, facts: list[str]) -> Conflict:
        first = facts[0]
        about = self.one(first, GM + "about") or self.one(first, RDF + "subject")
        what = self.one(first, GM + "indicator") or self.one(first, RDF + "predicate")
        sides = sorted((self.side(iri) for iri in facts), key=lambda side: (-float(side.belief or 0), side.iri))
        return Conflict(about, self.label(about), self.label(what), self.one(first, GM + "period"), tuple(sides))

    def side(self, iri: str) -> Side:
        value, upper = self.one(iri, GM + "numericValue"), self.one(iri, GM + "upperValue")
        claim = f"{value}{'–' + upper if upper else ''} {self.label(self.one(iri, GM + 'unit'))}"
        if not value:
            claim = self.label(self.one(iri, RDF + "object"))
        status = self.label(self.one(iri, GM + "statedStatus"))
        evidence = sorted(self.many(iri, GM + "hasEvidence"))
        said = tuple(dict.fromkeys(said for one in evidence for said in self.said(one)))
        return Side(iri, claim, status, self.one(iri, GM + "belief"), self.one(iri, GM + "sourceCount"), said)

    def said(self, evidence: str) -> Iterator[Said]:
        """The sentence of a piece of evidence, from the graph of its document."""
        node = ox.NamedNode(evidence)
        for quad in self.store.quads_for_pattern(node, ox.NamedNode(GM + "inDocument"), None, None):
            graph = quad.graph_name
            if not isinstance(graph, ox.NamedNode):
                continue
            document = graph.value
            selectors = sorted(self.many(evidence, OA + "hasSelector", graph))
            sentence = next(filter(None, (self.one(one, OA + "exact", graph) for one in selectors)), "")
            start = next(filter(None, (self.one(one, OA + "start", graph) for one in selectors)), "0")
            yield Said(
                sentence, document, self.one(document, GM + "title", graph),
                self.one(document, GM + "sourcePath", graph), self.one(evidence, GM + "page", graph), int(start),
                self.first_print(document, graph),
            )  # fmt: skip

    def first_print(self, document: str, graph: ox.NamedNode) -> str:
        first = self.one(document, GM + "reprintOf", graph)
        return self.one(first, GM + "sourcePath", ox.NamedNode(first)) if first else ""

    def label(self, iri: str) -> str:
        return label(self.build, iri, self.lang) if iri else ""

    def one(self, iri: str, predicate: str, graph: ox.NamedNode | None = None) -> str:
        return min(self.many(iri, predicate, graph), default="")

    def many(self, iri: str, predicate: str, graph: ox.NamedNode | None = None) -> Iterable[str]:
        found = self.store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(predicate), None, graph or ox.DefaultGraph()
        )
        return [quad.object.value for quad in found if not isinstance(quad.object, ox.Triple)]
