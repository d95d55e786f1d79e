"""Signs and words that names hold though their kind seldom stands in one, in scripts without spaces: brackets, "and",
a number, a verb, a sign of direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.mentions.classes import mode, top

if TYPE_CHECKING:
    from kg.mentions.hanzi_words import HanWords

_LONGEST_BRACKET = 4
_PLACE_TAG = "ns"


def glued(words: HanWords) -> set[int]:
    """The tokens that join what stands before and behind them to one name."""
    return set(_brackets(words)) | set(_joiners(words)) | set(_in_firms(words)) | set(_directions(words))


def _brackets(words: HanWords) -> Iterator[int]:
    """A place in brackets inside a name ("X(China)Co.")."""
    for i, token in enumerate(words.tokens):
        if token.kind != "open" or token.text not in "（(" or not 0 < i < len(words.tokens) - 3:
            continue
        for j in range(i + 2, min(i + 2 + _LONGEST_BRACKET, len(words.tokens) - 1)):
            if words.tokens[j].kind == "close":
                named = _placed(words, i + 1, j) and j + 1 in words.covered and not words.tokens[j + 1].has("title")
                if named or _firm_behind(words, i, j):
                    yield from range(i, j + 1)
                break


def _firm_behind(words: HanWords, i: int, j: int) -> bool:
    """Whether a place that nobody knows stands in brackets between a firm's word and its legal form."""
    inside = words.tokens[i + 1 : j]
    if not 2 <= words.tokens[j].start - words.tokens[i].end <= 4 or any(t.senses for t in inside):
        return False
    for b in range(j + 2, min(j + 6, len(words.tokens)) + 1):
        token = words.tokens[b - 1]
        if token.kind != "word" or token.text in words.sets["name_stop"] or not words.adjoins(b - 1):
            return False
        head = words.heads.get(b)
        if head is not None and head[1].entry in words.sets["legal_forms"]:
            return bool(words.coined(i - 1)) or i in words.names
    return False


def _in_firms(words: HanWords) -> Iterator[int]:
    """Words between a firm's own word and its legal form that names seldom hold: a verb ("渝晶显示技术有限公司"),
    a number ("建设第三工程有限公司"), a coined word that the segmenter takes for a time ("明阳集团")."""
    for first, sense in words.heads.values():
        if sense.entry not in words.sets["legal_forms"]:
            continue
        for k in range(first - 1, max(first - 4, -1), -1):
            token = words.tokens[k]
            if token.kind != "word" or not words.adjoins(k + 1) or len(token.text) == 1:
                break
            if token.tag[:1] == "v" and k and words.coined(k - 1) and words.adjoins(k):
                yield k
                break
            timeless = token.tag == "t" and token.text[-1] not in words.sets["time_signs"]
            if timeless or (token.tag == "m" and token.text[0] in words.sets["ordinal"] and k and words.adjoins(k)):
                yield k


def _directions(words: HanWords) -> Iterator[int]:
    """A sign of direction between a coined word and the head word that it names with it ("锦岚西风电场")."""
    for first, _ in words.heads.values():
        k = first - 1
        if k > 0 and words.tokens[k].text in words.sets["directions"] and words.coined(k - 1) and words.adjoins(k):
            yield k


def _placed(words: HanWords, i: int, j: int) -> bool:
    return any(b == j and a == i for b, (a, _) in words.places.items()) or (
        j - i == 1
        and (words.tokens[i].tag == _PLACE_TAG or words.tokens[i].text in words.sets["bracketed"])
        and len(words.tokens[i].text) > 1
    )


def _joiners(words: HanWords) -> Iterator[int]:
    """ "And" inside a name ("School of Chemistry and Materials"): the head word behind it heads both."""
    for k in range(1, len(words.tokens) - 1):
        if words.tokens[k].text not in words.sets["and_in_names"] or k in words.covered:
            continue
        if not (words.adjoins(k) and words.adjoins(k + 1) and _joinable(words, k)):
            continue
        yield k


def _joinable(words: HanWords, k: int) -> bool:
    before, after = words.tokens[k - 1], words.tokens[k + 1]
    if (
        k in words.places
        or k in words.names
        or before.tag in ("nr", "r", "m", "ns")
        or after.tag in ("nr", "r", "m", "ns")
    ):
        return False
    left = words.heads.get(k)
    if left is not None and mode(left[1].value) != "term":
        return False
    if before.tag[:1] not in "nvjab" or after.tag[:1] not in "nvjab" or before.text in words.sets["name_stop"]:
        return False
    for b in range(k + 2, min(k + 6, len(words.tokens) + 1)):
        head = words.heads.get(b)
        if head is not None and (head[0] > k + 1 or b > k + 2) and top(head[1].value) in words.sets["joined_classes"]:
            return all(_plain(words, x) for x in range(k + 1, max(head[0], k + 2)))
    return False


def _plain(words: HanWords, x: int) -> bool:
    return x + 1 not in words.places and x + 1 not in words.names and x not in words.inside and words.nominal_word(x)
