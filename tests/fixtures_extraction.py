"""Extractions made by hand: a report whose entities, relations and figures are told by the words that state them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from decimal import Decimal

from kg.claims import EntityClaim, Extraction, ObservationClaim, RelationClaim, Slot
from kg.documents import Block, Document

_SENTENCE_END = re.compile(r"\n|[。！]|[.!?](?= [A-ZÄÖÜ])")


def make_document(name: str, lang: str, text: str, source: str = "") -> Document:
    """A document of one block; its title is its first line."""
    return Document(
        id=hashlib.sha256(text.encode()).hexdigest(),
        name=name,
        source=source or f"reports/{name}.txt",
        lang=lang,
        title=text.partition("\n")[0],
        text=text,
        blocks=(Block(0, len(text)),),
    )


@dataclass
class Report:
    """Grows an extraction of one text; every method finds the words that it is given in the text, or fails."""

    name: str
    lang: str
    text: str
    source: str = ""
    entities: list[EntityClaim] = field(default_factory=list)
    relations: list[RelationClaim] = field(default_factory=list)
    observations: list[ObservationClaim] = field(default_factory=list)

    def entity(self, cls: str, *names: str, generic: bool = False) -> int:
        """A claim of one thing by all its names, the fullest first; its key."""
        spans = sorted({found.span() for name in names for found in re.finditer(re.escape(name), self.text)})
        assert all(name in self.text for name in names), f"{names} not in {self.name}"
        key = len(self.entities)
        self.entities.append(EntityClaim(key, cls, names, tuple(spans), generic, rule=f"{cls}-by-hand"))
        return key

    def sentence(self, part: str) -> tuple[int, int]:
        """Where the sentence stands that holds `part`."""
        at = self.text.index(part)
        ends = [0, *(found.end() for found in _SENTENCE_END.finditer(self.text)), len(self.text)]
        start = max(end for end in ends if end <= at)
        end = min(end for end in ends if end >= at + len(part))
        said = self.text[start:end]
        return start + len(said) - len(said.lstrip()), start + len(said.rstrip())

    def relation(self, subject: int, predicate: str, object_: int, said: str, status: str = "actual") -> None:
        """A relation that the sentence around `said` states; `said` is the cue too."""
        start, end = self.sentence(said)
        slots = tuple(self._slot(role, key, start) for role, key in (("subject", subject), ("object", object_)))
        self.relations.append(
            RelationClaim(subject, predicate, object_, start, end, f"{predicate}-by-hand", status, (said,), slots)
        )

    def figure(
        self, subject: int, indicator: str, value: str, unit: str, written: str, status: str = "actual", **more: str
    ) -> None:
        """A figure that stands as `written` in the text."""
        start, end = self.sentence(written)
        at = self.text.index(written)
        top = Decimal(more.pop("max")) if "max" in more else None
        self.observations.append(
            ObservationClaim(
                subject, indicator, Decimal(value), unit, status, start, end, f"{indicator}-by-hand",
                value_start=at, value_end=at + len(written), max=top, cues=(indicator,),
                slots=(self._slot("subject", subject, start),), **more,
            )
        )  # fmt: skip

    def done(self) -> Extraction:
        """The extraction."""
        document = make_document(self.name, self.lang, self.text, self.source)
        return Extraction(document, tuple(self.entities), tuple(self.relations), tuple(self.observations))

    def _slot(self, role: str, key: int, near: int) -> Slot:
        start, end = min(self.entities[key].spans, key=lambda span: abs(span[0] - near))
        return Slot(role, start, end, self.text[start:end], "name")
