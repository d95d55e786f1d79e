"""What is reached by following a predicate any number of times; neighbours that were looked up are remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from kg.serve.spell import Spell

REMEMBERED = 50_000
"""Nodes whose neighbours are kept."""
FAR = 10_000
"""Neighbours that are looked at for one path."""


class Reach:
    """The paths in one state of a store."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._near: dict[Any, dict[Any, tuple[Any, ...]]] = {}
        self._size = 0

    def reached(
        self, start: Any, predicate: ox.NamedNode, graph: Any, closure: str, spell: Spell, *, back: bool = False
    ) -> dict[Any, None] | None:
        """The nodes at the other end of paths, each once; None where there are too many, or it takes too long."""
        found: dict[Any, None] = {} if closure == "+" else {start: None}
        kept = self._near.setdefault((predicate, graph, back), {})
        around = self._around(predicate, graph, back=back)
        todo, left = [start], FAR
        for node in todo:
            near = kept.get(node)
            if near is None:
                if spell.over():
                    return None
                near = kept[node] = around(node)
                self._size += 1
            left -= 1 + len(near)
            if left < 0:
                return None
            for one in near:
                if one not in found:
                    found[one] = None
                    if closure != "?":
                        todo.append(one)
        if self._size > REMEMBERED:
            self._near.clear()
            self._size = 0
        return found

    def _around(self, predicate: ox.NamedNode, graph: Any, *, back: bool) -> Callable[[Any], tuple[Any, ...]]:
        look = self._store.quads_for_pattern

        def behind(node: Any) -> tuple[Any, ...]:
            return tuple([quad.subject for quad in look(None, predicate, node, graph)])

        def ahead(node: Any) -> tuple[Any, ...]:
            if type(node) is ox.Literal or type(node) is ox.Triple:
                return ()
            return tuple([quad.object for quad in look(node, predicate, None, graph)])

        return behind if back else ahead
