"""How facts stand to each other: which says more than which, which cannot both hold, and which figures fit.

>>> links = connect(facts, sources, ontology)
>>> links.contradicts            # pairs of IRIs, both of which stay: nobody is overwritten
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.entities import BASE
from kg.facts.belief import believe
from kg.facts.contradict import contradictions
from kg.facts.derived import Derived, derive
from kg.facts.model import Fact, Facts
from kg.facts.refine import refinements
from kg.facts.ties import Tie, ties
from kg.ontology import Ontology

Pair = tuple[str, str]
"""IRIs of two facts."""


@dataclass(frozen=True, slots=True)
class Links:
    """What `connect` finds, each in the order of its IRIs."""

    facts: Facts
    """The facts; of a general one, belief has grown by the evidence of those that say the same and more."""
    refines: tuple[Pair, ...]
    """(the finer fact, the more general one)."""
    contradicts: tuple[Pair, ...]
    """Each pair once, the lesser IRI first."""
    derived: tuple[Derived, ...]


def connect(
    facts: Facts,
    sources: Mapping[str, str],
    ontology: Ontology,
    base: str = BASE,
    tied: Iterable[Tie] | None = None,
) -> Links:
    """Compare facts with each other; `sources` tells which documents are one source.

    Where `facts` are all facts about some things, but not of all things, `tied` are the ties of all (`kg.facts.ties`).
    """
    tied = ties(facts.relations, ontology) if tied is None else frozenset(tied)
    refines = sorted(refinements(facts, ontology, tied))
    finer: dict[str, list[str]] = {}
    for fine, general in refines:
        finer.setdefault(general, []).append(fine)
    by_iri = {fact.iri: fact for fact in facts.relations}
    believed = Facts(tuple(_supported(fact, finer.get(fact.iri, ()), by_iri, sources) for fact in facts.relations),
                     facts.figures)  # fmt: skip
    return Links(
        believed,
        tuple(refines),
        tuple(sorted(contradictions(facts, sources, ontology, tied))),
        tuple(derive(facts.figures, ontology, base, tied)),
    )


def _supported(
    fact: Fact, finer: list[str] | tuple[str, ...], by_iri: Mapping[str, Fact], sources: Mapping[str, str]
) -> Fact:
    """Who says that a bank gives a green loan also says that it gives a loan."""
    if not finer or fact.belief == Decimal(1):
        return fact
    evidence = {item.iri: item for iri in finer for item in by_iri[iri].evidence}
    evidence |= {item.iri: item for item in fact.evidence}
    belief, _ = believe([evidence[iri] for iri in sorted(evidence)], sources)
    return replace(fact, belief=max(belief, fact.belief))
