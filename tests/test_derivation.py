"""`kg explain IRI`: what a rule concluded, with what it was concluded from, down to the sentences of the reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from sample_build import sample_build

from kg.cli import main
from kg.errors import KgError
from kg.explain import Step, derive, told
from kg.graph import GM, RDF
from kg.infer import inferred_graph, read_queries
from kg.ontology import queries_dir
from kg.store import Build, open_build

FIRM = "Quarry Cement GmbH"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return open_build(sample_build(tmp_path_factory.mktemp("builds")))


def leaves(step: Step) -> Iterator[Step]:
    if not step.premises:
        yield step
    for premise in step.premises:
        yield from leaves(premise)


def test_what_is_financed_leads_to_the_sentences_of_giving_and_getting(build: Build) -> None:
    """The issue's example: a bank provides a loan, a firm receives it, so the bank finances the firm."""
    steps = derive(build, "Ostufer Bank")
    finances = next(s for s in steps if s.rule == "07-finance-by-instrument")
    said = {premise.triple[1].removeprefix(GM): premise for premise in finances.premises}
    assert {"provides", "receives"} <= set(said)
    assert any("发放绿色贷款" in quote for quote, _ in said["provides"].sentences)
    assert all(path.startswith("reports/") for _, path in said["receives"].sentences)


def test_every_inferred_triple_is_explained_down_to_sentences_or_axioms(build: Build) -> None:
    """All that was concluded about entities; what reports state has its sentence, and nothing explains itself."""
    graph = ox.NamedNode(inferred_graph())
    things = {quad.subject.value for quad in build.store.quads_for_pattern(None, None, None, graph)}  # type: ignore[union-attr]
    entities = sorted(thing for thing in things if "/id/" in thing and "/inference/" not in thing)
    checked = 0
    for entity in entities:
        for step in derive(build, f"<{entity}>"):
            assert step.rule and step.premises, step.triple
            for leaf in leaves(step):
                assert leaf.kind != "inferred" and leaf.triple != step.triple
                assert leaf.kind == "axiom" or leaf.sentences or not leaf.triple[0].startswith("id/"), leaf
                checked += bool(leaf.sentences)
    assert checked > 100


def test_the_node_of_an_inference_has_its_own_triple(build: Build) -> None:
    graph = ox.NamedNode(inferred_graph())
    kind = ox.NamedNode(RDF + "Statement")
    node = min(q.subject.value for q in build.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind, graph))  # type: ignore[union-attr]
    (step,) = derive(build, node)
    rule = next(iter(build.store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(GM + "rule"), None, graph)))
    assert step.rule == rule.object.value  # type: ignore[union-attr]


def test_a_fact_is_told_with_its_sentences(build: Build) -> None:
    fact = next(fact["iri"] for fact in build.facts() if fact["kind"] == "relation")
    (step,) = derive(build, fact)
    assert step.kind == "stated" and step.sentences and not step.premises


@pytest.mark.parametrize(("lang", "words"), [("de", "nach der Regel"), ("en", "by the rule"), ("zh", "依据规则")])
def test_it_is_told_in_three_languages(build: Build, lang: str, words: str) -> None:
    text = "\n".join(told(step, build, lang) for step in derive(build, FIRM))
    summaries = {rule.header[f"summary@{lang}"] for rule in read_queries(queries_dir() / "infer")}
    assert words in text and any(summary in text for summary in summaries)
    assert "http" not in text and "genid" not in text


def test_the_verb_takes_a_name_an_iri_or_a_file(build: Build, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["explain", *arguments, "--build", str(build.path)])
        return done.exit_code, done.output

    status, text = run(FIRM)
    assert status == 0 and "by the rule 05-place-of-a-place" in text and "[reports/mill-de.txt]" in text
    status, text = run("https://w3id.org/green-manufacturing/id/quarry-cement-enterprise", "--json")
    assert status == 0 and {step["kind"] for step in json.loads(text)} == {"inferred"}
    report = tmp_path / "report.txt"
    report.write_text("Ostufer Bank lends money to Quarry Cement Ltd.", encoding="utf-8")
    assert run(str(report))[0] == 0
    assert run(str(tmp_path / "nothing.txt"))[0] == 2
    assert run("https://w3id.org/green-manufacturing/id/inference/0000")[0] == 2


def test_an_unknown_inference_is_told(build: Build) -> None:
    with pytest.raises(KgError, match="No rule concluded"):
        derive(build, "https://w3id.org/green-manufacturing/id/inference/0000")
