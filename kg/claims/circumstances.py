"""What is seen of two things whatever proposes a relation of them: rule, classes, distance, how the text tells of them.

A circumstance is written once for all relations, with `{r}` where the relation's name goes: `of` puts it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

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


@lru_cache(maxsize=REMEMBERED)
def of_kinds(classes: Two, tops: Two, generic: Flags, named: Flags) -> Features:
    """The classes of the two things, and whether each is a group and has a name."""
    flags = f"generic={generic[0]}{generic[1]}"
    return (
        f"{{r}}:{tops[0]}>{tops[1]}",
        flags,
        f"{{r}}:{flags}",
        f"doc:{{r}}:{classes[0]}>{classes[1]}",
        f"doc:{{r}}:s={classes[0]}",
        f"doc:{{r}}:o={classes[1]}",
        f"doc:{{r}}:{flags}",
        f"doc:{{r}}:named={named[0]}{named[1]}",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What the whole document tells of a thing; each is made once, and known again by being the same object."""

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


profile = lru_cache(maxsize=REMEMBERED)(Profile)


class Told(NamedTuple):
    """How a text tells of two things."""

    rules: Two
    """By which each was found."""
    times: Counts
    """Mentions of each; 3: more."""
    rivals: Counts
    """Things of the document of the same top class; 5: more."""
    ranks: Counts
    """How many of these are told of more often; 2: more."""
    together: Counts
    """Sentences that name both (3: more), and sentences between the nearest that name one each (4: more)."""
    worth: Two
    """How much each reads like a thing that analysts note."""


def told_of(one: Profile, other: Profile, together: Counts) -> Told:
    """How a text tells of two things that it tells of so."""
    times, rivals, ranks = (one.times, other.times), (one.rivals, other.rivals), (one.rank, other.rank)
    return Told((one.rule, other.rule), times, rivals, ranks, together, (one.worth, other.worth))


@lru_cache(maxsize=REMEMBERED)
def of_rules(rules: Two) -> Features:
    """By which rules the two things were found."""
    return (f"doc:{{r}}:rules={rules[0]}>{rules[1]}",)


@lru_cache(maxsize=REMEMBERED)
def of_worth(worth: Two) -> Features:
    """How much the two read like things that analysts note."""
    a, b = worth
    return f"worth={a}{b}", f"doc:{{r}}:worth-s={a}", f"doc:{{r}}:worth-o={b}", f"doc:{{r}}:worth={a}{b}"


@lru_cache(maxsize=REMEMBERED)
def of_rivals(rivals: Counts, ranks: Counts) -> Features:
    """How many things of their kind the text tells of, and how many of these more often."""
    return (
        f"doc:{{r}}:rivals-s={bucket(rivals[0], (1, 2, 4))}:{ranks[0]}",
        f"doc:{{r}}:rivals-o={bucket(rivals[1], (1, 2, 4))}:{ranks[1]}",
    )


@lru_cache(maxsize=REMEMBERED)
def of_sentences(tops: Two, times: Counts, together: Counts) -> Features:
    """How often the text tells of each of the two, and of both."""
    pair, (common, between) = f"doc:{{r}}:{tops[0]}>{tops[1]}", together
    return (
        f"{pair}:told={times[0]}{times[1]}",
        f"doc:common={common}",
        f"doc:{{r}}:common={min(common, 2)}",
        f"doc:{{r}}:apart={between}",
        f"{pair}:apart={min(between, 2)}",
    )
