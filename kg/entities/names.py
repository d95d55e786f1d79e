"""Names as keys: what two names of one thing have in common, and what is too weak to tell two things apart.

Every word that this needs (legal forms, articles, the head words of classes, words of trade) comes from `ontology/`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kg.entities.identity import Identity
from kg.entities.spelling import fold, has_han, numbers, without_umlauts
from kg.entities.vocabulary import Vocabulary, ends
from kg.ontology import Ontology

__all__ = ["NameKeys", "fold", "has_han"]


class NameKeys:
    """How names become keys, by the words of all languages of an ontology."""

    def __init__(self, ontology: Ontology) -> None:
        identity = Identity.of(ontology)
        words = Vocabulary.of(ontology)
        self.spelled = lru_cache(maxsize=400_000)(words.spelled)
        """One spelling for words that have several, and the full words for endings that are short for them."""
        self._heads, self._forms, self._telling = words.heads, words.forms, words.telling
        self._articles, self._names, self._common = words.articles, words.names, words.common
        self._roles, self._role_ends, self._first_names = words.roles, words.role_ends, words.first_names
        self._han_languages = words.han_languages
        self._numeral = re.compile("|".join(identity.numerals)) if identity.numerals else None
        self._bodiless = frozenset(
            cls for cls in ontology.classes if any(ontology.is_a(cls, broad) for broad in identity.unincorporated)
        )
        self.key = lru_cache(maxsize=400_000)(self._key)
        self.incorporated = lru_cache(maxsize=400_000)(self._incorporated)
        self.full = lru_cache(maxsize=400_000)(self._full)
        self.has_form = lru_cache(maxsize=400_000)(self._has_form)
        self.forms = lru_cache(maxsize=400_000)(self._kinds_of_form)
        self.numbers = lru_cache(maxsize=400_000)(self._numbers)
        self.split_head = lru_cache(maxsize=400_000)(self._split_head)
        self.distinctive = lru_cache(maxsize=400_000)(self._distinctive)

    def language(self, name: str, document_language: str) -> str:
        """The tag of a name: its document's language, unless that is written in another script than the name."""
        in_han = document_language in self._han_languages
        if has_han(name) == in_han:
            return document_language
        return "und" if in_han or not self._han_languages else self._han_languages[0]

    # -- keys --------------------------------------------------------------------------------------------------------

    def _full(self, name: str) -> str:
        """The folded name without a leading article."""
        key = fold(name)
        first, _, rest = key.partition(" ")
        return rest if rest and first in self._articles else key

    def _key(self, name: str) -> str:
        """The name as all spell it, without article and legal forms, unless too little would be left to tell it by."""
        key = self.full(name)
        while (shorter := self._without_form(key)) is not None:
            key = shorter
        return self.spelled(key)

    def _incorporated(self, name: str) -> str:
        """The name as all spell it, with its legal forms."""
        return self.spelled(self.full(name))

    def _without_form(self, key: str) -> str | None:
        for rest, _ in self._forms.of(key):
            if self.distinctive(rest):
                return None if self._bodiless_head(rest) else rest
        return None

    def _bodiless_head(self, key: str) -> bool:
        """Whether a name ends in a word for things that have no legal form, as the name of a park does."""
        return any(self._heads[end] <= self._bodiless for _, end in self._heads.of(key))

    def _has_form(self, name: str) -> bool:
        """Whether a name ends in a legal form."""
        return any(True for _ in self._forms.of(fold(name)))

    def _kinds_of_form(self, name: str) -> frozenset[str]:
        """The kinds of legal form that the end of a name tells."""
        return next((self._telling[end] for _, end in self._telling.of(fold(name))), frozenset())

    def _numbers(self, name: str) -> frozenset[str]:
        """Every number in a name."""
        return numbers(fold(name), self._numeral)

    # -- what a key is worth -----------------------------------------------------------------------------------------

    def _distinctive(self, key: str) -> bool:
        """Whether a key says more than "the company": long enough, not a number, and no class's own word."""
        if key in self._names:
            return True
        in_han = has_han(key)
        if len(key) < (2 if in_han else 3) or key.replace(" ", "").isdigit() or key in self._heads:
            return False
        # in a script without spaces the article stands at the word
        return not (in_han and any(key[:n] in self._articles and key[n:] in self._heads for n in (1, 2)))

    def is_proper(self, key: str) -> bool:
        """Whether a key holds more than words for classes and of trade, and more than one word of its own and no other.

        >>> NameKeys(load()).is_proper("iron and steel")
        False
        """
        if has_han(key):
            own = self._own(key)
            return 2 <= len(own) < len(key)
        words = key.split(" ")
        return len(words) > 1 and any(len(word) > 2 and word not in self._common for word in words)

    def _own(self, key: str) -> str:
        """What is left of a Han name in front of its words for classes and of trade."""
        shorter = next((rest for rest, end in ends(key) if end in self._common or end in self._heads), None)
        return key if shorter is None else self._own(shorter)

    def is_common(self, word: str) -> bool:
        """Whether a word of a key is a word for a class or of trade."""
        return word in self._common

    def is_head(self, key: str) -> bool:
        """Whether the key is only a word for a class, such as "park"."""
        return key in self._heads

    def classes_of(self, head: str) -> frozenset[str]:
        """The classes that a head word can stand for."""
        return self._heads.get(head, frozenset())

    def heads(self, key: str) -> tuple[tuple[str, str], ...]:
        """(rest, word for a class) for each such word that a key ends in, the longest first."""
        return self._heads.of(key)

    def is_role(self, key: str) -> bool:
        """Whether a key ends in what somebody does ("deputy general manager"), and so is no one's name.

        >>> keys = NameKeys(load())
        >>> keys.is_role("abteilungsleiter"), keys.is_role("peter richter")
        (True, False)
        """
        first, _, last = key.partition(" ")
        if last and first in self._first_names:
            return False
        last = last.rpartition(" ")[2] or first
        return any(last[start:] in self._role_ends for start in range(len(last))) or any(
            end in self._roles or end in self._role_ends for _, end in ends(" " + key)
        )

    def leans_on_head(self, key: str) -> bool:
        """Whether a key is a class's word with at most one word (four Han characters) more: "environment bureau"."""
        if has_han(key):
            return any(len(rest) <= 4 for rest, _ in self._heads.of(key))
        first, _, rest = key.rpartition(" ")
        if " " in first:
            return False
        return first in self._heads or any(rest[n:] in self._heads for n in range(len(rest) - 2))

    def is_apposed(self, name: str) -> bool:
        """Whether a name is a word for a class and a proper name behind it, as "Zementwerk Kalkstett" is."""
        words = name.split()
        if len(words) != 2 or has_han(name) or not all(word[:1].isupper() for word in words):
            return False
        head, own = map(fold, words)
        return head in self._heads and without_umlauts(own) not in self._common and self.distinctive(own)

    def _split_head(self, key: str) -> tuple[str, str]:
        """(rest, head word of a class) of a key that ends or begins with one; ("", "") where too little is left."""
        for rest, end in self._heads.of(key):
            if self.distinctive(rest):
                return rest, end
        first, _, rest = key.partition(" ")
        return (rest, first) if first in self._heads and self.distinctive(rest) else ("", "")
