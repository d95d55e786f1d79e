"""PDFs and Word files that tests make for themselves."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from fpdf import FPDF

from kg.documents import Document, Rejected, read_file

Rows = Sequence[Sequence[str]]


class Paper(FPDF):
    """A PDF of A4 pages in one family of letters, with a header and page numbers where a test asks for them."""

    def __init__(self, lang: str = "de", head: str = "", numbered: bool = False) -> None:
        super().__init__()
        self.head, self.numbered = head, numbered
        self.family = "helvetica"
        if lang == "zh":
            self.family = "chinese"
            path, number = chinese_font()
            self.add_font("chinese", fname=path, collection_font_number=number)
        self.set_font(self.family, size=10)

    def header(self) -> None:
        if self.head:
            self.set_font(self.family, size=8)
            self.cell(0, 5, self.head, new_x="LMARGIN", new_y="NEXT")
            self.set_font(self.family, size=10)
            self.ln(8)

    def footer(self) -> None:
        if self.numbered:
            self.set_y(-15)
            self.cell(0, 5, f"- {self.page_no()} -", align="C")

    def heading(self, text: str, size: int = 16) -> None:
        self.set_font(self.family, size=size)
        self.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")
        self.set_font(self.family, size=10)
        self.ln(3)

    def paragraph(self, text: str, width: float = 0, align: str = "L") -> None:
        self.multi_cell(width, 5, text, align=align, new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def columns(self, *texts: str) -> None:
        """Texts side by side, from where the pen is."""
        top, width = self.get_y(), (self.epw - 8 * (len(texts) - 1)) / len(texts)
        ends = []
        for number, text in enumerate(texts):
            self.set_xy(self.l_margin + number * (width + 8), top)
            self.multi_cell(width, 5, text, align="L")
            ends.append(self.get_y())
        self.set_xy(self.l_margin, max(ends) + 8)

    def grid(self, rows: Rows, borders: str = "ALL") -> None:
        with self.table(borders_layout=borders, text_align="LEFT", first_row_as_headings=False) as table:
            for row in rows:
                line = table.row()
                for cell in row:
                    line.cell(cell)

    def saved(self, path: Path) -> Path:
        self.output(str(path))
        return path


def chinese_font() -> tuple[str, int]:
    """A font file with Chinese letters, and its number in the file; skips aloud where there is none."""
    try:
        told = subprocess.run(
            ["fc-match", "-f", "%{file}|%{index}", ":lang=zh-cn"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        told = ""
    path, _, number = told.partition("|")
    if "CJK" not in path and "cjk" not in path:
        pytest.skip("no font with Chinese letters is installed: apt-get install fonts-noto-cjk fontconfig")
    return path, int(number or 0)


def opened(path: Path) -> Document:
    found = read_file(path)
    assert isinstance(found, Document), found
    return found


def refused(path: Path) -> str:
    found = read_file(path)
    assert isinstance(found, Rejected)
    return found.reason


def parts(found: Document) -> list[tuple[str, str]]:
    """(kind, words) of each block, by its offsets."""
    return [(block.kind, found.text[block.start : block.end]) for block in found.blocks]
