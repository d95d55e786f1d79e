"""Tables of a PDF page: pieces side by side whose places agree from line to line, and rules drawn between them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg.documents.layout import Level, Line
from kg.documents.runs import flowed

_CLOSE = 0.85
"""Share of the letters' size by which lines of running text are always farther apart: nearer ones are of one row."""
_HIGHEST = 220.0
"""Points between two rules that may enclose one row."""


@dataclass(slots=True)
class Table:
    """Rows of cells."""

    page: int
    cells: list[list[str]]


def tables(zone: list[Line], page: int, levels: Sequence[Level]) -> Iterator[tuple[int, tuple[int, Table]]]:
    """Number of the first line of a table -> the number after its last, and the table.

    `levels` are the horizontal rules of the page, from top to bottom.
    """
    bands = list(_bands(zone, levels))
    number = begin = 0
    while number < len(bands):
        end = number
        while end < len(bands) and (_is_row(bands[end]) or (end > number and _inside(bands, end))):
            end += 1
        columns = _columns(bands[number:end]) if end - number > 1 else []
        size = sum(map(len, bands[number : max(end, number + 1)]))
        if len(columns) > 1:
            yield begin, (begin + size, Table(page, list(_rows(bands[number:end], columns))))
        begin += size
        number = max(end, number + 1)


def _bands(zone: list[Line], levels: Sequence[Level]) -> Iterator[list[Line]]:
    """Lines that are one row if they are any: between the same two rules, or nearer than lines of a text are."""
    depths = [-level.y for level in levels]
    for _, enclosed in groupby(zone, lambda line: _enclosure(line, levels, depths)):
        band: list[Line] = []
        for line in enclosed:
            together = band and (
                band[-1][0].y - line[0].y < _CLOSE * line[0].size or _enclosure(line, levels, depths) is not None
            )
            if band and not together:
                yield band
                band = []
            band.append(line)
        yield band


def _enclosure(line: Line, levels: Sequence[Level], depths: Sequence[float]) -> tuple[float, float] | None:
    """The two rules between which a line stands, if they are near and reach over it."""
    middle = line[0].y + 0.3 * line[0].size
    at = bisect_left(depths, -middle)
    over = next((lv for lv in reversed(levels[max(0, at - 24) : at]) if _covers(lv, line)), None)
    under = next((lv for lv in levels[at : at + 24] if _covers(lv, line)), None)
    if over is None or under is None or over.y - under.y > _HIGHEST:
        return None
    return over.y, under.y


def _covers(level: Level, line: Line) -> bool:
    return level.x0 <= line[0].x0 + 2 and level.x1 >= line[-1].x1 - 2


def _is_row(band: list[Line]) -> bool:
    return any(len(line) > 1 for line in band)


def _inside(bands: list[list[Line]], number: int) -> bool:
    """Whether a line with one piece is a part of a cell: a row of several stands close above and close below."""
    if len(bands[number]) > 1 or number + 1 >= len(bands):
        return False
    line, above = bands[number][0][0], bands[number - 1][-1]
    close = above[0].y - line.y < 1.5 * line.size
    short = line.x1 - line.x0 < 0.5 * (max(above[-1].x1, line.x1) - min(above[0].x0, line.x0))
    return _is_row(bands[number - 1]) and _is_row(bands[number + 1]) and close and short and line.x0 > above[0].x0 - 1


def _columns(bands: Sequence[list[Line]]) -> list[tuple[float, float]]:
    """Where the columns of a table stand: what no cell reaches over."""
    found: list[tuple[float, float]] = []
    pieces = [piece for band in bands for line in band if len(line) > 1 or len(band) > 1 for piece in line]
    for begin, end in sorted((piece.x0, piece.x1) for piece in pieces):
        if found and begin < found[-1][1] + 0.5:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _rows(bands: Sequence[list[Line]], columns: Sequence[tuple[float, float]]) -> Iterator[list[str]]:
    """Rows of cells; a line close below that has nothing in its first column goes on with the row above."""
    row: list[list[str]] = []
    before: list[Line] = []
    for band in bands:
        cells: list[list[str]] = [[] for _ in columns]
        for piece in (piece for line in band for piece in line):
            middle = (piece.x0 + piece.x1) / 2
            at = min(range(len(columns)), key=lambda n: max(columns[n][0] - middle, middle - columns[n][1]))
            cells[at].append(piece.text)
        first = band[0][0]
        close = bool(before) and before[-1][0].y - first.y < 1.5 * first.size
        if row and len(band) == 1 and ((close and not cells[0]) or len(band[0]) == 1):
            for there, more in zip(row, cells, strict=True):
                there += more
        else:
            if row:
                yield [flowed(cell) for cell in row]
            row = cells
        before = band
    if row:
        yield [flowed(cell) for cell in row]
