"""The fact table of a build as what `diff` compares: entities and facts by IRI, with the places that speak of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.graph import RDFS
from kg.store import Build


class Place(NamedTuple):
    """A stretch of a document, by its id."""

    document: str
    start: int
    end: int


@dataclass(slots=True)
class Thing:
    """An entity of a build: a name, and where it is named."""

    name: str
    places: set[Place] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    """Language -> how the build calls it."""


class Verdict(NamedTuple):
    """What a person decided on a fact."""

    verdict: str
    by: str
    on: str
    why: str
    instead: str
    """IRI of the fact that stands in its place, or ""."""

    def __str__(self) -> str:
        when, why = self.on and f" on {self.on}", self.why and f", because: {self.why}"
        return f"decided: {self.verdict}, by {self.by}{when}{why}"


@dataclass(slots=True)
class Row:
    """A fact of a build."""

    iri: str
    kind: str
    """"fact" or "figure"."""
    subject: str
    predicate: str
    """Relation or indicator."""
    object: str
    """IRI of the object; "" for a figure."""
    value: str
    """The figure in base units with all that its meaning has; "" for a relation."""
    shown: str
    """The figure as first written down, for people."""
    status: str
    belief: float
    sources: int
    decided: str = ""
    """What a person decided on it, with who and why."""
    places: set[Place] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it one fact."""
        return self.key_with(str)

    def key_with(self, now: Callable[[str], str]) -> tuple[str, ...]:
        """The same with entities as another build names them."""
        return self.kind, now(self.subject), self.predicate, now(self.object), self.value, self.status

    def reading(self, now: Callable[[str], str]) -> tuple[Any, ...]:
        """What stays where one sentence is read in another way: whose it is, what it is about, where it stands."""
        return self.kind, now(self.subject), self.predicate, tuple(sorted(self.places))

    def text(self, name: Callable[[str], str]) -> str:
        """In words."""
        said = name(self.object) if self.object else self.shown
        return f"{name(self.subject)} – {self.predicate} – {said} [{self.status}]"


@dataclass(slots=True)
class Table:
    """All of a build that is compared."""

    entities: dict[str, Thing] = field(default_factory=dict)
    facts: dict[str, Row] = field(default_factory=dict)
    rejected: dict[str, Verdict] = field(default_factory=dict)
    """IRI of a fact that people do not let stand -> what they said."""
    sentences: dict[Place, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    """Id of a document -> its path."""

    def name(self, iri: str) -> str:
        """What an entity is called."""
        return self.entities[iri].name if iri in self.entities else iri


def read_table(build: Build) -> Table:
    """Read the fact table of a build."""
    table = Table(paths={one["id"]: one["source"] for one in build.manifest["inputs"]})
    for line in build.facts():
        document = line["document"]
        if line["kind"] == "entity":
            thing = table.entities.setdefault(line["iri"], Thing(line["names"][0] if line["names"] else line["iri"]))
            thing.places |= {Place(document, start, end) for start, end in line["spans"]}
            continue
        if line["kind"] == "rejected":
            table.rejected[line["iri"]] = Verdict(**line["decision"])
            continue
        row = table.facts.setdefault(line["iri"], _row(line))
        for item in line["evidence"]:
            place = Place(document, item["start"], item["end"])
            row.places.add(place)
            row.rules.add(item["rule"])
            table.sentences[place] = item["quote"]
    _call(table, build.store)
    return table


def _call(table: Table, store: ox.Store) -> None:
    """Look up how the build calls its entities: in English, or the first of its languages."""
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "label"), None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            thing = table.entities.get(quad.subject.value)
            if thing is not None:
                thing.labels[quad.object.language or ""] = quad.object.value
    for thing in table.entities.values():
        thing.name = thing.labels.get("en") or next((thing.labels[code] for code in sorted(thing.labels)), thing.name)


def _row(line: dict[str, Any]) -> Row:
    figure = line["kind"] == "observation"
    parts = ("base_value", "base_max", "base_unit", "period", "substance")
    shown = ""
    if figure:
        upper = "" if line["max"] is None else f"–{line['max']}"
        shown = f"{line['value']}{upper} {line['unit']}" + (f", {line['period']}" if line["period"] else "")
    return Row(
        iri=line["iri"],
        kind="figure" if figure else "fact",
        subject=line["subject"],
        predicate=line["indicator"] if figure else line["predicate"],
        object="" if figure else line["object"],
        value=" ".join(str(line[part]) for part in parts) if figure else "",
        shown=shown,
        status=line["status"],
        belief=line["belief"],
        sources=line["sources"],
        decided=str(Verdict(**line["decision"])) if "decision" in line else "",
    )
