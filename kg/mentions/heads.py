"""Names by their head word or legal form: which head word of a run says what is named, and what else stands in it."""

from __future__ import annotations

from collections.abc import Iterator

from kg import ontology
from kg.mentions.classes import company_classes, compatible, mode, top, unknown
from kg.mentions.language import reading
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention
from kg.mentions.persons import Persons

_PLAIN = frozenset(("indicator", "substance", "status", "no_name", "epithet"))
"""What the words of a firm's name are not, where no legal form shows it."""
_OWN = frozenset(("name_ending", "first_name", "surname", "place", "demonym", "place_part"))
"""Kinds of words that names may own."""


def _within(cls: str) -> bool:
    """Whether firms are called by a kind of thing."""
    return any(above in reading()["beside"]["company_names"] for above in ontology.load().ancestors(cls))


class Headed(Persons):
    """Reads the runs of one sentence that a word of their own classifies."""

    def _skip_epithet(self, i: int, j: int) -> int:
        """Index after words that say what kind of firm the name behind them is ("Reifenhersteller Muster")."""
        k = i
        name = self._name_sense(j - 1) if j - i == 2 and self.lang.noun_capitals else None
        known = self.phrases.get((i, j))
        if known is not None and known.kind == "name":
            return i  # "Förderprogramm Muster" is known by that name
        if name is not None and self._heads(self.tokens[i]) and not compatible(name.value, unknown("place")):
            return j - 1  # "Landesbank Oberschwaben" is one name
        while k < j - 1 and (self.tokens[k].has("epithet") or self._leads_to_epithet(k, j)):
            k += 1
        rest = self.tokens[k:j]
        if k == i or any(t.has("legal") for t in rest):
            return k
        plain = any(s.kind in _PLAIN or (s.kind == "head" and len(rest) == 1) for t in rest for s in t.senses)
        return i if plain or any(self._common_noun(t) for t in rest) else k

    def _leads_to_epithet(self, k: int, j: int) -> bool:
        """Whether a word before a name only goes with the trade behind it ("Linzer Stahl- und Maschinenkonzern X")."""
        if not self.lang.noun_capitals or k + 2 >= j or self._name_sense(k) is not None:
            return False
        token, ahead = self.tokens[k], self.tokens[k + 1]
        if token.has("place") and token.low.endswith("er"):
            return ahead.has("epithet") or ahead.text.endswith("-")
        if token.text.endswith("-"):
            return self._joining(ahead) and self.tokens[k + 2].has("epithet")
        return self._joining(token) and self.tokens[k - 1].text.endswith("-") and ahead.has("epithet")

    def _with_epithet(self, i: int, k: int, j: int) -> Iterator[Mention]:
        if any(t.has("legal") for t in self.tokens[k:j]) or (k == j - 1 and self._name_sense(k)):
            yield from self._read_run(k, j)
            return
        cls = next((s.value for s in self._heads(self.tokens[k - 1])), unknown("name"))
        yield self._mention(k, j, cls, "name", "epithet", self.tokens[k - 1].text)

    def _unknown(self, i: int, j: int) -> bool:
        """Whether no word of a run says what it names."""
        return not any(
            s.kind in ("head", "name", "place", "legal", "calendar") for t in self.tokens[i:j] for s in t.senses
        )

    def _placing(self, j: int) -> bool:
        """Whether "in" says where a named thing is ("Sample Mill in Sample County") and is no part of its name."""
        word = self.tokens[j].low
        if self.lang.noun_capitals or self.heads_first or word not in self.lang.lexicon.settings.get("placing", ()):
            return False
        behind = self.tokens[j + 1]
        return not behind.has("portfolio") and not self._heads(behind)

    def employer(self, i: int) -> str:
        """The class of a name behind "director at", or "": nothing else says what it is, and it is no place."""
        if (
            self.lang.noun_capitals
            or i < 2
            or self.tokens[i - 1].low not in self.lang.lexicon.settings.get("posted", ())
        ):
            return ""
        office = self.tokens[i - 2]
        return unknown("name") if office.has("title") or office.has("post") else ""

    def headline_end(self, i: int, j: int) -> int:
        """Where a known name ends that a headline writes a verb behind ("BASF Opens Sample Plant"), or j."""
        for k in range(i + 1, j):
            token, phrase = self.tokens[k], self.phrases.get((i, k))
            known = self._name_sense(i) is not None if k == i + 1 else phrase is not None and phrase.kind == "name"
            verb = token.has("frame") or any(s.kind == "function" and s.value == "verb" for s in token.senses)
            if known and verb and not self._heads(token) and (i, j) not in self.phrases:
                return k
        return j

    def _begins_known(self, k: int) -> bool:
        """Whether a name that the lexicon knows begins here, and is no word of its own besides."""
        if self.lang.noun_capitals:
            return False
        phrase = any(a == k and s.kind == "name" for (a, _), s in self.phrases.items())
        return phrase or (self._name_sense(k) is not None and not self._heads(self.tokens[k]))

    def _legal_ahead(self, j: int) -> bool:
        """Whether the capitalised words after the joining word at j end in a legal form: all of it is one name."""
        k = j + 1
        while k < len(self.tokens) and (self._nominal(k) or self.tokens[k].low in self.joiners):
            if self.tokens[k].has("legal"):
                return True
            k += 1
        return False

    def _place_before_noun(self, i: int, j: int) -> bool:
        """Whether a run is a place and a noun beside it ("fertigt in Musterstadt-Süd Batteriezellen")."""
        if not self.lang.noun_capitals or j - i < 2 or i == 0 or self.tokens[i - 1].low not in self._staying():
            return False
        first, rest = self.tokens[i], self.tokens[i + 1 : j]
        placed = any(s.whole for s in first.senses if s.kind == "place") or first.has("place_side")
        common = any(mode(s.value) in ("term", "described") for s in self._heads(rest[0]))
        return placed and common and not any(t.has("legal") or t.has("place") for t in rest)

    def _staying(self) -> tuple[str, ...]:
        return tuple(self.lang.lexicon.settings.get("staying", ()))

    def _company(self, i: int, end: int) -> Iterator[Mention]:
        # "Zementhersteller Muster GmbH": a common noun before the name is not part of it
        trade = any(top(s.value) == unknown("legal_form") for s in self._heads(self.tokens[i]))
        if self.lang.noun_capitals and self._after_article(i):
            if end - i > 2 and trade:
                i += 1
            elif end - i > 3 and self._traded(i):
                i += 2
        while self.tokens[i].low in self.joiners:
            i += 1
        form = next(t for t in self.tokens[i:end] if t.has("legal"))
        forms = self.lang.lexicon.settings.get("legal_form_classes", {})
        said = ([s.value for s in self._heads(t) if s.value in company_classes()] for t in self.tokens[i:end])
        inner = [values[0] for values in said if values]
        usual = self._known_firm(i, end) or (inner[-1] if inner else unknown("legal_form"))
        cls = forms.get(form.sense("legal").entry) or usual  # type: ignore[union-attr]
        yield self._mention(i, end, cls, "name", "legal-form", form.text)
        yield from self._inner_places(i, end)
        yield from self._seat_in_name(i, end)

    def _traded(self, i: int) -> bool:
        """Whether a town and a trade stand before a firm's name ("die Kölner Baugesellschaft Muster AG")."""
        first, trade = self.tokens[i : i + 2]
        owns = first.has("place") and first.low.endswith("er")
        return owns and any(top(s.value) == unknown("legal_form") for s in self._heads(trade))

    def _inner_places(self, i: int, j: int) -> Iterator[Mention]:
        if j - i < 2:
            return
        for k in range(i + 1, j - 1):
            # "Sample County" in the name of its council
            if self.tokens[k].has("place_end") and self.tokens[k - 1].cap and not self.tokens[k - 1].has("head"):
                first = k - 2 if k - 2 >= i and self.tokens[k - 2].cap else k - 1
                named = self._mention(first, k + 1, unknown("place"), "name", "inner-place", "")
                named.inner = True
                yield named
        if self.tokens[i + 1].has("place_level") and j - i > 2 and not any(s.whole for s in self.tokens[i].senses):
            # "Sampleton Municipal Bureau": where the body is
            named = self._mention(i, i + 1, unknown("place"), "name", "inner-place", "")
            named.inner = True
            yield named
        for k in range(i, j):
            sense = self.tokens[k].sense("place")
            if sense is not None and self.tokens[k].cap:
                inner = self._mention(k, k + 1, sense.value, "name", "inner-place", sense.entry)
                inner.inner = True
                yield inner

    def _known_firm(self, i: int, end: int) -> str:
        """The class of a known firm whose name stands before its legal form ("Société Générale S.A."), or ""."""
        first = next((k for k in range(i + 1, end) if self.tokens[k].has("legal")), end)
        phrase, alone = self.phrases.get((i, first)), self._name_sense(i) if first == i + 1 else None
        cls = phrase.value if phrase is not None and phrase.kind == "name" else alone.value if alone else ""
        return cls if cls in company_classes() else ""

    def _seat_in_name(self, i: int, end: int) -> Iterator[Mention]:
        """The place in "Papierfabrik Musterau GmbH, Musterau": what is said again behind the comma is the seat."""
        if not self.lang.noun_capitals or end + 1 >= len(self.tokens) or self.tokens[end].text != ",":
            return
        seat = next((k for k in range(i + 1, end) if self.tokens[k].text == self.tokens[end + 1].text), None)
        if seat is not None and all(s.kind in (*_OWN, "place_ending") for s in self.tokens[seat].senses):
            inner = self._mention(seat, seat + 1, unknown("place"), "name", "inner-site", "")
            inner.inner = True
            yield inner

    def _headed(self, i: int, j: int, heads: list[int]) -> Iterator[Mention]:
        head = self._main_head(i, j, heads)
        sense = self._run_heads(i, head)[0]
        if self._named_after_technology(i, j, head, sense):
            yield self._mention(i, j, unknown("name"), "name", "name-ending", sense.entry, head=head)
            yield from self._inner_places(i, j)
            return
        left_names = head > i or (self.tokens[i].low.find("-") > 0 and not sense.whole)
        right_names = j - 1 > head
        if not left_names and not right_names and not (self.tokens[head].cap and not self.lang.noun_capitals):
            yield from self._described(head)
            return
        whole = any(a <= i and b > head and s.kind == "head" for (a, b), s in self.phrases.items())
        two = self.lang.noun_capitals and self._heads(self.tokens[i]) and head > i and self._after_article(i)
        if two and not whole:
            yield from self._described(i)
            if (
                head == i + 1 == j - 1
                and mode(self._heads(self.tokens[i])[0].value) == "named"
                and mode(sense.value) != "named"
            ):
                yield from self._described(head)
                return
        start = self._with_adjectives(i) if mode(sense.value) != "named" else i
        before = self.tokens[i - 1].sense("determiner") if i else None
        if self.lang.noun_capitals and before is not None and before.value == "other":
            return
        cls = unknown("name") if self._firm_first(i, j, head) or self._firm_of_trade(i, j, head) else sense.value
        if head + 1 < j and self.tokens[head + 1].low in self.lang.lexicon.settings.get("name_preposition", ()):
            cls = self.lang.lexicon.settings.get("joined_classes", {}).get(top(cls), cls)
        rule = "head-word"
        if sense.kind == "name_ending":
            # "Port Infrastructure": where every word is one of the language, hardly a firm's name
            own = any(not any(s.kind not in _OWN for s in t.senses) for t in self.tokens[i:head])
            rule = "name-ending" if own else "common-ending"
        yield self._mention(start, j, cls, "name", rule, sense.entry, head=head)
        yield from self._inner_places(i, j)
        two = head == j - 3 and self.tokens[j - 2].has("place_part")
        if (two or head == j - 2) and self.tokens[head].has("site") and cls == sense.value:
            yield from self._site(head + 1, j)

    def _firm_of_trade(self, i: int, j: int, head: int) -> bool:
        """Whether a technology stands beside a name that the language does not know: "Muster Gebäudetechnik"."""
        if (
            not self.lang.noun_capitals
            or j - i != 2
            or (i, j) in self.phrases
            or not _within(self._heads(self.tokens[head])[0].value)
        ):
            return False
        other = self.tokens[i if head > i else j - 1]
        own = not other.text.isupper() and other.kind == "word" and not self._common_noun(other)
        return own and all(s.kind in _OWN for s in other.senses) and "-" not in other.text and not other.has("place")

    def _firm_first(self, i: int, j: int, head: int) -> bool:
        """Whether a word for a works stands before the name of its firm ("Glashütte Muster")."""
        return head == i < j - 1 and self.tokens[i].has("firm_first") and self.tokens[i + 1].kind == "word"

    def _site(self, k: int, j: int) -> Iterator[Mention]:
        """The place by which a plant is called ("Werk Musterstadt", "Standort Bad Muster")."""
        token = self.tokens[j - 1]
        if not any(s.whole for s in token.senses) and not self._common_noun(token) and not token.text.isupper():
            inner = self._mention(k, j, unknown("place"), "name", "inner-site", "")
            inner.inner = True
            yield inner

    def _named_after_technology(self, i: int, j: int, head: int, sense: Sense) -> bool:
        """Whether a firm is called by what it deals in ("Sample Energy Storage"): a name stands before the term."""
        if self.lang.noun_capitals or self.title_case or head != j - 1 or not self.tokens[head].cap:
            return False
        if any(a <= i and b == j and s.kind == "head" for (a, b), s in self.phrases.items()):
            return False  # "Mechanical Vapour Recompression" is the term itself
        return _within(sense.value) and not any(s.kind != "first_name" for s in self.tokens[i].senses) and head > i

    def _may_head(self, i: int, j: int, k: int) -> bool:
        """Whether a head word stands where one may: in English last, before "of X" or a place, or as "Bank X"."""
        if self.lang.noun_capitals or self.heads_first or k == j - 1 or self.tokens[k + 1].low in self.joiners:
            return True
        if k == i and j - i == 2:
            return self._run_heads(i, k)[0].value in reading()["beside"]["first_heads"]
        rest = self.tokens[k + 1 : j]
        return all(t.has("place") or (t.text.isupper() and len(t.text) < 6) or t.kind != "word" for t in rest)

    def _leads(self, i: int, last: int) -> bool:
        """Whether a body's head word goes on with a name that only ends like another ("Agentur Grünwerk")."""
        first, other = self._heads(self.tokens[i])[0], self._heads(self.tokens[last])
        if mode(first.value) != "named" or compatible(first.value, unknown("place")) or not other or last == i:
            return False
        if not all(t.cap for t in self.tokens[i:last]):
            return False  # "Unternehmen mit grünen Lieferketten"
        bare = self.tokens[last].low == other[0].entry.strip("~=").lower()
        return not any(s.whole for s in other) or (first.whole and bare and mode(other[0].value) == "term")

    def _main_head(self, i: int, j: int, heads: list[int]) -> int:
        """The head of "Ministry of X" stands before the joining word; else the last head word is it."""
        if self.lang.noun_capitals and heads[0] == i and mode(self._heads(self.tokens[i])[0].value) == "described":
            return i  # "Projekt Wärmewende"
        if self.lang.noun_capitals and heads[0] == i and self._leads(i, heads[-1]):
            return i
        coordinators = self.lang.lexicon.settings.get("coordinators", ())
        joiners = [k for k in range(i + 1, j) if self.tokens[k].low in self.joiners]
        joiner = next((k for k in joiners if self.tokens[k].low not in coordinators), None)
        if joiner is not None and not self.tokens[joiner - 1].text.endswith("-"):
            before = [h for h in heads if h < joiner]
            if before:
                return before[-1]
        return heads[-1]
