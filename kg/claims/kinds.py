"""What a name is that nothing classified: chosen by how it is written and by the words beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.claims.answers import Answer, Shared, best
from kg.claims.weights import Features
from kg.claims.wording import word_at
from kg.mentions import Mention, Sentence, Thing, Things
from kg.mentions.annotate import token_range
from kg.mentions.language import reading

_ENDINGS = (2, 3, 5)
"""Letters at the end of a name that may tell what it is."""
_SIGNS = ("&", "-", "’", "'")


def settle(sentences: Iterable[Sentence], things: Things) -> None:
    """Gives a class to each thing that has none; called once, when all are known."""
    open_ = {thing.key for thing in things.all if not thing.cls}
    for key, seen in forms(sentences, things, open_).items() if open_ else ():
        things.all[key].cls = best("kind", answers(seen)).value


def answers(seen: Iterable[str]) -> Iterator[Answer]:
    """The classes that a name may have, the usual one first, each with what speaks for it."""
    shared = Shared("kind", "<", seen)
    for kind in reading()["unknown"]["kinds"]:
        yield Answer(kind, shared=shared)


def forms(sentences: Iterable[Sentence], things: Things, wanted: set[int]) -> dict[int, list[str]]:
    """Of the things asked for, how they are written and what stands beside them, each circumstance once."""
    found = {key: dict.fromkeys(_written(things.all[key])) for key in wanted}
    for sentence in sentences:
        for mention in sentence.mentions:
            if mention.entity in wanted:
                found[mention.entity].update(dict.fromkeys(_beside(mention, sentence, things)))
    return {key: list(seen) for key, seen in found.items()}


def _written(thing: Thing) -> Features:
    """How the thing is written, whatever the language."""
    name = thing.names[0] if thing.names else ""
    signs = "".join(sign for sign in _SIGNS if sign in name)
    return "bias", f"words={min(len(name.split()), 4)}", f"upper={name.isupper()}", f"signs={signs}"


def _beside(mention: Mention, sentence: Sentence, things: Things) -> Iterator[str]:
    """Its first and last word, how it ends, and two words on each side."""
    first, after = token_range(sentence, mention.start, mention.end)
    tokens, code = sentence.tokens, things.lang.code
    if not first < after <= len(tokens):
        return
    before, following = word_at(tokens, first - 1), word_at(tokens, after)
    yield f"{code}:before={before}"
    yield f"{code}:before={word_at(tokens, first - 2)} {before}"
    yield f"{code}:following={following}"
    yield f"{code}:following={following} {word_at(tokens, after + 1)}"
    yield f"{code}:first={tokens[first].low}"
    yield f"{code}:last={tokens[after - 1].low}"
    for letters in _ENDINGS:
        yield f"{code}:ends={mention.text[-letters:].lower()}"
