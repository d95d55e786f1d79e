"""Names in lists that a head word behind them classes, in scripts without spaces: "A、B、C等5家企业".

The parts of such a list are names whatever their words are; only where the first begins must be told by its words.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.mentions.classes import mode, top
from kg.mentions.hanzi_inner import is_place
from kg.mentions.hanzi_words import HanWords
from kg.mentions.language import reading
from kg.mentions.lexicon import Sense

_LONGEST = 14
"""Characters of the longest name in a list."""
_BETWEEN = 4
"""Words that may stand between the list's end and its head word ("等一批知名企业")."""

Item = tuple[int, Sense]
"""(index after a name's last word, what the list's head word says that it is)"""
_KNOWN = 2
"""Firms that anybody knows in a list that makes firms of the others."""
_COINED_NOUNS = frozenset(("n", "f", "b", "t"))
_ENDING = frozenset("vdrfmt")
"""Parts of speech that end a name leftwards."""


def listed(words: HanWords) -> dict[int, Item]:
    """First word -> the name that begins there, of all names that only their list classes."""
    found: dict[int, Item] = {}
    signs = words.sets["list_signs"]
    if not any(token.text in signs for token in words.tokens):
        return found
    for k in range(2, len(words.tokens)):
        sense, counted = _classing(words, k)
        if sense is not None:
            items = _items(words, k, sense)
            # "steel, cement and other firms" names trades, "A, B and others, 5 firms" does not
            found.update((i, x) for i, x in items.items() if counted or any(map(words.coined, range(i, x[0]))))
    for i, x in _beside(words):
        found.setdefault(i, x)
    return found


def _beside(words: HanWords) -> Iterator[tuple[int, Item]]:
    """Names that stand in a list with several that anybody knows as firms: they are firms, too."""
    sign, k = words.sets["list_signs"], 0
    while k < len(words.tokens):
        if words.tokens[k].text not in sign:
            k += 1
            continue
        parts, k = _parts(words, k)
        known = [words.names[b][1] for a, b in parts if b in words.names and words.names[b][0] <= a]
        kinds = {top(sense.value) for sense in known if sense.kind == "name"}
        if len(known) < _KNOWN or len(kinds) != 1 or not kinds <= set(reading()["counted"]["listed"]):
            continue
        sense = Sense("head", kinds.pop(), "")
        for a, b in parts:
            if _plain(words, a, b) and _own(words, a, b):
                yield a, (b, sense)


def _own(words: HanWords, a: int, b: int) -> bool:
    """Whether the words of a list's part read like a firm's: coined ones, perhaps behind a place, or of no meaning."""
    a += a in words.placed
    said = [x for x in range(a, b) if words.tokens[x].senses and not words.coined(x)]
    if any(map(words.coined, range(a, b))):
        return all(any(s.kind in ("trade", "legal") for s in words.tokens[x].senses) for x in said)
    return a < b and not said and all(words.tokens[x].tag in _COINED_NOUNS for x in range(a, b))


def _parts(words: HanWords, k: int) -> tuple[list[tuple[int, int]], int]:
    """(the parts of the list whose first sign is token `k`, the token behind it); the last part ends at "and others",
    at another sign or where a word cannot stand in a name."""
    signs = words.sets["list_signs"]
    parts, begin, at = [(_first(words, k), k)], k + 1, k + 1
    while at < len(words.tokens) and at - begin < _LONGEST and not _ends_list(words, at):
        if words.tokens[at].text in signs:
            parts.append((begin, at))
            begin = at + 1
        at += 1
    return [*parts, (begin, at)], max(at, k + 1)


def _ends_list(words: HanWords, at: int) -> bool:
    token = words.tokens[at]
    return token.text not in words.sets["list_signs"] and (_breaks(words, at) or token.text in words.sets["list_end"])


def _classing(words: HanWords, k: int) -> tuple[Sense | None, bool]:
    """The head word behind a list that ends before token `k`, and whether a figure counts the list: behind "and
    others", or behind the figure alone."""
    at = k
    if words.tokens[k].text in words.sets["list_end"]:
        at = k + 1
    elif k not in words.inside or k - 1 in words.inside:
        return None, False
    start = at
    while at < len(words.tokens) and at in words.inside:
        at += 1
    if at < len(words.tokens) and words.tokens[at].text in words.sets["classifiers"]:
        at += 1
    elif start == k and words.tokens[at - 1].text[-1] not in words.sets["classifiers"]:
        return None, False
    counted = at > start
    for b in range(at + 1, min(at + _BETWEEN, len(words.tokens)) + 1):
        if words.tokens[b - 1].kind != "word":
            break
        head = words.heads.get(b)
        if head is not None and head[0] >= at:
            if b < len(words.tokens) and words.tokens[b].text in words.sets["list_people"]:
                return None, False
            named = mode(head[1].value) == "named" and not is_place(head[1])
            return head[1] if named and top(head[1].value) in reading()["counted"]["listed"] else None, counted
    return None, False


def _items(words: HanWords, k: int, sense: Sense) -> dict[int, Item]:
    """The names of the list that ends before token `k`; none if it is no list."""
    found: dict[int, Item] = {}
    end = k
    for i in range(k - 1, -1, -1):
        token = words.tokens[i]
        if token.text in words.sets["list_signs"]:
            if _plain(words, i + 1, end):
                found[i + 1] = (end, sense)
            end = i
        elif token.kind != "word" and token.text not in words.sets["in_listed"]:
            break
    if end == k:
        return {}
    first = _first(words, end)
    if _plain(words, first, end):
        found[first] = (end, sense)
    return found


def _plain(words: HanWords, i: int, j: int) -> bool:
    """Whether no word of its own classes a name, and nothing in it is of a sentence rather than of a name."""
    if not i < j or not 1 < words.tokens[j - 1].end - words.tokens[i].start <= _LONGEST:
        return False
    if j in words.names or j in words.places or (j in words.heads and words.heads[j][1].kind != "trade"):
        return False
    return not any(_breaks(words, x) or x in words.titles for x in range(i, j))


def _first(words: HanWords, end: int) -> int:
    """Where the first name of a list begins."""
    i = end
    while i > 0 and not _breaks(words, i - 1) and words.adjoins(i):
        head = words.heads.get(i)
        if i < end and head is not None and (is_place(head[1]) or mode(head[1].value) == "named"):
            break
        if i < end and words.tokens[i - 1].tag[:1] in _ENDING:
            break
        i -= 1
    return i


def _breaks(words: HanWords, x: int) -> bool:
    """Whether a word cannot stand in a name."""
    token = words.tokens[x]
    if x in words.inside or token.text in words.sets["name_stop"] or token.text in words.sets["clause_verbs"]:
        return True
    return token.kind != "word" or token.has("preposition") or token.tag[:1] == "u"
