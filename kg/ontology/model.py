"""What the ontology is made of, as plain frozen objects: each term with its IRI and its names in every language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

PropertyKind = Literal["object", "datatype", "annotation"]


@dataclass(frozen=True, slots=True)
class Term:
    """Anything that has a name: `name` is the local name of a class or property, the code of an individual."""

    name: str
    iri: str
    labels: dict[str, str]
    """Language code -> preferred label."""
    definitions: dict[str, str]
    alternatives: dict[str, tuple[str, ...]]
    """Language code -> other names."""
    examples: dict[str, tuple[str, ...]]
    module: str
    """Stem of the file that declares it."""
    sources: tuple[str, ...] = ()
    """Where the idea of the definition comes from, or what a figure is taken from."""
    retired: bool = False
    """Kept for those who use it (owl:deprecated); new data say it otherwise."""
    replaced_by: tuple[str, ...] = ()
    """IRIs of the terms to use instead."""


@dataclass(frozen=True, slots=True)
class ClassTerm(Term):
    """A class; `top` marks those by which texts are annotated; finer ones count as these."""

    parents: tuple[str, ...] = ()
    top: bool = False
    counts: tuple[tuple[str, int, int | None], ...] = ()
    """(property, least, most) of what each member has."""
    key: tuple[str, ...] = ()
    """Properties by which a member is known: no two agree in all of them."""


@dataclass(frozen=True, slots=True)
class RelationTerm(Term):
    """A property; those with `relation` set are what extraction looks for in texts."""

    kind: PropertyKind = "object"
    relation: bool = False
    parents: tuple[str, ...] = ()
    domain: frozenset[str] = frozenset()
    """Names of the classes whose union is the domain; empty where nothing is said."""
    range: frozenset[str] = frozenset()
    """The same for the range; a datatype stands as its IRI's local name."""
    inverse: str = ""
    symmetric: bool = False
    transitive: bool = False
    shares_figures: bool = False
    """Whether a figure of the one end and a figure of the other may be said of one effect."""


@dataclass(frozen=True, slots=True)
class Indicator(Term):
    """What a figure measures."""

    dimensions: tuple[str, ...] = ()
    """Codes of the kinds of unit that its figures take; a ratio is told by its numerator's."""
    kind: str = ""
    """"flow" (per period), "stock" (at a time), "change" (against a baseline), "ratio"."""
    more_is_better: bool | None = None
    """None where it depends."""
    substance: str = ""
    """Code of the substance that the indicator itself names."""
    comparable: bool = True
    """Whether two figures of one thing measure the same; false where each may count something else."""
    broader: str = ""
    """Code of the indicator that it is a finer kind of; texts are read for those that have none."""


@dataclass(frozen=True, slots=True)
class Dimension(Term):
    """A kind of unit; `broader` is the kind that it is counted as where only the sort of thing matters."""

    broader: str = ""


@dataclass(frozen=True, slots=True)
class Unit(Term):
    """A unit, or a ratio of units; a value times `factor` over `divisor` is the value in the unit `base`."""

    dimension: str = ""
    """Units convert into each other only where this is equal."""
    base: str = ""
    factor: Decimal = Decimal(1)
    divisor: Decimal = Decimal(1)
    """Keeps factors exact that no finite decimal can write."""
    substance: str = ""
    """Code of the substance that the unit itself names."""
    numerator: str = ""
    """Codes of the parts, for a ratio only."""
    denominator: str = ""


@dataclass(frozen=True, slots=True)
class Status(Term):
    """Whether what is said has come about; `accepted` ones give a plain triple in the graph."""

    accepted: bool = True
    denies: tuple[str, ...] = ()
    """Codes of the statuses with which the same statement is contradicted."""


@dataclass(frozen=True, slots=True)
class Substance(Term):
    """What a figure is about in matter, by name of the matter."""

    kinds: tuple[str, ...] = ()
    """Names of its classes."""


@dataclass(frozen=True, slots=True)
class Factor(Term):
    """How much of one unit goes with one of another, by whom and for which year."""

    source_unit: str = ""
    target_unit: str = ""
    value: Decimal = Decimal(1)
    """One `source_unit` goes with `value` `target_unit`."""
    upper: Decimal | None = None
    year: int = 0
    substance: str = ""
    """Code of the substance for which it holds; empty: for any."""
    region: str = ""
    """Code or name of the area for which it holds; empty: everywhere."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a class is drawn: colour as `#rrggbb`, a node shape of vis-network, place in legends."""

    color: str
    shape: str
    order: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """One line of the alignments: how a term relates to one of another vocabulary."""

    subject: str
    """IRI, as is `predicate` and `object`."""
    predicate: str
    object: str
    object_label: str
    justification: str
    confidence: Decimal
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of what is expected of each member of some classes."""

    name: str
    """Local name of its property shape."""
    labels: dict[str, str]
    """Language code -> what is expected, in a few words."""
    targets: tuple[str, ...]
    """IRIs of the classes whose members it is about."""
    path: str
    """IRI of the property that leads to the values."""
    inverse: bool
    """Whether it leads from the values to the thing."""
    least: int
    most: int | None
    classes: tuple[str, ...] = ()
    """IRIs of the classes that values must have to be counted; any where empty."""
    by: str = ""
    """IRI of the property of a value that tells whether it is counted; "" for none."""
    values: tuple[str, ...] = ()
    """IRIs of the values of `by` that are."""
