"""Tiny queries answered by looking up, and written.

What takes more than a few lookups, what is no tiny query, and what is wrong is answered by None: then a process that
can be killed is asked, which says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.serve import cells, compress, fulltext, negotiate, protocol, results
from kg.serve.columns import Columns, TooMuch
from kg.serve.escaped import Asked, Escaped
from kg.serve.ground import INTEGER, Direct, Filed
from kg.serve.lookups import Search, Source, TooLong
from kg.serve.plan import Plan, Row
from kg.serve.reply import Reply
from kg.serve.settings import Settings
from kg.serve.tiny import Planner

ONCE_A = 0.5
"""Seconds between looks whether the columns are there."""


class Wish(NamedTuple):
    """How an answer is wanted."""

    accept: str | None
    coding: str
    page: bool
    """Whether a page is wanted most: that is not made here."""
    table: tuple[str, str] | None
    graph: tuple[str, str] | None


@lru_cache(maxsize=500)
def wish(accept: bytes, coding: bytes) -> Wish:
    """What the headers Accept and Accept-Encoding ask for."""
    wanted = accept.decode("latin-1") if accept else None
    formats = negotiate.choose(wanted, negotiate.RESULTS), negotiate.choose(wanted, negotiate.GRAPHS)
    return Wish(wanted, compress.choose(coding.decode("latin-1")), protocol.prefers_page(wanted), *formats)


class Quick:
    """Answers from one store, by its columns as soon as there are some, and by its full text where there is one."""

    def __init__(
        self,
        store: ox.Store,
        settings: Settings,
        prefixes: dict[str, str],
        index: Callable[[], fulltext.Index | None] = lambda: None,
        columns: Path | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._prefixes = prefixes
        self._planner = Planner(prefixes)
        self._escaped = Escaped(self._planner)
        self._turtle = cells.Turtle(prefixes)
        self._limits = results.Limits(settings.max_rows, settings.max_bytes)
        self._source = Source(Direct(store), index)
        self._columns: Path | None = None
        self._look_at = 0.0
        self.changed(columns)

    def changed(self, columns: Path | None = None) -> None:
        """The store has other quads now, which stand in columns there, sooner or later."""
        self._source.ground = Direct(self._store)
        self._columns, self._look_at = columns, 0.0

    def _look(self) -> None:
        """Use the columns if they are there by now."""
        now = time.monotonic()
        if self._columns is not None and now >= self._look_at:
            self._look_at = now + ONCE_A
            with suppress(OSError, ValueError):
                self._source.ground = Filed(Columns(self._columns))
                self._columns = None

    def read(self, text: bytes) -> Asked | None:
        """A query string -> a query that may be answered here."""
        return self._escaped.read(text)

    def answer(self, asked: Asked, wish: Wish) -> Reply | None:
        """The answer; None for a query that is left to others."""
        if self._columns is not None:
            self._look()
        try:
            reply = self._answered(asked.plan, asked.constants, wish.table, wish.graph)
        except (TooLong, fulltext.TooLong):
            self._planner.leave(asked.query)
            return None
        except (TooMuch, ValueError):
            return None
        return reply and compress.compressed(reply, wish.coding)

    def _answered(
        self, plan: Plan, constants: list[str], table: tuple[str, str] | None, graph: tuple[str, str] | None
    ) -> Reply | None:
        chosen = table if plan.form in ("SELECT", "ASK") else graph
        if chosen is None:
            return None
        name, media_type = chosen
        search = Search(self._source, constants)
        plan = search.planned(plan)
        if plan.form == "SELECT":
            written = self._table(plan, search.rows(plan), name)
        elif plan.form == "ASK":
            written = results.write_truth(bool(search.bindings(plan, 1)), name)
        else:
            described = plan.form == "DESCRIBE"
            written = self._graph(search.described(plan) if described else search.constructed(plan), name)
        return None if written.cut else results.reply(written, media_type, keep=True)

    def _table(self, plan: Plan, rows: list[Row], name: str) -> results.Written:
        ground = self._source.ground
        counted = plan.count[0] if plan.count else ""
        if name == "json":
            writers = [cells.json_number if one == counted else ground.json for one in plan.names]
            return self._cut(cells.json_table(plan.names, rows, writers, bound=plan.bound), len(rows))
        makers = [_number if one == counted else ground.term for one in plan.names]
        terms = [tuple(None if t is None else m(t) for m, t in zip(makers, row, strict=True)) for row in rows]
        return results.write_rows(list(plan.names), terms, name, self._limits)

    def _graph(self, triples: Sequence[cells.Triple], name: str) -> results.Written:
        if name == "turtle":
            return self._cut(self._turtle.written(triples), len(triples))
        document = "".join(f"{' '.join(triple)} .\n" for triple in triples)
        read = [quad.triple for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES, lenient=True)]
        return results.write_triples(read, name, self._limits, self._prefixes)

    def _cut(self, text: str, rows: int) -> results.Written:
        """An answer, marked where it is larger than it may be."""
        body = text.encode("utf-8", "replace")
        over = rows > self._limits.rows or len(body) > self._limits.bytes
        return results.Written(body, "over" if over else "")


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(INTEGER))
