"""Sources held against each other, things against what is expected of them, builds against builds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from fixtures_extraction import Report

from kg.ask import ask
from kg.claims import Extraction
from kg.cli import main
from kg.compare import Conflict, Difference, conflicts, diff, gaps, report
from kg.errors import KgError
from kg.graph import GM
from kg.ontology import load
from kg.ontology.expectations import read_expectations
from kg.run import build_extractions
from kg.store import GRAPH, Build, open_build


def mill(name: str, amount: str, status: str = "actual", denied: bool = False, source: str = "") -> Extraction:
    """A report on one mill: who lent for it, and what it saves."""
    text = f"Bericht {name}. Die Ostufer Bank finanziert die Solana Zement GmbH{' nicht' if denied else ''}. "
    text += f"Das Projekt Mühle 2 spart {amount} GWh Strom."
    report_ = Report(name, "de", text, source)
    bank, firm = report_.entity("Bank", "Ostufer Bank"), report_.entity("Enterprise", "Solana Zement GmbH")
    project = report_.entity("Project", "Projekt Mühle 2")
    report_.relation(bank, "finances", firm, "finanziert", "negated" if denied else "actual")
    report_.figure(project, "electricitySaving", amount, "GWh", f"{amount} GWh", status, period="2023")
    return report_.done()


def longer(report_: Extraction) -> Extraction:
    """The same in a text so long that another that differs by a word is a reprint."""
    more = " ".join(f"Wort{number} und mehr davon." for number in range(40))
    return replace(report_, document=replace(report_.document, text=report_.document.text + more))


def built(tmp_path: Path, *extractions: Extraction) -> Build:
    return open_build(build_extractions(extractions, tmp_path).path)


# -- conflicts ---------------------------------------------------------------------------------------------------------


def test_both_sides_stand_with_sentence_document_and_sources(tmp_path: Path) -> None:
    found = conflicts(built(tmp_path, mill("a", "3.5"), mill("b", "4.2", denied=True), mill("c", "4.2")))
    figure = next(one for one in found if one.period)
    assert (figure.name, figure.period) == ("Projekt Mühle 2", "2023")
    assert [(side.claim, side.sources) for side in figure.sides] == [
        ("4.2 gigawatt hour", "2"),
        ("3.5 gigawatt hour", "1"),
    ]
    assert [said.path for said in figure.sides[0].sentences] == ["reports/b.txt", "reports/c.txt"]
    assert "3.5 GWh" in figure.sides[1].sentences[0].sentence
    denial = next(one for one in found if one is not figure)
    assert {side.status for side in denial.sides} == {"achieved", "negated"}
    assert denial.sides[0].claim == "Solana Zement GmbH"


def test_a_reprint_is_shown_as_one(tmp_path: Path) -> None:
    """It counts once, and stands with its sentence and the document whose text it repeats."""
    build = built(tmp_path, mill("a", "3.5"), *(longer(mill(name, "4.2")) for name in ("b", "c")))
    (found,) = conflicts(build)
    assert [side.sources for side in found.sides] == ["1", "1"]
    said = {one.path: one.reprint_of for side in found.sides for one in side.sentences}
    assert said == {"reports/a.txt": "", "reports/b.txt": "", "reports/c.txt": "reports/b.txt"}
    assert "reports/c.txt (reprint of reports/b.txt): " in str(found)
    table = ask(build, "who-says-so", {"entity": "Projekt Mühle 2"}, "en").rows
    assert sum(row[-1].startswith("Bericht b.") for row in table) == 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    build = built(tmp_path, mill("a", "3.5"), mill("b", "4.2"))
    rows = build.store.query(f"SELECT ?v {{ ?f <{GM}numericValue> ?v ; <{GM}contradicts> ?g }}")
    assert isinstance(rows, ox.QuerySolutions)
    assert sorted(row["v"].value for row in rows) == ["3.5", "4.2"]


def test_a_plan_and_its_result_are_a_history(tmp_path: Path) -> None:
    assert conflicts(built(tmp_path, mill("a", "3.5", "projected"), mill("b", "4.2"))) == []
    run = CliRunner().invoke(main, ["ask", "history", "--build", str(tmp_path), "--format", "csv"])
    assert "3.5" in run.output and "4.2" in run.output


def test_conflicts_on_the_command_line(tmp_path: Path) -> None:
    built(tmp_path, mill("a", "3.5"), mill("b", "4.2"))
    run = CliRunner().invoke(main, ["conflicts", "--build", str(tmp_path), "--lang", "de"])
    assert run.exit_code == 1
    assert (
        "3.5 Gigawattstunde" in run.output and "reports/b.txt: Das Projekt Mühle 2 spart 4.2 GWh Strom." in run.output
    )
    run = CliRunner().invoke(main, ["conflicts", "--build", str(tmp_path), "--json", "--about", "Projekt Mühle 2"])
    (one,) = json.loads(run.output)
    assert len(one["sides"]) == 2
    run = CliRunner().invoke(main, ["conflicts", "--build", str(tmp_path), "--about", "Ostufer Bank"])
    assert (run.exit_code, run.output) == (0, "No source contradicts another.\n")
    run = CliRunner().invoke(main, ["ask", "conflicts", "--build", str(tmp_path), "--json"])
    assert [(row["value"], row["value2"]) in (("3.5", "4.2"), ("4.2", "3.5")) for row in json.loads(run.output)] == [
        True
    ]


# -- gaps --------------------------------------------------------------------------------------------------------------


def test_what_is_told_is_no_gap_and_the_rest_is_named(tmp_path: Path) -> None:
    build = built(tmp_path, mill("a", "3.5"))
    missing = {gap.expectation for gap in gaps(build, about=gaps(build)[0].about)}
    assert missing == {"project-place", "project-undertaken", "project-cost"}, "its effect is told"


def test_unnamed_groups_have_no_gaps(tmp_path: Path) -> None:
    one = Report("a", "de", "Mehrere Projekte sparen Strom. Die Ostufer Bank hilft.")
    one.entity("Project", "Mehrere Projekte", generic=True)
    one.entity("Bank", "Ostufer Bank")
    assert gaps(built(tmp_path, one.done())) == []


def test_gaps_agree_with_a_shacl_processor(tmp_path: Path) -> None:
    """The file is SHACL: what pySHACL finds missing is what `kg gaps` lists."""
    import pyshacl
    import rdflib

    build = built(tmp_path, mill("a", "3.5"))
    data, shapes = rdflib.Graph(), rdflib.Graph()
    nodes = "".join(f"{quad.triple} .\n" for quad in build.store if isinstance(quad.graph_name, ox.DefaultGraph))
    data.parse(data=nodes, format="nt")
    shapes.parse(load().root / "expectations.ttl")
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(results, rdflib.Graph)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    found = {
        (str(results.value(result, sh.focusNode)), str(results.value(result, sh.sourceShape)).rsplit("/", 1)[-1])
        for result in results.subjects(rdflib.RDF.type, sh.ValidationResult)
    }
    assert found == {(gap.about, gap.expectation) for gap in gaps(build)} != set()


def test_gaps_on_the_command_line(tmp_path: Path) -> None:
    built(tmp_path, mill("a", "3.5"))
    run = CliRunner().invoke(main, ["gaps", "--build", str(tmp_path), "--lang", "zh", "--class", "Project"])
    assert run.exit_code == 0 and "Projekt Mühle 2: 投资额" in run.output
    run = CliRunner().invoke(main, ["gaps", "--build", str(tmp_path), "--class", "IndustrialPark"])
    assert run.output == "Nothing is missing.\n"
    run = CliRunner().invoke(main, ["gaps", "--build", str(tmp_path), "--class", "Projekt"])
    assert run.exit_code == 2 and "no class 'Projekt'" in run.output


@pytest.mark.parametrize(
    ("said", "message"),
    [("sh:path gm:about ; sh:minLength 3", "minLength"), ("sh:path gm:about", "a count"), ("sh:minCount 1", "sh:path")],
)
def test_what_expectations_do_not_know_is_refused_with_its_line(tmp_path: Path, said: str, message: str) -> None:
    path = tmp_path / "expectations.ttl"
    path.write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix gm: <{GM}> .\n@prefix e: <urn:e/> .\n"
        f"e:N sh:targetClass gm:Project ; sh:property e:one .\ne:one {said} .\n"
    )
    with pytest.raises(KgError, match=rf"line 3: one .*{message}"):
        read_expectations(path)


# -- diff --------------------------------------------------------------------------------------------------------------


def compared(tmp_path: Path, before: list[Extraction], after: list[Extraction]) -> Difference:
    return diff(built(tmp_path / "one", *before), built(tmp_path / "two", *after))


def test_a_build_does_not_differ_from_itself(tmp_path: Path) -> None:
    found = compared(tmp_path, [mill("a", "3.5")], [mill("a", "3.5")])
    assert found.changes == () and "say the same" in report.to_text(found)


def test_an_added_document_is_the_cause_of_what_it_adds(tmp_path: Path) -> None:
    found = compared(tmp_path, [mill("a", "3.5")], [mill("a", "3.5"), mill("b", "4.2")])
    (figure,) = found.of("figure", "added")
    assert "4.2 GWh" in figure.text and figure.cause == "document reports/b.txt added"
    assert figure.sentences == (("reports/b.txt", "Das Projekt Mühle 2 spart 4.2 GWh Strom."),)
    (fact,) = found.of("fact", "changed")
    assert "independent sources 1 -> 2" in fact.text and fact.cause == "document reports/b.txt added"
    assert found.counts["document added"] == 1 and found.evidence == (2, 0)


def test_a_removed_document_takes_its_facts_along(tmp_path: Path) -> None:
    found = compared(tmp_path, [mill("a", "3.5"), mill("b", "4.2")], [mill("a", "3.5")])
    (figure,) = found.of("figure", "removed")
    assert "4.2 GWh" in figure.text and figure.cause == "document reports/b.txt removed"


def test_an_edited_document_is_told_as_edited(tmp_path: Path) -> None:
    found = compared(tmp_path, [mill("a", "3.5", source="x.txt")], [mill("b", "4.2", source="x.txt")])
    assert {change.cause for change in found.of("figure")} == {"document x.txt edited"}
    assert [change.what for change in found.of("document")] == ["changed"]


def test_another_reading_of_one_sentence_is_a_change(tmp_path: Path) -> None:
    found = compared(tmp_path, [mill("a", "3.5")], [mill("a", "3.5", "projected")])
    (figure,) = found.of("figure")
    assert (
        figure.what == "changed" and "[actual] -> " in figure.text and "rule electricitySaving-by-hand" in figure.cause
    )


def named(name: str, *names: str) -> Extraction:
    text = f"Bericht {name}: " + ", ".join(names) + "."
    one = Report(name, "de", text)
    one.entity("Enterprise", *names)
    return one.done()


def test_a_merged_entity_is_told_as_merged_and_the_other_way_as_split(tmp_path: Path) -> None:
    apart = [named("a", "Solana Zement GmbH"), named("b", "Quarry Cement Ltd.")]
    together = [*apart, named("c", "Solana Zement GmbH", "Quarry Cement Ltd.")]
    merged = compared(tmp_path / "m", apart, together)
    (entity,) = merged.of("entity", "merged")
    assert "Quarry Cement Ltd." in entity.text and "Solana Zement GmbH" in entity.text
    split = compared(tmp_path / "s", together, apart)
    assert len(split.of("entity", "split")) == 1


@pytest.mark.parametrize("fmt", ["text", "markdown", "html", "json", "rdf", "patch"])
def test_diff_on_the_command_line(tmp_path: Path, fmt: str) -> None:
    one, two = built(tmp_path / "one", mill("a", "3.5")), built(tmp_path / "two", mill("a", "3.5"), mill("b", "4.2"))
    out = tmp_path / "out"
    run = CliRunner().invoke(main, ["diff", str(one.path), str(two.path), "--format", fmt, "-o", str(out)])
    assert run.exit_code == 0, run.output
    assert "4.2" in out.read_text(encoding="utf-8")


def test_a_patch_makes_the_later_graph_of_the_earlier_one(tmp_path: Path) -> None:
    one, two = built(tmp_path / "one", mill("a", "3.5")), built(tmp_path / "two", mill("b", "4.2"))
    lines = set((one.path / GRAPH).read_text(encoding="utf-8").split("\n"))
    for line in "".join(report.to_patch(one, two)).split("\n"):
        mark, _, quad = line.partition(" ")
        if mark == "A":
            lines.add(quad)
        elif mark == "D":
            lines.remove(quad)
    assert lines == set((two.path / GRAPH).read_text(encoding="utf-8").split("\n"))


def test_changes_as_rdf_name_their_cause_and_their_subject(tmp_path: Path) -> None:
    store = ox.Store()
    found = compared(tmp_path, [mill("a", "3.5")], [mill("a", "3.5"), mill("b", "4.2")])
    store.load(report.to_rdf(found).encode(), format=ox.RdfFormat.N_TRIPLES)
    rows = store.query(
        """PREFIX cs: <http://purl.org/vocab/changeset/schema#> PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?about ?what ?why { ?change a cs:ChangeSet ; cs:subjectOfChange ?about ; cs:changeReason ?why ;
        dcterms:type ?what ; dcterms:description ?text }"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    told = {(row["what"].value, row["why"].value) for row in rows}
    assert ("document added", "document added") in told
    assert ("figure added", "document reports/b.txt added") in told and len(list(found.changes)) >= len(told)


def test_html_and_markdown_show_texts_as_they_are(tmp_path: Path) -> None:
    found = compared(tmp_path, [mill("a", "3.5")], [mill("a", "3.5"), mill("<b>*x*", "4.2")])
    assert "<b>" not in report.to_html(found) and "&lt;b&gt;" in report.to_html(found)
    assert "\\*x\\*" in report.to_markdown(found)


def test_conflicts_of_one_figure_come_as_one_with_all_sides(tmp_path: Path) -> None:
    found = conflicts(built(tmp_path, mill("a", "3.5"), mill("b", "4.2"), mill("c", "5.9")))
    (one,) = found
    assert isinstance(one, Conflict) and len(one.sides) == 3
