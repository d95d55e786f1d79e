"""Queries as they stand in addresses, escaped: one like another that was read is taken apart without being unescaped.

What stands between constants is the same then, byte for byte, and so means the same. Only constants in which nothing
can end them are told from the rest; a query that has others is unescaped and read as a whole.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from kg.serve import protocol
from kg.serve.plan import Plan
from kg.serve.tiny import Planner

REMEMBERED, CONSTANTS = 2000, 20_000
"""Kinds of queries, and constants without escapes."""
_CONSTANT = re.compile(
    rb"(%3C[a-z][a-z0-9-]*(?::|%3A)(?:[\w.~:/?@!$'()*,=-]|%(?:2[1346-9A-CF]|3[ABDF]|40))*%3E"
    rb"|%22(?:[\w.~:/?@!$'()*,=+-]|%20)*%22"
    rb"|(?<=%20)\d{1,18}(?=%20|%7D|%29|$)|(?<=\+)\d{1,18}(?=\+|%7D|%29|$))",
    re.ASCII,
)
_AROUND = {b"%3C": "<%s>", b"%22": '"%s"', b"": "%s"}


class Asked(NamedTuple):
    """A query with its plan and its constants."""

    query: str
    plan: Plan
    constants: list[str]


class _Known(NamedTuple):
    """Queries that differ in their constants only."""

    form: str
    """The query with `%s` in place of each constant."""
    shape: str
    plan: Plan


class Escaped:
    """Reads query strings."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._known: dict[tuple[bytes, ...], _Known] = {}
        self._plain: dict[bytes, str] = {}

    def read(self, text: bytes) -> Asked | None:
        """The query in a query string; None for one without a plan, and where there is more than a query."""
        pieces = _CONSTANT.split(text)
        found = pieces[1::2]
        kinds = [one[:3] if one[:1] == b"%" else b"" for one in found]
        pieces[1::2] = kinds
        key = tuple(pieces)
        known = self._known.get(key)
        if known is None:
            return self._first(text, key, found)
        if self._planner.left(known.shape):
            return None
        constants = list(map(self._plainly, found))
        return Asked(known.form % tuple(constants), known.plan, constants)

    def _plainly(self, constant: bytes) -> str:
        known = self._plain.get(constant)
        if known is None:
            inner = constant[3:-3] if constant[:1] == b"%" else constant
            known = unquote_to_bytes(inner.replace(b"+", b" ")).decode("ascii")
            if len(self._plain) >= CONSTANTS:
                self._plain.clear()
            self._plain[constant] = known
        return known

    def _first(self, text: bytes, key: tuple[bytes, ...], found: list[bytes]) -> Asked | None:
        """Read a query as a whole; where its constants turn out to be those found, its like need not be."""
        query = protocol.only_query(text)
        planned = None if query is None else self._planner.plan(query)
        if query is None or planned is None:
            return None
        shape, plan, constants = planned
        form = _form(key)
        if list(map(self._plainly, found)) == constants and form and form % tuple(constants) == query:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = _Known(form, shape, plan)
        return Asked(query, plan, constants)


def _form(key: tuple[bytes, ...]) -> str:
    """The query that a key stands for, with `%s` in place of constants."""
    parts = [protocol.unescaped(piece) for piece in (key[0].removeprefix(b"query="), *key[2::2])]
    if None in parts:
        return ""
    between = [(part or "").replace("%", "%%") for part in parts]
    return between[0] + "".join(_AROUND[kind] + part for kind, part in zip(key[1::2], between[1:], strict=True))
