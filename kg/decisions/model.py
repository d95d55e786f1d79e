"""One decision, and the keys by which it names what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import unquote

from kg.errors import KgError

Verdict: TypeAlias = Literal["same", "different", "undecided", "rename", "accept", "reject", "correct"]
IDENTITY_VERDICTS: tuple[Verdict, ...] = ("same", "different", "undecided")
FACT_VERDICTS: tuple[Verdict, ...] = ("accept", "reject", "correct", "undecided")
CORRECTIONS = ("subject", "predicate", "object", "status", "value", "max", "unit", "period", "substance")
"""What of a fact a person can correct."""

_PREFIX = "name:"
_UNSAFE = re.compile(r"[\x00-\x20\x7f%/@\"<>\\^`{|}]")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A thing by its class and one of its names, as documents write it; in one document only, if one is given.

    >>> str(Key("Enterprise", "Quarry Cement"))
    'name:Enterprise/Quarry%20Cement'
    """

    cls: str
    """Local name of the top class."""
    name: str
    document: str = ""
    """The first 16 digits of a document's id, where a name means several things."""

    def __str__(self) -> str:
        ending = f"@{self.document}" if self.document else ""
        return f"{_PREFIX}{self.cls}/{_escaped(self.name)}{ending}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """The inverse of `str`; `KgError` where the text is no key."""
        top, slash, rest = text.removeprefix(_PREFIX).partition("/")
        name, _, document = rest.partition("@")
        if not (text.startswith(_PREFIX) and top and slash and name):
            raise KgError(f"{text!r} is no name of a thing. Write it as {_PREFIX}Class/Its%20name.")
        return cls(top, unquote(name), document)


def _escaped(name: str) -> str:
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", " ".join(name.split()))


@dataclass(frozen=True, slots=True, order=True)
class FactKey:
    """A fact by what it says: who, what, whom or how much, and its status."""

    subject: Key
    predicate: str
    """Local name of a relation, or code of an indicator."""
    object: str
    """Text of the object's key, or value and unit of a figure ("4007 t_tce", "3-5 t_CO2")."""
    status: str
    period: str = ""
    substance: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether it says how much, not whom."""
        return not self.object.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, when and why."""

    verdict: Verdict
    about: Key | FactKey
    other: Key | None = None
    """The other thing, of a decision on whether two are one."""
    name: str = ""
    """The new name, of a renaming."""
    language: str = ""
    corrections: Mapping[str, str] = field(default_factory=dict)
    """What is to stand instead, by what it replaces (`CORRECTIONS`)."""
    author: str = ""
    date: str = ""
    """As 2026-11-22."""
    comment: str = ""
    line: int = field(default=0, compare=False)
    """Where it stands in its file, 0 for none."""

    @property
    def question(self) -> tuple[object, ...]:
        """What it answers: two decisions with the same question stand side by side or replace each other."""
        if self.other is not None:
            return "identity", *sorted((str(self.about), str(self.other)))
        return ("name", self.about, self.language) if self.verdict == "rename" else ("fact", self.about)

    @property
    def answer(self) -> tuple[object, ...]:
        """What it says to that."""
        return self.verdict, self.name, tuple(sorted(self.corrections.items()))
