"""A query's shape: the query with a mark in place of each constant, so that queries that ask alike are alike."""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a query that is looked at."""
IRI, STRING, NUMBER = "\x01", "\x02", "\x03"
"""The marks."""
_MARK = {"iri": IRI, "string": STRING, "number": NUMBER}
# Comments, escapes, long strings and signs before numbers leave something behind that is no token.
_CONSTANT = re.compile(
    r'<(?P<iri>[a-z][a-z0-9+-]*:[^<>"{}|^`\\\s\x00-\x20]*)>|"(?P<string>[^"\\\x00-\x1f]*)"'
    r"|(?<![\w:.?$@+-])(?P<number>\d{1,18})(?![\w.])",
    re.ASCII,
)
_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<variable>[?$][A-Za-z_]\w*)|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<name>(?:[A-Za-z]\w*)?:(?:[A-Za-z_][\w-]*)?)(?![\w%\\:-]|\.[\w%\\:-])"
    r"|(?P<word>[A-Za-z]+)(?![\w:.-])|(?P<sign>\^\^|[\x01-\x03{}();,.|*/^+?]))",
    re.ASCII,
)


def shape_of(query: str) -> tuple[str, list[str]] | None:
    """The shape of a query, and its constants in their order; None for one that is too long, or holds marks."""
    if len(query) > LONGEST or IRI in query or STRING in query or NUMBER in query:
        return None
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        found.append(match[kind])
        return _MARK[kind]

    return _CONSTANT.sub(mark, query), found


def tokens(shape: str) -> list[tuple[str, str]] | None:
    """Kind and text of each token (words in capitals but for `a`); None where something else stands in the shape."""
    found: list[tuple[str, str]] = []
    end, place = len(shape.rstrip(" \t\r\n")), 0
    while place < end:
        match = _TOKEN.match(shape, place)
        if match is None:
            return None
        kind = match.lastgroup or ""
        text = match[kind]
        found.append((kind, text.upper() if kind == "word" and text != "a" else text))
        place = match.end()
    return found
