"""Which facts of a thing are compared with each other: they stand in cells, none of which looks into another.

What is said of a thing and one other thing is compared with nothing else, unless a relation between the two ties
(`kg.facts.ties`), or the thing has relations to what has no name ("several firms"), which whatever is named may refine:
such relations of a thing are one cell, the loose one. Figures are compared with those of their status and period. So
who knows which cells a changed document states facts of need not look at what else is said of the things that it names,
and a bank of which a thousand reports tell costs no more than a firm of which one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from kg.claims import Extraction
from kg.entities import Entity
from kg.facts import tying
from kg.ontology import Ontology

Part: TypeAlias = tuple[str, ...]
"""Of the facts of a thing: (IRI of the other thing), or (status, period) of figures."""

LOOSE: Part = ("",)
"""The relations of a thing that are compared with each other."""

Cell: TypeAlias = tuple[str, Part]
"""(IRI of the subject, part of its facts)."""

Parts: TypeAlias = dict[str, set[Part]]
"""By IRI of the thing."""


class About(NamedTuple):
    """What a document states facts of, by keys of its entity claims."""

    relations: tuple[tuple[int, int, bool], ...]
    """(subject, object, whether a relation between them ties)."""
    figures: tuple[tuple[int, str, str], ...]
    """(subject, status, period)."""

    @classmethod
    def of(cls, extraction: Extraction, ontology: Ontology) -> About:
        """What the claims of a document are about."""
        if not _ties or _ties[0][0] is not ontology:
            _ties[:] = [(ontology, tying(ontology))]
        tie = _ties[0][1]
        relations = {(one.subject, one.object, one.predicate in tie) for one in extraction.relations}
        figures = {(one.subject, one.status, one.period) for one in extraction.observations}
        return cls(tuple(sorted(relations)), tuple(sorted(figures)))


_ties: list[tuple[Ontology, frozenset[str]]] = []
"""What was asked last: every document asks it."""


class Cells:
    """The cells of all things, as documents state facts of them."""

    def __init__(self, stated: Mapping[str, About], entities: Iterable[Entity]) -> None:
        self.stated = stated
        self.by_iri = {entity.iri: entity for entity in entities}
        self.of = {node: entity for entity in self.by_iri.values() for node in entity.members}
        """Which entity a claim speaks of."""
        self._bound: dict[str, frozenset[str] | None] = {}

    def bound(self, thing: str) -> frozenset[str] | None:
        """The things to which a thing has loose relations; None where all of its relations are loose."""
        if thing not in self._bound:
            self._bound[thing] = self._look(thing)
        return self._bound[thing]

    def _look(self, thing: str) -> frozenset[str] | None:
        found = set()
        for document, key in self.by_iri[thing].members if thing in self.by_iri else ():
            for subject, object_, ties in self.stated[document].relations:
                if subject == key:
                    other = self.of[document, object_]
                    if other.generic:
                        return None
                    if ties:
                        found.add(other.iri)
        return frozenset(found)

    def part(self, thing: str, other: str) -> Part:
        """Where the relations of a thing to another stand."""
        bound = self.bound(thing)
        return LOOSE if bound is None or other in bound else (other,)

    def of_document(self, document: str) -> Iterator[Cell]:
        """The cells of which a document states facts."""
        about = self.stated.get(document, About((), ()))
        for subject, object_, _ in about.relations:
            thing = self.of[document, subject].iri
            yield thing, self.part(thing, self.of[document, object_].iri)
        for subject, status, period in about.figures:
            yield self.of[document, subject].iri, (status, period)

    def relations(self, thing: str) -> set[Part]:
        """The cells of all relations of a thing."""
        if thing not in self.by_iri:
            return set()
        return {
            self.part(thing, self.of[document, object_].iri)
            for document, key in self.by_iri[thing].members
            for subject, object_, _ in self.stated[document].relations
            if subject == key
        }

    def telling(self, cells: Mapping[str, set[Part]]) -> set[str]:
        """Ids of the documents that state facts of some cells."""
        return {
            document
            for thing, parts in cells.items()
            if thing in self.by_iri
            for document, key in self.by_iri[thing].members
            if self._tells(document, key, thing, parts)
        }

    def _tells(self, document: str, key: int, thing: str, parts: set[Part]) -> bool:
        about = self.stated[document]
        return any(one[0] == key and one[1:] in parts for one in about.figures) or any(
            subject == key and self.part(thing, self.of[document, object_].iri) in parts
            for subject, object_, _ in about.relations
        )


def joined(cells: Mapping[str, set[Part]], beside: Mapping[str, set[str]], among: Container[Cell]) -> Parts:
    """The cells, of some, that share figures with given ones, however far: those of a plant with those of its owner."""
    found: defaultdict[str, set[Part]] = defaultdict(set)
    waiting = [(thing, part) for thing, parts in cells.items() for part in parts if (thing, part) in among]
    while waiting:
        thing, part = waiting.pop()
        for other in beside.get(thing, ()):
            if (other, part) in among and part not in cells.get(other, ()) and part not in found[other]:
                found[other].add(part)
                waiting.append((other, part))
    return {thing: parts for thing, parts in found.items() if parts}
