"""Competency questions (questions.toml) over the sample graph: each gives the expected rows, on two SPARQL engines."""

from __future__ import annotations

import functools
import json
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from click.testing import CliRunner
from sample_graph import HERE, Sample, sample, wider

from kg.ask import Query, bind, compact, library, read_query, run
from kg.ask.competency import read_questions, unused
from kg.ask.resolve import PREFIXES
from kg.cli import main
from kg.ontology import load

QUESTIONS: list[dict[str, Any]] = [
    question | {"graph": graph}
    for file, graph in (("questions.toml", sample), ("units.toml", wider), ("wider.toml", wider))
    for question in tomllib.loads((HERE / file).read_text(encoding="utf-8"))["question"]
]
STANDARD = {"rdf": str(rdflib.RDF), "rdfs": str(rdflib.RDFS), "skos": str(rdflib.SKOS)}
HEADER = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in (PREFIXES | STANDARD).items())


def query_of(question: dict[str, Any], folder: Path) -> Query:
    if "query" in question:
        return library()[question["query"]]
    path = folder / "own.rq"
    header = "" if "PREFIX" in question["sparql"] else HEADER
    path.write_text(f"#+ summary@en: {question['asks']}\n{header}{question['sparql']}", encoding="utf-8")
    return read_query(path)


@functools.cache
def in_rdflib(graph: Callable[[], Sample]) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    for quad in graph().store:
        named = rdflib.URIRef(quad.graph_name.value) if hasattr(quad.graph_name, "value") else None
        triple = tuple(rdflib.util.from_n3(str(term)) for term in (quad.subject, quad.predicate, quad.object))
        (dataset.graph(named) if named else dataset.default_graph).add(triple)  # type: ignore[arg-type]
    return dataset


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["asks"])
def test_answer(question: dict[str, Any], tmp_path: Path) -> None:
    """The columns asked for hold exactly the expected rows (rows that differ in other columns alone count once)."""
    query = query_of(question, tmp_path)
    table = run(question["graph"](), query, question.get("params", {}), question.get("lang", "en"))
    at = [table.columns.index(name) for name in question["columns"]]
    found = {
        tuple(_term(row[index], iris[index]) for index in at) for row, iris in zip(table.rows, table.iris, strict=True)
    }
    assert found == {tuple(row) for row in question["rows"]}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["asks"])
def test_another_engine_agrees(question: dict[str, Any], tmp_path: Path) -> None:
    """rdflib gives as many rows, with the same terms: the queries are plain SPARQL 1.1."""
    text = bind(question["graph"](), query_of(question, tmp_path), question.get("params", {}))
    ours = question["graph"]().store.query(text)
    names = [variable.value for variable in ours.variables]  # type: ignore[union-attr]
    expected = Counter(tuple(_value(row[name]) for name in names) for row in ours)  # type: ignore[union-attr,call-overload,index]
    theirs = Counter(tuple(_value(row[name]) for name in names) for row in in_rdflib(question["graph"]).query(text))  # type: ignore[index,call-overload]
    theirs.pop(("",) * len(names), None)  # rdflib groups no rows into one empty row
    assert theirs == expected


def _term(text: str, iri: str | None) -> str:
    """What questions.toml writes for a cell: a term of the ontology by its short IRI, all else by its label."""
    return compact(iri) if iri and not compact(iri).startswith(("ent:", "http")) else text


def _value(term: Any) -> str:
    """A term's text; numbers by value, times in Z, since engines write 0.9 and 0.90, Z and +00:00 as they like."""
    text = "" if term is None else str(getattr(term, "value", term) if not isinstance(term, rdflib.Literal) else term)
    text = text.replace("+00:00", "Z")
    try:
        return str(float(text))
    except ValueError:
        return text


def test_every_query_of_the_library_is_asked() -> None:
    """Each query that ships has a question that shows what it is for."""
    assert set(library()) == {question["query"] for question in QUESTIONS if "query" in question}
    assert len(QUESTIONS) >= 60


def test_every_term_is_used_by_a_question() -> None:
    """Classes, properties, indicators, units, factors, all: what answers no question has no business here."""
    questions = read_questions(HERE)
    assert len(questions) == len(QUESTIONS)
    assert unused(load(), questions) == []
    assert "gm:lendsTo" in unused(load(), [one for one in questions if "gm:lendsTo" not in str(one)])


def test_the_verb_tells_which_terms_no_question_uses(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["ontology", "questions", str(HERE)])
    assert done.exit_code == 0 and "Terms that no question uses: none" in done.output
    (tmp_path / "one.toml").write_text((HERE / "units.toml").read_text(encoding="utf-8"), encoding="utf-8")
    done = CliRunner().invoke(main, ["ontology", "questions", str(tmp_path), "--json"])
    assert done.exit_code == 1 and "gm:lendsTo" in json.loads(done.output)["unused"]
    (tmp_path / "one.toml").write_text("[[question", encoding="utf-8")
    done = CliRunner().invoke(main, ["ontology", "questions", str(tmp_path)])
    assert done.exit_code == 2 and "cannot be read" in done.output
