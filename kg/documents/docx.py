"""Word documents: paragraphs, headings, list items and tables, in the order in which they are read.

Pages are none: a Word file has them only once a program has laid it out. Text that was deleted with changes tracked
is left out, text that was inserted is read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kg.documents.model import BlockKind, Content, Unreadable
from kg.documents.plain import opening
from kg.documents.runs import Run, clean, content, flowed, rows

LARGEST = 256 * 2**20
"""Bytes that a file may hold when it is unpacked, pictures included."""
LARGEST_PART = 64 * 2**20
"""Bytes of one part of it that is markup: some ten thousand pages."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SHORT = 110
"""Characters that a bold line may have that stands for a heading."""
_DEEPEST = 9


def docx_content(path: Path) -> Content:
    """Text and blocks of a .docx file; `Unreadable` where it is none, is encrypted or would fill the memory."""
    _checked(path)
    import docx  # a fifth of a second that only Word files need

    try:
        opened = docx.Document(str(path))
        body = opened.element.body
    except Exception as error:  # python-docx lets errors of zip, XML and its own lookups through
        raise Unreadable(
            f"it is no whole Word document ({type(error).__name__}: {error}); open it in a word processor "
            "and save it as .docx again"
        ) from error
    runs = list(_Body(opened.styles.element).runs(body))
    title = next((run.text for run in runs if run.kind == "title"), "")
    made = content(runs)
    return made._replace(title=title or opening(made.text, made.blocks))


def _checked(path: Path) -> None:
    """Refuse what is no archive, and archives that unpack to more than the memory should hold."""
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Unreadable(
                "it is protected by a password, or of the old .doc format; save it as .docx without a password"
            )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(f"it is no Word document, or was cut off ({error}); save it as .docx again") from error
    whole = sum(part.file_size for part in parts)
    markup = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if whole > LARGEST or markup > LARGEST_PART:
        raise Unreadable(
            f"it unpacks to {whole >> 20} MB, {markup >> 20} MB of them in one text; at most {LARGEST >> 20} MB and "
            f"{LARGEST_PART >> 20} MB are read: leave out its pictures, or split it"
        )


class _Body:
    """Reads the parts of a document's body with its styles."""

    def __init__(self, styles: Any) -> None:
        self.styles = {style.get(_W + "styleId"): style for style in styles.iter(_W + "style")}
        self.kind_of = cache(self._kind_of)

    def runs(self, parent: Any) -> Iterator[Run]:
        for child in parent:
            if child.tag == _W + "p":
                yield self._paragraph(child)
                for box in child.iter(_W + "txbxContent"):
                    if not any(up.tag == _MC + "Fallback" for up in box.iterancestors()):
                        yield from self.runs(box)
            elif child.tag == _W + "tbl":
                yield from self._table(child)
            elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "customXml", _W + "ins"):
                yield from self.runs(child)

    def _paragraph(self, paragraph: Any) -> Run:
        text = clean(_text(paragraph))
        settings = paragraph.find(_W + "pPr")
        style = _value(settings, "pStyle")
        kind, level = self.kind_of(style)
        depth = _value(settings, "outlineLvl")
        if depth.isdigit() and int(depth) < _DEEPEST:
            kind, level = "heading", int(depth) + 1
        elif kind == "paragraph" and settings is not None and settings.find(_W + "numPr") is not None:
            kind = "item"
        elif kind == "paragraph" and len(text) <= _SHORT and text[-1:] not in ".。;；:：,，" and _bold(paragraph):
            kind, level = "heading", _DEEPEST
        return Run(kind, text, level)

    def _kind_of(self, name: str) -> tuple[BlockKind, int]:
        """What paragraphs of a style are; the styles it is based on are asked in turn."""
        seen: set[str] = set()
        while name and name not in seen and name in self.styles:
            seen.add(name)
            style = self.styles[name]
            # a style keeps its English name in the file, whatever the language of the program that wrote it
            called = _value(style, "name").lower()
            settings = style.find(_W + "pPr")
            depth = _value(settings, "outlineLvl")
            if called == "title":
                return "title", 0
            if called == "caption":
                return "caption", 0
            if called.startswith("heading ") and called[8:].isdigit():
                return "heading", int(called[8:])
            if depth.isdigit() and int(depth) < _DEEPEST:
                return "heading", int(depth) + 1
            if called.startswith("list") or (settings is not None and settings.find(_W + "numPr") is not None):
                return "item", 0
            name = _value(style, "basedOn")
        return "paragraph", 0

    def _table(self, table: Any) -> Iterator[Run]:
        """The rows; a cell that spans several is said in each row, and a table inside a cell is read as its words."""
        grid: list[list[str]] = []
        heads = 0
        for row in table.iter(_W + "tr"):
            if next(row.iterancestors(_W + "tbl")) is not table:
                continue
            line: list[str] = []
            told = row.find(f"{_W}trPr/{_W}tblHeader") is not None
            for cell in row.iter(_W + "tc"):
                if next(cell.iterancestors(_W + "tr")) is row:
                    self._cell(cell, line, grid, told or not grid)
            heads += told and heads == len(grid)
            grid.append(line)
        yield from rows(grid, heads or None)

    def _cell(self, cell: Any, line: list[str], grid: list[list[str]], head: bool) -> None:
        settings = cell.find(_W + "tcPr")
        words = flowed(_text(paragraph) for paragraph in cell.iter(_W + "p"))
        merged = None if settings is None else settings.find(_W + "vMerge")
        if merged is not None and merged.get(_W + "val") != "restart" and grid and len(line) < len(grid[-1]):
            words = grid[-1][len(line)]
        wide = _value(settings, "gridSpan")
        line += [words, *[words if head else ""] * (min(int(wide), 100) - 1 if wide.isdigit() else 0)]


def _value(parent: Any, name: str) -> str:
    found = None if parent is None else parent.find(_W + name)
    return "" if found is None else str(found.get(_W + "val") or "")


def _bold(paragraph: Any) -> bool:
    """Whether all words of it are set in bold."""
    said = [run for run in paragraph.iter(_W + "r") if any((t.text or "").strip() for t in run.iter(_W + "t"))]
    marks = [run.find(f"{_W}rPr/{_W}b") for run in said]
    return bool(said) and all(mark is not None and mark.get(_W + "val") not in ("0", "false") for mark in marks)


_SAID = {_W + "tab": "\t", _W + "br": " ", _W + "cr": " ", _W + "noBreakHyphen": "-"}
_PASSED_OVER = frozenset((_W + "del", _W + "moveFrom", _W + "txbxContent", _MC + "Fallback", _W + "pPr", _W + "rPr"))


def _text(element: Any) -> str:
    """The words of a paragraph, without deleted ones and those of the boxes anchored in it."""
    parts: list[str] = []
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if child.tag == _W + "t":
            parts.append(child.text or "")
        elif child.tag in _SAID:
            parts.append(_SAID[child.tag])
        elif child.tag not in _PASSED_OVER:
            waiting.extend(reversed(child))
    return "".join(parts)
