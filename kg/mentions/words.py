"""The words of a sentence as names see them: nouns, adjectives, heads, and the mentions that are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from kg.mentions.language import Language, reading
from kg.mentions.lexicon import Lexicon, Sense
from kg.mentions.model import Mention, Sentence, Token

NAME_KINDS = ("head", "name", "place")
ACRONYM = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜ0-9&-]*[A-ZÄÖÜ][A-Za-zÄÖÜ0-9-]{0,3}$")
SENTENCE_OPENING = frozenset("„“\"«‚‘'•·–—-:*►▪|")
_DATELINE = re.compile(
    r"(?:\s*,\s*(?:\d|[A-ZÄÖÜ])[^\n–—:;!?]{0,28}?)?\s*(?:[–—]|\s--?\s)"  # TOWN, State – · TOWN, Aug 12 -
    r"|,\s*\d{1,2}\.?\s+[^\W\d]+\.?(?:,?\s+\d{4})?\s*[.:–—-]"  # Town, 27 November.
    r"|\s*\([^)\n]{0,30}\)\s*[–—]"  # TOWN (Agency) –
)
_LONGEST_HEADING = 300
"""Characters of heading before a report: behind them "NAME (Place) –" opens an entry of a list."""
_SHORTEST_REPORT = 80
"""Characters of a paragraph that may begin with a dateline: headings are shorter."""
CAMEL = re.compile(r"[^\W\d_]*[^\W\d_A-Z][A-Z][^\W_]*$")
"""A word with a capital inside ("NordBank")."""
_CLOSING = {"„": '“”"', "“": "”“", "«": "»", "»": "«", '"': '"', "‚": "‘", "‘": "’"}
_LONGEST_QUOTED_NAME = 9
_SMALL = frozenset(("function", "determiner", "preposition", "speaker", "alias"))
_DASHES = frozenset("–—-")
_NO_PLACE = frozenset(("head", "indicator", "legal", "no_name", "title", "status", "first_name", "name"))


class _Spelling(NamedTuple):
    """How a language writes names, from its settings."""

    joiners: frozenset[str]
    endings: tuple[str, ...]
    heads_first: bool
    adverbs: tuple[str, ...]
    opening_joiners: tuple[str, ...]
    place_suffixes: tuple[str, ...]
    verb_endings: tuple[str, ...]
    gerunds: tuple[str, ...]
    standing_places: frozenset[str]


@lru_cache(maxsize=16)
def _spelling(lexicon: Lexicon) -> _Spelling:
    listed = lexicon.settings.get
    return _Spelling(
        joiners=frozenset(listed("name_joiners", ())),
        endings=tuple(listed("adjective_endings", ())),
        heads_first=bool(listed("heads_first")),
        adverbs=tuple(listed("adverb_endings", ("ly",))),
        opening_joiners=tuple(listed("opening_joiners", ())),
        place_suffixes=tuple(listed("place_suffixes", ())),
        verb_endings=tuple(listed("verb_endings", ())),
        gerunds=tuple(listed("gerund_endings", ())),
        standing_places=frozenset(listed("standing_places", ())),
    )


def quoting(sentence: Sentence) -> bool:
    """Whether any sign of the sentence may open a quotation."""
    return any(token.text in _CLOSING for token in sentence.tokens)


class Words:
    """One sentence of a language that puts spaces between words."""

    def __init__(self, sentence: Sentence, lang: Language, text: str) -> None:
        self.tokens, self.lang, self.text = sentence.tokens, lang, text
        self.sentence = sentence
        self.known_quotes: Mapping[str, str] = {}
        self.capitals: frozenset[str] = frozenset()
        spelling = _spelling(lang.lexicon)
        self.joiners, self.endings, self.heads_first = spelling.joiners, spelling.endings, spelling.heads_first
        self.adverbs, self.opening_joiners = spelling.adverbs, spelling.opening_joiners
        self.place_suffixes, self.verb_endings = spelling.place_suffixes, spelling.verb_endings
        self.standing_places, self.gerunds = spelling.standing_places, spelling.gerunds
        self.title_signs = "." if lang.noun_capitals else ".,"
        self.taken = [False] * len(self.tokens)
        self.numbers = {q.end for q in sentence.quantities if not q.unit}
        for q in sentence.quantities:
            for i, token in enumerate(self.tokens):
                if token.start < q.end and token.end > q.start and not (token.kind == "word" and token.end > q.end):
                    self.taken[i] = True
        self.phrases = {(i, j): s for i, j, s in sentence.spans if j - i > 1 and s.kind in NAME_KINDS}
        self.known_ends = dict(sorted(where for where, s in self.phrases.items() if s.kind != "head"))
        """First word of a name of several words that the lexicon knows -> index after its last."""
        self.dateline_end = 0
        """Where the dateline ends that opens the sentence."""
        self.title_case = self._is_title_case()
        self.quoted = dict(self._quotes())

    @cached_property
    def speech(self) -> bool:
        """Whether the sentence tells what somebody said."""
        return any(t.has("speech") for t in self.tokens)

    def _quotes(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """Quoted stretches of a few words: first index inside -> (first, after the last)."""
        opened: int | None = None
        for i, token in enumerate(self.tokens):
            if opened is not None and i > opened + 1 and token.text in _CLOSING.get(self.tokens[opened].text, ""):
                if i - opened <= _LONGEST_QUOTED_NAME:
                    yield opened, (opened + 1, i)
                opened = None
            elif token.text in _CLOSING:
                opened = i

    def _is_title_case(self) -> bool:
        if self.lang.noun_capitals:
            return False
        words = [t for t in self.tokens if t.kind == "word" and len(t.text) > 3]
        return len(words) > 3 and sum(t.cap for t in words) / len(words) > 0.7

    def _functional(self, token: Token) -> bool:
        for sense in token.senses:  # noqa: SIM110 - asked of every word again and again: no generator for it
            if sense.kind in _SMALL and sense.whole:
                return True
        return False

    def _nominal(self, i: int) -> bool:
        """A capitalised word that may stand in a name."""
        token = self.tokens[i]
        if token.kind != "word" or self.taken[i]:
            return False
        if not token.cap:  # some names are written small ("juwi")
            own = (s.entry.lstrip("=") for s in token.senses if s.kind == "name" and s.whole)
            return i in self.known_ends or token.text in own
        if any(a <= i < b for a, b in self.known_ends.items()):
            return True
        if (
            token.low.endswith(self.place_suffixes)
            or token.has("no_name")
            or (
                self._functional(token)
                and not (i and self._noun_of_verb(token))
                and not sum(map(str.isupper, token.text)) > 1
            )
        ):
            return False
        return not (self._opens(i) and self._plain_opening(i))

    def _opens(self, i: int) -> bool:
        """Whether a word is capitalised because a sentence, a quotation or a list item begins with it."""
        late = self.lang.noun_capitals and (i > 1 or 0 in self.quoted)
        return i == 0 or (not late and self.tokens[i - 1].text in SENTENCE_OPENING)

    def _noun_of_verb(self, token: Token) -> bool:
        """Whether a capital makes a verb a noun ("das Bauen")."""
        return self.lang.noun_capitals and all(
            s.kind == "function" and s.value == "verb" for s in token.senses if s.whole and s.kind in _SMALL
        )

    def _plain_opening(self, i: int) -> bool:
        """Whether the first word of a sentence is capitalised only because it is the first."""
        token = self.tokens[i]
        if token.has("opener"):
            return True
        if self.lang.noun_capitals:
            return (
                token.low.endswith(self.endings) and not token.senses and len(token.text) > 3 and self._next_is_noun(i)
            )
        if token.has("name") or token.has("place") or ACRONYM.match(token.text) or self._names_itself(i):
            return False
        following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if following is not None and following.low in self.opening_joiners and token.has("head"):
            return False
        return following is None or not (following.cap or following.low == "'s")

    def _names_itself(self, i: int) -> bool:
        """Whether a word is a name wherever it stands: capitals inside, or written as a name elsewhere in the text."""
        text = self.tokens[i].text
        return text in self.capitals or bool(CAMEL.match(text)) or (i == 0 and self._dateline(1))

    def _dateline(self, j: int) -> bool:
        """Whether what opens a block and ends before j is where the news come from ("Wien (OTS) –")."""
        block = self.sentence.block
        if self.sentence.start != block.start or not 0 < j < min(4, len(self.tokens)):
            return False
        if any(s.kind in _NO_PLACE for t in self.tokens[:j] for s in t.senses):
            return False
        if not self.lang.noun_capitals:
            if block.end - block.start < _SHORTEST_REPORT:
                return False
            found = _DATELINE.match(self.text, self.tokens[j - 1].end, block.end)
            if found is None or (found[0].lstrip()[0] == "(" and block.start > _LONGEST_HEADING):
                return False
            self.dateline_end = found.end()
            return True
        sign = self.tokens[j].text
        if sign in "–—":
            return not (j + 1 < len(self.tokens) and self.tokens[j + 1].text[:1].islower())
        if sign == ".":
            return j == 1 and len(self.tokens) == 2 and self.sentence.end < self.sentence.block.end
        return sign in "(,/" and any(t.text in _DASHES for t in self.tokens[j + 1 : j + 9])

    def _next_is_noun(self, i: int) -> bool:
        return i + 1 < len(self.tokens) and self.tokens[i + 1].cap and self.tokens[i + 1].kind == "word"

    def _adjective(self, i: int) -> bool:
        token = self.tokens[i]
        if token.kind != "word" or token.cap or self.taken[i] or self._functional(token):
            return False
        if self.lang.noun_capitals:
            return len(token.low) > 3 and token.low.endswith(self.endings) and not _denies(token)
        if token.has("frame") or token.has("status") or token.has("no_modifier") or token.low.endswith(self.adverbs):
            return False
        return not token.low.endswith(self.verb_endings) or "-" in token.low or self._participle(i) or self._gerund(i)

    def _participle(self, i: int) -> bool:
        """Whether a word that ends as verbs do stands where only an adjective can: behind an article or a figure."""
        before = self.tokens[i - 1] if i else None
        return before is not None and (before.has("determiner") or before.kind == "number")

    def _gerund(self, i: int) -> bool:
        """Whether a noun and a deed done to it say what a thing is for ("its cement grinding line")."""
        if i < 2 or not self.tokens[i].low.endswith(self.gerunds) or not self.tokens[i - 2].has("determiner"):
            return False
        noun = self.tokens[i - 1]
        return noun.kind == "word" and not noun.cap and not self._functional(noun) and not noun.has("head")

    def _name_sense(self, i: int) -> Sense | None:
        """The known name that a word is: one in capitals must be written so ("ING" is no "Ing.")."""
        text, found = self.tokens[i].text, None
        for sense in self.tokens[i].senses:
            if sense.kind == "name" and sense.whole:
                entry = sense.entry.lstrip("=")
                if entry == text:
                    return sense
                if found is None and (" " in entry or not entry.isupper()):
                    found = sense
        return found

    def _heads(self, token: Token) -> list[Sense]:
        return [s for s in token.senses if s.kind == "head"]

    def _run_heads(self, i: int, k: int) -> list[Sense]:
        """Heads of a word inside a run: words that end names ("Birch Run Paper") count after another word."""
        heads = self._heads(self.tokens[k])
        ends = [s for s in self.tokens[k].senses if s.kind == "name_ending"] if k > i and self.tokens[k].cap else []
        # "County Council" says more than that a name ends with "Council"
        return heads + ends if heads and " " in heads[0].entry else ends + heads

    def _common_noun(self, token: Token) -> bool:
        if not self.lang.noun_capitals:
            return False
        endings = tuple(self.lang.lexicon.settings.get("common_noun_endings", ()))
        return token.low.endswith(endings) or token.low in self.lang.lexicon.settings.get("bare_nouns", ())

    def _unit_sign(self, text: str) -> bool:
        return text.lower() in self.lang.grammar.spellings

    def _after_article(self, i: int) -> bool:
        return i > 0 and (self.tokens[i - 1].has("determiner") or self._adjective(i - 1))

    def _with_adjectives(self, i: int) -> int:
        limit = i - (4 if self.lang.noun_capitals else 3)
        while i > 0 and i > limit and self._adjective(i - 1):
            i -= 1
        return i

    def _mention(self, i: int, j: int, cls: str, how: str, rule: str, cue: str, head: int | None = None) -> Mention:
        start, end = self.tokens[i].start, self.tokens[j - 1].end
        mention = Mention(start, end, self.text[start:end], cls, how, rule, cue)  # type: ignore[arg-type]
        mention.head = self.tokens[head if head is not None else j - 1].low
        before = self.tokens[i - 1] if i else None
        mention.definite = before is not None and any(
            s.kind == "determiner" and s.value in ("definite", "demonstrative") for s in before.senses
        )
        mention.anaphoric = before is not None and any(
            s.kind == "determiner" and s.value == "demonstrative" for s in before.senses
        )
        mention.modified = j - i > 1
        return mention


def _denies(token: Token) -> bool:
    """Whether a word says that something is not there ("keine Förderung" names none)."""
    return any(s.kind == "status" and s.value == reading()["denial"]["status"] for s in token.senses)
