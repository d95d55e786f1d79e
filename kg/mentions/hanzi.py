"""Names and descriptions in scripts without spaces: runs of nominal words that end in a head word.

The last head word of a run gives the class of the whole; places, organisations and techniques inside are mentions of
their own, marked `inner`. What stands between book marks is one name; so is a quotation with the head word behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.mentions.classes import mode, top, unknown
from kg.mentions.hanzi_begin import beginning, counts_first
from kg.mentions.hanzi_inner import inner_mentions, is_place, lawful
from kg.mentions.hanzi_lists import listed
from kg.mentions.hanzi_people import addressed, in_name, person_end, speaker, titled
from kg.mentions.hanzi_signs import closed
from kg.mentions.hanzi_words import COINED_TAGS, PLACE_TAG, HanWords, Span, mention_of
from kg.mentions.language import Language, reading
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention, Sentence

_LONGEST = 14
"""Words of the longest name."""
_TELLING = 3
"""Signs of a head word that is a description by itself."""


def mentions(sentence: Sentence, lang: Language, text: str) -> Iterator[Mention]:
    """All mentions of one sentence in text order; nested ones follow the one around them."""
    yield from _Finder(sentence, lang, text).run()


class _Finder:
    """The state of one pass over a sentence."""

    def __init__(self, sentence: Sentence, lang: Language, text: str) -> None:
        self.words = HanWords(sentence, lang, text)
        self.tokens, self.lang, self.text = sentence.tokens, lang, text
        self.sets = self.words.sets
        self.listed = listed(self.words)

    def run(self) -> Iterator[Mention]:
        """Mentions from left to right."""
        i, size = 0, len(self.tokens)
        while i < size:
            token = self.tokens[i]
            between = closed(self.words, i) if token.kind == "open" else None
            if between is not None:
                found, after = between
                yield from found
                i = after
            elif (person := addressed(self.words, i)) is not None:
                yield person
                i += 2
            elif i in self.words.titles and not in_name(self.words, i):
                found, i = titled(self.words, i, i)
                yield from found
            elif i in self.listed:
                j, sense = self.listed[i]
                yield self._mention(i, j, sense.value, "name", "listed", sense.entry)
                i = j
            elif not self.words.nominal(i):
                i += 1
            else:
                j = self._run_end(i)
                yield from self._run(i, j)
                if j < size and j in self.words.titles and not in_name(self.words, j):
                    found, j = titled(self.words, j, i)
                    yield from found
                i = j

    def _run_end(self, i: int) -> int:
        j = i + 1
        while j < len(self.tokens) and j - i < 4 * _LONGEST and self.words.nominal(j) and self.words.adjoins(j):
            if j in self.listed or (j in self.words.titles and not in_name(self.words, j)):
                break
            j += 1
        return j

    # -- one run ------------------------------------------------------------------------------------------------------

    def _run(self, i: int, j: int) -> Iterator[Mention]:
        one = speaker(self.words, i, j)
        if one is not None:
            yield from self._names(i, next(k for k in range(i, j) if self.tokens[k].start >= one.start))
            yield one
            return
        found = list(self._names(i, j))
        yield from found
        if not found:
            yield from self._bare(i, j)

    def _bare(self, i: int, j: int) -> Iterator[Mention]:
        """A run without any head word: a place by its part of speech, or the unknown firm of a titled person."""
        token = self.tokens[i]
        if j in self.words.titles and self.words.titles[j][1].value == "held" and 2 <= j - i + 1 <= 6:
            title_end = self.words.titles[j][0]
            size = self.tokens[j - 1].end - token.start
            firm = 3 <= size <= 8 and any(self.words.coined(k) for k in range(i, j))
            if firm and person_end(self.words, title_end, titled=True) is not None:
                yield self._mention(i, j, unknown("name"), "name", "titled-firm", "")
        elif j == i + 1 and i and token.tag == PLACE_TAG and 2 <= len(token.text) <= 5 and not token.senses:
            before = self.tokens[i - 1]
            if before.has("preposition"):
                yield self._mention(i, j, unknown("place"), "name", "bare-place", before.text)

    def _names(self, i: int, j: int) -> Iterator[Mention]:
        """Names between two borders: the last head word makes one of all before it, and so on leftwards."""
        found: list[list[Mention]] = []
        words = self.words
        while i < j:
            end = next((b for b in range(j, i, -1) if b in words.heads or b in words.names or b in words.places), None)
            if end is None:
                break
            start, group = self._ending_at(i, end)
            if group:
                found.append(group)
            j = min(start, end - 1)
        found.reverse()
        for n, group in enumerate(found):
            apposed = n + 1 < len(found) and self._apposed(group[0], found[n + 1][0])
            yield from _outer(group[1:]) if apposed else group

    def _apposed(self, role: Mention, firm: Mention) -> bool:
        """Whether a word for what a firm is to others stands right before its name ("A集团子公司B有限公司")."""
        return (
            role.head in self.sets["apposed_firms"]
            and role.end == firm.start
            and firm.how == "name"
            and top(firm.cls) == top(role.cls)
        )

    def _ending_at(self, i: int, end: int) -> tuple[int, list[Mention]]:
        """(where it begins, the mention that ends there with its inner ones)."""
        head, known, place = self.words.heads.get(end), self.words.names.get(end), self.words.places.get(end)
        abroad = self._abroad(i, end, place) if place is not None and head is None else None
        if abroad is not None:
            return abroad
        if known is not None and (head is None or known[0] <= head[0]):
            if head is not None and self._local(i, known):
                return self._headed(i, end, known)
            return known[0], [self._mention(known[0], end, known[1].value, "name", "known-name", known[1].entry)]
        if head is None or (place is not None and place[0] <= head[0]):
            assert place is not None
            return place[0], [self._mention(place[0], end, place[1].value, "name", "known-place", place[1].entry)]
        return self._headed(i, end, head)

    def _abroad(self, i: int, end: int, place: Span) -> tuple[int, list[Mention]] | None:
        """A known firm with its part of the world behind it ("西门子中国"): where it begins, with the place inside."""
        first, sense = place
        firm = self.words.names.get(first)
        if firm is None or firm[0] < i or sense.entry not in self.sets["firm_places"] or not self.words.adjoins(first):
            return None
        if top(firm[1].value) != unknown("name"):
            return None
        inner = mention_of(self.words, first, end, sense.value, "inner-place", sense.entry, inner=True)
        return firm[0], [self._mention(firm[0], end, firm[1].value, "name", "known-name", firm[1].entry), inner]

    def _local(self, i: int, known: Span) -> bool:
        """Whether a known body is one of the place right before it ("泰州市国资委")."""
        first, sense = known
        return (
            first > i
            and top(sense.value) in reading()["seated"]
            and (first in self.words.places or (first in self.words.heads and is_place(self.words.heads[first][1])))
            and self.words.adjoins(first)
        )

    def _headed(self, i: int, end: int, head: Span) -> tuple[int, list[Mention]]:
        first, sense = head
        start = max(i, first - _LONGEST)
        if is_place(sense):
            return self._place(start, end, first, sense)
        sense = lawful(self.words, first, sense)
        start = beginning(self.words, start, first, sense)
        sense = self._counted_firm(start, sense)
        mention = self._mention(start, end, sense.value, "name", "head-word", sense.entry)
        if start < first and counts_first(self.words, start):
            mention.start += 1
            mention.text = self.text[mention.start : mention.end]
        mention.head = sense.entry
        mention.modified = (
            start < first
            or self.tokens[first].start < self.tokens[end - 1].end - len(sense.entry)
            or sense.entry[0] in self.sets["levels"]
        )
        self._style(mention, start, end, sense)
        inner = [] if mention.how == "reference" else list(inner_mentions(self.words, start, end, first, sense.value))
        return start, [mention, *inner]

    def _counted_firm(self, start: int, sense: Sense) -> Sense:
        """The sense of a plant that is counted as firms are (五家印染厂): those who run it are meant."""
        before = self.tokens[start - 1].text if start else ""
        if top(sense.value) in reading()["firm_plants"] and before.endswith(tuple(self.sets["firm_classifiers"])):
            return Sense("head", unknown("name"), sense.entry)
        return sense

    def _style(self, mention: Mention, start: int, end: int, sense: Sense) -> None:
        """How the words show their thing: by name, as a kind, as a group, or by reference."""
        before = self.tokens[start - 1] if start else None
        determiner = before.sense("determiner") if before is not None else None
        counted = before is not None and (
            self.words.inside.get(start - 1) in reading()["counted"]["units"] or before.text in self.sets["classifiers"]
        )
        if determiner is not None and determiner.value in ("demonstrative", "definite", "possessive"):
            mention.definite = True
            mention.anaphoric = determiner.value == "demonstrative"
        if mode(sense.value) == "term":
            mention.how = "term"
        elif counted or (determiner is not None and determiner.value == "quantifier"):
            mention.how = "generic"
            self._with_count(mention, start)
        elif self._counted_behind(mention, end, sense):
            mention.how = "generic"
        elif not mention.modified:
            mention.how = self._unmodified(sense, mention)  # type: ignore[assignment]
            mention.definite = mention.definite or mention.how == "reference"
        elif mention.definite:
            mention.how = "description"
        elif sense.entry.endswith(tuple(self.sets["kind_heads"])) and not self._own(start, end):
            mention.how = "generic"

    def _own(self, start: int, end: int) -> bool:
        """Whether a word between the two is of one thing alone: coined for it, or a place."""
        words = self.words
        telling = [k for k in range(start, end) if len(self.tokens[k].text) > 1 and self.tokens[k].tag != "nz"]
        return any(k in words.placed for k in range(start, end)) or any(map(words.coined, telling))

    def _with_count(self, mention: Mention, start: int) -> None:
        """A bare head word is named with its number: the twelve firms are not the nine ones (12家企业, 9家企业)."""
        figure = self.words.figures.get(start - 1, self.words.figures.get(start - 2))
        if not mention.modified and mention.head in self.sets["pro_words"] and figure is not None:
            mention.start, mention.modified = figure, True
            mention.text = self.text[figure : mention.end]

    def _counted_behind(self, mention: Mention, at: int, sense: Sense) -> bool:
        """Whether a list's figure counts what stands before it (企业38家); a bare head word is named with it."""
        if at == len(self.tokens) or self.tokens[at].start != mention.end:
            return False
        ways, unit, after = reading()["counted"], self.words.inside.get(at), at
        while after in self.words.inside:
            after += 1
        measured = unit == "" and after < len(self.tokens) and self.tokens[after].text in self.sets["classifiers"]
        if not (measured or unit in ways["units"]) or top(sense.value) not in ways["behind"]:
            return False
        if not mention.modified:
            mention.end, mention.modified = self.tokens[after if measured else after - 1].end, True
            mention.text = self.text[mention.start : mention.end]
        return True

    def _unmodified(self, sense: Sense, mention: Mention) -> str:
        """A bare head word refers, unless it is a compound that says enough by itself ("water works", "banks")."""
        if mention.definite or sense.entry in self.sets["pro_words"] or len(sense.entry) < _TELLING:
            return "reference"
        return "generic" if mode(sense.value) == "named" else "description"

    def _place(self, i: int, end: int, first: int, sense: Sense) -> tuple[int, list[Mention]]:
        """A place by its last sign: the word before it is its name; alone it refers."""
        whole = self.tokens[end - 1]
        if whole.text[0] in self.sets["pointing"] and len(whole.text) == 2:
            mention = self._mention(end - 1, end, sense.value, "reference", "head-word", sense.entry)
            mention.definite = True
            return end - 1, [mention]
        if first == end - 1 and len(whole.text) > len(sense.entry):
            start = end - 1
        elif first - 1 >= i and self._names_place(first - 1, sense):
            start = first - 1
        else:
            mention = self._mention(first, end, sense.value, "reference", "head-word", sense.entry)
            mention.definite = True
            demonstrated = first > 0 and self.tokens[first - 1].has("determiner")
            return first, [mention] if demonstrated else []
        if start > i and self.words.cut_off(start, self.tokens[end - 1].end - len(sense.entry)):
            start -= 1
        return start, [self._mention(start, end, sense.value, "name", "place-suffix", sense.entry)]

    def _names_place(self, k: int, sense: Sense) -> bool:
        token = self.tokens[k]
        if k + 1 in self.words.places or token.tag == PLACE_TAG:
            return True
        return (
            (token.tag in COINED_TAGS or (token.tag == "n" and len(sense.entry) == 1))
            and k + 1 not in self.words.heads
            and token.text not in self.sets["name_edge"]
        )

    def _mention(self, i: int, j: int, cls: str, how: str, rule: str, cue: str) -> Mention:
        return mention_of(self.words, i, j, cls, rule, cue, how=how)


def _outer(nested: list[Mention]) -> Iterator[Mention]:
    """Mentions that stood in one that is left out: those that stand in no other are by themselves now."""
    reach = -1
    for mention in sorted(nested, key=lambda m: (m.start, -m.end)):
        mention.inner = mention.end <= reach
        reach = max(reach, mention.end)
        yield mention
