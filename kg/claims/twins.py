"""Things of one text whose names end alike, the one longer than the other: often one thing that was told of twice."""

from __future__ import annotations

from collections.abc import Iterable

from kg.mentions import Thing, Things
from kg.mentions.classes import top

_MOST = 40
"""Things of one last word that are compared; a long list names more."""
_SIGNS = 2
"""Signs that names of a script without spaces must share at their end."""


def pair_off(things: Things) -> None:
    """Tells each thing whether another's name goes on where its own begins: it is the shorter, the longer, or both."""
    ending: dict[str, list[tuple[Thing, str]]] = {}
    for thing in things.all:
        for last, name in dict.fromkeys(_filed(things, name) for name in thing.names):
            ending.setdefault(last, []).append((thing, name))
    for alike in ending.values():
        _compared(alike[:_MOST])


def _filed(things: Things, name: str) -> tuple[str, str]:
    """(how a name ends, the name as it is compared)."""
    if things.lang.han:
        return name[-_SIGNS:], name
    key = things.names.key(name)
    return key.rpartition(" ")[2], " " + key


def _compared(alike: Iterable[tuple[Thing, str]]) -> None:
    known = list(alike)
    for short, name in known:
        for long, other in known:
            if short is not long and len(name) < len(other) and other.endswith(name):
                same = "" if top(short.cls) == top(long.cls) else "~"
                short.twin = _with(short.twin, "short" + same)
                long.twin = _with(long.twin, "long" + same)


def _with(said: str, more: str) -> str:
    """One word for all that is said; what is of the same class goes before what is not."""
    if not said or said == more:
        return more
    if said.endswith("~") != more.endswith("~"):
        return min(said, more, key=lambda s: s.endswith("~"))
    return "amid"
