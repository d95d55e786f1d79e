"""What is seen of two things whatever proposes a relation of them: rule, classes, distance, how the text tells of them.

A circumstance is written once for all relations, with `{r}` where the relation's name goes: `of` puts it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.claims.weights import REMEMBERED, Features, bucket

UNSAID, NEAR, STRUCTURAL, SAID = range(4)
"""How telling a proposal is: a cue word before a position before nearness."""

Two = tuple[str, str]
Flags = tuple[bool, bool]
Counts = tuple[int, int]


def of(relation: str, circumstances: Iterable[str]) -> Iterator[str]:
    """The circumstances as features of one relation."""
    return (circumstance.replace("{r}", relation) for circumstance in circumstances)


@lru_cache(maxsize=REMEMBERED)
def distance(gap: float) -> Two:
    """A cost between two mentions, finely and roughly."""
    return two(bucket(gap), bucket(gap, (4, 12)))


@lru_cache(maxsize=REMEMBERED)
def two(one: str, other: str) -> Two:
    """Both as one object, made once: a long text has hundreds of thousands of pairs."""
    return one, other


# In a sentence


@lru_cache(maxsize=REMEMBERED)
def by_rule(rule: str, hows: tuple[str, ...], script: str) -> Features:
    """The rule, and how it filled the slots."""
    return f"rule={rule}", f"{rule}:{'-'.join(hows)}", f"{rule}:{script}"


@lru_cache(maxsize=REMEMBERED)
def as_told(tops: Two, strength: int) -> Features:
    """How telling the proposal is for things of these top classes."""
    return (f"{{r}}:{tops[0]}>{tops[1]}:{strength}",)


@lru_cache(maxsize=REMEMBERED)
def apart(rule: str, gap: Two, order: bool, code: str) -> Features:
    """How far the two stand apart, and in which order."""
    return f"gap{gap[0]}", f"{rule}:gap{gap[1]}", f"{{r}}:order={order}:{code}"


def often(sentences: int) -> Features:
    """In how many sentences a proposal is seen."""
    return "bias", f"sentences{min(sentences, 3)}"


# In the whole document


@dataclass(frozen=True, slots=True)
class Profile:
    """What the whole document tells of a thing."""

    cls: str
    top: str
    generic: bool
    named: bool
    rule: str
    """By which it was found."""
    times: int
    """Its mentions; 3: more."""
    rivals: int
    """Things of the document of the same top class; 5: more."""
    rank: int
    """How many of these are told of more often; 2: more."""
    worth: str
    """How much it reads like a thing that analysts note."""
    twin: str
    """Whether it may be another thing told of by a longer or shorter name."""


def of_text(one: Profile, other: Profile, together: Counts) -> Iterator[str]:
    """What the whole document tells of two things."""
    tops = one.top, other.top
    yield from of_classes((one.cls, other.cls), tops)
    yield from of_flags((one.generic, other.generic), (one.named, other.named))
    for side, thing in ("s", one), ("o", other):
        yield from of_class(side, thing.cls, thing.twin)
        yield from of_side(side, thing.worth, thing.rivals, thing.rank)
    yield from of_rules((one.rule, other.rule))
    yield from of_worth((one.worth, other.worth))
    yield from of_times(tops, (one.times, other.times))
    yield from of_together(tops, together)


def of_classes(classes: Two, tops: Two) -> Features:
    """The classes of the two things."""
    return f"{{r}}:{tops[0]}>{tops[1]}", f"doc:{{r}}:{classes[0]}>{classes[1]}"


def of_flags(generic: Flags, named: Flags) -> Features:
    """Whether each of the two is a group and has a name."""
    flags = f"generic={generic[0]}{generic[1]}"
    return flags, f"{{r}}:{flags}", f"doc:{{r}}:{flags}", f"doc:{{r}}:named={named[0]}{named[1]}"


def of_class(side: str, cls: str, twin: str) -> Features:
    """The class of one of the two, and whether it may be another thing told of by a longer or shorter name."""
    return f"doc:{{r}}:{side}={cls}", f"twin-{side}={twin}", f"doc:{{r}}:twin-{side}={twin}"


def of_side(side: str, worth: str, rivals: int, rank: int) -> Features:
    """How many things like one of the two the text tells of, how many of these more often, and its worth."""
    return f"doc:{{r}}:worth-{side}={worth}", f"doc:{{r}}:rivals-{side}={bucket(rivals, (1, 2, 4))}:{rank}"


def of_rules(rules: Two) -> Features:
    """By which rules the two things were found."""
    return (f"doc:{{r}}:rules={rules[0]}>{rules[1]}",)


def of_worth(worth: Two) -> Features:
    """How much the two read like things that analysts note."""
    return f"worth={worth[0]}{worth[1]}", f"doc:{{r}}:worth={worth[0]}{worth[1]}"


def of_times(tops: Two, times: Counts) -> Features:
    """How often the text tells of each of the two."""
    return (f"doc:{{r}}:{tops[0]}>{tops[1]}:told={times[0]}{times[1]}",)


def of_together(tops: Two, together: Counts) -> Features:
    """How many sentences name both (3: more), and how many lie between the nearest that name one each (4: more)."""
    common, between = together
    return (
        f"doc:common={common}",
        f"doc:{{r}}:common={min(common, 2)}",
        f"doc:{{r}}:apart={between}",
        f"doc:{{r}}:{tops[0]}>{tops[1]}:apart={min(between, 2)}",
    )
