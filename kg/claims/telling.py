"""Whether a figure reads like one that analysts note: not every number of a text is about the things it tells of."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from kg.claims.weights import bucket, score, thousandths, threshold
from kg.mentions import Quantity
from kg.mentions.language import reading

if TYPE_CHECKING:
    from kg.claims.figures import Figure

_ENDING = 8
"""Letters at the end of a counted noun that tell what is counted."""
_MANY = 5
"""Figures of a sentence from which on all are many."""

Told = set[tuple[object, str, str]]
"""Figures that a text has told of: value, unit, and what of."""


def said(quantity: Quantity) -> tuple[object, str, str]:
    """What makes two figures the same."""
    return quantity.value, quantity.unit, quantity.per


def noun_ending(quantity: Quantity) -> str:
    """How the noun that a figure counts ends."""
    return quantity.noun[-_ENDING:].lower()


def is_told(figure: Figure, before: Set[object]) -> bool:
    """Whether it is noted; `before`: the figures that the text has told of."""
    # without weights nothing speaks against it
    return not thousandths("figure") or score("figure", seen_of(figure, before)) > threshold("figure")


def seen_of(figure: Figure, before: Set[object]) -> tuple[str, ...]:
    """What speaks for or against noting a figure."""
    q, kind, context = figure.quantity, figure.kind, figure.context
    code, block = context.lang.code, context.sentence.block.kind
    owner, owned = context.beside(figure.at, figure.end)
    worth = max((context.thing(m).worth for m in context.mentions if not m.inner), default=-9.0)
    return (
        "bias",
        f"kind={kind}",
        f"unit={q.unit}",
        f"{kind}:per={q.per}",
        f"{kind}:{_written(figure)}",
        f"{kind}:again={said(q) in before}",
        f"{kind}:{block}",
        f"cells={bool(context.sentence.cells)}",
        f"worth={bucket(worth, (-1.5, -0.5, 0.5, 1.5, 3))}",
        f"{kind}:worth={bucket(worth, (-0.5, 1.5))}",
        f"figures={min(len(context.sentence.quantities), _MANY)}",
        f"{kind}:qualifier={q.qualifier}",
        f"{kind}:noun={bool(q.noun)}",
        f"{code}:noun={noun_ending(q)}",
        f"{kind}:of={owner}",
        f"{kind}:then={owned}",
        f"{kind}:{q.substance}",
        *_cues(figure),
        *(feature for word in figure.words for feature in (word, f"{kind}:{word}")),
    )


def _written(figure: Figure) -> str:
    """In figures or words, and how many digits it has before the point."""
    q = figure.quantity
    form = "figures" if any(c.isdigit() for c in figure.text[q.start : q.end]) else "words"
    return f"{form}:{len(str(abs(int(q.value)))) if q.value else 0}:{abs(q.value) == 1}"


def _cues(figure: Figure) -> Iterator[str]:
    """What stands beside it that figures are said to measure, and whether it is so."""
    measured = sorted((gap, code) for code, (gap, _, _) in figure.nearest("indicator").items())
    code = measured[0][1] if measured else ""
    yield f"{figure.kind}:cue={code}"
    yield f"{figure.kind}:cue={code}:{bucket(measured[0][0], (2, 6, 12)) if measured else ''}"
    stated = figure.nearest("status")
    for status in reading()["status"]["order"][3:]:
        if status in stated:
            yield f"status={status}:{bucket(stated[status][0], (2, 6))}"
