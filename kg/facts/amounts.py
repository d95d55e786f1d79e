"""What a figure may mean: its value in base units, and how far its writing leaves it open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from kg.claims import ObservationClaim
from kg.errors import KgError
from kg.ontology import Ontology

MOST_ROUNDED = Decimal("0.05")
"""Whoever writes 1000 may mean 960 or 1040, but not 1400, though but one of its digits is sure."""

ABOUT = Decimal("0.1")
"""How far from its value a figure may be of which a text says "about"."""


class Meaning(NamedTuple):
    """What a figure means: equal meanings are one fact."""

    about: str
    indicator: str
    value: str
    upper: str
    unit: str
    status: str
    period: str
    substance: str


class Reach(NamedTuple):
    """The values in base units that a figure may stand for; None where it is open to that side."""

    low: Decimal | None
    high: Decimal | None

    def meets(self, other: Reach) -> bool:
        """Whether both may stand for one value; where their borders only touch, rounding is no excuse."""
        if self == other:
            return True
        return _below(self.low, other.high) and _below(other.low, self.high)


def _below(low: Decimal | None, high: Decimal | None) -> bool:
    return low is None or high is None or low < high


def to_base(claim: ObservationClaim, ontology: Ontology) -> tuple[Decimal, Decimal | None, str]:
    """(value, upper value, code of the unit) in base units; a unit that the ontology lacks stays as it is."""
    key = claim.value, claim.max, claim.unit
    known = _converted.setdefault(id(ontology), (ontology, {}))[1]
    if key not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[key] = _to_base(claim, ontology)
    return known[key]


_MOST_KEPT = 200_000
_converted: dict[int, tuple[Ontology, dict[Any, tuple[Decimal, Decimal | None, str]]]] = {}
"""By ontology, what was reckoned last: the steps of a build ask again and again."""


def _to_base(claim: ObservationClaim, ontology: Ontology) -> tuple[Decimal, Decimal | None, str]:
    try:
        value, unit = ontology.unit_convert(claim.value, claim.unit)
        upper = None if claim.max is None else ontology.unit_convert(claim.max, claim.unit)[0]
    except KgError:  # the hygiene rule on units tells people of it
        return claim.value, claim.max, claim.unit
    return value, upper, unit


def half_step(value: Decimal) -> Decimal:
    """Half of the last digit that is sure: 0.05 for 3.5, 50000 for 2600000; at most a twentieth of the value."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0:
        exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # figures are finite
    return min(Decimal(5).scaleb(exponent - 1), abs(value) * MOST_ROUNDED)


def reach(claim: ObservationClaim, ontology: Ontology) -> Reach:
    """What a figure may stand for, by its digits, its range and what is said of how exact it is."""
    value, upper, _ = to_base(claim, ontology)
    top, written_top = (value, claim.value) if upper is None or claim.max is None else (upper, claim.max)
    low, high = value - _slack(claim, claim.value, value), top + _slack(claim, written_top, top)
    return Reach(None if claim.qualifier == "atMost" else low, None if claim.qualifier == "atLeast" else high)


def _slack(claim: ObservationClaim, written: Decimal, base: Decimal) -> Decimal:
    if not written:
        return Decimal(0)
    open_to = half_step(written)
    if claim.qualifier == "about":
        open_to = max(open_to, abs(written) * ABOUT)
    return abs(open_to * base / written)


def one_amount(figures: Mapping[Meaning, Sequence[ObservationClaim]], ontology: Ontology) -> dict[Meaning, Meaning]:
    """Each meaning -> the meaning that it is another writing of, or itself.

    Two figures that differ in nothing but the value are one amount where they are written in different units and
    the rounder value is what the exacter one is when rounded: 50 mu and 3.3 ha. A value that two others would fit
    stays by itself; so do figures in one unit, where whoever wrote 3.26 wanted to say more than 3.3.
    """
    alike: defaultdict[tuple[str, ...], list[Meaning]] = defaultdict(list)
    for meaning in figures:
        if not meaning.upper:
            alike[meaning[:2] + meaning[4:]].append(meaning)
    same = {meaning: meaning for meaning in figures}
    for group in alike.values():
        if len(group) > 1 and len({claim.unit for meaning in group for claim in figures[meaning]}) > 1:
            _join([_Amount.of(meaning, figures[meaning], ontology) for meaning in group], same)
    return same


class _Amount(NamedTuple):
    open_to: Decimal
    """Half of the last sure digit, in base units."""
    meaning: Meaning
    value: Decimal
    units: frozenset[str]

    @classmethod
    def of(cls, meaning: Meaning, claims: Sequence[ObservationClaim], ontology: Ontology) -> _Amount:
        value = Decimal(meaning.value)
        open_to = min(_slack(claim, claim.value, value) for claim in claims)
        return cls(open_to, meaning, value, frozenset(claim.unit for claim in claims))


def _join(amounts: list[_Amount], same: dict[Meaning, Meaning]) -> None:
    exactest_first = sorted(amounts)
    for place, rough in enumerate(exactest_first):
        fitting = [
            exact
            for exact in exactest_first[:place]
            if same[exact.meaning] == exact.meaning
            and not exact.units & rough.units
            and abs(exact.value - rough.value) <= rough.open_to
        ]
        if len(fitting) == 1:
            same[rough.meaning] = fitting[0].meaning
