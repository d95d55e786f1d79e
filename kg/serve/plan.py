"""What a query that is a few lookups asks for: triple patterns in the order in which they are looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from operator import itemgetter
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
AHEAD, BEHIND = "ahead", "behind"


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
    found: Callable[[Row], Row]
    """The values that a quad adds to a row."""
    same: tuple[tuple[int, int], ...]
    """Parts of a quad that have to be the same, as one variable stands there twice."""
    hop: str = ""
    """`AHEAD` or `BEHIND` where it follows predicates from what is known to what is not, in the default graph."""


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
    bound: bool = field(init=False)
    """Whether each variable of the answer has a value in each row."""
    starts: tuple[int, ...] = field(init=False)
    """Which patterns may come first, where it takes a look at the data to tell which of them had best."""
    _begun: dict[int, Plan] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        order: list[str] = []
        object.__setattr__(self, "steps", tuple(_step(pattern, order) for pattern in self.patterns))
        object.__setattr__(self, "order", tuple(order))
        same = self.names == tuple(order)
        object.__setattr__(self, "answer", None if same else self.values(self.names))
        own = {self.count[0]} if self.count else set()
        object.__setattr__(self, "bound", set(self.names) - own <= set(order))
        object.__setattr__(self, "starts", _starts(self.patterns))

    def beginning(self, number: int) -> Plan:
        """The same plan with another pattern first."""
        if number not in self._begun:
            patterns = ordered(self.patterns, self.patterns[number])
            given = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
            self._begun[number] = Plan(**{**given, "patterns": patterns}) if patterns else self
        return self._begun[number]

    def values(self, names: Sequence[str]) -> Callable[[Row], Row]:
        """How to get the values of some variables from a row; None for one that no pattern has."""
        places = [self.order.index(name) if name in self.order else -1 for name in names]
        if places == list(range(len(self.order))):
            return lambda row: row
        if len(places) > 1 and -1 not in places:
            return itemgetter(*places)
        return lambda row: tuple([None if at < 0 else row[at] for at in places])


def _starts(patterns: Sequence[Pattern]) -> tuple[int, ...]:
    """The patterns that hang on an object alone, where the first one does: it may be an object of very many."""

    def by_object(one: Pattern) -> bool:
        plain = isinstance(one.object, Constant) and isinstance(one.subject, Variable) and one.graph is None
        return plain and not (one.closure or one.search) and len(one.predicates) == 1

    found = tuple(number for number, one in enumerate(patterns) if by_object(one))
    return found if len(found) > 1 and found[0] == 0 else ()


def _step(pattern: Pattern, order: list[str]) -> Step:
    """The step of a pattern; the variables that it adds are added to the order."""
    before = list(order)
    first: dict[str, int] = {}
    same: list[tuple[int, int]] = []
    for part, term in enumerate(pattern.terms):
        if not isinstance(term, Variable) or term.name in before:
            continue
        if term.name in first:
            same.append((first[term.name], part))
        else:
            first[term.name] = part
            order.append(term.name)
    known = [before.index(t.name) if isinstance(t, Variable) and t.name in before else -1 for t in pattern.terms]
    hop = "" if same else _hop(pattern, list(first.values()))
    return Step(pattern, (known[0], known[1], known[2], known[3]), _getter(list(first.values())), tuple(same), hop)


def _hop(pattern: Pattern, new: list[int]) -> str:
    plain = all(isinstance(one, Constant) for one in pattern.predicates) and pattern.graph is None
    if not plain or pattern.closure or pattern.search:
        return ""
    return AHEAD if new == [2] else BEHIND if new == [0] else ""


def _getter(parts: list[int]) -> Callable[[Row], Row]:
    if len(parts) > 1:
        return itemgetter(*parts)
    return (lambda quad: (quad[parts[0]],)) if parts else (lambda quad: ())


def variables(patterns: Sequence[Pattern]) -> set[str]:
    """The names of all variables."""
    terms = (term for one in patterns for term in (*one.terms, *one.predicates))
    return {term.name for term in terms if isinstance(term, Variable)}


def ordered(patterns: Sequence[Pattern], first: Pattern | None = None) -> tuple[Pattern, ...] | None:
    """The patterns so that each hangs on a constant or on what was looked up before it; None where that cannot be."""
    left, bound = list(patterns), set[str]()
    made: list[Pattern] = []
    while left:
        best = max(left, key=lambda one: (_weight(one, bound), -left.index(one)))
        best = first if first and not made else best
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
