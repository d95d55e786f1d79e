"""Queries that are a few lookups: read into a plan, or left to the engine.

What is read here is a small part of SPARQL: triple patterns that hang on a constant, in the default graph or in GRAPH,
with alternatives of predicates; SELECT with DISTINCT, LIMIT, OFFSET or a count by groups; ASK, CONSTRUCT and DESCRIBE
of constants. Whatever else stands in a query, and whatever is wrong with it, is the engine's: then there is no plan.

Queries that differ in their constants only have one plan, so that a query is seldom read twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.serve.plan import Constant, Pattern, Plan, Term, Variable, ordered, variables
from kg.serve.shape import IRI, NUMBER, STRING, shape_of, tokens

REMEMBERED = 2000
"""Shapes of queries."""
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"


class _Other(Exception):
    """The query is not one of these."""


class Planner:
    """Reads queries, and remembers what it read of each shape."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._known: dict[str, Plan | None] = {}

    def plan(self, query: str) -> tuple[Plan, list[str]] | None:
        """The plan of a query with its constants; None for a query that is left to the engine."""
        read = shape_of(query)
        if read is None:
            return None
        shape, found = read
        if shape not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[shape] = self._read(shape)
        made = self._known[shape]
        return None if made is None else (made, found)

    def leave(self, query: str) -> None:
        """Leave queries like this one to the engine from now on."""
        if read := shape_of(query):
            self._known[read[0]] = None

    def _read(self, shape: str) -> Plan | None:
        try:
            return _Reader(shape, self._prefixes).plan()
        except _Other:
            return None


class _Reader:
    """One query's tokens, read from left to right."""

    def __init__(self, shape: str, prefixes: Mapping[str, str]) -> None:
        read = tokens(shape)
        if read is None:
            raise _Other
        self._tokens = read
        self._at = 0
        self._slot = 0
        self._known = prefixes
        self._declared: dict[str, Constant] = {}

    # -- tokens ------------------------------------------------------------------------------------------------------

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _take(self, text: str) -> bool:
        """Step over a word or sign if it comes next."""
        if self._next()[1] != text or self._next()[0] not in ("word", "sign"):
            return False
        self._at += 1
        return True

    def _must(self, text: str) -> None:
        if not self._take(text):
            raise _Other

    def _variable(self) -> str:
        kind, text = self._next()
        if kind != "variable":
            raise _Other
        self._at += 1
        return text[1:]

    def _number(self) -> int:
        self._must(NUMBER)
        self._slot += 1
        return self._slot - 1

    # -- the query ---------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        while self._take("PREFIX"):
            kind, text = self._next()
            if kind != "name" or not text.endswith(":"):
                raise _Other
            self._at += 1
            self._declared[text[:-1]] = self._iri()
        for form in (self._select, self._ask, self._construct, self._describe):
            made = form()
            if made is not None:
                if self._at != len(self._tokens):
                    raise _Other
                return made
        raise _Other

    def _iri(self) -> Constant:
        self._must(IRI)
        self._slot += 1
        return Constant("iri", self._slot - 1)

    def _ask(self) -> Plan | None:
        return Plan("ASK", self._where()) if self._take("ASK") else None

    def _describe(self) -> Plan | None:
        if not self._take("DESCRIBE"):
            return None
        described = []
        while self._at < len(self._tokens):
            term = self._term()
            if not isinstance(term, Constant) or term.kind != "iri":
                raise _Other
            described.append(term)
        return Plan("DESCRIBE", described=tuple(described)) if described else None

    def _construct(self) -> Plan | None:
        if not self._take("CONSTRUCT"):
            return None
        self._must("{")
        template = self._triples(None)
        self._must("}")
        if any(len(one.predicates) > 1 for one in template):
            raise _Other
        patterns = self._where()
        limit, offset = self._slice()
        return Plan("CONSTRUCT", patterns, template=tuple(template), limit=limit, offset=offset)

    def _select(self) -> Plan | None:
        if not self._take("SELECT"):
            return None
        distinct = self._take("DISTINCT")
        names: list[str] = []
        count: tuple[str, str] | None = None
        while self._next()[1] not in ("{", "WHERE", ""):
            if self._take("("):
                if count:
                    raise _Other
                count = self._count()
                names.append(count[0])
            else:
                names.append(self._variable())
        if len(set(names)) != len(names) or not names:
            raise _Other
        patterns = self._where()
        groups: list[str] = []
        if self._take("GROUP"):
            self._must("BY")
            while self._next()[0] == "variable":
                groups.append(self._variable())
        self._check(names, count, groups, variables(patterns))
        limit, offset = self._slice()
        return Plan("SELECT", patterns, tuple(names), count, tuple(groups), distinct, limit=limit, offset=offset)

    def _check(self, names: list[str], count: tuple[str, str] | None, groups: list[str], bound: set[str]) -> None:
        """What the engine would refuse, or group in ways of its own, is left to it."""
        if count is None and groups:
            raise _Other
        if count and (count[0] in bound or not set(names) - {count[0]} <= set(groups) or not set(groups) <= bound):
            raise _Other

    def _count(self) -> tuple[str, str]:
        """The rest of `(COUNT(*) AS ?n)`."""
        self._must("COUNT")
        self._must("(")
        counted = "" if self._take("*") else self._variable()
        self._must(")")
        self._must("AS")
        name = self._variable()
        self._must(")")
        return name, counted

    def _slice(self) -> tuple[int, int]:
        limit = offset = -1
        while True:
            if limit < 0 and self._take("LIMIT"):
                limit = self._number()
            elif offset < 0 and self._take("OFFSET"):
                offset = self._number()
            else:
                return limit, offset

    # -- patterns ----------------------------------------------------------------------------------------------------

    def _where(self) -> tuple[Pattern, ...]:
        self._take("WHERE")
        self._must("{")
        found: list[Pattern] = []
        while not self._take("}"):
            if self._take("GRAPH"):
                graph = self._term()
                self._must("{")
                inside = self._triples(graph)
                self._must("}")
                if not inside:
                    raise _Other
                found += inside
                self._take(".")
            elif inside := self._triples(None):
                found += inside
            else:
                raise _Other
        in_order = ordered(found)
        if in_order is None:
            raise _Other
        return in_order

    def _triples(self, graph: Term | None) -> list[Pattern]:
        """Triples up to what is none."""
        found: list[Pattern] = []
        while self._next()[1] not in ("}", "GRAPH"):
            subject = self._term()
            while True:
                predicates = self._predicates()
                found.append(Pattern(subject, predicates, self._term(), graph))
                while self._take(","):
                    found.append(Pattern(subject, predicates, self._term(), graph))
                if not self._take(";"):
                    break
                if self._next()[1] in (".", "}"):
                    break
            if not self._take("."):
                break
        return found

    def _predicates(self) -> tuple[Term, ...]:
        found = [self._predicate()]
        while self._take("|"):
            found.append(self._predicate())
        if len(found) > 1 and any(isinstance(one, Variable) for one in found):
            raise _Other
        return tuple(found)

    def _predicate(self) -> Term:
        if self._take("a"):
            return Constant("iri", -1, RDF_TYPE)
        term = self._term()
        if isinstance(term, Constant) and term.kind != "iri":
            raise _Other
        return term

    def _term(self) -> Term:
        kind, text = self._next()
        if kind == "variable":
            return Variable(self._variable())
        if kind == "name":
            self._at += 1
            return self._prefixed(text)
        if text == IRI:
            return self._iri()
        if text == NUMBER:
            return Constant("number", self._number(), datatype=Constant("iri", -1, XSD + "integer"))
        self._must(STRING)
        self._slot += 1
        slot = self._slot - 1
        kind, text = self._next()
        if kind == "language":
            self._at += 1
            return Constant("string", slot, text[1:])
        if self._take("^^"):
            datatype = self._term()
            if not isinstance(datatype, Constant) or datatype.kind != "iri":
                raise _Other
            return Constant("string", slot, datatype=datatype)
        return Constant("string", slot)

    def _prefixed(self, text: str) -> Constant:
        prefix, _, local = text.partition(":")
        if prefix in self._declared:
            return Constant("iri", self._declared[prefix].slot, local)
        if prefix in self._known:
            return Constant("iri", -1, self._known[prefix] + local)
        raise _Other
