"""The article about Chongqing, the whole way: file -> `kg build` -> facts, each in the graph, each with its sentence.

The article is the work of others and stands beside the repository; what is expected of it is told here by names and
figures alone.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from conftest import Kg

from kg.ontology import load
from kg.store import Build, open_build

GM = "https://w3id.org/green-manufacturing/ontology#"
Fact = Mapping[str, Any]

FUHUANG = "Fuhuang Building Materials"
UPGRADE = "[Tt]echnologie(umstellung|upgrade)|Projekt"
BUREAU = "Umweltamts? Beibei"
JIANQIAO = "Jianqiao (Industrial )?Park"
ROOF = "Hikvision|[Dd]ach|Photovoltaik"
HELPFUL = "unternehmerfreundliche|Spezialsubvention(en)? \\+ Grüne Finanzierung"
SUBSIDY = "Spezialsubvention"
LOAN = "Niedrigzins"
LENDERS = "Finanzinstitut|Banken"
CLIMATE = "Klimainvestition"
PILOT = "Pilotinitiative|Pilotparks"


@dataclass
class Graph:
    """A build, and its fact table in a shape that is easy to ask."""

    build: Build
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    classes: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            if line["kind"] == "entity":
                self.names[line["id"]] = tuple(line["names"])
                self.classes[line["id"]] = {line["class"], *line["classes"]}

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        return list(self.build.facts())

    @cached_property
    def text(self) -> str:
        (document,) = self.build.documents().values()
        return str(document["text"])

    def entities(self, pattern: str, cls: str | None = None) -> list[str]:
        """The entities one of whose names a pattern is found in, of a class or a finer one."""
        return [
            iri
            for iri, names in self.names.items()
            if any(re.search(pattern, name) for name in names) and (cls is None or cls in self.classes[iri])
        ]

    def relations(self, subject: str, predicate: str, object_: str) -> Iterator[Fact]:
        subjects, objects = self.entities(subject), self.entities(object_)
        for line in self.lines:
            if line["kind"] != "relation" or predicate not in {line["predicate"], *line["predicates"]}:
                continue
            if line["subject"] in subjects and line["object"] in objects:
                yield line

    def figures(self, value: float, unit: str) -> list[Fact]:
        """The figures of that value, whatever the multiple of the unit in which they were written."""
        wanted, base = load().unit_convert(Decimal(str(value)), unit)
        return [
            line
            for line in self.lines
            if line["kind"] == "observation"
            and line["base_unit"] == base
            and abs(Decimal(str(line["base_value"])) / wanted - 1) < Decimal("0.001")
        ]

    def shows(self, fact: Fact) -> bool:
        """In the graph the fact leads to a sentence that stands in the text where the graph says."""
        rows = self.build.store.query(
            f"""PREFIX gm: <{GM}> PREFIX oa: <http://www.w3.org/ns/oa#>
            SELECT ?sentence ?start ?end {{ <{fact["iri"]}> gm:hasEvidence ?evidence .
              GRAPH ?document {{ ?evidence gm:inDocument ?document ; oa:hasSelector ?quote, ?place .
                                 ?quote oa:exact ?sentence . ?place oa:start ?start ; oa:end ?end }} }}"""
        )
        said = [(row["sentence"].value, int(row["start"].value), int(row["end"].value)) for row in rows]  # type: ignore[union-attr]
        return bool(said) and all(self.text[start:end] == sentence for sentence, start, end in said)


@pytest.fixture(scope="module")
def article(shared_corpus: Path, kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    out = tmp_path_factory.mktemp("article")
    made = kg("build", shared_corpus / "texts" / "seed.txt", "--out", out)
    assert made.returncode == 0, made.stderr
    return Graph(open_build(out))


# Whose, which indicator, how much, what unit, achieved or not, for which time
FIGURES = [
    ("Chongqing|Green Factories", "count", 170, "count", "actual", None),
    ("Chongqing|Industrieparks", "count", 16, "count", "actual", None),
    ("Chongqing|Lieferkettenmanagement", "count", 18, "count", "actual", None),
    ("^Chongqing$|Stadt", "energyIntensity", 0.31, "t_tce/10000CNY", "actual", None),
    ("^Chongqing$|Stadt", "other", 30, "percent", "actual", None),
    (f"{FUHUANG}|{UPGRADE}", "energySaving", 4007, "t_tce", "projected", "year"),
    (f"{FUHUANG}|{UPGRADE}", "electricitySaving", 32_600_000, "kWh", "projected", "year"),
    (f"{FUHUANG}|{UPGRADE}", "pollutantReduction", 170, "t", "projected", "year"),
    (f"{FUHUANG}|{UPGRADE}", "emissionReduction", 42_000, "t_CO2", "projected", "year"),
    (f"{FUHUANG}|{UPGRADE}", "economicBenefit", 38_000_000, "CNY", "projected", "year"),
    pytest.param(
        *(f"{PILOT}|^Chongqing$|Null-CO₂", "count", 9, "count", "actual", "2023"),
        marks=pytest.mark.xfail(
            strict=True, reason="the nine parks' count is read as that of the district in which one lies"
        ),
    ),
    (ROOF, "count", 8000, "count", "actual", None),
    (ROOF, "electricityGeneration", 2_600_000, "kWh", "actual", "year"),
    (ROOF, "energySaving", 930, "t_tce", "actual", "year"),
]


@pytest.mark.parametrize(
    ("subject", "indicator", "value", "unit", "status", "period"), FIGURES, ids=lambda part: str(part)[:24]
)
def test_a_figure_of_the_article(
    article: Graph, subject: str, indicator: str, value: float, unit: str, status: str, period: str | None
) -> None:
    found = [line for line in article.figures(value, unit) if line["indicator"] == indicator]
    assert found, f"of that value: {[(line['indicator'], line['written']) for line in article.figures(value, unit)]}"
    owners = {line["iri"]: article.names[line["subject"]] for line in found}
    right = [line for line in found if line["subject"] in article.entities(subject)]
    assert right, f"it is said of {owners}"
    assert status in {line["status"] for line in right}
    if period:
        assert period in {line["period"] for line in right}
    assert all(article.shows(line) for line in right)


def test_nitrogen_oxides_and_carbon_dioxide_are_told_apart(article: Graph) -> None:
    assert [line["substance"] for line in article.figures(170, "t")] == ["NOx"]
    assert {line["substance"] for line in article.figures(42_000, "t_CO2")} == {"CO2"}


RELATIONS = [
    ("^Chongqing$", "implements", "33618"),
    ("^Chongqing$", "implements", "416"),
    (FUHUANG, "locatedIn", "Beibei"),
    (BUREAU, "supports", FUHUANG),
    (FUHUANG, "receives", SUBSIDY),
    (FUHUANG, "receives", LOAN),
    (LENDERS, "provides", LOAN),
    (FUHUANG, "participatesIn", CLIMATE),
    (FUHUANG, "undertakes", UPGRADE),
    (FUHUANG, "operates", "Zementmahlproduktionslinie"),
    (BUREAU, "implements", HELPFUL),
    pytest.param(
        *("Regierung", "collaboratesWith", LENDERS),
        marks=pytest.mark.xfail(
            strict=True, reason="that those of one list work together weighs just too little to be claimed"
        ),
    ),
    (JIANQIAO, "locatedIn", "Dadukou|^Chongqing$"),
    ("Hikvision", "locatedIn", JIANQIAO),
    ("Hikvision", "uses|operates", ROOF + "|Solar"),
    ("Hikvision", "uses", "ins Netz eingespeist"),
]


@pytest.mark.parametrize(("subject", "predicate", "object_"), RELATIONS, ids=lambda part: part[:24])
def test_a_relation_of_the_article(article: Graph, subject: str, predicate: str, object_: str) -> None:
    found = [line for one in predicate.split("|") for line in article.relations(subject, one, object_)]
    if predicate == "collaboratesWith":
        found += article.relations(object_, predicate, subject)
    assert found
    for line in found:
        assert article.shows(line)
        stated = f"ASK {{ <{line['subject']}> <{GM}{line['predicate']}> <{line['object']}> }}"
        assert bool(article.build.store.query(stated)), "accepted facts are plain triples too"


CLASSES = [
    (FUHUANG, "Enterprise"),
    (BUREAU, "GovernmentBody"),
    ("Beibei", "Place"),
    ("33618", "Initiative"),
    ("416", "Initiative"),
    (SUBSIDY, "Subsidy"),
    (LOAN, "LoanOrCredit"),
    (LENDERS, "FinancialInstitution"),
    (UPGRADE, "Project"),
    ("Zementmahlproduktionslinie", "Facility"),
    (CLIMATE, "Initiative"),
    (JIANQIAO, "IndustrialPark"),
    ("Hikvision", "Enterprise"),
    ("Matching", "Event"),
]


@pytest.mark.parametrize(("name", "cls"), CLASSES)
def test_what_the_article_names_and_what_it_is(article: Graph, name: str, cls: str) -> None:
    assert article.entities(name, cls), [article.names[iri] for iri in article.entities(name)]


def test_full_and_short_name_are_one_entity(article: Graph) -> None:
    (fuhuang,) = article.entities(FUHUANG, "Enterprise")
    assert {name.rstrip(".") for name in article.names[fuhuang]} >= {f"Chongqing {FUHUANG} Co., Ltd", FUHUANG}
    assert len(article.entities(JIANQIAO, "IndustrialPark")) == 1
    assert len(article.entities(BUREAU, "GovernmentBody")) == 1


def test_the_lenders_have_no_name(article: Graph) -> None:
    generic = {line["id"] for line in article.lines if line["kind"] == "entity" and line["generic"]}
    assert set(article.entities(LENDERS, "FinancialInstitution")) & generic


def test_the_bureau_organises_the_matching_events(article: Graph) -> None:
    assert [line for line in article.relations(BUREAU, "organizes", "Matching") if article.shows(line)]


def test_jianqiao_is_one_of_the_pilot_parks(article: Graph) -> None:
    ways = (("participatesIn", PILOT), ("hasDesignation", "Null-CO₂|Pilotpark"), ("partOf", "Pilotparks"))
    found = [line for predicate, object_ in ways for line in article.relations(JIANQIAO, predicate, object_)]
    assert found and all(article.shows(line) for line in found)


@pytest.mark.parametrize("words", ["ins Netz eingespeist", "Reduzierung der CO₂-Emissionen"])
def test_what_has_no_figure_is_in_a_sentence_that_is_evidence(article: Graph, words: str, kg: Kg) -> None:
    """Surplus power goes into the grid, and CO2 falls by nobody says how much: no figure may be made up for that."""
    asked = kg("ask", "sentences", "--words", words, "--json", "--build", article.build.path)
    rows = json.loads(asked.stdout)
    assert rows and all(words in row["sentence"] for row in rows)
    about_the_roof = {iri for pattern in (ROOF, "Hikvision") for iri in article.entities(pattern)}
    assert not [
        line
        for line in article.lines
        if line["kind"] == "observation" and line["subject"] in about_the_roof and line["substance"] == "CO2"
    ]


THRESHOLDS = {"entity name+class": 0.85, "quantity": 1.0, "observation (all four)": 0.8, "relation": 0.6}


@pytest.mark.parametrize("level", THRESHOLDS)
def test_the_article_agrees_with_its_annotation(
    article: Graph, level: str, kg: Kg, shared_corpus: Path, tmp_path: Path
) -> None:
    shutil.copy(shared_corpus / "gold" / "seed.json", tmp_path)
    told = kg("evaluate", tmp_path, "--build", article.build.path, "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["scores"]["all"][level]["f1"] >= THRESHOLDS[level]


def test_every_fact_of_the_article_shows_its_sentence(article: Graph) -> None:
    facts = [line for line in article.lines if line["kind"] != "entity"]
    assert len(facts) > 40
    assert [line["iri"] for line in facts if not article.shows(line)] == []
    assert all(article.text[line["start"] : line["end"]] == line["quote"] for line in article.lines)
    assert all(line["rule"] for line in facts)
