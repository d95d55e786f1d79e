"""The lines of a PDF's pages -> runs of text: lines joined, headings and captions told.

Nothing in a PDF says what a line is; it shows by size, weight, place and its neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.documents.furniture import without_furniture
from kg.documents.grid import Table, tables
from kg.documents.hyphens import Hyphens
from kg.documents.layout import Line, Page, Piece, zones
from kg.documents.model import BlockKind, PageBreak
from kg.documents.plain import BULLET
from kg.documents.runs import UNSPACED, Run, rows

_ENDED = re.compile(r"[.!?。！？…:：;；][\"“”»«’')）\]】]*$")
_CLOSED = re.compile(r"[.!?。！？…][\"“”»«’')）\]】]*$")
_LARGER = 1.13
"""How much larger than the running text the letters of a heading are."""
_LONGEST_HEADING = 200
_BOLD_HEADING = 110
_CAPTION = re.compile(r"[^\W\d_]{1,12}\.?\s?\d{1,3}(?:[.-]\d{1,3})?\s?[.:：|–-]?\s*\S")


def pdf_runs(pages: Sequence[Page]) -> list[Run]:
    """Runs of all pages in the order of reading."""
    kept = without_furniture(pages)
    letters: Counter[float] = Counter()
    for page in kept:
        for piece in (piece for line in page.lines for piece in line):
            letters[_rounded(piece.size)] += len(piece.text)
    body = max(letters, key=lambda size: (letters[size], -size), default=10.0)
    hyphens = Hyphens(piece.text for page in kept for line in page.lines for piece in line)
    parts = [part for page in kept for n, zone in enumerate(zones(page.lines)) for part in _parts(zone, n, page, body)]
    sizes = sorted({_rounded(p.size) for p in parts if isinstance(p, Paragraph) and p.is_heading(body)}, reverse=True)
    return list(_runs(_continued(parts, body), sizes, body, hyphens))


def _rounded(size: float) -> float:
    return round(size * 2) / 2


# Paragraphs and tables


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    page: int
    size: float
    bold: bool
    item: bool
    zone: int
    """The number of its zone on the page."""
    lines: list[tuple[Piece, int]] = field(default_factory=list)
    """Each line with its page."""

    @property
    def length(self) -> int:
        """Characters in all its lines."""
        return sum(len(line.text) + 1 for line, _ in self.lines)

    def is_heading(self, body: float) -> bool:
        """Whether size or weight show it as a heading."""
        last = self.lines[-1][0].text
        if self.size >= _LARGER * body:
            return self.length <= _LONGEST_HEADING
        return self.bold and self.length <= _BOLD_HEADING and not _ENDED.search(last) and self.size >= 0.95 * body


Part = Paragraph | Table


def _parts(zone: list[Line], place: int, page: Page, body: float) -> Iterator[Part]:
    """Paragraphs and tables of a zone, from top to bottom."""
    found = dict(tables(zone, page.number, page.levels))
    running = [line for line in zone if len(line) == 1]
    near = sorted(pitch for a, b in pairwise(running) if 0 < (pitch := a[0].y - b[0].y) < 2.4 * a[0].size)
    edges = min(line[0].x0 for line in zone), max(line[-1].x1 for line in zone)
    frame = _Frame(*edges, near[len(near) // 4] if near else 1.2 * body)
    open_: Paragraph | None = None
    number = 0
    while number < len(zone):
        if number in found:
            if open_:
                yield open_
            open_ = None
            end, table = found[number]
            yield table
            number = end
            continue
        line = _one(zone[number])
        if open_ is None or frame.breaks(open_, line):
            if open_:
                yield open_
            item = bool(BULLET.match(line.text + " x"))
            open_ = Paragraph(page.number, line.size, line.bold, item, place)
        open_.lines.append((line, page.number))
        number += 1
    if open_:
        yield open_


def _one(line: Line) -> Piece:
    text = " ".join(piece.text for piece in line)
    bold = all(piece.bold for piece in line)
    return line[0]._replace(x1=line[-1].x1, text=text, bold=bold, hyphen=line[-1].hyphen)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The edges of a zone and how far apart its lines stand."""

    left: float
    right: float
    pitch: float

    def breaks(self, paragraph: Paragraph, line: Piece) -> bool:
        """Whether a line begins a new paragraph."""
        before = paragraph.lines[-1][0]
        larger = max(before.size, line.size)
        if abs(before.size - line.size) > 0.1 * larger or (before.bold != line.bold and self._has_room(before, line)):
            return True
        apart = before.y - line.y
        if apart > 1.4 * max(self.pitch, larger) or apart < 0 or BULLET.match(line.text + " x"):
            return True
        ended = _ENDED.search(before.text)
        first = paragraph.lines[0][0]
        indented = line.x0 - before.x0 > 0.8 * line.size and (len(paragraph.lines) > 1 or ended)
        if indented and not (paragraph.item and len(paragraph.lines) == 1):
            return bool(ended) or first.x0 - before.x0 > 0.8 * line.size
        back = paragraph.item and first.x0 - line.x0 > 0.5 * line.size
        return back or (bool(ended) and self._has_room(before, line))

    def _has_room(self, before: Piece, line: Piece) -> bool:
        """Whether the line's first word would have found room at the end of the one before."""
        letter = (line.x1 - line.x0) / max(1, len(line.text))
        first = 1 if UNSPACED.match(line.text) else len(line.text.split(" ", 1)[0]) + 1
        return self.right - before.x1 > 1.2 * first * letter


# From parts to runs


def _continued(parts: Iterable[Part], body: float) -> Iterator[Part]:
    """Paragraphs that go on in the next column or on the next page made whole; small print between them comes after."""
    waiting: list[Part] = []
    for part in parts:
        head = waiting[0] if waiting else None
        if isinstance(head, Paragraph) and isinstance(part, Paragraph) and _goes_on(head, part, body):
            head.lines += part.lines
            continue
        small = isinstance(part, Paragraph) and part.size < 0.93 * body
        if not (head is not None and small):
            yield from waiting
            waiting = []
        waiting.append(part)
    yield from waiting


def _goes_on(head: Paragraph, part: Paragraph, body: float) -> bool:
    last, first = head.lines[-1], part.lines[0]
    moved = first[1] != last[1] or head.zone != part.zone
    if not moved or part.item or head.is_heading(body) or part.is_heading(body):
        return False
    alike = abs(head.size - part.size) <= 0.1 * head.size
    return alike and not _CLOSED.search(last[0].text) and not last[0].text.endswith((":", "：", ";", "；"))


def _runs(parts: Iterable[Part], sizes: Sequence[float], body: float, hyphens: Hyphens) -> Iterator[Run]:
    before: Part | None = None
    held: Run | None = None
    for part in parts:
        if held:
            caption = isinstance(part, Table) or isinstance(before, Table)
            yield Run("caption", held.text, 0, held.marks) if caption else held
            held = None
        if isinstance(part, Table):
            yield from rows(part.cells, None, part.page)
            before = part
            continue
        run = _run(part, sizes, body, hyphens)
        if run.kind in ("paragraph", "heading") and len(run.text) < 160 and _CAPTION.match(run.text):
            held = run  # a caption if a table follows, or stands before it
            continue
        yield run
        before = part
    if held:
        yield held


def _run(part: Paragraph, sizes: Sequence[float], body: float, hyphens: Hyphens) -> Run:
    text = ""
    marks: list[PageBreak] = []
    hyphen = False
    for line, page in part.lines:
        text, start = hyphens.joined(text, line.text, hyphen)
        if not marks or marks[-1].page != page:
            marks.append(PageBreak(start, page))
        hyphen = line.hyphen
    if hyphen:
        text += "-"
    kind: BlockKind = "paragraph"
    if part.is_heading(body):
        return Run("heading", text, sizes.index(_rounded(part.size)) + 1, tuple(marks))
    bullet = BULLET.match(text) if part.item else None
    if bullet and bullet.end() < len(text):
        cut = bullet.end()
        return Run("item", text[cut:], 0, tuple(PageBreak(max(0, m.start - cut), m.page) for m in marks))
    return Run(kind, text, 0, tuple(marks))
