"""What the circumstances of a pair can weigh at most: most pairs are no relation, and a few sums tell so.

Weights of one circumstance are kept side by side for all relations that may join a pair, so that a pair is weighed for
all of them at once. A circumstance that differs from relation to relation counts with the best that it could be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from kg.claims import between, circumstances, nearness
from kg.claims.between import Between
from kg.claims.circumstances import Flags, Told, Two, of
from kg.claims.nearness import Beside, Pair
from kg.claims.weights import REMEMBERED, thousandths
from kg.mentions import Thing
from kg.mentions.classes import top
from kg.mentions.language import reading

_CERTAIN = 1_000_000
"""Weight of a circumstance that settles it."""

Numbers = tuple[int, ...]
"""One number for each of the relations that may join a pair."""
Names = tuple[str, ...]


class Part(NamedTuple):
    """A part of what is seen of a pair."""

    total: Numbers
    single: tuple[tuple[str, Numbers], ...]
    """Each circumstance with its weights; none where they differ from relation to relation."""
    gain: Numbers
    """Where they differ: what speaks for the relations."""


def hopeful(
    pairs: Sequence[Pair], things: tuple[Thing, Thing], told: Told, way: Callable[[Pair], Between], least: int
) -> Iterator[str]:
    """Relations of two things that might weigh more than `least`; `way`: what stands between two of one sentence."""
    one, other = things
    relations, tops = pairs[0].relations, (top(one.cls), top(other.cls))
    kinds = _of_kinds(relations, (one.cls, other.cls), (one.generic, other.generic), (one.named, other.named))
    whole = (
        kinds,
        _of_rules(relations, told.rules),
        _of_rivals(relations, told.rivals, told.ranks),
        _of_sentences(relations, tops, told.times, told.together),
    )
    seen = [part for pair in pairs for part in _parts(pair, tops, way)]
    parts = [part.total for part in seen] if len(pairs) == 1 else list(_merged(seen))
    for relation, total in zip(relations, map(sum, zip(*whole, *parts, strict=True)), strict=True):
        if total > least:
            yield relation


def _merged(seen: Iterable[Part]) -> Iterator[Numbers]:
    """What is seen in several sentences: the same circumstance counts once."""
    different = set(seen)
    single: dict[str, Numbers] = {}
    for part in different:
        single.update(part.single)
        if part.gain:
            yield part.gain
    yield from single.values()


def _parts(pair: Pair, tops: Two, way: Callable[[Pair], Between]) -> Iterator[Part]:
    """The parts of what one sentence says of a pair."""
    context, told, relations = pair.context, pair.told, pair.relations
    code, cued = context.lang.code, context.cued_relations
    forward = pair.subject.start < pair.object.start
    script = code if context.lang.han else "latin"
    yield _of_rule(relations, told.rule, pair.hows, script, tops, told.strength)
    yield _apart(relations, told.rule, pair.gap, forward, code)
    if isinstance(told, Beside):
        seen = way(pair)
        side = ">" if seen.forward else "<"
        yield _of_beside(relations, told.edges, told.flags)
        yield _of_between(relations, cued)
        yield _walked(relations, tops, code, side, seen.path, seen.length, seen.others)
        yield _cued(relations, tops, side, seen.cues)
        if seen.parts:
            yield _parted(relations, seen.parts)
        for question, word in between.words(code, seen):
            if question + side + word in _lexical():
                yield _word(relations, question + side + word)
    else:
        kind, how = context.sentence.block.kind, told.here.how
        yield _of_unsaid(relations, told.role, told.where)
        yield _of_here(relations, told.role, kind, told.new, how)
        yield _of_open(relations, cued)


# The weights of circumstances


@lru_cache(maxsize=1)
def _table() -> dict[str, int]:
    certain = dict.fromkeys(reading()["certain"], _CERTAIN)
    return thousandths("relation") | certain


@lru_cache(maxsize=1)
def _lexical() -> frozenset[str]:
    """The words beside two things that weigh something, for whichever relation."""
    found = (feature.partition(":") for feature in thousandths("relation"))
    asked = ("before=", "first=", "after=", "last=")
    return frozenset("{r}:" + rest for _, _, rest in found if rest.startswith(asked))


@lru_cache(maxsize=REMEMBERED)
def _weights(relations: Names, circumstance: str) -> Numbers:
    table = _table()
    return tuple(table.get(circumstance.replace("{r}", relation), 0) for relation in relations)


def _part(relations: Names, seen: Iterable[str]) -> Part:
    single = tuple((circumstance, _weights(relations, circumstance)) for circumstance in seen)
    return Part(tuple(map(sum, zip(*(weights for _, weights in single), strict=True))), single, ())


def _best(relations: Names, options: Callable[[str], Iterable[Iterable[str]]]) -> Part:
    """The most that one of some sets of circumstances weighs."""
    table = _table()
    found = [
        [[table.get(feature, 0) for feature in of(relation, option)] for option in options(relation)]
        for relation in relations
    ]
    gain = tuple(max(sum(w for w in weights if w > 0) for weights in each) for each in found)
    return Part(tuple(max(map(sum, each)) for each in found), (), gain)


# The whole document: the same for all sentences


@lru_cache(maxsize=REMEMBERED)
def _of_kinds(relations: Names, classes: Two, generic: Flags, named: Flags) -> Numbers:
    tops = top(classes[0]), top(classes[1])
    kinds = _part(relations, circumstances.of_kinds(classes, tops, generic, named)).total
    often = max(_part(relations[:1], circumstances.often(sentences)).total[0] for sentences in (1, 2, 3))
    return tuple(weight + often for weight in kinds)


@lru_cache(maxsize=REMEMBERED)
def _of_rules(relations: Names, rules: Two) -> Numbers:
    return _part(relations, circumstances.of_rules(rules)).total


@lru_cache(maxsize=REMEMBERED)
def _of_rivals(relations: Names, rivals: tuple[int, int], ranks: tuple[int, int]) -> Numbers:
    return _part(relations, circumstances.of_rivals(rivals, ranks)).total


@lru_cache(maxsize=REMEMBERED)
def _of_sentences(relations: Names, tops: Two, times: tuple[int, int], together: tuple[int, int]) -> Numbers:
    return _part(relations, circumstances.of_sentences(tops, times, together)).total


# One sentence


@lru_cache(maxsize=REMEMBERED)
def _of_rule(relations: Names, rule: str, hows: Names, script: str, tops: Two, strength: int) -> Part:
    told = circumstances.as_told(tops, strength)
    return _part(relations, (*circumstances.by_rule(rule + "-{r}", hows, script), *told))


@lru_cache(maxsize=REMEMBERED)
def _apart(relations: Names, rule: str, gap: Two, order: bool, code: str) -> Part:
    return _part(relations, circumstances.apart(rule + "-{r}", gap, order, code))


@lru_cache(maxsize=REMEMBERED)
def _of_unsaid(relations: Names, role: str, where: str) -> Part:
    return _part(relations, nearness.of_unsaid(role, where))


@lru_cache(maxsize=REMEMBERED)
def _of_here(relations: Names, role: str, kind: str, new: bool, how: str) -> Part:
    return _part(relations, nearness.of_here(role, kind, new, how))


@lru_cache(maxsize=REMEMBERED)
def _of_open(relations: Names, cued: frozenset[str]) -> Part:
    return _best(relations, lambda r: (nearness.of_open(rivals, r in cued) for rivals in range(3)))


@lru_cache(maxsize=REMEMBERED)
def _of_beside(relations: Names, edges: Two, flags: tuple[bool, bool, bool, bool]) -> Part:
    return _part(relations, nearness.of_beside(edges, flags))


@lru_cache(maxsize=REMEMBERED)
def _of_between(relations: Names, cued: frozenset[str]) -> Part:
    def options(relation: str) -> Iterator[Iterable[str]]:
        cues = "012" if relation in cued else ("none",)
        return (nearness.of_between(s, o, cue) for s in range(3) for o in range(3) for cue in cues)

    return _best(relations, options)


@lru_cache(maxsize=REMEMBERED)
def _walked(relations: Names, tops: Two, code: str, side: str, path: str, length: int, others: int) -> Part:
    return _part(relations, between.walked(tops, code, side, path, length, others))


@lru_cache(maxsize=REMEMBERED)
def _cued(relations: Names, tops: Two, side: str, cues: frozenset[str]) -> Part:
    return _best(relations, lambda relation: (between.cued(relation, tops, side, cues),))


@lru_cache(maxsize=REMEMBERED)
def _parted(relations: Names, parts: str) -> Part:
    return _part(relations, between.parted(parts))


@lru_cache(maxsize=REMEMBERED)
def _word(relations: Names, circumstance: str) -> Part:
    return _part(relations, (circumstance,))
