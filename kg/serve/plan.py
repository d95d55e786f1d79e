"""What a query that is a few lookups asks for: triple patterns in the order in which they are looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any


@dataclass(frozen=True, slots=True)
class Constant:
    """A term that stands in the query: an IRI, or a literal with what tells its type."""

    kind: str
    """iri, string or number."""
    slot: int
    """Which of the query's constants it is or begins with, -1 for none."""
    text: str = ""
    """The (rest of the) IRI; the language of a string."""
    datatype: Constant | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable by its name."""

    name: str


Term = Constant | Variable
Row = tuple[Any, ...]
"""Values of variables, in the order in which they are found."""
_PARTS = ("subject", "predicate", "object", "graph_name")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; one of its predicates has to fit. Its graph is None for the default graph."""

    subject: Term
    predicates: tuple[Term, ...]
    object: Term
    graph: Term | None
    closure: str = ""
    """How often the predicate is followed: `*`, `+` or `?`; "" for once."""
    search: bool = False
    """Whether the subject is looked for in the full text, by the object."""

    @property
    def terms(self) -> tuple[Term, Term, Term, Term | None]:
        """Subject, (first) predicate, object and graph."""
        return self.subject, self.predicates[0], self.object, self.graph


@dataclass(frozen=True, slots=True)
class Step:
    """A pattern, and what is known when its turn comes."""

    pattern: Pattern
    known: tuple[int, int, int, int]
    """Where in the row the values of subject, predicate, object and graph stand; -1 for none."""
    found: Callable[[Any], Row]
    """The values that a quad adds to a row."""
    same: tuple[Callable[[Any], bool], ...]
    """What has to be true of a quad in which one variable stands twice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a query asks, with its patterns in the order in which they are looked up."""

    form: str
    patterns: tuple[Pattern, ...] = ()
    names: tuple[str, ...] = ()
    """Variables of the answer."""
    count: tuple[str, str] | None = None
    """The name of the number of rows, and the variable that must be bound, "" for any."""
    groups: tuple[str, ...] = ()
    distinct: bool = False
    template: tuple[Pattern, ...] = ()
    described: tuple[Constant, ...] = ()
    limit: int = -1
    """Slots of the numbers, -1 for none."""
    offset: int = -1
    steps: tuple[Step, ...] = field(init=False)
    order: tuple[str, ...] = field(init=False)
    """The variables of a row."""
    answer: Callable[[Row], Row] | None = field(init=False)
    """How to get the values of the answer's variables from a row; None where they are the row."""
    plain: bool = field(init=False)
    """Whether it asks for nothing but what the default graph says of one thing."""
    bound: bool = field(init=False)
    """Whether each variable of the answer has a value in each row."""

    def __post_init__(self) -> None:
        order: list[str] = []
        object.__setattr__(self, "steps", tuple(_step(pattern, order) for pattern in self.patterns))
        object.__setattr__(self, "order", tuple(order))
        same = self.names == tuple(order)
        object.__setattr__(self, "answer", None if same else self.values(self.names))
        whole = not self.count and not self.distinct and max(self.limit, self.offset) < 0
        object.__setattr__(self, "plain", whole and same and len(self.steps) == 1 and _is_plain(self.steps[0]))
        own = {self.count[0]} if self.count else set()
        object.__setattr__(self, "bound", set(self.names) - own <= set(order))

    def values(self, names: Sequence[str]) -> Callable[[Row], Row]:
        """How to get the values of some variables from a row; None for one that no pattern has."""
        places = [self.order.index(name) if name in self.order else -1 for name in names]
        if places == list(range(len(self.order))):
            return lambda row: row
        if len(places) > 1 and -1 not in places:
            return itemgetter(*places)
        return lambda row: tuple([None if at < 0 else row[at] for at in places])


def _is_plain(step: Step) -> bool:
    """Whether a step finds objects, or predicates with objects, of one subject."""
    pattern = step.pattern
    once = len(pattern.predicates) == 1 and not (pattern.closure or pattern.search or pattern.graph or step.same)
    return once and isinstance(pattern.subject, Constant) and isinstance(pattern.object, Variable)


def _step(pattern: Pattern, order: list[str]) -> Step:
    """The step of a pattern; the variables that it adds are added to the order."""
    before = list(order)
    first: dict[str, str] = {}
    same: list[Callable[[Any], bool]] = []
    for term, part in zip(pattern.terms, _PARTS, strict=True):
        if not isinstance(term, Variable) or term.name in before:
            continue
        if term.name in first:
            same.append(_twice(first[term.name], part))
        else:
            first[term.name] = part
            order.append(term.name)
    known = [before.index(t.name) if isinstance(t, Variable) and t.name in before else -1 for t in pattern.terms]
    return Step(pattern, (known[0], known[1], known[2], known[3]), _getter(list(first.values())), tuple(same))


def _twice(one: str, other: str) -> Callable[[Any], bool]:
    return lambda quad: bool(getattr(quad, one) == getattr(quad, other))


def _getter(parts: list[str]) -> Callable[[Any], Row]:
    if len(parts) > 1:
        return attrgetter(*parts)
    if not parts:
        return lambda quad: ()
    get = attrgetter(parts[0])
    return lambda quad: (get(quad),)


def variables(patterns: Sequence[Pattern]) -> set[str]:
    """The names of all variables."""
    terms = (term for one in patterns for term in (*one.terms, *one.predicates))
    return {term.name for term in terms if isinstance(term, Variable)}


def ordered(patterns: Sequence[Pattern]) -> tuple[Pattern, ...] | None:
    """The patterns so that each hangs on a constant or on what was looked up before it; None where that cannot be."""
    left, made, bound = list(patterns), [], set[str]()
    while left:
        best = max(left, key=lambda one: (_weight(one, bound), -left.index(one)))
        if not _weight(best, bound):
            return None
        left.remove(best)
        made.append(best)
        bound |= variables([best])
    return tuple(made)


def _weight(pattern: Pattern, bound: set[str]) -> int:
    """How few triples a pattern is likely to find; 0 for one that may find nearly all."""

    def known(term: Term) -> bool:
        return isinstance(term, Constant) or term.name in bound

    subject, predicate, object_ = known(pattern.subject), known(pattern.predicates[0]), known(pattern.object)
    if pattern.search:
        return 5
    if pattern.closure:
        return subject or object_  # as late as can be: what is reached may be much
    return 0 if not (subject or object_) else 4 * subject + 2 * object_ + predicate
