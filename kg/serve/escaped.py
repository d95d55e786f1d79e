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
LONGEST = 500
"""Bytes of a piece that is remembered."""
_IRI = re.compile(rb"[a-z][a-z0-9-]*(?::|%3A)(?:[\w.~:/?@!$'()*,=-]++|%(?:2[1346-9A-CF]|3[ABDF]|40))*+", re.ASCII)
_OTHER = re.compile(
    rb"(%22(?:[\w.~:/?@!$'()*,=+-]|%20)*%22"
    rb"|(?<=%20)\d{1,18}(?=%20|%7D|%29|$)|(?<=\+)\d{1,18}(?=\+|%7D|%29|$))",
    re.ASCII,
)
_AROUND = {b"<": "<%s>", b"%": '"%s"', b"": "%s"}


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
        """IRIs, and what they are without escapes."""
        self._bare: set[bytes] = set()
        """What has no strings and numbers in it."""

    def read(self, text: bytes) -> Asked | None:
        """The query in a query string; None for one without a plan, and where there is more than a query."""
        key, found = self._parted(text)
        known = self._known.get(key)
        if known is None:
            return self._first(text, key, found)
        if self._planner.left(known.shape):
            return None
        return Asked(known.form % tuple(found), known.plan, found)

    def _parted(self, text: bytes) -> tuple[tuple[bytes, ...], list[str]]:
        """What stands between constants, with the kind of each, and the constants."""
        before, *parts = text.split(b"%3C")
        key = [before]
        found: list[str] = []
        if before not in self._bare:
            self._part_others(key, found)
        for part in parts:
            iri, _, rest = part.partition(b"%3E")
            plain = self._plain.get(iri) or self._plainly(iri)
            if not plain:
                return (text,), []
            found.append(plain)
            key += (b"<", rest)
            if rest not in self._bare:
                self._part_others(key, found)
        return tuple(key), found

    def _part_others(self, key: list[bytes], found: list[str]) -> None:
        """Part the last piece at strings and numbers."""
        pieces = _OTHER.split(key[-1])
        if len(pieces) == 1:
            if len(self._bare) >= CONSTANTS:
                self._bare.clear()
            if len(key[-1]) <= LONGEST:
                self._bare.add(key[-1])
            return
        others = pieces[1::2]
        found += [
            unquote_to_bytes((one[3:-3] if one[:1] == b"%" else one).replace(b"+", b" ")).decode("ascii")
            for one in others
        ]
        pieces[1::2] = [b"%" if one[:1] == b"%" else b"" for one in others]
        key[-1:] = pieces

    def _plainly(self, iri: bytes) -> str:
        """An IRI without escapes; "" where it is none, or has signs by which it may be something else."""
        if len(iri) > LONGEST or not _IRI.fullmatch(iri):
            return ""
        plain = unquote_to_bytes(iri).decode("ascii")
        if len(self._plain) >= CONSTANTS:
            self._plain.clear()
        self._plain[iri] = plain
        return plain

    def _first(self, text: bytes, key: tuple[bytes, ...], found: list[str]) -> Asked | None:
        """Read a query as a whole; where its constants turn out to be those found, its like need not be."""
        query = protocol.only_query(text)
        planned = None if query is None else self._planner.plan(query)
        if query is None or planned is None:
            return None
        shape, plan, constants = planned
        form = _form(key)
        if found == constants and form and form % tuple(constants) == query:
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
