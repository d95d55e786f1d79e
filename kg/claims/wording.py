"""The words beside a figure and on the way to a thing: by their stems, whatever the lexicon knows of them.

What no lexicon lists is learned from annotated texts: which words say what a figure measures, whether it is so, and
whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.claims.answers import Part, Seen
from kg.claims.context import Context
from kg.claims.weights import Features
from kg.mentions import Mention, Token

_STEM = 7
"""Letters by which forms of a word are one; whole words where no spaces part them."""
_NEAR = 3
"""Words on each side of a figure that are looked at."""
_WAY = 14
"""Words between a figure and a thing that are looked at."""
_WORDS_BEHIND = 4
_THING, _ORDINARY = "X", "-"
"""Steps of a way that are all alike: another thing's words, and words that are neither grammar nor a thing's."""
_LONG = 5
"""Steps of a way that are told one by one."""


def _stem(token: Token, context: Context) -> str:
    """A word without most of what inflects it."""
    return token.low if context.lang.han else token.low[:_STEM]


def around(context: Context, start: int, end: int) -> Features:
    """The words near the figure at tokens start..end (the last included) in its cell, and those that touch it."""
    tokens, code = context.tokens, context.lang.code
    low, high = context.cell(start)
    found = []
    for side, places in (
        ("<", range(start - 1, max(start - 1 - _NEAR, low - 1), -1)),
        (">", range(end + 1, min(end + 1 + _NEAR, high))),
    ):
        for number, k in enumerate(places):
            if tokens[k].kind == "word":
                word = _stem(tokens[k], context)
                found.append(f"{code}{side}{word}")
                if not number:
                    found.append(f"{code}{side}{side}{word}")
    return tuple(found)


def word_at(tokens: Sequence[Token], k: int) -> str:
    """A word of a sentence, or the sign for its beginning or end; a column's end is told so, too, as a tab cannot stand
    in the table of weights."""
    word = "^" if k < 0 else "$" if k >= len(tokens) else tokens[k].low
    return "$" if word.isspace() else word


def named_by(context: Context, outer: Iterable[Mention]) -> frozenset[int]:
    """Where the words begin that belong to things."""
    spans = [(m.start, m.end) for m in outer]
    return frozenset(t.start for t in context.tokens if any(start <= t.start < end for start, end in spans))


def way(
    context: Context, mention: Mention, figure: tuple[int, int], named: frozenset[int], top: str
) -> tuple[Part, ...]:
    """How the words lead from a figure (its first and last token) to a thing of a top class in its sentence; `named`:
    where the words begin that belong to things."""
    i, j = context.extent(mention)
    start, end = figure
    low, high, side = (j, start, ">") if j <= start else (end + 1, i, "<")
    code, between = context.lang.code, context.tokens[low:high]
    path = "_".join(_steps(between, named))
    words = [_stem(t, context) for t in between[:_WAY] if t.kind == "word" and t.start not in named]
    behind = [_stem(t, context) for t in context.tokens[end + 1 : end + 1 + _WORDS_BEHIND] if t.kind == "word"]
    return (
        *[(_on_way, (code, side, word, top)) for word in words],
        (_led, (code, side, path, top)),
        (_headed, (code, mention.head)),
        *[(_behind, (code, word, top)) for word in behind],
    )


@Seen.by("subject")
def _on_way(code: str, side: str, word: str, top: str) -> Features:
    """A word between a figure and a thing."""
    return f"{code}{side}{word}", f"{top}:{code}{side}{word}"


@Seen.by("subject")
def _led(code: str, side: str, path: str, top: str) -> Features:
    """The whole way from a figure to a thing."""
    return f"{code}:path{side}{path}", f"{top}:{code}:path{side}{path}"


@Seen.by("subject")
def _headed(code: str, head: str) -> Features:
    """The head word of a thing."""
    return (f"{code}:head={head}",)


@Seen.by("subject")
def _behind(code: str, word: str, top: str) -> Features:
    """A word behind a figure."""
    return (f"{top}:{code}:behind={word}",)


def _steps(tokens: Iterable[Token], named: frozenset[int]) -> Iterator[str]:
    """Things, figures, words of grammar and signs; ordinary words are all alike, and a long way is just long."""
    steps = [""]
    for token in tokens:
        if token.start in named:
            step = _THING
        elif token.kind == "number":
            step = "#"
        else:
            step = token.low if token.kind != "word" or token.has("preposition") or token.has("function") else _ORDINARY
        if step != steps[-1] or step not in (_THING, _ORDINARY):
            steps.append(step)
    yield from steps[1:] if len(steps) <= _LONG + 1 else ("long",)
