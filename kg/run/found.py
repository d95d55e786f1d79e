"""What the checks found, as the report writes it: read as text, and understood only where somebody looks.

A large build may have tens of thousands of warnings, of which a small change concerns a few; the others go from one
report into the next as they stand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any, overload

from kg.check import Violation

Head = tuple[str, str, str]
"""Severity, rule and subject: by these they are sorted, those of one rule and subject by their words."""

_OPEN, _BETWEEN, _CLOSE = "\n  {", "\n  },\n  {", "\n  }"
_DOCUMENT = '\n   "document": '
_HEAD = re.compile(r'\n   "severity": "(.*)",\n   "rule": "(.*)",\n   "subject": "(.*)",\n')


class Violations(Sequence[Violation]):
    """All that the checks found, sorted."""

    def __init__(self, heads: Sequence[Head], texts: Sequence[str]) -> None:
        self._heads, self._texts = heads, texts

    @classmethod
    def of(cls, found: Iterable[Violation], pretty: Callable[[Any, str], str]) -> Violations:
        """Of what a check gives, in its order."""
        if isinstance(found, cls):
            return found
        listed = list(found)
        texts = [pretty(one.to_dict(), _OPEN[:-1])[1 : -len(_CLOSE)] for one in listed]
        return cls([(one.severity, one.rule, one.subject) for one in listed], texts)

    @classmethod
    def read(cls, written: str) -> Violations:
        """Of what `written` gave."""
        if written == "[]":
            return cls([], [])
        texts = written[len("[") + len(_OPEN) : -len(_CLOSE + "\n ]")].split(_BETWEEN)
        return cls([_head(text) for text in texts], texts)

    def written(self) -> str:
        """As it stands in the report."""
        return f"[{_OPEN}{_BETWEEN.join(self._texts)}{_CLOSE}\n ]" if self._texts else "[]"

    def kinds(self) -> Counter[tuple[str, str]]:
        """How many there are of each (severity, rule)."""
        return Counter((severity, rule) for severity, rule, _ in self._heads)

    def subjects(self) -> set[str]:
        """IRIs of all that something is wrong with."""
        return {subject for _, _, subject in self._heads}

    def within(self, documents: Collection[str]) -> set[str]:
        """IRIs of what is shown with a sentence of some documents, by their paths."""
        written = {encode_basestring(path) for path in documents}
        return {head[2] for head, text in zip(self._heads, self._texts, strict=True) if _document(text) in written}

    def instead(self, subjects: Collection[str], found: Violations) -> Violations:
        """With what was `found` of some subjects instead of what there was of these."""
        kept = [pair for pair in zip(self._heads, self._texts, strict=True) if pair[0][2] not in subjects]
        # what is kept and what was found have no subject in common, so their heads tell their order
        every = sorted([*kept, *zip(found._heads, found._texts, strict=True)], key=lambda pair: pair[0])
        return Violations([head for head, _ in every], [text for _, text in every])

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, place: int) -> Violation: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Violation]: ...
    def __getitem__(self, place: int | slice) -> Violation | Sequence[Violation]:
        if isinstance(place, slice):
            return tuple(map(_parsed, self._texts[place]))
        return _parsed(self._texts[place])

    def __iter__(self) -> Iterator[Violation]:
        return map(_parsed, self._texts)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Violations):
            return self._texts == other._texts
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list: equal to any sequence of the same

    def __repr__(self) -> str:
        return f"Violations({list(self)!r})"


def _head(text: str) -> Head:
    found = _HEAD.match(text)
    if found is None:
        raise ValueError(f"no violation as reports write them: {text!r}")
    severity, rule, subject = (json.loads(f'"{one}"') if "\\" in one else one for one in found.groups())
    return severity, rule, subject


def _document(text: str) -> str:
    start = text.rindex(_DOCUMENT) + len(_DOCUMENT)
    return text[start : text.index(",\n", start)]


def _parsed(text: str) -> Violation:
    told = json.loads("{" + text + "}")
    del told["message"]
    return Violation(**told)
