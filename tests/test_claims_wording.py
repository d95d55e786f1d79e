"""Words beside things and figures weigh: what a name is, whether it is worth noting, what a figure measures, whose."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import ROOT

from kg.claims import extract
from kg.claims.extract import Reader
from kg.claims.weights import adopt, weights
from kg.documents import document
from kg.mentions import Thing
from kg.mentions.classes import unknown

PLACES = "The mill of Brelt Tarn stands near Quorlen Vask."


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    """Puts the shipped weights back in use."""
    kept = {name: dict(table) for name, table in weights().items()}
    yield
    adopt(kept)


def thing(text: str, name: str, lang: str = "en") -> Thing:
    (found,) = (t for t in Reader(replace(document(text), lang=lang)).things.all if name in t.names)
    return found


def test_a_name_that_nothing_classifies_is_what_the_words_beside_it_speak_for() -> None:
    adopt({"kind": {"Place<en:before=near": 2.0, "Enterprise<bias": 1.0}})
    assert thing(PLACES, "Quorlen Vask").cls == "Place"
    assert thing(PLACES, "Brelt Tarn").cls == "Enterprise"


def test_without_weights_it_is_what_most_such_names_are() -> None:
    adopt({})
    assert thing(PLACES, "Quorlen Vask").cls == unknown("name")


def test_a_name_that_something_classifies_stays_what_it_is() -> None:
    adopt({"kind": {"Place<en:before=near": 9.0}})
    assert thing("The mill stands near Quorlen Vask Ltd and a lake.", "Quorlen Vask Ltd").cls == unknown("legal_form")


@pytest.mark.parametrize(
    ("lang", "text", "name", "feature"),
    [
        ("en", PLACES, "Quorlen Vask", "en:before=near"),
        ("en", PLACES, "Brelt Tarn", "en:following=stands"),
        ("de", "Die Talbach GmbH liefert Pumpen.", "Talbach GmbH", "de:following=liefert"),
        ("de", "Die Talbach GmbH liefert Pumpen.", "Talbach GmbH", "de:ends= gmbh"),
        ("zh", "北谷水泥有限公司采购水泵。", "北谷水泥有限公司", "zh:following=采购"),
    ],
)
def test_the_words_beside_a_thing_say_whether_it_is_worth_noting(lang: str, text: str, name: str, feature: str) -> None:
    adopt({"entity": {"bias": 0.25}})
    assert thing(text, name, lang).worth == 0.25
    adopt({"entity": {"bias": 0.25, feature: -1.0}})
    assert thing(text, name, lang).worth == -0.75


def test_nothing_is_remembered_of_weights_that_are_no_longer_in_use() -> None:
    """Else a model that is tried on texts left out would know them from the one before."""
    text = replace(document("Die Talbach GmbH finanziert die Norgrave GmbH."), lang="de")
    sure = {"relation": {"finances:Enterprise>Enterprise": 9.0, "threshold": 0.0}, "entity": {"bias": 1.0}}
    adopt(sure)
    assert [r.predicate for r in extract(text).relations].count("finances")
    adopt({**sure, "relation": {"finances:Enterprise>Enterprise": -9.0, "threshold": 0.0}})
    assert not [r for r in extract(text).relations if r.predicate == "finances"]


@pytest.mark.parametrize("word", ["en<<raised", "en<raised", "unit=EUR:"])
def test_the_words_beside_a_figure_say_what_it_measures(word: str) -> None:
    text = "Last year Talbach Ltd raised 4 million euros."
    for indicator in ("revenue", "investment"):
        adopt({"indicator": {f"{indicator}:{word}": 5.0}})
        (found,) = extract(replace(document(text), lang="en", name="green hydrogen steel")).observations
        assert found.indicator == indicator


def test_the_words_on_the_way_to_a_thing_say_whose_a_figure_is() -> None:
    text = "Talbach Ltd told Norgrave Ltd that it saved 40 t of CO2 at the steel plant."
    for name in ("Talbach Ltd", "Norgrave Ltd"):
        adopt({"subject": {f"en:head={thing(text, name).head}": 0.0, **OWNERS[name]}})
        found = extract(replace(document(text), lang="en"))
        (whose,) = {f.subject for f in found.observations}
        assert name in next(e for e in found.entities if e.key == whose).names


OWNERS = {
    "Talbach Ltd": {"en>told": 3.0},
    "Norgrave Ltd": {"en>told": -3.0, "en>saved": 3.0, "topic": -5.0, "main": -5.0, "coming": -5.0},
}


def test_a_text_of_no_annotated_language_teaches_without_its_words() -> None:
    """A third of the texts is read as if nobody knew their words, so that other languages miss nothing."""
    sys.path.insert(0, str(ROOT / "tests" / "corpus"))
    pytest.importorskip("scipy", reason="learning needs numpy and scipy: install the extra 'train'")
    try:
        from train import _unworded
    finally:
        sys.path.pop(0)
    seen = frozenset(
        ("bias", "rule=bare", "en:before=near", "Place<en:before=near", "actual<de<<rund", "Place:how=name")
    )
    assert _unworded(((seen, True),)) == ((frozenset(("bias", "rule=bare", "Place:how=name")), True),)


FIGURES = "Norrby Steel AB paid 265 million euros for a kiln in 2024. It is 300 metres long."


def test_a_figure_that_nothing_speaks_for_is_not_noted() -> None:
    kept = {name: dict(table) for name, table in weights().items()}
    adopt({**kept, "figure": {"unit=EUR": 1.0, "threshold": 0.5}})
    assert [f.unit for f in extract(replace(document(FIGURES), lang="en")).observations] == ["EUR"]


def test_without_weights_every_figure_is_noted() -> None:
    kept = {name: dict(table) for name, table in weights().items() if name != "figure"}
    adopt(kept)
    assert [f.unit for f in extract(replace(document(FIGURES), lang="en")).observations] == ["EUR", "m"]


def test_what_a_things_figure_is_compared_with_does_not_own_it() -> None:
    text = "北谷光伏电站与南谷火电厂相比，每年可节约标准煤3000吨。"
    found = extract(replace(document(text), lang="zh"))
    (claim,) = found.observations
    owner = next(e for e in found.entities if e.key == claim.subject)
    assert "南谷火电厂" not in owner.names
