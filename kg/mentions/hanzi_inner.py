"""Places, organisations and techniques inside the name of another thing, in scripts without spaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kg import ontology
from kg.mentions.classes import company_classes, mode, top, unknown
from kg.mentions.hanzi_words import PLACE_TAG, HanWords, mention_of
from kg.mentions.language import reading
from kg.mentions.lexicon import Sense
from kg.mentions.model import Mention


def is_place(sense: Sense) -> bool:
    """Whether a head word makes a place of the word before it."""
    return _is_place(sense.value)


@lru_cache(maxsize=512)
def _is_place(cls: str) -> bool:
    return mode(cls) == "named" and unknown("place") in ontology.load().ancestors(cls)


def inner_mentions(words: HanWords, start: int, end: int, first: int, cls: str) -> Iterator[Mention]:
    """What is named between `start` and the head word at `first` of a name of class `cls`."""
    at = start
    for b in range(start + 1, end):
        known, place, head = words.names.get(b), words.places.get(b), words.heads.get(b)
        if known is not None and known[0] >= start:
            yield mention_of(words, known[0], b, known[1].value, "inner-name", known[1].entry, inner=True)
            at = b
        elif place is not None and place[0] >= start:
            yield mention_of(words, place[0], b, place[1].value, "inner-place", place[1].entry, inner=True)
            at = b
        elif head is None or head[0] < start:
            continue
        elif is_place(head[1]):
            if words.whole_place(b):
                first_of_place = head[0] - words.cut_off(head[0], words.tokens[b - 1].end - len(head[1].entry))
                if first_of_place >= at:
                    yield mention_of(words, first_of_place, b, head[1].value, "inner-place", head[1].entry, inner=True)
                    at = b
            elif head[0] - 1 >= at and words.tokens[head[0] - 1].tag in ("ns", "nr", "nz", "n", "nrt", "g", "j", "x"):
                yield mention_of(words, head[0] - 1, b, head[1].value, "inner-place", head[1].entry, inner=True)
                at = b
        elif head[1].kind == "head" and _hosts(head[1].value) and head[0] > start and b <= first:
            inside = lawful(words, head[0], head[1])
            firm = b == first and top(inside.value) != top(cls) and first - 1 not in words.glued
            if not (firm and _formal(words, first)) and _behind_small(words, start, head[0]) == start:
                yield mention_of(words, start, b, inside.value, "inner-name", inside.entry, inner=True)
            at = b
        elif mode(cls) == "described" and head[0] < max(first, head[0] + 1) and b < end and b not in words.names:
            if top(head[1].value) in reading()["inner_kinds"]:
                yield _term(words, _behind_small(words, at, head[0]), b, head[1])
            at = b
    if mode(cls) == "described" or top(cls) in reading()["seated"]:
        yield from _tagged_places(words, start, first)


def lawful(words: HanWords, first: int, sense: Sense) -> Sense:
    """The sense of a legal form, finer by the head word before it ("X Bank Co., Ltd." is a bank)."""
    before = words.heads.get(first) or words.names.get(first)
    if sense.value != unknown("legal_form") or before is None or before[1].value not in company_classes():
        return sense
    return Sense("head", before[1].value, sense.entry) if top(before[1].value) in reading()["lawful"] else sense


@lru_cache(maxsize=512)
def _hosts(cls: str) -> bool:
    return mode(cls) == "named" or top(cls) in reading()["inner_hosts"]


def _formal(words: HanWords, first: int) -> bool:
    """Whether a legal form begins with token `first`: an institute that has one is a firm, and nothing else."""
    return any(a == first and sense.entry in words.sets["legal_forms"] for a, sense in words.heads.values())


def _behind_small(words: HanWords, at: int, b: int) -> int:
    """Where a name whose head word begins at token `b` begins: behind a figure, or a word that stands in no name."""
    small = words.sets["name_stop"]
    return next((k + 1 for k in range(b - 1, at - 1, -1) if k in words.inside or words.tokens[k].text in small), at)


def _term(words: HanWords, at: int, b: int, sense: Sense) -> Mention:
    while at < b - 1 and (words.tokens[at].text in words.sets["name_edge"] or words.tokens[at].kind != "word"):
        at += 1
    return mention_of(words, at, b, sense.value, "inner-term", sense.entry, how="term", inner=True)


def _tagged_places(words: HanWords, start: int, first: int) -> Iterator[Mention]:
    for k in range(start, first):
        token = words.tokens[k]
        if token.tag == PLACE_TAG and len(token.text) > 1 and k not in words.covered and not token.senses:
            yield mention_of(words, k, k + 1, unknown("place"), "inner-place", token.text, inner=True)
