"""Where a sentence says that something is not so: "does not finance the plant", 未向企业提供贷款.

A denial holds for its clause; of some words ("without", "no") for what follows them in it. What is denied is not
claimed, but for what such a sentence tells beside it: where a firm is, whose it is (`ontology/reading.toml`, denial).
"""

from __future__ import annotations

from collections.abc import Collection

from kg.claims.context import Context
from kg.claims.model import RelationClaim
from kg.claims.nearness import Pair
from kg.mentions import Token
from kg.mentions.language import reading

_PARTS = frozenset(",，;；:：")

Reach = tuple[int, int]
"""Where in the text a denial begins and ends to hold."""


def denied(context: Context) -> list[Reach]:
    """Where the denials of a sentence hold."""
    kind, found = reading()["denial"]["status"], list[Reach]()
    behind = context.lang.lexicon.settings.get("denies_what_follows", ())
    for i, j, code, entry in context.cues("status"):
        if code == kind:
            tokens = context.tokens
            first = j if entry.strip("=~") in behind else _first(tokens, i, context)
            after = next((k for k in range(j, len(tokens)) if _parts(tokens[k], context)), len(tokens))
            if first < after:
                found.append((tokens[first].start, tokens[after - 1].end))
    return found


def _first(tokens: list[Token], i: int, context: Context) -> int:
    """The first token of the clause that the token i stands in."""
    return next((k + 1 for k in range(i - 1, -1, -1) if _parts(tokens[k], context)), 0)


def _parts(token: Token, context: Context) -> bool:
    """Whether a token ends a clause, or may."""
    return token.text in _PARTS or token.low in context.lang.lexicon.settings.get("coordinators", ())


def said_not(claim: RelationClaim, reaches: Collection[Reach]) -> bool:
    """Whether what a sentence claims by a cue or a position is denied in it."""
    if not reaches or claim.predicate in reading()["denial"]["spared"]:
        return False
    return any(start <= slot.start < end for slot in claim.slots[1:] for start, end in reaches)


def apart(pair: Pair, reaches: Collection[Reach]) -> bool:
    """Whether what a sentence may say of two things is denied in it."""
    if not reaches or not set(pair.relations.names).isdisjoint(reading()["denial"]["spared_nearby"]):
        return False
    return any(start <= pair.object.start < end for start, end in reaches)
