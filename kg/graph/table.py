"""The fact table: one JSON line for each entity of a document, and for each fact that a document states.

Keys that readers rely on: `doc` (the document's name), `kind`, `iri`. Entities have `id`, `class`, `classes`, `names`;
relations `subject`, `predicate`, `predicates`, `object`; observations `subject`, `indicator`, `value`, `max`, `unit`,
`status`, `period`. A relation of which the document says that it does not hold is of the kind `denial`. Facts also
carry `start`, `end`, `quote`, `page`, `rule`, `cues`, `graph`, `belief`, `sources`, and `evidence`, one item a
sentence; `page` is null where the document has no pages.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

from kg.claims import EntityClaim, Extraction, ObservationClaim
from kg.documents import Document
from kg.entities import BASE, Entities
from kg.facts import Evidence, Fact, Facts, Figure, plain
from kg.graph.build import document_iri
from kg.ontology import Ontology, ontology_dir

Line = dict[str, Any]


def fact_lines(
    extractions: Iterable[Extraction], entities: Entities, facts: Facts, ontology: Ontology, base: str = BASE
) -> Iterator[Line]:
    """The lines, document by document: entities, then relations, then observations."""
    by_document: dict[str, list[tuple[Fact | Figure, tuple[Evidence, ...]]]] = {}
    stated_facts: list[Fact | Figure] = [*facts.relations, *facts.figures]
    for fact in stated_facts:
        for document, evidence in groupby(fact.evidence, lambda item: item.document):
            by_document.setdefault(document, []).append((fact, tuple(evidence)))
    for extraction in sorted(extractions, key=lambda e: (e.document.name, e.document.id)):
        document = extraction.document
        for line in _entity_lines(extraction, entities, ontology):
            yield _placed(line, document, base)
        for fact, stated in by_document.get(document.id, ()):
            line = _relation(fact, ontology) if isinstance(fact, Fact) else _observation(fact, stated[0], ontology)
            line |= {"belief": float(fact.belief), "sources": fact.sources} | _support(stated)
            yield _placed(line, document, base)


def dumps(line: Line) -> str:
    """One line of the table, with its line feed; keys in a fixed order, text as it is."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=_number) + "\n"


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in the fact table")
    return int(value) if value == value.to_integral_value() else float(plain(value))


def _placed(line: Line, document: Document, base: str) -> Line:
    return {"doc": document.name, **line, "document": document.id, "graph": document_iri(document.id, base)}


def _entity_lines(extraction: Extraction, entities: Entities, ontology: Ontology) -> Iterator[Line]:
    """One line for each entity that the document names, with all the names it uses for it."""
    claims: dict[str, list[EntityClaim]] = {}
    for claim in extraction.entities:
        claims.setdefault(entities.of(extraction.document.id, claim.key).iri, []).append(claim)
    for iri, same in sorted(claims.items()):
        spans = sorted({span for claim in same for span in claim.spans})
        start, end = spans[0] if spans else (0, 0)
        entity = entities.of(extraction.document.id, same[0].key)
        yield {
            "kind": "entity",
            "id": iri,
            "iri": iri,
            "class": same[0].cls,
            "classes": list(ontology.ancestors(same[0].cls)),
            "accepted_class": entity.cls,
            "names": list(dict.fromkeys(name for claim in same for name in claim.names)),
            "generic": entity.generic,
            "start": start,
            "end": end,
            "quote": extraction.document.text[start:end],
            "page": extraction.document.page_at(start),
            "spans": [list(span) for span in spans],
            "rule": same[0].rule,
            "cues": list(same[0].cues),
        }


def _relation(fact: Fact, ontology: Ontology) -> Line:
    return {
        "kind": "relation" if ontology.statuses[fact.status].accepted else "denial",
        "iri": fact.iri,
        "subject": fact.subject.iri,
        "predicate": fact.predicate,
        "predicates": list(ontology.ancestors(fact.predicate)),
        "object": fact.object.iri,
        "status": fact.status,
    }


def _observation(figure: Figure, stated: Evidence, ontology: Ontology) -> Line:
    """A figure as this document gives it, in a unit of the annotation guide (its own unit stays as `unit_code`)."""
    claim = stated.claim if isinstance(stated.claim, ObservationClaim) else figure.claim
    value, unit = in_guide_unit(claim.value, claim.unit, ontology)
    return {
        "kind": "observation",
        "iri": figure.iri,
        "subject": figure.subject.iri,
        "indicator": claim.indicator,
        "value": value,
        "max": in_guide_unit(claim.max, claim.unit, ontology)[0] if claim.max is not None else None,
        "unit": unit,
        "unit_code": claim.unit,
        "base_value": figure.base_value,
        "base_max": figure.base_max,
        "base_unit": figure.base_unit,
        "status": claim.status,
        "qualifier": claim.qualifier or None,
        "substance": claim.substance or None,
        "period": claim.period or None,
        "written": stated.written or None,
        "stated": {"value": claim.value, "max": claim.max, "unit": claim.unit},
    }


@cache
def _guide() -> dict[str, Any]:
    return dict(tomllib.loads((ontology_dir() / "annotation.toml").read_text(encoding="utf-8"))["guide_units"])


def in_guide_unit(value: Decimal, unit: str, ontology: Ontology) -> tuple[Decimal, str]:
    """Value and unit as the annotation guide writes them: converted where its list lacks the unit, else "other"."""
    head, slash, tail = unit.partition("/")
    guide = _guide()
    if head in guide["written"]:
        return value, unit
    known = ontology.units.get(head)
    if known is not None and known.dimension not in guide["kept"] and head not in guide["kept_units"]:
        converted, base = ontology.unit_convert(value, head)
        target = next((u for u in guide["written"] if u == base), "")
        if target:
            return converted, f"{target}{slash}{tail}"
    return value, f"{guide['unknown']}{slash}{tail}"


def _support(stated: tuple[Evidence, ...]) -> Line:
    first = stated[0]
    return {
        "start": first.start,
        "end": first.end,
        "quote": first.quote,
        "page": first.page,
        "rule": first.claim.rule,
        "cues": list(first.claim.cues),
        "evidence": [
            {
                "iri": item.iri,
                "start": item.start,
                "end": item.end,
                "quote": item.quote,
                "page": item.page,
                "rule": item.claim.rule,
                "cues": list(item.claim.cues),
                "slots": [[slot.role, slot.start, slot.end, slot.text, slot.how] for slot in item.claim.slots],
            }
            for item in stated
        ],
    }
