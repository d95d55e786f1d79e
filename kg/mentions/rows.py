"""Rows of tables: their cells, the row that names the columns, and the units that it says for the figures below.

A row is read as one sentence. What its column's name says of a figure (indicator, substance, year, status) is told by
`Sentence.head`; a unit has to be known before anything else, so the figures get theirs here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.mentions.language import Language
from kg.mentions.model import Quantity, Sentence

_BRACKET = re.compile(r"[(（\[]([^()（）\[\]]+)[)）\]]")
_TITLE = re.compile(r"[(（]([^()（）]+)[)）]\s*[:：]?$")
_START = re.compile(r"\S+")
_LINE = 120
"""Characters of a line of a list that tells one figure."""
_WORDS = 4
"""Words that a unit has at most at the end of a column's name."""
_LONGEST = 60
"""Characters of a cell that may be a unit or a figure without one."""


def tabulate(sentences: Iterable[Sentence], lang: Language, text: str) -> None:
    """Give the rows among the sentences their cells, the row that names their columns, and the units of their figures.

    The columns' names end with the table; rows with more cells than there are names belong to another one.
    """
    head: Sentence | None = None
    units = _Units(lang)
    for sentence in sentences:
        if sentence.block.kind != "row":
            head = None
            continue
        sentence.cells = list(_cells(sentence, text))
        if is_head(sentence):
            head = sentence
            # no name may hold the words of a unit
            sentence.quantities = list(units.named(sentence, text))
        elif head is not None and len(sentence.cells) <= len(head.cells):
            sentence.head = head
            sentence.quantities = list(units.given(sentence, text))
        else:
            head = None
            sentence.quantities = list(units.given(sentence, text))


def is_head(sentence: Sentence) -> bool:
    """Whether it names the columns of a table and so states nothing itself."""
    return sentence.block.kind == "row" and sentence.block.level > 0


def _cells(sentence: Sentence, text: str) -> Iterator[tuple[int, int]]:
    """Where each cell's words stand; an empty cell has no length."""
    mark = "|" if "|" in text[sentence.start : sentence.end] else "\t"
    at = sentence.start
    for cell in text[sentence.start : sentence.end].split(mark):
        words = cell.strip()
        start = at + len(cell) - len(cell.lstrip()) if words else at
        yield start, start + len(words)
        at += len(cell) + 1


def itemise(sentences: Iterable[Sentence], lang: Language, text: str) -> None:
    """Give the bare figures that lines end with the unit that the line above these says: "Costs (EUR million)"."""
    units, unit = _Units(lang), ""
    for sentence in sentences:
        said = text[sentence.start : sentence.end]
        last = sentence.quantities[-1] if sentence.quantities else None
        if sentence.block.kind == "row" or len(said) > _LINE:
            unit = ""
        elif (named := _TITLE.search(said)) is not None and (found := units.ending(named[1])):
            unit = found
        elif unit and last is not None and not last.unit and not text[last.end : sentence.end].strip(".;,"):
            read = units.read(text[last.start : last.end], unit)
            sentence.quantities[-1] = replace(read, start=last.start, end=last.end) if read else last
        else:
            unit = ""


class _Units:
    """The units that the cells of one document's tables say; the same words come in row after row."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self._known: dict[str, str] = {}

    def given(self, sentence: Sentence, text: str) -> Iterator[Quantity]:
        """The figures of a row, with the units that stand in another cell or above."""
        own = [text[a:b] for a, b in sentence.cells]
        columns = [text[a:b] for a, b in sentence.head.cells] if sentence.head else []
        alone = (self.said(part) for cell in own[:1] for part in (*_BRACKET.findall(cell), *own))
        shared = next(filter(None, alone), "")
        for number, (start, end) in enumerate(sentence.cells):
            here = [q for q in sentence.quantities if start <= q.start < end]
            unit = (self._in_name(columns[number]) if number < len(columns) else "") or shared
            bare = unit and number and end - start <= _LONGEST and not any(q.unit for q in here)
            read = self.read(text[start:end], unit) if bare else None
            yield from here if read is None else [replace(read, start=start + read.start, end=end)]

    def named(self, sentence: Sentence, text: str) -> Iterator[Quantity]:
        """The units in the names of columns, as figures without a number."""
        for start, end in sentence.cells:
            unit = self._in_name(text[start:end])
            if unit and (read := self.read("1", unit)):
                at = text.rindex(unit, start, end)
                yield replace(read, start=at, end=at + len(unit))

    def said(self, words: str) -> str:
        """The words, if they are a unit and nothing else, else ""."""
        words = words.strip(" ,:;.，：")
        if words not in self._known:
            short = 0 < len(words) <= _LONGEST and not words[0].isdigit()
            self._known[words] = words if short and self.read("1", words) else ""
        return self._known[words]

    def _in_name(self, name: str) -> str:
        """The unit in a column's name: in brackets, or at its end."""
        return self.ending(*_BRACKET.findall(name)[::-1], name)

    def ending(self, *names: str) -> str:
        """The unit that the first of the names ends with, of those that do."""
        for said in names:
            starts = [word.start() for word in _START.finditer(said)][-_WORDS:]
            for start in starts:
                if unit := self.said(said[start:]):
                    return unit
        return ""

    def read(self, cell: str, unit: str) -> Quantity | None:
        """The figure of a cell in a unit that stands elsewhere, if the cell ends with one."""
        for before, after in self._around(unit):
            said = before + cell + after
            found = list(self.lang.grammar.find(said))
            last = found[-1] if found else None
            if last and last.unit and last.start < len(before) + len(cell) and last.end >= len(said) - 1:
                return replace(last, start=max(0, last.start - len(before)), end=len(cell))
        return None

    def _around(self, unit: str) -> Iterator[tuple[str, str]]:
        """What stands before and after a figure: the unit after it, or a currency before ("EUR 5 million")."""
        yield "", unit if self.lang.han else f" {unit}"
        first, _, rest = unit.partition(" ")
        yield f"{first} ", f" {rest}" if rest else ""
