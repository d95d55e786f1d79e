"""Mere nearness: two things of a sentence that a relation may join, beside each other or one in the other's name.

What is seen of a pair is a handful of small answers, and few of their combinations occur: the texts of the features are
remembered by them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, ClassVar

from kg import ontology
from kg.claims.between import Between, Surroundings, cued
from kg.claims.circumstances import NEAR, STRUCTURAL, distance, two
from kg.claims.context import Context, fits
from kg.claims.frames import chained
from kg.claims.model import Filling, RelationClaim, Slot
from kg.claims.topic import Topic
from kg.claims.weights import REMEMBERED, Features, bucket
from kg.mentions import Mention
from kg.mentions.classes import top

if TYPE_CHECKING:
    from kg.claims.unsaid import Unsaid

_FARTHEST = 40.0
"""Cost beyond which two mentions of a sentence are not near."""


@dataclass(slots=True)
class Pair:
    """Two mentions that some relations may join, seen in one sentence."""

    context: Context
    subject: Mention
    object: Mention
    relations: Group
    gap: tuple[str, str]
    """How much stands between them, finely and roughly."""
    hows: tuple[str, str]
    told: Unsaid | Beside | Within
    """What else is seen of the two in their sentence."""
    number: int = 0
    """Of the first pair of two things: its place in the order of the text."""

    @property
    def strength(self) -> int:
        """How telling it is: two things of one sentence before what is left unsaid."""
        return self.told.strength

    def rule(self, relation: str) -> str:
        """Name of the rule that takes the pair for a relation."""
        return f"{self.told.rule}-{relation}"

    def claim(self, relation: str) -> RelationClaim:
        """The pair as a claim of its sentence."""
        a, b, sentence = self.subject, self.object, self.context.sentence
        return RelationClaim(
            subject=a.entity,
            predicate=relation,
            object=b.entity,
            start=sentence.start,
            end=sentence.end,
            rule=self.rule(relation),
            slots=(
                Slot("subject", a.start, a.end, a.text, filling(a.how)),
                Slot("object", b.start, b.end, b.text, filling(b.how)),
            ),
        )


@lru_cache(maxsize=8)
def filling(how: str) -> Filling:
    """How a mention fills a slot by itself."""
    return "name" if how in ("term", "description") else how  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Relations that may join the same things; made once for each set of them."""

    names: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def joined(a: str, b: str) -> Group | None:
    """Relations whose domain holds a thing of class `a` and whose range holds one of class `b`."""
    names = [r for r, term in ontology.load().relations.items() if term.relation]
    return _group(tuple(r for r in names if fits(a, r, "subject") and fits(b, r, "object")))


@cache
def _group(names: tuple[str, ...]) -> Group | None:
    return Group(names) if names else None


# Side by side


@dataclass(slots=True)
class Beside:
    """What is seen of two things of one sentence."""

    edges: tuple[str, str]
    flags: tuple[bool, bool, bool, bool]
    """Which of the two the text tells of most, and which stand inside a name."""
    rivals: list[str]
    """Classes of the things between the two."""
    way: Between
    """What stands between the two."""
    strength: ClassVar[int] = NEAR
    rule: ClassVar[str] = "near"

    def features(self, pair: Pair, relation: str) -> Features:
        """How far the two stand apart, what they are, and what else stands near."""
        return of_beside(self.edges, self.flags) + self.open(pair, relation)

    def open(self, pair: Pair, relation: str) -> Features:
        """How many rivals for each slot stand nearer, and whether a cue of the relation does, or stands between."""
        subjects = min(sum([fits(cls, relation, "subject") for cls in self.rivals]), 2)
        objects = min(sum([fits(cls, relation, "object") for cls in self.rivals]), 2)
        cue, way = _cue(pair.context, relation, pair.subject, pair.object), self.way
        tops = top(pair.context.thing(pair.subject).cls), top(pair.context.thing(pair.object).cls)
        said = cued(relation, tops, ">" if way.forward else "<", way.cues)
        return of_between(subjects, objects, cue) + said


def near(context: Context, topic: Topic, doubted: Container[int] = frozenset()) -> Iterator[Pair]:
    """Two things of a sentence that a relation may join, with what stands between them; none of doubted subjects."""
    main = {m.entity for m in topic.main}
    surroundings: Surroundings | None = None
    chains = chained(context)
    outer = [
        (m, context.thing(m).cls, chains.get(m.start, (context.position(m.start),)))
        for m in sorted(context.mentions, key=lambda m: m.start)
    ]
    for a, class_a, i in outer:
        if a.entity in doubted:
            continue
        for b, class_b, j in outer:
            relations = joined(class_a, class_b)
            if relations is None or a.entity == b.entity:
                continue
            if a.start < b.end and b.start < a.end:
                yield from _within(context, a, b, relations)
                continue
            if (gap := _gap(context, a, b, i, j)) > _FARTHEST:
                continue
            surroundings = surroundings or Surroundings(context)
            way = surroundings.between(a, b)
            if way.denied:
                continue
            low, high = (a.start, b.start) if a.start < b.start else (b.start, a.start)
            told = Beside(
                two(bucket(gap), bucket(gap, (4, 9, 16))),
                (a.entity in main, b.entity in main, a.inner, b.inner),
                [cls for m, cls, _ in outer if low < m.start < high],
                way,
            )
            yield Pair(context, a, b, relations, distance(gap), two(filling(a.how), filling(b.how)), told)


def _gap(context: Context, a: Mention, b: Mention, i: Sequence[int], j: Sequence[int]) -> float:
    """How far two mentions stand apart; what a list names stands as near as the list does."""
    if i is j:
        return context.cost(context.position(a.start), context.position(b.start))
    return min(context.cost(x, y) for x in i for y in j)


def _within(context: Context, a: Mention, b: Mention, relations: Group) -> Iterator[Pair]:
    """A thing and one whose name holds its name."""
    if a.inner == b.inner:
        return
    inner, outer = (a, b) if a.inner else (b, a)
    edge = "first" if inner.start == outer.start else "last" if inner.end == outer.end else "amid"
    told = _within_as(a.inner, edge, two(context.thing(a).cls, context.thing(b).cls))
    yield Pair(context, a, b, relations, distance(0), two(filling(a.how), filling(b.how)), told)


def _cue(context: Context, relation: str, a: Mention, b: Mention) -> str:
    """How near a cue of the relation stands to one of two mentions."""
    starts = context.cued.get(relation)
    if not starts:
        return "none"
    return bucket(min(min(abs(at - a.start), abs(at - b.start)) for at in starts), (20, 60))


@lru_cache(maxsize=REMEMBERED)
def of_beside(gap: tuple[str, str], flags: tuple[bool, bool, bool, bool]) -> Features:
    """How far two things of a sentence stand apart, and what the two are."""
    main_a, main_b, inner_a, inner_b = flags
    return (
        f"near:gap{gap[0]}",
        f"near:{{r}}:gap{gap[1]}",
        f"near:main={main_a}{main_b}",
        f"near:{{r}}:inner={inner_a}{inner_b}",
    )


@lru_cache(maxsize=REMEMBERED)
def of_between(subjects: int, objects: int, cue: str) -> Features:
    """What else stands near two things of a sentence."""
    return (
        f"near:rivals={subjects}{objects}",
        f"near:{{r}}:rivals={min(subjects, 1)}{min(objects, 1)}",
        f"near:{{r}}:cue={cue}",
    )


# One inside the other


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """What is seen of two things the name of one of which is a part of the other's name."""

    inner: bool
    """Whether the subject's name is the part."""
    edge: str
    """Where in the longer name the part stands."""
    classes: tuple[str, str]
    strength: ClassVar[int] = STRUCTURAL
    rule: ClassVar[str] = "within"

    def features(self, pair: Pair, relation: str) -> Features:
        """Which of the two is the part, and where it stands."""
        return of_within(self.inner, self.edge, self.classes)

    def open(self, pair: Pair, relation: str) -> Features:
        """Nothing differs from relation to relation."""
        return ()


_within_as = lru_cache(maxsize=REMEMBERED)(Within)


@lru_cache(maxsize=REMEMBERED)
def of_within(inner: bool, edge: str, classes: tuple[str, str]) -> Features:
    """What two things are of which one's name is a part of the other's, and where in it."""
    side, tops = "<" if inner else ">", (top(classes[0]), top(classes[1]))
    return (
        f"within:{{r}}:{tops[0]}{side}{tops[1]}",
        f"within:{{r}}:{tops[0]}{side}{tops[1]}:{edge}",
        f"within:{{r}}:{classes[0]}{side}{classes[1]}",
    )
