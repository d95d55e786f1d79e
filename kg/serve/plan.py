"""What a query that is a few lookups asks for: triple patterns in the order in which they are looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
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
_PARTS = tuple(map(attrgetter, ("subject", "predicate", "object", "graph_name")))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; one of its predicates has to fit. Its graph is None for the default graph."""

    subject: Term
    predicates: tuple[Term, ...]
    object: Term
    graph: Term | None
    places: tuple[tuple[str, Callable[[Any], Any]], ...] = field(init=False)
    """Its variables, and how to get the value of each from a quad."""

    def __post_init__(self) -> None:
        terms = zip((self.subject, self.predicates[0], self.object, self.graph), _PARTS, strict=True)
        object.__setattr__(self, "places", tuple((t.name, get) for t, get in terms if isinstance(t, Variable)))


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


def variables(patterns: Sequence[Pattern]) -> set[str]:
    """The names of all variables."""
    terms = (term for one in patterns for term in (one.subject, *one.predicates, one.object, one.graph))
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
    return 0 if not (subject or object_) else 4 * subject + 2 * object_ + predicate
