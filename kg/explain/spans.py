"""What the reader knows of the words of one sentence: things, figures, dates, and the words of the lexicon."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from kg.claims.context import Context
from kg.explain.model import Span
from kg.mentions import Sentence

CUES = ("frame", "indicator", "status", "period", "substance", "speaker", "alias", "not_negation")
"""Sorts of words that make or change claims; heads and legal forms show in the names that they make."""
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d)")


def spans(
    context: Context, told: Collection[int], cues: Collection[str], figures: Collection[tuple[int, int]]
) -> Iterator[Span]:
    """All spans of a sentence; `told`: things that the extraction tells of, `cues` and `figures`: those of claims."""
    yield from _things(context, told)
    for q in context.sentence.quantities:
        unit = f"{q.unit}/{q.per}" if q.per else q.unit
        yield Span(q.start, q.end, "quantity", unit, any(start == q.start for start, _ in figures))
    yield from _dates(context)
    yield from _cues(context, cues)


def _things(context: Context, told: Collection[int]) -> Iterator[Span]:
    for mention in context.sentence.mentions:
        thing = context.thing(mention) if mention.entity >= 0 else None
        cls = thing.cls if thing is not None else mention.cls
        used = thing is not None and thing.key in told
        yield Span(mention.start, mention.end, "entity", cls, used, mention.how, mention.rule)


def _dates(context: Context) -> Iterator[Span]:
    """Dates, and other numbers that are no figures: ordinals, telephone numbers."""
    sentence = context.sentence
    text = _text(sentence)
    patterns = context.lang.grammar.numbers["dates"]
    for found in (*re.finditer("|".join(patterns), text, re.I), *_YEAR.finditer(text)):
        start, end = sentence.start + found.start(), sentence.start + found.end()
        if not any(q.start < end and start < q.end for q in sentence.quantities):
            yield Span(start, end, "date", "", True)


def _text(sentence: Sentence) -> str:
    """The sentence's text, put together from its tokens at their offsets."""
    parts, at = [], sentence.start
    for token in sentence.tokens:
        parts += [" " * (token.start - at), token.text]
        at = token.end
    return "".join(parts)


def _cues(context: Context, used: Collection[str]) -> Iterator[Span]:
    tokens = context.tokens
    for i, j, sense in context.sentence.spans:
        if sense.kind in CUES:
            value = context.lang.frames[int(sense.value)]["relation"] if sense.kind == "frame" else sense.value
            start, end = tokens[i].start, tokens[j - 1].end
            yield Span(start, end, "cue", value, sense.entry in used, sense.kind, sense.entry)
