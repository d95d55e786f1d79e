"""Figures -> observations: what each measures, whose it is, whether achieved, for which period.

Each answer is the best-scored of the candidates that its unit allows; the scores fall with the distance of the cue.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kg import ontology
from kg.claims.context import Context
from kg.claims.counts import counted
from kg.claims.model import ObservationClaim, Slot
from kg.claims.topic import Topic
from kg.mentions import Mention, Quantity
from kg.mentions.language import reading

_REACH = 9.0
"""Token distance at which a cue counts for a third of what it counts beside the figure."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def observations(context: Context, topic: Topic, text: str) -> Iterator[ObservationClaim]:
    """One claim a figure of the sentence; a figure that is nobody's, or only supposed, gives none."""
    for quantity in _completed(context, text):
        maker = _Figure(context, quantity, topic, text)
        claim = maker.claim()
        if claim is not None:
            yield claim


def _completed(context: Context, text: str) -> list[Quantity]:
    """The sentence's figures with nouns counted, units shared over a list ("drei bzw. 8,5 Prozent"), substances."""
    found: list[Quantity] = []
    quantities = context.sentence.quantities
    for n, quantity in enumerate(quantities):
        if quantity.unit:
            found.append(_with_substance(context, quantity))
            continue
        shared = _shared_unit(context, quantity, quantities[n + 1 :], text)
        if shared is not None:
            found.append(_with_substance(context, shared))
            continue
        count = counted(context, quantity, text)
        if count is not None:
            found.append(count)
    return found


def _shared_unit(context: Context, quantity: Quantity, following: list[Quantity], text: str) -> Quantity | None:
    """The unit of the next figure, where only a list word stands between."""
    links = (*context.lang.lexicon.settings.get("coordinators", ()), ",", "、", "/")
    for other in following[:1]:
        if other.unit and text[quantity.end : other.start].strip().lower() in links:
            return replace(quantity, unit=other.unit, per=other.per)
    return None


def _with_substance(context: Context, quantity: Quantity) -> Quantity:
    """Mass of a substance named nearby: "CO2 emissions by 42,000 tonnes"."""
    known = ontology.load()
    if quantity.substance or quantity.unit not in known.units or known.units[quantity.unit].dimension != "mass":
        return quantity
    at, end = context.position(quantity.start), context.position(quantity.end - 1)
    near = []
    for i, j, value, _ in context.cues("substance"):
        gap = context.cost(j - 1, at) if j <= at else context.cost(end, i) + 1.5
        if gap <= 9:
            near.append((gap, value))
    if not near:
        return quantity
    substance = min(near)[1]
    unit = reading()["substance_units"].get(f"{quantity.unit}:{substance}", quantity.unit)
    return replace(quantity, unit=unit, substance=substance)


class _Figure:
    """One figure on its way to a claim."""

    def __init__(self, context: Context, quantity: Quantity, topic: Topic, text: str) -> None:
        self.context, self.quantity, self.topic, self.text = context, quantity, topic, text
        self.at = context.position(quantity.start)
        self.end = context.position(quantity.end - 1)
        self.cues: list[str] = []
        self.rules: Any = reading()

    def claim(self) -> ObservationClaim | None:
        """The observation, or None."""
        q = self.quantity
        indicator = self._indicator()
        status = self._status(indicator)
        if status in self.rules["status"]["dropped"]:
            return None
        subject = self._subject(indicator)
        if subject is None:
            return None
        mention, how = subject
        unit = f"{q.unit}/{q.per}" if q.per and q.per not in ("year", "month") else q.unit
        slot = Slot("subject", mention.start, mention.end, mention.text, how)  # type: ignore[arg-type]
        return ObservationClaim(
            subject=mention.entity,
            indicator=indicator,
            value=q.value.normalize() + 0,
            unit=unit,
            status=status,
            start=self.context.sentence.start,
            end=self.context.sentence.end,
            rule=f"figure-{indicator}",
            value_start=q.start,
            value_end=q.end,
            max=q.max,
            qualifier=q.qualifier,
            substance=q.substance,
            period=self._period(),
            cues=tuple(self.cues),
            slots=(slot, Slot("value", q.start, q.end, self.text[q.start : q.end], "value")),
        )

    # -- what it measures --------------------------------------------------------------------------------------------

    def _kind(self, unit: str) -> str:
        known = ontology.load().units.get(unit)
        dimension = known.dimension if known else "other"
        return str(self.rules["figures"]["kinds"].get(dimension, dimension))

    def _indicator(self) -> str:
        q = self.quantity
        kind = self._kind(q.unit)
        allowed: list[str] = list(self.rules["figures"].get(kind, ["other"]))
        scores = {code: 0.5 * 0.8**rank for rank, code in enumerate(allowed)}
        if q.per and q.per not in ("year", "month"):
            ratio = self._ratio(kind, self._kind(re.sub(r"^\d+", "", q.per)))
            if ratio:
                scores = {ratio: 1.5, **{c: s * 0.3 for c, s in scores.items() if c != ratio}}
        best: dict[str, tuple[float, str]] = {}
        for i, j, code, entry in self.context.cues("indicator"):
            if code not in scores:
                continue
            gap = self._gap(i, j)
            weight = math.exp(-gap / _REACH) * (1 + 0.04 * len(entry))
            if weight > best.get(code, (0.0, ""))[0]:
                best[code] = (weight, entry)
        total = {code: scores[code] + best.get(code, (0.0, ""))[0] for code in scores}
        chosen = max(total, key=lambda code: (total[code], -allowed.index(code) if code in allowed else 0))
        if chosen in best:
            self.cues.append(best[chosen][1])
        return chosen

    def _ratio(self, numerator: str, denominator: str) -> str | None:
        ratios = self.rules["figures"]["ratios"]
        found = ratios.get(f"{numerator}/{denominator}") or ratios.get(f"{numerator}/")
        return str(found) if found else None

    def _gap(self, i: int, j: int) -> float:
        """Distance of a cue (tokens i..j) from the figure."""
        if j <= self.at:
            return self.context.cost(j - 1, self.at) - 1
        if i > self.end:
            return self.context.cost(self.end, i) - 1
        return 0.0

    # -- whether it is so --------------------------------------------------------------------------------------------

    def _status(self, indicator: str) -> str:
        rules = self.rules["status"]
        if self.quantity.qualifier in rules["ceilings"] and self._kind(self.quantity.unit) == "money":
            return str(rules["ceilings"][self.quantity.qualifier])
        near: dict[str, float] = {}
        entries: dict[str, str] = {}
        for i, j, code, entry in self.context.cues("status"):
            gap = 0.5 * self._gap(i, j) if code in ("projected", "target") else self._gap(i, j)
            if gap < near.get(code, math.inf):
                near[code], entries[code] = gap, entry
        limits = {"negated": 3.0, "cancelled": 8.0, "limit": 3.0, "hypothetical": 6.0}
        seen = {c: g for c, g in near.items() if g <= limits.get(c, 22.0)}
        status = self._decide(seen, indicator)
        if status in entries:
            self.cues.append(entries[status])
        return status

    def _decide(self, seen: dict[str, float], indicator: str) -> str:
        rules = self.rules["status"]
        for code in rules["dropped"]:
            if code in seen:
                return str(code)
        future = [c for c in ("projected", "target") if c in seen]
        actual = seen.get("actual", math.inf)
        if "limit" in seen and self.quantity.qualifier in ("atMost", "atLeast", ""):
            return "limit"
        if len(future) == 2:
            first = "target" if indicator in rules["targets"] else "projected"
        else:
            first = future[0] if future else ""
        if first and (seen[first] < actual + 4 or actual > 10):
            return first
        return str(rules["default"])

    def _period(self) -> str:
        if self.quantity.per in ("year", "month"):
            return self.quantity.per
        near = [(self._gap(i, j), code) for i, j, code, _ in self.context.cues("period")]
        close = [pair for pair in near if pair[0] <= 12]
        sentence = self.context.sentence
        years = [(abs(m.start() + sentence.start - self.quantity.start), m[1]) for m in _YEAR.finditer(self.text[sentence.start : sentence.end])]
        if close:
            return min(close)[1]
        return min(years)[1] if years else ""

    # -- whose it is -------------------------------------------------------------------------------------------------

    def _subject(self, indicator: str) -> tuple[Mention, str] | None:
        order: list[str] = list(self.rules["subjects"].get(indicator, self.rules["subjects"]["other"]))
        known = ontology.load()
        best: tuple[float, Mention, str] | None = None
        for mention, penalty, how in self._candidates():
            cls = self.context.thing(mention).cls
            top = known.top(cls) if cls else ""
            if top not in order:
                continue
            generic = 0.6 if self.context.thing(mention).generic else 0.0
            score = 2.4 - 0.18 * order.index(top) - penalty - generic
            if best is None or score > best[0]:
                best = (score, mention, how)
        return (best[1], best[2]) if best is not None else None

    def _candidates(self) -> Iterator[tuple[Mention, float, str]]:
        q = self.quantity
        for mention in self.context.mentions:
            if q.noun and mention.start < q.noun_end and mention.end > q.noun_start:
                top = ontology.load().top(self.context.thing(mention).cls)
                if top in self.rules["counted"]["classes"]:
                    yield mention, -4.0, "name"
                continue
            i, j = self.context.position(mention.start), self.context.position(mention.end - 1) + 1
            gap = self._gap(i, j)
            after = 0.25 if mention.start > q.start else 0.0
            inner = 0.8 if mention.inner else 0.0
            oblique = 0.3 if self._oblique(i) else 0.0
            how = mention.how if mention.how in ("name", "alias", "reference", "generic") else "name"
            yield mention, 0.055 * gap + after + inner + oblique, how
        if self.topic.speaker is not None:
            yield self.topic.speaker, 0.4, "speaker"
        for rank, mention in enumerate(self.topic.mentions):
            yield mention, 1.1 + 0.12 * rank + (0.5 if mention.inner else 0.0), "carried"
        for rank, mention in enumerate(self.topic.heading):
            yield mention, 1.2 + 0.2 * rank, "heading"
        for rank, mention in enumerate(self.topic.main):
            yield mention, 1.5 + 0.2 * rank, "carried"

    def _oblique(self, i: int) -> bool:
        """Whether a preposition stands before the mention: not the sentence's subject."""
        return any(t.has("preposition") for t in self.context.tokens[max(0, i - 2) : i])
