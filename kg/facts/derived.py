"""Figures reckoned from others by a factor, to see whether what a report says of one thing fits together.

Nothing is ever converted silently: energy in kWh is not put down as tonnes of coal, nor coal as carbon dioxide. A value
that is reckoned stands by itself, with its formula and its factor, beside the figure that a report gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.entities import BASE
from kg.errors import KgError
from kg.facts.amounts import Reach, reach
from kg.facts.model import Figure, digest, plain
from kg.ontology import Factor, Ontology

MOST_OF_A_THING = 40
"""Figures of one thing and document that are compared; a table with more is no account of one effect."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What one figure gives by a factor, beside a figure that a document states."""

    iri: str
    source: Figure
    factor: Factor
    stated: Figure
    """The figure of the same thing with which it is compared."""
    value: Decimal
    """In `unit`, as is `upper`."""
    upper: Decimal | None
    """Where the factor or the figure is a range."""
    unit: str
    formula: str
    fits: bool
    """Whether both may be one amount, by the digits with which they are written and the factor's range."""


def derive(figures: Iterable[Figure], ontology: Ontology, base: str = BASE) -> Iterator[Derived]:
    """Every value that can be compared: figures of one thing, document, status and period that a factor joins."""
    together: defaultdict[tuple[str, ...], list[Figure]] = defaultdict(list)
    kinds = {_kind(ontology, factor.source_unit) for factor in ontology.factors.values()}
    kinds |= {_kind(ontology, factor.target_unit) for factor in ontology.factors.values()}
    for figure in figures:
        if _kind(ontology, figure.base_unit) in kinds and ontology.indicators[figure.claim.indicator].comparable:
            for document in {item.document for item in figure.evidence}:
                claim = figure.claim
                together[document, figure.subject.iri, claim.status, claim.period].append(figure)
    found = {
        derived.iri: derived
        for group in together.values()
        if 1 < len(group) <= MOST_OF_A_THING
        for derived in _compared(group, ontology, base)
    }
    yield from (found[iri] for iri in sorted(found))


def _compared(group: Sequence[Figure], ontology: Ontology, base: str) -> Iterator[Derived]:
    for source in group:
        for stated in group:
            if source is stated or _sense(source, ontology) != _sense(stated, ontology):
                continue
            for factor in ontology.factors.values():
                if _applies(factor, source, stated, ontology):
                    yield _derived(source, factor, stated, ontology, base)


def _sense(figure: Figure, ontology: Ontology) -> bool | None:
    """Savings go with savings, uses with uses."""
    return ontology.indicators[figure.claim.indicator].more_is_better


def _applies(factor: Factor, source: Figure, stated: Figure, ontology: Ontology) -> bool:
    if _kind(ontology, source.base_unit) != _kind(ontology, factor.source_unit):
        return False
    if _kind(ontology, stated.base_unit) != _kind(ontology, factor.target_unit):
        return False
    substance = source.claim.substance or ontology.indicators[source.claim.indicator].substance
    substance = substance or ontology.unit(source.claim.unit).substance
    return not factor.substance or substance == factor.substance


def _kind(ontology: Ontology, unit: str) -> str:
    try:
        return ontology.unit(unit).dimension
    except KgError:  # a unit that the ontology lacks has no kind
        return ""


def _derived(source: Figure, factor: Factor, stated: Figure, ontology: Ontology, base: str) -> Derived:
    amount = ontology.convert(source.base_value, source.base_unit, factor.source_unit)
    top = source.base_value if source.base_max is None else source.base_max
    most = ontology.convert(top, source.base_unit, factor.source_unit)
    low, high = amount * factor.value, most * (factor.upper or factor.value)
    shown = _shown(amount, most, factor.source_unit), _shown(factor.value, factor.upper or factor.value, "")
    formula = (
        f"{shown[0]} × {shown[1]}{factor.target_unit}/{factor.source_unit} = {_shown(low, high, factor.target_unit)}"
    )
    return Derived(
        iri=f"{base}derived/{digest(source.iri, factor.name, stated.iri)}",
        source=source,
        factor=factor,
        stated=stated,
        value=low,
        upper=None if high == low else high,
        unit=factor.target_unit,
        formula=formula,
        fits=_by(source, factor, ontology).meets(_among(stated, ontology)),
    )


def _shown(low: Decimal, high: Decimal, unit: str) -> str:
    amount = plain(low) if low == high else f"{plain(low)}–{plain(high)}"
    return f"{amount} {unit}" if unit else f"{amount} "


def _by(source: Figure, factor: Factor, ontology: Ontology) -> Reach:
    """All that a figure may be by a factor, in the base unit of the target."""
    open_to = reach(source.claim, ontology)
    ends = (open_to.low, factor.value), (open_to.high, factor.upper or factor.value)

    def turned(end: Decimal | None, by: Decimal) -> Decimal | None:
        if end is None:
            return None
        amount = ontology.convert(end, source.base_unit, factor.source_unit) * by
        return ontology.unit_convert(amount, factor.target_unit)[0]

    return Reach(turned(*ends[0]), turned(*ends[1]))


def _among(stated: Figure, ontology: Ontology) -> Reach:
    return reach(stated.claim, ontology)
