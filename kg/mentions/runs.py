"""Runs of capitalised words: where a name ends, and what it names.

A run may hold joining words ("Ministry of X") where a head word asks for them; a legal form, a title, a head word, the
gazetteer or the words around it give its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.mentions.classes import company_classes, mode, top, unknown
from kg.mentions.model import Mention, Token
from kg.mentions.persons import Persons
from kg.mentions.words import ACRONYM

_LONGEST_OFFICE = 9
"""Words of the longest name of an office."""
_ROMAN = re.compile(r"[IVXL]+$")
_PLAIN = frozenset(("indicator", "substance", "status", "no_name", "epithet"))
"""What the words of a firm's name are not, where no legal form shows it."""


class Runs(Persons):
    """Reads the runs of one sentence."""

    def _run_end(self, i: int) -> int:
        """Index after the last word of the run of name words that begins at i."""
        j = i + 1
        while j < len(self.tokens):
            token = self.tokens[j]
            if (
                self._nominal(j)
                or (token.has("legal") and not self._functional(token))
                or (token.text in ",." and j + 1 < len(self.tokens) and self.tokens[j + 1].has("legal"))
            ):
                j += 1
            elif token.low in self.joiners and self._joins(i, j):
                j += 2 if self._nominal(j + 1) else 3
            else:
                break
        j = max([j, *(b for (a, b), s in self.phrases.items() if a == i and s.kind in ("head", "name"))])
        while j > i + 1 and self.tokens[j - 1].kind != "word" and not self.tokens[j - 1].has("legal"):
            j -= 1
        return self._official_end(i, j) if self.heads_first else j

    def _official_end(self, i: int, j: int) -> int:
        """Where heads stand first, only the first word of an office's name has a capital ("Agence de l'énergie")."""
        heads = [s for s in self._heads(self.tokens[i]) if mode(s.value) == "named"]
        own = [t for t in self.tokens[i + 1 : j] if t.low not in self.joiners and not t.has("portfolio")]
        if not heads or own:
            return j
        end, joined = j, j > i + 1
        while end < len(self.tokens) and end < i + _LONGEST_OFFICE:
            word = self.tokens[end].low
            if word in self.joiners and word not in self.lang.lexicon.settings.get("coordinators", ()):
                joined = True
            elif not self._adjective(end):
                break
            end += 1
        while end > j and self.tokens[end - 1].low in self.joiners:
            end -= 1
        return end if joined else j

    def _joins(self, i: int, j: int) -> bool:
        """Whether the joining word at j holds a name together: "Ministry of X", "Ökologie- und Umweltamt"."""
        if j + 1 >= len(self.tokens):
            return False
        before = self.tokens[j - 1]
        if before.text.endswith("-") and self._nominal(j + 1):
            return True
        if self.tokens[j].low == "&":
            return self._nominal(j + 1)
        follows = self._nominal(j + 1) or (
            self.tokens[j + 1].low in self.joiners and j + 2 < len(self.tokens) and self._nominal(j + 2)
        )
        if not follows:
            return False
        if self.heads_first and self._legal_ahead(j):
            return True
        heads = any(mode(s.value) == "named" for t in self.tokens[i:j] for s in self._heads(t))
        if self.tokens[j].low in self.lang.lexicon.settings.get("coordinators", ()):
            opened = any(t.low in self.joiners for t in self.tokens[i:j])
            if before.has("portfolio") and self.tokens[j + 1].has("portfolio"):
                return True
            return opened and heads and not self._heads(self.tokens[j + 1]) and not self.tokens[j + 1].has("place")
        if self.lang.noun_capitals:
            if before.has("genitive_name") and self.tokens[j].low in self.lang.lexicon.settings.get("genitives", ()):
                return True
            return bool(
                heads
                and self._heads(before)
                and self.tokens[j].low in self.lang.lexicon.settings.get("name_preposition", ())
            )
        return heads or (not self.title_case and bool(self._heads(before)))

    def _legal_ahead(self, j: int) -> bool:
        """Whether the capitalised words after the joining word at j end in a legal form: all of it is one name."""
        k = j + 1
        while k < len(self.tokens) and (self._nominal(k) or self.tokens[k].low in self.joiners):
            if self.tokens[k].has("legal"):
                return True
            k += 1
        return False

    def _read_run(self, i: int, j: int) -> Iterator[Mention]:
        if i == 0 and self._dateline(j):
            sense = next((t.sense("place") for t in self.tokens[:j] if t.has("place")), None)
            yield self._mention(i, j, sense.value if sense else unknown("place"), "name", "dateline", "")
            return
        i = self._skip_title(i, j)
        if i >= j:
            return
        k = next((k for k in range(i + 1, j - 1) if self._titled(k, j)), i)
        if k > i:
            yield from self._read_run(i, k)
            yield from self._read_run(k, j)
            return
        k = self._skip_epithet(i, j)
        if k > i:
            yield from self._with_epithet(i, k, j)
            return
        tokens = self.tokens[i:j]
        legal = next((k for k in range(i, j) if self.tokens[k].has("legal")), None)
        if legal is not None and legal > i:
            end = legal + 1
            while end < j and (self.tokens[end].has("legal") or self.tokens[end].text in ",."):
                end += 1
            yield from self._company(i, end)
            if end < j:
                yield from self._read_run(end, j)
            return
        person = self._person(i, j)
        if person is not None:
            yield person
            return
        heads = [k for k in range(i, j) if self._run_heads(i, k)]
        if heads and not (j - i == 1 and self.lang.noun_capitals and self._name_sense(i)):
            yield from self._headed(i, j, heads)
            return
        known = self._known(i, j)
        if known is not None:
            yield known
        elif len(tokens) == 1 and not ACRONYM.match(tokens[0].text):
            yield from self._lone(i)
        elif not self.title_case and not (len(tokens) == 1 and _ROMAN.match(tokens[0].text)):
            yield from self._proper(i, j)

    def _skip_epithet(self, i: int, j: int) -> int:
        """Index after words that say what kind of firm the name behind them is ("Reifenhersteller Muster")."""
        k = i
        if j - i == 2 and self.lang.noun_capitals and self._heads(self.tokens[i]) and self._name_sense(j - 1):
            return j - 1
        while k < j - 1 and self.tokens[k].has("epithet"):
            k += 1
        rest = self.tokens[k:j]
        if k == i or any(t.has("legal") for t in rest):
            return k
        plain = any(s.kind in _PLAIN or (s.kind == "head" and len(rest) == 1) for t in rest for s in t.senses)
        return i if plain or any(self._common_noun(t) for t in rest) else k

    def _with_epithet(self, i: int, k: int, j: int) -> Iterator[Mention]:
        if any(t.has("legal") for t in self.tokens[k:j]) or (k == j - 1 and self._name_sense(k)):
            yield from self._read_run(k, j)
            return
        cls = next((s.value for s in self._heads(self.tokens[k - 1])), unknown("name"))
        yield self._mention(k, j, cls, "name", "epithet", self.tokens[k - 1].text)

    def _company(self, i: int, end: int) -> Iterator[Mention]:
        # "Zementhersteller Muster GmbH": a common noun before the name is not part of it
        if end - i > 2 and self._heads(self.tokens[i]) and self._after_article(i) and self.lang.noun_capitals:
            i += 1
        while self.tokens[i].low in self.joiners:
            i += 1
        form = next(t for t in self.tokens[i:end] if t.has("legal"))
        forms = self.lang.lexicon.settings.get("legal_form_classes", {})
        inner = [s.value for t in self.tokens[i:end] for s in self._heads(t) if s.value in company_classes()]
        cls = forms.get(form.sense("legal").entry) or (inner[-1] if inner else unknown("legal_form"))  # type: ignore[union-attr]
        yield self._mention(i, end, cls, "name", "legal-form", form.text)
        yield from self._inner_places(i, end)

    def _headed(self, i: int, j: int, heads: list[int]) -> Iterator[Mention]:
        head = self._main_head(i, j, heads)
        sense = self._run_heads(i, head)[0]
        left_names = head > i or (self.tokens[i].low.find("-") > 0 and not sense.whole)
        right_names = j - 1 > head
        if not left_names and not right_names and not (self.tokens[head].cap and not self.lang.noun_capitals):
            yield from self._described(head)
            return
        if self.lang.noun_capitals and self._heads(self.tokens[i]) and head > i and self._after_article(i):
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
        cls = sense.value
        if head + 1 < j and self.tokens[head + 1].low in self.lang.lexicon.settings.get("name_preposition", ()):
            cls = self.lang.lexicon.settings.get("joined_classes", {}).get(top(cls), cls)
        yield self._mention(start, j, cls, "name", "head-word", sense.entry, head=head)
        yield from self._inner_places(i, j)
        if head == j - 2 and self.tokens[head].has("site"):
            yield from self._site(j - 1)

    def _site(self, k: int) -> Iterator[Mention]:
        """The place by which a plant is called ("Werk Musterstadt")."""
        token = self.tokens[k]
        if not any(s.whole for s in token.senses) and not self._common_noun(token) and not token.text.isupper():
            inner = self._mention(k, k + 1, unknown("place"), "name", "inner-site", "")
            inner.inner = True
            yield inner

    def _main_head(self, i: int, j: int, heads: list[int]) -> int:
        """The head of "Ministry of X" stands before the joining word; else the last head word is it."""
        coordinators = self.lang.lexicon.settings.get("coordinators", ())
        joiners = [k for k in range(i + 1, j) if self.tokens[k].low in self.joiners]
        joiner = next((k for k in joiners if self.tokens[k].low not in coordinators), None)
        if joiner is not None and not self.tokens[joiner - 1].text.endswith("-"):
            before = [h for h in heads if h < joiner]
            if before:
                return before[-1]
        return heads[-1]

    def _known(self, i: int, j: int) -> Mention | None:
        for a in range(i, j):
            sense = self._name_sense(a) or self.tokens[a].sense("place")
            sense = sense if sense is not None and sense.whole else None
            if sense is not None and (j - i == 1 or (i, j) in self.phrases or sense.kind == "name"):
                return self._mention(i, j, sense.value, "name", "known-" + sense.kind, sense.entry)
        return None

    def _lone(self, i: int) -> Iterator[Mention]:
        """One unknown capitalised word: a place of a dateline or after "in", a speaker; else left to the aliases."""
        token = self.tokens[i]
        if any(s.whole for s in token.senses) or self._functional(token):
            return
        before = self.tokens[i - 1] if i else None
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if before is None:
            return
        if (before.has("speech") or (after is not None and after.has("speech"))) and not self._common_noun(token):
            if not before.has("determiner") and not self._adjective(i - 1):
                yield self._mention(i, i + 1, unknown("person"), "name", "speaking", "")
            return
        yield from self._lone_place(i, before)

    def _lone_place(self, i: int, before: Token) -> Iterator[Mention]:
        token, opening = self.tokens[i], before
        if before.has("determiner") and i > 1:
            opening = self.tokens[i - 2]
        inside = any(s.value == "in" and s.kind == "preposition" for t in (before, opening) for s in t.senses)
        ending = token.has("place_ending")
        if inside and (ending or (not before.has("determiner") and not self._common_noun(token))):
            stays = self.lang.noun_capitals and opening.low not in self.lang.lexicon.settings.get("staying", ())
            rule = "place-ending" if ending else "loose-place" if stays else "bare-place"
            yield self._mention(i, i + 1, unknown("place"), "name", rule, before.text)

    def _proper(self, i: int, j: int) -> Iterator[Mention]:
        """A run without a head word: places one by one, names like "Wien Energie", any run that reads as a name."""
        places = [k for k in range(i, j) if self.tokens[k].has("place")]
        inflected = [k for k in places if self.tokens[k].sense("place").entry.lower() != self.tokens[k].low]  # type: ignore[union-attr]
        if places and (len(places) == j - i or (self.lang.noun_capitals and inflected)):
            for k in places:
                yield self._mention(k, k + 1, self.tokens[k].sense("place").value, "name", "known-place", "")  # type: ignore[union-attr]
            return
        if not places and self.lang.noun_capitals and self._reads_common(i, j):
            return
        if j - i == 1 and self._unit_sign(self.tokens[i].text):
            return
        rule = "acronym" if j - i == 1 else "capitals"
        yield self._mention(i, j, "", "name", rule, self.tokens[i].text)
        yield from self._inner_places(i, j)

    def _reads_common(self, i: int, j: int) -> bool:
        if j - i == 1:
            return False
        if self._after_article(i) or any(t.text.endswith("-") for t in self.tokens[i:j]):
            return True
        return any(self._common_noun(t) for t in self.tokens[i:j])

    def _described(self, head: int) -> Iterator[Mention]:
        """What a head word describes without naming it: the finder's to say."""
        raise NotImplementedError
