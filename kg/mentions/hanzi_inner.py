"""Places, organisations and techniques inside the name of another thing, in scripts without spaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kg import ontology
from kg.mentions.classes import mode, top, unknown
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
            yield mention_of(words, start, b, head[1].value, "inner-name", head[1].entry, inner=True)
            at = b
        elif mode(cls) == "described" and head[0] < max(first, head[0] + 1) and b < end and b not in words.names:
            if top(head[1].value) in reading()["inner_kinds"]:
                yield _term(words, at, b, head[1])
            at = b
    if mode(cls) == "described" or top(cls) in reading()["seated"]:
        yield from _tagged_places(words, start, first)


@lru_cache(maxsize=512)
def _hosts(cls: str) -> bool:
    return mode(cls) == "named" or top(cls) in reading()["inner_hosts"]


def _term(words: HanWords, at: int, b: int, sense: Sense) -> Mention:
    while at < b - 1 and (words.tokens[at].text in words.sets["name_edge"] or words.tokens[at].kind != "word"):
        at += 1
    return mention_of(words, at, b, sense.value, "inner-term", sense.entry, how="term", inner=True)


def _tagged_places(words: HanWords, start: int, first: int) -> Iterator[Mention]:
    for k in range(start, first):
        token = words.tokens[k]
        if token.tag == PLACE_TAG and len(token.text) > 1 and k not in words.covered:
            yield mention_of(words, k, k + 1, unknown("place"), "inner-place", token.text, inner=True)
