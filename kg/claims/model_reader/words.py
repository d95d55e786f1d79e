"""Where words that a model gives back stand in the text: letter by letter, only blanks and line ends may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Span = tuple[int, int]

_HAN = re.compile("[\u4e00-\u9fff]")


def find(words: str, text: str, start: int = 0, end: int | None = None, *, whole: bool = False) -> Iterator[Span]:
    """Every place of the words in `text[start:end]`; `whole`: not inside a longer word, where words have blanks."""
    pattern = _pattern(words, whole)
    if pattern is not None:
        yield from (m.span() for m in pattern.finditer(text, start, len(text) if end is None else end))


@lru_cache(maxsize=4096)
def _pattern(words: str, whole: bool) -> re.Pattern[str] | None:
    parts = words.split()
    if not parts:
        return None
    edges = ("(?<!\\w)", "(?!\\w)") if whole and not _HAN.search(words) else ("", "")
    return re.compile(edges[0] + r"\s+".join(map(re.escape, parts)) + edges[1])
