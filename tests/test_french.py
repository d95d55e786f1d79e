"""French, a fourth language by data alone: nothing in the package knows of it but its lexicon and places.

The three texts and their annotation were written by whoever wrote the lexicon, and the lexicon was mended on them; the
floors say that the language works, not how well it reads what nobody tuned it on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from fixtures_extraction import make_document

from kg.claims import Extraction, extract
from kg.documents import Document, read_file
from kg.documents.language import recognise
from kg.evaluate import ALL, evaluate
from kg.mentions import language
from kg.ontology import load
from kg.run import build
from kg.store import Build, open_build

TEXTS = ROOT / "tests" / "corpus" / "french"
FLOORS = {"entity name+class": 0.8, "quantity": 0.9, "quantity+indicator": 0.8, "observation (all four)": 0.4,
          "relation": 0.4}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    out = tmp_path_factory.mktemp("french")
    build([TEXTS / "texts"], out)
    return open_build(out)


def test_a_build_reaches_the_floors(made: Build) -> None:
    scores = evaluate(TEXTS / "gold", made.facts()).scores[ALL]
    short = {level: round(scores[level].f1, 3) for level, floor in FLOORS.items() if scores[level].f1 < floor}
    assert not short


def test_every_text_has_entities_figures_and_relations(made: Build) -> None:
    kinds = {(line["doc"], line["kind"]) for line in made.facts()}
    assert kinds == {(f"fr-{n}", kind) for n in (1, 2, 3) for kind in ("entity", "observation", "relation")}


def test_the_build_is_sound(made: Build) -> None:
    assert made.report["counts"]["violations"] == 0
    assert {line["lang"] for line in made.documents().values()} == {"fr"}


def test_annotation_stands_in_the_texts() -> None:
    for path in (TEXTS / "gold").glob("*.json"):
        gold, text = json.loads(path.read_text("utf-8")), (TEXTS / "texts" / f"{path.stem}.txt").read_text("utf-8")
        said = [n for e in gold["entities"] for n in e["names"]]
        said += [x["quote"] for kind in ("observations", "relations") for x in gold[kind]]
        assert said and all(words in text for words in said)


# ---- the language of a text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((TEXTS / "texts").glob("*.txt")), ids=lambda p: p.stem)
def test_french_is_recognised(path: Path) -> None:
    document = read_file(path)
    assert isinstance(document, Document) and document.lang == "fr"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("L'usine est située dans la zone industrielle et emploie des salariés.", "fr"),
        ("The plant is in the industrial zone and employs people.", "en"),
        ("Das Werk liegt im Industriegebiet und beschäftigt Menschen.", "de"),
    ],
)
def test_languages_are_told_apart(text: str, code: str) -> None:
    assert recognise(text) == code


# ---- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Il reste 3,2 millions d'euros.", "3200000 EUR"),
        ("Il reste 3,2 millions d’euros.", "3200000 EUR"),
        ("Il reste 1,5 Md€.", "1500000000 EUR"),
        ("Il reste 18 M€.", "18000000 EUR"),
        ("Cela fait 14 200 tonnes de CO2 par an.", "14200 t_CO2/year"),
        ("Cela fait 14 200 tonnes.", "14200 t"),
        ("Cela fait 2 millions de tonnes de CO₂.", "2000000 t_CO2"),
        ("Une puissance de 25 MW.", "25 MW"),
        ("Une puissance de 3,2 MWc.", "3.2 MWp"),
        ("Entre 10 et 20 % des sites.", "10-20 percent"),
        ("De 10 à 20 % des sites.", "10-20 percent"),
        ("Plus de 300 salariés.", "atLeast 300 person"),
        ("Jusqu'à 40 % des coûts.", "atMost 40 percent"),
        ("Environ 1 500 logements.", "about 1500 household"),
        ("Une trentaine d'emplois.", "30 person"),
        ("Un tiers de la surface.", "33.33 percent"),
        ("Un prix de 60 euros par tonne.", "60 EUR/t"),
        ("Le 12 mars 2025, à 14 h 30.", ""),
        ("Depuis le 1er janvier 2024.", ""),
        ("Tél. 01 99 00 12 34", ""),
        ("La norme ISO 50001 et l'article 12.", ""),
        ("Entre 2021 et 2025.", ""),
    ],
)
def test_figures(text: str, meant: str) -> None:
    def told() -> Iterator[str]:
        for q in language("fr").grammar.find(text):
            top = f"-{q.max:f}" if q.max is not None else ""
            per = f"/{q.per}" if q.per else ""
            yield " ".join(filter(None, (q.qualifier, f"{q.value.normalize():f}{top}", q.unit + per)))

    assert "; ".join(told()) == meant


# ---- names and claims ------------------------------------------------------------------------------------------------


def read(text: str) -> Extraction:
    return extract(make_document("f", "fr", text))


@pytest.mark.parametrize(
    ("text", "name", "top"),
    [
        ("La société Novia exploite une usine.", "Novia", "Enterprise"),
        ("Le parc industriel de Kerlann a obtenu un label.", "parc industriel de Kerlann", "IndustrialPark"),
        ("Elle a lancé le projet Aurore hier.", "projet Aurore", "Project"),
        (
            "L'Agence nationale de la décarbonation verse l'aide.",
            "Agence nationale de la décarbonation",
            "GovernmentBody",
        ),
        ("Selon le ministère de l'Économie, le prêt suffit.", "ministère de l'Économie", "GovernmentBody"),
        ("La filiale Énergies du Midi SA exploite le site.", "Énergies du Midi SA", "Enterprise"),
        ("L'usine d'Angers utilise la chaleur fatale.", "chaleur fatale", "Technology"),
        ("La ville de Nantes finance le projet Aurore.", "Nantes", "Place"),
        ("La Banque Delmare a accordé un prêt vert à Novia SA.", "prêt vert", "FinancialInstrument"),
    ],
)
def test_names(text: str, name: str, top: str) -> None:
    found = {n: load().ancestors(e.cls) for e in read(text).entities for n in e.names}
    assert name in found and top in found[name]


def test_an_article_that_lost_its_vowel_is_no_part_of_a_name() -> None:
    names = [n for e in read("L'Agence nationale de l'énergie finance l’usine d’Angers.").entities for n in e.names]
    assert names and not [n for n in names if re.match(r"[LlDd]['’]", n)]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("La Banque Delmare a accordé un prêt vert à Novia SA.", ("Banque Delmare", "provides", "prêt vert")),
        ("Novia SA exploite l'usine de Nantes.", ("Novia SA", "operates", "usine de Nantes")),
        ("Claire Vasseur, directrice de Novia SA, salue l'accord.", ("Novia SA", "employs", "Claire Vasseur")),
    ],
)
def test_relations(text: str, relation: tuple[str, str, str]) -> None:
    found = read(text)
    names = {e.key: e.names[0] for e in found.entities}
    assert relation in {(names[r.subject], r.predicate, names[r.object]) for r in found.relations}


def test_a_future_is_a_projection_and_a_past_is_not() -> None:
    status = {o.status for o in read("L'usine de Nantes réduira ses émissions de 300 tonnes de CO2.").observations}
    past = {o.status for o in read("L'usine de Nantes a réduit ses émissions de 300 tonnes de CO2.").observations}
    assert (status, past) == ({"projected"}, {"actual"})


def test_a_place_is_one_in_all_languages(tmp_path: Path) -> None:
    for name, text in (
        ("a", "Novia GmbH operates a plant in Germany and the plant is in Bavaria."),
        ("b", "Novia GmbH exploite une usine en Allemagne et cette usine est en Bavière."),
    ):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    build([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "build")
    lines = [x for x in open_build(tmp_path / "build").facts() if x["kind"] == "entity"]
    iris = {name: x["iri"] for x in lines for name in x["names"]}
    assert iris["Germany"] == iris["Allemagne"] and iris["Bavaria"] == iris["Bavière"]
