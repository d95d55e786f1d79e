"""`from kg import Graph`: a build from Python, with typed results."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_compare import built, mill

from kg import Graph
from kg.errors import KgError
from kg.run import build_extractions


def test_entities_facts_and_figures_are_typed(tmp_path: Path) -> None:
    built(tmp_path, mill("a", "3.5"), mill("b", "4.2"))
    graph = Graph.open(tmp_path)
    assert [entity.name for entity in graph.entities("FinancialInstitution")] == ["Ostufer Bank"]
    (bank,) = graph.entities("Bank")
    (fact,) = graph.facts(subject=bank.iri)
    assert (fact.predicate, fact.sources, fact.value) == ("finances", 2, None)
    assert {one.document for one in fact.evidence} == {"reports/a.txt", "reports/b.txt"}
    assert sorted(figure.value or 0 for figure in graph.facts(predicate="electricitySaving")) == [3.5, 4.2]
    assert graph.facts(least=1.0) == []


def test_conflicts_gaps_queries_and_differences(tmp_path: Path) -> None:
    built(tmp_path / "one", mill("a", "3.5"))
    built(tmp_path / "two", mill("a", "3.5"), mill("b", "4.2"))
    one, two = Graph.open(tmp_path / "one"), Graph.open(tmp_path / "two")
    assert len(two.conflicts()) == 1 and not one.conflicts()
    assert one.gaps(cls="Project") and len(two.ask("conflicts").rows) == 1
    assert [change.what for change in two.diff(one).of("document")] == ["added"]


def test_people_decide_from_python_and_the_next_build_carries_it_out(tmp_path: Path) -> None:
    reports = mill("a", "3.5"), mill("b", "4.2", "projected")
    built(tmp_path / "builds", *reports)
    graph = Graph.open(tmp_path / "builds")
    assert [row[4] for row in graph.history(about="Projekt Mühle 2").rows] == ["4.2", "3.5"]
    (loan,) = graph.facts(predicate="finances")
    assert graph.name(loan.subject, "de") == "Ostufer Bank"
    graph.decide(loan.iri, "reject", author="Ada", comment="misread")
    assert loan.iri not in {iri for one in graph.questions() for iri in one.iris}
    build_extractions(reports, tmp_path / "builds", decisions=tmp_path / "decisions.tsv")
    assert not Graph.open(tmp_path / "builds").facts(predicate="finances")
    assert graph.facts(predicate="finances"), "a build that is open stays what it was"


def test_no_build_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="kg build"):
        Graph.open(tmp_path)
