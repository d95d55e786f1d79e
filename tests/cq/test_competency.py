"""Competency questions (questions.toml) over the sample graph: each gives the expected rows, on two SPARQL engines."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib
from sample_graph import HERE, sample

from kg.ask import Query, bind, compact, library, read_query, run

QUESTIONS: list[dict[str, Any]] = tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))["question"]


def query_of(question: dict[str, Any], folder: Path) -> Query:
    if "query" in question:
        return library()[question["query"]]
    path = folder / "own.rq"
    path.write_text(f"#+ summary@en: {question['asks']}\n{question['sparql']}", encoding="utf-8")
    return read_query(path)


@functools.cache
def in_rdflib() -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    for quad in sample().store:
        graph = rdflib.URIRef(quad.graph_name.value) if hasattr(quad.graph_name, "value") else None
        triple = tuple(rdflib.util.from_n3(str(term)) for term in (quad.subject, quad.predicate, quad.object))
        (dataset.graph(graph) if graph else dataset.default_graph).add(triple)  # type: ignore[arg-type]
    return dataset


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["asks"])
def test_answer(question: dict[str, Any], tmp_path: Path) -> None:
    """The columns asked for hold exactly the expected rows (rows that differ in other columns alone count once)."""
    query = query_of(question, tmp_path)
    table = run(sample(), query, question.get("params", {}), question.get("lang", "en"))
    at = [table.columns.index(name) for name in question["columns"]]
    found = {
        tuple(_term(row[index], iris[index]) for index in at) for row, iris in zip(table.rows, table.iris, strict=True)
    }
    assert found == {tuple(row) for row in question["rows"]}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["asks"])
def test_another_engine_agrees(question: dict[str, Any], tmp_path: Path) -> None:
    """rdflib gives as many rows, with the same terms: the queries are plain SPARQL 1.1."""
    text = bind(sample(), query_of(question, tmp_path), question.get("params", {}))
    ours = sample().store.query(text)
    names = [variable.value for variable in ours.variables]  # type: ignore[union-attr]
    expected = Counter(tuple(_value(row[name]) for name in names) for row in ours)  # type: ignore[union-attr,call-overload,index]
    theirs = Counter(tuple(_value(row[name]) for name in names) for row in in_rdflib().query(text))  # type: ignore[index,call-overload]
    theirs.pop(("",) * len(names), None)  # rdflib groups no rows into one empty row
    assert theirs == expected


def _term(text: str, iri: str | None) -> str:
    """What questions.toml writes for a cell: a term of the ontology by its short IRI, all else by its label."""
    return compact(iri) if iri and not compact(iri).startswith(("ent:", "http")) else text


def _value(term: Any) -> str:
    """A term's text; numbers by value, since engines write 0.9 and 0.90 as they like."""
    text = "" if term is None else str(getattr(term, "value", term) if not isinstance(term, rdflib.Literal) else term)
    try:
        return str(float(text))
    except ValueError:
        return text


def test_every_query_of_the_library_is_asked() -> None:
    """Each query that ships has a question that shows what it is for."""
    assert set(library()) == {question["query"] for question in QUESTIONS if "query" in question}
    assert len(QUESTIONS) >= 20
