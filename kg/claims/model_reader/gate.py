"""What a model says against what the text says: a claim passes with its exact words, or is refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.claims.counts import completed
from kg.claims.extract import Reader
from kg.claims.figures import unit_of
from kg.claims.model import EntityClaim, ObservationClaim, RelationClaim, Slot
from kg.claims.model_reader.passages import Passage
from kg.claims.model_reader.schema import classes, relations
from kg.claims.model_reader.words import Span, find
from kg.documents import Document
from kg.errors import KgError
from kg.mentions import Quantity
from kg.ontology import Ontology

LONGEST = 600
"""Characters of a quote: a sentence or two. A longer one would hold any name, and be no evidence."""
_PERIOD = re.compile(r"(?:19|20)\d\d(?:-(?:19|20)\d\d)?")
_RECURRING = ("year", "month")
_PERIODS = (*_RECURRING, "cumulative")


class Refused(Exception):
    """A claim that is not taken; the message is the reason by which refusals are counted."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as the model names it, found in the text."""

    cls: str
    names: tuple[str, ...]
    """As the text writes them."""
    spans: tuple[Span, ...]


class Gate:
    """The checks of one document's claims; every method gives a claim or raises `Refused`."""

    def __init__(self, document: Document, ontology: Ontology, rule: str) -> None:
        self.document, self.ontology, self.rule = document, ontology, rule
        self.text = document.text
        self.classes, self.relations = frozenset(classes(ontology)), frozenset(relations(ontology))
        self.figures = list(_figures(document, ontology))

    def thing(self, item: Any, passage: Passage) -> Named:
        """An entity: a class of the ontology, and a name that stands in the passage."""
        cls, name = _text(item, "class"), _text(item, "name")
        if cls not in self.classes:
            raise Refused("no such class")
        others = item.get("other_names")
        names = (
            dict.fromkeys((name, *(n for n in others if isinstance(n, str)))) if isinstance(others, list) else [name]
        )
        found = {n: list(find(n, self.text, passage.start, passage.end, whole=True)) for n in names}
        if not found[name]:
            raise Refused("name not in the text")
        everywhere = [span for n in names if found[n] for span in find(n, self.text, whole=True)]
        written = dict.fromkeys(self.text[start:end] for n in names for start, end in found[n])
        return Named(cls, tuple(written), tuple(sorted(set(everywhere))))

    def relation(self, item: Any, passage: Passage, things: dict[str, EntityClaim]) -> RelationClaim:
        """A relation of two known things, of classes that it joins, stated by a quote that names both."""
        predicate = _text(item, "predicate")
        if predicate not in self.relations:
            raise Refused("no such relation")
        subject, other = (_known(item, role, things) for role in ("subject", "object"))
        start, end = self._quote(item, passage)
        if subject.key == other.key:
            raise Refused("a thing and itself")
        if not self.ontology.accepts(predicate, subject.cls, other.cls):
            raise Refused("classes that the relation does not join")
        slots = (self._slot("subject", subject, start, end), self._slot("object", other, start, end))
        return RelationClaim(subject.key, predicate, other.key, start, end, self.rule, self._status(item), slots=slots)

    def observation(self, item: Any, passage: Passage, things: dict[str, EntityClaim]) -> ObservationClaim:
        """A figure of a known thing, as the quote's own numbers say it."""
        indicator = _text(item, "indicator")
        if indicator not in self.ontology.coarse_indicators:
            raise Refused("no such indicator")
        subject = _known(item, "subject", things)
        start, end = self._quote(item, passage)
        slot = self._slot("subject", subject, start, end)
        code, _, every = _text(item, "unit").rpartition("/")
        recurring = every if every in _RECURRING else ""
        figure = self._figure(item, code if recurring else _text(item, "unit"), start, end)
        unit = unit_of(figure)
        if not self.ontology.takes(indicator, unit):
            raise Refused("indicator that does not take the unit")
        return ObservationClaim(
            subject=subject.key,
            indicator=indicator,
            value=figure.value.normalize() + 0,
            unit=unit,
            status=self._status(item),
            start=start,
            end=end,
            rule=self.rule,
            value_start=figure.start,
            value_end=figure.end,
            max=figure.max,
            qualifier=figure.qualifier,
            substance=figure.substance,
            period=self._period(item, figure, recurring, start, end),
            slots=(slot, Slot("value", figure.start, figure.end, self.text[figure.start : figure.end], "value")),
        )

    def _quote(self, item: Any, passage: Passage) -> Span:
        quote = _text(item, "quote")
        if len(quote) > LONGEST:
            raise Refused("quote too long")
        span = next(find(quote, self.text, passage.start, passage.end), None)
        if span is None:
            raise Refused("quote not in the text")
        return span

    def _slot(self, role: str, thing: EntityClaim, start: int, end: int) -> Slot:
        """The thing's name inside the quote."""
        for name in thing.names:
            for span in find(name, self.text, start, end, whole=True):
                return Slot(role, *span, self.text[slice(*span)], "name")
        raise Refused("name not in the quote")

    def _status(self, item: Any) -> str:
        status = _text(item, "status")
        if status not in self.ontology.statuses:
            raise Refused("no such status")
        return status

    def _figure(self, item: Any, unit: str, start: int, end: int) -> Quantity:
        """The figure of the quote that has the claimed value, upper value and unit."""
        value, upper = _number(item.get("value")), _number(item.get("max"))
        if value is None or (upper is None and item.get("max") is not None):
            raise Refused("not of the expected form")
        here = [q for q in self.figures if start <= q.start and q.end <= end]
        wanted = [self._in_base(v, unit) for v in (value, upper)]
        for figure in here:
            if [self._in_base(v, unit_of(figure)) for v in (figure.value, figure.max)] == wanted:
                return figure
        if any(value == figure.value for figure in here):
            raise Refused("unit or range not as in the quote")
        raise Refused("number not in the quote")

    def _in_base(self, value: Decimal | None, unit: str) -> tuple[Decimal, str] | None:
        if value is None:
            return None
        try:
            return self.ontology.unit_convert(value, unit)
        except KgError:
            raise Refused("no such unit") from None

    def _period(self, item: Any, figure: Quantity, recurring: str, start: int, end: int) -> str:
        """What the quote shows of the claimed period: years that stand in it, or a recurring one."""
        claimed = item.get("period")
        if figure.per in _RECURRING or recurring:
            return figure.per if figure.per in _RECURRING else recurring
        if not isinstance(claimed, str):
            return ""
        years = re.findall(r"\d{4}", claimed) if _PERIOD.fullmatch(claimed) else []
        shown = bool(years) and all(year in self.text[start:end] for year in years)
        return claimed if shown or claimed in _PERIODS else ""


def _figures(document: Document, ontology: Ontology) -> Iterator[Quantity]:
    """Every figure of the document, as the grammar of its language reads it; none where it has no grammar."""
    if document.lang in ontology.languages:
        for context, _ in Reader(document).contexts():
            yield from completed(context, document.text)


def _text(item: Any, field: str) -> str:
    value = item.get(field) if isinstance(item, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise Refused("not of the expected form")
    return value.strip()


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _known(item: Any, role: str, things: dict[str, EntityClaim]) -> EntityClaim:
    thing = things.get(folded(_text(item, role)))
    if thing is None:
        raise Refused("a thing that was not named or not taken")
    return thing


def folded(name: str) -> str:
    """A name as it is looked up: whatever its blanks and capitals."""
    return " ".join(name.split()).casefold()


def items(answer: dict[str, Any], field: str) -> Iterable[Any]:
    """The items of one list of an answer; nothing where it is no list."""
    found = answer.get(field)
    return found if isinstance(found, list) else ()
