"""Names and descriptions in languages that put spaces between words.

A run of capitalised words (with "of", "für", "und" between them where a head word asks for it) is a name; the head
word gives its class ("-amt", "Ministry", "GmbH"). A common head word with what stands before it is a description.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from kg.mentions.classes import compatible, mode, top, unknown
from kg.mentions.language import Language
from kg.mentions.model import Mention, Sentence, Token
from kg.mentions.runs import Runs
from kg.mentions.words import quoting

_TELLING = 10
"""Letters by which a quoted word is known again, whatever its ending."""


def mentions(
    sentence: Sentence,
    lang: Language,
    text: str,
    quotes: Mapping[str, str] = MappingProxyType({}),
    capitals: frozenset[str] = frozenset(),
) -> Iterator[Mention]:
    """All mentions of one sentence in text order; nested ones follow the one around them, marked `inner`.

    `quotes`: folded quotations that name something elsewhere in the text -> its class; `capitals`: words that the text
    writes as names (`beside.capitalised`).
    """
    finder = _Finder(sentence, lang, text)
    finder.known_quotes, finder.capitals = quotes, capitals
    yield from finder.run()


def fold_quote(quotation: str) -> str:
    """A quotation without inflection, for comparison."""
    return " ".join(word[:_TELLING] for word in re.findall(r"[^\W_]+", quotation.lower()))


def repeated_quotes(sentences: Iterable[Sentence], lang: Language, text: str) -> dict[str, str]:
    """Quotations that name something: those a head word stands with, and terms quoted twice."""
    named: dict[str, str] = {}
    count: Counter[str] = Counter()
    for sentence in filter(quoting, sentences):
        finder = _Finder(sentence, lang, text)
        for opened, (first, after) in finder.quoted.items():
            key = fold_quote(text[finder.tokens[first].start : finder.tokens[after - 1].end])
            mention = finder._quoted_name(opened)
            if mention is not None and mention.end == finder.tokens[after - 1].end:
                named[key] = mention.cls
            elif any(finder._heads(t) for t in finder.tokens[first:after]) and after - first > 1:
                count[key] += 1
    return {**{key: unknown("quoted") for key, n in count.items() if n > 1}, **named}


class _Finder(Runs):
    """One pass over a sentence."""

    def run(self) -> Iterator[Mention]:
        """Mentions from left to right."""
        i = 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if not token.senses and not token.cap and i not in self.quoted and not self.heads_first:
                i += 1  # an ordinary word: most are
                continue
            named = self._quoted_name(i) if i in self.quoted else None
            if self.lang.noun_capitals and "-" in token.text and token.has("title"):
                yield from self._employer(token)
            if named is not None:
                yield named
                i = next(k for k, t in enumerate(self.tokens) if t.end >= named.end) + 1
            elif (role := self._role_end(i)) > i:
                yield self._mention(self._with_adjectives(i), role, unknown("person"), "name", "role", token.text)
                i += 1
            elif token.cap and token.low.endswith(self.place_suffixes):
                yield self._based(i)
                i += 1
            elif (known := self._known_phrase(i)) > i:
                sense = self.phrases[i, known]
                yield self._mention(i, known, sense.value, "name", "known-" + sense.kind, sense.entry)
                self.listed_place = known if sense.kind == "place" else self.listed_place
                i = known
            elif self._nominal(i) and not (token.has("numbered") and self._number_next(i)):
                j = self._run_end(i)
                behind = self.head_behind(j)
                if behind > 0 and self._one_with_head(i, j, behind):
                    yield from self._named_by_head(i, j, behind)
                    i = behind + 1
                    continue
                yield from self._read_run(i, j)
                i = j
            elif token.has("numbered") and i + 1 < len(self.tokens) and self.tokens[i + 1].kind == "number":
                yield self._mention(i, i + 2, token.sense("numbered").value, "name", "numbered", token.text)  # type: ignore[union-attr]
                i += 2
            elif (phrase := self._phrase_from(i)) > i + 1:
                i = phrase - 1
            elif self._common_head(i):
                after = self._named_after(i)
                yield from after or self._described(i)
                last = after[0].end if after else self.tokens[i].end
                i = next((k for k in range(i + 1, len(self.tokens)) if self.tokens[k].start >= last), len(self.tokens))
            else:
                i += 1

    def _phrase_from(self, i: int) -> int:
        """Index after the longest phrase that begins with its head word at i ("parc industriel"), where heads do."""
        if not self.heads_first or self.tokens[i].cap:
            return i
        return max((b for (a, b), s in self.phrases.items() if a == i and s.kind == "head"), default=i)

    def _named_after(self, head: int) -> list[Mention]:
        """A name behind its common head word ("usine de Valmont", "projet Aurore"), where heads stand first."""
        if not self.heads_first:
            return []
        k = head + 1
        while k < len(self.tokens) and k < head + 3 and self._adjective(k):
            k += 1
        first = k
        while k < len(self.tokens) and k < first + 2 and self.tokens[k].low in self.joiners:
            k += 1
        if k >= len(self.tokens) or not self._nominal(k):
            return []
        sense, joined = self._heads(self.tokens[head])[0], k > first
        end = self._run_end(k)
        another = any(self.tokens[n].has("legal") or self.tokens[n].has("name") for n in range(k, end))
        if another and not joined:
            return list(self._read_run(k, end))
        if another or (joined and mode(sense.value) == "term"):
            return []
        start = next((a for (a, b), s in self.phrases.items() if b == head + 1 and s.kind == "head"), head)
        if start != head:
            sense = self.phrases[(start, head + 1)]
        place = compatible(sense.value, unknown("place"))
        if place or (mode(sense.value) == "named" and not joined):
            # "la société Novia", "la ville de Nantes": the head word tells what the name is of, and is no part of it
            start, head = k, end - 1
        name = self._mention(start, end, sense.value, "name", "head-word", sense.entry, head=head)
        inner = [] if place else list(self._inner_places(start, end))
        by_place = self.lang.lexicon.settings.get("named_by_place", ())
        if joined and not inner and any(compatible(sense.value, cls) for cls in by_place):
            inner = [self._mention(k, end, unknown("place"), "name", "inner-place", self.tokens[k - 1].text)]
            inner[0].inner = True
        return [name, *inner]

    def _based(self, i: int) -> Mention:
        """The place in "Sampleton-based"."""
        token = self.tokens[i]
        place = self._mention(i, i + 1, unknown("place"), "name", "based", "")
        place.end = token.start + token.text.rindex("-")
        place.text = self.text[place.start : place.end]
        return place

    def _known_phrase(self, i: int) -> int:
        """Index after a name of several words that the lexicon knows, where no longer name goes on with it; or i."""
        after = self.known_ends.get(i, i)
        if after == i or (self.lang.noun_capitals and all(t.cap or t.kind != "word" for t in self.tokens[i:after])):
            return i  # the run of capitals is read as a whole; a small word would part it ("Frankfurt am Main")
        if self._run_end(i) > after or self.head_behind(after) > 0:
            return i
        return after

    def _employer(self, token: Token) -> Iterator[Mention]:
        """Whose chief or speaker a compound tells of ("Muster-Chefin")."""
        name = token.text.rpartition("-")[0]
        senses = self.lang.lexicon.senses(name.lower())
        known = next((s for s in senses if s.kind == "name" and s.whole), None)
        if len(name) < 3 or not name[0].isupper() or (senses and known is None):
            return
        end = token.start + len(name)
        mention = Mention(token.start, end, name, known.value if known else "", "name", "employer", token.text)
        mention.head = name.lower()
        yield mention

    def _number_next(self, i: int) -> bool:
        return i + 1 < len(self.tokens) and self.tokens[i + 1].kind == "number"

    def _role_end(self, i: int) -> int:
        """Index after a role that stands for its unnamed holder ("the deputy manager of X said"), or i."""
        if not self.tokens[i].has("title") or self.tokens[i].has("head") or self.taken[i] or not self.speech:
            return i
        j = i + 1
        while j < len(self.tokens) and (self.tokens[j].has("title") or self._abbreviates(j)):
            j += 1
        before = self.tokens[i - 1] if i else None
        named = j < len(self.tokens) and self._nominal(j)
        article = before is not None and (before.has("determiner") or self._adjective(i - 1))
        apposed = before is not None and (before.text in ",(" or self._apposed_office(i - 1))
        return i if named or not article or apposed else j

    def _abbreviates(self, i: int) -> bool:
        """Whether this is the point of a title before a name ("chief Dr. X")."""
        return self.tokens[i].text == "." and self.tokens[i - 1].has("title") and i + 1 < len(self.tokens)

    def _common_head(self, i: int) -> bool:
        """Whether a word not capitalised as a name is a head word (of German nouns only ends of phrases)."""
        token = self.tokens[i]
        if token.kind != "word" or self.taken[i] or self._functional(token) or not self._heads(token):
            return False
        if token.has("verb_noun") and self._verb_like(i):
            return False
        if self._modifies(i):
            return False
        return token.cap or not self.lang.noun_capitals or any(b == i + 1 for _, b in self.phrases)

    def _quoted_name(self, opened: int) -> Mention | None:
        """A quotation that names something: after its head word ("the initiative “X”") or before it ("“X” system")."""
        first, after = self.quoted[opened]
        known = self.known_quotes.get(fold_quote(self.text[self.tokens[first].start : self.tokens[after - 1].end]))
        if known:
            return self._mention(first, after, known, "name", "quoted-name", "")
        if opened and not self.taken[opened - 1]:
            head = next(
                (s for s in self._heads(self.tokens[opened - 1]) if mode(s.value) in ("described", "term")), None
            )
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

    def _names_next(self, head: int) -> bool:
        """Whether the name of what is described stands next ("the supplier X"): one mention is enough."""
        return (
            not self.lang.noun_capitals
            and head + 1 < len(self.tokens)
            and not self.tokens[head].cap
            and self._nominal(head + 1)
            and not self._heads(self.tokens[head + 1])
        )

    def _described(self, head: int) -> Iterator[Mention]:
        sense = self._heads(self.tokens[head])[0]
        first = next((a for (a, b), s in self.phrases.items() if b == head + 1 and s.kind == "head"), head)
        if first != head:
            sense = self.phrases[(first, head + 1)]
        start = self._with_adjectives(first)
        before = self.tokens[start - 1] if start else None
        determiner = before.sense("determiner") if before is not None else None
        kind = determiner.value if determiner else ""
        if kind == "other" or (mode(sense.value) == "named" and self._names_next(head)):
            return
        style = mode(sense.value)
        modified = start < head or not sense.whole
        counted = self._counted(start)
        how = "term" if style == "term" else "description"
        if style == "named" and self._bodily(sense.value, self.tokens[head].low):
            how = "name"
        elif style == "named" or (style == "described" and not modified):
            how = "generic" if counted or kind in ("quantifier", "indefinite", "") else "reference"
        if kind == "definite" and not modified and self.tokens[head].low in self.standing_places:
            how = "name"
        word = "plain" if self.tokens[head].has("plain") else "bare" if sense.whole else "compound"
        rule = "counted" if counted else "head-word" if start < first or (how == "name" and style == "named") else word
        rule += "-" + kind if kind in ("indefinite", "possessive", "quantifier") and not counted else ""
        end = self._numbered_end(head) if style == "described" else head + 1
        if end > head + 1:
            how, rule = "name", "numbered"
        mention = self._mention(start, end, sense.value, how, rule, sense.entry, head=head)
        mention.modified = modified
        mention.definite = kind in ("definite", "demonstrative", "possessive")
        mention.anaphoric = kind == "demonstrative"
        yield mention

    def _counted(self, start: int) -> bool:
        """Whether a figure stands before ("27 firms", "two further makers")."""
        if start > 1 and self.tokens[start - 1].has("determiner"):
            start -= 1
        return start > 0 and self.tokens[start - 1].end in self.numbers

    def _bodily(self, cls: str, word: str) -> bool:
        """Whether a compound of such a head word names a body by itself ("Energieministerium")."""
        settings = self.lang.lexicon.settings
        if top(cls) not in settings.get("compound_names", ()):
            return False
        bare = settings.get("bare_bodies", ())
        if word.endswith(tuple(settings.get("body_plurals", ()))):
            return False
        return word not in bare and not any(word.removesuffix(e) in bare for e in settings.get("inflections", ()))

    def _numbered_end(self, head: int) -> int:
        """Index after "hall 7", "paper machine 11": the number is part of the name."""
        after = self.tokens[head + 1 : head + 3]
        numbered = after and after[0].kind == "number" and after[0].text.isdigit() and len(after[0].text) < 3
        loose = len(after) < 2 or (not after[1].cap and after[1].kind != "number" and after[1].text not in "%€°./-–")
        if not numbered or not loose or not self.lang.noun_capitals:
            return head + 1
        return head + 2 if not self.taken[head + 1] or after[0].end in self.numbers else head + 1
