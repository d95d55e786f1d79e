"""Queries that are a few lookups: read into a plan, or left to the engine.

What is read here is a small part of SPARQL: triple patterns that hang on a constant, in the default graph or in GRAPH,
with alternatives and sequences of predicates, each followed once or any number of times; searches in the full text;
SELECT with DISTINCT, LIMIT, OFFSET or a count by groups; ASK, CONSTRUCT and DESCRIBE of constants. Whatever else stands
in a query, and whatever is wrong with it, is the engine's: then there is no plan.

Queries that differ in their constants only have one plan, so that a query is seldom read twice.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from kg.serve.patterns import Other, Reader
from kg.serve.plan import Constant, Plan, variables
from kg.serve.shape import shape_of

REMEMBERED = 2000
"""Shapes of queries."""
LEFT_SECONDS = 10.0
"""For so long, queries like one that took too long are left to the engine: not for good, as one may by chance."""


class Planner:
    """Reads queries, and remembers what it read of each shape."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._known: dict[str, Plan | None] = {}
        self._left: dict[str, float] = {}
        """Shapes, and until when they are left to the engine."""

    def plan(self, query: str) -> tuple[str, Plan, list[str]] | None:
        """The shape of a query, its plan and its constants; None for a query that is left to the engine."""
        read = shape_of(query)
        if read is None:
            return None
        shape, found = read
        if shape not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
                self._left.clear()
            self._known[shape] = self._read(shape)
        made = self._known[shape]
        return None if made is None or self.left(shape) else (shape, made, found)

    def left(self, shape: str) -> bool:
        """Whether queries of a shape are left to the engine for a while."""
        return shape in self._left and time.monotonic() < self._left[shape]

    def leave(self, query: str) -> None:
        """Leave queries like this one to the engine for a while."""
        if read := shape_of(query):
            self._left[read[0]] = time.monotonic() + LEFT_SECONDS

    def _read(self, shape: str) -> Plan | None:
        try:
            return _Query(shape, self._prefixes).plan()
        except Other:
            return None


class _Query(Reader):
    """One query, read from its first word to its last."""

    def plan(self) -> Plan:
        while self.take("PREFIX"):
            kind, text = self.next()
            if kind != "name" or not text.endswith(":"):
                raise Other
            self._at += 1
            self._declared[text[:-1]] = self.iri()
        for form in (self._select, self._ask, self._construct, self._describe):
            made = form()
            if made is not None:
                if self._at != len(self._tokens):
                    raise Other
                return made
        raise Other

    def _ask(self) -> Plan | None:
        return Plan("ASK", self.where()) if self.take("ASK") else None

    def _describe(self) -> Plan | None:
        if not self.take("DESCRIBE"):
            return None
        described = []
        while self._at < len(self._tokens):
            term = self.term()
            if not isinstance(term, Constant) or term.kind != "iri":
                raise Other
            described.append(term)
        return Plan("DESCRIBE", described=tuple(described)) if described else None

    def _construct(self) -> Plan | None:
        if not self.take("CONSTRUCT"):
            return None
        self.must("{")
        template = self.triples(None)
        self.must("}")
        plain = all(len(one.predicates) == 1 and not one.closure and not one.search for one in template)
        if not plain or self._between != len(template):
            raise Other
        patterns = self.where()
        limit, offset = self._slice()
        return Plan("CONSTRUCT", patterns, template=tuple(template), limit=limit, offset=offset)

    def _select(self) -> Plan | None:
        if not self.take("SELECT"):
            return None
        distinct = self.take("DISTINCT")
        names: list[str] = []
        count: tuple[str, str] | None = None
        while self.next()[1] not in ("{", "WHERE", ""):
            if self.take("("):
                if count:
                    raise Other
                count = self._count()
                names.append(count[0])
            else:
                names.append(self.variable())
        if len(set(names)) != len(names) or not names:
            raise Other
        patterns = self.where()
        groups: list[str] = []
        if self.take("GROUP"):
            self.must("BY")
            while self.next()[0] == "variable":
                groups.append(self.variable())
        self._check(names, count, groups, variables(patterns))
        limit, offset = self._slice()
        return Plan("SELECT", patterns, tuple(names), count, tuple(groups), distinct, limit=limit, offset=offset)

    def _check(self, names: list[str], count: tuple[str, str] | None, groups: list[str], bound: set[str]) -> None:
        """What the engine would refuse, or group in ways of its own, is left to it."""
        if count is None and groups:
            raise Other
        if count and (count[0] in bound or not set(names) - {count[0]} <= set(groups) or not set(groups) <= bound):
            raise Other

    def _count(self) -> tuple[str, str]:
        """The rest of `(COUNT(*) AS ?n)`."""
        self.must("COUNT")
        self.must("(")
        counted = "" if self.take("*") else self.variable()
        self.must(")")
        self.must("AS")
        name = self.variable()
        self.must(")")
        return name, counted

    def _slice(self) -> tuple[int, int]:
        limit = offset = -1
        while True:
            if limit < 0 and self.take("LIMIT"):
                limit = self.number()
            elif offset < 0 and self.take("OFFSET"):
                offset = self.number()
            else:
                return limit, offset
