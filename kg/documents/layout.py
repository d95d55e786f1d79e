"""Where the words of a PDF page stand to each other: pieces of lines, columns, and the order in which they are read.

Lengths are points, y grows upwards. `lines` puts words into pieces, `zones` orders the pieces; a zone holds lines that
are read from top to bottom, each with its pieces from left to right (several in a table's row).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from kg.documents.runs import UNSPACED, flowed

_SAME_LINE = 0.4
"""Share of the letters' size by which words of one line differ in height: raised and lowered letters."""
_PIECE_GAP = 0.95
"""Share of the letters' size from which on a gap parts two pieces, if it is wider than the others of its line."""
_DENSE_GAP = 0.4
"""The same in scripts without spaces."""
_WIDE_GAP = 2.2
"""Share of the letters' size from which on a gap parts two pieces in any case."""
_EVEN = 0.6
"""Points by which gaps beside each other differ that were made to fill a line."""
_BREAK = 2.3
"""Share of the letters' size from which on a gap between lines ends what stands side by side above it."""
_BULLET = re.compile(r"[-–—*•·▪◦‣■□●○➢✓]|[\uf0a7\uf0b7]|\(?(?:\d{1,2}|[a-z])[.)]$")
_FILLED = 0.55
"""Share of a column's width that its lines fill at least on average; a table's cells fill less."""
_LONG = 16
"""Letters of a column's lines at least on average; half as many where letters are as wide as high."""
_CROSSING = 0.7
"""Share of a page's pieces that may reach over the gap between its columns: headings, wide tables, whole paragraphs."""
_DEEPEST = 4


class Word(NamedTuple):
    """A word on its page."""

    x0: float
    x1: float
    y: float
    """Of the line that the letters stand on."""
    size: float
    text: str
    bold: bool
    hyphen: bool
    """Whether it ends a line with a hyphen, which `text` does not hold."""


class Piece(NamedTuple):
    """Words of one line without a wide gap between them."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool
    hyphen: bool


Line = list[Piece]
"""Pieces side by side, from left to right."""


class Upright(NamedTuple):
    """A vertical rule."""

    x: float
    y0: float
    y1: float


class Level(NamedTuple):
    """A horizontal rule."""

    y: float
    x0: float
    x1: float


class Page(NamedTuple):
    """One page: its number, its size, its lines from top to bottom."""

    number: int
    width: float
    height: float
    lines: list[Line]
    levels: tuple[Level, ...] = ()
    """Horizontal rules from top to bottom."""


def lines(words: Iterable[Word], uprights: Sequence[Upright] = ()) -> list[Line]:
    """The lines of a page from top to bottom; `uprights` from left to right part them, too."""
    found: list[list[Word]] = []
    for word in sorted((w for w in words if w.size > 0.5), key=lambda w: (-w.y, w.x0)):
        here = found[-1] if found else None
        near = here is not None and abs(here[0].y - word.y) <= _SAME_LINE * max(here[0].size, word.size)
        if here is not None and near:
            here.append(word)
        else:
            found.append([word])
    return [_pieces(line, uprights) for line in found]


def _pieces(words: list[Word], uprights: Sequence[Upright]) -> Line:
    words.sort(key=lambda w: (w.x0, w.x1))
    gaps = [b.x0 - a.x1 for a, b in pairwise(words)]
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 2 else 0.0
    groups: list[list[Word]] = [words[:1]]
    for number, (last, word) in enumerate(pairwise(words)):
        bullet = len(groups) == 1 and len(groups[0]) == 1 and _BULLET.fullmatch(last.text)
        # words that fill a narrow column stand apart evenly
        even = any(
            abs(gaps[number] - gap) < _EVEN
            for gap in (*gaps[max(0, number - 1) : number], *gaps[number + 1 : number + 2])
        )
        wide = gaps[number] > 4 * word.size if bullet else not even and _parted(last, word, usual)
        if wide or _ruled(last, word, uprights):
            groups.append([word])
        else:
            groups[-1].append(word)
    return [_piece(group) for group in groups]


def _parted(last: Word, word: Word, usual: float) -> bool:
    """Whether a gap is wider than those between words; `usual` is the middle one of its line."""
    size, gap = max(last.size, word.size), word.x0 - last.x1
    dense = UNSPACED.match(last.text[-1]) and UNSPACED.match(word.text)
    return gap > _WIDE_GAP * size or gap > max((_DENSE_GAP if dense else _PIECE_GAP) * size, 1.8 * usual)


def _ruled(last: Word, word: Word, uprights: Sequence[Upright]) -> bool:
    """Whether a vertical rule stands between two words."""
    at = bisect_left(uprights, last.x1 - 1, key=lambda rule: rule.x)
    while at < len(uprights) and uprights[at].x <= word.x0 + 1:
        if uprights[at].y0 <= word.y + 0.3 * word.size <= uprights[at].y1:
            return True
        at += 1
    return False


def _piece(words: list[Word]) -> Piece:
    largest = max(words, key=lambda w: (w.size, len(w.text)))
    parts: list[str] = []
    for before, word in zip([None, *words], words, strict=False):
        # raised and lowered letters, and letters set one by one, stand close
        close = before is not None and word.x0 - before.x1 < 0.08 * largest.size
        if close and parts:
            parts[-1] += word.text
        else:
            parts.append(word.text)
    bold = sum(len(w.text) for w in words if w.bold) > 0.8 * sum(len(w.text) for w in words)
    last = words[-1]
    return Piece(words[0].x0, max(w.x1 for w in words), largest.y, largest.size, flowed(parts), bold, last.hyphen)


def zones(page: Sequence[Line], depth: int = 0) -> list[list[Line]]:
    """Lines in the order of reading: each column by itself, between what reaches over the columns."""
    pieces = [piece for line in page for piece in line]
    gap = _gap(pieces) if depth < _DEEPEST else None
    if gap is None:
        return [list(page)] if page else []
    found: list[list[Line]] = []
    whole: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []

    def close() -> None:
        nonlocal whole, left, right
        if _is_column(left, gap, -1) and _is_column(right, gap, 1):
            found.extend(([whole] if whole else []) + zones(left, depth + 1) + zones(right, depth + 1))
            whole = []
        elif left or right:
            whole += sorted(_together(left, right), key=lambda line: -line[0].y)
        left, right = [], []

    above: Line = page[0]
    for line in page:
        if above[0].y - line[0].y > _BREAK * min(above[0].size, line[0].size):
            close()
        above = line
        if any(piece.x0 < gap < piece.x1 for piece in line):
            close()
            whole.append(line)
            continue
        sides = [p for p in line if p.x1 <= gap], [p for p in line if p.x0 >= gap]
        left += [sides[0]] if sides[0] else []
        right += [sides[1]] if sides[1] else []
    close()
    return found + ([whole] if whole else [])


def _together(left: list[Line], right: list[Line]) -> list[Line]:
    """The two sides of what is no pair of columns, as the lines that they were."""
    by_height = {line[0].y: list(line) for line in left}
    for line in right:
        nearest = min(by_height, key=lambda y: abs(y - line[0].y), default=None)
        if nearest is not None and abs(nearest - line[0].y) <= _SAME_LINE * line[0].size:
            by_height[nearest] += line
        else:
            by_height[line[0].y] = list(line)
    return list(by_height.values())


def _gap(pieces: Sequence[Piece]) -> float | None:
    """The middle of the upright strip that parts two columns, or None where there is none."""
    if len(pieces) < 8:
        return None
    begin, end = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    width = int(end - begin) + 2
    if not 60 < width < 10_000:
        return None
    change, ended, begun = [0] * (width + 1), [0] * (width + 1), [0] * (width + 1)
    for piece in pieces:
        first, last = int(piece.x0 - begin), int(piece.x1 - begin)
        change[first] += 1
        change[last + 1] -= 1
        ended[last + 1] += 1
        begun[first] += 1
    over, left, started = (list(accumulate(counts)) for counts in (change, ended, begun))
    inner = [x for x in range(int(0.12 * width), int(0.88 * width)) if min(left[x], len(pieces) - started[x]) >= 3]
    fewest = min((over[x] for x in inner), default=len(pieces))
    if fewest > _CROSSING * len(pieces):
        return None
    strips = [list(same) for few, same in groupby(inner, lambda x: over[x] == fewest) if few]
    widest = max(strips, key=len)
    size = sorted(p.size for p in pieces)[len(pieces) // 2]
    return begin + (widest[0] + widest[-1] + 1) / 2 if len(widest) >= 0.6 * size else None


def _is_column(side: list[Line], gap: float, sign: int) -> bool:
    """Whether lines beside a gap are running text rather than cells of a table."""
    if len(side) < 3:
        return False
    pieces = [piece for line in side for piece in line]
    begin, end = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    filled = sum(p.x1 - p.x0 for p in pieces) / len(side) / max(end - begin, 1.0)
    wide = sum(p.x1 - p.x0 for p in pieces) / max(1, sum(len(p.text) for p in pieces))
    long = _LONG / 2 if wide > 0.7 * pieces[0].size else _LONG
    return filled >= _FILLED and sum(len(p.text) for p in pieces) / len(side) >= long
