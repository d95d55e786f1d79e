"""Whose a figure is: the things of its sentence and what the sentence leaves unsaid, each with what speaks for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.claims import wording
from kg.claims.answers import Answer
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
            features = (
                f"class{order.index(cls)}",
                f"{indicator}:{cls}",
                f"how={mention.how}",
                f"repeat={not first}",
                *_kept(where, cls, thing, self.context.ranks.get(thing.key, 9)),
                *self._told(where, cls, thing),
                *self._of_kind(where, cls, thing),
                *extra,
            )
            how = {"description": "reference", "term": "name"}.get(how, "carried" if how in _UNSAID else how)
            yield Answer(how, features, "", mention)

    def _told(self, where: str, cls: str, thing: Thing) -> Features:
        """Where the text told of the thing last; where no spaces part words, a character since then counts three."""
        start = self.figure.quantity.start
        begins = self.context.begins(thing)
        before = bisect_left(begins, start)
        last = begins[before - 1] if before else -_FAR
        ago = (start - last) * (3 if self.context.lang.han else 1)
        return *_recent(where, cls, ago), *self._since(where, cls, last)

    def _since(self, where: str, cls: str, last: int) -> Features:
        """Whether the sentence before, or the paragraph, told of the thing, and by which word the sentence goes on."""
        sentence = self.context.sentence
        edges = (("here", sentence.start), ("last", self.topic.last), ("block", sentence.block.start), ("far", 0))
        since = next((name for name, edge in edges if last >= edge), "never")
        return (
            f"since={since}",
            f"{where}:since={since}",
            f"{cls}:since={since}",
            f"{self.opens}:{since}",
        )

    def _of_kind(self, where: str, cls: str, thing: Thing) -> Features:
        """What a figure of this kind of unit is told of."""
        kind = self.figure.kind
        block = self.context.sentence.block.kind
        economy = f"economy:{cls}" if self.economy else ""
        return f"{kind}:{cls}", f"{kind}:{thing.cls}", f"{kind}:{where}", f"{block}:{where}", economy

    def _candidates(self) -> Iterator[tuple[Mention, str, Features]]:
        figure, q = self.figure, self.figure.quantity
        placed = [*self.context.mentions, *self.context.above(figure.at)]
        near = sorted(placed, key=lambda m: figure.gap(*self.context.extent(m)))
        for rank, mention in enumerate(near):
            yield mention, "counted" if _counts(q, mention) else "here", self._here(mention, rank)
        if self.topic.speaker is not None:
            yield self.topic.speaker, "speaker", ()
        for rank, mention in enumerate((*self.topic.mentions, *self.topic.earlier)):
            yield mention, "topic", (f"topic{rank}", f"inner={mention.inner}", f"alone={not near}")
        for rank, mention in enumerate(self.topic.heading):
            yield mention, "heading", (f"heading{min(rank, 2)}",)
        # an opening sentence speaks of what the text names next rather than of what it names most
        named = any(not self.context.thing(m).generic for m in self.topic.mentions)
        opening = not named and bool(self.topic.coming)
        unsaid = [] if opening else self.topic.main
        for rank, mention in enumerate(unsaid):
            yield mention, "main", (f"main{min(rank, 3)}", f"alone={not near}")
        for rank, mention in enumerate(self.topic.coming if opening else []):
            yield mention, "coming", (f"coming{min(rank, 2)}",)

    def _here(self, mention: Mention, rank: int) -> Features:
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
        before = context.tokens[i - 1].low if i else "^"
        following = context.tokens[j].low if j < len(context.tokens) else "$"
        code = context.lang.code
        return (
            f"gap{bucket(gap)}",
            f"after={after}:{bucket(gap, (3, 8))}",
            f"inner={mention.inner}",
            f"oblique={self._oblique(i)}",
            f"opening={i <= 1}",
            f"near{min(rank, 3)}",
            f"others={min(len(others), 3)}:{after}",
            f"same={same}:{after}",
            f"{cls}:same={same}:{after}",
            f"figures={min(figures, 3)}:{after}",
            f"commas={min(sum(t.text in _COMMAS for t in words), 3)}:{after}",
            f"{figure.kind}:{after}:{min(len(others), 2)}",
            f"before={code}:{before}",
            f"{cls}:before={code}:{before}",
            f"following={code}:{following}",
            "far" if len(words) > _NEAR else "",
            f"only={len(self.outer) == 1}",
            f"first={bool(self.outer) and self.outer[0] is mention}:{after}",
            *wording.way(context, mention, (figure.at, figure.end), self.named, cls),
        )

    def _oblique(self, i: int) -> bool:
        """Whether a preposition stands before the mention: not the sentence's subject."""
        return any(t.has("preposition") for t in self.context.tokens[max(0, i - 2) : i])


def _counts(quantity: Quantity, mention: Mention) -> bool:
    """Whether the thing is itself what is counted."""
    return bool(quantity.noun) and mention.start < quantity.noun_end and mention.end > quantity.noun_start


def _recent(where: str, top: str, ago: float) -> Features:
    """How long ago the text told of the thing."""
    when = bucket(ago, (120, 300, 600, 1200))
    return f"ago={when}", f"{where}:ago={when}", f"{top}:ago={when}"


def _kept(where: str, top: str, thing: Thing, rank: int) -> Features:
    """What the thing is wherever it stands, and how much the text speaks of it."""
    told, rank, worthy = min(len(thing.spans), 4), min(rank, 3), bucket(thing.worth, (-1, 0, 0.7, 1.5))
    return (
        where,
        f"{where}:{top}",
        f"generic={thing.generic}",
        f"named={thing.named}",
        f"rule={thing.rule}",
        f"{where}:rule={thing.rule}",
        f"cls={thing.cls}",
        f"worth={worthy}",
        f"{where}:worth={worthy}",
        f"told={told}",
        f"{top}:told={min(told, 3)}",
        f"{where}:told={min(told, 3)}",
        f"{where}:rank={rank}",
        f"{top}:rank={rank}",
    )
