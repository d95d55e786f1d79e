"""Tiny queries answered by looking up, and written.

What takes more than a few lookups, what is no tiny query, and what is wrong is answered by None: then a process that
can be killed is asked, which says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from kg.serve import cells, compress, fulltext, negotiate, results
from kg.serve.lookups import Search, Source, TooLong, TooMuch
from kg.serve.plan import Plan, Row
from kg.serve.reach import Reach
from kg.serve.reply import Reply
from kg.serve.settings import Settings
from kg.serve.tiny import Planner


@lru_cache(maxsize=256)
def _formats(accept: str | None) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """How tables and graphs are wanted."""
    return negotiate.choose(accept, negotiate.RESULTS), negotiate.choose(accept, negotiate.GRAPHS)


class Quick:
    """Answers from one store, and from its full text where there is one."""

    def __init__(
        self,
        store: ox.Store,
        settings: Settings,
        prefixes: dict[str, str],
        index: Callable[[], fulltext.Index | None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._prefixes = prefixes
        self._planner = Planner(prefixes)
        self._turtle = cells.Turtle(prefixes)
        self._limits = results.Limits(settings.max_rows, settings.max_bytes)
        self._source = Source(store, Reach(store), index)

    def changed(self) -> None:
        """The store has other quads now."""
        self._source.reach = Reach(self._source.store)

    def answer(self, job: dict[str, Any]) -> Reply | None:
        """`job` as `protocol.job` makes it -> the answer, or None for a query that is left to others."""
        if job["default"] or job["named"] or job["format"] or job["offset"]:
            return None
        planned = self._planner.plan(job["query"])
        if planned is None:
            return None
        try:
            reply = self._answered(*planned, *_formats(job["accept"]))
        except (TooLong, fulltext.TooLong):
            self._planner.leave(job["query"])
            return None
        except (TooMuch, ValueError):
            return None
        return reply and compress.compressed(reply, job["encoding"])

    def _answered(
        self, plan: Plan, constants: list[str], table: tuple[str, str] | None, graph: tuple[str, str] | None
    ) -> Reply | None:
        chosen = table if plan.form in ("SELECT", "ASK") else graph
        if chosen is None:
            return None
        name, media_type = chosen
        search = Search(self._source, constants)
        if plan.form == "SELECT":
            lines = search.lines(plan) if plan.plain and name == "json" else []
            text = cells.json_lines(plan.names, lines) if lines else ""
            search = Search(self._source, constants) if lines and not text else search
            written = self._cut(text, len(lines)) if text else self._table(plan, search.rows(plan), name)
        elif plan.form == "ASK":
            written = results.write_truth(bool(search.bindings(plan, 1)), name)
        else:
            described = plan.form == "DESCRIBE"
            written = self._graph(search.described(plan) if described else search.constructed(plan), name)
        return None if written.cut else results.reply(written, media_type, keep=True)

    def _table(self, plan: Plan, rows: list[Row], name: str) -> results.Written:
        if name != "json":
            return results.write_rows(list(plan.names), rows, name, self._limits)
        return self._cut(cells.json_table(plan.names, rows, bound=plan.bound), len(rows))

    def _graph(self, triples: Sequence[Row], name: str) -> results.Written:
        if name == "turtle":
            return self._cut(self._turtle.written(triples), len(triples))
        if triples and isinstance(triples[0][0], str):
            document = "".join(f"{' '.join(triple)} .\n" for triple in triples)
            read = [quad.triple for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES, lenient=True)]
        else:
            read = [ox.Triple(*one) for one in triples]
        return results.write_triples(read, name, self._limits, self._prefixes)

    def _cut(self, text: str, rows: int) -> results.Written:
        """An answer, marked where it is larger than it may be."""
        body = text.encode("utf-8", "replace")
        over = rows > self._limits.rows or len(body) > self._limits.bytes
        return results.Written(body, "over" if over else "")
