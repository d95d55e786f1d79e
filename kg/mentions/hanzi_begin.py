"""Where a name begins in scripts without spaces: behind an actor's deed, a verb, a figure with its classifier."""

from __future__ import annotations

from kg.mentions.classes import mode, top, unknown
from kg.mentions.hanzi_inner import is_place
from kg.mentions.hanzi_words import PLACE_TAG, HanWords
from kg.mentions.language import reading
from kg.mentions.lexicon import Sense

_SHORT_FORM = 2
"""Signs of a legal form that plain words for a firm have, too (公司, 集团)."""
_WORDS_OF_KIN = 4
_NO_OPENING = frozenset(("f", "d", "ad", "c", "p", "u", "q", "m", "r", "t"))


def beginning(words: HanWords, start: int, first: int, sense: Sense) -> int:
    """The first word of the name that may begin at `start` and whose head word of that sense begins at `first`."""
    start = _after_kin(words, _after_actor(words, start, first, sense), first)
    start = next(
        (k + 1 for k in range(first - 1, start - 1, -1) if words.tokens[k].text in words.sets["name_begin"]), start
    )
    deed = next((k for k in range(first - 2, start - 1, -1) if k not in words.covered and _acts(words, k)), start - 1)
    return _trim(words, deed + 1, first)


def _after_actor(words: HanWords, start: int, first: int, sense: Sense) -> int:
    """Where the name begins if an actor and its deed stand before it ("the group builds a zero-carbon plant")."""
    for b in range(first, start, -1):
        head = words.heads.get(b) or words.names.get(b)
        if head is None or mode(head[1].value) != "named" or is_place(head[1]):
            continue
        if b < first and words.tokens[b].text in words.sets["actor_verbs"] and not _firm_of_deed(words, b + 1, sense):
            return b + 1
        if b < first and top(sense.value) in reading()["inner_kinds"] and top(head[1].value) == unknown("name"):
            return b
        bare = words.tokens[start].start == words.tokens[b - 1].end - len(head[1].entry)
        if bare and mode(sense.value) == "term" and head[1].entry in words.sets["pro_words"]:
            return b
    return start


def _firm_of_deed(words: HanWords, k: int, sense: Sense) -> bool:
    """Whether only a legal form or a number stands from token `k` on: the deed before it is of the firm's name."""
    text = words.tokens[k].text
    formal = sense.entry in words.sets["legal_forms"] and len(sense.entry) > _SHORT_FORM
    return formal and (sense.entry.startswith(text) or text[0] in words.sets["ordinal"])


def _after_kin(words: HanWords, start: int, first: int) -> int:
    """Where the name begins if what its firm is to another stands before it ("子公司X有限公司")."""
    for b in range(first, start, -1):
        head = words.heads.get(b)
        apposed = head is not None and head[1].entry in words.sets["apposed_firms"]
        if apposed or (
            b - start < _WORDS_OF_KIN
            and words.text[words.tokens[start].start : words.tokens[b - 1].end] in words.sets["apposed_firms"]
        ):
            return b
    return start


def _trim(words: HanWords, start: int, first: int) -> int:
    while start < first and _no_opening(words, start):
        start += 1
    return start


def _after_figure(words: HanWords, k: int) -> bool:
    return k > 0 and (k - 1 in words.inside or words.tokens[k - 1].kind == "number")


def counts_first(words: HanWords, k: int) -> bool:
    """Whether the segmenter drew the classifier behind a figure to the first word of a name (9|个近|零碳园区)."""
    token = words.tokens[k]
    return (
        _after_figure(words, k)
        and not token.senses
        and len(token.text) > 1
        and token.text[0] in words.sets["classifiers"]
    )


def _no_opening(words: HanWords, k: int) -> bool:
    token = words.tokens[k]
    if token.text in words.sets["name_edge"] or token.text in words.sets["and_in_names"] or token.kind != "word":
        return True
    if _after_figure(words, k) and token.text in words.sets["classifiers"]:
        return True
    if k in words.covered:
        return False
    return token.tag in _NO_OPENING or _acts(words, k)


def _acts(words: HanWords, k: int) -> bool:
    """Whether a verb stands before the place or rank that a name begins with (听取|市工信局)."""
    token, behind = words.tokens[k], words.tokens[k + 1 : k + 2]
    if token.tag[:1] != "v" or len(token.text) == 1 or token.text in words.sets["name_verbs"] or not behind:
        return False
    return behind[0].tag == PLACE_TAG or behind[0].text in words.sets["levels"] or k + 1 in words.placed
