"""SPARQL 1.1 Protocol, query operation: from an HTTP request to a job for a worker, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from kg.serve.reply import Problem

METHODS = "GET, HEAD, POST, OPTIONS"
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"


def read_only() -> Problem:
    """What is said to an update."""
    return Problem(
        403,
        "read-only",
        "This endpoint answers queries and changes nothing; an update was sent.",
        {"hint": "The data changes when a new build is published."},
    )


def pairs(text: bytes, where: str) -> list[tuple[str, str]]:
    """The parameters of a query string or form; a `Problem` where they are not UTF-8."""
    try:
        return parse_qsl(
            text.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=1000
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "not-utf-8", f"The {where} is not UTF-8.", {"hint": "Encode the text as UTF-8."}) from error
    except ValueError as error:
        raise Problem(400, "too-many-parameters", f"The {where} has more than 1000 parameters.") from error


def job(method: str, headers: Mapping[str, str], query_string: bytes, body: bytes) -> dict[str, Any] | None:
    """The job of a query request; None for a GET without a query, which asks what this endpoint is."""
    url = pairs(query_string, "query string")
    if method == "POST":
        parameters, query = _posted(headers, url, body)
    else:
        parameters, query = url, None
    if any(name == "update" for name, _ in parameters) or any(name == "update" for name, _ in url):
        raise read_only()
    queries = [value for name, value in parameters if name == "query"]
    if query is not None:
        queries.append(query)
    if not queries and method != "POST":
        return None
    if len(queries) != 1:
        wrong = "No query was sent" if not queries else f"{len(queries)} queries were sent"
        raise Problem(400, "one-query", f"{wrong}; a request carries one, as the parameter `query` or as the body.")
    return {
        "kind": "sparql",
        "query": queries[0],
        "default": _all(parameters, "default-graph-uri"),
        "named": _all(parameters, "named-graph-uri"),
        "accept": headers.get("accept"),
        "format": next((value for name, value in parameters if name == "format"), None),
    }


def _posted(
    headers: Mapping[str, str], url: list[tuple[str, str]], body: bytes
) -> tuple[list[tuple[str, str]], str | None]:
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    charset = parameters.lower().partition("charset=")[2].strip().strip('"')
    if charset not in ("", "utf-8", "utf8"):
        raise Problem(415, "charset", f"The body is said to be {charset}; only UTF-8 is read.")
    if media_type == FORM:
        # The protocol wants all of them in the form; data sets in the address are understood, too.
        return pairs(body, "form") + url, None
    if media_type == QUERY:
        try:
            return url, body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Problem(400, "not-utf-8", f"The query is not UTF-8 (byte {error.start}).") from error
    if media_type == UPDATE:
        raise read_only()
    raise Problem(
        415,
        "media-type",
        f"A query is posted as {FORM} or {QUERY}, not as {media_type or 'a body without Content-Type'}.",
        headers=(("accept-post", f"{FORM}, {QUERY}"),),
    )


def _all(parameters: list[tuple[str, str]], wanted: str) -> list[str] | None:
    return [value for name, value in parameters if name == wanted] or None
