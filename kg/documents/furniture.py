"""What repeats on the pages of a PDF and is no part of its text: headers, footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kg.documents.layout import Line, Page

_MARGIN = 0.13
"""Share of a page's height, at its top and foot, where furniture stands."""
_OUTER = 4
"""Lines at the top and at the foot of a page that may be furniture."""
_GAP = 1.6
"""Share of the letters' size by which furniture stands away from the text at least."""
_LONG = 60
"""Characters of a line from which on it has to be the same with all its numbers."""
_NUMBER = re.compile(r"\W*(\d{1,4})\W*$")
_DIGITS = re.compile(r"\d+")


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without headers, footers and page numbers."""
    seen: Counter[tuple[str, int, str]] = Counter()
    numbered: Counter[int] = Counter()
    for page in pages:
        outer = _outer(page)
        seen.update({_likeness(page, line) for line in outer})
        numbered.update({int(m[1]) - page.number for line in outer if (m := _NUMBER.match(_said(line)))})
    often = 3 if len(pages) > 3 else 2
    kept = []
    for page in pages:
        gone = []
        for line in _outer(page):
            number = _NUMBER.match(_said(line))
            counts = number and (int(number[1]) == page.number or numbered[int(number[1]) - page.number] > 1)
            if counts or seen[_likeness(page, line)] >= often:
                gone.append(id(line))
        kept.append(page._replace(lines=[line for line in page.lines if id(line) not in gone]))
    return kept


def _outer(page: Page) -> list[Line]:
    """The first and last lines of a page, as far as they stand in its margins and apart from its text."""
    top, foot = page.height * (1 - _MARGIN), page.height * _MARGIN
    above = [line for line in page.lines[:_OUTER] if line[0].y > top]
    below = [line for line in page.lines[-_OUTER:] if line[0].y < foot]
    first, last = len(above), len(page.lines) - len(below)
    while first and first < len(page.lines) and not _apart(page.lines[first - 1], page.lines[first]):
        first -= 1
    while 0 < last < len(page.lines) and not _apart(page.lines[last - 1], page.lines[last]):
        last += 1
    return page.lines[:first] + page.lines[max(first, last) :]


def _apart(above: Line, below: Line) -> bool:
    return above[0].y - below[0].y > _GAP * max(above[0].size, below[0].size)


def _said(line: Line) -> str:
    return " ".join(piece.text for piece in line)


def _likeness(page: Page, line: Line) -> tuple[str, int, str]:
    """What the same header has in common on all pages: its words but for numbers, its size, whether above or below."""
    said = _said(line)
    said = _DIGITS.sub("#", said) if len(said) < _LONG else said
    return said, round(line[0].size), "top" if line[0].y > page.height / 2 else "foot"
