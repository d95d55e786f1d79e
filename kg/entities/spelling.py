"""One spelling for all: what two writings of one name have in common before any word is understood."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LISTED = "="
"""What keys of places and kinds begin with that the ontology's folder lists: no folded name has it."""

_NOT_WORD = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SPACE_BY_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3}")
_LETTER = re.compile(r"[b-hj-z]")
_MAYBE = re.compile(r"\d| (?:[b-hj-z]|[ivx]+)(?: |$)")
"""In a name without it there is no number but in words."""
_NONE = frozenset[str]()
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


@lru_cache(maxsize=200_000)
def fold(name: str) -> str:
    """One spelling for all: compatibility forms, case, punctuation and the spaces around Han characters are gone."""
    text = name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    if text.isalnum():
        return text
    if text.isascii() and text.replace(" ", "").isalnum() and "  " not in text:
        return text.strip()
    return _SPACE_BY_HAN.sub("", _NOT_WORD.sub(" ", text).strip())


def without_umlauts(key: str) -> str:
    """A folded name as it is written where the keyboard has no umlauts (ü -> ue)."""
    return key if key.isascii() else unicodedata.normalize("NFC", key).translate(_UMLAUTS)


@lru_cache(maxsize=400_000)
def has_han(text: str) -> bool:
    """Whether any character is a Han character."""
    return not text.isascii() and _HAN.search(text) is not None


def numbers(key: str, numeral: re.Pattern[str] | None = None) -> frozenset[str]:
    """Every number in a folded name: digits, Roman numerals, single letters that number, and what `numeral` finds."""
    if _MAYBE.search(key) is None and (numeral is None or numeral.search(key) is None):
        return _NONE
    found = set(_DIGITS.findall(key))
    words = key.split(" ")
    found.update(word for word in words[1:] if _LETTER.fullmatch(word) or _ROMAN.fullmatch(word))
    if numeral is not None:
        found.update(match[0] for match in numeral.finditer(key))
    return frozenset(found)


def shortens(short: str, long: str) -> bool:
    """Whether a key leaves out words (Han: characters) of a longer one and changes none.

    >>> shortens("fuhuang building materials", "chongqing fuhuang building materials")
    True
    """
    if len(short) >= len(long) or has_han(short) != has_han(long):
        return False
    rest = iter(long if has_han(long) else long.split(" "))
    return all(part in rest for part in (short if has_han(short) else short.split(" ")))


def is_acronym(key: str) -> bool:
    """Whether a key is one short word, as acronyms are."""
    return " " not in key and len(key) <= 6 and not has_han(key)


def spells_out(acronym: str, key: str) -> bool:
    """Whether the letters of an acronym are, in order, first or inner letters of a name's words, the first a first."""
    letters = iter(key)
    return key[:1] == acronym[:1] and all(letter in letters for letter in acronym)
