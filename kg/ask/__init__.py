"""Room 10: the query library, asked with words.

A query is a SPARQL file that describes itself in header lines::

    #+ summary@en: Which sentences say something of a thing
    #+ columns@en: Sentence | Document
    #+ param: entity entity optional
    #+ example: kg ask sentences-of --entity "a name"

Its parameters stand in the text as ``VALUES ?entity { UNDEF }``, so that each file is plain SPARQL that any engine
runs as it is. Asking puts the resolved term in the place of ``UNDEF``, in its N-Triples form: what a person typed
reaches the query as a whole term or not at all. A parameter left out loses its VALUES, and matches everything.

A query's rows hold IRIs; the labels come afterwards, in the language that is asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.ask.query import Param, Query, library, read_query
from kg.ask.resolve import Snapshot, compact, label, resolve
from kg.ask.table import Table
from kg.errors import KgError

__all__ = [
    "Param",
    "Query",
    "Snapshot",
    "Table",
    "ask",
    "bind",
    "compact",
    "label",
    "library",
    "read_query",
    "resolve",
    "run",
]

_ORDERED = re.compile(r"\}[^{}]*\bORDER\s+BY\b[^{}]*$", re.IGNORECASE)
_NUMBERS = {f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float")}


def bind(build: Snapshot, query: Query, params: Mapping[str, str]) -> str:
    """The SPARQL text of a query with what a person typed put in as terms; nothing is run."""
    known = {param.name: param for param in query.params}
    for name in params:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise KgError(f"The query {query.name} has no parameter {name}. Its parameters: {takes}.")
    terms: dict[str, ox.NamedNode | ox.Literal] = {}
    for param in query.params:
        typed = params.get(param.name, "")
        if typed.strip():
            terms[param.name] = _term(build, param, typed)
        elif param.required:
            example = f" Example: {query.example}" if query.example else ""
            raise KgError(f"The query {query.name} needs the parameter {param.name} ({param.type}).{example}")
    return query.bound(terms)


def _term(build: Snapshot, param: Param, typed: str) -> ox.NamedNode | ox.Literal:
    if param.type == "text":
        return ox.Literal(typed)
    if param.type != "integer":
        return ox.NamedNode(resolve(build, typed, param.type))
    try:
        return ox.Literal(int(typed))
    except ValueError:
        raise KgError(f"The parameter {param.name} takes a whole number, and {typed!r} is none.") from None


def ask(
    build: Snapshot, name: str, params: Mapping[str, str] | None = None, lang: str = "en", *, folder: Path | None = None
) -> Table:
    """The answer of the library's query `name`, labelled in `lang` (or in English, or as the source has it)."""
    queries = library(folder)
    if name not in queries:
        raise KgError(f"There is no query named {name!r}. Queries: {', '.join(sorted(queries))}.")
    return run(build, queries[name], params or {}, lang)


def run(build: Snapshot, query: Query, params: Mapping[str, str], lang: str = "en") -> Table:
    """The answer of one query; rows that the query does not order stand in the order of their text."""
    text = bind(build, query, params)
    try:
        answer = build.store.query(text)
    except SyntaxError as error:
        raise KgError(f"{query.path}: the query is not valid SPARQL. {error}") from error
    if not isinstance(answer, ox.QuerySolutions):
        raise KgError(f"{query.path}: a query of the library must be a SELECT query.")
    names = tuple(variable.value for variable in answer.variables)
    found = [tuple(solution[name] for name in names) for solution in answer]
    rows = [tuple(_cell(build, term, lang) for term in row) for row in found]
    if not _ORDERED.search(query.text):
        rows.sort(key=lambda row: [cell.order for cell in row])
    headings = query.headings.get(lang, query.headings.get("en", ()))
    texts, iris = ([tuple(getattr(cell, part) for cell in row) for row in rows] for part in ("text", "iri"))
    return Table(names, tuple(texts), tuple(iris), headings)


class _Cell(NamedTuple):
    text: str
    iri: str | None
    order: tuple[float, str, str]
    """Numbers by value, words after them."""


def _cell(build: Snapshot, term: object, lang: str) -> _Cell:
    if isinstance(term, ox.NamedNode):
        text = label(build, term.value, lang)
        return _Cell(text, term.value, (math.inf, text, term.value))
    text = term.value if isinstance(term, ox.Literal | ox.BlankNode) else ""
    number = isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS
    return _Cell(text, None, (float(text) if number else math.inf, text, ""))
