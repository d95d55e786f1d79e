"""Relations of a document: what the rules propose, weighed.

The circumstances of all proposals of one claim are weighed together, and those that the annotated texts show to hold
more often than not are claimed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from kg import ontology
from kg.claims import weights
from kg.claims.circumstances import SAID
from kg.claims.model import RelationClaim
from kg.claims.proposals import Key, Proposals
from kg.claims.reach import hopeful
from kg.claims.weights import of_weights, probability, rounded, thousandths
from kg.mentions.language import reading

_LISTED = 100
"""What a claim loses by being another's of a list, in thousandths."""
_SURE = 1000
"""What the claim of a certain rule weighs at least, in thousandths."""


def accepted(proposals: Proposals, doubted: Container[int] = frozenset()) -> Iterator[tuple[RelationClaim, float]]:
    """Claims that hold more likely than not, with their probability; pairs of doubted things need not be told of."""
    least = round(threshold() * 1000)
    own = _weighed(proposals, least, doubted)
    lifted = dict(own)
    for (subject, relation, thing), weight in own.items():
        for other in proposals.shared((subject, relation, thing)):
            key = (subject, relation, other)
            if key in proposals and weight - _LISTED > lifted.get(key, least):
                lifted[key] = weight - _LISTED
    worded = {key for key in proposals.said if key[1] in unweighed() and proposals.strength(key) == SAID}
    for key in sorted(lifted.keys() | worded, key=proposals.order):
        if key in worded:
            yield proposals.claim(key), 0.5
            continue
        value = max(own.get(key, 0), _SURE) if is_certain(proposals, key) else lifted[key]
        if value > least:
            chance = probability(value / 1000)
            yield replace(proposals.claim(key), likely=rounded(chance)), chance


def _weighed(proposals: Proposals, least: int, doubted: Container[int]) -> dict[Key, int]:
    """The weights of all proposals that weigh more than `least`, and of those that are made by more than nearness."""
    said = (key for key in proposals.said if key[1] not in unweighed() and key[0] not in doubted)
    found = {key: proposals.weight(key) for key in said}
    for one, other, pairs in proposals.pairs():
        if one.key in doubted or (other.key in doubted and other.key not in proposals.listed):
            continue
        things = proposals.profiles(one.key, other.key)
        for relation, weight in hopeful(pairs, things, proposals.together(one.key, other.key), least):
            key = (one.key, relation, other.key)
            if key not in found and relation not in unweighed():
                found[key] = weight
    return found


def score(proposals: Proposals, key: Key) -> float:
    """A proposal's own weight, or nearly that of a claim about what a list names with its object."""
    own = proposals.weight(key)
    if is_certain(proposals, key):
        return max(own, _SURE) / 1000
    subject, relation, thing = key
    siblings = ((subject, relation, other) for other in proposals.listed.get(thing, ()))
    said = (s for s in siblings if thing in proposals.shared(s))
    return max([own, *(proposals.weight(s) - _LISTED for s in said if s in proposals)]) / 1000


def is_certain(proposals: Proposals, key: Key) -> bool:
    """Whether a rule proposes it that is nearly always right."""
    return not _certain().isdisjoint(proposals.ruled(key))


@lru_cache(maxsize=1)
def _certain() -> frozenset[str]:
    return frozenset(reading()["certain"])


@of_weights(1)
def unweighed() -> frozenset[str]:
    """Relations claimed where a cue word says them: those that `reading.toml` lists, and those that have no weight."""
    known = {feature.partition(":")[0] for feature in thousandths("relation")}
    return frozenset(reading()["unweighed"]) | (ontology.load().relations.keys() - known)


def threshold() -> float:
    """The score above which a relation is claimed."""
    return weights.threshold("relation")


def resolved(claims: Iterable[tuple[RelationClaim, float]]) -> list[RelationClaim]:
    """One direction of a symmetric relation, one of two that exclude each other, and nothing within itself."""
    best: dict[tuple[int, int, str], tuple[float, RelationClaim]] = {}
    known = ontology.load()
    rivals = reading()["exclusive"]
    for claim, weight in claims:
        term = known.relations[claim.predicate]
        pair = (claim.subject, claim.object)
        if term.symmetric or term.transitive:
            pair = (min(pair), max(pair))
        group = next((str(n) for n, names in enumerate(rivals) if claim.predicate in names), claim.predicate)
        key = (*pair, group)
        if key not in best or weight > best[key][0]:
            best[key] = (weight, claim)
    return _without_circles(list(best.values()))


def _without_circles(claims: list[tuple[float, RelationClaim]]) -> list[RelationClaim]:
    """Without the least likely of claims that together put a thing within itself."""
    ordering = reading()["ordering"]
    within: dict[int, set[int]] = {}
    """Thing -> things that it is directly in."""
    refused = set()
    order = sorted(range(len(claims)), key=lambda n: -claims[n][0])
    for number in order:
        claim = claims[number][1]
        if claim.predicate not in ordering:
            continue
        if _reaches(within, claim.object, claim.subject):
            refused.add(number)
        else:
            within.setdefault(claim.subject, set()).add(claim.object)
    return [claim for number, (_, claim) in enumerate(claims) if number not in refused]


def _reaches(within: dict[int, set[int]], start: int, goal: int) -> bool:
    """Whether the first thing is in the second, by whatever steps."""
    seen, waiting = {start}, [start]
    while waiting:
        thing = waiting.pop()
        if thing == goal:
            return True
        new = within.get(thing, set()) - seen
        seen |= new
        waiting += new
    return False
