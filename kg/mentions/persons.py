"""Persons in a run of capitalised words: by title, first name, or because they speak."""

from __future__ import annotations

from kg.mentions.classes import unknown
from kg.mentions.model import Mention
from kg.mentions.words import Words


class Persons(Words):
    """Finds persons in the runs of one sentence."""

    def _titled(self, k: int, j: int) -> bool:
        """Whether a title inside a run begins a person ("Sachsen-Anhalts Minister Max Muster")."""
        if not self.lang.noun_capitals or not self.tokens[k].has("title") or self._heads(self.tokens[k]):
            return False
        return 1 <= j - k - 1 <= 3 and not any(self._heads(t) or t.has("legal") for t in self.tokens[k + 1 : j])

    def _skip_title(self, i: int, j: int) -> int:
        """Titles before a person's name are not part of it."""
        k = i
        while k < j and self.tokens[k].has("title"):
            k += 1
        return k if 0 < j - k <= 3 and k > i and not any(self._heads(t) for t in self.tokens[k:j]) else i

    def _person(self, i: int, j: int) -> Mention | None:
        titled = self._title_before(i)
        if titled and 1 <= j - i <= 3 and not any(self._heads(t) or t.has("place") for t in self.tokens[i:j]):
            return self._mention(i, j, unknown("person"), "name", "title", self.tokens[i - 1].text)
        if not 2 <= j - i <= 3 or any(
            self._heads(t) or t.has("place") or t.has("name_ending") for t in self.tokens[i:j]
        ):
            return None
        if self.tokens[i].has("first_name"):
            return self._mention(i, j, unknown("person"), "name", "first-name", self.tokens[i].text)
        if any(t.has("legal") or (t.text.isupper() and len(t.text) > 2) for t in self.tokens[i:j]) or self.title_case:
            return None
        beside = [*self.tokens[max(0, i - 1) : i], *self.tokens[j : j + 1]]
        if any(t.has("speech") and not t.has("preposition") for t in beside) or self._titled_after(j):
            return self._mention(i, j, unknown("person"), "name", "speaking", "")
        return None

    def _title_before(self, i: int) -> bool:
        """Whether a title stands before, abbreviated ones with their point ("Dr. Muster")."""
        i -= 2 if i > 1 and self.tokens[i - 1].text == "." else 1
        return i >= 0 and self.tokens[i].has("title") and not self._heads(self.tokens[i])

    def _titled_after(self, j: int) -> bool:
        """Whether ", president of X" follows."""
        if j >= len(self.tokens) or self.tokens[j].text not in ",(":
            return False
        return any(t.has("title") for t in self.tokens[j + 1 : j + 4])
