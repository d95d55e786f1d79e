"""The figures of a sentence made whole: units shared over a list, substances, and what bare numbers count.

A number counts the noun after it, or what follows the measure word of languages that have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kg import ontology
from kg.claims.context import Context
from kg.mentions import Quantity
from kg.mentions.language import reading

_FURTHEST = 5
"""Words between the number and the noun that it counts."""
_MANY = 10
"""From here on a bare number counts something though no noun follows."""
_WORD = 20
"""Characters of the word before a figure."""
_RATIO = 16
"""Signs between a ratio's word and its figure ("COP rose from 4.6 to 5.7")."""
_ADVERBS = 2
"""Words that the word of a change may have with it ("auf nur noch")."""


def completed(context: Context, text: str) -> list[Quantity]:
    """The sentence's figures with nouns counted, units shared over a list ("drei bzw. 8,5 Prozent"), substances."""
    found: list[Quantity] = []
    quantities = context.sentence.quantities
    for n, quantity in enumerate(quantities):
        if quantity.unit:
            found.append(_with_substance(context, quantity))
            continue
        shared = _ratio(context, quantity, text) or _shared_unit(context, quantity, quantities[n + 1 :], text)
        if shared is not None:
            found.append(_with_substance(context, shared))
            continue
        count = _of_them(context, quantity, found[-1:], text) or counted(context, quantity, text)
        if count is None or not count.noun:
            count = _earlier_unit(context, quantity, quantities[:n][::-1], text) or count
        if count is not None:
            found.append(count)
    return found


def _of_them(context: Context, quantity: Quantity, before: list[Quantity], text: str) -> Quantity | None:
    """The figure as a part of the one before: "650 jobs, 400 of them here"."""
    words = context.lang.grammar.numbers.get("of_them", ())
    at, end = context.position(quantity.start), context.position(quantity.end - 1)
    beside = {t.low for t in (*context.tokens[max(0, at - 1) : at], *context.tokens[end + 1 : end + 2])}
    if not before or before[0].unit not in reading()["counted"]["units"] or beside.isdisjoint(words):
        return None
    return replace(quantity, unit=before[0].unit, noun=before[0].noun)


def _ratio(context: Context, quantity: Quantity, text: str) -> Quantity | None:
    """The figure of a word that is told without any unit ("PUE 1.2")."""
    words = context.lang.grammar.numbers.get("ratios", ())
    if not words or quantity.value == int(quantity.value):
        return None
    before = text[max(context.sentence.start, quantity.start - _RATIO) : quantity.start]
    return replace(quantity, unit="other") if any(word in before for word in words) else None


def _shared_unit(context: Context, quantity: Quantity, following: list[Quantity], text: str) -> Quantity | None:
    """The unit of the next figure, where only a list word or the word of a change stands between."""
    links = (*context.lang.lexicon.settings.get("coordinators", ()), ",", "、", "/")
    changes = context.lang.grammar.numbers.get("changes", ())
    before = quantity
    for other in following:
        between = text[before.end : other.start].strip().lower()
        changing = between.partition(" ")[0] in changes and between.count(" ") <= _ADVERBS
        if changing and other.unit and before is quantity:
            return _read_as(context, quantity, other, text)
        if between not in links:
            return None
        if other.unit:
            return replace(quantity, unit=other.unit, per=other.per) if _in_digits(other, text) else None
        before = other
    return None


def _in_digits(quantity: Quantity, text: str) -> bool:
    """Whether its unit was written behind a number: the percentage of "more than half" is nobody else's."""
    return any(sign.isdigit() for sign in text[quantity.start : quantity.end])


def _earlier_unit(context: Context, quantity: Quantity, before: Iterable[Quantity], text: str) -> Quantity | None:
    """The unit told of before, where a bare number is compared with it: "61 litres last year, to be at 45 by 2028"."""
    other = next((q for q in before if q.unit and _in_digits(q, text)), None)
    said = text[max(0, quantity.start - _WORD) : quantity.start].split()[-1:]
    if other is None or not said or said[0].lower() not in context.lang.grammar.numbers.get("compared", ()):
        return None
    return replace(quantity, unit=other.unit, per=other.per)


def _read_as(context: Context, quantity: Quantity, other: Quantity, text: str) -> Quantity:
    """The figure with all that follows the number of the other one: "from 31 to 18 million euros"."""
    shared = replace(quantity, unit=other.unit, per=other.per)
    number, rest = text[quantity.start : quantity.end], re.sub(r"^.*\d", "", text[other.start : other.end])
    whole = next(context.lang.grammar.find(f"{number}{rest}"), None) if number[-1:].isdigit() else None
    return replace(shared, value=whole.value) if whole is not None and whole.unit == other.unit else shared


def _with_substance(context: Context, quantity: Quantity) -> Quantity:
    """Mass of a substance named nearby: "CO2 emissions by 42,000 tonnes"."""
    known = ontology.load()
    if quantity.substance or quantity.unit not in known.units or known.units[quantity.unit].dimension != "mass":
        return quantity
    at, end = context.position(quantity.start), context.position(quantity.end - 1)
    near = []
    for i, j, value, _ in context.cues("substance"):
        if quantity.per and at <= i <= end:
            continue  # of the denominator ("0.25吨/吨标准煤")
        gap = context.cost(j - 1, at) if j <= at else context.cost(end, i) + 1.5
        if gap <= 9:
            near.append((gap, value))
    if not near:
        return quantity
    substance = min(near)[1]
    unit = reading()["substance_units"].get(f"{quantity.unit}:{substance}", quantity.unit)
    return replace(quantity, unit=unit, substance=substance)


def counted(context: Context, quantity: Quantity, text: str) -> Quantity | None:
    """The figure as a count of a noun, or None where no noun follows (a year, a number of a list)."""
    after = context.position(quantity.end - 1) + 1
    if context.lang.han:
        return _with_classifier(context, quantity, text)
    tokens = context.tokens
    parts = context.lang.grammar.numbers.get("partitives", ())
    partly = after < len(tokens) and tokens[after].low in parts
    for k in range(after + partly, min(after + _FURTHEST, len(tokens))):
        token = tokens[k]
        if token.kind != "word" or any(s.kind in ("preposition", "function") and s.whole for s in token.senses):
            break
        noun = token.cap if context.lang.noun_capitals else token.low.endswith("s") or token.has("head")
        if noun and not token.has("determiner"):
            return _of_noun(quantity, token.text, tokens[after].start, token.end)
    if (quantity.value >= _MANY or partly or _acts(context, after)) and not _listed(context, quantity):
        return _of_noun(quantity, "", quantity.end, quantity.end)
    return None


def _acts(context: Context, after: int) -> bool:
    """Whether a bare number does or is something: "4 were withdrawn"."""
    verbs = context.lang.grammar.numbers.get("counting_verbs", ())
    return after < len(context.tokens) and context.tokens[after].low in verbs


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
            return _of_noun(quantity, text[start:end], start, end, unit.name if unit else "count")
    return None


def _of_noun(quantity: Quantity, noun: str, start: int, end: int, unit: str = "count") -> Quantity:
    """The same figure, now known to count that noun."""
    return replace(quantity, noun=noun, noun_start=start, noun_end=end, unit=unit)
