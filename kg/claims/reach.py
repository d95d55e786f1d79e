"""What the circumstances of a pair can weigh at most: most pairs are no relation, and a few sums tell so.

Weights of one circumstance are kept side by side for all relations that may join a pair, so that a pair is weighed for
all of them at once. A circumstance that differs from relation to relation counts with the best that it could be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern

from kg.claims import between, circumstances, nearness, unsaid
from kg.claims.circumstances import Counts, Flags, Profile, Two, of
from kg.claims.nearness import Group, Pair, Within
from kg.claims.unsaid import Unsaid
from kg.claims.weights import REMEMBERED, of_weights, thousandths
from kg.mentions.language import reading

_BESIDE = ("before=", "first=", "after=", "last=")
"""How words beside two things are told of."""
_CERTAIN = 1_000_000
"""Weight of a circumstance that settles it."""

Numbers = tuple[int, ...]
"""One number for each of the relations that may join a pair."""
Profiles = tuple[Profile, Profile]
"""What the whole document tells of the subject and of the object."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of what is seen of a pair; each is made once, so that it is known again by being the same object."""

    total: Numbers
    """What it weighs; at most weighs, where the circumstances differ from relation to relation."""
    seen: tuple[str, ...]
    """The circumstances, each once; none where they differ."""
    top: int
    """What it weighs at most for any of the relations."""
    gain: int
    """What it adds at most for any of them, some of its circumstances having been seen before."""


def hopeful(pairs: Sequence[Pair], things: Profiles, together: Counts, least: int) -> list[tuple[str, int]]:
    """Relations of two things that weigh more than `least`, with what they weigh."""
    whole = list(map(sum, zip(*_of_text(pairs[0].relations, *things, together), strict=True)))
    tops = things[0].top, things[1].top
    parts: Collection[Part] = _parts(pairs[0], tops)
    top = max(whole) + sum([part.top for part in parts])
    if len(pairs) == 1:
        if top <= least:
            return []
        totals = list(map(sum, zip(whole, *[part.total for part in parts], strict=True)))
        if max(totals) <= least:
            return []
    else:
        others = {part for pair in pairs[1:] for part in _parts(pair, tops)}
        others.difference_update([part for part in parts if part.seen])
        if top + sum([part.gain for part in others]) <= least:
            return []
        parts = others.union(parts)
    return _weighed(pairs, parts, whole, least)


def _weighed(pairs: Sequence[Pair], parts: Iterable[Part], whole: Sequence[int], least: int) -> list[tuple[str, int]]:
    """Relations that weigh more than `least`: the same circumstance counts once, however often it is seen."""
    relations, known = pairs[0].relations, _known(pairs[0].relations)
    seen = frozenset[str]().union(*[part.seen for part in parts])
    gain = sum([part.gain for part in parts if not part.seen])
    totals = map(sum, zip(whole, *[known[circumstance] for circumstance in seen], strict=True))
    found = []
    for relation, total in zip(relations.names, totals, strict=True):
        if total + gain > least:
            weight = total - _often() + _own(pairs, relation)
            if weight > least:
                found.append((relation, weight))
    return found


def _own(pairs: Sequence[Pair], relation: str) -> int:
    """What weighs what differs from relation to relation, and in how many sentences the two are seen."""
    table, sentences = _table(), {pair.context.sentence.start for pair in pairs}
    seen = {circumstance for pair in pairs for circumstance in pair.told.open(pair, relation)}
    return sum([table.get(feature, 0) for feature in of(relation, seen.union(circumstances.often(len(sentences))))])


def _parts(pair: Pair, tops: Two) -> list[Part]:
    """The parts of what one sentence says of a pair."""
    context, told, relations = pair.context, pair.told, pair.relations
    code, cued = context.lang.code, context.cued_relations
    forward = pair.subject.start < pair.object.start
    if isinstance(told, Unsaid):
        return [
            _of_open(relations, cued),
            _of_rule(relations, told.rule, pair.hows, context.script, tops, told.strength),
            _of_unsaid(relations, told),
            _of_here(relations, told.role, context.sentence.block.kind, told.new, told.here(pair).how),
            _apart(relations, told.rule, pair.gap, forward, code),
        ]
    if isinstance(told, Within):
        return [
            _of_rule(relations, told.rule, pair.hows, context.script, tops, told.strength),
            _apart(relations, told.rule, pair.gap, forward, code),
            _of_within(relations, told.inner, told.edge, told.classes),
        ]
    seen = told.way
    side = ">" if seen.forward else "<"
    found = [
        _of_between(relations, cued),
        _of_rule(relations, told.rule, pair.hows, context.script, tops, told.strength),
        _apart(relations, told.rule, pair.gap, forward, code),
        _of_beside(relations, told.edges, told.flags),
        _walked(relations, tops, side, seen.length, seen.others),
        _cued(relations, tops, side, seen.cues),
    ]
    if seen.parts:
        found.append(_parted(relations, seen.parts))
    known = _rare()
    rare = (*between.paths(tops, code, side, seen.path), *between.words(code, side, seen))
    return found + [_word(relations, circumstance) for circumstance in rare if circumstance in known]


# The weights of circumstances


@of_weights(1)
def _table() -> dict[str, int]:
    certain = dict.fromkeys(reading()["certain"], _CERTAIN)
    return {**thousandths("relation"), **certain}


@of_weights(1)
def _rare() -> frozenset[str]:
    """Paths between two things and words beside them that weigh something, for whichever relation."""
    told = [feature.partition(":")[2] for feature in thousandths("relation")]
    paths = [rest for rest in told if rest.startswith("path=") or rest.partition(":")[2].startswith("path=")]
    return frozenset("{r}:" + rest for rest in (*paths, *(rest for rest in told if rest.startswith(_BESIDE))))


@of_weights(REMEMBERED)
def _known(relations: Group) -> dict[str, Numbers]:
    """Circumstance -> its weights, of those that were asked for."""
    return {}


def _part(relations: Group, seen: Iterable[str]) -> Part:
    table, known, circumstances = _table(), _known(relations), tuple({intern(one) for one in seen})
    for one in circumstances:
        if one not in known:
            known[one] = tuple([table.get(one.replace("{r}", relation), 0) for relation in relations.names])
    weights = [known[one] for one in circumstances]
    total = tuple(map(sum, zip(*weights, strict=True)))
    return Part(
        total, circumstances, max(total), max(sum(w for w in each if w > 0) for each in zip(*weights, strict=True))
    )


def _best(relations: Group, options: Callable[[str], Iterable[Iterable[str]]]) -> Part:
    """The most that one of some sets of circumstances weighs, and that some of them do."""
    table, total, gain = _table(), [], 0
    for relation in relations.names:
        found = [set(of(relation, option)) for option in options(relation)]
        total.append(max(sum(table.get(feature, 0) for feature in option) for option in found))
        gain = max(gain, sum(max(table.get(feature, 0), 0) for feature in set[str]().union(*found)))
    return Part(tuple(total), (), max(total), gain)


# The whole document: the same for all sentences


@of_weights(1)
def _often() -> int:
    return max(sum(_table().get(f, 0) for f in circumstances.often(sentences)) for sentences in (1, 2, 3))


def _of_text(relations: Group, one: Profile, other: Profile, together: Counts) -> tuple[Numbers, ...]:
    """What the whole document tells of the two, in parts that are few each."""
    tops = one.top, other.top
    return (
        _of_classes(relations, (one.cls, other.cls), tops),
        _of_flags(relations, (one.generic, other.generic), (one.named, other.named)),
        _of_class(relations, "s", one.cls, one.twin),
        _of_class(relations, "o", other.cls, other.twin),
        _of_side(relations, "s", one.worth, one.rivals, one.rank),
        _of_side(relations, "o", other.worth, other.rivals, other.rank),
        _of_rules(relations, (one.rule, other.rule)),
        _of_worth(relations, (one.worth, other.worth)),
        _of_times(relations, tops, (one.times, other.times)),
        _of_together(relations, tops, together),
    )


@of_weights(REMEMBERED)
def _of_classes(relations: Group, classes: Two, tops: Two) -> Numbers:
    return tuple([weight + _often() for weight in _part(relations, circumstances.of_classes(classes, tops)).total])


@of_weights(REMEMBERED)
def _of_flags(relations: Group, generic: Flags, named: Flags) -> Numbers:
    return _part(relations, circumstances.of_flags(generic, named)).total


@of_weights(REMEMBERED)
def _of_class(relations: Group, side: str, cls: str, twin: str) -> Numbers:
    return _part(relations, circumstances.of_class(side, cls, twin)).total


@of_weights(REMEMBERED)
def _of_side(relations: Group, side: str, worth: str, rivals: int, rank: int) -> Numbers:
    return _part(relations, circumstances.of_side(side, worth, rivals, rank)).total


@of_weights(REMEMBERED)
def _of_rules(relations: Group, rules: Two) -> Numbers:
    return _part(relations, circumstances.of_rules(rules)).total


@of_weights(REMEMBERED)
def _of_worth(relations: Group, worth: Two) -> Numbers:
    return _part(relations, circumstances.of_worth(worth)).total


@of_weights(REMEMBERED)
def _of_times(relations: Group, tops: Two, times: Counts) -> Numbers:
    return _part(relations, circumstances.of_times(tops, times)).total


@of_weights(REMEMBERED)
def _of_together(relations: Group, tops: Two, together: Counts) -> Numbers:
    return _part(relations, circumstances.of_together(tops, together)).total


# One sentence


@of_weights(REMEMBERED)
def _of_rule(relations: Group, rule: str, hows: Two, script: str, tops: Two, strength: int) -> Part:
    told = circumstances.as_told(tops, strength)
    return _part(relations, (*circumstances.by_rule(rule + "-{r}", hows, script), *told))


@of_weights(REMEMBERED)
def _apart(relations: Group, rule: str, gap: Two, order: bool, code: str) -> Part:
    return _part(relations, circumstances.apart(rule + "-{r}", gap, order, code))


@of_weights(REMEMBERED)
def _of_unsaid(relations: Group, told: Unsaid) -> Part:
    return _part(relations, unsaid.of_unsaid(told.role, told.where))


@of_weights(REMEMBERED)
def _of_here(relations: Group, role: str, kind: str, new: bool, how: str) -> Part:
    return _part(relations, unsaid.of_here(role, kind, new, how))


@of_weights(REMEMBERED)
def _of_within(relations: Group, inner: bool, edge: str, classes: Two) -> Part:
    return _part(relations, nearness.of_within(inner, edge, classes))


@of_weights(REMEMBERED)
def _of_open(relations: Group, cued: frozenset[str]) -> Part:
    return _best(relations, lambda r: (unsaid.of_open(rivals, r in cued) for rivals in range(3)))


@of_weights(REMEMBERED)
def _of_beside(relations: Group, edges: Two, flags: tuple[bool, bool, bool, bool]) -> Part:
    return _part(relations, nearness.of_beside(edges, flags))


@of_weights(REMEMBERED)
def _of_between(relations: Group, cued: frozenset[str]) -> Part:
    def options(relation: str) -> Iterator[Iterable[str]]:
        cues = "012" if relation in cued else ("none",)
        return (nearness.of_between(s, o, cue) for s in range(3) for o in range(3) for cue in cues)

    return _best(relations, options)


@of_weights(REMEMBERED)
def _walked(relations: Group, tops: Two, side: str, length: int, others: int) -> Part:
    return _part(relations, between.walked(tops, side, length, others))


@of_weights(REMEMBERED)
def _cued(relations: Group, tops: Two, side: str, cues: frozenset[str]) -> Part:
    return _best(relations, lambda relation: (between.cued(relation, tops, side, cues),))


@of_weights(REMEMBERED)
def _parted(relations: Group, parts: str) -> Part:
    return _part(relations, between.parted(parts))


@of_weights(REMEMBERED)
def _word(relations: Group, circumstance: str) -> Part:
    return _part(relations, (circumstance,))
