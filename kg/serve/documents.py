"""Documents as they are stored, with the sentences marked that facts stand on; names and definitions of things."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from kg.ask.resolve import ALT, LABEL
from kg.ontology import GM
from kg.serve.lookup import Fact, rows, values
from kg.serve.snapshot import Loaded
from kg.store import DOCUMENTS

DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document's text; `facts` are those that it states (none for plain text)."""

    start: int
    end: int
    text: str
    facts: tuple[Fact, ...] = ()


def document_iri(build: Loaded, identity: str) -> str:
    """The IRI of the document with that content hash."""
    return f"{build.manifest['base']}document/{identity[:16]}"


@lru_cache(maxsize=4)
def _places(build: Loaded) -> dict[str, tuple[int, int]]:
    """Where each document's line stands in the build's file: (offset, length), by IRI."""
    places = {}
    offset = 0
    with (build.path / DOCUMENTS).open("rb") as lines:
        for line in lines:
            places[document_iri(build, json.loads(line)["id"])] = (offset, len(line))
            offset += len(line)
    return places


def document_of(build: Loaded, iri: str) -> dict[str, Any] | None:
    """id, name, source, lang, title and text of a document; None where the IRI names something else."""
    place = _places(build).get(iri)
    if place is None:
        return None
    with (build.path / DOCUMENTS).open("rb") as lines:
        lines.seek(place[0])
        found: dict[str, Any] = json.loads(lines.read(place[1]))
    return found


def marked(text: str, document: str, facts: list[Fact]) -> list[Piece]:
    """The text in order, cut where evidence begins and ends, so that overlapping evidence is marked, too."""
    spans = [
        (max(0, quote.start), min(len(text), quote.end), fact)
        for fact in facts
        for quote in fact.quotes
        if quote.document == document
    ]
    borders = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    pieces = []
    for start, end in pairwise(borders):
        inside = {fact.iri: fact for first, last, fact in spans if first <= start and end <= last}
        pieces.append(Piece(start, end, text[start:end], tuple(inside.values())))
    return pieces


def in_text_order(facts: list[Fact], document: str) -> list[Fact]:
    """Facts in the order in which a document first states them."""

    def places(fact: Fact) -> list[tuple[int, int]]:
        return [(quote.start, quote.end) for quote in fact.quotes if quote.document == document]

    return sorted(facts, key=lambda fact: min(places(fact), default=(0, 0)))


def names(build: Loaded, iri: str) -> list[tuple[str, list[str]]]:
    """Labels and other names, each once, with the languages in which it is used."""
    node = ox.NamedNode(iri)
    found: dict[str, set[str]] = {}
    for predicate in (LABEL, ALT):
        for quad in build.store.quads_for_pattern(node, predicate, None):
            if isinstance(quad.object, ox.Literal):
                found.setdefault(quad.object.value, set()).add(quad.object.language or "")
    return [(name, sorted(codes - {"", "und"})) for name, codes in sorted(found.items())]


def definition(build: Loaded, iri: str, lang: str) -> str:
    """What the ontology says that a term means, in a language, else in English."""
    query = f"SELECT ?text (LANG(?text) AS ?lang) WHERE {{ {values([iri])} <{DEFINITION}> ?text }} ORDER BY ?lang"
    found = {row["lang"]: row["text"] for row in rows(build, query)}
    return found.get(lang) or found.get("en") or next(iter(found.values()), "")


def is_unnamed(build: Loaded, iri: str) -> bool:
    """True for an unnamed group or kind."""
    generic = build.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(GM + "generic"), None)
    return any(isinstance(quad.object, ox.Literal) and quad.object.value == "true" for quad in generic)
