"""Names as keys: what two spellings of one name have in common, and what is too weak to tell two things apart.

Every word that this needs (legal forms, articles, the head words of classes) comes from `ontology/lexicon/`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from kg.ontology import Ontology

_NOT_WORD = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SPACE_BY_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=200_000)
def fold(name: str) -> str:
    """One spelling for all: compatibility forms, case, punctuation and the spaces around Han characters are gone."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return _SPACE_BY_HAN.sub("", _NOT_WORD.sub(" ", text).strip())


def has_han(text: str) -> bool:
    """Whether any character is a Han character."""
    return _HAN.search(text) is not None


def numbers(key: str) -> frozenset[str]:
    """Every run of digits in a folded name."""
    return frozenset(_DIGITS.findall(key))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)


class NameKeys:
    """How names become keys, by the words of all languages of an ontology."""

    def __init__(self, ontology: Ontology) -> None:
        self._heads: dict[str, frozenset[str]] = {}
        self._articles: set[str] = set()
        self._han_languages: list[str] = []
        self._names: set[str] = set()
        self._roles: set[str] = set()
        forms: set[str] = set()
        for code in ontology.languages:
            lexicon = ontology.lexicon(code)
            language, words = lexicon.get("language", {}), lexicon.get("words", {})
            forms.update(fold(form) for table in (lexicon, language) for form in _strings(table.get("legal_forms", ())))
            for kind in ("definite", "demonstrative", "indefinite", "possessive"):
                entries = words.get("determiner", {}).get(kind, ())
                self._articles.update(fold(entry.strip("=")) for entry in _strings(entries))
            if language.get("script") == "han":
                self._han_languages.append(code)
            endings = ("", *language.get("inflections", ()))
            for cls, entries in words.get("head", {}).items():
                for entry in filter(_is_common, _strings(entries)):
                    self._add_heads(cls, (entry.strip("~=") + ending for ending in endings))
            roles = _strings(words.get("title", {}))
            self._roles.update(fold(entry.strip("~=") + ending) for entry in roles for ending in endings)
            for cls in ontology.classes:
                self._add_heads(cls, (ontology.label(cls, code),))
            self._names.update(fold(name) for name in _strings(words.get("name", {})))
        for name in self._names:
            self._heads.pop(name, None)
        self._forms = tuple(sorted(filter(None, forms), key=lambda form: (-len(form), form)))

    def _add_heads(self, cls: str, words: Iterable[str]) -> None:
        for word in map(fold, words):
            if word:
                self._heads[word] = self._heads.get(word, frozenset()) | {cls}

    def language(self, name: str, document_language: str) -> str:
        """The tag of a name: its document's language, unless that is written in another script than the name."""
        in_han = document_language in self._han_languages
        if has_han(name) == in_han:
            return document_language
        return "und" if in_han or not self._han_languages else self._han_languages[0]

    def full(self, name: str) -> str:
        """The folded name without a leading article."""
        key = fold(name)
        first, _, rest = key.partition(" ")
        return rest if rest and first in self._articles else key

    def key(self, name: str) -> str:
        """The folded name without article and legal forms, unless too little would be left to tell it by."""
        key = self.full(name)
        while True:
            shorter = self._without_form(key)
            if shorter is None:
                return key
            key = shorter

    def _without_form(self, key: str) -> str | None:
        for form in self._forms:
            rest = _before(key, form)
            if rest and self.distinctive(rest):
                return rest
        return None

    def distinctive(self, key: str) -> bool:
        """Whether a key says more than "the company": long enough, not a number, and no class's own word."""
        if key in self._names:
            return True
        shortest = 2 if has_han(key) else 3
        return len(key) >= shortest and not key.replace(" ", "").isdigit() and key not in self._heads

    def is_head(self, key: str) -> bool:
        """Whether the key is only a word for a class, such as "park"."""
        return key in self._heads

    def classes_of(self, head: str) -> frozenset[str]:
        """The classes that a head word can stand for."""
        return self._heads.get(head, frozenset())

    def is_role(self, key: str) -> bool:
        """Whether a key ends in what somebody does ("deputy general manager"), and so is no one's name."""
        last = key.rpartition(" ")[2]
        return any(last[start:] in self._roles for start in range(len(last)))

    def leans_on_head(self, key: str) -> bool:
        """Whether a key is a class's word with at most one word (four Han characters) more: "environment bureau"."""
        if has_han(key):
            rests = [key[:-n] for n in range(1, len(key)) if key[-n:] in self._heads]
            return any(len(rest) <= 4 for rest in rests)
        first, _, rest = key.rpartition(" ")
        if " " in first:
            return False
        return first in self._heads or any(rest[n:] in self._heads for n in range(len(rest) - 2))

    def split_head(self, key: str) -> tuple[str, str]:
        """(rest, head word of a class) of a key that ends or begins with one; ("", "") where too little is left."""
        for size in range(len(key) - 1, 0, -1):
            tail, rest = key[-size:], key[:-size]
            if tail in self._heads and (has_han(tail) or rest.endswith(" ")) and self.distinctive(rest.strip()):
                return rest.strip(), tail
        first, _, rest = key.partition(" ")
        return (rest, first) if first in self._heads and self.distinctive(rest) else ("", "")


def _is_common(entry: str) -> bool:
    """False for an acronym, which lexicons list among head words though it names one thing."""
    return "~" in entry or not any(sum(map(str.isupper, word)) > 1 for word in entry.split())


def _before(key: str, form: str) -> str:
    """What stands before `form` at the end of a key, or nothing."""
    if not key.endswith(form) or key == form:
        return ""
    rest = key[: -len(form)]
    return rest.strip() if has_han(form) or rest.endswith(" ") else ""
