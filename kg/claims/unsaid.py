"""What a sentence may leave unsaid: a thing of it with one that the text was about before."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from kg.claims.circumstances import UNSAID, distance, two
from kg.claims.context import Context
from kg.claims.nearness import Pair, filling, joined
from kg.claims.topic import Topic
from kg.claims.weights import REMEMBERED, Features
from kg.mentions import Mention


@dataclass(frozen=True, slots=True, eq=False)
class Unsaid:
    """What is seen of a thing of the sentence and one that the text was about before."""

    role: str
    """Slot of the one that is left unsaid."""
    where: str
    new: bool
    """Whether the sentence is the first that names the other."""
    strength: ClassVar[int] = UNSAID
    rule: ClassVar[str] = "topic"

    def features(self, pair: Pair, relation: str) -> Features:
        """What is left unsaid, and what the sentence itself has for its slot."""
        here = of_here(self.role, pair.context.sentence.block.kind, self.new, self.here(pair).how)
        return of_unsaid(self.role, self.where) + here + self.open(pair, relation)

    def open(self, pair: Pair, relation: str) -> Features:
        """What the sentence itself has for the slot that is left unsaid."""
        rivals = pair.context.rivals(relation, self.role, self.here(pair).entity)
        return of_open(rivals, relation in pair.context.cued)

    def here(self, pair: Pair) -> Mention:
        """The one that the sentence names."""
        return pair.object if self.role == "subject" else pair.subject


_unsaid_as = lru_cache(maxsize=REMEMBERED)(Unsaid)


def unsaid(context: Context, topic: Topic, doubted: Container[int] = frozenset()) -> Iterator[Pair]:
    """A thing of the sentence with one that the text was about before: what the sentence may leave unsaid; none of
    doubted subjects."""
    here = [m for m in context.mentions if not m.inner]
    present = {m.entity for m in here}
    before = [
        (m, context.thing(m).cls, context.position(m.start), where)
        for m, where in _carried(topic)
        if m.entity not in present
    ]
    for mention in here if before else ():
        thing, at = context.thing(mention), context.position(mention.start)
        new = thing.spans[0] == (mention.start, mention.end)
        for other, cls, place, where in before:
            as_subject = None if other.entity in doubted else joined(cls, thing.cls)
            as_object = None if mention.entity in doubted else joined(thing.cls, cls)
            if as_subject is None and as_object is None:
                continue
            apart, carried, named = distance(context.cost(at, place)), filling(other.how), filling(mention.how)
            if as_subject is not None:
                told = _unsaid_as("subject", where, new)
                yield Pair(context, other, mention, as_subject, apart, two(carried, named), told)
            if as_object is not None:
                told = _unsaid_as("object", where, new)
                yield Pair(context, mention, other, as_object, apart, two(named, carried), told)


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
def of_unsaid(role: str, where: str) -> Features:
    """Where the thing that is left unsaid was told of."""
    place = where.rstrip("0123456789")
    return f"unsaid:{where}", f"unsaid:{{r}}:{place}", f"unsaid:{{r}}:{where}", f"unsaid:{{r}}:{role}:{place}"


@lru_cache(maxsize=REMEMBERED)
def of_here(role: str, kind: str, new: bool, how: str) -> Features:
    """What the thing is that the sentence names, and in which kind of sentence."""
    return f"unsaid:{{r}}:{kind}", f"unsaid:{{r}}:new={new}", f"unsaid:{{r}}:{role}:{how}"


@lru_cache(maxsize=REMEMBERED)
def of_open(rivals: int, cued: bool) -> Features:
    """What the sentence has for the slot of what is left unsaid."""
    return f"unsaid:rivals={min(rivals, 2)}", f"unsaid:{{r}}:rivals={min(rivals, 1)}:cue={cued}"
