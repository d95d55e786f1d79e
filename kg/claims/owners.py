"""Whose a figure is: the things of its sentence and what the sentence leaves unsaid, each with what speaks for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.claims import wording
from kg.claims.answers import Answer, Part, Seen
from kg.claims.weights import Features, bucket
from kg.mentions import Mention, Quantity, Thing
from kg.mentions.classes import top
from kg.mentions.language import reading

if TYPE_CHECKING:
    from kg.claims.figures import Figure

_UNSAID = frozenset(("main", "topic", "coming"))
_NEAR = 3
"""Words between a figure and a thing that is near it."""
_FAR = 10_000
"""Characters, for what was not told of yet."""
_COMMAS = frozenset(",，;；:：")


class Owners:
    """The possible subjects of one figure."""

    def __init__(self, figure: Figure) -> None:
        self.figure, self.context, self.topic = figure, figure.context, figure.topic
        self.outer = [m for m in self.context.mentions if not m.inner]
        self.named = wording.named_by(self.context, self.outer)
        tokens = self.context.tokens
        self.opens = f"opens={self.context.lang.code}:{tokens[0].low if tokens else ''}"
        self.economy = any(t.has("economy") for t in tokens)
        """Whether the sentence tells of what only a country, a region or a town has."""
        self.block = self.context.sentence.block.kind

    def answers(self, indicator: str) -> Iterator[Answer]:
        """Things that the figure may be about: those of the sentence, and what it leaves unsaid."""
        orders = reading()["subjects"]
        order: list[str] = list(orders.get(indicator, orders["other"]))
        seen: set[int] = set()
        for mention, where, extra in self._candidates():
            thing = self.context.thing(mention)
            cls = top(thing.cls)
            if cls not in order:
                continue
            how = mention.how if where == "here" else where
            first = mention.entity not in seen
            seen.add(mention.entity)
            parts = (
                (_asked, (order.index(cls), indicator, cls, mention.how, first)),
                self._kept(where, cls, thing),
                *self._told(where, cls, thing),
                (_of_kind, (self.figure.kind, cls, thing.cls, where, self.block, self.economy)),
                *extra,
            )
            how = {"description": "reference", "term": "name"}.get(how, "carried" if how in _UNSAID else how)
            yield Answer(how, mention=mention, parts=parts)

    def _kept(self, where: str, cls: str, thing: Thing) -> Part:
        """What the thing is wherever it stands, and how much the text speaks of it."""
        told, rank = min(len(thing.spans), 4), min(self.context.ranks.get(thing.key, 9), 3)
        worthy = bucket(thing.worth, (-1, 0, 0.7, 1.5))
        return _kept, (where, cls, thing.cls, thing.rule, thing.generic, thing.named, told, rank, worthy)

    def _told(self, where: str, cls: str, thing: Thing) -> tuple[Part, ...]:
        """Where the text told of the thing last, whether the sentence before, or the paragraph, told of it, and by
        which word the sentence goes on; where no spaces part words, a character since then counts three."""
        start = self.figure.quantity.start
        begins = self.context.begins(thing)
        before = bisect_left(begins, start)
        last = begins[before - 1] if before else -_FAR
        ago = bucket((start - last) * (3 if self.context.lang.han else 1), (120, 300, 600, 1200))
        sentence = self.context.sentence
        edges = (("here", sentence.start), ("last", self.topic.last), ("block", sentence.block.start), ("far", 0))
        since = next((name for name, edge in edges if last >= edge), "never")
        return (_recent, (where, cls, ago, since)), (_opened, (self.opens, since))

    def _candidates(self) -> Iterator[tuple[Mention, str, tuple[Part, ...]]]:
        figure, q = self.figure, self.figure.quantity
        # where the news come from has no figures
        told = [m for m in self.context.mentions if m.rule != "dateline" and not self._compared(m)]
        placed = [*told, *self.context.above(figure.at)]
        near = sorted(placed, key=lambda m: figure.gap(*self.context.extent(m)))
        for rank, mention in enumerate(near):
            yield mention, "counted" if _counts(q, mention) else "here", self._here(mention, rank)
        if self.topic.speaker is not None:
            yield self.topic.speaker, "speaker", ()
        for rank, mention in enumerate((*self.topic.mentions, *self.topic.earlier)):
            yield mention, "topic", ((_before, (f"topic{rank}", mention.inner, not near)),)
        for rank, mention in enumerate(self.topic.heading):
            yield mention, "heading", ((_before, (f"heading{min(rank, 2)}",)),)
        # an opening sentence speaks of what the text names next rather than of what it names most
        named = any(not self.context.thing(m).generic for m in self.topic.mentions)
        opening = not named and bool(self.topic.coming)
        unsaid = [] if opening else self.topic.main
        for rank, mention in enumerate(unsaid):
            yield mention, "main", ((_before, (f"main{min(rank, 3)}", None, not near)),)
        for rank, mention in enumerate(self.topic.coming if opening else []):
            yield mention, "coming", ((_before, (f"coming{min(rank, 2)}",)),)

    def _compared(self, mention: Mention) -> bool:
        """Whether the figure's thing is only compared with it ("与火电厂相比，每年可节约…")."""
        words = self.context.lang.lexicon.settings.get("compared", ())
        if not words or mention.end > self.figure.quantity.start:
            return False
        j = self.context.extent(mention)[1]
        return any(t.text in words for t in self.context.tokens[j : j + _NEAR])

    def _here(self, mention: Mention, rank: int) -> tuple[Part, ...]:
        """Where a thing of the sentence stands to the figure, and what stands between the two."""
        context, figure, q = self.context, self.figure, self.figure.quantity
        i, j = context.extent(mention)
        gap, after = figure.gap(i, j), mention.start > q.start
        low, high = (mention.end, q.start) if mention.end <= q.start else (q.end, mention.start)
        others = [m for m in self.outer if m is not mention and low <= m.start < high]
        cls = top(context.thing(mention).cls)
        same = min(sum(top(context.thing(m).cls) == cls for m in others), 2)
        figures = sum(o is not q and low <= o.start < high for o in context.sentence.quantities)
        words = context.tokens[j : figure.at] if j <= figure.at else context.tokens[figure.end + 1 : i]
        commas, many, between = sum([t.text in _COMMAS for t in words]), min(len(others), 3), len(words) > _NEAR
        first = bool(self.outer) and self.outer[0] is mention
        edges = wording.word_at(context.tokens, i - 1), wording.word_at(context.tokens, j)
        return (
            (_apart, (bucket(gap), bucket(gap, (3, 8)), after, mention.inner, self._oblique(i), i <= 1, min(rank, 3))),
            (_among, (many, same, cls, min(figures, 3), min(commas, 3), after)),
            (_placed, (figure.kind, min(many, 2), after, between, len(self.outer) == 1, first)),
            (_edged, (context.lang.code, cls, *edges)),
            *wording.way(context, mention, (figure.at, figure.end), self.named, cls),
        )

    def _oblique(self, i: int) -> bool:
        """Whether a preposition stands before the mention: not the sentence's subject."""
        return any(t.has("preposition") for t in self.context.tokens[max(0, i - 2) : i])


def _counts(quantity: Quantity, mention: Mention) -> bool:
    """Whether the thing is itself what is counted."""
    return bool(quantity.noun) and mention.start < quantity.noun_end and mention.end > quantity.noun_start


@Seen.by("subject")
def _asked(number: int, indicator: str, top: str, how: str, first: bool) -> Features:
    """What the thing is to the indicator."""
    return f"class{number}", f"{indicator}:{top}", f"how={how}", f"repeat={not first}"


@Seen.by("subject")
def _recent(where: str, top: str, ago: str, since: str) -> Features:
    """How long ago the text told of the thing."""
    return (
        *(f"ago={ago}", f"{where}:ago={ago}", f"{top}:ago={ago}"),
        *(f"since={since}", f"{where}:since={since}", f"{top}:since={since}"),
    )


@Seen.by("subject")
def _opened(opens: str, since: str) -> Features:
    """By which word the sentence goes on from where the text told of the thing."""
    return (f"{opens}:{since}",)


@Seen.by("subject")
def _of_kind(kind: str, top: str, cls: str, where: str, block: str, economy: bool) -> Features:
    """What a figure of a kind of unit is told of."""
    said = (f"economy:{top}",) if economy else ()
    return f"{kind}:{top}", f"{kind}:{cls}", f"{kind}:{where}", f"{block}:{where}", *said


@Seen.by("subject")
def _before(place: str, inner: bool | None = None, alone: bool | None = None) -> Features:
    """Where the text told of what the sentence leaves unsaid."""
    told = () if inner is None else (f"inner={inner}",)
    return place, *told, *(() if alone is None else (f"alone={alone}",))


@Seen.by("subject")
def _apart(gap: str, roughly: str, after: bool, inner: bool, oblique: bool, opening: bool, rank: int) -> Features:
    """Where a thing of the sentence stands."""
    return (
        f"gap{gap}",
        f"after={after}:{roughly}",
        f"inner={inner}",
        f"oblique={oblique}",
        f"opening={opening}",
        f"near{rank}",
    )


@Seen.by("subject")
def _among(others: int, same: int, top: str, figures: int, commas: int, after: bool) -> Features:
    """What stands between a figure and a thing."""
    return (
        f"others={others}:{after}",
        f"same={same}:{after}",
        f"{top}:same={same}:{after}",
        f"figures={figures}:{after}",
        f"commas={commas}:{after}",
    )


@Seen.by("subject")
def _placed(kind: str, others: int, after: bool, far: bool, only: bool, first: bool) -> Features:
    """Which of the sentence's things it is."""
    return f"{kind}:{after}:{others}", "far" if far else "", f"only={only}", f"first={first}:{after}"


@Seen.by("subject")
def _edged(code: str, top: str, before: str, following: str) -> Features:
    """The words beside a thing."""
    return f"before={code}:{before}", f"{top}:before={code}:{before}", f"following={code}:{following}"


@Seen.by("subject")
def _kept(
    where: str, top: str, cls: str, rule: str, generic: bool, named: bool, told: int, rank: int, worthy: str
) -> Features:
    """What the thing is wherever it stands, and how much the text speaks of it."""
    return (
        where,
        f"{where}:{top}",
        f"generic={generic}",
        f"named={named}",
        f"rule={rule}",
        f"{where}:rule={rule}",
        f"cls={cls}",
        f"worth={worthy}",
        f"{where}:worth={worthy}",
        f"told={told}",
        f"{top}:told={min(told, 3)}",
        f"{where}:told={min(told, 3)}",
        f"{where}:rank={rank}",
        f"{top}:rank={rank}",
    )
