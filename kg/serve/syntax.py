"""From the engine's parse error to a message for a person: line, column, the place, a hint."""

from __future__ import annotations

import re
from collections.abc import Container

from kg.serve.guard import Shape, tokens, undeclared
from kg.serve.reply import Problem

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_BEFORE_A_BRACKET = re.compile(
    "A|AND|AS|ASC|BIND|BY|DESC|DISTINCT|EXISTS|FILTER|FROM|GRAPH|GROUP|HAVING|IN|LATERAL|MINUS|NOT|OPTIONAL|REDUCED|"
    "SELECT|UNION|USING|VALUES|WHERE|AVG|COUNT|GROUP_CONCAT|MAX|MIN|SAMPLE|SUM|ABS|ADJUST|BNODE|BOUND|CEIL|COALESCE|"
    "CONCAT|CONTAINS|DATATYPE|DAY|ENCODE_FOR_URI|FLOOR|HASLANG(DIR)?|HOURS|IF|IRI|ISBLANK|ISIRI|ISLITERAL|ISNUMERIC|"
    "ISTRIPLE|ISURI|LANG(DIR|MATCHES)?|LCASE|MD5|MINUTES|MONTH|NOW|OBJECT|PREDICATE|RAND|REGEX|REPLACE|ROUND|SAMETERM|"
    "SECONDS|SHA(1|256|384|512)|STR|STRAFTER|STRBEFORE|STRDT|STRENDS|STRLANG(DIR)?|STRLEN|STRSTARTS|STRUUID|SUBJECT|"
    "SUBSTR|TIMEZONE|TRIPLE|TZ|UCASE|URI|UUID|YEAR",
    re.IGNORECASE,
)
"""Keywords and functions that a ( may follow."""


def _suspect(query: str) -> str:
    """What is wrong with the tokens themselves, where the parser only says that it stopped later; "" for nothing."""
    word = ""
    for match in tokens(query):
        kind, text = match.lastgroup, match[0]
        if kind == "string" and (len(text) < 2 or text[-1] != text[0]):
            return f"The text that begins with `{_shorten(text, 40)}` is not closed: a {text[0]} is missing."
        if text == "(" and word and not _BEFORE_A_BRACKET.fullmatch(word):
            return f"{word} is no function of SPARQL. One that is not built in is called by its IRI."
        if kind != "skip":
            word = text if kind == "word" and text[0].isalpha() else ""
    return ""


def _hint(query: str, rest: str, message: str, shape: Shape, missing: list[str], what: str) -> str:
    """What most likely went wrong at the place where the parser stopped."""
    if suspect := shape.form and _suspect(query):
        return suspect
    if "Prefix not found" in message and missing:
        return f"The prefix `{missing[0]}:` is not declared. Begin the {what} with `PREFIX {missing[0]}: <...>`."
    if shape.balance > 0 and not rest.strip():
        return f"{shape.balance} bracket(s) opened with {{, ( or [ are not closed."
    if shape.balance < 0:
        return "There is a closing bracket too many."
    if not shape.form and what == "update":
        return "An update is one of INSERT, DELETE, LOAD, CLEAR, CREATE, DROP, COPY, MOVE, ADD, after any PREFIX lines."
    if not shape.form:
        return "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after any PREFIX and BASE lines."
    if any(word in message.lower() for word in ("group by", "aggregate", "variable that is unbound")):
        return "With GROUP BY or an aggregate, every other selected variable must be named in GROUP BY."
    if "BASE" in message or "relative IRI" in message.lower():
        return "Write IRIs in full, or begin the query with `BASE <...>`."
    return "Look just before this place: a missing dot, quote or bracket, or a word that stands too early."


def problem(query: str, message: str, shape: Shape, known: Container[str], *, what: str = "query") -> Problem:
    """A 400 with the position in the query as sent (both count from 1)."""
    match = _PLACE.match(message)
    missing = undeclared(query, known)
    if match is None:
        return Problem(
            400, f"malformed-{what}", _shorten(message), {"hint": _hint(query, "", message, shape, missing, what)}
        )
    line, column = int(match[1]), int(match[2])
    lines = query.splitlines() or [""]
    text = lines[line - 1] if line <= len(lines) else ""
    rest = text[column - 1 :]
    found = f"before `{_shorten(rest, 40)}`" if rest.strip() else "at the end of the line"
    return Problem(
        400,
        f"malformed-{what}",
        f"The {what} cannot be read: the parser stopped at line {line}, column {column}, {found}.",
        {
            "line": line,
            "column": column,
            "excerpt": _shorten(text, 160),
            "hint": _hint(query, rest, message, shape, missing, what),
            "parser": _shorten(match[3]),
        },
    )


def _shorten(text: str, limit: int = 300) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
