"""The queries of `queries/hygiene/`, asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox

from kg.check.model import Violation
from kg.check.words import evidence_of, sentence_of, shown, value_of
from kg.errors import KgError
from kg.graph import GM
from kg.infer import SparqlFile

_FIELD = re.compile(r"\{(\w+)\}")


def by_query(
    rule: SparqlFile, store: ox.Store, whole: ox.Store, subjects: Container[str] | None = None
) -> Iterator[Violation]:
    """What a rule finds in a store, told in the words of the whole one; of some subjects only, where they are given."""
    try:
        rows = store.query(rule.text)
    except SyntaxError as error:
        raise KgError(f"Hygiene query {rule.name}: {error}") from error
    if not isinstance(rows, ox.QuerySolutions):
        raise KgError(f"Hygiene query {rule.name}: must be a SELECT query.")
    names = [variable.value for variable in rows.variables]
    texts: dict[str, str] = {}
    named = cache(lambda value, language: shown(value, language, whole))
    where = cache(lambda evidence: sentence_of(evidence, whole))
    of = cache(lambda subject: evidence_of(subject, whole))
    for row in rows:
        values = {name: row[name] for name in names if row[name] is not None}
        subject = values["subject"]
        if subjects is not None and subject.value not in subjects:
            continue
        if rule.header.get("keep") == "misquoted" and not _misquoted(values, whole, texts):
            continue
        messages = {
            key.removeprefix("message@"): _filled(text, values, key.removeprefix("message@"), named)
            for key, text in rule.header.items()
            if key.startswith("message@")
        }
        sentence, document = where(values.get("evidence") or of(subject))
        yield Violation(
            rule.header.get("severity", "violation"), rule.name, subject.value, messages, sentence, document
        )


def _filled(text: str, values: Mapping[str, Any], language: str, named: Callable[[Any, str], str]) -> str:
    """A message with its fields replaced by what the row gives, named in the language of the message."""
    return _FIELD.sub(lambda field: named(values.get(field[1]), language), text)


def _misquoted(row: Mapping[str, Any], store: ox.Store, texts: dict[str, str]) -> bool:
    """Whether a quote differs from the text at its offsets; in Python, as SPARQL engines are slow to cut long texts."""
    graph = row["document"]
    if graph.value not in texts:
        texts[graph.value] = value_of(store, graph, GM + "text", graph)
    said = texts[graph.value][int(row["start"].value) : int(row["end"].value)]
    return said != str(row["quote"].value)
