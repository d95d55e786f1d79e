"""An explanation in words of a reader's language: the same lines for the terminal and for the page."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kg import ontology
from kg.claims import ObservationClaim, RelationClaim, Slot
from kg.explain.model import Explanation, Miss, Question, Span, Told
from kg.facts import plain

FALLBACK = "en"
_SPEAKING = {"alias": "alias_word"}
"""Sorts of cues whose name means something else where it tells how a slot was filled."""


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


class Words:
    """What an explanation says, in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in _tables() else FALLBACK
        self.own = _tables()[self.lang]

    def __getitem__(self, key: str) -> str:
        return str(self.own[key])

    def label(self, name: str) -> str:
        """What a term of the ontology is called; the program's own word, or the name, for what is none."""
        known = ontology.load()
        if name in known.tables.by_name or name in known.terms:
            return known.label(name, self.lang)
        return str(self.own["statuses"].get(name, name)) or self["unclassified"]

    def how(self, how: str) -> str:
        """By which way a slot was filled."""
        return str(self.own["how"].get(how, how))

    def counts(self, found: Explanation) -> str:
        """How much there is."""
        told = [one.claim for passage in found.passages for one in passage.told]
        return self["counts"].format(
            sentences=len(found.passages),
            relations=sum(isinstance(claim, RelationClaim) for claim in told),
            figures=sum(isinstance(claim, ObservationClaim) for claim in told),
            misses=sum(len(passage.misses) for passage in found.passages),
        )

    # ---- claims

    def claim(self, told: Told) -> tuple[str, str, str]:
        """(subject, what is said of it, object or figure) of a claim."""
        claim = told.claim
        if isinstance(claim, RelationClaim):
            status = f" ({self.label(claim.status)})" if claim.status != "actual" else ""
            return told.subject, self.label(claim.predicate) + status, told.object
        return told.subject, f"{self.label(claim.indicator)} ({self.label(claim.status)})", self.figure(claim)

    def figure(self, claim: ObservationClaim) -> str:
        """A figure as the program took it."""
        upper = f" – {plain(claim.max)}" if claim.max is not None else ""
        rest = [claim.unit, claim.substance and self.label(claim.substance), claim.period, claim.qualifier]
        return f"{plain(claim.value)}{upper} " + " · ".join(dict.fromkeys(part for part in rest if part))

    def counted(self, rule: str) -> str:
        """How often a rule was right where it was counted; "" where nobody has counted it."""
        counted = ontology.load().precision.rules.get(rule)
        return f"({self['counted'].format(right=counted.right, claims=counted.claims)})" if counted else ""

    def slot(self, slot: Slot) -> tuple[str, str]:
        """(role, how it was filled)."""
        return str(self.own["slots"].get(slot.role, slot.role)), self.how(slot.how)

    def question(self, question: Question) -> str:
        """What was asked, the answer and its score, and the next best answer."""
        line = f"{self.own['questions'][question.name]} {self.label(question.answer)}"
        if question.settled:
            return f"{line} ({self['settled']})"
        line += f", {self['sum']} {question.score:+.2f}"
        if question.next:
            line += f"; {self['next']}: {self.label(question.next)} {question.next_score:+.2f}"
        return line

    # ---- what was nearly read, and what was seen

    def miss(self, miss: Miss, threshold: float) -> str:
        """Why something was not read."""
        about = dict(miss.about)
        for key in ("relation", "indicator", "status", "class"):
            if key in about:
                about[key] = self.label(about[key])
        if "slot" in about:
            about["slot"] = str(self.own["slots"][about["slot"]])
        about["classes"] = ", ".join(self.label(name) for name in about.get("classes", "").split())
        score = f"{miss.score:+.2f}" if miss.score is not None else ""
        return str(self.own["misses"][miss.kind]).format(**about, score=score, threshold=f"{threshold:+.2f}")

    def span(self, span: Span) -> str:
        """What is known of a span, as one line."""
        return " · ".join(part for part in self._of_span(span) if part)

    def _of_span(self, span: Span) -> Iterator[str]:
        if span.kind == "entity":
            yield from (self.label(span.name), self.how(span.how), f"{self['rule']} {span.rule}")
            yield "" if span.used else self["untold"]
        elif span.kind == "quantity":
            yield from (self["quantity"] if span.used else self["unused_quantity"], span.name)
        elif span.kind == "date":
            yield self["date"]
        else:
            yield f"{self.how(_SPEAKING.get(span.how, span.how))}: {self.label(span.name)}"
            yield f"{self['cues']} {span.rule}"
            yield "" if span.used else self["unused_cue"]
