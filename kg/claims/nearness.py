"""Mere nearness: two things of a sentence that a relation may join, and those that a sentence may leave unsaid.

What is seen of a pair is a handful of small answers, and few of their combinations occur: the texts of the features are
remembered by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg import ontology
from kg.claims.context import Context, fits
from kg.claims.model import Filling, RelationClaim, Slot
from kg.claims.topic import Topic
from kg.claims.weights import REMEMBERED, Features, bucket
from kg.mentions import Mention, Sentence

_FARTHEST = 40.0
"""Cost beyond which two mentions of a sentence are not near."""


class Pair(NamedTuple):
    """Two mentions that a relation may join."""

    subject: Mention
    relation: str
    object: Mention
    rule: str
    sentence: Sentence
    gap: tuple[str, str]
    """How much stands between them, finely and roughly."""
    hows: tuple[Filling, Filling]
    seen: Features

    @property
    def claim(self) -> RelationClaim:
        """The pair as a claim of its sentence."""
        a, b, sentence = self.subject, self.object, self.sentence
        return RelationClaim(
            subject=a.entity,
            predicate=self.relation,
            object=b.entity,
            start=sentence.start,
            end=sentence.end,
            rule=self.rule,
            slots=(
                Slot("subject", a.start, a.end, a.text, self.hows[0]),
                Slot("object", b.start, b.end, b.text, self.hows[1]),
            ),
        )


def filling(mention: Mention) -> Filling:
    """How a mention fills a slot by itself."""
    match mention.how:
        case "term" | "description":
            return "name"
        case how:
            return how


def distance(gap: float) -> tuple[str, str]:
    """A cost between two mentions, finely and roughly."""
    return bucket(gap), bucket(gap, (4, 12))


@lru_cache(maxsize=REMEMBERED)
def joined(a: str, b: str) -> tuple[str, ...]:
    """Relations whose domain holds a thing of class `a` and whose range holds one of class `b`."""
    names = [r for r, term in ontology.load().relations.items() if term.relation]
    return tuple(r for r in names if fits(a, r, "subject") and fits(b, r, "object"))


# Side by side


def near(context: Context, topic: Topic) -> Iterator[Pair]:
    """Two things of a sentence that a relation may join, with what stands between them."""
    main = {m.entity for m in topic.main}
    outer = [
        (m, context.thing(m).cls, context.position(m.start)) for m in sorted(context.mentions, key=lambda m: m.start)
    ]
    for a, class_a, i in outer:
        for b, class_b, j in outer:
            if a.entity == b.entity or (a.start <= b.start < a.end) or (b.start <= a.start < b.end):
                continue
            relations = joined(class_a, class_b)
            if not relations or (gap := context.cost(i, j)) > _FARTHEST:
                continue
            low, high = (a.start, b.start) if a.start < b.start else (b.start, a.start)
            rivals = [cls for m, cls, _ in outer if low < m.start < high]
            apart, hows = distance(gap), (filling(a), filling(b))
            edges, flags = (apart[0], bucket(gap, (4, 9, 16))), (a.entity in main, b.entity in main, a.inner, b.inner)
            for relation in relations:
                subjects = min(sum(fits(cls, relation, "subject") for cls in rivals), 2)
                objects = min(sum(fits(cls, relation, "object") for cls in rivals), 2)
                seen = _near_seen(relation, subjects, objects, _cue(context, relation, a, b), edges, flags)
                yield Pair(a, relation, b, f"near-{relation}", context.sentence, apart, hows, seen)


def _cue(context: Context, relation: str, a: Mention, b: Mention) -> str:
    """How near a cue of the relation stands to one of two mentions."""
    starts = context.cued.get(relation)
    if not starts:
        return "none"
    return bucket(min(min(abs(at - a.start), abs(at - b.start)) for at in starts), (20, 60))


@lru_cache(maxsize=REMEMBERED)
def _near_seen(
    relation: str, subjects: int, objects: int, cue: str, gap: tuple[str, str], flags: tuple[bool, bool, bool, bool]
) -> Features:
    """How many rivals for each slot stand nearer, whether a cue of the relation does, and what the two are."""
    main_a, main_b, inner_a, inner_b = flags
    return (
        f"near:rivals={subjects}{objects}",
        f"near:{relation}:rivals={min(subjects, 1)}{min(objects, 1)}",
        f"near:{relation}:cue={cue}",
        f"near:gap{gap[0]}",
        f"near:{relation}:gap{gap[1]}",
        f"near:main={main_a}{main_b}",
        f"near:{relation}:inner={inner_a}{inner_b}",
    )


# Left unsaid


def unsaid(context: Context, topic: Topic) -> Iterator[Pair]:
    """A thing of the sentence with one that the text was about before: what the sentence may leave unsaid."""
    here = [m for m in context.mentions if not m.inner]
    present = {m.entity for m in here}
    before = [
        (m, context.thing(m).cls, context.position(m.start), where)
        for m, where in _carried(topic)
        if m.entity not in present
    ]
    kind = context.sentence.block.kind
    for mention in here:
        thing, at = context.thing(mention), context.position(mention.start)
        new = thing.spans[0] == (mention.start, mention.end)
        for other, cls, place, where in before:
            apart = distance(context.cost(at, place))
            for role, relations in (("subject", joined(cls, thing.cls)), ("object", joined(thing.cls, cls))):
                a, b = (other, mention) if role == "subject" else (mention, other)
                hows = (filling(a), filling(b))
                for relation in relations:
                    rivals, cued = context.rivals(relation, role, mention.entity), relation in context.cued
                    seen = _unsaid_seen(relation, role, where, rivals, cued, kind, new, mention.how)
                    yield Pair(a, relation, b, f"topic-{relation}", context.sentence, apart, hows, seen)


def _carried(topic: Topic) -> Iterator[tuple[Mention, str]]:
    """What a sentence may leave unsaid, with where it was said."""
    if topic.speaker is not None:
        yield topic.speaker, "speaker"
    for rank, mention in enumerate(topic.mentions):
        yield mention, f"topic{rank}"
    for mention in topic.heading:
        yield mention, "heading"
    for rank, mention in enumerate(topic.main):
        yield mention, f"main{min(rank, 2)}"


@lru_cache(maxsize=REMEMBERED)
def _unsaid_seen(
    relation: str, role: str, where: str, rivals: int, cued: bool, kind: str, new: bool, how: str
) -> Features:
    """What the sentence itself has for the slot that is left unsaid."""
    place = where.rstrip("0123456789")
    return (
        f"unsaid:{where}",
        f"unsaid:{relation}:{place}",
        f"unsaid:{relation}:{where}",
        f"unsaid:{relation}:{role}:{place}",
        f"unsaid:rivals={min(rivals, 2)}",
        f"unsaid:{relation}:rivals={min(rivals, 1)}:cue={cued}",
        f"unsaid:{relation}:{kind}",
        f"unsaid:{relation}:new={new}",
        f"unsaid:{relation}:{role}:{how}",
    )
