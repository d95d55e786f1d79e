"""An answer as a table: for the terminal, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: named columns and rows of text; `iris` has the IRI behind a cell where there is one."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    iris: tuple[tuple[str | None, ...], ...] = ()
    headings: tuple[str, ...] = ()

    def to_text(self, width: int | None = None) -> str:
        """For a terminal: columns aligned, long cells folded to `width` characters (None: as wide as the terminal)."""
        view = RichTable(show_lines=any(len(cell) > 60 for row in self.rows for cell in row))
        for name in self.headings or self.columns:
            view.add_column(name, overflow="fold")
        for row in self.rows:
            view.add_row(*(cell.replace("[", "\\[") for cell in row))
        console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False, emoji=False)
        with console.capture() as capture:
            console.print(view)
        return capture.get()

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
