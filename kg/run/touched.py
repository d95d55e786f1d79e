"""What a changed document changes: the things whose descriptions, and those whose facts, have to be made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.entities import Entities, Entity
from kg.facts import Sources
from kg.run.state import Known, State


@dataclass(frozen=True, slots=True)
class Touched:
    """What has to be made anew; names of the build before are among them."""

    documents: frozenset[str]
    """Ids of documents that are new, changed, gone, or of which is told anew whose reprint they are."""
    retold: frozenset[str]
    """Ids of documents whose lines in the fact table are written anew as a whole."""
    things: frozenset[str]
    """IRIs of entities that are described anew."""
    subjects: set[str]
    """IRIs of entities whose facts are put together anew."""


def touched(before: State, known: Mapping[str, Known], entities: Entities, sources: Sources) -> Touched:
    """Compare what there was with what there is."""
    was, now = _Side(before.known, before.entities), _Side(known, entities.all)
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
    for side in (was, now):
        for document in changed:
            things |= side.things(document)
    subjects = set(things)
    for document in changed | moved | regrouped:
        subjects |= was.subjects(document) | now.subjects(document)
    return Touched(frozenset(changed | regrouped), frozenset(changed | moved), frozenset(things), subjects)


def _key(known: Mapping[str, Known], document: str) -> str | None:
    return known[document].key if document in known else None


def _told(entity: Entity | None) -> object:
    """What facts about an entity look at."""
    return (entity.iri, entity.cls, entity.generic) if entity else None


def _moved(one: Entity | None, other: Entity | None) -> set[tuple[str, int]]:
    """The claims that only one of two entities has."""
    return set(one.members if one else ()) ^ set(other.members if other else ())


class _Side:
    """Which claims speak of which entity, before or now."""

    def __init__(self, known: Mapping[str, Known], entities: Iterable[Entity]) -> None:
        self.known = known
        self.by_iri = {entity.iri: entity for entity in entities}
        self._of: defaultdict[str, dict[int, str]] = defaultdict(dict)
        for entity in self.by_iri.values():
            for document, key in entity.members:
                self._of[document][key] = entity.iri

    def things(self, document: str) -> set[str]:
        """The entities that a document names."""
        return set(self._of.get(document, {}).values())

    def subjects(self, document: str) -> set[str]:
        """The entities of which a document states facts."""
        of = self._of.get(document, {})
        return {of[key] for key in self.known[document].subjects} if document in self.known else set()


def telling(subjects: Iterable[str], known: Mapping[str, Known], entities: Mapping[str, Entity]) -> set[str]:
    """Ids of the documents that state facts of some subjects."""
    return {
        document
        for iri in subjects
        if iri in entities
        for document, key in entities[iri].members
        if key in known[document].subjects
    }
