"""Persons in a script without spaces: a name of two to four signs after a title, or before what a person does.

The segmenter often cuts names wrongly; the surname, the word borders behind it and what follows decide.
"""

from __future__ import annotations

from kg.mentions.classes import mode, unknown
from kg.mentions.hanzi_words import HanWords, mention_of
from kg.mentions.model import Mention

_PERSON_TAGS = frozenset(("nr", "nrt", "nrfg"))
_DOT = "·"
_LONGEST_FOREIGN = 8


def person_end(words: HanWords, k: int, titled: bool) -> int | None:
    """Offset where the person's name that begins with token `k` ends, or None; `titled`: a title stands before it."""
    tokens = words.tokens
    if k >= len(tokens) or tokens[k].kind != "word" or k in words.inside:
        return None
    if k and "\n" in words.text[tokens[k - 1].end : tokens[k].start]:
        return None
    end = _by_surname(words, k, titled)
    if end is None and titled:
        end = _until_speech(words, k)
    return end


def _by_surname(words: HanWords, k: int, titled: bool) -> int | None:
    text, start = words.text, words.tokens[k].start
    surnames = words.sets["surnames"]
    double = text[start : start + 2] in surnames
    if not double and text[start] not in surnames:
        return None
    if not titled and words.tokens[k].tag not in _PERSON_TAGS:
        return None
    ends = {t.end for t in words.tokens[k : k + 4] if t.kind == "word"}
    whole = words.tokens[k]
    if double and start + 4 in ends and _name_like(words, k, start + 4):
        return start + 4
    if whole.tag in _PERSON_TAGS and 2 <= len(whole.text) <= 4:
        following = words.tokens[k + 1] if k + 1 < len(words.tokens) else None
        if whole.text[-1] in words.sets["single_speech"] and len(whole.text) > 2:
            return whole.end - 1
        if len(whole.text) > 2 or following is None or not _goes_on(words, k + 1):
            return whole.end
    for size in (4, 3) if double else (3, 2):
        if start + size in ends and _name_like(words, k, start + size):
            return start + size
    return whole.end if whole.tag in _PERSON_TAGS and 2 <= len(whole.text) <= 4 else None


def _goes_on(words: HanWords, k: int) -> bool:
    """Whether the single sign behind a name of two is its third."""
    token = words.tokens[k]
    return (
        token.kind == "word"
        and len(token.text) == 1
        and not token.senses
        and token.tag[:1] in "nagjz"
        and token.text not in words.sets["name_stop"]
    )


def _name_like(words: HanWords, k: int, end: int) -> bool:
    """Whether no word of another meaning lies in the stretch after the surname."""
    for token in words.tokens[k:]:
        if token.start >= end:
            return True
        small = token.text in words.sets["name_stop"] | words.sets["clause_verbs"] or any(
            s.kind in ("function", "speech", "title") for s in token.senses
        )
        if token.start > words.tokens[k].start and (small or token.kind != "word" or token.tag in ("u", "p", "c")):
            return False
    return True


def _until_speech(words: HanWords, k: int) -> int | None:
    """A name of another people between a title and a word of speech."""
    start = words.tokens[k].start
    for n, token in enumerate(words.tokens[k:], k):
        if n > k and token.has("speech"):
            found = words.tokens[n - 1].end
            return found if 2 <= found - start <= _LONGEST_FOREIGN else None
        if token.end - start > _LONGEST_FOREIGN or not (token.kind == "word" or token.text == _DOT):
            return None
        if (
            token.text in words.sets["name_stop"]
            or token.tag in ("p", "c", "u", "d", "v", "m", "r")
            or token.has("head")
        ):
            return None
    return None


def speaks(words: HanWords, k: int) -> bool:
    """Whether a word of speech stands at token `k` or right behind it."""
    return any(t.has("speech") for t in words.tokens[k : k + 2])


def in_name(words: HanWords, i: int) -> bool:
    """Whether the title at token `i` is but a part of a name ("experts' committee")."""
    end, _ = words.titles[i]
    if any((a <= i and end < b) or (a < i and end <= b) for b, (a, _) in words.heads.items()):
        return True
    if person_end(words, end, titled=True) is not None or speaks(words, end) or addressed(words, end) is not None:
        return False
    return end < len(words.tokens) and words.nominal(end) and words.adjoins(end)


def titled(words: HanWords, i: int, start: int) -> tuple[list[Mention], int]:
    """(the holder of the title at token `i`, token after): by name, or by the title where he or she speaks."""
    end, sense = words.titles[i]
    while end in words.titles and words.adjoins(end):
        end, sense = words.titles[end]
    last = person_end(words, end, titled=True)
    held = sense.value == "held"
    if last is not None:
        k = next(n for n in range(end, len(words.tokens)) if words.tokens[n].end >= last)
        return ([_named(words, end, k + 1, last, "title")] if held else []), k + 1
    if held and speaks(words, end) and not (i and i not in words.names and words.coined(i - 1)):
        while i > start and words.tokens[i - 1].text in words.sets["levels"]:
            i -= 1
        return [mention_of(words, i, end, unknown("person"), "role", words.tokens[end - 1].text)], end
    return [], end


def addressed(words: HanWords, i: int) -> Mention | None:
    """A person by surname and word of address alone ("周先生"), which need no title and no word of speech."""
    if i + 1 >= len(words.tokens) or not words.adjoins(i + 1):
        return None
    surname, after = words.tokens[i], words.tokens[i + 1]
    if surname.text not in words.sets["surnames"] or after.text not in words.sets["person_after"] or i in words.covered:
        return None
    return mention_of(words, i, i + 2, unknown("person"), "addressed", after.text)


def _of_body(words: HanWords, k: int) -> bool:
    """Whether the whole token `k` is a name behind its owner's body and before a sign ("经发局张青，")."""
    token = words.tokens[k]
    after = words.tokens[k + 1] if k + 1 < len(words.tokens) else None
    head = words.heads.get(k)
    return (
        head is not None
        and mode(head[1].value) == "named"
        and token.tag in _PERSON_TAGS
        and 2 <= len(token.text) <= 3
        and not token.senses
        and (after is None or after.kind != "word")
    )


def _owned(words: HanWords, k: int) -> bool:
    """Whether a surname stands behind whose it is ("设备部的罗启明介绍")."""
    return k > 0 and words.tokens[k - 1].text in words.sets["possessive_mark"]


def speaker(words: HanWords, i: int, j: int) -> Mention | None:
    """A person named alone at the end of the run i:j, before a word of speech or of address."""
    for k in range(max(i, j - 3), j):
        last = person_end(words, k, titled=_owned(words, k))
        if last is None or k in words.covered:
            continue
        after = next((n for n in range(k, len(words.tokens)) if words.tokens[n].start >= last), len(words.tokens))
        if after in words.titles and words.titles[after][1].value == "held" and words.adjoins(after):
            return _named(words, k, after, last, "speaker")
        addressed = after < len(words.tokens) and words.tokens[after].text in words.sets["person_after"]
        if addressed:
            return _named(words, k, after + 1, words.tokens[after].end, "speaker")
        if after == j and (speaks(words, after) or _of_body(words, k)):
            return _named(words, k, after, last, "speaker")
    return None


def _named(words: HanWords, i: int, j: int, last: int, rule: str) -> Mention:
    cue = words.tokens[i - 1].text if i else ""
    found = mention_of(words, i, j, unknown("person"), rule, cue)
    found.end, found.text = last, words.text[found.start : last]
    return found
