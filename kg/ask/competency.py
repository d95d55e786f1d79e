"""Competency questions of an ontology, and which of its terms they use.

A folder of TOML files has them as ``[[question]]`` tables: `asks` in words, a `query` of the library or `sparql` of its
own, and the expected `rows`. A term is used by a question whose query names it, or whose rows hold it.

>>> unused(load(), read_questions(Path("tests/cq")))    # nobody asks for these
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.ask.query import library
from kg.ask.resolve import compact
from kg.errors import KgError
from kg.ontology import Ontology

_NAME = re.compile(r"\b[a-z]+:[\w%.-]*[\w]")


def read_questions(folder: Path) -> list[dict[str, Any]]:
    """All questions of a folder, in the order of its files."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise KgError(f"{folder} holds no .toml file with competency questions.")
    try:
        read = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise KgError(f"The questions in {folder} cannot be read: {error}") from error
    return [question for one in read for question in one.get("question", [])]


def used(questions: Iterable[dict[str, Any]]) -> set[str]:
    """Short IRIs of all terms that a question's query names, or that stand in its expected rows."""
    found: set[str] = set()
    for question in questions:
        text = library()[question["query"]].text if "query" in question else question["sparql"]
        found.update(_NAME.findall(text))
        found.update(cell for row in question["rows"] for cell in row)
    return found


def unused(ontology: Ontology, questions: Iterable[dict[str, Any]]) -> list[str]:
    """Short IRIs of the terms that no question uses: each answers nothing, and has no business in the ontology."""
    return sorted({compact(iri) for iri in ontology.terms} - used(questions))
