"""The lookups of a query that is a few of them: no more quads are looked at than a number, so that none runs away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from kg.serve import fulltext
from kg.serve.cells import Triple
from kg.serve.columns import NOWHERE, TooMuch
from kg.serve.ground import Ground, checked
from kg.serve.patterns import IN_QUERY
from kg.serve.plan import AHEAD, Constant, Plan, Row, Step, Term
from kg.serve.reach import FAR, reached
from kg.serve.spell import Spell

Some = TypeVar("Some")
SECONDS = 0.02
"""Time of the processor after which nothing more is looked up for a query, and its like are left to others."""
ROWS = 1500
"""Rows of an answer."""


class TooLong(Exception):
    """More seconds than `SECONDS`."""


@dataclass(slots=True)
class Source:
    """Where answers come from."""

    ground: Ground
    index: Callable[[], fulltext.Index | None]
    """The full text, where there is one."""


class Search:
    """The lookups for one query. Rows have the values of the ground."""

    def __init__(self, source: Source, constants: list[str]) -> None:
        self._source = source
        self._ground = source.ground
        self._constants = constants
        self._left = source.ground.most
        self._spell = Spell(SECONDS)

    def _iri(self, term: Constant) -> str:
        return (self._constants[term.slot] if term.slot >= 0 else "") + term.text

    def constant(self, term: Constant) -> Any:
        """The value of a constant of the query."""
        if term.kind == "iri":
            return self._ground.node(self._iri(term))
        text = self._constants[term.slot] if term.slot >= 0 else ""
        if term.datatype:
            return self._ground.literal(text, "", self._iri(term.datatype))
        return self._ground.literal(text, term.text, "")

    def _slot(self, slot: int) -> int | None:
        return int(self._constants[slot]) if slot >= 0 else None

    def _fixed(self, term: Term | None) -> Any:
        """What is looked for where no row tells."""
        if term is None:
            return self._ground.default
        return self.constant(term) if isinstance(term, Constant) else None

    def bindings(self, plan: Plan, enough: int | None = None) -> list[Row]:
        """The solutions of a group of patterns, or as many of them as are enough."""
        found: list[Row] = [()]
        last = len(plan.steps) - 1
        for number, step in enumerate(plan.steps):
            joined = self._hopped if step.hop else self._joined
            found = joined(found, step, enough if number == last else None)
            if not found:
                break
        return found

    def planned(self, plan: Plan) -> Plan:
        """The plan with the pattern first that fewest quads fit, where several may be."""
        if not plan.starts:
            return plan

        def fits(number: int) -> int:
            pattern = plan.patterns[number]
            return self._ground.count(*(self._fixed(term) for term in pattern.terms[:3]))

        return plan.beginning(min(plan.starts, key=fits))

    def _hopped(self, before: list[Row], step: Step, enough: int | None) -> list[Row]:
        """Rows with what one predicate leads to."""
        pattern, ground, over = step.pattern, self._ground, self._spell.over
        ahead = step.hop == AHEAD
        look = ground.ahead if ahead else ground.behind
        at = step.known[0 if ahead else 2]
        start = None if at >= 0 else self._fixed(pattern.subject if ahead else pattern.object)
        by = [self._fixed(term) for term in pattern.predicates]
        alone = len(by) == 1
        found: list[Row] = []
        for row in before:
            if over():
                raise TooLong
            most = self._left + 1 if enough is None or not alone else min(self._left + 1, enough - len(found))
            one = row[at] if at >= 0 else start
            ends = look(one, by[0], most) if alone else _either(look, one, by, most)
            self._left -= len(ends)
            if self._left < 0:
                raise TooMuch
            found += [(*row, end) for end in ends] if row else zip(ends)
            if enough is not None and len(found) >= enough:
                return found[:enough]
        return found

    def _joined(self, before: list[Row], step: Step, enough: int | None) -> list[Row]:
        pattern = step.pattern
        if pattern.search:
            return self._searched(before, step, enough)
        if pattern.closure:
            return self._followed(before, step)
        subject, _, object_, graph = (self._fixed(term) for term in pattern.terms)
        predicates = [self._fixed(term) for term in pattern.predicates]
        at_s, at_p, at_o, at_g = step.known
        filtered = bool(step.same) or len(predicates) > 1
        found: list[Row] = []
        for row in before:
            subject = row[at_s] if at_s >= 0 else subject
            object_ = row[at_o] if at_o >= 0 else object_
            graph = row[at_g] if at_g >= 0 else graph
            pairs: set[Any] | None = set() if len(predicates) > 1 else None
            for one in predicates:
                predicate = row[at_p] if at_p >= 0 else one
                quads = self._lookup(subject, predicate, object_, graph, enough and enough - len(found), filtered)
                if pairs is not None:
                    _check_alternatives(quads, pairs)
                if step.same:
                    quads = [quad for quad in quads if all(quad[one] == quad[other] for one, other in step.same)]
                found += [row + more for more in map(step.found, quads)] if row else map(step.found, quads)
                if enough is not None and len(found) >= enough:
                    return found[:enough]
        return found

    def _lookup(
        self, subject: Any, predicate: Any, object_: Any, graph: Any, room: int | None, filtered: bool
    ) -> list[tuple[Any, ...]]:
        """The quads that fit; of named graphs only, where the graph is open. `room` tells how many are enough."""
        # What is looked at may be many quads that do not fit, so that time counts, too.
        if self._spell.over():
            raise TooLong
        every = room is None or filtered or graph is None
        most = self._left + 1 if every or room is None else min(self._left + 1, room)
        quads = list(self._ground.quads(subject, predicate, object_, graph, most))
        self._left -= len(quads)
        if self._left < 0:
            raise TooMuch
        return quads

    def _followed(self, before: list[Row], step: Step) -> list[Row]:
        """Rows with what is reached by following a predicate any number of times."""
        pattern = step.pattern
        subject, predicate, object_, _ = (self._fixed(term) for term in pattern.terms)
        at_s, _, at_o, _ = step.known
        found: list[Row] = []
        for row in before:
            one = row[at_s] if at_s >= 0 else subject
            other = row[at_o] if at_o >= 0 else object_
            back = one is None
            start = other if back else one
            nodes = reached(self._ground, start, predicate, pattern.closure, self._spell, back=back)
            if nodes is None:
                raise TooLong
            if len(nodes) == 1 and start in nodes and (back or other is not None):
                raise TooMuch  # whether what is nowhere in the graph reaches itself is for the engine to say
            if NOWHERE in nodes:
                raise TooMuch  # what has no value cannot be told of
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
        words = step.pattern.object
        assert isinstance(words, Constant)
        at = step.known[0]
        most = enough if enough is not None and at < 0 and len(before) == 1 else IN_QUERY
        text = self._constants[words.slot]
        found = index.find(text, min(most, IN_QUERY), spell=self._spell)
        hits = [self._ground.node(hit.iri) for hit in found]
        if NOWHERE in hits:
            raise TooMuch  # the full text is of the data before the last update
        if at >= 0:
            return [row for row in before if row[at] in hits]
        if len(before) * len(hits) > ROWS:
            raise TooMuch
        return [(*row, hit) for row in before for hit in hits]

    def rows(self, plan: Plan) -> list[Row]:
        """The rows of a SELECT; of what it counts, the number."""
        limit, offset = self._slot(plan.limit), self._slot(plan.offset) or 0
        enough = None if limit is None or plan.count or plan.distinct else max(1, offset + limit)
        found = self.bindings(plan, enough)
        rows = _counted(plan, found) if plan.count else list(map(plan.answer, found)) if plan.answer else found
        if plan.distinct:
            rows = list(dict.fromkeys(rows))
        return self._few(rows[offset : None if limit is None else offset + limit])

    def _few(self, rows: list[Some]) -> list[Some]:
        if len(rows) > ROWS:
            raise TooMuch
        return rows

    def constructed(self, plan: Plan) -> list[Triple]:
        """The triples of a CONSTRUCT, in N-Triples."""
        limit, offset = self._slot(plan.limit), self._slot(plan.offset) or 0
        enough = None if limit is None else max(1, offset + limit)
        found = self._few(self.bindings(plan, enough)[offset : None if limit is None else offset + limit])
        text = self._ground.text
        made: dict[Triple, None] = {}
        for one in plan.template:
            fixed = [self._written(term) for term in one.terms[:3]]
            values = plan.values([getattr(term, "name", "") for term in one.terms[:3]])
            for row in found:
                pairs = zip(values(row), fixed, strict=True)
                subject, predicate, object_ = [told if value is None else text(value) for value, told in pairs]
                if _is_triple(subject, predicate, object_):
                    made[subject, predicate, object_] = None
        return list(made)

    def _written(self, term: Term | None) -> str:
        """A constant of a template in N-Triples; "" for a variable, which may have no value."""
        if not isinstance(term, Constant):
            return ""
        if term.kind != "iri":
            raise TooMuch
        return str(checked(self._iri(term)))

    def described(self, plan: Plan) -> list[Triple]:
        """The triples of a DESCRIBE, in N-Triples: what the default graph says of the IRIs."""
        made: dict[Triple, None] = {}
        text = self._ground.text
        for term in plan.described:
            subject = str(checked(self._iri(term)))
            for quad in self._lookup(self.constant(term), None, None, self._ground.default, None, False):
                object_ = text(quad[2])
                if object_.startswith(("_:", "<<")):
                    raise TooMuch
                made[subject, text(quad[1]), object_] = None
        return self._few(list(made))


def _is_triple(subject: str, predicate: str, object_: str) -> bool:
    """Whether it can be told: a literal cannot be spoken of, and what has no value says nothing."""
    node = subject.startswith(("<", "_")) and not subject.startswith("<<")
    return node and predicate.startswith("<") and not predicate.startswith("<<") and bool(object_)


def _either(look: Callable[..., Sequence[Any]], start: Any, predicates: list[Any], most: int) -> list[Any]:
    """What several predicates lead to. An end that two of them lead to: once or twice? Engines differ."""
    ends = [end for predicate in predicates for end in look(start, predicate, most)]
    if len(set(ends)) < len(ends):
        raise TooMuch
    return ends


def _check_alternatives(quads: list[Row], seen: set[Any]) -> None:
    """The same where graphs or more of a quad are open."""
    before = len(seen)
    seen.update((quad[0], quad[2], quad[3]) for quad in quads)
    if len(seen) < before + len(quads):
        raise TooMuch


def _counted(plan: Plan, found: list[Row]) -> list[Row]:
    """A row for each group with its number of solutions."""
    assert plan.count is not None
    name, counted = plan.count
    # What a row of such a query has is bound; a variable that no pattern has is bound nowhere.
    one = not counted or counted in plan.order
    if not plan.groups:
        return [(len(found) * one,)]
    groups = Counter(map(plan.values(plan.groups), found))
    rows = []
    for key, number in groups.items():
        values = dict(zip(plan.groups, key, strict=True)) | {name: number * one}
        rows.append(tuple(map(values.get, plan.names)))
    return rows
