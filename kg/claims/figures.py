"""Figures -> observations: what each measures, whose it is, whether achieved, for which period.

Each question has the answers that the figure's unit and the text allow; the weighed circumstances choose among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kg import ontology
from kg.claims import telling, wording
from kg.claims.answers import Answer, Choice, Seen, Shared
from kg.claims.context import IN_CELL, Context
from kg.claims.counts import completed
from kg.claims.model import ObservationClaim, Slot
from kg.claims.owners import Owners
from kg.claims.signs import turned
from kg.claims.topic import Topic
from kg.claims.weights import Features, bucket, rounded
from kg.mentions import Quantity
from kg.mentions.language import reading

_NOT_HERE = frozenset(("carried", "heading", "speaker"))
_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"


def observations(
    context: Context, topic: Topic, text: str, before: telling.Told | None = None
) -> Iterator[ObservationClaim]:
    """One claim a figure of the sentence; a figure that is nobody's, or only supposed, gives none, and none that reads
    like no analyst's figure. `before`: the text's figures so far, to which the sentence's are added."""
    unsaid: Answer | None = None
    before = set() if before is None else before
    for quantity in completed(context, text):
        figure = Figure(context, quantity, topic, text)
        claim, subject = figure.claim(unsaid) if telling.is_told(figure, before) else (None, None)
        before.add(telling.said(quantity))
        if claim is not None:
            unsaid = subject if subject is not None and subject.value in _NOT_HERE else unsaid
            yield claim


def unit_of(quantity: Quantity) -> str:
    """Code of a figure's unit; "per year" is its period, not a part of it."""
    per = quantity.per if quantity.per not in ("year", "month") else ""
    return f"{quantity.unit}/{per}" if per else quantity.unit


class Figure:
    """One figure on its way to a claim."""

    def __init__(self, context: Context, quantity: Quantity, topic: Topic, text: str) -> None:
        self.context, self.quantity, self.topic, self.text = context, quantity, topic, text
        self.at = context.position(quantity.start)
        self.end = context.position(quantity.end - 1)
        self.rules: Any = reading()
        self.kind = self._kind(quantity.unit)
        self.words = wording.around(context, self.at, self.end)

    def claim(self, unsaid: Answer | None = None) -> tuple[ObservationClaim | None, Answer | None]:
        """The observation and its subject, or None; `unsaid`: whose the sentence's other figures are unsaid."""
        indicators = Choice("indicator", self.indicators())
        indicator = indicators.best()
        statuses = Choice("status", self.statuses(indicator.value))
        status = statuses.best()
        if status.value in self.rules["status"]["dropped"]:
            return None, None
        subjects = Choice("subject", self.subjects(indicator.value))
        if not subjects.answers:
            return None, None
        subject = subjects.best()
        below = self._below(indicator.value)
        if unsaid is not None and subject.value in _NOT_HERE:
            said = (s for s in subjects.answers if s.mention is not None and s.mention == unsaid.mention)
            subject = next(said, subject)
        assert subject.mention is not None
        q, mention, sentence = self.quantity, subject.mention, self.context.sentence
        sure = indicators.share(indicator) * statuses.share(status) * subjects.share(subject)
        slot = Slot("subject", mention.start, mention.end, mention.text, subject.value)  # type: ignore[arg-type]
        claim = ObservationClaim(
            subject=mention.entity,
            indicator=below or indicator.value,
            value=(-q.value if below and q.value > 0 else q.value).normalize() + 0,
            unit=unit_of(q),
            status=status.value,
            start=sentence.start,
            end=sentence.end,
            rule=f"figure-{indicator.value}",
            value_start=q.start,
            value_end=q.end,
            max=q.max,
            qualifier=q.qualifier,
            substance=q.substance,
            period=self._period(indicator.value),
            cues=tuple(c for c in (indicator.cue, status.cue) if c),
            slots=(slot, Slot("value", q.start, q.end, self.text[q.start : q.end], "value")),
            likely=rounded(sure),
        )
        return claim, subject

    def _kind(self, unit: str) -> str:
        known = ontology.load().units.get(unit)
        if known is None:
            return "other"
        kind = ontology.load().dimensions.get(known.dimension)
        return kind.broader or known.dimension if kind else known.dimension

    def gap(self, i: int, j: int) -> float:
        """Distance of a cue (tokens i..j) from the figure."""
        if j <= self.at:
            return self.context.cost(j - 1, self.at) - 1
        if i > self.end:
            return self.context.cost(self.end, i) - 1
        return 0.0

    def nearest(self, kind: str) -> dict[str, tuple[float, str, bool]]:
        """Value -> (distance, entry, whether after the figure) of the nearest cue of a kind."""
        near: dict[str, tuple[float, str, bool]] = {}
        for i, j, value, entry in self.context.cues(kind):
            gap = self.gap(i, j) - 0.1 * len(entry)
            if value not in near or gap < near[value][0]:
                near[value] = (gap, entry, i > self.end)
        return near

    # -- what it measures --------------------------------------------------------------------------------------------

    def indicators(self) -> Iterator[Answer]:
        """Indicators that the unit allows, each with the cues for it."""
        q = self.quantity
        ratio = q.per if q.per not in ("year", "month") else ""
        allowed: list[str] = list(self.rules["figures"].get(self.kind, ["other"]))
        told = self.rules["figures"]["substances"].get(q.substance)
        allowed = [code for code in allowed if told is None or code in told] or allowed
        per = self._kind(re.sub(r"^\d+", "", ratio)) if ratio else ""
        if ratio:
            ratios = self.rules["figures"]["ratios"]
            special = ratios.get(f"{self.kind}/{per}") or ratios.get(f"{self.kind}/")
            allowed = [special, *(c for c in allowed if c != special)] if special else allowed
        owner, owned = self.context.beside(self.at, self.end)
        beside = (f"{self.kind}:of={owner}" if owner else "", f"{self.kind}:then={owned}" if owned else "")
        noun = telling.noun_ending(q)
        written = (*self.words, f"unit={q.unit}:{q.per}", f"noun={noun}", f"qualifier={q.qualifier}")
        counted = ("period" if q.per in ("year", "month") else "", q.substance, "noun" if q.noun else "")
        shared = Shared("indicator", ":", filter(None, (*counted, *self._prepositions(), *beside, *written)))
        near = self.nearest("indicator")
        if not ratio:  # what is told of a unit of something else is said so, if not by the unit
            allowed = [code for code in allowed if code in near or code not in self.rules["rated"]]
        order = sorted((near[c][0], c) for c in allowed if c in near)
        for rank, code in enumerate(allowed):
            gap, entry, after = near.get(code, (99.0, "", False))
            place = order.index((gap, code)) if entry else 9
            seen = self.kind, per, code, rank, bucket(gap), bucket(gap, (2, 6, 12)), min(place, 3), bool(entry), after
            yield Answer(code, cue=entry if gap < 25 else "", parts=((_measured, seen),), shared=shared)

    def _prepositions(self) -> list[str]:
        """The word before a percentage tells a change ("um 5 %", "by 5 %") from a share."""
        if self.kind not in self.rules["changing"] or not self.at:
            return []
        return [f"before={self.context.lang.code}={self.context.tokens[self.at - 1].low}"]

    def _below(self, indicator: str) -> str | None:
        """What a figure measures that counts below zero ("a loss of 3 million"), or None."""
        near = {value: gap for value, (gap, _, _) in self.nearest("turn").items()}
        if not near:
            return None
        measured = self.nearest("indicator")
        rivals = [measured[code][0] for code in self.rules["better_low"] if code in measured]
        return turned(self.kind, indicator, near, min(rivals, default=99.0))

    # -- whether it is so --------------------------------------------------------------------------------------------

    def statuses(self, indicator: str) -> Iterator[Answer]:
        """Statuses, each with the cues of all."""
        ceiling = self.rules["status"]["ceilings"].get(self.quantity.qualifier)
        if ceiling and self.kind in self.rules["status"]["ceiled"]:
            yield Answer(ceiling, ("certain",))
        near = self.nearest("status")
        if self.context.sentence.cells:  # a table says it beside the figure or above, and else tells what is
            said = [(near[c][0], c) for c in self.rules["status"]["order"][3:] if c in near and near[c][0] <= IN_CELL]
            yield Answer(min(said, default=(0, self.rules["status"]["default"]))[1], ("certain",))
        drops = {"negated": 2.0, "cancelled": 6.0, "hypothetical": 5.0}
        for code in self.rules["status"]["dropped"]:
            gap, entry, _ = near.get(code, (99.0, "", False))
            if gap <= drops[code]:
                yield Answer(code, ("dropped",), entry)
        seen = [
            f"{c}-{bucket(near[c][0], (1, 4, 9, 16, 30))}" if c in near else f"{c}-none"
            for c in self.rules["status"]["order"][3:]
        ]
        told = [(gap, code) for code, (gap, _, _) in near.items() if code in self.rules["status"]["order"][3:]]
        first = min(told)[1] if told else "none"
        governing = self._governing()
        ahead = any(code in near for code in self.rules["status"]["ahead"])
        goal = indicator in self.rules["status"]["targets"]
        qualifier = self.quantity.qualifier
        shared = Shared(
            "status",
            "<",
            (
                *seen,
                f"first={first}",
                f"ahead={ahead}",
                f"governing={governing}",
                f"governing={governing}:{goal}",
                f"ahead={ahead}:{first}",
                f"{self.kind}:ahead={ahead}",
                f"goal={goal}",
                indicator,
                f"q={qualifier}",
                f"q={qualifier}:{self.kind == 'money'}",
                self.context.sentence.block.kind,
                *self.words,
            ),
        )
        for code in self.rules["status"]["order"][3:]:
            gap, entry, _ = near.get(code, (99.0, "", False))
            yield Answer(code, (code,), entry if gap < 25 else "", shared=shared)

    def _governing(self) -> str:
        """The status of the cue that stands last before the figure in its sentence, however far."""
        order = self.rules["status"]["order"][3:]
        before = [(i, code) for i, _, code, _ in self.context.cues("status") if i < self.at and code in order]
        return max(before)[1] if before else "none"

    def _period(self, indicator: str) -> str:
        if self.quantity.per in ("year", "month"):
            return self.quantity.per
        years = list(self._years())
        near = [(self.gap(i, j), code) for i, j, code, _ in self.context.cues("period") if not self._dated(i, j, years)]
        # what happens "each year" holds for the whole list of a sentence; other periods for what stands beside them
        flow = ontology.load().indicators[indicator].kind == "flow"
        shared = flow and not self.context.sentence.cells
        close = [(gap, code) for gap, code in near if gap <= (90 if shared and code == "year" else 12)]
        told = close or [(abs(start - self.quantity.start), period) for start, _, period in years]
        return min(told)[1] if told else ""

    def _years(self) -> Iterator[tuple[int, int, str]]:
        """Years and spans of years in the sentence; an amount like "2000 t" is none."""
        sentence = self.context.sentence
        joins = "|".join(re.escape(word) for word in self.context.lang.grammar.numbers["range"])
        span = re.compile(rf"{_YEAR}(?:[^\W\d]?\s?(?:{joins})\s?{_YEAR})?")
        for m in span.finditer(self.text, sentence.start, sentence.end):
            if not any(q.start <= m.start() < q.end for q in sentence.quantities):
                yield m.start(), m.end(), f"{m[1]}-{m[2]}" if m[2] else m[1]

    def _dated(self, i: int, j: int, years: list[tuple[int, int, str]]) -> bool:
        """Whether the cue (tokens i..j) is a part of a date: it touches a year."""
        here, there = self.context.tokens[i], self.context.tokens[j - 1]
        return any(start <= here.start <= end or there.end <= start <= there.end + 1 for start, end, _ in years)

    # -- whose it is -------------------------------------------------------------------------------------------------

    def subjects(self, indicator: str) -> Iterator[Answer]:
        """Things that the figure may be about: those of the sentence, and what it leaves unsaid."""
        return Owners(self).answers(indicator)


@Seen.by("indicator")
def _measured(
    kind: str, per: str, code: str, rank: int, gap: str, roughly: str, place: int, cued: bool, after: bool
) -> Features:
    """Which indicator it is for a unit, and how near a cue of it stands."""
    return (
        f"{kind}/{per}:{code}",
        f"rank{rank}",
        f"cue{gap}" if cued else "no-cue",
        f"cue-order{place}",
        f"{code}:{'cue' + roughly if cued else 'no-cue'}",
        f"after{after}" if cued else "",
    )
