"""Hyphens at the end of lines: those that only part a word are taken away, those that belong to it stay."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from kg import ontology
from kg.documents.runs import flowed

_HYPHENS = "-\u2010\u2011"
_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_LAST = re.compile(r"[^\W_]+$")
_FIRST = re.compile(r"[^\W\d_]+")
_KEPT = 200_000
"""Different words of a file that are remembered."""


@lru_cache(maxsize=1)
def _coordinators() -> frozenset[str]:
    """Words like "and" before which a hyphen stands for the rest of the next word."""
    known = ontology.load()
    return frozenset(
        word.lower() for code in known.languages for word in known.lexicon(code)["language"].get("coordinators", ())
    )


class Hyphens:
    """Joins lines; `texts` are all lines of the file, whose words tell how a word is written within a line."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.seen: Counter[str] = Counter()
        for text in texts:
            if len(self.seen) < _KEPT:
                # the word at the line's end may be a part of one
                self.seen.update(word.lower() for word in _WORD.findall(text)[1:-1])

    def joined(self, text: str, line: str, hyphen: bool) -> tuple[str, int]:
        """Both as one text, and where the line begins in it; `hyphen`: one ended `text` that it does not hold."""
        cut = hyphen or (text[-1:] in tuple(_HYPHENS) and text[-2:-1].isalnum())
        if not text or not cut:
            whole = flowed((text, line))
            return whole, len(whole) - len(line)
        stem = text if hyphen else text[:-1]
        first, last = _FIRST.match(line), _LAST.search(stem)
        if first is None or last is None:
            return f"{stem}-{line}", len(stem) + 1
        if first.group().lower() in _coordinators():
            return f"{stem}- {line}", len(stem) + 2
        between = "-" if self._belongs(stem, last.group(), line, first.group()) else ""
        return f"{stem}{between}{line}", len(stem) + len(between)

    def _belongs(self, stem: str, last: str, line: str, first: str) -> bool:
        """Whether the hyphen belongs to the word: as elsewhere in the file, else before a capital or after a digit."""
        apart = self.seen[f"{last}-{first}".lower()]
        whole = self.seen[f"{last}{first}".lower()]
        if apart != whole:
            return apart > whole
        return (first[0].isupper() and not last.isupper()) or any(c.isdigit() for c in last)
