"""A build's graph -> the plain values of a `Picture`: entities, facts and figures, each with the sentences behind it.

Facts and figures stand in the default graph, their evidence in the graph of the document that holds it
(kg/graph/build.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import unquote

import pyoxigraph as ox

from kg.graph import GM, OA, RDF, RDFS, SKOS
from kg.ontology import Ontology
from kg.view.model import Edge, Evidence, Figure, Node

SHOWN = 12
"""So many pieces of evidence of one fact are listed, and the others counted."""
CONTEXT = 150
"""So many characters of the same paragraph are shown on each side of a quote."""
DEFAULT = ox.DefaultGraph()
Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode


class Reader:
    """Reads what is known of single facts, figures and entities from a store."""

    def __init__(self, store: ox.Store, ontology: Ontology) -> None:
        self.store = store
        self.ontology = ontology
        self.document = lru_cache(maxsize=64)(self._document)

    # ---- what there is

    def facts(self) -> list[Edge]:
        """All facts between two entities, without status, belief and evidence, in the order of their IRIs."""
        text = (
            "SELECT ?fact ?s ?p ?o WHERE { ?fact rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o FILTER(ISIRI(?o)) }"
        )
        found = (tuple(str(row[name].value) for name in ("fact", "s", "p", "o")) for row in self._select(text))
        return sorted((Edge(fact, s, o, self._name(p)) for fact, s, p, o in found), key=lambda edge: edge.id)

    def figures(self) -> dict[str, list[str]]:
        """IRI of an entity -> IRIs of its figures, sorted."""
        found: dict[str, list[str]] = {}
        for row in self._select("SELECT ?figure ?about WHERE { ?figure gm:about ?about } ORDER BY ?figure"):
            found.setdefault(row["about"].value, []).append(row["figure"].value)
        return found

    def entities(self) -> list[str]:
        """IRIs of all that is named, except the terms of the ontology, sorted."""
        typed = "?entity rdfs:label ?name ; a ?class FILTER(STRSTARTS(STR(?class), STR(gm:)))"
        text = f"SELECT DISTINCT ?entity WHERE {{ {typed} }}"
        return sorted({row["entity"].value for row in self._select(text)} - self.ontology.terms.keys())

    # ---- what is known of one

    def node(self, iri: str, figures: Iterable[str]) -> Node:
        """An entity with its figures."""
        cls = self._class(iri)
        kind = self.ontology.top(cls) if cls else ""
        names = sorted((name.language or "", name.value) for name in self._literals(iri, RDFS + "label"))
        return Node(
            id=iri,
            labels={language: name for language, name in reversed(names)},
            kind=kind,
            cls=cls if cls != kind else "",
            aliases=tuple(sorted({name.value for name in self._literals(iri, SKOS + "altLabel")})),
            generic=self._text(iri, GM + "generic") == "true",
            figures=tuple(self.figure(figure) for figure in figures),
        )

    def edge(self, edge: Edge) -> Edge:
        """A fact with its status, belief and evidence."""
        evidence, more = self._evidence(edge.id)
        belief, sources = self._support(edge.id)
        status = self._code(edge.id, GM + "statedStatus")
        return Edge(edge.id, edge.source, edge.target, edge.predicate, status, belief, sources, evidence, more)

    def figure(self, iri: str) -> Figure:
        """A figure as its source states it."""
        evidence, more = self._evidence(iri)
        belief, sources = self._support(iri)
        unit = self._code(iri, GM + "unit")
        substance = self._code(iri, GM + "substance")
        known = self.ontology.units.get(unit.partition("/")[0])
        return Figure(
            id=iri,
            indicator=self._code(iri, GM + "indicator"),
            value=_plain(self._text(iri, GM + "numericValue")),
            upper=_plain(self._text(iri, GM + "upperValue")),
            unit=unit,
            status=self._code(iri, GM + "status"),
            period=self._text(iri, GM + "period"),
            qualifier=self._text(iri, GM + "qualifier"),
            substance="" if known and known.substance == substance else substance,
            belief=belief,
            sources=sources,
            evidence=evidence,
            more=more,
        )

    # ---- evidence

    def _evidence(self, fact: str) -> tuple[tuple[Evidence, ...], int]:
        iris = sorted({term.value for term in self._values(fact, GM + "hasEvidence") if isinstance(term, ox.NamedNode)})
        read = [self._one_evidence(iri) for iri in iris[:SHOWN]]
        read.sort(key=lambda one: (one.document, one.start, one.rule))
        return tuple(read), max(len(iris) - SHOWN, 0)

    def _one_evidence(self, iri: str) -> Evidence:
        parts = [term.value for term in self._values(iri, OA + "hasSelector", everywhere=True)]
        quote, start, end = (
            next((text for part in parts if (text := self._text(part, OA + name, everywhere=True))), "")
            for name in ("exact", "start", "end")
        )
        title, source, text = self.document(self._text(iri, GM + "inDocument", everywhere=True))
        first, last = int(start or 0), int(end or 0)
        before, after = _around(text, first, last) if text[first:last] == quote else ("", "")
        cues = {term.value for name in ("cue", "writtenAs") for term in self._values(iri, GM + name, everywhere=True)}
        return Evidence(
            document=title,
            quote=quote,
            start=first,
            end=last,
            before=before,
            after=after,
            source=source,
            rule=self._text(iri, GM + "rule", everywhere=True),
            cues=tuple(sorted(cues)),
            status=self._code(iri, GM + "statedStatus", everywhere=True),
            page=int(self._text(iri, GM + "page", everywhere=True) or 0),
        )

    def _document(self, iri: str) -> tuple[str, str, str]:
        title, source, text = (self._text(iri, GM + name, everywhere=True) for name in ("title", "sourcePath", "text"))
        return title or source or iri, source, text

    def _support(self, iri: str) -> tuple[float | None, int]:
        belief, sources = self._text(iri, GM + "belief"), self._text(iri, GM + "sourceCount")
        return (float(belief) if belief else None), int(sources or 0)

    # ---- terms

    def _select(self, text: str) -> Iterator[ox.QuerySolution]:
        prefixes = {"rdf": RDF, "rdfs": RDFS, "gm": GM}
        answer = self.store.query(text, prefixes=prefixes)
        assert isinstance(answer, ox.QuerySolutions)
        return iter(answer)

    def _values(self, iri: str, predicate: str, *, everywhere: bool = False) -> list[Term]:
        if not iri:
            return []
        graph = None if everywhere else DEFAULT
        quads = self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None, graph)
        return sorted({quad.object for quad in quads if not isinstance(quad.object, ox.Triple)}, key=str)

    def _text(self, iri: str, predicate: str, *, everywhere: bool = False) -> str:
        found = self._values(iri, predicate, everywhere=everywhere)
        return found[0].value if found else ""

    def _literals(self, iri: str, predicate: str) -> list[ox.Literal]:
        return [term for term in self._values(iri, predicate) if isinstance(term, ox.Literal)]

    def _code(self, iri: str, predicate: str, *, everywhere: bool = False) -> str:
        return self._name(self._text(iri, predicate, everywhere=everywhere))

    def _name(self, iri: str) -> str:
        """Name or code of a term of the ontology; of another one the end of its IRI, read back from percent signs."""
        known = self.ontology.terms.get(iri)
        return known.name if known else unquote(re.split(r"[#/]", iri)[-1])

    def _class(self, iri: str) -> str:
        """The narrowest class of an entity, "" where it has none."""
        terms = self.ontology.terms
        names = {terms[term.value].name for term in self._values(iri, RDF + "type") if term.value in terms}
        classes = names & self.ontology.classes.keys()
        return max(classes, key=lambda name: (len(self.ontology.ancestors(name)), name), default="")


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a quote in the same paragraph, cut with a mark where that is long."""
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    return (
        before if len(before) <= CONTEXT else "…" + before[-CONTEXT:],
        after if len(after) <= CONTEXT else after[:CONTEXT] + "…",
    )


def _plain(number: str) -> str:
    """A decimal without the zeros that stores add at its end."""
    return number.rstrip("0").rstrip(".") if "." in number else number
