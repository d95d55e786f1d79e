"""Persons in a run of capitalised words: by title, first name, or because they speak; offices, and how far they go."""

from __future__ import annotations

from kg.mentions.beside import Beside
from kg.mentions.classes import mode, unknown
from kg.mentions.model import Mention, Token

_LONGEST_BYLINE = 8
"""Words of a line that says who wrote the text."""


class Persons(Beside):
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
        if k == j > i + 1 and self.lang.noun_capitals:
            return j  # "Ministerin Dr. X": the point ends the run of titles
        return k if 0 < self._full(k, j) <= 3 and k > i and not any(self._heads(t) for t in self.tokens[k:j]) else i

    def _person_at_end(self, i: int, j: int) -> Mention | None:
        """A person behind a title inside the run: "Industry Minister Jane Sample"."""
        if self._in_title(i) or (self.tokens[i].has("title") and not self.lang.noun_capitals):
            k = j
            while k > i and not (self.tokens[k - 1].low in self.joiners or self._of_office(self.tokens[k - 1])):
                k -= 1
            office = k > i and self._of_office(self.tokens[k - 1])
            return (
                self._mention(k, j, unknown("person"), "name", "title", "")
                if office and 2 <= self._full(k, j) <= 3
                else None
            )
        title = next((k for k in range(j - 2, i, -1) if self.tokens[k].has("title")), None)
        if (
            title is None
            or self._full(title, j) > 4
            or any(self._heads(t) or t.has("place") for t in self.tokens[title + 1 : j])
        ):
            return None
        if not self.lang.noun_capitals and self.tokens[j - 1].has("title"):
            return None  # "Director General" names nobody
        return self._mention(title + 1, j, unknown("person"), "name", "title", self.tokens[title].text)

    def _in_title(self, i: int) -> bool:
        """Whether a title's office begins here: "Minister of X", "secretary for Y"."""
        if self.lang.noun_capitals or i < 2:
            return False
        return self.tokens[i - 1].low in self.joiners and self.tokens[i - 2].has("title")

    def _office_behind(self, i: int, j: int) -> bool:
        """Whether titles alone stand behind a name and its comma: "Jane Sample, Deputy Director of X"."""
        if self.lang.noun_capitals or i < 2 or self.tokens[i - 1].text != "," or not self.tokens[i - 2].cap:
            return False
        return all(t.has("title") and not self._heads(t) for t in self.tokens[i:j])

    def _apposed_office(self, k: int) -> bool:
        """Whether an article, at k or before the titles there, tells what a name is: "Jane Sample, a site manager"."""
        while k > 1 and self.tokens[k].has("title"):
            k -= 1
        article = self.tokens[k].sense("determiner")
        return article is not None and article.value == "indefinite" and k > 1 and self.tokens[k - 1].text == ","

    def _office_of(self, i: int, j: int) -> bool:
        """Whether a place's office goes on behind "of": "U.S. Secretary of X"."""
        if self.lang.noun_capitals or j == len(self.tokens) or self.tokens[j].low not in self.joiners or j - i < 2:
            return False
        before = self.tokens[i : j - 1]
        return self.tokens[j - 1].has("title") and all(t.has("place") or t.has("demonym") for t in before)

    def _of_office(self, token: Token) -> bool:
        return bool(self._heads(token)) or token.has("place") or token.has("portfolio") or token.has("title")

    def _person(self, i: int, j: int) -> Mention | None:
        if self.tokens[i].has("title") and not self.lang.noun_capitals:
            return None
        titled = self._title_before(i)
        if (
            titled
            and 1 <= self._full(i, j) <= 3
            and not any(self._unlike_person(t, j - i) for t in self.tokens[i + self._placelike(i, j) : j])
            and not self._common_noun(self.tokens[j - 1])
        ):
            return self._mention(i, j, unknown("person"), "name", "title", self.tokens[i - 1].text)
        first = self._first_name(self.tokens[i])
        if not 2 <= self._full(i, j) <= 3 or any(
            self._unlike_person(t, j - i, first and t is not self.tokens[i])
            or (t.has("name_ending") and not t.has("surname"))
            for t in self.tokens[i:j]
        ):
            return None
        if first and not self._dated(i):
            return self._mention(i, j, unknown("person"), "name", "first-name", self.tokens[i].text)
        if any(t.has("legal") or (t.text.isupper() and len(t.text) > 2) for t in self.tokens[i:j]) or self.title_case:
            return None
        beside = [*self.tokens[max(0, i - 1) : i], *self.tokens[j : j + 1]]
        if any(t.has("speech") and not t.has("preposition") for t in beside) or self._titled_after(j):
            return self._mention(i, j, unknown("person"), "name", "speaking", "")
        return None

    def _placelike(self, i: int, j: int) -> int:
        """How many of two words behind a title spell a place and are a person's ("Dr. Hagen Muster")."""
        first, last = self.tokens[i], self.tokens[j - 1]
        if j - i != 2 or not self.lang.noun_capitals or first.has("head") or last.has("head"):
            return 0
        other = last if first.has("place") else first
        alone = (first.has("place") or last.has("place")) and all(s.kind == "first_name" for s in other.senses)
        return 2 if alone else 0

    def _full(self, i: int, j: int) -> int:
        """How many words stand in i:j, a middle initial and its point not counted."""
        points = sum(t.text == "." for t in self.tokens[i:j])
        return j - i - 2 * points if not self.lang.noun_capitals else j - i

    def _unlike_person(self, token: Token, words: int, behind: bool = False) -> bool:
        """Whether a word (`behind` a first name) belongs to no person's name; some head words are surnames, too."""
        if token.has("title") and self.lang.noun_capitals:
            return True
        if behind and words == 2 and self.lang.noun_capitals and not any(s.whole for s in self._heads(token)):
            return token.has("place")  # "Erika Ofenbauer": what ends like a trade is a surname
        return not (token.has("surname") and words == 2) and (bool(self._heads(token)) or token.has("place"))

    def _byline(self, i: int, j: int) -> bool:
        """Whether a line of its own says who wrote the text ("Von Erika Muster, dpa")."""
        opening = self.lang.lexicon.settings.get("bylines", ())
        if i != 1 or self.tokens[0].low not in opening or len(self.tokens) > _LONGEST_BYLINE or j - i > 3:
            return False
        return j == len(self.tokens) or (self.tokens[j].text in ",/|" and self._first_name(self.tokens[i]))

    def _with_canton(self, i: int, j: int) -> bool:
        """Whether a town stands before what is a legal form elsewhere and here a canton ("in Muster AG")."""
        settings = self.lang.lexicon.settings
        if j - i != 2 or i == 0 or self.tokens[j - 1].text not in settings.get("cantons", ()):
            return False
        return self.tokens[i - 1].low in settings.get("placing", ()) and self._name_sense(i) is None

    def _dated(self, i: int) -> bool:
        """Whether a first name is a month here ("seit August Strom")."""
        common = self.tokens[i].low in self.lang.lexicon.settings.get("bare_nouns", ())
        return common and i > 0 and (self.tokens[i - 1].kind == "number" or self.tokens[i - 1].has("dating"))

    def _first_name(self, token: Token) -> bool:
        """Whether a word is a first name, or two with a hyphen between."""
        if token.has("first_name") or "-" not in token.text:
            return token.has("first_name")
        return all(any(s.kind == "first_name" for s in self.lang.lexicon.senses(p)) for p in token.low.split("-"))

    def _goes_on(self, j: int) -> bool:
        """Whether what stands at j and the word behind it go on with a name: "Krankenhaus St. X", "Park Am X"."""
        if not self.lang.noun_capitals or j + 1 >= len(self.tokens) or not self._nominal(j + 1):
            return False
        token, before = self.tokens[j], self.tokens[j - 1]
        if token.text == ".":
            return before.text in self.lang.lexicon.settings.get("name_abbreviations", ())
        if token.text == "/" and before.end == token.start and token.end == self.tokens[j + 1].start:
            # "IHK Musterau/Mustertal": one body of two places
            own = j > 1 and (self.tokens[j - 2].has("head") or self.tokens[j - 2].has("name"))
            return own and before.has("place") and not self._larger_place(j + 1)
        # inside a sentence only names write their prepositions with a capital
        return token.cap and token.has("preposition") and before.has("head")

    def _office_end(self, i: int, j: int) -> int:
        """Index after the subjects that go on at j in an office's name ("Ministerium für X, Y und Z"), or j."""
        prepositions = self.lang.lexicon.settings.get("name_preposition", ())
        if not self.lang.noun_capitals or self.tokens[j].text != "," or not self.tokens[j - 1].has("portfolio"):
            return j
        called = j > 1 and any(mode(s.value) == "named" for s in self._heads(self.tokens[j - 2]))
        if not called and not any(t.low in prepositions for t in self.tokens[i:j]):
            return j
        end = k = j
        while k < len(self.tokens) and (self.tokens[k].text == "," or self._joining(self.tokens[k])):
            last = self.tokens[k].text != ","
            k += 2 if k + 1 < len(self.tokens) and self._adjective(k + 1) else 1
            while k + 2 < len(self.tokens) and self.tokens[k].text.endswith("-"):
                k, last = k + 2, True  # "Natur- und Verbraucherschutz"
            if k >= len(self.tokens) or not self.tokens[k].has("portfolio"):
                return j
            k += 1
            if last:
                end = k
        return end

    def _titled_after(self, j: int) -> bool:
        """Whether ", president of X" follows."""
        if j >= len(self.tokens) or self.tokens[j].text not in ",(":
            return False
        behind = self.tokens[j + 1 : j + 5]
        return any(t.has("title") or t.has("post") for t in behind) or (
            behind[:1] != [] and behind[0].low in self.lang.lexicon.settings.get("personal_relatives", ())
        )

    def _middle_initial(self, j: int) -> bool:
        """Whether the point at j ends the initial between a first name and a name ("Jane M. Sample")."""
        letter = self.tokens[j - 1].text
        if (
            self.tokens[j].text != "."
            or j + 1 == len(self.tokens)
            or len(letter) != 1
            or not letter.isupper()
            or not self._nominal(j + 1)
        ):
            return False
        return self._first_name(self.tokens[j - 2])

    def _initial(self, i: int) -> bool:
        """Whether the initial of a first name stands before a lone name ("V. Sample")."""
        if i < 2 or self.tokens[i - 1].text != "." or self.lang.noun_capitals:
            return False
        letter, point = self.tokens[i - 2], self.tokens[i - 1]
        first = i == 2 or self.tokens[i - 3].text not in ".&"
        return len(letter.text) == 1 and letter.text.isupper() and letter.end == point.start and first
