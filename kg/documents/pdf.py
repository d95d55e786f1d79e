"""PDF files: the words on their pages with place, size and weight, and what cannot be read said clearly."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.documents.layout import Level, Page, Upright, Word, lines
from kg.documents.model import Content, Unreadable
from kg.documents.reflow import pdf_runs
from kg.documents.runs import content

MOST_PAGES = 2_000
"""Pages of one file; what is known of their lines while furniture is looked for fills some 100 MB."""
MOST_LETTERS = 16_000_000
_WORD = re.compile(r"[^\s\x00-\x1f\ufffe\uffff]+")
_HYPHEN = "\x02\ufffe"
"""What the library puts for a hyphen that it takes for one of the line's end."""
_SAME = {n: unicodedata.normalize("NFKC", chr(n)) for n in (*range(0xFB00, 0xFB07), *range(0x2E80, 0x2FE0))}
_SAME = {n: text for n, text in _SAME.items() if text != chr(n)}
"""Ligatures and the signs of radicals, which fonts use in the place of the letters meant."""
_NO_LETTER = re.compile(r"[\ue000-\uf8ff\ufffd\x01\x03-\x08\x0e-\x1f]")
_MOSTLY = 0.3
_MOST_SHAPES = 20_000
"""Drawn things of one page that are looked at: a map has more, a table less."""
_THIN = 4.0
"""Points that a rule is thick at most."""


def pdf_content(path: Path) -> Content:
    """Text, blocks and pages of a PDF file; `Unreadable` for one that is encrypted, broken, scanned or endless."""
    import pypdfium2 as pdfium  # loads a library of several megabytes that only PDF files need

    try:
        opened = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise Unreadable("it is encrypted; save it without a password (print it to a new PDF)") from error
        raise Unreadable(f"it is no PDF, or is broken ({error}); save or download it again") from error
    try:
        pages = list(_pages(opened, pdfium))
    finally:
        opened.close()
    made = content(pdf_runs(pages))
    return made._replace(title=_title(made))


def _title(made: Content) -> str:
    """The highest heading of the first page that has one."""
    first = made.pages[0].page if made.pages else 0
    headings = [block for block in made.blocks if block.kind == "heading" and block.page == first]
    best = min(headings, key=lambda block: block.level, default=None)
    return made.text[best.start : best.end] if best else ""


def _pages(opened: Any, pdfium: Any) -> Iterator[Page]:
    count = len(opened)
    if count > MOST_PAGES:
        raise Unreadable(f"it has {count} pages, of which at most {MOST_PAGES} are read; split it")
    letters = strange = 0
    for number in range(count):
        try:
            page = opened[number]
            text = page.get_textpage()
        except pdfium.PdfiumError as error:
            raise Unreadable(f"its page {number + 1} is broken ({error}); save or download it again") from error
        said = text.get_text_range() if text.count_chars() else ""
        letters += len(said)
        strange += len(_NO_LETTER.findall(said))
        if letters > MOST_LETTERS:
            raise Unreadable(f"it has more than {MOST_LETTERS:,} letters by page {number + 1}; split it")
        turn = _turn(page)
        uprights, levels = ([], []) if turn[0] else _rules(page, pdfium.raw)
        words = list(_words(text, turn, pdfium.raw))
        yield Page(number + 1, *_size(page), lines(words, sorted(uprights)), tuple(levels))
        text.close()
        page.close()
    if not letters:
        raise Unreadable(
            f"no text is in its {count} pages, only pictures of it (a scan); have its letters recognised (OCR), "
            "for example with: ocrmypdf"
        )
    if strange > _MOSTLY * letters:
        raise Unreadable(
            "its fonts do not say which letters they draw; have its letters recognised (OCR), for example with: "
            "ocrmypdf --force-ocr"
        )


def _size(page: Any) -> tuple[float, float]:
    width, height = page.get_size()
    return float(width), float(height)


def _turn(page: Any) -> tuple[int, float, float]:
    """By how many quarters the page is turned when it is shown, and its size before."""
    turned = int(page.get_rotation()) // 90 % 4
    width, height = _size(page)
    return (turned, height, width) if turned % 2 else (turned, width, height)


def _rules(page: Any, raw: Any) -> tuple[list[Upright], list[Level]]:
    """The lines drawn on a page, and the edges of boxes, which are the borders of a table's cells."""
    uprights: list[Upright] = []
    levels: list[Level] = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for number in range(min(raw.FPDFPage_CountObjects(page), _MOST_SHAPES)):
        shape = raw.FPDFPage_GetObject(page, number)
        simple = raw.FPDFPageObj_GetType(shape) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPath_CountSegments(shape) <= 6
        if not simple or not raw.FPDFPageObj_GetBounds(shape, left, bottom, right, top):
            continue
        x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
        if y1 - y0 > _THIN:
            uprights += [Upright(x, y0, y1) for x in {x0, x1}]
        if x1 - x0 > _THIN:
            levels += [Level(y, x0, x1) for y in {y0, y1}]
    return uprights, _joined(levels)


def _joined(levels: list[Level]) -> list[Level]:
    """The rules from top to bottom, those in one line made one: each cell of a row brings its own."""
    found: list[Level] = []
    for level in sorted(levels, key=lambda rule: (-round(rule.y), rule.x0)):
        last = found[-1] if found else None
        if last and round(last.y) == round(level.y) and level.x0 <= last.x1 + _THIN:
            found[-1] = last._replace(x1=max(last.x1, level.x1))
        else:
            found.append(level)
    return sorted(found, reverse=True)


def _words(text: Any, turn: tuple[int, float, float], raw: Any) -> Iterator[Word]:
    """The words of a page in the order of the file, which need not be that of reading."""
    said = text.get_text_range()
    count = text.count_chars()
    if len(said) != count:  # letters beyond 16 bits, or without a code: told one by one, so that places fit
        said = "".join(map(chr, (raw.FPDFText_GetUnicode(text, n) or 32 for n in range(count))))
    places = _Places(text, turn, raw)
    for match in _WORD.finditer(said):
        first, last = match.start(), match.end() - 1
        hyphen = said[last + 1 : last + 2] in tuple(_HYPHEN) and last + 1 < count
        word = match.group().translate(_SAME)
        soft = word.endswith("\u00ad")
        if word := word.replace("\u00ad", ""):
            yield places.word(first, last, word, hyphen or soft)


class _Places:
    """Asks the library where the letters of one page stand."""

    def __init__(self, text: Any, turn: tuple[int, float, float], raw: Any) -> None:
        self.text, self.raw = text, raw
        self.turn, self.width, self.height = turn
        self.box, self.matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.bold: dict[int, bool] = {}

    def word(self, first: int, last: int, text: str, hyphen: bool) -> Word:
        """The word whose letters are those of the numbers `first` to `last`."""
        raw, page, box = self.raw, self.text, self.box
        raw.FPDFText_GetCharOrigin(page, first, self.x, self.y)
        raw.FPDFText_GetMatrix(page, first, self.matrix)
        scale = (self.matrix.c**2 + self.matrix.d**2) ** 0.5 or 1.0
        size = raw.FPDFText_GetFontSize(page, first) * scale
        raw.FPDFText_GetLooseCharBox(page, first, box)
        left, bottom, top = box.left, box.bottom, box.top
        if last != first:
            raw.FPDFText_GetLooseCharBox(page, last, box)
        if not self.turn:
            return Word(left, max(box.right, left), self.y.value, size, text, self._is_bold(first), hyphen)
        ends = [self._turned(left, self.y.value), self._turned(box.right, box.bottom), self._turned(left, bottom),
                self._turned(left, top), self._turned(box.right, box.top)]  # fmt: skip
        across = [x for x, _ in ends[1:]]
        return Word(min(across), max(across), ends[0][1], size, text, self._is_bold(first), hyphen)

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        match self.turn:
            case 1:
                return y, self.width - x
            case 2:
                return self.width - x, self.height - y
            case _:
                return self.height - y, x

    def _is_bold(self, number: int) -> bool:
        font = self.raw.FPDFTextObj_GetFont(self.raw.FPDFText_GetTextObject(self.text, number))
        key = ctypes.addressof(font.contents) if font else 0
        if key not in self.bold:
            self.bold[key] = bool(font) and self._named_bold(font)
        return self.bold[key]

    def _named_bold(self, font: Any) -> bool:
        name = ctypes.create_string_buffer(256)
        self.raw.FPDFFont_GetBaseFontName(font, name, 256)
        heavy = re.search(rb"bold|black|heavy|semibd|demi", name.value, re.I)
        return bool(heavy) or self.raw.FPDFFont_GetWeight(font) >= 600
