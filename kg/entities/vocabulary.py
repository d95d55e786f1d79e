"""The words by which names are compared: legal forms, articles, words for classes, roles and trades, of all languages.

Reading them out of the lexicons takes half a second, more than all else that a small build does with names, so what was
read is kept for the next process, as parsed lexicons are.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kg.entities import identity as identities
from kg.entities import spelling
from kg.entities.identity import Identity
from kg.entities.spelling import fold, has_han, without_umlauts
from kg.ontology import Ontology, parsed

_LONGEST_FORM = 6
"""Words of the longest legal form, without spaces its characters times two."""
_NOTHING = frozenset(("",))
"""What an ending stands for that only ends names."""


class Endings(dict[str, frozenset[str]]):
    """Words that names end in, each with what it stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.longest: dict[str, int] = {}
        """What they end in -> words, in Han characters, of the longest that does: of a key no others need be tried."""
        self.of = lru_cache(maxsize=400_000)(self._of)
        """(rest, end) for the ends of a key that are entered, the longest first; all have to be entered before."""

    def put(self, end: str, stands_for: frozenset[str]) -> None:
        """Enter one ending."""
        if end:
            known = self.get(end)
            self[end] = stands_for if known is None else known | stands_for
            last, size = _last(end)
            self.longest[last] = max(self.longest.get(last, 0), size)

    def by_meaning(self) -> dict[str, str]:
        """What they stand for -> all that stand for that, as lines: few strings, fast to keep and to take again."""
        alike: dict[frozenset[str], list[str]] = {}
        for end, means in self.items():
            alike.setdefault(means, []).append(end)
        return {"\n".join(sorted(means)): "\n".join(found) for means, found in alike.items()}

    def take(self, kept: Mapping[str, str], longest: Mapping[str, int]) -> None:
        """The endings of `by_meaning`."""
        for means, found in kept.items():
            self.update(dict.fromkeys(found.split("\n"), frozenset(means.split("\n"))))
        self.longest.update(longest)

    def _of(self, key: str) -> tuple[tuple[str, str], ...]:
        in_han = has_han(key)
        longest = self.longest.get(key[-1] if in_han else key[key.rfind(" ") + 1 :])
        if not longest:
            return ()
        if in_han:
            sizes = range(min(len(key) - 1, longest, 2 * _LONGEST_FORM), 0, -1)
            found = [(key[:-size].strip(), key[-size:]) for size in sizes if key[-size:] in self]
            return tuple((rest, end) for rest, end in found if has_han(end))
        found = []
        at = len(key)
        for _ in range(min(longest, _LONGEST_FORM)):
            at = key.rfind(" ", 0, at)
            if at < 0:
                break
            if key[at + 1 :] in self:
                found.append((key[:at], key[at + 1 :]))
        return tuple(reversed(found))


@dataclass
class Vocabulary:
    """The words of all languages of an ontology."""

    identity: Identity
    articles: set[str] = field(default_factory=set)
    han_languages: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    """What somebody does: words by themselves."""
    role_ends: set[str] = field(default_factory=set)
    """The same as the end of a longer word, too."""
    first_names: set[str] = field(default_factory=set)
    common: set[str] = field(default_factory=set)
    """Words for classes and of trade."""
    heads: Endings = field(default_factory=Endings)
    """Words for classes, each with its classes."""
    forms: Endings = field(default_factory=Endings)
    """Legal forms."""
    telling: Endings = field(default_factory=Endings)
    """Legal forms, each with the kinds of form that it tells of."""

    @classmethod
    def of(cls, ontology: Ontology) -> Vocabulary:
        """As it was kept, or read."""
        found = cls(Identity.of(ontology))
        code = "".join(map(inspect.getsource, (sys.modules[__name__], spelling, identities)))
        source = f"{ontology.hash}\n{code}".encode()
        kept = parsed.kept(source)
        if kept is None:
            found._read_all(ontology)
            parsed.keep(source, found._as_json())
        else:
            found._take(kept)
        return found

    def spelled(self, key: str) -> str:
        """One spelling for words that have several, and the full words for endings that are short for them."""
        if has_han(key):
            for short, long in self._short_endings:
                if key.endswith(short) and not key.endswith(long):
                    return key[: -len(short)] + long
            return key
        words = key.split(" ")
        known = [self.identity.spellings.get(word, word) for word in words]
        return without_umlauts(" ".join(filter(None, known)) if len(words) > 1 else key) or key

    def __post_init__(self) -> None:
        shortened = self.identity.short_endings.items()
        self._short_endings = tuple(sorted(shortened, key=lambda pair: (-len(pair[0]), pair)))

    # -- keeping -----------------------------------------------------------------------------------------------------

    def _as_json(self) -> dict[str, Any]:
        sets = {name: "\n".join(sorted(getattr(self, name))) for name in _SETS}
        endings: dict[str, Endings] = {name: getattr(self, name) for name in _ENDINGS}
        return {
            "han": self.han_languages,
            "sets": sets,
            "endings": {name: [found.by_meaning(), found.longest] for name, found in endings.items()},
        }

    def _take(self, kept: Mapping[str, Any]) -> None:
        self.han_languages += kept["han"]
        for name, found in kept["sets"].items():
            getattr(self, name).update(filter(None, found.split("\n")))
        for name, (by_meaning, longest) in kept["endings"].items():
            getattr(self, name).take(by_meaning, longest)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read_all(self, ontology: Ontology) -> None:
        for form in self.identity.more_forms:
            self.forms.put(fold(form), _NOTHING)
        for kind, spelled in self.identity.forms.items():
            for form in spelled:
                self.telling.put(fold(form), frozenset((kind,)))
        self.common = {without_umlauts(fold(word)) for word in self.identity.trade}
        for code in ontology.languages:
            self._read(ontology.lexicon(code), ontology, code)
        for name in self.names:
            self.heads.pop(name, None)

    def _read(self, lexicon: Mapping[str, Any], ontology: Ontology, code: str) -> None:
        language, words = lexicon.get("language", {}), lexicon.get("words", {})
        for form in _strings([table.get("legal_forms", ()) for table in (lexicon, language)]):
            self.forms.put(fold(form), _NOTHING)
        for kind in ("definite", "demonstrative", "indefinite", "possessive"):
            entries = words.get("determiner", {}).get(kind, ())
            self.articles.update(fold(entry.strip("=")) for entry in _strings(entries))
        if language.get("script") == "han":
            self.han_languages.append(code)
        endings = ("", *language.get("inflections", ()))
        for cls, entries in words.get("head", {}).items():
            for entry in filter(_is_common, _strings(entries)):
                self._add_heads(cls, _inflected(entry.strip("~="), endings))
        for entry in _strings(words.get("title", {})):
            roles = self.role_ends if entry.startswith("~") else self.roles
            for role in _inflected(entry.strip("~="), endings):
                roles |= {role, self.spelled(role)}
        self.first_names.update(self.spelled(fold(name.strip("~="))) for name in _strings(words.get("first_name", {})))
        for cls in ontology.classes:
            self._add_heads(cls, (fold(ontology.label(cls, code)),))
        self.names.update(
            key for name in map(fold, _strings(words.get("name", {}))) for key in (name, self.spelled(name))
        )

    def _add_heads(self, cls: str, words: Iterable[str]) -> None:
        stands_for = frozenset((cls,))
        for word in filter(None, words):
            if word.isascii() and " " not in word:  # has one spelling
                self.heads.put(word, stands_for)
                self.common.add(word)
                continue
            for spelled in {word, self.spelled(word)}:
                self.heads.put(spelled, stands_for)
                self.common.update(without_umlauts(spelled).split(" "))


_SETS = ("articles", "names", "roles", "role_ends", "first_names", "common")
_ENDINGS = ("heads", "forms", "telling")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)


def _is_common(entry: str) -> bool:
    """False for an acronym, which lexicons list among head words though it names one thing."""
    return "~" in entry or not any(sum(map(str.isupper, word)) > 1 for word in entry.split())


def _inflected(word: str, endings: Iterable[str]) -> Iterator[str]:
    """A word with each ending, folded; it is folded once for all endings of letters only."""
    folded = fold(word) if word[-1:].isalpha() else None
    for ending in endings:
        yield folded + ending if folded is not None and (ending.isalpha() or not ending) else fold(word + ending)


def _last(key: str) -> tuple[str, int]:
    """(last word, number of words) of a key, in Han (last character, number of characters)."""
    return (key[-1], len(key)) if has_han(key) else (key[key.rfind(" ") + 1 :], key.count(" ") + 1)


def ends(key: str) -> Iterator[tuple[str, str]]:
    """(rest, end) for the ends that a key has, the longest end first: by words, in Han by characters."""
    if has_han(key):
        for size in range(min(len(key) - 1, 2 * _LONGEST_FORM), 0, -1):
            if has_han(key[-size:]):
                yield key[:-size].strip(), key[-size:]
        return
    words = key.split(" ")
    for size in range(min(len(words) - 1, _LONGEST_FORM), 0, -1):
        yield " ".join(words[:-size]), " ".join(words[-size:])
