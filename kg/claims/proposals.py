"""What the rules propose of relations, with all that is seen of each proposal.

Frames (a cue and its slots) and positions (side by side, inside a name) propose claims; so does mere nearness of two
things that a relation may join. A pair is kept once for all relations that may join it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.claims import circumstances
from kg.claims.between import of_path
from kg.claims.circumstances import SAID, STRUCTURAL, Profile, distance, of
from kg.claims.context import Context
from kg.claims.denied import apart, denied, said_not
from kg.claims.frames import framed, listed
from kg.claims.model import RelationClaim
from kg.claims.nearness import Beside, Pair, near
from kg.claims.structure import structural
from kg.claims.topic import Topic
from kg.claims.unsaid import unsaid
from kg.claims.weights import bucket, thousandths
from kg.mentions import Thing
from kg.mentions.classes import top

_ELSEWHERE = frozenset(("carried", "heading", "speaker"))
"""Ways to fill a slot from outside the sentence."""

_WORTHS = (-1.5, -0.7, 0, 0.7, 1.5)
"""Scores between which things read about equally like things."""

Key = tuple[int, str, int]


@dataclass(slots=True)
class _Said:
    """A claim that a cue word or a position makes."""

    claim: RelationClaim
    context: Context
    strength: int

    def features(self) -> Iterator[str]:
        """What the claim's words, rule and slots say of it."""
        claim, context = self.claim, self.context
        code = context.lang.code
        hows = tuple(slot.how for slot in claim.slots)
        yield from circumstances.by_rule(claim.rule, hows, context.script)
        if claim.cues and self.strength == SAID:
            yield f"{{r}}:{code}:{claim.cues[0]}"
        if claim.status != "actual":
            yield f"{{r}}:{claim.status}"
        if not _ELSEWHERE.intersection(hows):
            a, b = claim.slots[0].start, claim.slots[1].start
            gap = context.cost(context.position(a), context.position(b))
            yield from circumstances.apart(claim.rule, distance(gap), a < b, code)


class Proposals:
    """The possible claims of one document: `sentence` for each, then `whole`, then they can be weighed.

    Of doubted things no relation is claimed: nearness proposes none whose subject is one of them.
    """

    def __init__(self, doubted: Container[int] = frozenset()) -> None:
        self._doubted = doubted
        self.listed: dict[int, dict[int, set[int]]] = {}
        """Thing -> things that a list names with it ("A, B and C") -> where the sentences begin that have the list."""
        self._said: dict[Key, list[tuple[int, _Said]]] = {}
        self._pairs: dict[tuple[int, int], list[Pair]] = {}
        self._where: dict[int, int] = {}
        """Thing -> the sentences that name it, a bit for each."""
        self._number = self._seen = 0
        self._things: Sequence[Thing] = ()
        self._profiles: dict[int, Profile] = {}

    def sentence(self, context: Context, topic: Topic) -> None:
        """Adds what one sentence proposes."""
        self._number += 1
        for entity in {m.entity for m in context.mentions}:
            self._where[entity] = self._where.get(entity, 0) | 1 << self._number
        for one, other in listed(context):
            self.listed.setdefault(one, {}).setdefault(other, set()).add(context.sentence.start)
        reaches = denied(context)
        for strength, claims in ((SAID, framed(context, topic)), (STRUCTURAL, structural(context, topic))):
            for claim in claims:
                if claim.subject != claim.object and not said_not(claim, reaches):
                    key = (claim.subject, claim.predicate, claim.object)
                    self._seen += 1
                    self._said.setdefault(key, []).append((self._seen, _Said(claim, context, strength)))
        for pairs in (near(context, topic, self._doubted), unsaid(context, topic, self._doubted)):
            for pair in pairs:
                if not apart(pair, reaches):
                    self._add(pair)

    def _add(self, pair: Pair) -> None:
        self._seen += 1
        between = pair.subject.entity, pair.object.entity
        known = self._pairs.get(between)
        if known is None:
            pair.number = self._seen
            self._pairs[between] = [pair]
        else:
            known.append(pair)

    def whole(self, things: Sequence[Thing]) -> None:
        """Tells of what the whole document says; called once, after the last sentence."""
        self._things, self._profiles = things, _profiles(things)

    def pairs(self) -> Iterator[tuple[Thing, Thing, list[Pair]]]:
        """Two things, and where relations may join them."""
        for (one, other), seen in self._pairs.items():
            yield self._things[one], self._things[other], seen

    @property
    def said(self) -> Iterable[Key]:
        """Proposals that a cue word or a position makes."""
        return self._said.keys()

    # -- one proposal -------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Key]:
        """All proposals, in the order of the text: many more than are worth weighing."""
        found = {
            (one, relation, other)
            for (one, other), pairs in self._pairs.items()
            for relation in pairs[0].relations.names
        }
        yield from sorted(found | self._said.keys(), key=self.order)

    def __contains__(self, key: Key) -> bool:
        return key in self._said or bool(self._seen_as(key))

    def _seen_as(self, key: Key) -> list[Pair]:
        """The pairs that propose this relation, too."""
        subject, relation, thing = key
        pairs = self._pairs.get((subject, thing), [])
        return pairs if pairs and relation in pairs[0].relations.names else []

    def shared(self, key: Key) -> Iterator[int]:
        """What is listed with a claim's object in a sentence that makes the claim: it is said of that, too."""
        lists = self.listed.get(key[2])
        if lists:
            made = {one.claim.start for _, one in self._said.get(key, ())}
            made.update(pair.context.sentence.start for pair in self._seen_as(key))
            yield from (other for other, begins in lists.items() if not made.isdisjoint(begins))

    def order(self, key: Key) -> tuple[int, int]:
        """Where a proposal was seen first."""
        pairs = self._seen_as(key)
        said = [(number, 0) for number, _ in self._said.get(key, ())[:1]]
        return min([*said, *((pair.number, pair.relations.names.index(key[1])) for pair in pairs[:1])])

    def strength(self, key: Key) -> int:
        """How telling the most telling rule is that proposes it."""
        said = [one.strength for _, one in self._said.get(key, ())]
        return max([*said, *(pair.strength for pair in self._seen_as(key))])

    def claim(self, key: Key) -> RelationClaim:
        """What is claimed if the proposal is accepted: what its most telling rule says."""
        said = self._said.get(key)
        if said:
            return max((one for _, one in said), key=lambda s: s.strength).claim
        return max(self._seen_as(key), key=lambda p: p.strength).claim(key[1])

    def features(self, key: Key) -> set[str]:
        """All circumstances of a proposal."""
        (one, other), relation = self.profiles(key[0], key[2]), key[1]
        tops = one.top, other.top
        found = set(circumstances.of_text(one, other, self.together(key[0], key[2])))
        sentences = set()
        for _, said in self._said.get(key, ()):
            sentences.add(said.claim.start)
            found.update(said.features(), circumstances.as_told(tops, said.strength))
        for pair in self._seen_as(key):
            sentences.add(pair.context.sentence.start)
            found.update(self._of_pair(pair, relation, tops))
        found.update(circumstances.often(len(sentences)))
        return set(of(relation, found))

    def ruled(self, key: Key) -> Iterator[str]:
        """What the rules say of themselves that propose it."""
        for _, said in self._said.get(key, ()):
            hows = tuple(slot.how for slot in said.claim.slots)
            yield from circumstances.by_rule(said.claim.rule, hows, said.context.script)
        for pair in self._seen_as(key):
            yield from circumstances.by_rule(pair.rule(key[1]), pair.hows, pair.context.script)

    def _of_pair(self, pair: Pair, relation: str, tops: tuple[str, str]) -> Iterator[str]:
        """What one sentence says of a pair."""
        code, rule = pair.context.lang.code, pair.rule(relation)
        yield from pair.told.features(pair, relation)
        yield from circumstances.by_rule(rule, pair.hows, pair.context.script)
        yield from circumstances.as_told(tops, pair.strength)
        yield from circumstances.apart(rule, pair.gap, pair.subject.start < pair.object.start, code)
        if isinstance(pair.told, Beside):
            yield from of_path(tops, code, pair.told.way)

    def profiles(self, a: int, b: int) -> tuple[Profile, Profile]:
        """What the whole document tells of each of two things."""
        return self._profiles[a], self._profiles[b]

    def together(self, a: int, b: int) -> tuple[int, int]:
        """Sentences that name both things (3: more), and how far apart the nearest two are that name them (4: more)."""
        here, there = self._where.get(a, 0), self._where.get(b, 0)
        if both := here & there:
            return min(both.bit_count(), 3), 0
        return 0, next((gap for gap in (1, 2, 3) if here & (there << gap | there >> gap)), 4)

    def weight(self, key: Key) -> int:
        """What the circumstances of a proposal weigh, in thousandths."""
        table = thousandths("relation")
        return sum(table.get(feature, 0) for feature in self.features(key))


def _profiles(things: Sequence[Thing]) -> dict[int, Profile]:
    """Thing -> what the whole document tells of it."""
    kinds: dict[str, list[Thing]] = {}
    for thing in things:
        kinds.setdefault(top(thing.cls), []).append(thing)
    found = {}
    for name, kind in kinds.items():
        for rank, thing in enumerate(sorted(kind, key=lambda t: (-len(t.spans), t.key))):
            times, rivals, worthy = min(len(thing.spans), 3), min(len(kind), 5), bucket(thing.worth, _WORTHS)
            about = thing.cls, name, thing.generic, thing.named, thing.rule
            found[thing.key] = Profile(*about, times, rivals, min(rank, 2), worthy, thing.twin)
    return found
