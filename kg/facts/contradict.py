"""Which facts cannot both hold. Both stay in the graph: which one is right is for people to say.

Only what different sources say is compared: one report tells its figures apart in words. Another status or period is no
contradiction but a history, such as what was planned for a year and what came of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, pairwise

from kg.facts.amounts import reach
from kg.facts.model import Fact, Facts, Figure
from kg.facts.ties import Tie, ties
from kg.ontology import Expectation, Ontology

MOST_IN_PAIRS = 20
"""Of more figures than that, each is compared with the next greater one only."""

Pair = tuple[str, str]
Said = Fact | Figure


def contradictions(
    facts: Facts, sources: Mapping[str, str], ontology: Ontology, tied: Iterable[Tie] | None = None
) -> set[Pair]:
    """Pairs of IRIs, the lesser first: other values of one figure, denials, and what a thing can have but once.

    `tied` are the ties of all things, where `facts` are those of a few.
    """
    known = ties(facts.relations, ontology) if tied is None else tied
    exclusive = (
        _exclusive(facts.relations, expectation, ontology, known)
        for expectation in ontology.expectations
        if expectation.most is not None
    )
    pairs = chain(_figures(facts.figures, ontology), _denials(facts.relations, ontology), *exclusive)
    return {_in_order(one.iri, other.iri) for one, other in pairs if _told_by_others(one, other, sources)}


def is_by_subject(ontology: Ontology) -> bool:
    """Whether only facts of one subject are compared; not where an object can have something but once."""
    return not any(rule.inverse for rule in ontology.expectations if rule.most is not None)


def _in_order(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _told_by_others(one: Said, other: Said, sources: Mapping[str, str]) -> bool:
    tellers = [{sources[item.document] for item in said.evidence} for said in (one, other)]
    return tellers[0].isdisjoint(tellers[1])


# -- figures -----------------------------------------------------------------------------------------------------------


def _figures(figures: Iterable[Figure], ontology: Ontology) -> Iterator[tuple[Said, Said]]:
    groups: defaultdict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        claim = figure.claim
        if ontology.indicators[claim.indicator].comparable and not figure.subject.generic:
            groups[figure.subject.iri, claim.indicator, claim.status, claim.period, figure.base_unit].append(figure)
    for group in groups.values():
        if len(group) < 2:
            continue
        ordered = sorted(group, key=lambda figure: (figure.base_value, figure.iri))
        reaches = [(figure, reach(figure.claim, ontology)) for figure in ordered]
        pairs = combinations(reaches, 2) if len(group) <= MOST_IN_PAIRS else pairwise(reaches)
        for (one, mine), (other, theirs) in pairs:
            named = {one.claim.substance, other.claim.substance} - {""}
            if len(named) < 2 and not mine.meets(theirs):
                yield one, other


# -- relations ---------------------------------------------------------------------------------------------------------


def _denials(facts: Iterable[Fact], ontology: Ontology) -> Iterator[tuple[Said, Said]]:
    """What one source states and another denies; who denies the broader relation denies the narrower one, too."""
    by_things: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_things[fact.subject.iri, fact.object.iri].append(fact)
    for group in by_things.values():
        for denied in group:
            for stated in group:
                if stated.status in ontology.statuses[denied.status].denies and ontology.is_a(
                    stated.predicate, denied.predicate
                ):
                    yield denied, stated


def _exclusive(
    facts: Iterable[Fact], rule: Expectation, ontology: Ontology, tied: Iterable[Tie]
) -> Iterator[tuple[Said, Said]]:
    """What a thing is said to have twice and can have but once; a thing inside another is not another one."""
    predicate = ontology.name_of(rule.path)
    holders: defaultdict[tuple[str, str], dict[str, list[Fact]]] = defaultdict(dict)
    inside = {(one, other) for relation, one, other in tied if ontology.is_a(relation, predicate)}
    for fact in facts:
        if not ontology.is_a(fact.predicate, predicate) or not ontology.statuses[fact.status].accepted:
            continue
        holder, held = (fact.object, fact.subject) if rule.inverse else (fact.subject, fact.object)
        counted = not rule.classes or _is_any(held.cls, rule.classes, ontology)
        if counted and not held.generic and not holder.generic and _is_any(holder.cls, rule.targets, ontology):
            holders[holder.iri, fact.status].setdefault(held.iri, []).append(fact)
    for objects in holders.values():
        if len(objects) > (rule.most or 0):
            yield from _pairs(objects, inside)


def _pairs(objects: Mapping[str, Sequence[Fact]], inside: set[tuple[str, str]]) -> Iterator[tuple[Said, Said]]:
    for one, other in combinations(sorted(objects)[:MOST_IN_PAIRS], 2):
        if (one, other) not in inside and (other, one) not in inside:
            yield objects[one][0], objects[other][0]


def _is_any(cls: str, iris: Iterable[str], ontology: Ontology) -> bool:
    return any(ontology.is_a(cls, ontology.name_of(iri)) for iri in iris)
