"""The query library for programs: /api/queries and /api/queries/NAME."""

from __future__ import annotations

from typing import Any

from kg.ask import Query, library, run
from kg.serve import negotiate
from kg.serve.reply import Problem, Reply, as_json
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

FORMATS = (negotiate.Offer("json", ("application/json",)), negotiate.Offer("csv", ("text/csv",)))


def describe(query: Query, lang: str) -> dict[str, Any]:
    """What a client needs to know to ask one query."""
    return {
        "name": query.name,
        "summary": query.summary.get(lang, query.summary.get("en", "")),
        "parameters": [{"name": p.name, "type": p.type, "required": p.required} for p in query.params],
        "columns": list(query.headings.get(lang, query.headings.get("en", ()))),
        "example": query.example,
        "href": f"/api/queries/{query.name}",
    }


def chosen_format(job: dict[str, Any]) -> str:
    """`?format=` if given, otherwise by the Accept header; 406 where neither can be met."""
    wanted = dict(job["parameters"]).get("format")
    found = negotiate.by_name(wanted, FORMATS) if wanted else negotiate.choose(job["accept"], FORMATS)
    if found is None:
        raise Problem(406, "not-acceptable", f"The answer can be had as {negotiate.listing(FORMATS)}.")
    return found[0]


def known_query(name: str) -> Query:
    """A query of the library, or a 404 that lists them."""
    queries = library()
    if name not in queries:
        raise Problem(404, "no-such-query", f"There is no query {name!r}.", {"hint": "Queries: " + ", ".join(queries)})
    return queries[name]


def answer(build: Loaded, job: dict[str, Any], settings: Settings) -> Reply:
    """The list of queries, or the answer of one."""
    path: str = job["path"].rstrip("/")
    if path == "/api/queries":
        return as_json([describe(query, job["lang"]) for query in library().values()], keep=True)
    name = path.removeprefix("/api/queries/")
    if name == path or "/" in name:
        raise Problem(404, "not-found", f"There is nothing at {path}.", {"hint": "See /api/queries."})
    query = known_query(name)
    kind = chosen_format(job)
    params = {key: value for key, value in job["parameters"] if key != "format"}
    table = run(build, query, params, job["lang"])
    if kind == "csv":
        headers = (("content-disposition", f'attachment; filename="{query.name}.csv"'),)
        return Reply(200, "text/csv; charset=utf-8", table.to_csv().encode(), headers, keep=True)
    return Reply(200, "application/json", table.to_json().encode() + b"\n", keep=True)
