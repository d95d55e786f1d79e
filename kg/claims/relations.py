"""Relations of a document: what the rules propose, weighed.

Frames (a cue and its slots) and positions (side by side, inside a name) propose claims; so does mere nearness of two
things that a relation may join. The circumstances of all proposals of one claim are weighed together, and those that
the annotated texts show to hold more often than not are claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby

from kg import ontology
from kg.claims.between import Surroundings, between_features, of_the_whole
from kg.claims.context import Context
from kg.claims.frames import framed, listed
from kg.claims.model import RelationClaim
from kg.claims.nearness import Pair, distance, near, unsaid
from kg.claims.structure import structural
from kg.claims.topic import Topic
from kg.claims.weights import REMEMBERED, Features, probability, rounded, score, weights
from kg.mentions import Thing
from kg.mentions.classes import top
from kg.mentions.language import reading

_THRESHOLD = "threshold"
_LISTED = 0.1
"""What a claim loses by being another's of a list."""
_SAID = 3
"""Strength of a claim that a cue word makes."""
_ELSEWHERE = frozenset(("carried", "heading", "speaker"))
"""Ways to fill a slot from outside the sentence."""

Key = tuple[int, str, int]


@dataclass(slots=True)
class Proposal:
    """One possible claim with all that was seen for it."""

    stated: RelationClaim | Pair
    """The claim, or the pair of which one is made if it is accepted."""
    features: set[str] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    strength: int = 0
    """How telling the rule of `stated` is: a cue before a position before nearness."""

    @property
    def claim(self) -> RelationClaim:
        """What is claimed if the proposal is accepted."""
        return self.stated.claim if isinstance(self.stated, Pair) else self.stated


class Proposals:
    """The possible claims of one document."""

    def __init__(self) -> None:
        self.all: dict[Key, Proposal] = {}
        self.listed: dict[int, set[int]] = {}
        """Thing -> things that a list of one sentence names with it ("A, B and C")."""
        self._where: dict[int, list[int]] = {}
        """Thing -> numbers of the sentences that name it."""
        self._number = 0

    def sentence(self, context: Context, topic: Topic) -> None:
        """Adds what one sentence proposes."""
        self._number += 1
        for entity in {m.entity for m in context.mentions}:
            self._where.setdefault(entity, []).append(self._number)
        for one, other in listed(context):
            self.listed.setdefault(one, set()).add(other)
        for claim in framed(context, topic):
            self._said(context, claim, _SAID)
        for claim in structural(context, topic):
            self._said(context, claim, 2)
        surroundings: Surroundings | None = None
        for (a, b), pairs in groupby(near(context, topic), key=lambda p: (p.subject, p.object)):
            surroundings = surroundings or Surroundings(context)
            seen = surroundings.between(a, b)
            if seen.denied:
                continue
            tops = top(context.thing(a).cls), top(context.thing(b).cls)
            for pair in pairs:
                told = between_features(pair.relation, tops, context.lang.code, seen)
                self._supposed(context, pair, 1, told)
        for pair in unsaid(context, topic):
            self._supposed(context, pair, 0)

    def _proposal(self, key: Key, stated: RelationClaim | Pair, strength: int, start: int) -> Proposal:
        proposal = self.all.get(key)
        if proposal is None:
            proposal = self.all[key] = Proposal(stated, strength=strength)
        elif strength > proposal.strength:
            proposal.stated, proposal.strength = stated, strength
        proposal.sentences.add(start)
        return proposal

    def _said(self, context: Context, claim: RelationClaim, strength: int) -> None:
        if claim.subject != claim.object:
            key = (claim.subject, claim.predicate, claim.object)
            seen = _circumstances(context, claim, strength)
            self._proposal(key, claim, strength, claim.start).features.update(seen)

    def _supposed(self, context: Context, pair: Pair, strength: int, told: Features = ()) -> None:
        a, relation, b, rule, sentence, gap, hows, seen = pair
        key = (a.entity, relation, b.entity)
        self._proposal(key, pair, strength, sentence.start).features.update(
            seen,
            told,
            _kinds(context, key, rule, hows, strength),
            _distance(relation, rule, gap, a.start < b.start, context.lang.code),
        )

    def whole(self, things: Sequence[Thing]) -> None:
        """Adds what the whole document says of each proposal; called once, after the last sentence."""
        ranks = _ranks(things)
        for (a, relation, b), proposal in self.all.items():
            one, other = things[a], things[b]
            proposal.features.update(
                of_the_whole(
                    relation,
                    (one.cls, other.cls),
                    (one.generic, other.generic, one.named, other.named),
                    (one.rule, other.rule),
                    (min(len(one.spans), 3), min(len(other.spans), 3)),
                    (min(ranks[a][1], 5), min(ranks[b][1], 5)),
                    (min(ranks[a][0], 2), min(ranks[b][0], 2)),
                    self._together(a, b),
                )
            )

    def _together(self, a: int, b: int) -> tuple[int, int]:
        """Sentences that name both things (3: more), and how far apart the nearest two are that name them (4: more)."""
        here, there = self._where.get(a, ()), self._where.get(b, ())
        common = len(set(here).intersection(there))
        return min(common, 3), 0 if common else min(
            (abs(i - j) for i in here for j in there if abs(i - j) < 4), default=4
        )

    def accepted(self) -> Iterator[tuple[RelationClaim, float]]:
        """Claims that hold more likely than not, with their probability."""
        for key, proposal in self.all.items():
            if key[1] in unweighed():
                if proposal.strength == _SAID:
                    yield proposal.claim, 0.5
                continue
            value = self.score(key)
            if value > threshold():
                chance = probability(value)
                yield replace(proposal.claim, likely=rounded(chance)), chance

    def score(self, key: Key) -> float:
        """A proposal's own weight, or nearly that of a claim about what a list names with its object."""
        proposal = self.all[key]
        seen = features(proposal)
        own = score("relation", seen)
        if seen & _certain():
            return max(own, 1.0)
        subject, relation, thing = key
        siblings = (self.all.get((subject, relation, other)) for other in self.listed.get(thing, ()))
        return max([own, *(score("relation", features(s)) - _LISTED for s in siblings if s is not None)])


@lru_cache(maxsize=1)
def unweighed() -> frozenset[str]:
    """Relations claimed where a cue word says them: those that `reading.toml` lists, and those that have no weight."""
    known = {feature.partition(":")[0] for feature in weights().get("relation", {})}
    return frozenset(reading()["unweighed"]) | (ontology.load().relations.keys() - known)


def _ranks(things: Sequence[Thing]) -> dict[int, tuple[int, int]]:
    """Thing -> (how many of its top class are told of more often, how many of its top class there are)."""
    kinds: dict[str, list[Thing]] = {}
    for thing in things:
        kinds.setdefault(top(thing.cls), []).append(thing)
    found = {}
    for kind in kinds.values():
        for rank, thing in enumerate(sorted(kind, key=lambda t: (-len(t.spans), t.key))):
            found[thing.key] = rank, len(kind)
    return found


def threshold() -> float:
    """The score above which a relation is claimed."""
    return weights().get("relation", {}).get(_THRESHOLD, 0.0)


@lru_cache(maxsize=1)
def _certain() -> frozenset[str]:
    return frozenset(reading()["certain"])


def features(proposal: Proposal) -> set[str]:
    """All circumstances of a proposal."""
    return proposal.features | {f"sentences{min(len(proposal.sentences), 3)}", "bias"}


def _circumstances(context: Context, claim: RelationClaim, strength: int) -> Iterator[str]:
    """What the claim's rule, classes and slots say of it."""
    relation, code = claim.predicate, context.lang.code
    hows = tuple(slot.how for slot in claim.slots)
    yield from _kinds(context, (claim.subject, relation, claim.object), claim.rule, hows, strength)
    if claim.cues and strength == _SAID:
        yield f"{relation}:{code}:{claim.cues[0]}"
    if claim.status != "actual":
        yield f"{relation}:{claim.status}"
    if not _ELSEWHERE.intersection(hows):
        a, b = claim.slots[0].start, claim.slots[1].start
        gap = context.cost(context.position(a), context.position(b))
        yield from _distance(relation, claim.rule, distance(gap), a < b, code)


def _kinds(context: Context, key: Key, rule: str, hows: tuple[str, ...], strength: int) -> Features:
    a, b = context.things.all[key[0]], context.things.all[key[2]]
    script = context.lang.code if context.lang.han else "latin"
    return _kinds_seen(key[1], rule, strength, (a.cls, b.cls), (a.generic, b.generic), hows, script)


@lru_cache(maxsize=REMEMBERED)
def _kinds_seen(
    relation: str,
    rule: str,
    strength: int,
    classes: tuple[str, str],
    generic: tuple[bool, bool],
    hows: tuple[str, ...],
    script: str,
) -> Features:
    pair = f"{relation}:{top(classes[0])}>{top(classes[1])}"
    return (
        f"rule={rule}",
        pair,
        f"{pair}:{strength}",
        f"{rule}:{'-'.join(hows)}",
        f"generic={generic[0]}{generic[1]}",
        f"{relation}:generic={generic[0]}{generic[1]}",
        f"{rule}:{script}",
    )


@lru_cache(maxsize=REMEMBERED)
def _distance(relation: str, rule: str, gap: tuple[str, str], order: bool, code: str) -> Features:
    return f"gap{gap[0]}", f"{rule}:gap{gap[1]}", f"{relation}:order={order}:{code}"


def resolved(claims: Iterable[tuple[RelationClaim, float]]) -> list[RelationClaim]:
    """One direction of a symmetric relation, and one of two relations that exclude each other."""
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
    return [claim for _, claim in best.values()]
