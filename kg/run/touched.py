"""What a changed document changes: the things whose descriptions, and the cells whose facts, have to be made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.entities import Entity
from kg.facts import Sources
from kg.run.cells import Cells, Parts
from kg.run.state import Known, State


@dataclass(frozen=True, slots=True)
class Touched:
    """What has to be made anew; names of the build before are among them."""

    documents: frozenset[str]
    """Ids of documents that are new, changed, gone, or of which is told anew whose reprint they are."""
    retold: frozenset[str]
    """Ids of documents whose lines in the fact table, and whose names of things, are written anew as a whole."""
    things: frozenset[str]
    """IRIs of entities that are described anew."""
    cells: Parts
    """The cells (`kg.run.cells`) whose facts are put together anew, by IRI of the subject."""

    def has(self, thing: str, part: tuple[str, ...]) -> bool:
        """Whether the facts of a cell are put together anew."""
        return part in self.cells.get(thing, ())

    def add(self, more: Parts) -> None:
        """Take in further cells."""
        for thing, parts in more.items():
            self.cells.setdefault(thing, set()).update(parts)


def touched(before: State, known: Mapping[str, Known], was: Cells, now: Cells, sources: Sources) -> Touched:
    """Compare what there was with what there is."""
    changed = {one for one in {*before.known, *known} if _key(before.known, one) != _key(known, one)}
    things = {iri for iri in {*was.by_iri, *now.by_iri} if was.by_iri.get(iri) != now.by_iri.get(iri)}
    moved = {
        node[0]
        for iri in things
        for side, other in ((was, now), (now, was))
        if iri in side.by_iri and _told(side.by_iri[iri]) != _told(other.by_iri.get(iri))
        for node in side.by_iri[iri].members
    } | {node[0] for iri in things for node in _moved(was.by_iri.get(iri), now.by_iri.get(iri))}
    regrouped = {one for one in known if before.sources.get(one) != sources.get(one)}
    cells: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for side, documents in ((was, before.known), (now, known)):
        for document in changed:
            things |= {side.of[node].iri for node in _named(documents, document)}
        for document in changed | moved | regrouped:
            for thing, part in side.of_document(document):
                cells[thing].add(part)
    for thing, parts in cells.items():
        if was.bound(thing) != now.bound(thing):  # what was a cell of its own is part of another now, or the reverse
            parts.update(was.relations(thing), now.relations(thing))
    return Touched(frozenset(changed | regrouped), frozenset(changed | moved), frozenset(things), dict(cells))


def _key(known: Mapping[str, Known], document: str) -> str | None:
    return known[document].key if document in known else None


def _told(entity: Entity | None) -> object:
    """What facts about an entity look at."""
    return (entity.iri, entity.cls, entity.generic) if entity else None


def _moved(one: Entity | None, other: Entity | None) -> set[tuple[str, int]]:
    """The claims that only one of two entities has."""
    return set(one.members if one else ()) ^ set(other.members if other else ())


def _named(known: Mapping[str, Known], document: str) -> Iterator[tuple[str, int]]:
    """The claims of a document on things."""
    if document in known:
        yield from ((document, claim.key) for claim in known[document].named.entities)
