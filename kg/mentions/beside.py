"""What the words around a name say of it: a dateline, the head word before or behind it, a place behind a comma.

Only what no word of the name itself says; a head word, a legal form or the gazetteer goes first (`runs.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import ontology
from kg.mentions.classes import mode, top, unknown
from kg.mentions.language import reading
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention, Sentence, Token
from kg.mentions.words import SENTENCE_OPENING, Words

_LONGEST_PLACE = 3
_LONGEST_LIST = 5
"""Names that may share the head word behind the last of them."""


class Beside(Words):
    """Reads what stands beside a run of capitals."""

    listed_place = -1
    """Index after the last name of a place: another name behind "and" or a comma names a place too."""

    def apposed(self, i: int) -> Sense | None:
        """The common head word right before a name ("the supplier X"): what is named."""
        before = self.tokens[i - 1] if i and not self.lang.noun_capitals else None
        if before is None or before.kind != "word" or before.cap or self._functional(before):
            return None
        return next((s for s in self._heads(before) if mode(s.value) == "named" and s.value != unknown("place")), None)

    def apposition(self, j: int) -> Sense | None:
        """What a description behind a comma says that a name is: "X, the heritage body, ..."."""
        if self.lang.noun_capitals or j + 2 >= len(self.tokens) or self.tokens[j].text != ",":
            return None
        article = self.tokens[j + 1].sense("determiner")
        if article is None or article.value not in ("definite", "indefinite"):
            return None
        found: Sense | None = None
        for token in self.tokens[j + 2 : j + 8]:
            if token.kind != "word" or self._functional(token):
                break
            found = next(iter(self._heads(token)), None)
        return found if found is not None and mode(found.value) == "named" else None

    def place_after_of(self, i: int) -> bool:
        """Whether a lone name behind "of" is a place: "the mayor of X", "Sample Foods, of X"."""
        if (
            self.lang.noun_capitals
            or i < 2
            or self.tokens[i - 1].low not in self.lang.lexicon.settings.get("genitives", ())
        ):
            return False
        before = self.tokens[i - 2]
        return before.has("place_of") or before.text == "," or (before.has("name_ending") and before.cap)

    def place_beside(self, i: int) -> bool:
        """Whether a lone name of a language with capital nouns is a place by its neighbours: "zwischen X und Y",
        "Bürgermeister von X", a known place with a stroke before it."""
        if not self.lang.noun_capitals or i < 2 or self.tokens[i].senses or self._common_noun(self.tokens[i]):
            return False
        before, opening = self.tokens[i - 1], self.tokens[i - 2]
        if before.low in self.lang.lexicon.settings.get("place_prepositions", ()):
            return opening.has("place_of")
        if before.text == "/":
            return opening.has("place")
        spans = self.lang.lexicon.settings.get("place_spans", ())
        if before.low in spans:
            behind = self.tokens[i + 1 : i + 3]
            return len(behind) == 2 and self._joining(behind[0]) and self._nominal(i + 2) and not behind[1].has("head")
        return self._joining(before) and opening.cap and i > 2 and self.tokens[i - 3].low in spans

    def head_behind(self, j: int) -> int:
        """Index of a common head word that goes on with a name ("X initiative", "X assembly plant"), or -1."""
        if self.lang.noun_capitals or self.heads_first:
            return -1
        for first in (j, j + 1):
            if first >= len(self.tokens) or self.tokens[first].cap or self.taken[first]:
                return -1
            longest = max((b for (a, b), s in self.phrases.items() if a == first and s.kind == "head"), default=0)
            if longest and self._heads(self.tokens[longest - 1]):
                return longest - 1
            if self.tokens[first].has("head") and not self._functional(self.tokens[first]):
                return first
            if not self._adjective(first) or self.tokens[first].has("no_modifier"):
                return -1
        return -1

    def shared_head(self, j: int) -> str:
        """The class that a plural head word gives all names of a list before it ("X and Y industrial parks"), or ""."""
        if self.lang.noun_capitals or self.heads_first:
            return ""
        for _ in range(_LONGEST_LIST):
            k = j
            while k < len(self.tokens) and (self.tokens[k].text == "," or self._joining(self.tokens[k])):
                k += 1
            if k == j or k == len(self.tokens) or not self._nominal(k):
                return ""
            j = self._run_end(k)
            head = self.head_behind(j)
            if head > 0:
                sense = self._heads(self.tokens[head])[0]
                return sense.value if self.tokens[head].low.endswith("s") and _within(sense.value, "shared") else ""
        return ""

    def place_by_comma(self, i: int, j: int) -> bool:
        """Whether a known larger place follows behind a comma ("Millfield, Ohio")."""
        if j - i > _LONGEST_PLACE or j + 1 >= len(self.tokens) or self.tokens[j].text != ",":
            return False
        behind = self.tokens[j + 1]
        if not behind.cap or (i and self.tokens[i - 1].text == "," and self.listed_place != i - 1):
            return False
        return self._larger_place(j + 1)

    def place_by_span(self, i: int, j: int) -> bool:
        """Whether two names say how far something reaches ("towns from Sampleton to Millfield")."""
        opening, closing = self.lang.lexicon.settings.get("spanning", ("", ""))
        if not opening or j - i > _LONGEST_PLACE or i < 1:
            return False
        before = self.tokens[i - 1].low
        if before == opening and j + 1 < len(self.tokens):
            return self.tokens[j].low == closing and self._nominal(j + 1)
        return before == closing and self.listed_place == i - 1

    def _larger_place(self, k: int) -> bool:
        """Whether a country or state stands here ("Sample Gas of Ohio"): of a smaller place no firm is called so."""
        sense = self.tokens[k].sense("place") or next(
            (s for (a, _), s in self.phrases.items() if a == k and s.kind == "place"), None
        )
        return sense is not None and sense.value in reading()["beside"]["larger_places"]

    def place_by_parts(self, i: int, j: int) -> bool:
        """Whether a name is a place by a word that places' names begin or end with ("East China", "Port Sample")."""
        if not 2 <= j - i <= _LONGEST_PLACE:
            return False
        modifies = next((s.value for s in self.tokens[i].senses if s.kind == "place_part"), "")
        rest = self.tokens[i + 1 : j]
        if modifies == "side":
            return all(t.has("place") for t in rest)
        return modifies == "first" and j - i == 2 and not rest[0].senses

    def place_in_list(self, i: int) -> bool:
        """Whether the name goes on a list of places ("in A, B and C")."""
        if self.lang.noun_capitals or self.listed_place < 0:
            return False
        k = i - 1
        while k > self.listed_place and (self.tokens[k].text == "," or self._joining(self.tokens[k])):
            k -= 1
        return k == self.listed_place and (self.tokens[k].text == "," or self._joining(self.tokens[k]))

    def _joining(self, token: Token) -> bool:
        return token.low in self.lang.lexicon.settings.get("coordinators", ())

    def placed(self, i: int, j: int, rule: str, cue: str = "") -> Mention:
        """A place named by the words i:j."""
        self.listed_place = j
        return self._mention(i, j, unknown("place"), "name", rule, cue)

    def _one_with_head(self, i: int, j: int, head: int) -> bool:
        """Whether a name and the common head word behind it are one thing's name."""
        tokens, head_token = self.tokens[i:j], self.tokens[head]
        if self.title_case or head_token.has("title") or self._verb_like(head) or self.tokens[j].has("title"):
            return False
        if any(t.has("legal") for t in tokens) or self._title_before(i) or self.apposed(i) is not None:
            return False
        if head + 1 < len(self.tokens) and self._nominal(head + 1):
            return False
        return _within(self._heads(head_token)[0].value, "named_by_head")

    def _named_by_head(self, i: int, j: int, head: int) -> Iterator[Mention]:
        """A name and the head word that says of what: "the InvestEU programme", "the Millfield plant", "a KfW loan"."""
        sense = self._heads(self.tokens[head])[0]
        start = i
        while start < j and self.tokens[start].has("demonym"):
            start += 1
        owner = all(t.has("place") or t.has("demonym") for t in self.tokens[i:j])
        if start == j:
            yield self._mention(i, head + 1, sense.value, "description", "head-word", sense.entry, head=head)
            return
        yield self._mention(i, head + 1, sense.value, "name", "name-and-head", sense.entry, head=head)
        if _within(sense.value, "whole") and not owner:
            return
        inner = list(self._read_run(start, j))
        if j - i == 1 and _within(sense.value, "placed") and all(m.rule == "lone" for m in inner):
            inner = [self._mention(i, j, unknown("place"), "name", "placed", "")]
        for mention in inner:
            mention.inner = True
            yield mention

    def _verb_like(self, k: int) -> bool:
        """Whether a word that is noun and verb stands where a verb does: behind "to", a modal, a pronoun, a name."""
        token, before = self.tokens[k], self.tokens[k - 1] if k else None
        if before is None or not token.has("verb_noun"):
            return False
        if self._takes_object(k):
            return True
        if token.sense("verb_noun").value == "base":  # type: ignore[union-attr]
            return before.low in self.lang.lexicon.settings.get("verb_markers", ())
        if before.low in self.lang.lexicon.settings.get("subject_pronouns", ()):
            return True
        return before.kind == "word" and before.cap and not self._functional(before) and not self._owned(k)

    def _takes_object(self, k: int) -> bool:
        """Whether a noun stands before and an article behind a word that is noun and verb ("it guarantees the")."""
        before, after = self.tokens[k - 1], self.tokens[k + 1] if k + 1 < len(self.tokens) else None
        if self.lang.noun_capitals or after is None or before.kind != "word" or self._functional(before):
            return False
        return any(s.kind == "determiner" and s.value in ("definite", "indefinite", "possessive") for s in after.senses)

    def _modifies(self, i: int) -> bool:
        """Whether a head word only says of what kind the next is ("finance office"): no thing of its own."""
        if self.lang.noun_capitals or self.heads_first or i + 1 >= len(self.tokens):
            return False
        token, behind = self.tokens[i], self.tokens[i + 1]
        if behind.cap or behind.kind != "word" or self._functional(behind) or not self._heads(behind):
            return False
        inner = set(reading()["inner_kinds"])
        if top(self._heads(token)[0].value) in inner or token.low.endswith("s"):
            return False
        return not (behind.has("verb_noun") and self._verb_like(i + 1))

    def _owned(self, k: int) -> bool:
        """Whether the capitalised words before k stand behind "its": a noun follows them ("its Sample works")."""
        while k and self.tokens[k - 1].kind == "word" and self.tokens[k - 1].cap:
            k -= 1
        owner = self.tokens[k - 1].sense("determiner") if k else None
        return owner is not None and owner.value == "possessive"

    def _title_before(self, i: int) -> bool:
        """Whether a title stands before a name, its point or a comma between ("Dr. X", "the firm's chief, X,")."""
        k = i - 2 if i > 1 and self.tokens[i - 1].text in self.title_signs else i - 1
        if k < 0 or not self.tokens[k].has("title") or (self.lang.noun_capitals and self._heads(self.tokens[k])):
            return False
        if self.tokens[k].low in self.joiners:
            return False  # "manager of X": a body's name follows
        return self.tokens[i - 1].text != "," or not self.tokens[k].cap

    def _heads_ahead(self, j: int) -> bool:
        """Whether the capitalised words from j on have a head word of their own for a body."""
        while j < len(self.tokens) and self._nominal(j):
            if any(mode(s.value) == "named" for s in self._heads(self.tokens[j])):
                return True
            j += 1
        return False

    def _run_end(self, i: int) -> int:
        """Where a run of capitals ends: the finder's to say."""
        raise NotImplementedError

    def _described(self, head: int) -> Iterator[Mention]:
        """What a head word describes without naming it: the finder's to say."""
        raise NotImplementedError

    def _read_run(self, i: int, j: int) -> Iterator[Mention]:
        """What a run of capitals names: the finder's to say."""
        raise NotImplementedError


def _within(cls: str, group: str) -> bool:
    """Whether a class is one of a group of `reading.toml`, or below one."""
    return any(above in reading()["beside"][group] for above in ontology.load().ancestors(cls))


def capitalised(sentences: Iterable[Sentence]) -> frozenset[str]:
    """Words that a text writes with a capital where nothing but their being names asks for it."""
    found: set[str] = set()
    small: set[str] = set()
    for sentence in sentences:
        words = [t for t in sentence.tokens if t.kind == "word"]
        titled = sum(t.cap for t in words if len(t.text) > 3) > 0.7 * sum(len(t.text) > 3 for t in words)
        before = '"'
        for token in sentence.tokens:
            if token.kind == "word":
                if not token.cap:
                    small.add(token.low)
                elif before not in SENTENCE_OPENING and not titled:
                    found.add(token.text)
            before = token.text
    return frozenset(word for word in found if word.lower() not in small)
