"""The examples: reports of three languages that meet in one graph."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT

from kg.compare import conflicts
from kg.documents import Document, read
from kg.store import Build, open_build

LANGUAGES = ("de", "en", "zh")
TOGETHER = [f"{lang}-chongqing" for lang in LANGUAGES]
"""The three that tell of the same actors."""
RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
ALT_LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")

ONE_NODE = {
    "enterprise": ("Fuhuang Building Materials", "Fuhuang Building Materials", "富皇"),
    "bureau": ("Umweltamt Beibei", "Environment Bureau", "北碚区生态环境局"),
    "park": ("Jianqiao", "Jianqiao", "建桥"),
    "district": ("Beibei", "Beibei", "北碚区"),
    "city": ("Chongqing", "Chongqing", "重庆"),
}
"""What each is called in the German, the English and the Chinese report."""
CLASS = {
    "enterprise": "Enterprise",
    "bureau": "GovernmentBody",
    "park": "IndustrialPark",
    "district": "Place",
    "city": "Place",
}


@pytest.fixture(scope="module")
def build(examples_build: Path) -> Build:
    return open_build(examples_build)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    found = list(read([ROOT / "examples"]))
    assert all(isinstance(one, Document) for one in found), "none is left out"
    return [one for one in found if isinstance(one, Document)]


def nodes(build: Build, thing: str) -> dict[str, set[str]]:
    """The nodes that a thing is in each of the three reports, told by its names there."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in build.facts():
        if line["kind"] == "entity" and line["doc"] in TOGETHER and CLASS[thing] in line["classes"]:
            lang = line["doc"][:2]
            pattern = ONE_NODE[thing][LANGUAGES.index(lang)]
            whole = thing in ("district", "city")
            if any(_names(pattern, name, whole) for name in line["names"]):
                found[lang].add(line["iri"])
    return found


def _names(pattern: str, name: str, whole: bool) -> bool:
    """A place stands inside the names of other things too, so its own must be little longer."""
    return pattern in name and (not whole or len(name) <= len(pattern) + len(" District"))


@pytest.mark.parametrize("thing", ONE_NODE)
def test_three_languages_meet_on_one_node(thing: str, build: Build) -> None:
    found = nodes(build, thing)
    assert set(found) == set(LANGUAGES), f"in each report there is one: {dict(found)}"
    iris = set.union(*found.values())
    assert len(iris) == 1, f"one thing, and not {iris}"
    node = ox.NamedNode(iris.pop())
    labels = [quad.object for way in (RDFS_LABEL, ALT_LABEL) for quad in build.store.quads_for_pattern(node, way, None)]
    assert {label.language for label in labels if isinstance(label, ox.Literal)} >= set(LANGUAGES)


def test_three_languages_meet_on_one_fact(build: Build) -> None:
    said_in: dict[str, set[str]] = defaultdict(set)
    for line in build.facts():
        if line["kind"] != "entity":
            said_in[line["iri"]].add(line["doc"])
    assert [iri for iri, reports in said_in.items() if reports >= set(TOGETHER)]


def test_they_contradict_each_other_about_one_figure(build: Build) -> None:
    """A German and a Chinese report give the plant 38.9 GWh of electricity in 2023, an English one 41.3: both stand."""
    (conflict,) = conflicts(build)
    told = {side.claim: {Path(said.path).stem for said in side.sentences} for side in conflict.sides}
    assert told == {
        "41300000 kilowatt hour": {"en-chongqing"},
        "38900000 kilowatt hour": {"de-chongqing", "zh-chongqing"},
    }
    assert (conflict.what, conflict.period) == ("electricity use", "2023")
    assert "38,9 Millionen" in str(conflict) and "3890万" in str(conflict) and "41.3 million" in str(conflict)


def test_nothing_is_wrong_with_their_build(build: Build) -> None:
    """Warnings may be; what contradicts the ontology may not."""
    wrong = [one for one in build.report["violations"] if one["severity"] == "violation"]
    assert not wrong
    assert build.report["left_out"] == []


def test_there_are_three_in_each_language(documents: list[Document]) -> None:
    by_language = defaultdict(list)
    for document in documents:
        by_language[document.lang].append(document.name)
    assert {lang: len(names) >= 3 for lang, names in by_language.items()} == dict.fromkeys(LANGUAGES, True)
    assert all(name.startswith(lang) for lang, names in by_language.items() for name in names)


def test_they_are_short_reports_of_several_kinds(documents: list[Document]) -> None:
    """200 to 500 words; Chinese counts about two characters a word."""
    for document in documents:
        han = re.findall("[\u4e00-\u9fff]", document.text)
        words = len(han) / 1.7 if document.lang == "zh" else len(document.text.split())
        assert 200 <= words <= 520, f"{document.name}: {words:.0f}"
    assert {document.media_type for document in documents} == {"text/plain", "text/markdown", "text/html"}


def test_invented_names_are_marked_as_such(documents: list[Document]) -> None:
    for document in documents:
        if document.name not in TOGETHER:
            source = Path(document.source).read_text(encoding="utf-8")
            assert re.search("erfunden|invented|fictitious|虚构|虚拟", source, re.IGNORECASE), document.name
