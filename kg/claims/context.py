"""How near two places of a sentence are to each other in meaning: words between them, and what parts them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from kg.mentions import Language, Mention, Sentence, Thing, Things

_COMMA = frozenset(",，;；:：–—|")
_COMMA_COST = 1.8
_CLAUSE_COST = 6.0


class Context:
    """One sentence seen by the claim makers: token positions, clause borders, cues, and the mentions with a thing."""

    def __init__(self, sentence: Sentence, lang: Language, things: Things) -> None:
        self.sentence, self.lang, self.things = sentence, lang, things
        self.tokens = sentence.tokens
        self._starts = [t.start for t in self.tokens]
        self.mentions = [m for m in sentence.mentions if m.entity >= 0]

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
        low, high = sorted((a, b))
        return high - low + self._walls[min(high, len(self._walls) - 1)] - self._walls[low]

    def cues(self, kind: str) -> list[tuple[int, int, str, str]]:
        """(first token, after the last, value, entry) of the lexicon's words of one kind."""
        return [(i, j, s.value, s.entry) for i, j, s in self.sentence.spans if s.kind == kind]

    def thing(self, mention: Mention) -> Thing:
        """What the mention is about."""
        return self.things.all[mention.entity]

    def words(self, i: int, j: int, text: str) -> str:
        """The text of tokens i..j."""
        return text[self.tokens[i].start : self.tokens[j - 1].end]
