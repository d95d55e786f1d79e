"""How the classes of an ontology are told apart: `ontology/identity.toml` as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.ontology import Ontology
from kg.ontology.files import toml


@dataclass(frozen=True, slots=True)
class Identity:
    """What that file says; it explains each of these."""

    tells_apart: tuple[str, ...]
    """Classes whose names, inside other names, tell those apart."""
    shared_kinds: tuple[str, ...]
    """Classes whose members are kinds, so that even a class's own word is a name."""
    told_by_context: tuple[str, ...]
    """Classes of which a short name ("the environment bureau") means another one in another document."""
    called_by_role: tuple[str, ...]
    """Classes whose members are often called by what they do, which names nobody."""
    told_by_several_words: tuple[str, ...]
    """Classes of which one word alone (a family name) means another one in another document."""
    unincorporated: tuple[str, ...]
    """Classes that can have no legal form."""
    place_may_lack: tuple[str, ...]
    """Classes whose names may lack the place that they begin with."""
    places_that_may_lack: tuple[str, ...]
    """Classes of places that may be lacking."""
    told_by_relation: Mapping[str, tuple[str, ...]]
    """Class -> relations of which the subject tells namesakes apart."""
    forms: Mapping[str, tuple[str, ...]]
    """Kind of legal form -> how it is written."""
    more_forms: tuple[str, ...]
    """What names of firms end in besides the legal forms of the lexicons."""
    spellings: Mapping[str, str]
    """Word of a folded name -> the spelling that stands for all."""
    short_endings: Mapping[str, str]
    """Ending of a name without spaces -> the longer one that it stands for."""
    numerals: tuple[str, ...]
    """Regular expressions of numbers in words."""
    trade: frozenset[str]
    """Words that name nobody, alone or behind a place."""

    @classmethod
    def of(cls, ontology: Ontology) -> Identity:
        """Read from the ontology's folder."""
        return _read(ontology.root)


@cache
def _read(root: Path) -> Identity:
    table = toml(root / "identity.toml")

    def listed(key: str) -> tuple[str, ...]:
        return tuple(table[key])

    def grouped(key: str) -> dict[str, tuple[str, ...]]:
        return {name: tuple(values) for name, values in table.get(key, {}).items()}

    return Identity(
        tells_apart=listed("tells_apart"),
        shared_kinds=listed("shared_kinds"),
        told_by_context=listed("told_by_context"),
        called_by_role=listed("called_by_role"),
        told_by_several_words=listed("told_by_several_words"),
        unincorporated=listed("unincorporated"),
        place_may_lack=listed("place_may_lack"),
        places_that_may_lack=listed("places_that_may_lack"),
        told_by_relation=grouped("told_by_relation"),
        forms=grouped("forms"),
        more_forms=tuple(form for forms in grouped("more_forms").values() for form in forms),
        spellings=dict(table.get("spellings", {})),
        short_endings=dict(table.get("short_endings", {})),
        numerals=listed("numerals"),
        trade=frozenset(word for words in grouped("trade").values() for word in words),
    )
