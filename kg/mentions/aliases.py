"""Other names that a text gives for a thing: acronyms, and names in other languages behind the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kg import ontology
from kg.mentions.classes import compatible
from kg.mentions.language import Language, language

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_ONLY = re.compile(r"[^\W\d_][^\u4e00-\u9fff]{3,}$")
_BRACKETED = re.compile(r"\s*[（(]([^()（）\n]{2,160})[)）]")
_PARTS = re.compile(r"[^;；，、]+")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff·]{2,}")
_LATIN_NAME = re.compile(r"[A-Z][^\u4e00-\u9fff]+")
_SPLIT = re.compile(r"[^\w]+")
_AROUND = " \t„“”\"'‘’«»「」『』"


def foreign_name(name: str, lang: Language, cls: str) -> bool:
    """Whether a bracketed stretch reads as the same thing's name in another script or another lexicon's words."""
    han = bool(_HAN.search(name))
    if lang.han:
        return not han and bool(_LATIN_ONLY.match(name)) and name[:1].isupper() and " " in name
    if han:
        return len(_HAN.findall(name)) > 1
    words = re.findall(r"[^\W\d_]+", name)
    if len(words) < 2 or not name[:1].isupper():
        return False
    others = [language(code) for code in ontology.load().languages if code != lang.code]
    return any(
        sense.kind == "head" and compatible(sense.value, cls)
        for other in others
        if not other.han
        for word in words
        if word[:1].isupper()
        for sense in other.lexicon.senses(word.lower())
    ) and not any(s.kind == "head" and s.whole for w in words for s in lang.lexicon.senses(w.lower()))


def bracketed_names(text: str, end: int, lang: Language, cls: str) -> Iterator[tuple[str, int]]:
    """(name, where it begins) of the names in brackets right behind a name that ends at `end`."""
    bracket = _BRACKETED.match(text, end)
    for part in _PARTS.finditer(bracket[1]) if bracket else ():
        written = _LATIN_NAME if lang.han else _HAN_NAME
        inner = written.search(part.group())
        name = (inner[0] if inner else part.group()).strip(_AROUND)
        if bracket is not None and name and foreign_name(name, lang, cls):
            yield name, text.index(name, bracket.start(1) + part.start())


def is_acronym(short: str, long: str) -> bool:
    """Whether the letters of `short` are, in order, initials or inner letters of the words of `long`.

    >>> is_acronym("BAFA", "Bundesamt für Wirtschaft und Ausfuhrkontrolle")
    True
    """
    letters = [c for c in short.lower() if c.isalnum()]
    if not 2 <= len(letters) <= 10 or len(short) >= len(long) or not short[:1].isupper():
        return False
    if sum(c.isupper() for c in short) < 2 and not any("\u4e00" <= c <= "\u9fff" for c in short):
        return False
    words = [w for w in _SPLIT.split(long) if w]
    inner = sum(not w[0].islower() for w in words) <= len(letters)
    at = 0
    for word in (w.lower() for w in words):
        if at < len(letters) and word[0] == letters[at]:
            at += 1
            for c in word[1:]:
                if at < len(letters) and c == letters[at] and inner and not _begins(words, word, letters[at]):
                    at += 1
    return at == len(letters)


def _begins(words: list[str], word: str, letter: str) -> bool:
    """Whether a capitalised word behind `word` begins with the letter: then it is that word's."""
    low = [w.lower() for w in words]
    return any(w[0] == letter.upper() for w in words[low.index(word) + 1 :])


def initials(short: str, long: str) -> bool:
    """Whether a short form in capitals is just the first letters of a name's words, small words left out or not.

    >>> initials("KfW", "Kreditanstalt für Wiederaufbau"), initials("ADB", "Asian Development Bank")
    (True, True)
    """
    return may_be_initials(short) and short in all_initials(long)


def may_be_initials(short: str) -> bool:
    """Whether a name is written as initials are."""
    return 3 <= len(short) <= 7 and short.isalpha() and sum(c.isupper() for c in short) > 1


@lru_cache(maxsize=4096)
def all_initials(long: str) -> tuple[str, ...]:
    """The first letters of a name's words, small words left out or not; none of a name of one word or two."""
    words = [w for w in _SPLIT.split(long) if w]
    return ("".join(w[0] for w in words), "".join(w[0] for w in words if w[0].isupper())) if len(words) > 2 else ()
