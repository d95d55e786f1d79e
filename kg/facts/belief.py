"""How far to believe a claim, and a fact by all that states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kg.claims import ObservationClaim, RelationClaim
from kg.claims.model import BOTH
from kg.claims.weights import log_odds, probability, rounded
from kg.entities.names import fold
from kg.facts.model import Evidence
from kg.ontology import Ontology

DEFAULT_PRIOR = Decimal("0.5")
"""Belief in a claim whose rule nobody has counted yet (`ontology/precision.tsv` has no line for it): even odds."""

LONG_SENTENCE = 80
"""Bytes of a folded sentence that two writers do not write alike by chance."""

_BELIEF_STEP = Decimal("0.0001")


def prior(claim: RelationClaim | ObservationClaim, ontology: Ontology) -> Decimal:
    """How far to believe one claim: what the weights say, scaled to how often they are right; else its rule's share.

    Both are counted on annotated texts and stand in `ontology/precision.tsv`.
    """
    counted = ontology.precision
    scale = counted.scales.get("observation" if isinstance(claim, ObservationClaim) else "relation")
    if claim.likely is not None and scale is not None:
        return rounded(probability(scale.shift + scale.slope * log_odds(float(claim.likely))))
    shares = (counted.rules[rule].share for rule in claim.rule.split(BOTH) if rule in counted.rules)
    return max(shares, default=DEFAULT_PRIOR)


def believe(evidence: Sequence[Evidence], sources: Mapping[str, str]) -> tuple[Decimal, int]:
    """(belief, number of independent sources): the chance that not every source was misread (noisy or).

    Documents are one source where `sources` says so, and where the very same sentence states the fact in both.
    """
    best: dict[str, Decimal] = {}
    for item, source in zip(evidence, _told_apart(evidence, sources), strict=True):
        best[source] = max(item.prior, best.get(source, Decimal(0)))
    doubt = Decimal(1)
    for _, prior in sorted(best.items()):
        doubt *= 1 - prior
    return (1 - doubt).quantize(_BELIEF_STEP), len(best)


def _told_apart(evidence: Sequence[Evidence], sources: Mapping[str, str]) -> list[str]:
    """The source of each piece of evidence: the least name of all that its sentences lead to."""
    named = [sources[item.document] for item in evidence]
    if len(set(named)) == 1:
        return named
    first: dict[str, str] = {}

    def root(name: str) -> str:
        while first.setdefault(name, name) != name:
            name = first[name]
        return name

    sentences: dict[str, str] = {}
    for item, name in zip(evidence, named, strict=True):
        said = fold(item.quote)
        if len(said.encode()) >= LONG_SENTENCE:
            one, other = sorted((root(name), root(sentences.setdefault(said, name))))
            first[other] = one
    return [root(name) for name in named]
