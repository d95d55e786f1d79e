"""A figure that a text tells of twice: 265 million euros in the heading and in the third paragraph are one sum.

Which figures are told of again rather than met by chance stands in `ontology/reading.toml`, repeats: counts, shares
and years are not, as many things have the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from kg import ontology
from kg.claims.model import ObservationClaim
from kg.mentions.language import reading

_Said = tuple[Decimal, Decimal | None, str, str]


def told_again(claims: Iterable[ObservationClaim]) -> list[ObservationClaim]:
    """The claims in their order; of those that repeat a figure each says what the likeliest of them says it is.

    One sentence that says a figure twice speaks of two things.
    """
    found = list(claims)
    alike: dict[_Said, list[ObservationClaim]] = {}
    for claim in filter(_telling, found):
        alike.setdefault((claim.value, claim.max, claim.unit, claim.substance), []).append(claim)
    again: dict[int, ObservationClaim] = {}
    for same in alike.values():
        if len(same) > 1 and len({claim.start for claim in same}) == len(same):
            likeliest = max(same, key=lambda claim: claim.likely or 0)
            again.update((id(claim), _as(claim, likeliest)) for claim in same)
    return [again.get(id(claim), claim) for claim in found]


def _telling(claim: ObservationClaim) -> bool:
    """Whether a figure is hardly met twice by chance."""
    known = ontology.load()
    unit = known.units.get(claim.unit.partition("/")[0])
    return unit is not None and unit.dimension not in reading()["repeats"]["common"]


def _as(claim: ObservationClaim, other: ObservationClaim) -> ObservationClaim:
    """The claim about what the other is about, if it says nothing else of it."""
    if claim is other:
        return claim
    slots = replace(other.slots[0], how="carried"), *claim.slots[1:]
    period = claim.period or other.period
    return replace(
        claim, subject=other.subject, indicator=other.indicator, status=other.status, period=period, slots=slots
    )
