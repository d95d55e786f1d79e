"""Names in lists that a head word behind them classes, in scripts without spaces: "A、B、C等5家企业".

The parts of such a list are names whatever their words are; only where the first begins must be told by its words.
"""

from __future__ import annotations

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
    return found


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
