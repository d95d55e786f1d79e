"""For programs: the query library at /api/queries/NAME, search at /api/entities, and what describes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from kg.ask import Query, Table, library, run
from kg.errors import KgError
from kg.serve import facts, negotiate, openapi, search
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
    found = negotiate.choose(job["accept"], FORMATS) if wanted is None else negotiate.by_name(wanted, FORMATS)
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
    """The list of queries, the answer of one, a search, or the description of all of these."""
    path: str = job["path"].rstrip("/")
    if path == "/api/queries":
        return as_json([describe(query, job["lang"]) for query in library().values()], keep=True)
    if path == "/api/entities":
        return search.entities(build, job)
    if path == "/api/describe":
        return facts.described(build, job)
    if path == "/api/evidence":
        return facts.evidence(build, job)
    if path == "/api/openapi.json":
        return as_json(openapi.document(job["origin"], build.manifest["id"]), keep=True)
    name = path.removeprefix("/api/queries/")
    if name == path or "/" in name:
        raise Problem(404, "not-found", f"There is nothing at {path}.", {"hint": "See /api/openapi.json."})
    return _table(build, job, known_query(name), settings)


def _table(build: Loaded, job: dict[str, Any], query: Query, settings: Settings) -> Reply:
    """A page of a query's rows; the headers tell how many there are, and where the next page is."""
    kind = chosen_format(job)
    given = dict(job["parameters"])
    own = {param.name for param in query.params}
    limit = search.whole_number(given, "limit", openapi.LONGEST, openapi.LONGEST) if "limit" not in own else 0
    offset = search.whole_number(given, "offset", 0, 10_000_000) if "offset" not in own else 0
    params = {key: value for key, value in given.items() if key in own or key not in ("format", "limit", "offset")}
    table = _answered(build, query, params, job["lang"])
    total = len(table.rows)
    headers: tuple[tuple[str, str], ...] = (("x-total-rows", str(total)),)
    if "limit" not in own and offset + limit < total:
        following = urlencode({**given, "limit": limit, "offset": offset + limit, "lang": job["lang"]})
        headers += (("link", f'<{settings.root_path}/api/queries/{query.name}?{following}>; rel="next"'),)
    if "limit" not in own:
        cut = slice(offset, offset + limit)
        table = replace(table, rows=table.rows[cut], iris=table.iris[cut])
    if kind == "csv":
        headers += (("content-disposition", f'attachment; filename="{query.name}.csv"'),)
        return Reply(200, "text/csv; charset=utf-8", table.to_csv().encode(), headers, keep=True)
    return Reply(200, "application/json", table.to_json().encode() + b"\n", headers, keep=True)


def _answered(build: Loaded, query: Query, given: dict[str, str], lang: str) -> Table:
    """The rows; a parameter that is wrong is a 400, and a name that nothing bears a 404."""
    known = {param.name: param.type for param in query.params}
    for name, text in given.items():
        if len(text) > openapi.LONGEST_TEXT:
            raise Problem(400, "bad-parameter", f"{name} is longer than {openapi.LONGEST_TEXT} characters.")
    missing = [param.name for param in query.params if param.required and not given.get(param.name, "").strip()]
    try:
        return run(build, query, given, lang)
    except KgError as error:
        wrong = missing or set(given) - set(known) or any(known[name] == "integer" for name in given)
        code, status = ("bad-parameter", 400) if wrong else ("no-such-name", 404)
        raise Problem(status, code, str(error), {"hint": "/api/entities?q= finds names."}) from error
