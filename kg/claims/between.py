"""What stands between two mentions of a sentence and right beside them: the words that make them one claim or none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg.claims.context import Context
from kg.claims.weights import REMEMBERED, Features, bucket
from kg.mentions import Mention, Token
from kg.mentions.classes import top
from kg.mentions.language import reading

_LONG = 5
"""Parts of a path that are told one by one; a longer way is just long."""
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
        dropped = reading()["status"]["dropped"]
        self._denials = [i for i, _, code, _ in context.cues("status") if code in dropped]
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
            length=len(parts),
            others=sum(p.startswith("M:") for p in parts),
            parts="".join(sorted(_PARTING.intersection(parts))),
            before=(self._beside(i, -1), self._beside(j, -1)),
            after=(self._beside(i_end - 1, 1), self._beside(j_end - 1, 1)),
            cues=relations,
            denied=bool(relations) and any(low <= k < high for k in self._denials),
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


def between_features(relation: str, tops: tuple[str, str], code: str, seen: Between) -> Features:
    """What the surroundings say of one relation between things of two top classes."""
    side = ">" if seen.forward else "<"
    return (
        *_walked(relation, tops, code, side, seen.path, seen.length, seen.others),
        f"{relation}:before={code}:{side}{seen.before[1]}",
        f"{relation}:first={code}:{side}{seen.before[0]}",
        f"{relation}:after={code}:{side}{seen.after[0]}",
        f"{relation}:last={code}:{side}{seen.after[1]}",
        *_cued(relation, tops, side, seen.cues),
        *_parted(relation, seen.parts),
    )


@lru_cache(maxsize=REMEMBERED)
def _walked(
    relation: str, tops: tuple[str, str], code: str, side: str, path: str, length: int, others: int
) -> Features:
    pair = f"{relation}:{tops[0]}{side}{tops[1]}"
    return (
        f"{relation}:path={code}:{side}{path}",
        f"{pair}:path={path}",
        f"{relation}:length={min(length, 6)}",
        f"{pair}:length={min(length, 4)}",
        f"others{min(others, 3)}",
        f"{relation}:others{min(others, 2)}",
    )


@lru_cache(maxsize=REMEMBERED)
def _cued(relation: str, tops: tuple[str, str], side: str, cues: frozenset[str]) -> Features:
    """Whether a cue of the relation stands between the two, or one of another relation."""
    rivals = tuple(f"{relation}:between={other}" for other in sorted(cues) if other != relation)
    if relation in cues:
        return (f"cue-between{side}", f"{relation}:cue-between{side}", f"{relation}:{tops[0]}>{tops[1]}:cue-between")
    return ("rival-between", *rivals) if rivals else (f"{relation}:no-cue-between",)


@lru_cache(maxsize=REMEMBERED)
def _parted(relation: str, parts: str) -> Features:
    return tuple(f for sign in parts for f in (f"parted{sign}", f"{relation}:parted{sign}"))


@lru_cache(maxsize=REMEMBERED)
def of_the_whole(
    relation: str,
    classes: tuple[str, str],
    flags: tuple[bool, bool, bool, bool],
    rules: tuple[str, str],
    told: tuple[int, int],
    rivals: tuple[int, int],
    ranks: tuple[int, int],
    together: tuple[int, int],
) -> Features:
    """What the whole document says of a claim: kinds of the two things, how often each is told of, who else there is.

    `told`: mentions of each; `rivals`: things of the document of the same top class; `ranks`: how many of these are
    told of more often; `together`: sentences that name both, and sentences between the nearest that name one each.
    """
    tops = f"{top(classes[0])}>{top(classes[1])}"
    common, apart = together
    return (
        f"doc:{relation}:{classes[0]}>{classes[1]}",
        f"doc:{relation}:s={classes[0]}",
        f"doc:{relation}:o={classes[1]}",
        f"doc:{relation}:rivals-s={bucket(rivals[0], (1, 2, 4))}:{min(ranks[0], 2)}",
        f"doc:{relation}:rivals-o={bucket(rivals[1], (1, 2, 4))}:{min(ranks[1], 2)}",
        f"doc:{relation}:{tops}:told={min(told[0], 3)}{min(told[1], 3)}",
        f"doc:common={min(common, 3)}",
        f"doc:{relation}:common={min(common, 2)}",
        f"doc:{relation}:apart={min(apart, 4)}",
        f"doc:{relation}:{tops}:apart={min(apart, 2)}",
        f"doc:{relation}:generic={flags[0]}{flags[1]}",
        f"doc:{relation}:named={flags[2]}{flags[3]}",
        f"doc:{relation}:rules={rules[0]}>{rules[1]}",
    )
