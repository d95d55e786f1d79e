"""Spellings of the lexicon as patterns: any of several words, and one word however it is spaced and capitalised."""

from __future__ import annotations

import re
from collections.abc import Iterable

_GAPS = re.compile(r"[\s\u00a0]+")


def any_of(words: Iterable[object], flags: str = "") -> str:
    """A group that matches any of the words, longest first."""
    listed = sorted({str(w) for w in words}, key=lambda w: (-len(w), w))
    body = "|".join(re.escape(w).replace(r"\ ", r"[\s\u00a0]+") for w in listed) or r"(?!)"
    return f"(?{flags}:{body})" if flags else f"(?:{body})"


def fold(spelling: str) -> str:
    """The spelling in small letters, with single spaces."""
    return _GAPS.sub(" ", spelling).lower()
