"""One build from a folder of all kinds of files: each is read, each fact has its sentence, and a PDF's its page."""

from __future__ import annotations

import json

import docx
import pytest
from conftest import Kg
from printing import Paper
from serving import running

from kg.ask import ask
from kg.store import Build, open_build

GM = "https://w3id.org/green-manufacturing/ontology#"
OA = "http://www.w3.org/ns/oa#"
LEAD = "Die {} gewährt der Solana Zement GmbH einen Grünkredit von {} Millionen Euro."
ROWS = [["Unternehmen", "Stromeinsparung (GWh)"], ["Nordtal Guss AG", "5,3"], ["Südtal Werk GmbH", "6"]]
OTHER = "Das Umweltamt der Stadt hat am Dienstag über das Programm und über die Vorhaben berichtet, die es fördert."


PAGES = {"Dienstag": "1", "Freitag": "2"}
"""Word of a sentence of the PDF -> the page on which it stands; all else stands on the third."""


def page_of(sentence: str) -> str:
    return next((page for word, page in PAGES.items() if word in sentence), "3")


@pytest.fixture(scope="module")
def build(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("formats")
    reports = folder / "reports"
    reports.mkdir()
    (reports / "a.txt").write_text(LEAD.format("Ostufer Bank", 5), encoding="utf-8")
    (reports / "b.md").write_text(f"# Kredit\n\n{LEAD.format('Westufer Bank', 6)}\n", encoding="utf-8")
    page = f"<html><body><article><h1>Kredit</h1><p>{LEAD.format('Nordufer Bank', 7)}</p></article></body></html>"
    (reports / "c.html").write_text(page, encoding="utf-8")
    word = docx.Document()
    word.add_paragraph(LEAD.format("Südufer Bank", 8))
    word.save(str(reports / "d.docx"))
    paper = Paper(head="Bericht der Stadt", numbered=True)
    for text in (OTHER, OTHER.replace("Dienstag", "Freitag"), LEAD.format("Bergufer Bank", 9)):
        paper.add_page()
        paper.paragraph(text)
    paper.grid(ROWS)
    paper.saved(reports / "e.pdf")
    made = kg("build", reports, "--out", folder / "build")
    assert made.returncode == 0, made.stdout + made.stderr
    return open_build(folder / "build")


def test_every_kind_of_file_is_in_the_build(build: Build) -> None:
    assert [one["name"] for one in build.manifest["inputs"]] == ["a", "b", "c", "d", "e"]
    amounts = {
        (line["doc"], line["value"])
        for line in build.facts()
        if line["kind"] == "observation" and line["unit"] == "EUR"
    }
    assert amounts == {(name, (5 + n) * 1_000_000) for n, name in enumerate("abcde")}


def test_only_the_pdf_has_pages(build: Build) -> None:
    facts = [line for line in build.facts() if line["kind"] != "entity"]
    assert {line["page"] for line in facts if line["doc"] == "e" and "Bergufer" in line["quote"]} == {3}
    assert {line["page"] for line in facts if line["doc"] == "e"} <= {1, 2, 3}
    assert {line["page"] for line in facts if line["doc"] != "e"} == {None}
    found = build.store.query(
        f"SELECT ?page ?said {{ GRAPH ?g {{ ?e <{GM}page> ?page ; <{OA}hasSelector>/<{OA}exact> ?said }} }}"
    )
    told = {(row["page"].value, page_of(row["said"].value)) for row in found}  # type: ignore[union-attr]
    assert ("3", "3") in told and all(page == stands for page, stands in told), "each sentence is on its page"


def test_the_figures_of_the_table_are_those_of_its_rows(build: Build) -> None:
    lines = list(build.facts())
    names = {line["id"]: line["names"][0] for line in lines if line["kind"] == "entity"}
    told = [(names[line["subject"]], line["value"], line["unit"]) for line in lines if line.get("unit_code") == "GWh"]
    assert sorted(told) == [("Nordtal Guss AG", 5.3, "GWh"), ("Südtal Werk GmbH", 6, "GWh")]


@pytest.mark.parametrize(("lang", "heading"), [("de", "Seite"), ("en", "Page"), ("zh", "页码")])
def test_an_answer_tells_the_page(build: Build, lang: str, heading: str) -> None:
    found = ask(build, "who-says-so", {"entity": "Bergufer Bank"}, lang)
    at = found.headings.index(heading)
    said = next(place for place, value in enumerate(found.rows[0]) if value.endswith("."))
    assert {row[at] for row in found.rows if "Bergufer" in row[said]} == {"3"} and heading in found.to_text(200)
    assert all(row[at] == page_of(row[said]) for row in found.rows)
    without = ask(build, "who-says-so", {"entity": "Ostufer Bank"}, lang)
    assert heading not in without.to_text(200)


def test_the_graph_view_holds_the_page(build: Build) -> None:
    from kg.view import html

    text = html(build, around="Bergufer Bank")
    assert '"page": 3' in text or '"page":3' in text


@pytest.mark.parametrize(("lang", "words"), [("de", "Seite 3,"), ("en", "page 3,"), ("zh", "第 3 页,")])
def test_the_pages_of_the_server_tell_the_page(build: Build, lang: str, words: str) -> None:
    document = next(line["graph"] for line in build.facts() if line["doc"] == "e")
    (bank,) = {line["id"] for line in build.facts() if line["kind"] == "entity" and "Bergufer Bank" in line["names"]}
    with running(build.path.parent, workers=1) as server, server.client() as client:
        for iri in (document, bank):
            shown = client.get("/about", params={"iri": iri, "lang": lang}, headers={"accept": "text/html"})
            assert shown.status_code == 200 and words in shown.text


def test_documents_keep_where_their_pages_begin(build: Build) -> None:
    told = {
        one["name"]: one for one in map(json.loads, (build.path / "documents.jsonl").read_text("utf-8").splitlines())
    }
    assert [page for _, page in told["e"]["pages"]] == [1, 2, 3] and told["a"]["pages"] == []
