"""Runs of capitalised words: where a name ends, and what it names.

A run may hold joining words ("Ministry of X") where a head word asks for them; a legal form, a title, a head word, the
gazetteer or the words around it give its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.mentions.classes import mode, top, unknown
from kg.mentions.heads import Headed
from kg.mentions.model import Mention, Token
from kg.mentions.words import ACRONYM, CAMEL

_LONGEST_OFFICE = 9
"""Words of the longest name of an office."""
_ROMAN = re.compile(r"[IVXL]+$")


class Runs(Headed):
    """Reads the runs of one sentence."""

    def _run_end(self, i: int) -> int:
        """Index after the last word of the run of name words that begins at i."""
        j = i + 1
        while j < len(self.tokens):
            token = self.tokens[j]
            if (
                self._nominal(j)
                or (token.has("legal") and not self._functional(token))
                or (token.text in ",.®™" and j + 1 < len(self.tokens) and self.tokens[j + 1].has("legal"))
            ):
                j += 1
            elif self._goes_on(j) or (j > i + 1 and self._middle_initial(j)):
                j += 2
            elif (after := self._office_end(i, j)) > j:
                j = after
            elif token.low in self.joiners and self._joins(i, j):
                j += 2 if self._nominal(j + 1) else 3
            else:
                break
        j = max([j, *(b for (a, b), s in self.phrases.items() if a == i and s.kind in ("head", "name"))])
        while j > i + 1 and self.tokens[j - 1].kind != "word" and not self.tokens[j - 1].has("legal"):
            j -= 1
        if self.title_case:
            j = self.headline_end(i, j)
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
        if not self.lang.noun_capitals and any(a <= i and j < b for a, b in self.known_ends.items()):
            return self._nominal(j + 1)
        if self.tokens[j].low == "&":
            return self._nominal(j + 1)
        follows = self._nominal(j + 1) or (
            self.tokens[j + 1].low in self.joiners and j + 2 < len(self.tokens) and self._nominal(j + 2)
        )
        if not follows:
            return False
        if self.heads_first and self._legal_ahead(j):
            return True
        if self._placing(j):
            return False
        heads = any(mode(s.value) == "named" for t in self.tokens[i:j] for s in self._heads(t))
        of = self.tokens[j].low in self.lang.lexicon.settings.get("genitives", ())
        if of and before.has("name_ending") and all(top(s.value) == unknown("name") for s in self._heads(before)):
            return self._larger_place(j + 1)
        if self.tokens[j].low in self.lang.lexicon.settings.get("coordinators", ()):
            if self._begins_known(j + 1):
                return False  # "Sample Borough Council and Sample Glass"
            opened = any(t.low in self.joiners for t in self.tokens[i:j])
            office = not self.lang.noun_capitals or (opened and heads)
            both = ("portfolio", "name_ending") if office else ("name_ending",)
            if any(before.has(kind) and self.tokens[j + 1].has(kind) for kind in both):
                return True
            if self.tokens[j + 1].low in self.joiners and self._heads_ahead(j + 2):
                return False  # "the Ministry of X and the Agency for Y"
            return opened and heads and not self._heads(self.tokens[j + 1]) and not self.tokens[j + 1].has("place")
        if self.lang.noun_capitals:
            if before.has("genitive_name") and self.tokens[j].low in self.lang.lexicon.settings.get("genitives", ()):
                return True
            if self.tokens[j].low not in self.lang.lexicon.settings.get("name_preposition", ()):
                return False
            return bool(heads and self._heads(before)) or (
                j == i + 1 and not before.has("title") and self._legal_ahead(j)
            )
        return heads or (not self.title_case and bool(self._heads(before)))

    def _read_run(self, i: int, j: int) -> Iterator[Mention]:
        if i == 0 and self._dateline(j):
            sense = next((t.sense("place") for t in self.tokens[:j] if t.has("place")), None)
            yield self._mention(i, j, sense.value if sense else unknown("place"), "name", "dateline", "")
            return
        if i and self.tokens[j - 1].end <= self.dateline_end and self.tokens[i - 1].text == "," and self._unknown(i, j):
            yield self.placed(i, j, "dateline")
            return
        i = self._skip_title(i, j)
        if i >= j or self._byline(i, j) or self._office_behind(i, j):
            return
        if self._office_of(i, j):
            yield from self._inner_places(i, j)
            return
        if self._place_before_noun(i, j):
            yield self._mention(i, i + 1, self._place_class(i), "name", "known-place", "")
            yield from self._read_run(i + 1, j)
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
        if self._with_canton(i, j):
            yield self.placed(i, j - 1, "placed", self.tokens[j - 1].text)
            return
        tokens, known, phrase = self.tokens[i:j], self._known(i, j), self.phrases.get((i, j))
        if known is not None and phrase is not None and (phrase.kind == "name" or not self.lang.noun_capitals):
            self.listed_place = j if self.tokens[j - 1].has("place") else self.listed_place
            yield known
            return
        legal = next((k for k in range(i, j) if self.tokens[k].has("legal")), None)
        if legal is not None and legal > i:
            end = legal + 1
            while end < j and (self.tokens[end].has("legal") or self.tokens[end].text in ",."):
                end += 1
            yield from self._company(i, end)
            while end < j and self.tokens[end].low in self.joiners:
                end += 1
            if end < j:
                yield from self._read_run(end, j)
            return
        person = self._person_at_end(i, j)
        if person is not None:
            yield person
            return
        if self._in_title(i) and all(t.low in self.joiners or t.has("portfolio") for t in tokens):
            return
        apposed = self.apposed(i)
        person = self._person(i, j) if apposed is None else None
        if person is not None:
            yield person
            return
        heads = [k for k in range(i, j) if self._run_heads(i, k) and self._may_head(i, j, k)]
        if apposed is not None and not any(self._heads(t) for t in tokens) and (known is None or known.cls == ""):
            yield self._mention(i, j, apposed.value, "name", "apposed", apposed.entry)
            yield from self._inner_places(i, j)
        elif heads and not (j - i == 1 and self.lang.noun_capitals and self._name_sense(i)):
            yield from self._headed(i, j, heads)
        elif known is not None:
            self.listed_place = j if self.tokens[j - 1].has("place") else self.listed_place
            yield known
        elif (said := self.apposition(j)) is not None:
            yield self._mention(i, j, said.value, "name", "apposition", said.entry)
            yield from self._inner_places(i, j)
        elif (
            self.place_by_comma(i, j)
            or self.place_by_span(i, j)
            or (self.place_in_list(i) and j - i < 3 and not tokens[0].senses)
        ):
            yield self.placed(i, j, "listed-place")
        elif len(tokens) == 1 and not ACRONYM.match(tokens[0].text):
            yield from self._lone(i)
        elif not self.title_case and not (len(tokens) == 1 and _ROMAN.match(tokens[0].text)):
            yield from self._proper(i, j)

    def _place_class(self, i: int) -> str:
        sense = self.tokens[i].sense("place")
        return sense.value if sense is not None else unknown("place")

    def _known(self, i: int, j: int) -> Mention | None:
        whole = self.phrases.get((i, j))
        if whole is not None and whole.kind == "name":  # "Wien Energie" is no place
            return self._mention(i, j, whole.value, "name", "known-name", whole.entry)
        for a in range(i, j):
            sense = self._name_sense(a) or self.tokens[a].sense("place")
            sense = sense if sense is not None and sense.whole else None
            exact = (i, j) in self.phrases or j - i == 1
            if sense is not None and (exact or (sense.kind == "name" and self.lang.noun_capitals)):
                # "Geschäftsführung Muster", "Energieeffizienz DENEFF": the noun before a known name is not its own
                i = a if a > i and all(self._common_noun(t) or t.has("indicator") for t in self.tokens[i:a]) else i
                return self._mention(i, j, sense.value, "name", "known-" + sense.kind, sense.entry)
        return None

    def _lone(self, i: int) -> Iterator[Mention]:
        """One unknown capitalised word: a place of a dateline or after "in", a speaker; else left to the aliases."""
        token = self.tokens[i]
        label = i + 1 < len(self.tokens) and self.tokens[i + 1].text == ":"
        if label or any(c.isdigit() for c in token.text):
            return
        if any(s.whole for s in token.senses) or self._functional(token):
            plain = not any(token.has(kind) for kind in ("head", "demonym", "calendar"))
            if plain and not self._functional(token) and token.text in self.capitals:
                yield self._mention(i, i + 1, "", "name", "lone", "")
            return
        before = self.tokens[i - 1] if i else None
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if self._initial(i):
            yield self._mention(i - 2, i + 1, unknown("person"), "name", "initial", "")
            return
        if before is None:
            if not self.lang.noun_capitals and self._names_itself(i):
                person = after is not None and after.has("speech") and not CAMEL.match(token.text)
                yield self._mention(
                    i, i + 1, unknown("person") if person else "", "name", "speaking" if person else "lone", ""
                )
            return
        said = before.has("speech") or (after is not None and after.has("speech"))
        if said and not token.has("place_side") and not self._common_noun(token):
            placed = not self.lang.noun_capitals and any(
                s.value == "in" for s in before.senses if s.kind == "preposition"
            )
            if not placed and not before.has("determiner") and not self._adjective(i - 1):
                yield self._mention(i, i + 1, unknown("person"), "name", "speaking", "")
            if not placed:
                return
        place = self._lone_place(i, before) if not self.employer(i) else None
        if place is not None:
            yield place
        elif not self.lang.noun_capitals and not self.title_case:
            yield self._mention(i, i + 1, self.shared_head(i + 1) or self.employer(i), "name", "lone", "")

    def _lone_place(self, i: int, before: Token) -> Mention | None:
        token, opening = self.tokens[i], before
        if before.has("determiner") and i > 1:
            opening = self.tokens[i - 2]
        if token.has("place_side"):
            return self.placed(i, i + 1, "place-ending")
        if i + 1 < len(self.tokens) and self.tokens[i + 1].has("seat"):
            return self.placed(i, i + 1, "placed")
        inside = any(s.value == "in" and s.kind == "preposition" for t in (before, opening) for s in t.senses)
        ending = token.has("place_ending") and not self._common_noun(token)
        if CAMEL.match(token.text):
            return None
        if self.place_after_of(i) or self.place_beside(i):
            return self.placed(i, i + 1, "of-place", before.text)
        if opening.has("vague_place") and not ending:
            return self.placed(i, i + 1, "vague-place", before.text) if opening is before else None
        if inside and (ending or (not before.has("determiner") and not self._common_noun(token))):
            staying = self.lang.lexicon.settings.get("staying", (opening.low,))
            if ending or opening.low in staying:  # "aus Stärke", "auf Nachfrage" are said of anything
                return self.placed(i, i + 1, "place-ending" if ending else "bare-place", before.text)
        return None

    def _proper(self, i: int, j: int) -> Iterator[Mention]:
        """A run without a head word: places one by one, names like "Wien Energie", any run that reads as a name."""
        places = [k for k in range(i, j) if self.tokens[k].has("place")]
        inflected = [k for k in places if self.tokens[k].sense("place").entry.lower() != self.tokens[k].low]  # type: ignore[union-attr]
        if places and (len(places) == j - i or (self.lang.noun_capitals and inflected)):
            for k in places:
                yield self._mention(k, k + 1, self.tokens[k].sense("place").value, "name", "known-place", "")  # type: ignore[union-attr]
            self.listed_place = j
            return
        if not places and self.lang.noun_capitals and self._reads_common(i, j):
            return
        if j - i == 1 and self._unit_sign(self.tokens[i].text):
            return
        if self.place_by_parts(i, j):
            yield self.placed(i, j, "place-part")
            return
        rule, cls = "acronym" if j - i == 1 else "capitals", self.shared_head(j) or self.employer(i)
        yield self._mention(i, j, cls, "name", rule, self.tokens[i].text)
        yield from self._inner_places(i, j)

    def _reads_common(self, i: int, j: int) -> bool:
        if j - i == 1:
            return False
        if any(self._unit_sign(t.text) or t.low in self.lang.grammar.numbers["words"] for t in self.tokens[i:j]):
            return True
        if self._after_article(i) or any(t.text.endswith("-") for t in self.tokens[i:j]):
            return True
        return any(self._common_noun(t) for t in self.tokens[i:j])
