"""The lookups of a query that is a few of them: no more quads are looked at than a number, so that none runs away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.serve import fulltext
from kg.serve.patterns import IN_QUERY, NAMESPACE, XSD
from kg.serve.plan import Constant, Plan, Row, Step, Term
from kg.serve.reach import FAR, Reach
from kg.serve.spell import Spell

MOST = 1500
"""Quads that are looked at for one query."""
SECONDS = 0.02
"""Time of the processor after which nothing more is looked up for a query, and its like are left to others."""
_DEFAULT = ox.DefaultGraph()
_NO_SUBJECTS = (ox.Literal, ox.Triple)
_SUBJECTS = (ox.NamedNode, ox.BlankNode)
_NO_GRAPHS = (ox.Literal, ox.BlankNode, ox.Triple)


class TooMuch(Exception):
    """More quads than `MOST`, or nothing that can be answered here."""


class TooLong(Exception):
    """More seconds than `SECONDS`."""


@dataclass(slots=True)
class Source:
    """Where answers come from."""

    store: ox.Store
    reach: Reach
    index: Callable[[], fulltext.Index | None]
    """The full text, where there is one."""


class Search:
    """The lookups for one query."""

    def __init__(self, source: Source, constants: list[str]) -> None:
        self._source = source
        self._store = source.store
        self._constants = constants
        self._left = MOST
        self._spell = Spell(SECONDS)

    def _constant(self, term: Constant) -> ox.NamedNode | ox.Literal:
        text = self._constants[term.slot] if term.slot >= 0 else ""
        if term.kind == "iri":
            return _node(text + term.text)
        if term.datatype:
            datatype = self._constant(term.datatype)
            assert isinstance(datatype, ox.NamedNode)
            return ox.Literal(text, datatype=datatype)
        return ox.Literal(text, language=term.text) if term.text else ox.Literal(text)

    def _slot(self, slot: int) -> int | None:
        return int(self._constants[slot]) if slot >= 0 else None

    def _fixed(self, term: Term | None) -> Any:
        """What is looked for where no row tells."""
        if term is None:
            return _DEFAULT
        return self._constant(term) if isinstance(term, Constant) else None

    def bindings(self, plan: Plan, enough: int | None = None) -> list[Row]:
        """The solutions of a group of patterns, or as many of them as are enough."""
        found: list[Row] = [()]
        last = len(plan.steps) - 1
        for number, step in enumerate(plan.steps):
            found = self._joined(found, step, enough if number == last else None)
            if not found:
                break
        return found

    def _joined(self, before: list[Row], step: Step, enough: int | None) -> list[Row]:
        pattern = step.pattern
        if pattern.search:
            return self._searched(before, step, enough)
        subject, _, object_, graph = (self._fixed(term) for term in pattern.terms)
        predicates = [self._fixed(term) for term in pattern.predicates]
        if pattern.closure:
            return self._followed(before, step, subject, predicates[0], object_)
        at_s, at_p, at_o, at_g = step.known
        filtered = step.same or len(predicates) > 1 or (pattern.graph is not None and graph is None)
        found: list[Row] = []
        for row in before:
            subject = row[at_s] if at_s >= 0 else subject
            object_ = row[at_o] if at_o >= 0 else object_
            graph = row[at_g] if at_g >= 0 else graph
            if isinstance(subject, _NO_SUBJECTS) or isinstance(graph, _NO_GRAPHS):
                continue
            pairs: set[Any] | None = set() if len(predicates) > 1 else None
            for one in predicates:
                predicate = row[at_p] if at_p >= 0 else one
                if predicate is not None and type(predicate) is not ox.NamedNode:
                    continue
                room = None if enough is None or filtered else enough - len(found)
                quads = self._lookup(subject, predicate, object_, graph, room)
                if pairs is not None:
                    _check_alternatives(quads, pairs)
                if step.same:
                    quads = [quad for quad in quads if all(same(quad) for same in step.same)]
                found += [row + more for more in map(step.found, quads)] if row else map(step.found, quads)
                if enough is not None and len(found) >= enough:
                    return found[:enough]
        return found

    def _lookup(self, subject: Any, predicate: Any, object_: Any, graph: Any, room: int | None) -> list[ox.Quad]:
        """The quads that fit; of named graphs only, where the graph is open. `room` tells how many are enough."""
        # The store may have to pass over many quads that do not fit, so that time counts, too.
        if self._spell.over():
            raise TooLong
        most = self._left + 1 if room is None else min(self._left + 1, room)
        quads = list(islice(self._store.quads_for_pattern(subject, predicate, object_, graph), most))
        self._left -= len(quads)
        if self._left < 0:
            raise TooMuch
        if graph is None:
            quads = [quad for quad in quads if quad.graph_name != _DEFAULT]
        return quads

    def _followed(self, before: list[Row], step: Step, subject: Any, predicate: Any, object_: Any) -> list[Row]:
        """Rows with what is reached from one end, or those both ends of which are joined."""
        at_s, _, at_o, _ = step.known
        graph = self._fixed(step.pattern.graph)
        found: list[Row] = []
        for row in before:
            one = row[at_s] if at_s >= 0 else subject
            other = row[at_o] if at_o >= 0 else object_
            back = one is None
            start = other if back else one
            nodes = self._source.reach.reached(start, predicate, graph, step.pattern.closure, self._spell, back=back)
            if nodes is None:
                raise TooLong
            if len(nodes) == 1 and start in nodes and (back or other is not None):
                raise TooMuch  # whether what is nowhere in the graph reaches itself is for the engine to say
            if one is None or other is None:
                found += [(*row, node) for node in nodes]
            elif other in nodes:
                found.append(row)
            if len(found) > FAR:
                raise TooMuch
        return found

    def _searched(self, before: list[Row], step: Step, enough: int | None) -> list[Row]:
        """Rows with what the full text finds."""
        index = self._source.index()
        if index is None:
            raise TooMuch
        text = self._constant(step.pattern.object).value  # type: ignore[arg-type]
        at = step.known[0]
        most = enough if enough is not None and at < 0 and len(before) == 1 else IN_QUERY
        hits = [ox.NamedNode(hit.iri) for hit in index.find(text, min(most, IN_QUERY), spell=self._spell)]
        if at >= 0:
            return [row for row in before if row[at] in hits]
        if len(before) * len(hits) > MOST:
            raise TooMuch
        return [(*row, hit) for row in before for hit in hits]

    def rows(self, plan: Plan) -> list[Row]:
        """The rows of a SELECT."""
        limit, offset = self._slot(plan.limit), self._slot(plan.offset) or 0
        enough = None if limit is None or plan.count or plan.distinct else max(1, offset + limit)
        found = self.bindings(plan, enough)
        rows = _counted(plan, found) if plan.count else list(map(plan.answer, found)) if plan.answer else found
        if plan.distinct:
            rows = list(dict.fromkeys(rows))
        return rows[offset : None if limit is None else offset + limit]

    def constructed(self, plan: Plan) -> list[Row]:
        """The triples of a CONSTRUCT."""
        limit, offset = self._slot(plan.limit), self._slot(plan.offset) or 0
        enough = None if limit is None else max(1, offset + limit)
        found = self.bindings(plan, enough)[offset : None if limit is None else offset + limit]
        made: dict[Row, None] = {}
        for one in plan.template:
            fixed = [self._fixed(term) for term in one.terms[:3]]
            values = plan.values([getattr(term, "name", "") for term in one.terms[:3]])
            for row in found:
                triple = tuple([a if b is None else b for a, b in zip(values(row), fixed, strict=True)])
                if not isinstance(triple[0], _SUBJECTS) or type(triple[1]) is not ox.NamedNode or triple[2] is None:
                    continue  # a literal cannot be spoken of
                made[triple] = None
        return list(made)

    def lines(self, plan: Plan) -> list[tuple[str, ...]]:
        """The rows of a plain query as N-Triples: one text a quad costs less than one a term."""
        pattern = plan.patterns[0]
        subject, predicate = self._fixed(pattern.subject), self._fixed(pattern.predicates[0])
        said = self._said(self._lookup(subject, predicate, None, _DEFAULT, None), subject)
        return [(object_,) for _, object_ in said] if predicate is not None else list(said)

    def described(self, plan: Plan) -> list[tuple[str, str, str]]:
        """The triples of a DESCRIBE, as N-Triples: what the default graph says of the IRIs."""
        made: dict[tuple[str, str, str], None] = {}
        for term in plan.described:
            subject = self._constant(term)
            for predicate, object_ in self._said(self._lookup(subject, None, None, _DEFAULT, None), subject):
                if object_.startswith(("_:", "<<")):
                    raise TooMuch
                made[str(subject), predicate, object_] = None
        return list(made)

    def _said(self, quads: list[ox.Quad], subject: Any) -> Iterator[tuple[str, str]]:
        """Predicate and object of each quad of a subject in the default graph."""
        start = len(str(subject)) + 1
        for quad in quads:
            predicate, _, object_ = str(quad)[start:].partition(" ")
            yield predicate, object_


@lru_cache(maxsize=2000)
def _node(iri: str) -> ox.NamedNode:
    # The engine resolves `.` and `..`; a search is no lookup.
    if "/." in iri or iri.startswith(NAMESPACE):
        raise TooMuch
    return ox.NamedNode(iri)


def _check_alternatives(quads: list[ox.Quad], seen: set[Any]) -> None:
    """An alternative that two predicates fulfil: once or twice? Engines differ."""
    before = len(seen)
    seen.update((quad.subject, quad.object, quad.graph_name) for quad in quads)
    if len(seen) < before + len(quads):
        raise TooMuch


def _counted(plan: Plan, found: list[Row]) -> list[Row]:
    """A row for each group with its number of solutions."""
    assert plan.count is not None
    name, counted = plan.count
    # What a row of such a query has is bound; a variable that no pattern has is bound nowhere.
    one = not counted or counted in plan.order
    if not plan.groups:
        return [(_number(len(found) * one),)]
    groups = Counter(map(plan.values(plan.groups), found))
    rows = []
    for key, number in groups.items():
        values = dict(zip(plan.groups, key, strict=True)) | {name: _number(number * one)}
        rows.append(tuple(map(values.get, plan.names)))
    return rows


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_INTEGER)


_INTEGER = ox.NamedNode(XSD + "integer")
