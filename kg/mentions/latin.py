"""Names and descriptions in languages that put spaces between words.

A run of capitalised words (with "of", "für", "und" between them where a head word asks for it) is a name; the head
word gives its class ("-amt", "Ministry", "GmbH"). A common head word with what stands before it is a description.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from kg.mentions.classes import company_classes, mode, unknown
from kg.mentions.language import Language
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention, Sentence, Token

_ACRONYM = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜ0-9&-]*[A-ZÄÖÜ][A-Za-zÄÖÜ0-9-]{0,3}$")
_ROMAN = re.compile(r"[IVXL]+$")
_NAME_KINDS = ("head", "name", "place")
_CLOSING = {"„": "“”\"", "“": "”“", "«": "»", "»": "«", '"': '"', "‚": "‘", "‘": "’"}
_LONGEST_QUOTED_NAME = 9
_TELLING = 10
"""Letters by which a quoted word is known again, whatever its ending."""


def mentions(sentence: Sentence, lang: Language, text: str, quotes: Mapping[str, str] = MappingProxyType({})) -> Iterator[Mention]:
    """All mentions of one sentence in text order; nested ones follow the one around them, marked `inner`.

    `quotes`: folded quotations that name something elsewhere in the text -> its class.
    """
    finder = _Finder(sentence, lang, text)
    finder.known_quotes = quotes
    yield from finder.run()


def fold_quote(quotation: str) -> str:
    """A quotation without inflection, for comparison."""
    return " ".join(word[:_TELLING] for word in re.findall(r"[^\W_]+", quotation.lower()))


def repeated_quotes(sentences: Iterable[Sentence], lang: Language, text: str) -> dict[str, str]:
    """Quotations that name something: those a head word stands with, and terms quoted twice."""
    named: dict[str, str] = {}
    count: Counter[str] = Counter()
    for sentence in sentences:
        finder = _Finder(sentence, lang, text)
        for opened, (first, after) in finder.quoted.items():
            key = fold_quote(text[finder.tokens[first].start : finder.tokens[after - 1].end])
            mention = finder._quoted_name(opened)
            if mention is not None and mention.end == finder.tokens[after - 1].end:
                named[key] = mention.cls
            elif any(finder._heads(t) for t in finder.tokens[first:after]) and after - first > 1:
                count[key] += 1
    return {**{key: unknown("quoted") for key, n in count.items() if n > 1}, **named}


class _Finder:
    """The state of one pass over a sentence."""

    def __init__(self, sentence: Sentence, lang: Language, text: str) -> None:
        self.tokens, self.lang, self.text = sentence.tokens, lang, text
        self.sentence = sentence
        self.known_quotes: Mapping[str, str] = {}
        self.joiners = frozenset(lang.lexicon.settings.get("name_joiners", ()))
        self.endings = tuple(lang.lexicon.settings.get("adjective_endings", ()))
        self.taken = [False] * len(self.tokens)
        for q in sentence.quantities:
            for i, token in enumerate(self.tokens):
                if token.start < q.end and token.end > q.start:
                    self.taken[i] = True
        self.phrases = {(i, j): s for i, j, s in sentence.spans if j - i > 1 and s.kind in _NAME_KINDS}
        self.title_case = self._is_title_case()
        self.quoted = dict(self._quotes())
        self.speech = any(t.has("speech") for t in self.tokens)

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
        words = [t for t in self.tokens if t.kind == "word" and len(t.text) > 3]
        return not self.lang.noun_capitals and len(words) > 3 and sum(t.cap for t in words) / len(words) > 0.7

    # -- words ------------------------------------------------------------------------------------------------------

    def _functional(self, token: Token) -> bool:
        return any(s.kind in ("function", "determiner", "preposition", "speaker", "alias") and s.whole for s in token.senses)

    def _nominal(self, i: int) -> bool:
        """A capitalised word that may stand in a name."""
        token = self.tokens[i]
        if token.kind != "word" or not token.cap or self.taken[i]:
            return False
        if token.has("no_name") or self._functional(token) and not (token.text.isupper() and len(token.text) > 1):
            return False
        return not (i == 0 and self._plain_opening(token))

    def _plain_opening(self, token: Token) -> bool:
        """Whether the first word of a sentence is capitalised only because it is the first."""
        if self.lang.noun_capitals:
            return token.low.endswith(self.endings) and not token.senses and len(token.text) > 3 and self._next_is_noun(0)
        if any(s.kind in _NAME_KINDS for s in token.senses) or _ACRONYM.match(token.text):
            return False
        following = self.tokens[1] if len(self.tokens) > 1 else None
        return following is None or not (following.cap or following.low == "'s")

    def _next_is_noun(self, i: int) -> bool:
        return i + 1 < len(self.tokens) and self.tokens[i + 1].cap and self.tokens[i + 1].kind == "word"

    def _adjective(self, i: int) -> bool:
        token = self.tokens[i]
        if token.kind != "word" or token.cap or self.taken[i] or self._functional(token):
            return False
        if self.lang.noun_capitals:
            return len(token.low) > 3 and token.low.endswith(self.endings)
        return not token.has("frame") and not token.has("status") and not token.low.endswith("ly")

    def _heads(self, token: Token) -> list[Sense]:
        return [s for s in token.senses if s.kind == "head"]

    def _run_heads(self, i: int, k: int) -> list[Sense]:
        """Heads of a word inside a run: words that end names ("Birch Run Paper") count after another word."""
        ends = [s for s in self.tokens[k].senses if s.kind == "name_ending"] if k > i else []
        return ends + self._heads(self.tokens[k]) if ends and self.tokens[k].cap else self._heads(self.tokens[k])

    # -- runs -------------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[Mention]:
        """Mentions from left to right."""
        i = 0
        while i < len(self.tokens):
            token = self.tokens[i]
            named = self._quoted_name(i) if i in self.quoted else None
            if named is not None:
                yield named
                i = next(k for k, t in enumerate(self.tokens) if t.end >= named.end) + 1
            elif (role := self._role_end(i)) > i:
                yield self._mention(self._with_adjectives(i), role, unknown("person"), "name", "role", token.text)
                i += 1
            elif self._nominal(i) and not (token.has("numbered") and self._number_next(i)):
                j = self._run_end(i)
                yield from self._read_run(i, j)
                i = j
            elif token.has("numbered") and i + 1 < len(self.tokens) and self.tokens[i + 1].kind == "number":
                yield self._mention(i, i + 2, token.sense("numbered").value, "name", "numbered", token.text)  # type: ignore[union-attr]
                i += 2
            elif self._common_head(i):
                yield from self._described(i)
                i += 1
            else:
                i += 1

    def _number_next(self, i: int) -> bool:
        return i + 1 < len(self.tokens) and self.tokens[i + 1].kind == "number"

    def _role_end(self, i: int) -> int:
        """Index after a role that stands for its unnamed holder ("the deputy manager of X said"), or i."""
        if not self.tokens[i].has("title") or self.tokens[i].has("head") or self.taken[i] or not self.speech:
            return i
        j = i + 1
        while j < len(self.tokens) and self.tokens[j].has("title"):
            j += 1
        before = self.tokens[i - 1] if i else None
        named = j < len(self.tokens) and self._nominal(j)
        article = before is not None and (before.has("determiner") or self._adjective(i - 1))
        apposed = before is not None and before.text in ",("
        return i if named or not article or apposed else j

    def _common_head(self, i: int) -> bool:
        """Whether a word not capitalised as a name is a head word (in German nouns are capitals: only ends of phrases)."""
        token = self.tokens[i]
        if token.kind != "word" or self.taken[i] or self._functional(token) or not self._heads(token):
            return False
        return token.cap or not self.lang.noun_capitals or any(b == i + 1 for _, b in self.phrases)

    def _quoted_name(self, opened: int) -> Mention | None:
        """A quotation that names something: after its head word ("the initiative “X”") or before it ("“X” system")."""
        first, after = self.quoted[opened]
        known = self.known_quotes.get(fold_quote(self.text[self.tokens[first].start : self.tokens[after - 1].end]))
        if known:
            return self._mention(first, after, known, "name", "quoted-name", "")
        if opened and not self.taken[opened - 1]:
            head = next((s for s in self._heads(self.tokens[opened - 1]) if mode(s.value) in ("described", "term")), None)
            if head is not None:
                return self._mention(first, after, head.value, "name", "quoted-name", head.entry)
        k = after + 1
        while k < len(self.tokens) and k < after + 5 and (self.tokens[k].text == "-" or self._adjective(k)):
            k += 1
        if k < len(self.tokens) and (self._nominal(k) or not self.lang.noun_capitals):
            head = next((s for s in self._heads(self.tokens[k]) if mode(s.value) == "described"), None)
            if head is not None:
                return self._mention(opened, k + 1, head.value, "name", "quoted-name", head.entry, head=k)
        return None

    def _run_end(self, i: int) -> int:
        """Index after the last word of the run of name words that begins at i."""
        j = i + 1
        while j < len(self.tokens):
            token = self.tokens[j]
            if self._nominal(j) or token.has("legal") and not self._functional(token):
                j += 1
            elif token.text in ",." and j + 1 < len(self.tokens) and self.tokens[j + 1].has("legal"):
                j += 1
            elif token.low in self.joiners and self._joins(i, j):
                j += 2 if self._nominal(j + 1) else 3
            else:
                break
        while j > i + 1 and self.tokens[j - 1].kind != "word" and not self.tokens[j - 1].has("legal"):
            j -= 1
        return j

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
        heads = any(mode(s.value) == "named" for t in self.tokens[i:j] for s in self._heads(t))
        if self.tokens[j].low in self.lang.lexicon.settings.get("coordinators", ("and", "und")):
            opened = any(t.low in self.joiners for t in self.tokens[i:j])
            if before.has("portfolio") and self.tokens[j + 1].has("portfolio"):
                return True
            return opened and heads and not self._heads(self.tokens[j + 1]) and not self.tokens[j + 1].has("place")
        if self.lang.noun_capitals:
            return bool(heads and self._heads(before) and self.tokens[j].low == "für")
        return heads or not self.title_case and bool(self._heads(before))

    def _read_run(self, i: int, j: int) -> Iterator[Mention]:
        i = self._skip_title(i, j)
        if i >= j:
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
        if heads:
            yield from self._headed(i, j, heads)
            return
        known = self._known(i, j)
        if known is not None:
            yield known
        elif len(tokens) == 1 and not _ACRONYM.match(tokens[0].text):
            yield from self._lone(i)
        elif not self.title_case and not (len(tokens) == 1 and _ROMAN.match(tokens[0].text)):
            yield from self._proper(i, j)

    def _skip_title(self, i: int, j: int) -> int:
        """Titles before a person's name are not part of it."""
        k = i
        while k < j and self.tokens[k].has("title"):
            k += 1
        return k if 0 < j - k <= 3 and k > i and not any(self._heads(t) for t in self.tokens[k:j]) else i

    def _company(self, i: int, end: int) -> Iterator[Mention]:
        # "Zementhersteller Muster GmbH": a common noun before the name is not part of it
        if end - i > 2 and self._heads(self.tokens[i]) and self._after_article(i) and self.lang.noun_capitals:
            i += 1
        form = next(t for t in self.tokens[i:end] if t.has("legal"))
        forms = self.lang.lexicon.settings.get("legal_form_classes", {})
        inner = [s.value for t in self.tokens[i:end] for s in self._heads(t) if s.value in company_classes()]
        cls = forms.get(form.sense("legal").entry) or (inner[-1] if inner else unknown("legal_form"))  # type: ignore[union-attr]
        yield self._mention(i, end, cls, "name", "legal-form", form.text)
        yield from self._inner_places(i, end)

    def _after_article(self, i: int) -> bool:
        return i > 0 and (self.tokens[i - 1].has("determiner") or self._adjective(i - 1))

    def _person(self, i: int, j: int) -> Mention | None:
        titled = i > 0 and self.tokens[i - 1].has("title")
        if titled and 1 <= j - i <= 3 and not any(self._heads(t) or t.has("place") for t in self.tokens[i:j]):
            return self._mention(i, j, unknown("person"), "name", "title", self.tokens[i - 1].text)
        if not 2 <= j - i <= 3 or any(self._heads(t) or t.has("place") or t.has("name_ending") for t in self.tokens[i:j]):
            return None
        if self.tokens[i].has("first_name"):
            return self._mention(i, j, unknown("person"), "name", "first-name", self.tokens[i].text)
        if any(t.has("legal") or t.text.isupper() and len(t.text) > 2 for t in self.tokens[i:j]) or self.title_case:
            return None
        beside = [*self.tokens[max(0, i - 1) : i], *self.tokens[j : j + 1]]
        if any(t.has("speech") for t in beside) or self._titled_after(j):
            return self._mention(i, j, unknown("person"), "name", "speaking", "")
        return None

    def _titled_after(self, j: int) -> bool:
        """Whether ", president of X" follows."""
        if j >= len(self.tokens) or self.tokens[j].text not in ",(":
            return False
        return any(t.has("title") for t in self.tokens[j + 1 : j + 4])

    def _headed(self, i: int, j: int, heads: list[int]) -> Iterator[Mention]:
        head = self._main_head(i, j, heads)
        sense = self._run_heads(i, head)[0]
        left_names = head > i or self.tokens[i].low.find("-") > 0 and not sense.whole
        right_names = j - 1 > head
        if not left_names and not right_names and not (self.tokens[head].cap and not self.lang.noun_capitals):
            yield from self._described(head)
            return
        if self.lang.noun_capitals and self._heads(self.tokens[i]) and head > i and self._after_article(i):
            yield from self._described(i)
        start = self._with_adjectives(i) if mode(sense.value) != "named" else i
        yield self._mention(start, j, sense.value, "name", "head-word", sense.entry, head=head)
        yield from self._inner_places(i, j)

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
            sense = next((s for s in self.tokens[a].senses if s.kind in ("name", "place") and s.whole), None)
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
            if after is not None and after.text in "–—" and self.sentence.start == self.sentence.block.start:
                yield self._mention(i, i + 1, unknown("place"), "name", "dateline", "")
            return
        if (before.has("speech") or after is not None and after.has("speech")) and not self._common_noun(token):
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
        if inside and (ending or not before.has("determiner") and not self._common_noun(token)):
            yield self._mention(i, i + 1, unknown("place"), "name", "place-ending" if ending else "bare-place", before.text)

    def _common_noun(self, token: Token) -> bool:
        if not self.lang.noun_capitals:
            return False
        endings = tuple(self.lang.lexicon.settings.get("common_noun_endings", ()))
        return token.low.endswith(endings) or token.low in self.lang.lexicon.settings.get("bare_nouns", ())

    def _proper(self, i: int, j: int) -> Iterator[Mention]:
        """A run without a head word: places one by one, names like "Wien Energie", else any run that reads as a name."""
        places = [k for k in range(i, j) if self.tokens[k].has("place")]
        inflected = [k for k in places if self.tokens[k].sense("place").entry.lower() != self.tokens[k].low]  # type: ignore[union-attr]
        if places and (len(places) == j - i or self.lang.noun_capitals and inflected):
            for k in places:
                yield self._mention(k, k + 1, self.tokens[k].sense("place").value, "name", "known-place", "")  # type: ignore[union-attr]
            return
        if not places and self.lang.noun_capitals and self._reads_common(i, j):
            return
        if j - i == 1 and self._unit_sign(self.tokens[i].text):
            return
        dateline = i == 0 and j < len(self.tokens) and self.tokens[j].text in "–—" and self.sentence.start == self.sentence.block.start
        cls = unknown("place") if dateline else ""
        rule = "dateline" if dateline else "acronym" if j - i == 1 else "capitals"
        yield self._mention(i, j, cls, "name", rule, self.tokens[i].text)
        yield from self._inner_places(i, j)

    def _unit_sign(self, text: str) -> bool:
        return text.lower() in self.lang.grammar.spellings

    def _reads_common(self, i: int, j: int) -> bool:
        if j - i == 1:
            return False
        if self._after_article(i) or any(t.text.endswith("-") for t in self.tokens[i:j]):
            return True
        return any(self._common_noun(t) for t in self.tokens[i:j])

    # -- descriptions -----------------------------------------------------------------------------------------------

    def _with_adjectives(self, i: int) -> int:
        limit = i - (4 if self.lang.noun_capitals else 3)
        while i > 0 and i > limit and self._adjective(i - 1):
            i -= 1
        return i

    def _described(self, head: int) -> Iterator[Mention]:
        sense = self._heads(self.tokens[head])[0]
        first = next((a for (a, b), s in self.phrases.items() if b == head + 1 and s.kind == "head"), head)
        if first != head:
            sense = self.phrases[(first, head + 1)]
        start = self._with_adjectives(first)
        before = self.tokens[start - 1] if start else None
        determiner = before.sense("determiner") if before is not None else None
        kind = determiner.value if determiner else ""
        style = mode(sense.value)
        modified = start < head or not sense.whole
        how = "term" if style == "term" else "description"
        if style == "named" or (style == "described" and not modified):
            how = "generic" if kind == "quantifier" or not kind else "reference" if kind != "indefinite" else "generic"
        mention = self._mention(start, head + 1, sense.value, how, "head-word", sense.entry, head=head)
        mention.modified = modified
        mention.definite = kind in ("definite", "demonstrative", "possessive")
        mention.anaphoric = kind == "demonstrative"
        yield mention

    # -- making them ------------------------------------------------------------------------------------------------

    def _inner_places(self, i: int, j: int) -> Iterator[Mention]:
        if j - i < 2:
            return
        for k in range(i, j):
            sense = self.tokens[k].sense("place")
            if sense is not None and self.tokens[k].cap:
                inner = self._mention(k, k + 1, sense.value, "name", "inner-place", sense.entry)
                inner.inner = True
                yield inner

    def _mention(
        self, i: int, j: int, cls: str, how: str, rule: str, cue: str, head: int | None = None
    ) -> Mention:
        start, end = self.tokens[i].start, self.tokens[j - 1].end
        mention = Mention(start, end, self.text[start:end], cls, how, rule, cue)  # type: ignore[arg-type]
        mention.head = self.tokens[head if head is not None else j - 1].low
        before = self.tokens[i - 1] if i else None
        mention.definite = before is not None and any(
            s.kind == "determiner" and s.value in ("definite", "demonstrative") for s in before.senses
        )
        mention.modified = j - i > 1
        return mention
