"""Names between signs, in scripts without spaces: a title in book marks, a quotation with its head word."""

from __future__ import annotations

from kg.mentions.classes import mode, top, unknown
from kg.mentions.hanzi_inner import inner_mentions
from kg.mentions.hanzi_words import HanWords, Span, mention_of
from kg.mentions.language import reading
from kg.mentions.model import Mention

_LONGEST_TITLE = 40
_LONGEST_QUOTED = 10
_LONGEST_PROJECT = 20
_BOOK = "《"
_CLOSING = {"《": "》", "“": "”", "「": "」", "『": "』"}


def closed(words: HanWords, i: int) -> tuple[list[Mention], int] | None:
    """(mentions, token after them) of what the sign at token `i` opens, or None where it encloses no name."""
    opening = words.tokens[i].text
    sign = _CLOSING.get(opening)
    longest = _LONGEST_TITLE if opening == _BOOK else _LONGEST_PROJECT
    last = min(i + longest, len(words.tokens))
    end = next((k for k in range(i + 2, last) if words.tokens[k].text == sign), None)
    if end is None:
        return None
    if opening == _BOOK:
        return _book(words, i, end), end + 1
    return _quoted(words, i, end) if end - i < _LONGEST_QUOTED or end in words.heads else None


def _book(words: HanWords, i: int, end: int) -> list[Mention]:
    tokens, journals = words.tokens, words.sets["journals"]
    around = tokens[max(0, i - 2) : i] + tokens[end + 1 : end + 3]
    if any(t.text in journals for t in (*around, tokens[end - 1])):
        return []
    at = next((b for b in range(end, i, -1) if b in words.heads), i)
    head = words.heads.get(at)
    last = at == end or (words.tokens[end - 1].text in words.sets["in_quoted"] and at == end - 1)
    kinds = (unknown("quoted"), *(reading()["quoted_whole"] if last else ()))
    if head is not None and top(head[1].value) in kinds:
        cls, cue = head[1].value, head[1].entry
    else:
        cls, cue = unknown("quoted"), ""
    return [mention_of(words, i + 1, end, cls, "book-title", cue), *inner_mentions(words, i + 1, end, end, cls)]


def _quoted(words: HanWords, i: int, end: int) -> tuple[list[Mention], int] | None:
    """A quotation before its head word ("“X” project"), or one that ends in a head word."""
    after = end + 1
    inside = words.names.get(end)
    if inside is not None and inside[0] == i + 1:
        return [mention_of(words, i + 1, end, inside[1].value, "quoted-name", inside[1].entry)], after
    behind = [(b, s) for b, (a, s) in words.heads.items() if after <= a <= after + 1 and b > after]
    if behind and words.adjoins(after):
        b, sense = min(behind, key=lambda found: found[0])
        if mode(sense.value) != "named" and all(words.nominal(k) for k in range(after, b)):
            cls = unknown("slogan") if sense.entry in words.sets["slogan_heads"] else sense.value
            return [mention_of(words, i, b, cls, "quoted-name", sense.entry)], b
    head = words.heads.get(end)
    if head is None:
        return _coined(words, i, end)
    whole = head[1].value if _told_whole(words, i, end, head) else ""
    if whole:
        inner = inner_mentions(words, i + 1, end, head[0], whole)
        return [mention_of(words, i + 1, end, whole, "quoted-name", head[1].entry), *inner], after
    if mode(head[1].value) == "named" or not all(words.nominal(k) for k in range(i + 1, end)):
        return None
    start = i
    while start > 0 and words.tokens[start - 1].text in words.sets["levels"]:
        start -= 1
    ranked = start < i
    name = mention_of(words, start if ranked else i + 1, end + ranked, head[1].value, "quoted-name", head[1].entry)
    return [name], after


def _told_whole(words: HanWords, i: int, end: int, head: Span) -> bool:
    """Whether a quotation is the long name of a project: with its owner, its power and its kind in one."""
    between = range(i + 1, end)
    if top(head[1].value) not in reading()["quoted_whole"] or not any(
        k in words.inside or _sign(words, k) for k in between
    ):
        return False
    return all(k in words.inside or _sign(words, k) or words.nominal(k) for k in between)


def _sign(words: HanWords, k: int) -> bool:
    return words.tokens[k].text in words.sets["in_quoted"]


def _coined(words: HanWords, i: int, end: int) -> tuple[list[Mention], int] | None:
    """A short quotation that ends like the names of some kind of thing ("green-carbon-loan")."""
    text = words.text[words.tokens[i].end : words.tokens[end].start]
    endings = words.lang.lexicon.settings.get("coined_ending", {})
    for cls, last in endings.items():
        if (
            2 < len(text) <= _LONGEST_QUOTED
            and text.endswith(tuple(last))
            and all(words.tokens[k].kind == "word" for k in range(i + 1, end))
        ):
            return [mention_of(words, i + 1, end, cls, "quoted-name", text[-1])], end + 1
    return None
