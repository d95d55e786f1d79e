"""The things and facts of a build as people speak of them: by class and name, whatever their IRI."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kg.decisions import FactKey, Key
from kg.entities.spelling import fold
from kg.errors import KgError
from kg.facts import plain
from kg.ontology import Ontology

Line = Mapping[str, Any]


@dataclass(slots=True)
class Thing:
    """An entity of a build."""

    iri: str
    label: str = ""
    generic: bool = False
    uses: int = 0
    """In how many facts it takes part."""
    names: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(top class, name, document), by how often."""


@dataclass(slots=True)
class Index:
    """What a build holds, by IRI and by key."""

    things: dict[str, Thing] = field(default_factory=dict)
    facts: dict[str, list[Line]] = field(default_factory=dict)
    """IRI of a fact -> its lines in the fact table, one a document."""
    _named: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _named_in: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)

    def key_of(self, iri: str) -> Key | None:
        """A key that names this thing and no other; None where its names are other things' too, in all documents."""
        thing = self.things.get(iri)
        ranked = sorted(thing.names, key=lambda name: (-len(name[1]), name)) if thing else ()
        for cls, name, _ in ranked:
            if self._named[cls, fold(name)] == {iri}:
                return Key(cls, name)
        for cls, name, document in ranked:
            if self._named_in[cls, fold(name), document] == {iri}:
                return Key(cls, name, document)
        return None

    def named(self, key: Key) -> set[str]:
        """IRIs of what a key names."""
        if key.document:
            return self._named_in.get((key.cls, fold(key.name), key.document), set())
        return self._named.get((key.cls, fold(key.name)), set())

    def shared_names(self) -> Iterator[set[str]]:
        """The IRIs of things that have a class and a name in common."""
        yield from (iris for _, iris in sorted(self._named.items()) if len(iris) > 1)

    def find(self, text: str) -> str:
        """The IRI of a thing by its IRI, key or name; `KgError` where there is none or are several."""
        if text in self.things:
            return text
        if text.startswith("name:"):
            found = self.named(Key.parse(text))
        else:
            found = {iri for (_, name), iris in self._named.items() if name == fold(text) for iri in iris}
        if len(found) == 1:
            return next(iter(found))
        which = ": " + ", ".join(sorted(found)) if found else ""
        raise KgError(
            f"{text!r} names {len(found) or 'no'} things of this build{which}. Give an IRI, or a fuller name."
        )

    def fact_key(self, iri: str) -> FactKey | None:
        """The key of a fact; None where its subject or object has none."""
        line = self.facts[iri][0]
        subject = self.key_of(line["subject"])
        if subject is None:
            return None
        if "predicate" in line:
            object_ = self.key_of(line["object"])
            return None if object_ is None else FactKey(subject, line["predicate"], str(object_), line["status"])
        stated = line["stated"]
        upper = f"-{plain(Decimal(str(stated['max'])))}" if stated["max"] is not None else ""
        written = f"{plain(Decimal(str(stated['value'])))}{upper} {stated['unit']}"
        period, substance = line["period"] or "", line["substance"] or ""
        return FactKey(subject, line["indicator"], written, line["status"], period, substance)


def index(lines: Iterable[Line], ontology: Ontology) -> Index:
    """Read a fact table."""
    made = Index()
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    named_in: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for line in lines:
        if line["kind"] != "entity":
            made.facts.setdefault(line["iri"], []).append(line)
            continue
        iri, document, cls = line["iri"], line["document"][:16], ontology.top(line["class"])
        thing = made.things.setdefault(iri, Thing(iri))
        thing.generic = line["generic"]
        for name in line["names"]:
            shown = " ".join(name.split())
            thing.names[cls, shown, document] += 1
            named[cls, fold(name)].add(iri)
            named_in[cls, fold(name), document].add(iri)
    made._named, made._named_in = dict(named), dict(named_in)
    for thing in made.things.values():
        votes: Counter[str] = Counter()
        for (_, name, _), times in thing.names.items():
            votes[name] += times
        thing.label = min(votes, key=lambda name: (-votes[name], -len(name), name))
    for same in made.facts.values():
        for iri in _parts(same[0]):
            if iri in made.things:
                made.things[iri].uses += len(same)
    return made


def _parts(line: Line) -> Iterator[str]:
    yield line["subject"]
    if "object" in line:
        yield line["object"]
