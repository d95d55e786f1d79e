"""The tables of terms, and how they are kept for the next process: making them of the Turtle takes a tenth of a second.

What is kept is JSON: of each term its values in the order of its class's fields. What JSON has no like of is told by
the field's type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, TypeVar

from kg.ontology.model import (
    ClassTerm,
    Dimension,
    Factor,
    Indicator,
    RelationTerm,
    Status,
    Style,
    Substance,
    Term,
    Unit,
)

T = TypeVar("T")

_KINDS: dict[str, type] = {
    "classes": ClassTerm,
    "properties": RelationTerm,
    "indicators": Indicator,
    "units": Unit,
    "statuses": Status,
    "substances": Substance,
    "dimensions": Dimension,
    "factors": Factor,
    "roles": Term,
    "schemes": Term,
    "styles": Style,
}
"""The tables that are kept whole; where one word names two things, the first table wins."""
_THAWED: dict[str, Callable[[Any], Any]] = {
    "tuple[str, ...]": tuple,
    "frozenset[str]": frozenset,
    "dict[str, tuple[str, ...]]": lambda found: {key: tuple(values) for key, values in found.items()},
    "tuple[tuple[str, int, int | None], ...]": lambda found: tuple(map(tuple, found)),
    "Decimal": Decimal,
    "Decimal | None": lambda found: None if found is None else Decimal(found),
}
"""Type of a field -> how its value is made of what JSON has for it."""
_PLAIN = frozenset(("str", "int", "bool", "bool | None", "dict[str, str]", "PropertyKind"))
"""Types of fields whose values JSON has."""


@dataclass(slots=True)
class Tables:
    """What was read: terms by local name or code, in the order of the files."""

    version: str = ""
    classes: dict[str, ClassTerm] = field(default_factory=dict)
    properties: dict[str, RelationTerm] = field(default_factory=dict)
    relations: dict[str, RelationTerm] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    substances: dict[str, Substance] = field(default_factory=dict)
    factors: dict[str, Factor] = field(default_factory=dict)
    roles: dict[str, Term] = field(default_factory=dict)
    schemes: dict[str, Term] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    by_name: dict[str, Term] = field(default_factory=dict)
    ancestors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    edge_colors: dict[str, str] = field(default_factory=dict)

    def index(self) -> None:
        """Fills the tables that follow from the others."""
        self.relations = {name: term for name, term in self.properties.items() if term.relation}
        for table in (getattr(self, name) for name, kind in _KINDS.items() if issubclass(kind, Term)):
            for name, term in table.items():
                self.terms[term.iri] = term
                self.by_name.setdefault(name, term)


def frozen(tables: Tables) -> dict[str, Any]:
    """What JSON can keep of the tables."""
    kept: dict[str, Any] = {name: _frozen(getattr(tables, name), kind) for name, kind in _KINDS.items()}
    return kept | {name: getattr(tables, name) for name in ("version", "ancestors", "edge_colors")}


def _frozen(table: dict[str, T], kind: type[T]) -> dict[str, list[Any]]:
    names = [told.name for told in fields(kind)]  # type: ignore[arg-type]
    return {name: [_plain(getattr(term, n)) for n in names] for name, term in table.items()}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Decimal) else value


def thawed(kept: dict[str, Any]) -> Tables:
    """The tables that were kept."""
    tables = Tables(version=kept["version"], edge_colors=kept["edge_colors"])
    tables.ancestors = {name: tuple(up) for name, up in kept["ancestors"].items()}
    for name, kind in _KINDS.items():
        setattr(tables, name, _thawed(kept[name], kind))
    tables.index()
    return tables


def _thawed(table: dict[str, list[Any]], kind: type[T]) -> dict[str, T]:
    types = [str(told.type) for told in fields(kind)]  # type: ignore[arg-type]
    makers = [(n, _THAWED[told]) for n, told in enumerate(types) if told not in _PLAIN]
    found = {}
    for name, values in table.items():
        for n, make in makers:
            values[n] = make(values[n])
        found[name] = kind(*values)
    return found
