"""Numbers that count something: the noun after the number, or the measure word of languages that have them."""

from __future__ import annotations

from kg import ontology
from kg.claims.context import Context
from kg.mentions import Quantity
from kg.mentions.quantities import with_noun

_FURTHEST = 5
"""Words between the number and the noun that it counts."""


def counted(context: Context, quantity: Quantity, text: str) -> Quantity | None:
    """The figure as a count of a noun, or None where no noun follows (a year, a number of a list)."""
    after = context.position(quantity.end - 1) + 1
    if context.lang.han:
        return _with_classifier(context, quantity, text)
    tokens = context.tokens
    for k in range(after, min(after + _FURTHEST, len(tokens))):
        token = tokens[k]
        if token.kind != "word" or any(s.kind in ("preposition", "function") and s.whole for s in token.senses):
            break
        noun = token.cap if context.lang.noun_capitals else token.low.endswith("s") or token.has("head")
        if noun and not token.has("determiner"):
            return with_noun(quantity, token.text, tokens[after].start, token.end, "count")
    if quantity.value >= 10 and not _listed(context, quantity):
        return with_noun(quantity, "", quantity.end, quantity.end, "count")
    return None


def _listed(context: Context, quantity: Quantity) -> bool:
    """Whether the number stands alone in its block: a number of a list, a page, a footnote."""
    block = context.sentence.block
    return quantity.start == block.start or quantity.end == block.end


def _with_classifier(context: Context, quantity: Quantity, text: str) -> Quantity | None:
    classifiers = context.lang.grammar.numbers.get("classifiers", ())
    at = quantity.end
    for size in (3, 2, 1):
        word = text[at : at + size]
        if word in classifiers:
            start = at + size
            end = min((m.end for m in context.mentions if m.start <= start + 14 and m.end > start), default=start)
            unit = ontology.load().units.get(word)
            return with_noun(quantity, text[start:end], start, end, unit.name if unit else "count")
    return None
