"""Full text in the API and in SPARQL.

In a query, ``?thing search:entity "words"`` (a triple pattern of its own) binds the entities that `/api/entities`
finds. It is written as the VALUES block that it stands for before the engine sees the query.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.ask import label
from kg.serve import fulltext, lookup
from kg.serve.guard import tokens
from kg.serve.patterns import IN_QUERY, NAMESPACE
from kg.serve.reply import Problem, Reply, as_json
from kg.serve.snapshot import Loaded

_NAMES = ("search:entity", f"<{NAMESPACE}entity>")
MOST = 100
LONGEST = 200
"""Characters of what is looked for."""


@lru_cache(maxsize=2)
def _opened(path: Path) -> fulltext.Index:
    return fulltext.Index(path)


def index(build: Loaded) -> fulltext.Index:
    """The index of a build; while that is being made, the one from before the last updates, or else a `Problem`."""
    path = fulltext.place(build.path, build.state)
    before = None if path.exists() else fulltext.latest(path)
    for one in (before or path, path):
        with suppress(sqlite3.OperationalError):  # that from before is removed as soon as there is another
            if one.exists():
                return _opened(one)
    raise Problem(
        503,
        "index-missing",
        "The full text of this build is being indexed.",
        {"hint": "Send the request again in a minute."},
        (("retry-after", "10"),),
    )


def whole_number(parameters: dict[str, str], name: str, default: int, most: int) -> int:
    """A parameter that is a number from 0 to `most`."""
    text = parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) > most:
        raise Problem(400, "bad-parameter", f"{name}={text!r} is no whole number from 0 to {most}.")
    return int(text)


def entities(build: Loaded, job: dict[str, Any]) -> Reply:
    """/api/entities?q=: what bears that name, or is spoken of so."""
    parameters = dict(job["parameters"])
    text = _typed(parameters.get("q", ""))
    if not text.strip():
        raise Problem(400, "bad-parameter", "What is looked for is missing: q.", {"hint": "/api/entities?q=solar"})
    if len(text) > LONGEST:
        raise Problem(400, "bad-parameter", f"q is longer than {LONGEST} characters.")
    limit = whole_number(parameters, "limit", 20, MOST)
    offset = whole_number(parameters, "offset", 0, 10_000)
    found = index(build).find(text, limit, offset)
    listed = [
        {
            "iri": hit.iri,
            "label": label(build, hit.iri, job["lang"]),
            "class": lookup.class_of(build, hit.iri),
            "found_by": hit.by,
            "text": hit.text,
        }
        for hit in found
    ]
    return as_json(listed, keep=True)


def expanded(build: Loaded, query: str) -> str:
    """The query with each search pattern written as VALUES; as it is where it has none."""
    if "search" not in query or not any(name in query for name in _NAMES):
        return query
    seen = [token for token in tokens(query) if token.lastgroup != "skip"]
    made, at = [], 0
    for number, token in enumerate(seen):
        if token[0] not in _NAMES or number < 1 or seen[number - 1][0].upper() == "PREFIX":
            continue
        subject = seen[number - 1]
        words = seen[number + 1] if number + 1 < len(seen) else None
        if words is None or subject[0][0] not in "?$" or words.lastgroup != "string":
            raise Problem(
                400,
                "search-pattern",
                'A search is written as a triple pattern of its own: ?thing search:entity "words" .',
            )
        hits = index(build).find(_typed(_unquoted(words[0])), IN_QUERY)
        values = " ".join(str(ox.NamedNode(hit.iri)) for hit in hits)
        made.append(f"{query[at : subject.start()]}VALUES {subject[0]} {{ {values} }}")
        at = words.end()
    return "".join(made) + query[at:]


def _typed(text: str) -> str:
    """The text without control characters, some of which end a text for the index."""
    return "".join(" " if char < " " or "\x7f" <= char < "\xa0" else char for char in text)


def _unquoted(literal: str) -> str:
    quote = 3 if literal[:3] in ('"""', "'''") else 1
    return literal[quote:-quote].replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")
