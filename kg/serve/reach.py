"""What is reached by following a predicate any number of times."""

from __future__ import annotations

from typing import Any

from kg.serve.ground import Ground
from kg.serve.spell import Spell

FAR = 10_000
"""Neighbours that are looked at for one path."""


def reached(
    ground: Ground, start: Any, predicate: Any, closure: str, spell: Spell, *, back: bool = False
) -> dict[Any, None] | None:
    """The nodes at the other end of paths, each once; None where there are too many, or it takes too long."""
    found: dict[Any, None] = {} if closure == "+" else {start: None}
    around = ground.behind if back else ground.ahead
    todo, left = [start], FAR
    for node in todo:
        if spell.over():
            return None
        near = around(node, predicate, left)
        left -= 1 + len(near)
        if left < 0:
            return None
        for one in near:
            if one not in found:
                found[one] = None
                if closure != "?":
                    todo.append(one)
    return found
