"""How near two places of a sentence are to each other in meaning: words between them, and what parts them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from types import MappingProxyType

from kg import ontology
from kg.mentions import Language, Mention, Sentence, Thing, Things
from kg.mentions.classes import top
from kg.mentions.language import reading
from kg.mentions.lexicon import Sense

_COMMA = frozenset(",，;；:：–—|\t")
_COMMA_COST = 1.8
_CLAUSE_COST = 6.0
_CELL_COST = 12.0
IN_CELL = 8.0
"""Cost within which a word is of a figure's own column or of its row's name."""
_OF_COLUMN = ("indicator", "substance", "status", "period")
"""Kinds of words that a column's name says of all figures below it."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_VERB = 2
"""Words at most between an auxiliary and its participle ("will also be completed")."""
_IN_PHRASE = 5
"""Words of a noun phrase behind a figure ("a 5 m carbon capture plant")."""


@lru_cache(maxsize=8192)
def fits(cls: str, relation: str, slot: str) -> bool:
    """Whether a thing of that class may be the relation's "subject" or "object"."""
    known = ontology.load()
    allowed = known.domain(relation) if slot == "subject" else known.range(relation)
    return bool(cls) and any(known.is_a(cls, a) for a in allowed)


def _unhidden(spans: list[tuple[int, int, Sense]]) -> Iterator[tuple[int, int, Sense]]:
    """All but the indicators' words inside longer ones of theirs ("savings" in "electricity savings" says nothing)."""
    told = [(i, j, len(s.entry)) for i, j, s in spans if s.kind == _HIDDEN]
    for i, j, s in spans:
        if s.kind != _HIDDEN or not any(low <= i and j <= high and len(s.entry) < size for low, high, size in told):
            yield i, j, s


_HIDDEN = "indicator"


class Context:
    """One sentence seen by the claim makers: token positions, clause borders, cues, and the mentions with a thing."""

    def __init__(
        self,
        sentence: Sentence,
        lang: Language,
        things: Things,
        ranks: Mapping[int, int] = MappingProxyType({}),
        begins: dict[int, list[int]] | None = None,
    ) -> None:
        self.sentence, self.lang, self.things, self.ranks = sentence, lang, things, ranks
        self.tokens = sentence.tokens
        self._starts = [t.start for t in self.tokens]
        self._begins = {} if begins is None else begins
        """Thing -> where the text tells of it, for all sentences of a document."""
        self.mentions = [m for m in sentence.mentions if m.entity >= 0]
        self._fitting: dict[tuple[str, str], list[int]] = {}
        self._cells = [(self.position(a), self.position(b - 1) + 1) if b > a else (0, 0) for a, b in sentence.cells]

    def position(self, offset: int) -> int:
        """Index of the token at a text offset; what names a column stands in the row's cell below it."""
        head = self.sentence.head
        if head is not None and head.start <= offset < head.end:
            column = bisect_right(head.cells, offset, key=lambda cell: cell[0]) - 1
            return self._cells[column][0] if 0 <= column < len(self._cells) else 0
        return max(0, bisect_right(self._starts, offset) - 1)

    def extent(self, mention: Mention) -> tuple[int, int]:
        """(first token, after the last) of a mention."""
        return self.position(mention.start), self.position(mention.end - 1) + 1

    @cached_property
    def _walls(self) -> list[float]:
        """Running cost of the borders up to each token."""
        cost, costs = 0.0, []
        scale = 0.6 if self.lang.han else 1.0
        for token in self.tokens:
            if token.text in _COMMA:
                cost += _COMMA_COST * scale
            elif any(s.kind == "function" and s.value in ("subordinator", "relative") for s in token.senses):
                cost += _CLAUSE_COST / 2
            costs.append(cost)
        return costs

    def cost(self, a: int, b: int) -> float:
        """Distance of two token positions, borders between them included."""
        low, high = (a, b) if a <= b else (b, a)
        if self._row_head is None or self._cell(low) == self._cell(high):
            return self._plain(low, high)
        begin, end = self._row_head
        if begin <= low < end:  # the name of a row stands beside each of its cells
            return self._plain(low, end - 1) + self._plain(self._cells[self._cell(high)][0], high) + 1 + _COMMA_COST
        return self._plain(low, high) + _CELL_COST

    def _plain(self, low: int, high: int) -> float:
        walls = self._walls
        return high - low + walls[min(high, len(walls) - 1)] - walls[low]

    @cached_property
    def _row_head(self) -> tuple[int, int] | None:
        """Of a table's row the cell that says whose it is: the first with letters."""
        for begin, end in self._cells:
            if any(token.kind == "word" for token in self.tokens[begin:end]):
                return begin, end
        return None

    def _cell(self, at: int) -> int:
        """The number of the cell of a token."""
        return next((n for n, (begin, end) in enumerate(self._cells) if begin <= at < end), 0)

    def cell(self, at: int) -> tuple[int, int]:
        """(first token, after the last) of the table's cell in which a token stands; of the sentence, if it is none."""
        return self._cells[self._cell(at)] if self._cells else (0, len(self.tokens))

    @cached_property
    def listed(self) -> list[tuple[Mention, Mention]]:
        """Mentions, side by side, of things of one top class that only "and" or a comma parts."""
        links = (*self.lang.lexicon.settings.get("coordinators", ()), ",", "、")
        order = sorted((m for m in self.mentions if not m.inner), key=lambda m: m.start)
        found = []
        for a, b in pairwise(order):
            i, j = self.position(a.end - 1) + 1, self.position(b.start)
            between = [t.low for t in self.tokens[i:j] if t.kind != "open" and t.kind != "close"]
            parted = between and len(between) < 3 and all(w in links for w in between)
            if parted and top(self.thing(a).cls) == top(self.thing(b).cls):
                found.append((a, b))
        return found

    def above(self, at: int) -> list[Mention]:
        """What the name of the column names in which a token stands."""
        head = self.sentence.head
        if head is None:
            return []
        start, end = head.cells[self._cell(at)]
        found = [m for m in head.mentions if start <= m.start < end and m.entity >= 0 and not m.inner]
        return [m for m in found if self.thing(m).named]

    def _of_columns(self) -> Iterator[tuple[str, tuple[int, int, str, str]]]:
        """(kind, cue) of what the columns' names say, each as a cue of the whole cell below."""
        head = self.sentence.head
        if head is None:
            return
        for (start, end), (begin, after) in zip(head.cells, self._cells, strict=False):
            if (begin, after) == self._row_head:
                continue  # above the names of the rows stands what they are
            for i, _, sense in _unhidden(head.spans):
                if sense.kind in _OF_COLUMN and start <= head.tokens[i].start < end:
                    yield sense.kind, (begin, after, sense.value, sense.entry)
            years = [t.text for t in head.tokens if start <= t.start < end and _YEAR.fullmatch(t.text)]
            if years:
                yield "period", (begin, after, "-".join(sorted({years[0], years[-1]})), years[0])

    def cues(self, kind: str) -> list[tuple[int, int, str, str]]:
        """(first token, after the last, value, entry) of the words of one kind ("not only" denies nothing)."""
        return self._cues.get(kind, [])

    @cached_property
    def _cues(self) -> dict[str, list[tuple[int, int, str, str]]]:
        found: dict[str, list[tuple[int, int, str, str]]] = {}
        for i, j, s in _unhidden(self.sentence.spans):
            if s.kind != "status" or self._says_status(i, j):
                found.setdefault(s.kind, []).append((i, j, s.value, s.entry))
        if "status" in found:
            found["status"] = self._in_tense(found["status"])
        for kind, cue in self._of_columns():
            found.setdefault(kind, []).append(cue)
        return found

    def _in_tense(self, cues: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
        """Without the participles of what is yet to come ("will be completed": nothing is completed)."""
        rules = reading()["status"]
        ends = [j for _, j, value, _ in cues if value == rules["coming"]]
        walls = self._walls
        return [
            cue
            for cue in cues
            if cue[2] != rules["default"]
            or not any(cue[0] - _IN_VERB <= j <= cue[0] and walls[j - 1] == walls[cue[0]] for j in ends)
        ]

    def beside(self, at: int, end: int) -> tuple[str, str]:
        """Classes of the nouns that a figure of the tokens at..end belongs to ("a grant of 5 m", "a 5 m grant")."""
        heads = [(i, j, s.value) for i, j, s in self.sentence.spans if s.kind == "head"]
        before = [(j, value) for i, j, value in heads if j <= at <= j + 1 and i < at]
        last = end
        for token in self.tokens[end + 1 : end + 1 + _IN_PHRASE]:
            if token.kind != "word" or any(s.kind in ("preposition", "function") and s.whole for s in token.senses):
                break
            last += 1
        behind = [(j, value) for i, j, value in heads if end < i and j - 1 <= last]
        return max(before, default=(0, ""))[1], max(behind, default=(0, ""))[1]

    @cached_property
    def _status_spans(self) -> list[tuple[int, int, str]]:
        spans = ((i, j, s.kind) for i, j, s in self.sentence.spans if s.kind in ("status", "not_negation"))
        return [span for span in spans if span[1] > span[0]]

    def _says_status(self, i: int, j: int) -> bool:
        """Whether a sign of a status (tokens i..j) stands for itself: not within a longer one ("不" in "不超过"), nor
        where it marks the object ("将" before a noun)."""
        marks = self.lang.lexicon.settings.get("object_marks", {})
        after = self.tokens[j] if j == i + 1 and j < len(self.tokens) else None
        # what the segmenter calls a noun may be the verb all the same ("将节电")
        verbs = ("indicator", "frame", "period")
        if after and after.tag in marks.get(self.tokens[i].text, ()) and not any(after.has(kind) for kind in verbs):
            return False
        return not any(
            a <= i and j <= b and (kind == "not_negation" or b - a > j - i) for a, b, kind in self._status_spans
        )

    @cached_property
    def cued(self) -> dict[str, list[int]]:
        """Relation -> where its cues begin in the text."""
        found: dict[str, list[int]] = {}
        for i, _, number, _ in self.cues("frame"):
            found.setdefault(self.lang.frames[int(number)]["relation"], []).append(self.tokens[i].start)
        return found

    @cached_property
    def denials(self) -> list[int]:
        """Where words begin that say that something is not so, or only suppose it."""
        dropped = reading()["status"]["dropped"]
        return [i for i, _, code, _ in self.cues("status") if code in dropped]

    @cached_property
    def script(self) -> str:
        """What rules are told apart by: the language, where words are not parted by spaces."""
        return self.lang.code if self.lang.han else "latin"

    @cached_property
    def cued_relations(self) -> frozenset[str]:
        """Relations with a cue in the sentence."""
        return frozenset(self.cued)

    def rivals(self, relation: str, slot: str, entity: int) -> int:
        """Mentions of other things that fit the relation's slot."""
        fitting = self._fitting.get((relation, slot))
        if fitting is None:
            fitting = [m.entity for m in self.mentions if fits(self.thing(m).cls, relation, slot)]
            self._fitting[(relation, slot)] = fitting
        return len(fitting) - fitting.count(entity)

    def begins(self, thing: Thing) -> list[int]:
        """Where the whole text tells of a thing, in order."""
        known = self._begins.get(thing.key)
        if known is None or len(known) != len(thing.spans):
            known = self._begins[thing.key] = sorted(begin for begin, _ in thing.spans)
        return known

    def thing(self, mention: Mention) -> Thing:
        """What the mention is about."""
        return self.things.all[mention.entity]
