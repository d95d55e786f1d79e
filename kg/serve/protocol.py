"""SPARQL 1.1 Protocol: from an HTTP request to a job for a worker, or to what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from kg.serve import negotiate
from kg.serve.reply import Problem

METHODS = "GET, HEAD, POST, OPTIONS"
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
Pairs = list[tuple[str, str]]


def read_only() -> Problem:
    """What is said to an update where there are none."""
    return Problem(
        403,
        "read-only",
        "This endpoint answers queries and changes nothing; an update was sent.",
        {"hint": "The data changes when a new build is published. An operator may start `kg serve --updates`."},
    )


def only_query(text: bytes) -> str | None:
    """The query of a query string that has nothing but one; None for any other."""
    if not text.startswith(b"query=") or b"&" in text or b";" in text:
        return None
    return unescaped(text[6:])


def unescaped(text: bytes) -> str | None:
    """A value of a query string; None where it is not UTF-8."""
    asked = text.replace(b"+", b" ")
    if b"%25" not in asked:
        # What stands in nearly every query; none of these signs can become part of another escape.
        for escape, sign in _COMMON:
            asked = asked.replace(escape, sign)
    try:
        return (unquote_to_bytes(asked) if b"%" in asked else asked).decode("utf-8")
    except UnicodeDecodeError:
        return None


_COMMON = tuple((b"%%%02X" % sign, bytes([sign])) for sign in b" <>?{}:/#\"';,()|=@^*\n")


def pairs(text: bytes, where: str) -> Pairs:
    """The parameters of a query string or form; a `Problem` where they are not UTF-8."""
    try:
        return parse_qsl(
            text.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=1000
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "not-utf-8", f"The {where} is not UTF-8.", {"hint": "Encode the text as UTF-8."}) from error
    except ValueError as error:
        raise Problem(400, "too-many-parameters", f"The {where} has more than 1000 parameters.") from error


def job(
    method: str, headers: Mapping[str, str], query_string: bytes, body: bytes, *, updates: bool = False
) -> dict[str, Any] | None:
    """The job of a request; None for a GET that asks nothing, and so wants to know what this endpoint is."""
    url = pairs(query_string, "query string")
    posted, direct, kind = _posted(headers, url, body) if method == "POST" else (url, None, "")
    named = {name for name, _ in (*posted, *url)}
    if kind == "update" or "update" in named:
        if not updates:
            raise read_only()
        return _update(method, headers, posted, direct if kind == "update" else None, both="query" in named)
    queries = [value for name, value in posted if name == "query"]
    if direct is not None:
        queries.append(direct)
    if not queries and method != "POST":
        return None
    if len(queries) != 1:
        wrong = "No query was sent" if not queries else f"{len(queries)} queries were sent"
        raise Problem(400, "one-query", f"{wrong}; a request carries one, as the parameter `query` or as the body.")
    return query_job(
        queries[0],
        headers.get("accept"),
        default=_all(posted, "default-graph-uri"),
        named=_all(posted, "named-graph-uri"),
        format=next((value for name, value in posted if name == "format"), None),
        offset=offset_of(posted),
    )


def query_job(query: str, accept: str | None, **given: Any) -> dict[str, Any]:
    """The job that a query is; `given` is what its request says besides."""
    plain = {"default": None, "named": None, "accept": accept, "format": None, "offset": 0}
    return {"kind": "sparql", "query": query, **plain, **given}


def payload(job: Mapping[str, Any]) -> bytes:
    """A job as it goes to a process; equal jobs give equal bytes."""
    try:
        return _ENCODE(job).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Problem(400, "not-utf-8", "The request is not UTF-8.") from error


def identity(job: Mapping[str, Any]) -> bytes:
    """What tells a job from others: for a query that comes with nothing else, quicker made than its payload."""
    if job["kind"] == "sparql" and not (job["default"] or job["named"] or job["format"] or job["offset"]):
        return plain_identity(job["query"], job["accept"], job["encoding"])
    return payload(job)


def plain_identity(query: str, accept: str | None, coding: str) -> bytes:
    """`identity` of a query that comes with nothing else."""
    return f"{accept}\n{coding}\n{query}".encode("utf-8", "replace")


_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def wants_page(accept: str | None, job: dict[str, Any]) -> bool:
    """True for a browser that follows a link or sends the form: it gets the answer as a page."""
    return not job["format"] and prefers_page(accept)


@lru_cache(maxsize=256)
def prefers_page(accept: str | None) -> bool:
    """Whether a page is what is wanted most."""
    chosen = negotiate.choose(accept, (*negotiate.RESULTS, *negotiate.GRAPHS, negotiate.PAGE))
    return chosen is not None and chosen[0] == negotiate.PAGE.name


def offset_of(parameters: Pairs) -> int:
    """How many rows of an answer come before those that are wanted: the parameter `offset`."""
    text = next((value for name, value in parameters if name == "offset"), "0")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem(400, "offset", f"offset={text!r} is not a number of rows.")
    return int(text)


def _update(
    method: str, headers: Mapping[str, str], parameters: Pairs, direct: str | None, *, both: bool
) -> dict[str, Any]:
    if method != "POST":
        raise Problem(405, "method", "An update is sent by POST.", headers=(("allow", "POST"),))
    updates = [value for name, value in parameters if name == "update"]
    if direct is not None:
        updates.append(direct)
    if len(updates) != 1 or both:
        raise Problem(400, "one-update", "A request carries one update, as the parameter `update` or as the body.")
    return {
        "kind": "update",
        "update": updates[0],
        "using": _all(parameters, "using-graph-uri"),
        "using_named": _all(parameters, "using-named-graph-uri"),
    }


def media_type_of(headers: Mapping[str, str]) -> str:
    """The media type of a body that can be read: a `Problem` where it is compressed, or not UTF-8."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip().strip('"')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Problem(415, "charset", f"The body is said to be {charset}; only UTF-8 is read.")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(
            415,
            "content-encoding",
            "Compressed bodies are not read.",
            {"hint": "Send the body as it is."},
            (("accept-encoding", "identity"),),
        )
    return media_type.strip().lower()


def _posted(headers: Mapping[str, str], url: Pairs, body: bytes) -> tuple[Pairs, str | None, str]:
    """Parameters, the body where it is a query or update itself, and which of the two."""
    media_type = media_type_of(headers)
    if media_type == FORM:
        # The protocol wants all of them in the form; data sets in the address are understood, too.
        return pairs(body, "form") + url, None, ""
    if media_type in (QUERY, UPDATE):
        kind = "query" if media_type == QUERY else "update"
        try:
            return url, body.decode("utf-8"), kind
        except UnicodeDecodeError as error:
            raise Problem(400, "not-utf-8", f"The {kind} is not UTF-8 (byte {error.start}).") from error
    raise Problem(
        415,
        "media-type",
        f"A query is posted as {FORM} or {QUERY}, not as {media_type or 'a body without Content-Type'}.",
        headers=(("accept-post", f"{FORM}, {QUERY}, {UPDATE}"),),
    )


def _all(parameters: Pairs, wanted: str) -> list[str] | None:
    return [value for name, value in parameters if name == wanted] or None
