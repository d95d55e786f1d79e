"""Data sets that a request names beside an update: the engine takes them in the text only, as USING clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.serve.guard import tokens
from kg.serve.reply import Problem


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a bracket with all that is in it, and where it stands."""

    text: str
    start: int
    end: int


def outside_braces(update: str) -> Iterator[Word]:
    """Words, brackets and signs that stand in no bracket; a bracket with all that is in it comes as ``{``."""
    depth = start = 0
    for token in tokens(update):
        kind, text = token.lastgroup, token[0]
        if kind == "open":
            start = token.start() if depth == 0 else start
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0:
                yield Word("{", start, token.end())
        elif depth == 0 and kind not in ("skip", "iri", "name", "string"):
            yield Word(text.upper(), token.start(), token.end())


def _clauses(using: Sequence[str], named: Sequence[str]) -> str:
    try:
        parts = [f"USING {ox.NamedNode(iri)}" for iri in using] + [f"USING NAMED {ox.NamedNode(iri)}" for iri in named]
    except ValueError as error:
        raise Problem(400, "bad-graph", f"A graph of the request is not an absolute IRI: {error}") from error
    return " " + " ".join(parts) + " "


def with_data_set(update: str, using: Sequence[str], named: Sequence[str]) -> str:
    """The update as it is to be run on the graphs that the request names; as it is where it names none."""
    if not using and not named:
        return update
    clauses = _clauses(using, named)
    words = list(outside_braces(update))
    made, at = [], 0
    for number, word in enumerate(words):
        if word.text in ("USING", "WITH"):
            raise Problem(
                400,
                "two-data-sets",
                f"The request names graphs, and so does the update ({word.text}).",
                {"hint": "Name the graphs in one place: using-graph-uri and using-named-graph-uri, or USING."},
            )
        if word.text == "\\":
            raise Problem(400, "escaped-keyword", "Write keywords without escapes where the request names graphs.")
        if word.text != "WHERE":
            continue
        before = words[number - 1].text if number else ""
        if before == "DELETE" and number + 1 < len(words):  # DELETE WHERE {…} has no place for USING
            template = update[words[number + 1].start : words[number + 1].end]
            made.append(update[at : word.start] + template + clauses)
        else:
            made.append(update[at : word.start] + clauses)
        at = word.start
    return "".join(made) + update[at:]
