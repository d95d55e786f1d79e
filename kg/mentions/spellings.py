"""Spellings of the lexicon as patterns: any of several words, and one word however it is spaced and capitalised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

_GAPS = re.compile(r"[\s\u00a0]+")
_GAP = r"[\s\u00a0]+"
"""How a space of a spelling is looked for."""
_GUARD = re.compile(r"\\b|\(\?<!(?:\[[^\]]*\]|\\?.)\)")
"""A word's edge, or one sign that may not stand before."""
_INNER = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.S)
_GROUP = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class _Begun:
    """What may follow the signs so far."""

    ends: bool = False
    after: dict[str, tuple[set[str], _Begun]] = field(default_factory=dict)
    """Each sign, in whichever case: how it is written, and what may follow it."""

    def pattern(self) -> str:
        """What may follow, the longest first."""
        alike: dict[tuple[bool, str], set[str]] = {}
        for sign, (written, begun) in self.after.items():
            alike.setdefault((sign == " ", begun.pattern()), set()).update(written)
        options = [(_GAP if gap else _any_sign(written)) + rest for (gap, rest), written in alike.items()]
        options += [""] if self.ends else []
        return options[0] if len(options) == 1 else "(?:" + "|".join(options) + ")"


def any_of(words: Iterable[object], flags: str = "") -> str:
    """A group that matches any of the words, longest first; how several begin stands in it once, as there may be
    thousands, which every process compiles and every figure is looked for with."""
    start = _Begun()
    for word in sorted({str(w) for w in words}):
        at = start
        for sign in word:
            written, at = at.after.setdefault(_key(sign) if flags else sign, (set(), _Begun()))
            written.add(sign)
        at.ends = True
    body = start.pattern() if start.after else r"(?!)"
    return f"(?{flags}:{body})" if flags else f"(?:{body})"


def either(patterns: Iterable[str]) -> str:
    """A pattern for any of several, the first that fits; what neighbours ask of the sign before them is asked once."""
    found = []
    for guard, run in groupby(patterns, key=_guard):
        rest = "|".join(pattern[len(guard) :] for pattern in run)
        found.append(f"{guard}(?:{rest})" if guard else rest)
    return "|".join(found)


def _guard(pattern: str) -> str:
    """What a pattern asks of the sign before it; nothing where it is itself one of several."""
    guard = _GUARD.match(pattern)
    return guard[0] if guard and "|" not in _unnested(pattern) else ""


def _unnested(pattern: str) -> str:
    """A pattern without its classes of signs and groups."""
    without = _INNER.sub("", pattern)
    while (less := _GROUP.sub("", without)) != without:
        without = less
    return without


def _key(sign: str) -> str:
    """What two signs share that differ in case alone."""
    folded = sign.casefold()
    return folded if len(folded) == 1 else sign.lower()


def _any_sign(written: set[str]) -> str:
    signs = "".join(map(re.escape, sorted(written)))
    return f"[{signs}]" if len(written) > 1 else signs


def fold(spelling: str) -> str:
    """The spelling in small letters, with single spaces."""
    return _GAPS.sub(" ", spelling).lower()
