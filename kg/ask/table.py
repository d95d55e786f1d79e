"""An answer as a table: for the terminal, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

_NARROWEST = 12
"""Characters below which a column of sentences is no longer read with ease."""
_LONG = 60
"""Characters above which a cell folds, and rows need a line between them."""


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: named columns and rows of text; `iris` has the IRI behind a cell where there is one."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    iris: tuple[tuple[str | None, ...], ...] = ()
    headings: tuple[str, ...] = ()

    @property
    def filled(self) -> list[int]:
        """The numbers of the columns that hold anything in any row: what people are shown."""
        return [at for at in range(len(self.columns)) if not self.rows or any(row[at] for row in self.rows)]

    def to_text(self, width: int | None = None) -> str:
        """For a terminal of `width` characters (None: the one at hand), without the columns that are empty in all rows.

        Columns aligned where there is room for them; else one block a row, a line a column.
        """
        console = Console(
            file=io.StringIO(), width=width, color_system=None, highlight=False, emoji=False, markup=False
        )
        shown = self.filled
        blocks = len(shown) * _NARROWEST > console.width
        with console.capture() as capture:
            for view in self._blocks(shown) if blocks else [self._grid(shown)]:
                console.print(view)
        return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())

    def _grid(self, shown: list[int]) -> RichTable:
        view = RichTable(show_lines=any(len(cell) > _LONG for row in self.rows for cell in row))
        for at in shown:
            view.add_column(_text((self.headings or self.columns)[at]), overflow="fold")
        for row in self.rows:
            view.add_row(*(_text(row[at]) for at in shown))
        return view

    def _blocks(self, shown: list[int]) -> Iterator[RichTable]:
        for row in self.rows:
            view = RichTable(box=None, show_header=False, pad_edge=False)
            view.add_column(no_wrap=True)
            view.add_column(overflow="fold")
            for at in shown:
                if row[at]:
                    view.add_row(_text((self.headings or self.columns)[at]), _text(row[at]))
            view.add_row()
            yield view

    def to_csv(self) -> str:
        """RFC 4180 with a heading line of the variable names."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows([self.columns, *self.rows])
        return out.getvalue()

    def to_json(self) -> str:
        """A list of objects, one a row: each column's text, and `<column>_iri` where an IRI stands behind it."""
        objects = []
        for index, row in enumerate(self.rows):
            one: dict[str, str] = dict(zip(self.columns, row, strict=True))
            links = self.iris[index] if self.iris else ()
            one |= {f"{name}_iri": iri for name, iri in zip(self.columns, links, strict=False) if iri}
            objects.append(one)
        return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"


def _text(cell: str) -> Text:
    """A cell as it is: no markup of rich's, and nothing that steers a terminal."""
    return Text("".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in cell))
