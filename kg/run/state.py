"""What a build leaves for the next one: enough to tell what a changed document changes, and to put no more than that
together anew.

The state of the last build stands beside the segments, under the id of that build. It can be deleted at any time, and
counts for nothing where code, ontology, queries, decisions or the base of IRIs differ: the next build is then made from
the segments as a whole.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from kg.acyclic import acyclic
from kg.claims import Extraction
from kg.documents import Document
from kg.entities import Entity
from kg.entities.identity import Identity
from kg.facts import Derived, Fact, Figure, Links, Sketch, Tie, digest, reckonable, sketch, ties
from kg.graph import core
from kg.ontology import Ontology
from kg.run.cells import About, Cell, Cells, Part
from kg.run.files import Told, told
from kg.run.values import Values, written
from kg.store import DOCUMENTS, FACTS, GRAPH

STATE = "latest"


class Known(NamedTuple):
    """What is kept in mind of one document."""

    key: str
    """Hash of its file."""
    named: Extraction
    """Its names, without its text and without what tells nothing of who is who."""
    about: About
    sketch: Sketch
    empty: bool
    """Whether no fact was found in it."""


class Held(NamedTuple):
    """What a build holds of one cell."""

    facts: tuple[tuple[str, ...], ...] = ()
    """Of each fact and figure: its IRI, a hash of all that is said of it, IRIs of what is reckoned beside it."""
    core: str = ""
    """The lines of its relations by which rules over things conclude."""
    relations: int = 0
    figures: int = 0
    evidence: int = 0
    contradictions: int = 0
    """Pairs of its facts."""
    ties: tuple[Tie, ...] = ()
    reckoned: bool = False
    """Whether one of its figures can be compared by a factor."""


Holding = Mapping[str, Mapping[Part, Held]]
"""By IRI of the subject."""


@dataclass(frozen=True, slots=True)
class State:
    """What a build left."""

    build: str
    known: Mapping[str, Known]
    """By id of the document."""
    entities: tuple[Entity, ...]
    sources: Mapping[str, str]
    held: Holding
    later: str
    """The lines that no single triples lead to."""
    of_terms: str
    """The lines that were concluded about terms of the ontology."""
    fact_lengths: Mapping[str, int]
    document_lengths: Mapping[str, int]
    files: Mapping[str, Told]
    """What the system says of the build's large files."""
    kept: Mapping[str, tuple[tuple[tuple[str, ...], bytes], ...]] = field(default_factory=dict)
    """Where it was loaded: the shards of its tables, as keys and as they were written."""


def large_files(folder: Path) -> dict[str, Told]:
    """What the system says of the files of a build that the next one copies."""
    return {name: told(folder / name) for name in (GRAPH, FACTS, DOCUMENTS)}


def known(extraction: Extraction, key: str, ontology: Ontology) -> Known:
    """What is to be kept in mind of a document."""
    document = extraction.document
    telling = {name for names in Identity.of(ontology).told_by_relation.values() for name in names}
    slim = Extraction(
        Document(document.id, document.name, document.source, document.lang, document.title, "", ()),
        tuple(replace(claim, spans=(), rule="", cues=()) for claim in extraction.entities),
        tuple(replace(one, cues=(), slots=(), likely=None) for one in extraction.relations if one.predicate in telling),
        (),
    )
    empty = not extraction.relations and not extraction.observations
    return Known(key, slim, About.of(extraction, ontology), sketch(document.text), empty)


def cells_of(documents: Mapping[str, Known], entities: Iterable[Entity]) -> Cells:
    """The cells of which documents state facts."""
    return Cells({document: one.about for document, one in documents.items()}, entities)


def held(links: Links, cells: Cells, ontology: Ontology) -> dict[str, dict[Part, Held]]:
    """What is held of each cell of the facts."""
    relations: defaultdict[Cell, list[Fact]] = defaultdict(list)
    figures: defaultdict[Cell, list[Figure]] = defaultdict(list)
    for fact in links.facts.relations:
        relations[fact.subject.iri, cells.part(fact.subject.iri, fact.object.iri)].append(fact)
    for figure in links.facts.figures:
        figures[_cell(figure)].append(figure)
    tied: defaultdict[Cell, list[Tie]] = defaultdict(list)
    for tie in sorted(ties(links.facts.relations, ontology)):
        tied[tie[1], cells.part(*tie[1:])].append(tie)
    pairs = Counter(one for one, _ in links.contradicts)
    is_reckonable, beside = reckonable(ontology), _Beside.of(links)
    found: defaultdict[str, dict[Part, Held]] = defaultdict(dict)
    for cell in sorted({*relations, *figures}):
        facts, said = relations.get(cell, []), figures.get(cell, [])
        every = [*chain[Fact | Figure](facts, said)]
        found[cell[0]][cell[1]] = Held(
            tuple(map(beside.told, every)), core(facts, ontology), len(facts), len(said),
            sum(len(one.evidence) for one in every), sum(pairs[one.iri] for one in every),
            tuple(tied.get(cell, ())), any(map(is_reckonable, said)),
        )  # fmt: skip
    return dict(found)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is said of facts beside what they state, by IRI."""

    linked: Mapping[str, list[str]]
    derived: Mapping[str, list[Derived]]

    @classmethod
    def of(cls, links: Links) -> _Beside:
        linked: defaultdict[str, list[str]] = defaultdict(list)
        for fine, general in links.refines:
            linked[fine].append(general)
        for one, other in links.contradicts:
            linked[one].append(other)
            linked[other].append(one)
        derived: defaultdict[str, list[Derived]] = defaultdict(list)
        for value in links.derived:
            derived[value.stated.iri].append(value)
        return cls(linked, derived)

    def told(self, fact: Fact | Figure) -> tuple[str, ...]:
        """The IRI of a fact, a hash of all that is said of it, IRIs of what is reckoned beside it.

        What its documents say is told by the IRIs of its evidence, as long as none of them changes.
        """
        derived = self.derived.get(fact.iri, ())
        reckoned = (f"{one.iri} {one.formula} {one.value} {one.fits}" for one in derived)
        all_ = digest(
            str(fact.belief), str(fact.sources), *(one.iri for one in fact.evidence), "",
            *sorted(self.linked.get(fact.iri, ())), "", *reckoned,
        )  # fmt: skip
        return fact.iri, all_, *(one.iri for one in derived)


def _cell(figure: Figure) -> Cell:
    return figure.subject.iri, (figure.claim.status, figure.claim.period)


@acyclic()
def save(root: Path, key: str, state: State, before: State | None = None) -> None:
    """Keep a state, whole or not at all; whoever has no room for it has none.

    What stands in shards is written as it was kept `before` where it did not change.
    """
    shelves = {name: _shelved(getattr(state, name), before, name) for name in _SHELVES}
    rest = [getattr(state, one.name) for one in fields(State) if one.name not in {*_SHELVES, "kept"}]
    payload = written((key, shelves, rest))
    temporary = root / f".{STATE}.tmp"
    try:
        temporary.write_bytes(hashlib.sha256(payload).digest() + payload)
        temporary.replace(root / STATE)
    except OSError:
        temporary.unlink(missing_ok=True)


def _shelved(table: Mapping[str, Any], before: State | None, name: str) -> list[bytes]:
    """The shards of a table, each by itself."""
    shards: list[dict[str, Any]] = [{} for _ in range(_SHARDS)]
    for one, value in table.items():
        shards[crc32(one.encode()) % _SHARDS][one] = value
    kept = before.kept.get(name, ()) if before else ()
    was: Mapping[str, Any] = getattr(before, name) if kept else {}
    found = []
    for number, shard in enumerate(shards):
        names = kept[number][0] if kept else ()
        same = len(names) == len(shard) and all(one in was and was[one] is value for one, value in shard.items())
        found.append(kept[number][1] if same and kept else written(shard))
    return found


@acyclic()
def load(root: Path, key: str) -> State | None:
    """The state of the last build, if it was made by the same code from the same ontology and decisions."""
    try:
        data = (root / STATE).read_bytes()
        if hashlib.sha256(data[32:]).digest() != data[:32]:
            return None
        told, shelves, rest = Values(io.BytesIO(data[32:])).load()
        if told != key:
            return None
        shards = {name: [(Values(io.BytesIO(one)).load(), one) for one in found] for name, found in shelves.items()}
        tables = {name: {one: value for shard, _ in found for one, value in shard.items()}
                  for name, found in shards.items()}  # fmt: skip
        kept = {name: tuple((tuple(shard), one) for shard, one in found) for name, found in shards.items()}
        names = [one.name for one in fields(State) if one.name not in {*_SHELVES, "kept"}]
        content: dict[str, Any] = {**tables, **dict(zip(names, rest, strict=True)), "kept": kept}
        return State(**content)
    except (OSError, ValueError, pickle.UnpicklingError, AttributeError, TypeError, EOFError):
        return None


_SHELVES = ("known", "held")
"""What is kept in shards: the large tables, of which a change concerns little."""
_SHARDS = 128
