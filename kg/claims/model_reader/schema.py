"""What an answer must look like: a JSON Schema made of the ontology as it is at the time."""

from __future__ import annotations

from typing import Any

from kg.mentions.language import reading
from kg.ontology import Ontology

Schema = dict[str, Any]


def classes(ontology: Ontology) -> list[str]:
    """The classes of what texts tell of: those that `reading.toml` says how they show, and their kinds."""
    told = set(reading()["classes"])
    return [name for name in ontology.classes if told & set(ontology.ancestors(name))]


def relations(ontology: Ontology) -> list[str]:
    """The relations that texts are read for."""
    return [name for name, term in ontology.relations.items() if term.relation]


def answer_schema(ontology: Ontology) -> Schema:
    """The schema of one answer: entities, relations between them, figures about them."""
    name = {"type": "string", "minLength": 1}
    quote = {"type": "string", "minLength": 1, "description": "the words of the text, copied exactly"}
    status = {"type": "string", "enum": list(ontology.statuses)}
    return _object(
        entities=_list(
            name=name | {"description": "the fullest name, copied exactly"},
            **{"class": {"type": "string", "enum": classes(ontology)}},
            other_names={"type": "array", "items": name, "description": "other names in the text, copied exactly"},
        ),
        relations=_list(
            subject=name | {"description": "name of an entity of the list"},
            predicate={"type": "string", "enum": relations(ontology)},
            object=name | {"description": "name of an entity of the list"},
            status=status,
            quote=quote,
        ),
        observations=_list(
            subject=name | {"description": "name of an entity of the list"},
            indicator={"type": "string", "enum": list(ontology.coarse_indicators)},
            value={"type": "number", "description": "multipliers applied: 3.2 million is 3200000"},
            max={"type": ["number", "null"], "description": "upper end of a range, else null"},
            unit={
                "type": "string",
                "description": "code of a unit, or two codes with a slash",
                "examples": list(ontology.units),
            },
            status=status,
            period={"type": ["string", "null"], "description": "year, month, cumulative, 2024, 2021-2025, or null"},
            quote=quote,
        ),
    )


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}
