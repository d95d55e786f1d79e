"""Whether a thing reads like one that analysts would note: how it is named, how often, which words stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from kg.claims.twins import pair_off
from kg.claims.weights import REMEMBERED, Features, score, threshold
from kg.claims.wording import word_at
from kg.mentions import Language, Mention, Sentence, Thing, Things
from kg.mentions.annotate import token_range
from kg.mentions.classes import depth, top

_DOUBT = 0.8
"""How far under the threshold a thing may read before its relations are doubted too."""
_ENDINGS = (3, 5)
"""Letters at the end of a name that may tell what it is."""


def weigh(sentences: Iterable[Sentence], things: Things) -> None:
    """Gives each thing of a document its worth; called once, when all are known."""
    found = seen_of(sentences, things)
    for thing in things.all:
        thing.worth = score("entity", found[thing.key])


def seen_of(sentences: Iterable[Sentence], things: Things) -> list[set[str]]:
    """Of each thing what speaks for or against it."""
    pair_off(things)
    found: list[set[str]] = [set(_of_thing(thing)) for thing in things.all]
    for sentence in sentences:
        for mention in sentence.mentions:
            if mention.entity >= 0:
                thing = things.all[mention.entity]
                found[thing.key].update(_of_mention(mention, sentence, top(thing.cls), things.lang, things.text))
    return found


def _of_thing(thing: Thing) -> Features:
    """What the whole text tells of a thing."""
    kind = top(thing.cls)
    return (
        "bias",
        f"rule={thing.rule}",
        f"{kind}:{thing.rule}",
        f"{kind}:named={thing.named}:generic={thing.generic}",
        f"mentions{min(len(thing.spans), 3)}",
        f"{kind}:mentions{min(len(thing.spans), 2)}",
        f"depth{depth(thing.cls)}",
        f"cls={thing.cls}:{thing.generic}",
        f"inside={top(thing.inside) if thing.inside else ''}",
        f"{thing.rule}:words{min(3, len(thing.words))}",
        f"twin={thing.twin}",
        f"{kind}:twin={thing.twin}:generic={thing.generic}",
    )


def _of_mention(mention: Mention, sentence: Sentence, kind: str, lang: Language, text: str) -> Iterator[str]:
    """What one sentence tells of a thing: the words beside it and its own first and last ones."""
    first, after = token_range(sentence, mention.start, mention.end)
    tokens = sentence.tokens
    if not first < after <= len(tokens):
        return  # it goes past the end of its sentence
    for place, word in (
        ("first", tokens[first].low),
        ("last", tokens[after - 1].low),
        ("before", word_at(tokens, first - 1)),
        ("following", word_at(tokens, after)),
    ):
        yield from _word(lang.code, kind, place, word)
    for letters in _ENDINGS:
        yield f"{lang.code}:ends={text[max(mention.start, mention.end - letters) : mention.end].lower()}"
    how = "inner" if mention.inner else mention.how
    yield f"{lang.code}:head={mention.head}"
    yield f"{kind}:how={how}"
    yield f"{kind}:block={sentence.block.kind}"
    yield f"{lang.code}:{mention.rule}:{how}"
    yield f"{lang.code}:{kind}:length={min(after - first, 6)}"
    yield f"{kind}:definite={mention.definite}:{mention.modified}"
    written = "".join("A" if t.cap else "a" for t in tokens[first : min(after, first + 5)])
    yield f"{lang.code}:{kind}:written={written}"


@lru_cache(maxsize=REMEMBERED)
def _word(code: str, kind: str, place: str, word: str) -> Features:
    """A word of a mention or beside it, for things of any kind and of this one."""
    return f"{code}:{place}={word}", f"{code}:{kind}:{place}={word}"


def doubtful(thing: Thing) -> bool:
    """Whether a thing reads so little like one that analysts note that no relation of it is claimed."""
    return thing.worth < threshold("entity") - _DOUBT


def kept(thing: Thing) -> bool:
    """Whether a thing that no claim needs is named clearly enough to be told of."""
    return thing.worth > threshold("entity")
