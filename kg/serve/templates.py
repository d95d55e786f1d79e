"""The quads that an update with a WHERE may change, told before it is carried out.

The WHERE is asked as a query; for its solutions, the update's templates are carried out on an empty store. What is
there then may come or go, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.serve.guard import tokens
from kg.serve.rewrite import Word, outside_braces
from kg.serve.sparql import Names, no_new_files

MOST = 50_000
"""Solutions that are looked at: of more, comparing the whole store costs less."""
AT_ONCE = 5_000
_PROLOGUE = ("BASE", "PREFIX", "VERSION")
_AGAIN = ("NOW", "RAND", "UUID", "BNODE", "SERVICE", "LOAD")
"""In words of an update that is not the same, or not to be asked, twice."""
_NAME = ox.NamedNode("urn:x")


class _Parts(NamedTuple):
    """What an update is made of, as it is written."""

    prologue: str
    within: str
    """`WITH` and the IRI of a graph."""
    templates: tuple[str, ...]
    data_set: str
    """`USING` clauses, as a query has them: `FROM`."""
    where: str


def quads(store: ox.Store, update: str, names: Names, base: str | None) -> list[ox.Quad] | None:
    """All quads that may come or go by an update; None where that cannot be told."""
    parts = _parts(update)
    if parts is None:
        return None
    base = base or names.base
    scratch = ox.Store()

    def instantiate(template: str, where: str) -> None:
        update = f"{parts.prologue} {parts.within} INSERT {template} WHERE {{ {where} }}"
        scratch.update(update, prefixes=names.prefixes, base_iri=base)

    try:
        with no_new_files():
            default: list[Any] | None = None
            if parts.within and not parts.data_set:
                instantiate(f"{{ {_NAME} {_NAME} {_NAME} }}", "")
                default = [quad.graph_name for quad in scratch]
                scratch.clear()
            query = f"{parts.prologue} SELECT * {parts.data_set} WHERE {parts.where}"
            found = store.query(query, prefixes=names.prefixes, base_iri=base, default_graph=default)
            assert isinstance(found, ox.QuerySolutions)
            for values in _blocks(found):
                for template in parts.templates:
                    instantiate(template, values)
    except (_TooMany, SyntaxError, ValueError, OSError, RuntimeError):
        return None
    made = list(scratch)
    return None if any("_:" in str(quad) for quad in made) else made


class _TooMany(Exception):
    """More solutions than are looked at, or one with a node that has no name."""


def _blocks(found: ox.QuerySolutions) -> Iterator[str]:
    """The solutions as VALUES, some at once."""
    head = " ".join(str(variable) for variable in found.variables)
    left = MOST
    while block := list(islice(found, AT_ONCE)):
        left -= len(block)
        rows = {" ".join("UNDEF" if term is None else str(term) for term in row) for row in block}
        if left < 0 or any("_:" in row for row in rows):
            raise _TooMany
        yield f"VALUES ({head}) {{ {' '.join(f'({row})' for row in sorted(rows))} }}"


def _parts(update: str) -> _Parts | None:
    """The parts of an update that is one operation with a WHERE; None for any other."""
    if "\\u" in update.lower() or any(_varies(token[0]) for token in tokens(update) if token.lastgroup == "word"):
        return None
    words = [word for word in outside_braces(update) if word.text not in _PROLOGUE]
    if words and words[-1].text == ";" and not update[words[-1].end :].strip():
        words.pop()
    kinds = " ".join(word.text for word in words)
    if not re.fullmatch(r"(WITH )?(DELETE \{ )?(INSERT \{ )?(USING (NAMED )?)*WHERE \{|DELETE WHERE \{", kinds):
        return None
    if kinds == "DELETE WHERE {":
        group = _text(update, words[2])
        return _Parts(update[: words[0].start], "", (group,), "", group)
    brackets = [_text(update, word) for word in words if word.text == "{"]
    texts = [word.text for word in words]
    where = words[-2]
    within = update[words[0].start : words[1].start] if texts[0] == "WITH" else ""
    # What stands between is left as it is: the IRI of a graph may have the word in it.
    using = [word for word in words if word.text == "USING"]
    ends = [*(word.start for word in using[1:]), where.start]
    data_set = "".join(f"FROM{update[word.end : end]}" for word, end in zip(using, ends, strict=False))
    return _Parts(update[: words[0].start], within, tuple(brackets[:-1]), data_set, brackets[-1])


def _varies(word: str) -> bool:
    return any(one in word.upper() for one in _AGAIN)


def _text(update: str, word: Word) -> str:
    return update[word.start : word.end]
