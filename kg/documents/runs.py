"""Runs of text, as the readers find them, put together into a text with blocks; the rows of tables among them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kg.documents.model import Block, BlockKind, Content, PageBreak

BETWEEN = "\n\n"
"""What stands between two blocks of a text that was put together."""
CELL = " | "
"""What stands between two cells of a row; inside a cell it is written as a broken bar."""
_FIGURE = re.compile(r"(?<![^\W\d_])[-−+±<>≤≥~≈]?\d[\d.,  '’]*")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?")


@dataclass(frozen=True, slots=True)
class Run:
    """A block on its way into a text; `marks` say from which offset of `text` on it stands on which page."""

    kind: BlockKind
    text: str
    level: int = 0
    marks: tuple[PageBreak, ...] = ()


def content(runs: Iterable[Run], title: str = "") -> Content:
    """Text, blocks and pages of the runs that hold any text, in their order."""
    parts: list[str] = []
    blocks: list[Block] = []
    pages: list[PageBreak] = []
    size = 0
    for run in runs:
        if not run.text:
            continue
        for mark in run.marks:
            if not pages or pages[-1].page != mark.page:
                pages.append(PageBreak(size + mark.start, mark.page))
        page = run.marks[0].page if run.marks else None
        blocks.append(Block(size, size + len(run.text), run.kind, run.level, page))
        parts.append(run.text)
        size += len(run.text) + len(BETWEEN)
    return Content(BETWEEN.join(parts), tuple(blocks), title, tuple(pages))


def clean(text: str) -> str:
    """One line of composed characters, without soft hyphens, with single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    return " ".join(text.split())


def flowed(lines: Iterable[str]) -> str:
    """Lines as one; between two of them stands a space, unless one of them is written without."""
    text = ""
    for line in map(clean, lines):
        text += f" {line}" if text and line and _spaced(text, line) else line
    return text


def _spaced(text: str, line: str) -> bool:
    if UNSPACED.match(text[-1]) or UNSPACED.match(line):
        return False
    # a number that such a text parts at the end of a line
    parted = text[-1].isdigit() and line[0].isdigit() and UNSPACED.search(line) and UNSPACED.search(text[-_NEAR:])
    return not parted


_NEAR = 40
"""Characters before a line's end that tell how the line is written."""
UNSPACED = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff]")
"""Letters and signs of scripts without spaces."""


def rows(cells: Sequence[Sequence[str]], head: int | None = None, page: int | None = None) -> Iterator[Run]:
    """The rows of a table as runs; `head`: how many rows name the columns, None where the file does not say.

    Several rows that name the columns become one; what stands alone in its table is a paragraph.
    """
    kept = [[clean(cell).replace("|", "¦") for cell in row] for row in cells]
    kept = [row for row in kept if any(row)]
    if not kept or max(map(len, kept)) == 1:
        yield from (Run("paragraph", row[0], 0, _marks(page)) for row in kept)
        return
    heads = has_head(kept) if head is None else min(head, len(kept))
    if heads > 1:
        kept, heads = [one_head(kept[:heads]), *kept[heads:]], 1
    for number, row in enumerate(kept):
        yield Run("row", CELL.join(row).strip(), int(number < heads), _marks(page))


def one_head(heads: Sequence[Sequence[str]]) -> list[str]:
    """The names of columns that several rows say, in one row."""
    columns = zip_longest(*heads, fillvalue="")
    return [" ".join(dict.fromkeys(cell for cell in column if cell)) for column in columns]


def _marks(page: int | None) -> tuple[PageBreak, ...]:
    return () if page is None else (PageBreak(0, page),)


def has_head(cells: Sequence[Sequence[str]]) -> int:
    """1 if the first row names the columns: it has no figures, years aside, above a column of nothing else; else 0."""
    if len(cells) < 2 or len(cells[0]) < 2 or sum(map(bool, cells[0])) < 2 or any(map(_holds_figure, cells[0])):
        return 0
    below = [[row[n] for row in cells[1:] if n < len(row) and row[n]] for n in range(1, len(cells[0]))]
    return int(any(column and all(map(_holds_figure, column)) for column in below))


def _holds_figure(cell: str) -> bool:
    return any(not _YEAR.fullmatch(found.group().strip(" .,")) for found in _FIGURE.finditer(_BRACKETS.sub("", cell)))


_BRACKETS = re.compile(r"[(（\[][^)）\]]*[)）\]]")
"""What stands in brackets in the head of a column: its unit ("t/a", "10^4 t"), a note's number."""
