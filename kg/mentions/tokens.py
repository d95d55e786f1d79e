"""Sentences and tokens: where thoughts end, and the words that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import Any

from kg.documents import Block, Document
from kg.mentions.lexicon import Lexicon
from kg.mentions.model import Sentence, Token

_TOKEN = re.compile(
    # "35-Megawatt-Kessel" is one word
    r"(?P<word>\d+(?:[.,]\d+)*(?:-[^\W\d_]\w*)+-[A-ZÄÖÜ][^\W\d_]\w+"
    r"|(?:[^\W\d_]\.){2,}|[^\W\d_][\w₀-₉]*(?:(?:[-’'&+.]|/(?![^\W\d_]{3}))(?=\w)[\w₀-₉]+)*-?)"
    r"|(?P<number>\d+(?:[.,’']\d+)*)"
    r"|(?P<mark>(?<=[)\]])['’]s\b)"
    r"|(?P<open>[(\[„“«»‹\"‘‚（《「『【])"
    r"|(?P<close>[)\]”›’）》」』】])"
    r"|(?P<punct>[^\w\s]|\t)"
)
_LONGEST_ROW = 1500
"""Characters of a table's row that is read as one sentence; longer ones hold whole texts in their cells."""
_COINED = 3
"""Signs of the longest word that the segmenter may have made up."""
_HAN_END = re.compile(r"[。！？!?；;]+[”」』）)]*|\n")
_LATIN_END = re.compile(r"[.!?…]+[\"“”»«’')\]]*(?=\s|$)|\n(?=\s*\S)|[;](?=\s)")


def sentences(document: Document, lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences of a document with their tokens, block by block."""
    for block in document.blocks:
        for start, end in _bounds(document.text, block, lexicon):
            tokens = (
                _han_tokens(document.text, start, end, lexicon)
                if lexicon.han
                else _latin_tokens(document.text, start, end, lexicon)
            )
            if tokens:
                yield Sentence(start, end, block, tokens)


def _bounds(text: str, block: Block, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    if block.kind == "row" and block.end - block.start <= _LONGEST_ROW:
        yield _stripped(text, block.start, block.end)
        return
    pattern = _HAN_END if lexicon.han else _LATIN_END
    start = block.start
    for match in pattern.finditer(text, block.start, block.end):
        if not lexicon.han and text[match.start()] in ".\n" and not _ends(text, start, match, block, lexicon):
            continue
        if match.end() > start and text[start : match.end()].strip():
            yield _stripped(text, start, match.end())
        start = match.end()
    if text[start : block.end].strip():
        yield _stripped(text, start, block.end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


_LAST_WORD = re.compile(r"([^\W_]+)$")
_NEXT = re.compile(r"\s*[\"„“«»‚‘'(\[]*(\S)")


def _ends(text: str, start: int, match: re.Match[str], block: Block, lexicon: Lexicon) -> bool:
    """Whether a full stop (or a line end inside a paragraph) ends the sentence: not after "Mio." or in "13. Mai"."""
    following = _NEXT.match(text, match.end(), block.end)
    if text[match.start()] == "\n":
        return False
    if following is None:
        return True
    if following[1].islower():
        return False
    word = _LAST_WORD.search(text, max(start, match.start() - 30), match.start())
    if word is None or match.end() - match.start() > 1:
        return True
    last = word[1]
    if last.isdigit():
        return len(last) > 2 or text[max(0, word.start() - 1)] in ".,"
    if len(last) == 1 and last.isalpha() and last.isupper():
        return False
    return last not in _abbreviations(lexicon)


@lru_cache(maxsize=16)
def _abbreviations(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.settings.get("abbreviations", ()))


def _latin_tokens(text: str, start: int, end: int, lexicon: Lexicon) -> list[Token]:
    tokens = []
    eliding = lexicon.eliding
    for match in _TOKEN.finditer(text, start, end):
        kind, word, at, stop = match.lastgroup or "punct", match.group(), match.start(), match.end()
        elided = lexicon.elided(word.lower()) if eliding and kind == "word" else 0
        if elided:
            tokens.append(Token(at, at + elided, word[:elided], word[:elided].lower().replace("’", "'"), "word"))
            word, at = word[elided:], at + elided
        if kind == "word" and word[-2:] in _POSSESSIVE and len(word) > 2:
            tokens.append(Token(at, stop - 2, word[:-2], word[:-2].lower(), "word"))
            tokens.append(Token(stop - 2, stop, word[-2:], "'s", "punct"))
        elif kind == "mark":  # "(XY)'s"
            tokens.append(Token(at, stop, word, "'s", "punct"))
        else:
            low = intern(word.lower())  # a text repeats its words: each is kept once
            tokens.append(Token(at, stop, low if word == low else intern(word), low, kind))  # type: ignore[arg-type]
    return tokens


_POSSESSIVE = ("'s", "’s")


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import rjieba  # loads its dictionary at first use: only texts without spaces pay for it

    return rjieba


def _segmented(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Words with their parts of speech; dictionary words that swallow a border are split as the lexicon says.

    So are coined words that begin with a preposition ("由冀蓄", of a firm's name) or, behind a place, with the sign
    that ends its name ("汴阳 市鑫磊").
    """
    splits, before = _splits(lexicon), ""
    signs, suffixes = lexicon.settings.get("split_signs", {}), lexicon.settings.get("split_suffixes", ())
    for word, tag in _segmenter().tag(text):
        if word in splits:
            yield from ((part, tag) for part in splits[word])
        elif word[0] in signs and 1 < len(word) <= _COINED and tag[0] in "nx" and word not in signs[word[0]]:
            yield word[0], "p"
            yield word[1:], tag
        elif before == "ns" and word[0] in suffixes and len(word) > 1 and tag in ("nr", "nz"):
            yield word[0], "n"
            yield word[1:], tag
        else:
            yield word, tag
        before = tag


@lru_cache(maxsize=4)
def _splits(lexicon: Lexicon) -> dict[str, list[str]]:
    return {w.replace("|", ""): w.split("|") for w in lexicon.settings.get("split_words", ())}


def _han_tokens(text: str, start: int, end: int, lexicon: Lexicon) -> list[Token]:
    tokens, at = [], start
    for word, tag in _segmented(text[start:end], lexicon):
        stop = at + len(word)
        if not word.isspace():
            kind = "number" if tag == "m" and word[0].isdigit() else "word"
            if not any(c.isalnum() for c in word):
                kind = "open" if word in "（(《“「『【" else "close" if word in "）)》”」』】" else "punct"
            low = intern(word.lower())
            tokens.append(Token(at, stop, low if word == low else intern(word), low, kind, tag=tag))  # type: ignore[arg-type]
        at = stop
    return tokens
