"""Tiny queries answered by looking up: no more quads are looked at than a number, so that nothing can run away.

What takes more, what is no tiny query, and what is wrong is answered by None: then a process that can be killed is
asked, which says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from time import perf_counter
from typing import Any

import pyoxigraph as ox

from kg.serve import compress, negotiate, results
from kg.serve.plan import Constant, Pattern, Plan, Term, Variable
from kg.serve.reply import Reply
from kg.serve.search import NAMESPACE
from kg.serve.settings import Settings
from kg.serve.tiny import XSD, Planner

MOST = 1500
"""Quads that are looked at for one query."""
SECONDS = 0.02
"""Time after which nothing more is looked up for a query, and its like are left to others."""
_DEFAULT = ox.DefaultGraph()
_NO_GRAPHS = (ox.Literal, ox.BlankNode, ox.Triple)
Bound = dict[str, Any]


class _TooMuch(Exception):
    """More quads than `MOST`, or nothing that can be answered here."""


class _TooLong(Exception):
    """More seconds than `SECONDS`."""


@lru_cache(maxsize=256)
def _formats(accept: str | None) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """How tables and graphs are wanted."""
    return negotiate.choose(accept, negotiate.RESULTS), negotiate.choose(accept, negotiate.GRAPHS)


class Quick:
    """Answers from one store."""

    def __init__(self, store: ox.Store, settings: Settings, prefixes: dict[str, str]) -> None:
        self._store = store
        self._settings = settings
        self._prefixes = prefixes
        self._planner = Planner(prefixes)

    def answer(self, job: dict[str, Any]) -> Reply | None:
        """`job` as `protocol.job` makes it -> the answer, or None for a query that is left to others."""
        if job["default"] or job["named"] or job["format"] or job["offset"]:
            return None
        planned = self._planner.plan(job["query"])
        if planned is None:
            return None
        try:
            reply = self._answered(*planned, *_formats(job["accept"]))
        except _TooLong:
            self._planner.leave(job["query"])
            return None
        except (_TooMuch, ValueError):
            return None
        return reply and compress.compressed(reply, job["encoding"])

    def _answered(
        self, plan: Plan, constants: list[str], table: tuple[str, str] | None, graph: tuple[str, str] | None
    ) -> Reply | None:
        chosen = table if plan.form in ("SELECT", "ASK") else graph
        if chosen is None:
            return None
        name, media_type = chosen
        search = _Search(self._store, constants)
        limits = results.Limits(self._settings.max_rows, self._settings.max_bytes)
        if plan.form == "SELECT":
            written = results.write_rows(list(plan.names), search.rows(plan), name, limits)
        elif plan.form == "ASK":
            written = results.write_truth(next(iter(search.bindings(plan.patterns, 1)), None) is not None, name)
        else:
            triples = search.described(plan) if plan.form == "DESCRIBE" else search.constructed(plan)
            text = "".join(map(str, triples))
            prefixes = {prefix: iri for prefix, iri in self._prefixes.items() if iri in text}
            written = results.write_triples(triples, name, limits, prefixes)
        return None if written.cut else results.reply(written, media_type, keep=True)


class _Search:
    """The lookups for one query."""

    def __init__(self, store: ox.Store, constants: list[str]) -> None:
        self._store = store
        self._constants = constants
        self._left = MOST
        self._until = perf_counter() + SECONDS

    def _constant(self, term: Constant) -> ox.NamedNode | ox.Literal:
        text = self._constants[term.slot] if term.slot >= 0 else ""
        if term.kind == "iri":
            iri = text + term.text
            # The engine resolves `.` and `..`; a search is no lookup.
            if "/." in iri or iri.startswith(NAMESPACE):
                raise _TooMuch
            return ox.NamedNode(iri)
        if term.datatype:
            datatype = self._constant(term.datatype)
            assert isinstance(datatype, ox.NamedNode)
            return ox.Literal(text, datatype=datatype)
        return ox.Literal(text, language=term.text) if term.text else ox.Literal(text)

    def _slot(self, slot: int) -> int | None:
        return int(self._constants[slot]) if slot >= 0 else None

    def bindings(self, patterns: tuple[Pattern, ...], enough: int | None = None) -> list[Bound]:
        """The solutions of a group of patterns, or as many of them as are enough."""
        found: list[Bound] = [{}]
        for number, pattern in enumerate(patterns):
            last = number == len(patterns) - 1
            found = self._joined(found, pattern, enough if last else None)
            if not found:
                break
        return found

    def _joined(self, before: list[Bound], pattern: Pattern, enough: int | None) -> list[Bound]:
        subject, s_name = self._known(pattern.subject)
        object_, o_name = self._known(pattern.object)
        graph, g_name = self._known(pattern.graph)
        predicates = [self._known(term) for term in pattern.predicates]
        found: list[Bound] = []
        for bound in before:
            if s_name:
                subject = bound.get(s_name)
            if o_name:
                object_ = bound.get(o_name)
            if g_name:
                graph = bound.get(g_name)
            if isinstance(subject, ox.Literal) or isinstance(graph, _NO_GRAPHS):
                continue
            pairs: set[Any] | None = set() if len(predicates) > 1 else None
            for predicate, p_name in predicates:
                if p_name:
                    predicate = bound.get(p_name)
                    if predicate is not None and not isinstance(predicate, ox.NamedNode):
                        continue
                for quad in self._lookup(subject, predicate, object_, graph, pairs):
                    made = bound.copy()
                    for name, get in pattern.places:
                        part = get(quad)
                        if made.setdefault(name, part) is not part and made[name] != part:
                            break
                    else:
                        found.append(made)
                        if enough is not None and len(found) >= enough:
                            return found
        return found

    def _known(self, term: Term | None) -> tuple[Any, str]:
        """What is looked for, or the name of the variable that tells."""
        if term is None:
            return _DEFAULT, ""
        return (None, term.name) if isinstance(term, Variable) else (self._constant(term), "")

    def _lookup(
        self, subject: Any, predicate: Any, object_: Any, graph: Any, pairs: set[Any] | None
    ) -> Iterator[ox.Quad]:
        """The quads that fit; of named graphs only, where the graph is open."""
        # The store may have to pass over many quads that do not fit, so that time counts, too.
        if perf_counter() > self._until:
            raise _TooLong
        for quad in self._store.quads_for_pattern(subject, predicate, object_, graph):
            self._left -= 1
            if self._left < 0:
                raise _TooMuch
            if graph is None and quad.graph_name == _DEFAULT:
                continue
            if pairs is not None:
                before = len(pairs)
                pairs.add((quad.subject, quad.object, quad.graph_name))
                if len(pairs) == before:
                    raise _TooMuch  # An alternative that two predicates fulfil: once or twice? Engines differ.
            yield quad

    def rows(self, plan: Plan) -> list[tuple[Any, ...]]:
        """The rows of a SELECT."""
        limit, offset = self._slot(plan.limit), self._slot(plan.offset) or 0
        enough = None if limit is None or plan.count or plan.distinct else max(1, offset + limit)
        found = self.bindings(plan.patterns, enough)
        rows = _counted(plan, found) if plan.count else [tuple(map(bound.get, plan.names)) for bound in found]
        if plan.distinct:
            rows = list(dict.fromkeys(rows))
        return rows[offset : None if limit is None else offset + limit]

    def constructed(self, plan: Plan) -> list[ox.Triple]:
        """The triples of a CONSTRUCT."""
        limit, offset = self._slot(plan.limit), self._slot(plan.offset) or 0
        enough = None if limit is None else max(1, offset + limit)
        found = self.bindings(plan.patterns, enough)[offset : None if limit is None else offset + limit]
        made: dict[ox.Triple, None] = {}
        for bound in found:
            for one in plan.template:
                subject, predicate, object_ = (
                    self._constant(term) if isinstance(term, Constant) else bound.get(term.name)
                    for term in (one.subject, one.predicates[0], one.object)
                )
                if not isinstance(subject, ox.NamedNode | ox.BlankNode) or not isinstance(predicate, ox.NamedNode):
                    continue  # a literal cannot be spoken of
                if object_ is not None:
                    made[ox.Triple(subject, predicate, object_)] = None
        return list(made)

    def described(self, plan: Plan) -> list[ox.Triple]:
        """The triples of a DESCRIBE: what the default graph says of the IRIs."""
        made: dict[ox.Triple, None] = {}
        for term in plan.described:
            node = self._constant(term)
            assert isinstance(node, ox.NamedNode)
            for quad in self._lookup(node, None, None, _DEFAULT, None):
                if isinstance(quad.object, ox.BlankNode | ox.Triple):
                    raise _TooMuch
                made[quad.triple] = None
        return list(made)


def _counted(plan: Plan, found: list[Bound]) -> list[tuple[Any, ...]]:
    """A row for each group with its number of solutions."""
    assert plan.count is not None
    name, counted = plan.count
    groups: Counter[tuple[Any, ...]] = Counter()
    if not plan.groups:
        groups[()] = 0
    for bound in found:
        groups[tuple(map(bound.get, plan.groups))] += not counted or bound.get(counted) is not None
    rows = []
    for key, number in groups.items():
        values = dict(zip(plan.groups, key, strict=True)) | {name: ox.Literal(str(number), datatype=_INTEGER)}
        rows.append(tuple(map(values.get, plan.names)))
    return rows


_INTEGER = ox.NamedNode(XSD + "integer")
