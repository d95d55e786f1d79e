"""OpenAPI 3.1 of the API, derived from the query library: each query a path, each parameter with type and example."""

from __future__ import annotations

import shlex
from functools import cache
from itertools import pairwise
from typing import Any

from kg.ask import Param, Query, library
from kg.serve import search, web
from kg.serve.reply import PROBLEM_TYPE

Json = dict[str, Any]
_PROBLEM: Json = {"$ref": "#/components/schemas/Problem"}
_WRONG: Json = {"description": "The request is wrong.", "content": {PROBLEM_TYPE: {"schema": _PROBLEM}}}
LONGEST_TEXT = 1000
"""Characters of a parameter."""
LONGEST = 10_000
"""Rows of one page of an answer."""


def _example_of(query: Query) -> dict[str, str]:
    """The parameters in the query's example: `kg ask NAME --kind Subsidy`."""
    words = shlex.split(query.example)
    return {
        word.removeprefix("--"): value
        for word, value in pairwise(words)
        if word.startswith("--") and not value.startswith("--")
    }


def _schema(param: Param) -> Json:
    if param.type == "integer":
        return {"type": "integer"}
    return {"type": "string", "minLength": int(param.required), "maxLength": LONGEST_TEXT}


def _words(param: Param) -> str:
    if param.type in ("text", "integer"):
        return "Text to look for." if param.type == "text" else "A whole number."
    kind = param.type.partition(":")[2] or param.type
    return f"A name in any language, or an IRI, of: {kind}."


def _number(name: str, text: str, most: int, default: int) -> Json:
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": default}
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _shared() -> list[Json]:
    languages = {"type": "string", "enum": list(web.languages())}
    return [
        {"name": "lang", "in": "query", "description": "Language of the labels.", "schema": languages},
        _number("limit", "Rows of one page.", LONGEST, LONGEST),
        _number("offset", "Rows before the first.", 10_000_000, 0),
    ]


def _query_path(query: Query) -> Json:
    examples = _example_of(query)
    parameters: list[Json] = []
    for param in query.params:
        one: Json = {
            "name": param.name,
            "in": "query",
            "required": param.required,
            "description": _words(param),
            "schema": _schema(param),
        }
        if param.name in examples:
            one["example"] = int(examples[param.name]) if param.type == "integer" else examples[param.name]
        parameters.append(one)
    formats = {"type": "string", "enum": ["json", "csv"]}
    parameters += [*_shared(), {"name": "format", "in": "query", "schema": formats}]
    rows: Json = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}
    headers = {"x-total-rows": {"description": "Rows of all pages.", "schema": {"type": "integer"}}}
    content = {"application/json": {"schema": rows}, "text/csv": {"schema": {"type": "string"}}}
    return {
        "get": {
            "operationId": query.name,
            "summary": query.summary.get("en", query.name),
            "tags": ["queries"],
            "parameters": parameters,
            "responses": {
                "200": {"description": "The rows.", "headers": headers, "content": content},
                "400": _WRONG,
                "404": _WRONG,
                "406": _WRONG,
                "429": _WRONG,
                "503": _WRONG,
            },
        }
    }


def _entities() -> Json:
    text = {"type": "string", "minLength": 1, "maxLength": search.LONGEST, "pattern": r"\S"}
    parameters = [
        {"name": "q", "in": "query", "required": True, "schema": text, "example": "solar"},
        _shared()[0],
        _number("limit", "Entities of one page.", search.MOST, 20),
        _number("offset", "Entities before the first.", 10_000, 0),
    ]
    names = ("iri", "label", "class", "found_by", "text")
    item: Json = {"type": "object", "required": list(names), "properties": {name: {"type": "string"} for name in names}}
    schema = {"type": "array", "items": item}
    return {
        "get": {
            "operationId": "entities",
            "summary": "Entities by label, other name, or what sentences say of them",
            "tags": ["search"],
            "parameters": parameters,
            "responses": {
                "200": {"description": "The best first.", "content": {"application/json": {"schema": schema}}},
                "400": _WRONG,
                "429": _WRONG,
                "503": _WRONG,
            },
        }
    }


def _of_one(name: str, parameter: str, summary: str, kind: str) -> Json:
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"\S"}
    words = "A name in any language, or an IRI."
    given = {"name": parameter, "in": "query", "required": True, "description": words, "schema": text}
    found = {
        "description": "Each fact with its sentences.",
        "content": {"application/json": {"schema": {"type": kind}}},
    }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["search"],
            "parameters": [given, _shared()[0]],
            "responses": {"200": found, "400": _WRONG, "404": _WRONG, "429": _WRONG, "503": _WRONG},
        }
    }


def _listing() -> Json:
    schema = {"type": "array", "items": {"type": "object"}}
    found = {
        "description": "Name, parameters and columns of each.",
        "content": {"application/json": {"schema": schema}},
    }
    return {
        "get": {
            "operationId": "queries",
            "summary": "The library of queries",
            "tags": ["queries"],
            "parameters": [_shared()[0]],
            "responses": {"200": found, "400": _WRONG, "429": _WRONG},
        }
    }


@cache
def document(origin: str, version: str) -> Json:
    """The whole description for a server at that address."""
    problem = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "hint": {"type": "string"},
        },
    }
    paths = {
        "/api/queries": _listing(),
        "/api/entities": _entities(),
        "/api/describe": _of_one("describe", "entity", "What is known of an entity, with sentences", "object"),
        "/api/evidence": _of_one("evidence", "iri", "The sentences behind a fact or an entity", "array"),
    }
    paths |= {f"/api/queries/{query.name}": _query_path(query) for query in library().values()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Green manufacturing knowledge graph", "version": version},
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {"schemas": {"Problem": problem}},
    }
