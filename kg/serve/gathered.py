"""What a remote store says of many things by one predicate, asked at once: each question costs a journey."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.serve.reply import Problem

MANY = 30
"""Things of which a predicate is asked, one after the other, until all that it says is."""
SECONDS = 30.0
"""For so long, what was gathered is not asked again, and questions are counted."""
MOST, TOO_MANY_SECONDS = 50_000, 600.0
"""Quads that are gathered: a predicate of more is asked of one thing at a time, and not tried again for so long."""
REMEMBERED = 200
Table = Mapping[Any, list[ox.Quad]]
"""Quads by subject."""


class Gathered:
    """What predicates say of all things, in a graph or, for None, in any."""

    def __init__(self, quads: Callable[[Any, Any, int], Iterable[ox.Quad]]) -> None:
        self._quads = quads
        self._asked: dict[tuple[Any, Any], tuple[int, float]] = {}
        """How often since when."""
        self._known: dict[tuple[Any, Any], tuple[float, Table | None]] = {}
        """Until when, and what; None where it is too much."""

    def of(self, predicate: Any, graph: Any) -> Table | None:
        """All that a predicate says; None where it is not asked of many things, or says too much."""
        key, now = (predicate, graph), time.monotonic()
        known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]
        times, since = self._asked.get(key, (0, now))
        times, since = (times + 1, since) if now - since < SECONDS else (1, now)
        if len(self._asked) > REMEMBERED:
            self._asked.clear()
            self._known.clear()
        self._asked[key] = times, since
        if times <= MANY:
            return None
        del self._asked[key]
        table = self._gather(predicate, graph)
        self._known[key] = now + (TOO_MANY_SECONDS if table is None else SECONDS), table
        return table

    def _gather(self, predicate: Any, graph: Any) -> Table | None:
        try:
            found = list(self._quads(predicate, graph, MOST + 1))
        except Problem:
            return None  # a store that gives no long answers
        if len(found) > MOST:
            return None
        table: dict[Any, list[ox.Quad]] = {}
        for quad in found:
            table.setdefault(quad.subject, []).append(quad)
        return table
