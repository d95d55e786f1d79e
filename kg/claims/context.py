"""How near two places of a sentence are to each other in meaning: words between them, and what parts them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property, lru_cache

from kg import ontology
from kg.mentions import Language, Mention, Sentence, Thing, Things

_COMMA = frozenset(",，;；:：–—|")
_COMMA_COST = 1.8
_CLAUSE_COST = 6.0


@lru_cache(maxsize=8192)
def fits(cls: str, relation: str, slot: str) -> bool:
    """Whether a thing of that class may be the relation's "subject" or "object"."""
    known = ontology.load()
    allowed = known.domain(relation) if slot == "subject" else known.range(relation)
    return bool(cls) and any(known.is_a(cls, a) for a in allowed)


class Context:
    """One sentence seen by the claim makers: token positions, clause borders, cues, and the mentions with a thing."""

    def __init__(self, sentence: Sentence, lang: Language, things: Things) -> None:
        self.sentence, self.lang, self.things = sentence, lang, things
        self.tokens = sentence.tokens
        self._starts = [t.start for t in self.tokens]
        self.mentions = [m for m in sentence.mentions if m.entity >= 0]
        self._fitting: dict[tuple[str, str], list[int]] = {}

    def position(self, offset: int) -> int:
        """Index of the token at a text offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

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
        walls = self._walls
        return high - low + walls[min(high, len(walls) - 1)] - walls[low]

    def cues(self, kind: str) -> list[tuple[int, int, str, str]]:
        """(first token, after the last, value, entry) of the words of one kind ("not only" denies nothing)."""
        return self._cues.get(kind, [])

    @cached_property
    def _cues(self) -> dict[str, list[tuple[int, int, str, str]]]:
        found: dict[str, list[tuple[int, int, str, str]]] = {}
        affirmed = {i for i, _, s in self.sentence.spans if s.kind == "not_negation"}
        for i, j, s in self.sentence.spans:
            if i in affirmed and s.kind == "status":
                continue
            found.setdefault(s.kind, []).append((i, j, s.value, s.entry))
        return found

    @cached_property
    def cued(self) -> dict[str, list[int]]:
        """Relation -> where its cues begin in the text."""
        found: dict[str, list[int]] = {}
        for i, _, number, _ in self.cues("frame"):
            found.setdefault(self.lang.frames[int(number)]["relation"], []).append(self.tokens[i].start)
        return found

    def rivals(self, relation: str, slot: str, entity: int) -> int:
        """Mentions of other things that fit the relation's slot."""
        fitting = self._fitting.get((relation, slot))
        if fitting is None:
            fitting = [m.entity for m in self.mentions if fits(self.thing(m).cls, relation, slot)]
            self._fitting[(relation, slot)] = fitting
        return len(fitting) - fitting.count(entity)

    def thing(self, mention: Mention) -> Thing:
        """What the mention is about."""
        return self.things.all[mention.entity]
