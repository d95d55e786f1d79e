"""What a build says by a term: a few things, statements or figures, each with a sentence of a report.

>>> Instances(build).of(load().classes["Bank"], "de")
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ask import label
from kg.ontology.model import ClassTerm, RelationTerm, Term
from kg.store import Build

_FEW, _ENOUGH = 3, 300
"""So many are shown, of so many that are looked at: enough for several documents and languages."""
_PROLOGUE = """PREFIX gm: <https://w3id.org/green-manufacturing/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?thing ?object ?sentence ?document ?language WHERE {
"""
_EVIDENCE = """?fact gm:hasEvidence ?evidence .
GRAPH ?document { ?evidence oa:hasSelector ?quote . ?quote oa:exact ?sentence . ?document gm:language ?language }
"""
_MEMBER = "?thing a %s . ?fact rdf:subject|gm:about ?thing . "
_STATED = "?fact rdf:predicate %s ; rdf:subject ?thing ; rdf:object ?object . "
_USED = "?fact ?property %s ; gm:about|rdf:subject ?thing . "
_INFERRED = "?thing %s ?object FILTER(isIRI(?object)) "


@dataclass(frozen=True, slots=True)
class Instance:
    """A thing that a term is said of, or a statement by it; sentence and document are "" for what rules inferred."""

    iri: str
    text: str
    sentence: str = ""
    document: str = ""


class Instances:
    """Examples from one build."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._found: dict[str, list[tuple[str, ...]]] = {}

    def of(self, term: Term, lang: str) -> list[Instance]:
        """At most three, of several documents if there are; those in the reader's language and short ones first."""
        if term.iri not in self._found:
            self._found[term.iri] = sorted(set(self._rows(term)))
        chosen: list[tuple[str, ...]] = []
        ranked = sorted(self._found[term.iri], key=lambda row: (row[4] != lang, len(row[2]), row))
        for fresh in (True, False):
            for row in ranked:
                seen = {one[3] if fresh else one[0] for one in chosen}
                if len(chosen) < _FEW and (row[3] if fresh else row[0]) not in seen:
                    chosen.append(row)
        return [self._instance(row, lang) for row in chosen]

    def _rows(self, term: Term) -> Iterator[tuple[str, ...]]:
        pattern = _STATED if isinstance(term, RelationTerm) else _MEMBER if isinstance(term, ClassTerm) else _USED
        found = list(self._asked(pattern + _EVIDENCE, term))
        if not found and isinstance(term, RelationTerm) and term.kind == "object":
            found = list(self._asked(_INFERRED, term))
        yield from found

    def _asked(self, pattern: str, term: Term) -> Iterator[tuple[str, ...]]:
        text = f"{_PROLOGUE}{pattern % ox.NamedNode(term.iri)}}} LIMIT {_ENOUGH}"
        rows = self._build.store.query(text)
        assert isinstance(rows, ox.QuerySolutions)
        for row in rows:
            yield tuple("" if one is None else str(getattr(one, "value", one)) for one in row)

    def _instance(self, row: tuple[str, ...], lang: str) -> Instance:
        thing, other, sentence, document, _ = row
        names = [label(self._build, iri, lang) for iri in (thing, other) if iri]
        return Instance(thing, " → ".join(names), sentence, label(self._build, document, lang) if document else "")
