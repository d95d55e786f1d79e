"""Pages where somebody asks: the query library as forms, and SPARQL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from kg.ask import Query, label, library, run
from kg.errors import KgError
from kg.ontology import load
from kg.serve import api, lookup, search, sparql, web
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

Page = Callable[..., Reply]
SUGGESTED = 400
SHOWN = 1000
"""Rows on a page; the download has all."""


def listing(lang: str) -> list[dict[str, Any]]:
    """The library for the overview."""
    return [api.describe(query, lang) for query in library().values()]


def _suggestions(build: Loaded, kind: str, lang: str) -> list[str]:
    """What may be typed into a parameter of that type."""
    ontology = load()
    if kind in ("text", "integer"):
        return []
    if kind == "class":
        return sorted(
            ontology.label(name, lang) for name, cls in ontology.classes.items() if "Entity" in ontology.ancestors(name)
        )
    name = kind.partition(":")[2] or ("Entity" if kind == "entity" else kind[:1].upper() + kind[1:])
    if name not in ontology.classes:
        return []
    return list(dict.fromkeys(thing.label for thing in lookup.members(build, name, lang, SUGGESTED)))


def _fields(build: Loaded, query: Query, given: dict[str, str], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "name": param.name,
            "type": param.type,
            "required": param.required,
            "value": given.get(param.name, ""),
            "label": _heading(query, param.name, lang) or _field_label(param.name, param.type, lang),
            "suggestions": _suggestions(build, param.type, lang),
        }
        for param in query.params
    ]


def _heading(query: Query, name: str, lang: str) -> str:
    """How the query's own columns call a parameter that is one of them."""
    clause = re.search(r"\bSELECT\b(.*?)\bWHERE\b", query.text, re.IGNORECASE | re.DOTALL)
    columns = re.findall(r"[?$](\w+)", clause[1]) if clause else []
    headings = query.headings.get(lang, ())
    return dict(zip(columns, headings, strict=True)).get(name, "") if len(columns) == len(headings) else ""


def _field_label(name: str, kind: str, lang: str) -> str:
    """A parameter's name in words: the class it takes, where it takes one."""
    ontology = load()
    cls = kind.partition(":")[2] or kind[:1].upper() + kind[1:]
    own = name[:1].upper() + name[1:]
    for candidate in (own, cls):
        if candidate in ontology.classes:
            return ontology.label(candidate, lang)
    return web.words()[lang].get(f"parameter_{name}", own)


def query_page(build: Loaded, job: dict[str, Any], name: str, page: Page) -> Reply:
    """The form of one query, and its answer as soon as there is something to ask."""
    query = api.known_query(name)
    lang: str = job["lang"]
    given = dict(job["parameters"])
    asked = bool(given) or not any(param.required for param in query.params)
    table, message = None, ""
    try:
        table = run(build, query, {key: value for key, value in given.items() if key != "ask"}, lang) if asked else None
    except KgError as error:
        message = str(error)
    filled = {key: value for key, value in given.items() if value and key != "ask"}
    return page(
        build,
        job,
        "query.html.jinja",
        query=api.describe(query, lang),
        fields=_fields(build, query, given, lang),
        table=table,
        shown=SHOWN,
        message=message,
        text=query.text,
        tail="?" + urlencode({**filled, "lang": lang}),
        graph=job["root"] + "/view?" + urlencode({"query": query.name, **filled}),
    )


def sparql_page(build: Loaded, job: dict[str, Any], settings: Settings, names: sparql.Names, page: Page) -> Reply:
    """A SPARQL query from the form with its answer as a table, or as Turtle, or with what is wrong."""
    asked = job["query"]
    answer: dict[str, Any] | None = None
    problem: Problem | None = None
    try:
        answer = _answer(build, asked, settings, names, job["lang"])
    except Problem as found:
        problem = found
    tails = {
        name: job["root"] + "/sparql?" + urlencode({"query": asked["query"], "format": name})
        for name in ("csv", "json", "xml", "turtle")
    }
    return page(
        build,
        job,
        "sparql.html.jinja",
        status=problem.status if problem else 200,
        query=asked["query"],
        answer=answer,
        problem=problem,
        tails=tails,
    )


def _answer(build: Loaded, asked: dict[str, Any], settings: Settings, names: sparql.Names, lang: str) -> dict[str, Any]:
    """`columns` and `rows` of (text, IRI), or `text`; `note` says what was cut."""
    few = Settings(max_rows=SHOWN, max_bytes=settings.max_bytes, max_depth=settings.max_depth)
    wanted = {
        **asked,
        "query": search.expanded(build, asked["query"]),
        "accept": "application/sparql-results+json, text/turtle",
        "format": None,
    }
    reply = sparql.answer(build.store, wanted, few, names)
    note = dict(reply.headers).get("x-result-truncated", "")
    if not reply.media_type.endswith("json"):
        return {"text": reply.body.decode(), "note": note}
    content = json.loads(reply.body)
    if "boolean" in content:
        return {"text": str(content["boolean"]).lower(), "note": ""}
    columns = content["head"]["vars"]
    found = [[_cell(build, row.get(name), lang) for name in columns] for row in content["results"]["bindings"]]
    return {"columns": columns, "rows": found, "note": note}


def _cell(build: Loaded, value: dict[str, Any] | None, lang: str) -> tuple[str, str]:
    if value is None:
        return "", ""
    if value["type"] == "uri":
        return label(build, value["value"], lang), value["value"]
    if value["type"] == "triple":
        return json.dumps(value["value"], ensure_ascii=False), ""
    return value["value"], ""
