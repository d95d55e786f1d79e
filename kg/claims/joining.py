"""Things of one text that are one, told of by other words: "the new line" is the furnace line named before.

What the words alone settle, `kg.mentions.identity` has joined. What is left is weighed: for each thing the others of
its kind among those told of last, or named next by a word that both have, and that it is none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from kg.claims.answers import Answer, Choice
from kg.claims.weights import bucket, thousandths
from kg.claims.wording import word_at
from kg.mentions import Mention, Sentence, Thing, Things
from kg.mentions.annotate import token_range
from kg.mentions.classes import finer, mode, top
from kg.mentions.language import reading

MODEL = "same"
NONE = "none"
"""The answer that a thing is none of the others."""
_MOST = 12
"""Things told of last, and named next, that are looked at."""
_LIKELY = 0.4
"""How likely two things must be one to be joined: on texts left out of the training about four of five are then."""
_SURELY = 0.75
"""The same where both bear names as firms and bodies do: a parent and its daughter are not to become one."""


@dataclass(slots=True)
class _Told:
    """A thing and where the text first tells of it."""

    thing: Thing
    kind: str
    mention: Mention
    sentence: Sentence
    number: int
    order: int
    """Its place among the things of its kind."""
    keys: tuple[str, ...]
    """Its names as they are compared."""
    last: Mention
    """Where the text told of it last, so far."""
    ago: int
    """Number of that sentence."""


def join(sentences: Iterable[Sentence], things: Things) -> None:
    """Makes one thing of those that are likely one; called once, when all are known and have their classes."""
    if not thousandths(MODEL):
        return
    into: dict[int, Thing] = {}
    for thing, answers in questions(sentences, things):
        choice = Choice(MODEL, (answer for answer, _ in answers))
        best = choice.best()
        other = next(other for answer, other in answers if answer is best)
        if other is not None and choice.share(best) > (_SURELY if _names(thing, other) else _LIKELY):
            into[thing.key] = other
    called: dict[int, frozenset[str]] = {}
    """Thing that others become -> the words of its own name, or of the first of them that has one."""
    for key, other in into.items():
        met = {key}
        while other.key in into and other.key not in met:
            met.add(other.key)
            other = into[other.key]
        one = things.all[key]
        own, known = _own(one, things), called.get(other.key) or _own(other, things)
        if other.key in met or (own and known and own.isdisjoint(known)):
            continue  # "the projects" are not both the X and the Y project
        called[other.key] = known or own
        things.merge(one, other)
    things.settle(sentences)


def _own(thing: Thing, things: Things) -> frozenset[str]:
    """The words by which a thing told of by common nouns is called, without head words."""
    if things.lang.han or not thing.named or mode(thing.cls) != "described":
        return frozenset()
    words = {word for name in thing.names for word in things.names.key(name).split()}
    return frozenset(word for word in words if not things.names.is_head(word))


def _names(thing: Thing, other: Thing) -> bool:
    """Whether both are of a kind that names tell apart, and have such."""
    return thing.named and other.named and mode(thing.cls) == "named"


Asked = list[tuple[Answer, Thing | None]]


def questions(sentences: Iterable[Sentence], things: Things) -> Iterator[tuple[Thing, Asked]]:
    """Each thing that may be another one, with what speaks for each other, and for none of them (that comes first)."""
    told, named_next = _first_told(sentences, things)
    recent: dict[str, dict[int, _Told]] = {}
    for number, sentence in enumerate(sentences):
        for mention in sorted(sentence.mentions, key=attrgetter("start")):
            one = told.get(mention.entity)
            if one is None:
                continue
            before = recent.setdefault(one.kind, {})
            if one.mention is mention and not mention.inner:
                answers = _answers(one, list(before.values())[: -_MOST - 1 : -1], named_next[one.kind], things)
                if len(answers) > 1:
                    yield one.thing, answers
            before.pop(one.thing.key, None)
            before[one.thing.key] = one
            one.last, one.ago = mention, number


def _first_told(sentences: Iterable[Sentence], things: Things) -> tuple[dict[int, _Told], dict[str, list[_Told]]]:
    """The things that may be one with others, by key, and by kind in the order in which the text tells of them."""
    apart = reading()["joining"]["apart"]
    found: dict[int, _Told] = {}
    kinds: dict[str, list[_Told]] = {}
    for number, sentence in enumerate(sentences):
        for mention in sorted(sentence.mentions, key=attrgetter("start")):
            if mention.entity < 0 or mention.entity in found:
                continue
            thing = things.all[mention.entity]
            kind = top(thing.cls)
            if thing.names and kind and kind not in apart:
                keys = tuple(dict.fromkeys(things.names.key(name) for name in thing.names))
                alike = kinds.setdefault(kind, [])
                found[thing.key] = _Told(thing, kind, mention, sentence, number, len(alike), keys, mention, number)
                alike.append(found[thing.key])
    return found, kinds


def _answers(one: _Told, before: list[_Told], kind: list[_Told], things: Things) -> Asked:
    """What speaks for each thing that this one may be."""
    han = things.lang.han
    possible: list[tuple[_Told, bool]] = []
    for other in before:
        if other.last.end <= one.mention.start and (not one.thing.named or _share(one.keys, other.keys, han)):
            possible.append((other, False))
    if not one.thing.named:
        for other in kind[one.order + 1 : one.order + 1 + _MOST]:
            if other.thing.named and other.mention.start > one.mention.start and _share(one.keys, other.keys, han):
                possible.append((other, True))
    named = [other for other, later in possible if other.thing.named and not later]
    alone = Answer(NONE, own=tuple(_of_none(one, possible, len(named), things)))
    answers: Asked = [(alone, None)]
    for rank, (other, later) in enumerate(possible):
        place = named.index(other) if other.thing.named and not later else 9
        own = tuple(_of_pair(one, other, later, min(rank, 4), min(place, 4), things))
        answers.append((Answer(str(other.thing.key), own=own), other.thing))
    return answers


def _share(keys: tuple[str, ...], others: tuple[str, ...], han: bool) -> bool:
    """Whether names share a word, or, where no spaces part words, one stands in the other."""
    if han:
        return any(a in b or b in a for a in keys for b in others)
    return any(not set(a.split()).isdisjoint(b.split()) for a in keys for b in others)


def _akin(one: _Told, other: _Told, things: Things) -> bool:
    """Whether both have one head word."""
    head, second = one.thing.head, other.thing.head
    if not head or not second:
        return False
    return head == second if things.lang.han else things.names.akin(second, head)


def _determined(mention: Mention) -> str:
    """Whether the words point to something known, and add something to its head word."""
    return f"{mention.definite}:{mention.anaphoric}:{mention.modified}"


def _of_none(one: _Told, possible: list[tuple[_Told, bool]], named: int, things: Things) -> Iterator[str]:
    """What speaks for a thing being none of those told of."""
    thing, mention, code = one.thing, one.mention, things.lang.code
    first, _ = token_range(one.sentence, mention.start, mention.end)
    told, by = _determined(mention), word_at(one.sentence.tokens, first - 1)
    akin = any(_akin(one, other, things) for other, _ in possible)
    yield from ("none", f"none:{one.kind}", f"none:{one.kind}:{thing.rule}", f"none:{code}:{one.kind}:{mention.how}")
    yield from (f"none:{told}", f"none:{code}:{told}", f"none:{one.kind}:{told}", f"none:same={akin}")
    yield from (f"{code}:none:head={thing.head.lower()}", f"{code}:none:before={by}")
    yield from (f"none:others={min(len(possible), 4)}", f"none:{one.kind}:named={min(named, 3)}")
    yield from (f"none:{thing.rule}:named={min(named, 3)}", f"none:mentions={min(len(thing.spans), 3)}")
    yield from (f"none:{one.kind}:{thing.generic}:{thing.named}", f"none:{one.sentence.block.kind}")
    yield f"none:words={min(len(thing.words), 4)}"


def _of_pair(one: _Told, other: _Told, later: bool, rank: int, place: int, things: Things) -> Iterator[str]:
    """What speaks for two things being one."""
    thing, mention, kind, code = one.thing, one.mention, one.kind, things.lang.code
    ago = "later" if later else bucket(one.number - other.ago, (0, 1, 2, 4, 8))
    akin, told, second = _akin(one, other, things), _determined(mention), other.thing
    how = f"{second.named}:{second.generic}"
    alike = f"same={akin}:{_alike(one.keys, other.keys, things.lang.han)}"
    yield from (
        alike,
        f"{kind}:{alike}",
        f"{thing.rule}:{alike}",
        f"{told}:{alike}",
        f"{how}:{alike}",
        f"{code}:{alike}",
    )
    yield from (f"ago={ago}", f"{kind}:ago={ago}", f"{mention.anaphoric}:ago={ago}", f"{mention.definite}:ago={ago}")
    yield from (f"rank={rank}", f"{kind}:rank={rank}", f"{told}:rank={rank}")
    yield from (f"place={place}", f"{kind}:place={place}", f"{told}:place={place}")
    yield from (f"{kind}:{how}", how, f"{thing.rule}:{second.rule}", f"of={second.rule}")
    wider = finer(thing.cls, second.cls)
    yield from (
        f"cls={thing.cls == second.cls}:{wider == second.cls}:{wider == thing.cls}",
        f"{thing.cls}>{second.cls}",
    )
    first, _ = token_range(one.sentence, mention.start, mention.end)
    yield f"{code}:before={word_at(one.sentence.tokens, first - 1)}:{alike}"
    yield f"{one.sentence.block.kind}:{other.sentence.block.kind}"
    yield f"here={one.number == other.ago}:{alike}"


def _alike(keys: tuple[str, ...], others: tuple[str, ...], han: bool) -> str:
    """Whether one's name ends the other's, stands in it, or the reverse, and how many words it adds."""
    if han:
        ends = any(b.endswith(a) for a in keys for b in others)
        inside, around = any(a in b for a in keys for b in others), any(b in a for a in keys for b in others)
        return f"{ends}:{inside}:{around}"
    ends = any(f" {b}".endswith(f" {a}") for a in keys for b in others)
    words, known = set(keys[0].split()), {word for b in others for word in b.split()}
    return f"{ends}:{words <= known}:{any(set(b.split()) <= words for b in others)}:{min(len(words - known), 2)}"
