"""Figures reckoned from others by a factor, to see whether what a report says of one thing fits together.

Nothing is ever converted silently: energy in kWh is not put down as tonnes of coal, nor coal as carbon dioxide. A value
that is reckoned stands by itself, with its formula and its factor, beside the figure that a report gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations, product

from kg.entities import BASE
from kg.errors import KgError
from kg.facts.amounts import Reach, reach
from kg.facts.model import Figure, digest, plain
from kg.facts.ties import Tie, partners
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
    """The figure with which it is compared: of the same thing, or of one that shares figures with it."""
    value: Decimal
    """In `unit`, as is `upper`."""
    upper: Decimal | None
    """Where the factor or the figure is a range."""
    unit: str
    formula: str
    fits: bool
    """Whether both may be one amount, by the digits with which they are written and the factor's range."""


def derive(
    figures: Iterable[Figure], ontology: Ontology, base: str = BASE, tied: Iterable[Tie] = ()
) -> Iterator[Derived]:
    """Every value that can be compared: figures of one document, status and period that a factor joins.

    They are of one thing, or of two things that share figures (`tied`: a plant and its owner), where a report gives
    one kind of figure of the one only and the other kind of the other only.
    """
    together: defaultdict[tuple[str, ...], defaultdict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    reckoned = reckonable(ontology)
    for figure in filter(reckoned, figures):
        for document in {item.document for item in figure.evidence}:
            claim = figure.claim
            together[document, claim.status, claim.period][figure.subject.iri].append(figure)
    beside = partners(tied, ontology)
    found = {
        derived.iri: derived
        for group in together.values()
        for source, stated in _pairs(group, beside, ontology)
        for derived in _compared(source, stated, ontology, base)
    }
    yield from (found[iri] for iri in sorted(found))


def reckonable(ontology: Ontology) -> Callable[[Figure], bool]:
    """Whether a figure can be compared by a factor."""
    kinds = {_kind(ontology, factor.source_unit) for factor in ontology.factors.values()}
    kinds |= {_kind(ontology, factor.target_unit) for factor in ontology.factors.values()}
    return lambda figure: (
        _kind(ontology, figure.base_unit) in kinds and ontology.indicators[figure.claim.indicator].comparable
    )


def _pairs(
    group: Mapping[str, Sequence[Figure]], beside: Mapping[str, set[str]], ontology: Ontology
) -> Iterator[tuple[Figure, Figure]]:
    """The figures of one document, status and period that may be said of one effect."""
    few = {thing: figures for thing, figures in group.items() if len(figures) <= MOST_OF_A_THING}
    for thing, figures in few.items():
        yield from permutations(figures, 2)
        for other in beside.get(thing, set()) & few.keys() - {thing}:
            kinds = [{_kind(ontology, one.base_unit) for one in few[each]} for each in (thing, other)]
            for source, stated in product(figures, few[other]):
                # who tells both of a thing compares them itself
                if (
                    _kind(ontology, stated.base_unit) not in kinds[0]
                    and _kind(ontology, source.base_unit) not in kinds[1]
                ):
                    yield source, stated


def _compared(source: Figure, stated: Figure, ontology: Ontology, base: str) -> Iterator[Derived]:
    if _sense(source, ontology) == _sense(stated, ontology):
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
