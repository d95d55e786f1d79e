"""The words of a language, compiled from `ontology/lexicon/<code>.toml` for fast look-up.

An entry is written as people write words; one sign extends it: `~` stands for any letters (`förder~` a stem, `~bank`
the end of a compound, `~förder~` anywhere), and `=` before a word forbids inflected forms. A word of an entry without
`~` also matches with the language's `inflections`. Several words make a phrase; each word of a phrase follows the same
rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar

from ahocorasick_rs import AhoCorasick, MatchKind


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a word or phrase can stand for."""

    kind: str
    """What sort of entry: "head", "cue", "indicator", "status", "preposition", ..."""
    value: str
    """The class, relation, indicator, status ... that it speaks of."""
    entry: str = ""
    """The entry as written in the lexicon: what `cue` shows."""
    whole: bool = True
    """False where the entry is only a part of the compound word that matched."""


_SHORTEST = 3
"""Letters that a compound has at least before its head word."""


T = TypeVar("T")


class _Entered(Generic[T]):
    """What is entered under words, each as it is or with any of the language's endings behind it.

    The endings are taken off when a word is asked for: texts have far fewer words than all entries have forms.
    """

    def __init__(self, endings: Iterable[str]) -> None:
        self.words: dict[str, list[tuple[int, bool, T]]] = {}
        self._endings, self._number = tuple(endings), 0

    def add(self, word: str, entered: T) -> None:
        """Enter something; `=` before the word forbids endings."""
        self._number += 1
        bare = word.removeprefix("=")
        self.words.setdefault(bare, []).append((self._number, bare == word, entered))

    def of(self, low: str) -> list[T]:
        """What is entered under a word of a text, in the order in which it was entered."""
        found = [(number, entered) for number, _, entered in self.words.get(low, ())]
        for ending in self._endings:
            if low.endswith(ending):
                stem = self.words.get(low[: len(low) - len(ending)], ())
                found += [(number, entered) for number, inflects, entered in stem if inflects]
        found.sort(key=itemgetter(0))
        return [entered for _, entered in found]


@dataclass(slots=True)
class _Table:
    """Entries of one language by the way they match."""

    exact: _Entered[Sense]
    phrases: _Entered[tuple[tuple[str, ...], Sense]]
    patterns: list[tuple[str, Sense]] = field(default_factory=list)
    loose_phrases: list[tuple[tuple[str, ...], Sense]] = field(default_factory=list)


def _flatten(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flatten(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield path, str(inner)


class Lexicon:
    """Look-up of words and phrases for one language; built once a process.

    `raw` is the parsed TOML. Sections under `words` become senses: `words.<kind>.<value> = [entries]`.
    """

    def __init__(self, code: str, raw: Mapping[str, Any]) -> None:
        self.code = code
        self.raw = raw
        self.settings: Mapping[str, Any] = raw["language"]
        self.han: bool = self.settings["script"] == "han"
        self._table = _Table(_Entered(self._inflections), _Entered(self._inflections))
        self._seen: dict[str, tuple[Sense, ...]] = {}
        self._small: dict[str, tuple[Sense, ...]] = {}
        self._begun: dict[str, tuple[tuple[tuple[str, ...], Sense], ...]] = {}
        for kind, groups in raw["words"].items():
            for path, entry in _flatten(groups):
                self.add(entry, Sense(kind, ".".join(path), entry))
        for number, frame in enumerate(raw.get("frames", [])):
            for entry in frame.get("cues", []):
                self.add(entry, Sense("frame", str(number), entry))

    def add(self, entry: str, sense: Sense) -> None:
        """Enter one spelling; must come before the first look-up."""
        words = self.written(entry.lower(), sense.kind) if not self.han else [entry.lower()]
        if len(words) > 1:
            first = words[0]
            pattern = tuple(words)
            if "~" in first:
                self._table.loose_phrases.append((pattern, sense))
                return
            self._table.phrases.add(first, (pattern, sense))
        elif "~" in words[0]:
            self._table.patterns.append((words[0], sense))
        else:
            self._table.exact.add(words[0], sense)

    @cached_property
    def _elisions(self) -> re.Pattern[str]:
        """Words that have lost their vowel before the next ("l'usine"), with either apostrophe."""
        spelled = sorted(map(re.escape, self.settings.get("elisions", ())), key=len, reverse=True)
        return re.compile(
            "(?:" + "|".join(s.replace("'", "['’]") for s in spelled) + r")(?=\w)" if spelled else r"(?!)"
        )

    @cached_property
    def eliding(self) -> bool:
        """Whether the language has such words at all."""
        return bool(self.settings.get("elisions"))

    def elided(self, word: str) -> int:
        """How many letters of a lower-cased word are an elided word before it, its apostrophe with them."""
        found = self._elisions.match(word)
        return found.end() if found else 0

    def parts(self, text: str) -> list[str]:
        """The words of a lower-cased entry, as the words of a text are taken apart."""
        if not self.eliding:
            return text.split()
        found: list[str] = []
        for word in text.split():
            mark = "=" if word.startswith("=") else ""
            bare = word.removeprefix("=")
            at = self.elided(bare)
            found += [mark + bare[:at].replace("’", "'"), mark + bare[at:]] if at else [word]
        return found

    def written(self, entry: str, kind: str) -> list[str]:
        """The words of a lower-cased entry of a kind; the signs of a name stand by themselves, as in texts."""
        words = self.parts(entry)
        if kind not in _NAMED:
            return words
        return [part.replace("’s", "'s") for word in words for part in _SIGNS.split(word) if part]

    @cached_property
    def _inflections(self) -> tuple[str, ...]:
        return tuple(self.settings.get("inflections", ()))

    @cached_property
    def _endings(self) -> frozenset[str]:
        """What may follow a compound's last part."""
        return frozenset(("", *self._inflections))

    @cached_property
    def _parts(self) -> tuple[Any, list[list[tuple[int, Sense, bool, bool]]]]:
        """Finds all patterns in a word at once: for each core (number, sense, may letters stand before, after)."""
        cores: dict[str, list[tuple[int, Sense, bool, bool]]] = {}
        for number, (pattern, sense) in enumerate(self._table.patterns):
            found = cores.setdefault(pattern.strip("~"), [])
            found.append((number, sense, pattern.startswith("~"), pattern.endswith("~")))
        return AhoCorasick(list(cores), matchkind=MatchKind.Standard), list(cores.values())

    def _fitting(self, low: str) -> list[tuple[int, int, bool, Sense]]:
        """(number of the pattern, letters matched, whether it is the whole word, sense) of all that fit a word."""
        automaton, patterns = self._parts
        found: dict[int, tuple[int, int, bool, Sense]] = {}
        for index, start, end in automaton.find_matches_as_indexes(low, overlapping=True):
            rest = low[end:]
            for number, sense, before, after in patterns[index]:
                if number in found or (start and not before) or not (after or rest in self._endings):
                    continue
                if sense.kind == "head" and 0 < start < _SHORTEST and low[start - 1] != "-":
                    continue  # "Sturm" is no tower
                size = end - start + (0 if after else len(rest))
                found[number] = (number, size, not (before and start), sense)
        return sorted(found.values(), key=lambda f: f[0])

    def senses(self, low: str) -> tuple[Sense, ...]:
        """All senses of one lower-cased word, whole entries first; remembered, as texts repeat their words."""
        known = self._seen.get(low)
        if known is None:
            found = tuple(self._look_up(low))
            if any(s.kind == "no_head" for s in found):
                found = tuple(s for s in found if s.kind != "head")
            known = self._seen[low] = found
        return known

    def words(self, low: str) -> tuple[Sense, ...]:
        """Senses of a word that is not written in capitals: without those of acronyms ("DRI" is not in "dries")."""
        known = self._small.get(low)
        if known is None:
            known = self._small[low] = tuple(s for s in self.senses(low) if not _ACRONYM.match(s.entry))
        return known

    def _look_up(self, low: str) -> Iterator[Sense]:
        yield from self._table.exact.of(low)
        if "-" in low[1:-1]:
            # the last part of a hyphened word is its head ("Jianqiao-Park")
            for sense in self._table.exact.of(low.rsplit("-", 1)[1]):
                if sense.kind == "head":
                    yield Sense(sense.kind, sense.value, sense.entry, False)
        fitting = self._fitting(low)
        longest: dict[str, int] = {}
        for _, size, _, sense in fitting:
            # the longest ending of one kind wins: "ministerium" inside "Umweltministerium" before "um"
            longest[sense.kind] = max(size, longest.get(sense.kind, 0))
        for _, size, whole, sense in fitting:
            if size == longest[sense.kind] or sense.kind in _EVERY:
                yield Sense(sense.kind, sense.value, sense.entry, whole)

    def word_matches(self, pattern: str, low: str) -> bool:
        """Whether one word of a phrase fits one word of a text."""
        if "~" in pattern:
            before, after = pattern.startswith("~"), pattern.endswith("~")
            core = pattern.strip("~")
            if before and after:
                return core in low
            if after:
                return low.startswith(core)
            return low.endswith(core) or any(low.endswith(core + e) for e in self._inflections)
        if pattern.startswith("="):
            return low == pattern[1:]
        return low == pattern or (low.startswith(pattern) and low[len(pattern) :] in self._inflections)

    def phrases(self, lows: list[str]) -> Iterator[tuple[int, int, Sense]]:
        """Phrases in a run of lower-cased words: (first word, word after the last, sense), longest first at a place."""
        for i, low in enumerate(lows):
            begun = self._begun.get(low)
            if begun is None:
                begun = self._begun[low] = self._phrases_beginning(low)
            if begun:
                found = [(len(pattern), sense) for pattern, sense in begun if self._fits(pattern, lows, i)]
                for size, sense in sorted(found, key=lambda f: -f[0]):
                    yield i, i + size, sense

    def _phrases_beginning(self, low: str) -> tuple[tuple[tuple[str, ...], Sense], ...]:
        loose = (p for p in self._table.loose_phrases if self.word_matches(p[0][0], low))
        return (*self._table.phrases.of(low), *loose)

    def _fits(self, pattern: tuple[str, ...], lows: list[str], at: int) -> bool:
        if at + len(pattern) > len(lows):
            return False
        for k in range(1, len(pattern)):
            word, low = pattern[k], lows[at + k]
            # most phrases that begin like the text part from it at the next word's first letter
            if (word[0] != low[:1] and word[0] not in "~=") or not self.word_matches(word, low):
                return False
        return True

    # -- scripts without spaces -------------------------------------------------------------------------------------

    @cached_property
    def _automaton(self) -> tuple[Any, list[tuple[Sense, ...]]]:
        entered = self._table.exact
        forms = sorted({word + ending for word in entered.words for ending in ("", *self._inflections)})
        spelled = {form: tuple(senses) for form in forms if (senses := entered.of(form))}
        return AhoCorasick(list(spelled), matchkind=MatchKind.Standard), list(spelled.values())

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[Sense, ...]]]:
        """Every entry in a text of a script without spaces: (start, end, senses), overlapping ones too."""
        automaton, senses = self._automaton
        for index, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
            yield start, end, senses[index]


_NAMED = ("name", "place")
_SIGNS = re.compile(r"((?:(?:(?<=[^\W\d_]{2})|(?<=^[^\W\d_]))\.|[,()])(?=$|[,)])|^\(|['’]s?$)")
"""Signs in a name that texts are taken apart at ("Ministry of Trade, Industry", "St. Mary", "Sample's")."""
_ACRONYM = re.compile(r"=?[A-Z][A-Z0-9&/-]+s?$")
_EVERY = frozenset({"indicator", "frame", "substance", "term"})
