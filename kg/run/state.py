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
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from kg.acyclic import acyclic
from kg.claims import Extraction
from kg.documents import Document
from kg.entities import Entity
from kg.entities.identity import Identity
from kg.facts import Fact, Figure, Links, Sketch, Tie, reckonable, sketch, ties
from kg.ontology import Ontology
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
    subjects: tuple[int, ...]
    """Keys of the entity claims that claims are about."""
    sketch: Sketch
    empty: bool
    """Whether no fact was found in it."""


class Held(NamedTuple):
    """What a build holds of one thing as a subject."""

    blocks: tuple[str, ...] = ()
    """IRIs of its facts and figures, of their evidence, and of what is derived from them."""
    relations: int = 0
    figures: int = 0
    evidence: int = 0
    contradictions: int = 0
    """Pairs of its facts."""
    ties: tuple[Tie, ...] = ()
    reckoned: bool = False
    """Whether one of its figures can be compared by a factor."""


@dataclass(frozen=True, slots=True)
class State:
    """What a build left."""

    build: str
    known: Mapping[str, Known]
    """By id of the document."""
    entities: tuple[Entity, ...]
    sources: Mapping[str, str]
    held: Mapping[str, Held]
    """By IRI of the subject."""
    core: Mapping[str, str]
    """By IRI of a thing: the lines about it by which rules over things conclude."""
    later: str
    """The lines that no single triples lead to."""
    of_terms: str
    """The lines that were concluded about terms of the ontology."""
    fact_lengths: Mapping[str, int]
    document_lengths: Mapping[str, int]
    files: Mapping[str, Told]
    """What the system says of the build's large files."""


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
    about = {one.subject for one in extraction.relations} | {one.subject for one in extraction.observations}
    empty = not extraction.relations and not extraction.observations
    return Known(key, slim, tuple(sorted(about)), sketch(document.text), empty)


def held(links: Links, ontology: Ontology) -> dict[str, Held]:
    """What is held of each subject of the facts."""
    found: defaultdict[str, Held] = defaultdict(Held)
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    of: dict[str, str] = {}
    for fact in links.facts.relations:
        one = found[fact.subject.iri]
        found[fact.subject.iri] = one._replace(relations=one.relations + 1, evidence=one.evidence + len(fact.evidence))
    is_reckonable = reckonable(ontology)
    for figure in links.facts.figures:
        one = found[figure.subject.iri]
        found[figure.subject.iri] = one._replace(
            figures=one.figures + 1,
            evidence=one.evidence + len(figure.evidence),
            reckoned=one.reckoned or is_reckonable(figure),
        )
    every: Iterable[Fact | Figure] = chain(links.facts.relations, links.facts.figures)
    for said in every:
        of[said.iri] = said.subject.iri
        blocks[said.subject.iri] += (said.iri, *(item.iri for item in said.evidence))
    for value in links.derived:
        blocks[value.stated.subject.iri].append(value.iri)
    for iri, number in Counter(of[fact] for fact, _ in links.contradicts).items():
        found[iri] = found[iri]._replace(contradictions=number)
    for tie in sorted(ties(links.facts.relations, ontology)):
        found[tie[1]] = found[tie[1]]._replace(ties=(*found[tie[1]].ties, tie))
    return {iri: found[iri]._replace(blocks=tuple(blocks[iri])) for iri in sorted(found)}


@acyclic()
def save(root: Path, key: str, state: State) -> None:
    """Keep a state, whole or not at all; whoever has no room for it has none."""
    content = (
        key, state.build, dict(state.known), state.entities, dict(state.sources), dict(state.held), dict(state.core),
        state.later, state.of_terms, dict(state.fact_lengths), dict(state.document_lengths),
        dict(state.files),
    )  # fmt: skip
    payload = written(content)
    temporary = root / f".{STATE}.tmp"
    try:
        temporary.write_bytes(hashlib.sha256(payload).digest() + payload)
        temporary.replace(root / STATE)
    except OSError:
        temporary.unlink(missing_ok=True)


@acyclic()
def load(root: Path, key: str) -> State | None:
    """The state of the last build, if it was made by the same code from the same ontology and decisions."""
    try:
        data = (root / STATE).read_bytes()
        if hashlib.sha256(data[32:]).digest() != data[:32]:
            return None
        told, *content = Values(io.BytesIO(data[32:])).load()
    except (OSError, ValueError, pickle.UnpicklingError, AttributeError, TypeError, EOFError):
        return None
    return State(*content) if told == key else None
