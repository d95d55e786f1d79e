"""What stands between two mentions of a sentence and right beside them: the words that make them one claim or none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg.claims.context import Context
from kg.claims.weights import REMEMBERED, Features
from kg.mentions import Mention, Token
from kg.mentions.classes import top

_LONG = 5
"""Parts of a path that are told one by one; a longer way is just long."""
_FAR, _MANY = 6, 3
"""Parts of a way, and things on it, from which on more are all alike."""
_ORDINARY = "W"
_PARTING = frozenset(";；。:：(（)）")


class Between(NamedTuple):
    """The surroundings of two mentions."""

    forward: bool
    """Whether the subject stands before the object."""
    path: str
    length: int
    others: int
    """Mentions that stand between the two."""
    parts: str
    """Signs between the two that part thoughts."""
    before: tuple[str, str]
    after: tuple[str, str]
    cues: frozenset[str]
    """Relations with a cue word between the two."""
    denied: bool
    """Whether the words between the two say that it is not so, or only suppose it."""


class Surroundings:
    """One sentence laid out for looking between its mentions."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.covering: dict[int, Mention] = {}
        for mention in context.mentions:
            if not mention.inner:
                for k in range(*self.context.extent(mention)):
                    self.covering[k] = mention
        self.cues: dict[int, set[str]] = {}
        for i, j, number, _ in context.cues("frame"):
            for k in range(i, j):
                self.cues.setdefault(k, set()).add(context.lang.frames[int(number)]["relation"])
        self._parts = [self._part(k) for k in range(len(context.tokens))]

    def _part(self, k: int) -> str:
        """What a token is to a path: a cue, a mention, a word of grammar, a sign, or an ordinary word."""
        token = self.context.tokens[k]
        if k in self.covering:
            return "M:" + top(self.context.thing(self.covering[k]).cls)
        if k in self.cues:
            return "C:" + "/".join(sorted(self.cues[k]))
        if token.kind == "number":
            return "#"
        if token.kind != "word" or _grammatical(token):
            return "" if token.has("determiner") else token.low
        return _ORDINARY

    def between(self, a: Mention, b: Mention) -> Between:
        """The surroundings of a subject `a` and an object `b`."""
        (i, i_end), (j, j_end) = self.context.extent(a), self.context.extent(b)
        low, high = (i_end, j) if i < j else (j_end, i)
        parts = list(self._steps(low, high))
        relations = frozenset(r for k in range(low, high) for r in self.cues.get(k, ()))
        return Between(
            forward=i < j,
            path="_".join(parts) if len(parts) <= _LONG else "long",
            length=min(len(parts), _FAR),
            others=min(sum([p.startswith("M:") for p in parts]), _MANY),
            parts="".join(sorted(_PARTING.intersection(parts))),
            before=(self._beside(i, -1), self._beside(j, -1)),
            after=(self._beside(i_end - 1, 1), self._beside(j_end - 1, 1)),
            cues=relations,
            denied=bool(relations) and any(low <= k < high for k in self.context.denials),
        )

    def _steps(self, low: int, high: int) -> Iterator[str]:
        last, mention = "", None
        for k in range(low, high):
            part, here = self._parts[k], self.covering.get(k)
            if not part or (here is not None and here is mention) or (part == last == _ORDINARY):
                continue
            last, mention = part, here
            yield part

    def _beside(self, k: int, step: int) -> str:
        """The word before a mention's first token (articles left out) or after its last."""
        k += step
        while step < 0 <= k and self.context.tokens[k].has("determiner"):
            k += step
        if not 0 <= k < len(self.context.tokens):
            return "^"
        return self._parts[k] if k in self.covering else self.context.tokens[k].low


def _grammatical(token: Token) -> bool:
    return any(s.kind in ("preposition", "function", "determiner", "relative") for s in token.senses)


def of_path(tops: tuple[str, str], code: str, seen: Between) -> Features:
    """What the surroundings say of any relation between things of two top classes."""
    side = ">" if seen.forward else "<"
    return (
        *paths(tops, code, side, seen.path),
        *walked(tops, side, seen.length, seen.others),
        *words(code, side, seen),
        *parted(seen.parts),
    )


def paths(tops: tuple[str, str], code: str, side: str, path: str) -> Features:
    """The way from one thing to the other, word by word."""
    return f"{{r}}:path={code}:{side}{path}", f"{{r}}:{tops[0]}{side}{tops[1]}:path={path}"


def words(code: str, side: str, seen: Between) -> Features:
    """The words beside the two."""
    return (
        f"{{r}}:before={code}:{side}{seen.before[1]}",
        f"{{r}}:first={code}:{side}{seen.before[0]}",
        f"{{r}}:after={code}:{side}{seen.after[0]}",
        f"{{r}}:last={code}:{side}{seen.after[1]}",
    )


@lru_cache(maxsize=REMEMBERED)
def walked(tops: tuple[str, str], side: str, length: int, others: int) -> Features:
    """How long the way is, and past how many other things."""
    return (
        f"{{r}}:length={length}",
        f"{{r}}:{tops[0]}{side}{tops[1]}:length={min(length, 4)}",
        f"others{others}",
        f"{{r}}:others{min(others, 2)}",
    )


@lru_cache(maxsize=REMEMBERED)
def cued(relation: str, tops: tuple[str, str], side: str, cues: frozenset[str]) -> Features:
    """Whether a cue of the relation stands between the two, or one of another relation."""
    if relation in cues:
        return f"cue-between{side}", f"{{r}}:cue-between{side}", f"{{r}}:{tops[0]}>{tops[1]}:cue-between"
    return ("rival-between", *(f"{{r}}:between={c}" for c in sorted(cues))) if cues else ("{r}:no-cue-between",)


@lru_cache(maxsize=REMEMBERED)
def parted(parts: str) -> Features:
    """The signs between the two that part thoughts."""
    return tuple(f for sign in parts for f in (f"parted{sign}", f"{{r}}:parted{sign}"))
