"""Names and descriptions in scripts without spaces: runs of nominal words that end in a head word.

The segmenter's parts of speech bound the runs; the lexicon's `name_tags`, `name_stop` and `name_edge` say what may
stand inside a name, what never does, and what may not begin it. The last head word of a run gives the class of the
whole; places and organisations inside are mentions of their own, marked `inner`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import ontology
from kg.mentions.classes import mode, unknown
from kg.mentions.language import Language
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention, Sentence

_LONGEST = 14
"""Words of the longest name."""
_PERSON_TAGS = frozenset(("nr", "nrt", "nrfg"))
_PLACE_TAG = "ns"
_NO_OPENING = frozenset(("f", "d", "ad", "c", "p", "u", "q", "m", "r"))


def mentions(sentence: Sentence, lang: Language, text: str) -> Iterator[Mention]:
    """All mentions of one sentence in text order; nested ones follow the one around them."""
    yield from _Finder(sentence, lang, text).run()


class _Finder:
    """The state of one pass over a sentence."""

    def __init__(self, sentence: Sentence, lang: Language, text: str) -> None:
        self.sentence, self.tokens, self.lang, self.text = sentence, sentence.tokens, lang, text
        settings = lang.lexicon.settings
        self.tags = frozenset(settings["name_tags"])
        self.stop = frozenset(settings["name_stop"])
        self.edge = frozenset(settings["name_edge"])
        determiners = lang.lexicon.raw["words"].get("determiner", {})
        self.pointing = frozenset(word for words in determiners.values() for word in words if len(word) == 1)
        self.heads: dict[int, tuple[int, Sense]] = {}
        self.places: dict[int, tuple[int, Sense]] = {}
        self.names: dict[int, tuple[int, Sense]] = {}
        self.titles: dict[int, int] = {}
        for i, j, sense in sentence.spans:
            self._enter(i, j, sense)
        self.counted = {self._index(q.start): self._index(q.end - 1) for q in sentence.quantities}
        self.inside = {k for a, b in self.counted.items() for k in range(a, b + 1)}

    def _enter(self, i: int, j: int, sense: Sense) -> None:
        table = {"head": self.heads, "place": self.places, "name": self.names}.get(sense.kind)
        if sense.kind == "title":
            self.titles[j] = min(i, self.titles.get(j, i))
        elif table is not None and (j not in table or i < table[j][0]):
            table[j] = (i, sense)

    def _index(self, offset: int) -> int:
        return next((k for k, t in enumerate(self.tokens) if t.end > offset), len(self.tokens) - 1)

    def run(self) -> Iterator[Mention]:
        """Mentions from left to right."""
        i = 0
        while i < len(self.tokens):
            if not self._nominal(i):
                i += 1
                continue
            j = i + 1
            while j < len(self.tokens) and self._nominal(j) and self._adjoins(j) and j - i < 4 * _LONGEST:
                j += 1
            yield from self._read(i, j)
            i = j

    def _adjoins(self, j: int) -> bool:
        """Whether no blank parts a word from the one before (blanks part names, but not words of Latin script)."""
        before, token = self.tokens[j - 1], self.tokens[j]
        return before.end == token.start or (before.tag == "eng" and token.tag == "eng")

    def _nominal(self, i: int) -> bool:
        token = self.tokens[i]
        if i in self.inside or token.kind != "word" or token.text in self.stop:
            return False
        if token.tag in self.tags and token.tag not in ("m", "q", "f", "d"):
            return not (token.tag in ("v", "vd") and token.has("frame") and not self._in_name(i))
        return any(a <= i < b for b, (a, _) in (*self.heads.items(), *self.names.items(), *self.places.items()))

    def _in_name(self, i: int) -> bool:
        """Whether a verb stands inside a name: right before a head word that ends the run, after a noun."""
        return i > 0 and self.tokens[i - 1].tag.startswith("n") and any(a in (i, i + 1) for a, _ in self.heads.values())

    # -- one run ------------------------------------------------------------------------------------------------------

    def _read(self, i: int, j: int) -> Iterator[Mention]:
        cuts = [b for b, a in sorted(self.titles.items()) if i <= a and b <= j]
        for cut in cuts:
            if cut <= i:
                continue
            yield from self._names(i, self.titles[cut])
            person = self._person(cut, j)
            if person is not None:
                yield person
                cut += 1
            i = cut
        if i < j:
            yield from self._names(i, j)

    def _person(self, i: int, j: int) -> Mention | None:
        if i >= len(self.tokens) or self.tokens[i].tag not in _PERSON_TAGS or not 2 <= len(self.tokens[i].text) <= 4:
            return None
        return self._mention(i, i + 1, unknown("person"), "name", "title", self.tokens[i - 1].text)

    def _names(self, i: int, j: int) -> Iterator[Mention]:
        """Names between two borders: the last head word makes one of all before it, and so on leftwards."""
        found: list[list[Mention]] = []
        while i < j:
            end = max((b for b in (*self.heads, *self.names, *self.places) if i < b <= j), default=None)
            if end is None:
                break
            start, group = self._ending_at(i, end)
            if group:
                found.append(group)
            j = min(start, end - 1)
        for group in reversed(found):
            yield from group

    def _ending_at(self, i: int, end: int) -> tuple[int, list[Mention]]:
        """(where it begins, the mention that ends there with its inner ones)."""
        head = self.heads.get(end)
        known = self.names.get(end)
        if known is not None and (head is None or known[0] <= head[0]):
            return known[0], [self._mention(known[0], end, known[1].value, "name", "known-name", known[1].entry)]
        place = self.places.get(end)
        if head is None or (place is not None and place[0] <= head[0]):
            assert place is not None
            return place[0], [self._mention(place[0], end, place[1].value, "name", "known-place", place[1].entry)]
        return self._headed(i, end, head)

    def _headed(self, i: int, end: int, head: tuple[int, Sense]) -> tuple[int, list[Mention]]:
        first, sense = head
        start = max(i, first - _LONGEST)
        if self._is_place(sense):
            return self._place(start, end, first, sense)
        start = self._trim(start, first)
        mention = self._mention(start, end, sense.value, "name", "head-word", sense.entry)
        mention.head, mention.modified = sense.entry, start < first
        if start == first and self.tokens[first].start < self._head_start(end, sense):
            mention.modified = True
        self._style(mention, start, sense)
        inner = [] if mention.how in ("reference", "generic") else list(self._inner(start, end, first))
        return start, [mention, *inner]

    def _head_start(self, end: int, sense: Sense) -> int:
        return self.tokens[end - 1].end - len(sense.entry)

    def _style(self, mention: Mention, start: int, sense: Sense) -> None:
        """How the words show their thing: by name, as a kind, as a group, or by reference."""
        before = self.tokens[start - 1] if start else None
        determiner = before.sense("determiner") if before is not None else None
        style = mode(sense.value)
        counted = before is not None and (start - 1 in self.inside or before.tag in ("m", "q"))
        if determiner is not None and determiner.value in ("demonstrative", "definite", "possessive"):
            mention.definite = True
            mention.anaphoric = determiner.value == "demonstrative"
        if style == "term":
            mention.how = "term"
        elif counted or (determiner is not None and determiner.value == "quantifier"):
            mention.how = "generic"
        elif not mention.modified:
            mention.how = "reference"
            mention.definite = True
        elif mention.definite:
            mention.how = "description"

    def _is_place(self, sense: Sense) -> bool:
        return mode(sense.value) == "named" and unknown("place") in _tops(sense.value)

    def _place(self, i: int, end: int, first: int, sense: Sense) -> tuple[int, list[Mention]]:
        """A place by its last sign: the word before it is its name; alone it refers."""
        whole = self.tokens[end - 1]
        if whole.text[0] in self.pointing and len(whole.text) == 2:
            mention = self._mention(end - 1, end, sense.value, "reference", "head-word", sense.entry)
            mention.definite = True
            return end - 1, [mention]
        if first == end - 1 and len(whole.text) > len(sense.entry):
            start = end - 1
        elif first - 1 >= i and self.tokens[first - 1].tag in (_PLACE_TAG, "nr", "nz", "n", "nrt", "g", "j", "x"):
            start = first - 1
        else:
            mention = self._mention(first, end, sense.value, "reference", "head-word", sense.entry)
            mention.definite = True
            demonstrated = first > 0 and self.tokens[first - 1].has("determiner")
            return first, [mention] if demonstrated else []
        return start, [self._mention(start, end, sense.value, "name", "place-suffix", sense.entry)]

    def _trim(self, start: int, first: int) -> int:
        while start < first and (self.tokens[start].text in self.edge or self.tokens[start].tag in _NO_OPENING):
            start += 1
        return start

    def _inner(self, start: int, end: int, first: int) -> Iterator[Mention]:
        """Places and organisations inside a name."""
        at = start
        for b in sorted({*self.places, *self.heads}):
            if not start < b < end or (b > first + 1 and b >= end):
                continue
            place, head = self.places.get(b), self.heads.get(b)
            if place is not None and place[0] >= start:
                yield self._as_inner(place[0], b, place[1], "inner-place")
                at = b
            elif head is not None and self._is_place(head[1]) and head[0] >= start:
                _, group = self._place(at, b, head[0], head[1])
                for mention in group:
                    mention.inner = True
                    yield mention
                at = b if group else at
            elif head is not None and mode(head[1].value) == "named" and head[0] > start and b <= first:
                yield self._as_inner(start, b, head[1], "inner-name")
        for k in range(start, first):
            if (
                self.tokens[k].tag == _PLACE_TAG
                and k + 1 not in self.places
                and k + 1 not in self.heads
                and len(self.tokens[k].text) > 1
            ):
                yield self._as_inner(k, k + 1, Sense("place", unknown("place"), self.tokens[k].text), "inner-place")

    def _as_inner(self, a: int, b: int, sense: Sense, rule: str) -> Mention:
        mention = self._mention(a, b, sense.value, "name", rule, sense.entry)
        mention.inner = True
        return mention

    def _mention(self, i: int, j: int, cls: str, how: str, rule: str, cue: str) -> Mention:
        start, end = self.tokens[i].start, self.tokens[j - 1].end
        mention = Mention(start, end, self.text[start:end], cls, how, rule, cue)  # type: ignore[arg-type]
        mention.head = cue
        mention.modified = j - i > 1
        return mention


def _tops(cls: str) -> tuple[str, ...]:
    return ontology.load().ancestors(cls)
