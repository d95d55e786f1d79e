"""What of a build is put together anew after a change: the facts of the cells that it touches, and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.claims import Extraction
from kg.entities import Entities, identify
from kg.facts import (
    Facts,
    Links,
    Sources,
    Tie,
    assemble,
    connect,
    grouped,
    holders,
    is_by_subject,
    partners,
    reckonable,
    sharing,
    ties,
)
from kg.ontology import Ontology, load
from kg.run.cells import LOOSE, Cell, Cells, Part, Parts, joined
from kg.run.given import Given
from kg.run.state import Held, State, cells_of
from kg.run.touched import Touched, touched

MOST_TOUCHED = 0.5
"""Share of the cells from which it is cheaper to put all together anew."""


@dataclass(frozen=True, slots=True)
class Anew:
    """What is put together anew."""

    touched: Touched
    entities: Entities
    sources: Sources
    extractions: Mapping[str, Extraction]
    """In full: the documents that are touched, and those that state facts of touched cells."""
    links: Links
    """Of the facts of touched cells."""
    cells: Cells

    @classmethod
    def of(cls, given: Given, before: State) -> Anew | None:
        """Put together what has to be, or nothing where that is nearly all, or cannot be told."""
        ontology, base = load(), given.base
        if not is_by_subject(ontology):
            return None
        entities = identify(given.named(), ontology, base, given.decisions)
        sketches = [(one.named.document.source, key, one.sketch) for key, one in given.documents.items()]
        same = {key for key, one in given.documents.items() if key in before.known and before.known[key].key == one.key}
        sources = grouped(sketches, before.sources, same)
        was, now = cells_of(before.known, before.entities), cells_of(given.documents, entities.all)
        found = touched(before, given.documents, was, now, sources)
        beside = _Beside(before, ontology)
        every = sum(map(len, before.held.values()))
        while True:
            if sum(map(len, found.cells.values())) > MOST_TOUCHED * every:
                return None
            wanted = now.telling(found.cells) | ((found.retold | found.documents) & given.documents.keys())
            extractions = {one.document.id: one for one in given.load(sorted(wanted))}
            facts = assemble(_about(extractions.values(), found, now), entities, ontology, base, sources)
            more, tied = beside.looked_at_with(facts, found)
            if not more:
                links = connect(facts, sources, ontology, base, tied)
                return cls(found, entities, sources, extractions, links, now)
            found.add(more)


def _about(extractions: Iterable[Extraction], found: Touched, now: Cells) -> list[Extraction]:
    """The documents with only those claims that belong to touched cells, in the order of their paths."""
    ordered = sorted(extractions, key=lambda one: (one.document.source, one.document.id))
    chosen = []
    for one in ordered:
        name = {claim.key: now.of[one.document.id, claim.key].iri for claim in one.entities}
        relations = tuple(
            claim
            for claim in one.relations
            if name[claim.subject] in found.cells
            and found.has(name[claim.subject], now.part(name[claim.subject], name[claim.object]))
        )
        figures = tuple(
            claim for claim in one.observations if found.has(name[claim.subject], (claim.status, claim.period))
        )
        chosen.append(replace(one, relations=relations, observations=figures))
    return chosen


class _Beside:
    """What is judged by facts of other cells: what ties lead to, and figures of things that share them."""

    def __init__(self, before: State, ontology: Ontology) -> None:
        self.ontology = ontology
        self.telling: list[tuple[str, Part, Held]] = [
            (thing, part, one)
            for thing, parts in before.held.items()
            for part, one in parts.items()
            if one.ties or one.reckoned
        ]

    def looked_at_with(self, facts: Facts, found: Touched) -> tuple[Parts, set[Tie]]:
        """The cells that have to be looked at with the touched ones, whose facts are given, and all ties."""
        new, old, others = ties(facts.relations, self.ontology), set[Tie](), set[Tie]()
        is_reckonable = reckonable(self.ontology)
        reckoned: set[Cell] = {
            (one.subject.iri, (one.claim.status, one.claim.period)) for one in facts.figures if is_reckonable(one)
        }
        for thing, part, one in self.telling:
            (old if found.has(thing, part) else others).update(one.ties)
            if one.reckoned:
                reckoned.add((thing, part))
        changed, every = new ^ old, new | old | others
        more: defaultdict[str, set[Part]] = defaultdict(set)
        for thing in holders(changed, every):
            more[thing].add(LOOSE)
        shared = sharing(self.ontology)
        ends = {thing for predicate, *things in changed if predicate in shared for thing in things}
        for thing, part in reckoned:
            if thing in ends:
                more[thing].add(part)
        for thing, parts in joined(found.cells, partners(every, self.ontology), reckoned).items():
            more[thing] |= parts
        new_cells = {thing: parts - found.cells.get(thing, set()) for thing, parts in more.items()}
        return {thing: parts for thing, parts in new_cells.items() if parts}, others | new
