"""Tables of a PDF page: pieces side by side whose places agree from line to line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.documents.layout import Line


@dataclass(slots=True)
class Table:
    """Rows of cells."""

    page: int
    cells: list[list[str]]


def tables(zone: list[Line], page: int) -> Iterator[tuple[int, tuple[int, Table]]]:
    """Number of the first line of a table -> the number after its last, and the table."""
    number = 0
    while number < len(zone):
        end = number
        while end < len(zone) and (len(zone[end]) > 1 or (end > number and _inside(zone, end))):
            end += 1
        columns = _columns(zone[number:end]) if end - number > 1 else []
        if len(columns) > 1:
            yield number, (end, Table(page, list(_cells(zone[number:end], columns))))
        number = max(end, number + 1)


def _inside(zone: list[Line], number: int) -> bool:
    """Whether a line with one piece is a part of a cell: a row of several stands close above and close below."""
    line, above = zone[number][0], zone[number - 1]
    below = zone[number + 1] if number + 1 < len(zone) else []
    close = above[0].y - line.y < 1.5 * line.size
    short = line.x1 - line.x0 < 0.5 * (max(above[-1].x1, line.x1) - min(above[0].x0, line.x0))
    return len(above) > 1 and len(below) > 1 and close and short and line.x0 > above[0].x0 - 1


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Where the columns of a table stand: what no cell reaches over."""
    found: list[tuple[float, float]] = []
    for begin, end in sorted((piece.x0, piece.x1) for line in lines if len(line) > 1 for piece in line):
        if found and begin < found[-1][1] + 0.5:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _cells(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> Iterator[list[str]]:
    """Rows of cells; a line close below that has nothing in its first column goes on with the row above."""
    row: list[list[str]] = []
    before: Line = []
    for line in lines:
        cells: list[list[str]] = [[] for _ in columns]
        for piece in line:
            middle = (piece.x0 + piece.x1) / 2
            at = min(range(len(columns)), key=lambda n: max(columns[n][0] - middle, middle - columns[n][1]))
            cells[at].append(piece.text)
        goes_on = before and not cells[0] and before[0].y - line[0].y < 1.5 * line[0].size
        if row and (goes_on or len(line) == 1):
            for there, more in zip(row, cells, strict=True):
                there += more
        else:
            if row:
                yield [" ".join(cell) for cell in row]
            row = cells
        before = line
    if row:
        yield [" ".join(cell) for cell in row]
