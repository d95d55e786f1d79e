"""The weights by which readings are chosen: they are learned the same way twice, and the shipped ones can be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT

from kg import ontology
from kg.claims import weights as model
from kg.errors import KgError
from kg.mentions import Quantity
from kg.mentions.language import reading

TRAIN = ROOT / "tests" / "corpus" / "train.py"
DEVELOPMENT = ROOT / "tests" / "corpus" / "dev"
TEXTS = ("de-d1", "en-dev-1")
MODELS = {"relation", "entity", "kind", "same", "figure", "indicator", "status", "subject"}


def parsed(text: str) -> list[tuple[str, str, float]]:
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return [(name, feature, float(weight)) for name, feature, weight in lines]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two annotated texts of the project."""
    made = tmp_path_factory.mktemp("annotated")
    for kind, ending in (("texts", "txt"), ("gold", "json")):
        (made / kind).mkdir()
        for name in TEXTS:
            shutil.copy(DEVELOPMENT / kind / f"{name}.{ending}", made / kind)
    return made


def learned(folder: Path, out: Path, seed: str) -> bytes:
    pytest.importorskip("scipy", reason="learning needs numpy and scipy: install the extra 'train'")
    command = [sys.executable, str(TRAIN), str(folder), "-o", str(out)]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    made = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    return out.read_bytes()


def test_learning_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Neither the order of sets nor anything else that differs between two processes may show."""
    one, other = (learned(folder, tmp_path / f"{seed}.tsv", seed) for seed in ("1", "2"))
    assert one == other
    found = parsed(one.decode())
    assert {name for name, _, _ in found} == MODELS
    assert any(weight > 0 for *_, weight in found) and any(weight < 0 for *_, weight in found)


def test_the_shipped_weights_are_sorted_and_complete() -> None:
    text = (ontology.ontology_dir() / "weights.tsv").read_text(encoding="utf-8")
    found = parsed(text)
    keys = [(name, feature) for name, feature, _ in found]
    assert text.startswith("#") and "train.py" in text.splitlines()[0]
    assert keys == sorted(set(keys))
    assert {name for name, _ in keys} == MODELS
    assert {name for name, feature in keys if feature == "threshold"} == {"relation", "entity", "figure"}


def test_the_shipped_weights_are_those_in_use() -> None:
    text = (ontology.ontology_dir() / "weights.tsv").read_text(encoding="utf-8")
    used = [(name, feature, weight) for name, table in model.weights().items() for feature, weight in table.items()]
    assert sorted(used) == sorted(parsed(text))


def test_the_weights_speak_of_the_terms_of_the_ontology() -> None:
    """A class or relation that was renamed would leave its weights behind."""
    known, table = ontology.load(), model.weights()
    tops = {known.top(cls) for cls in known.classes}
    named = {feature.split(":")[0] for feature in table["subject"] if ":" in feature}
    assert {name for name in named if name[:1].isupper()} <= tops
    assert {f.split("<")[0] for f in table["status"] if f != "threshold"} <= set(known.statuses)
    assert set(reading()["unweighed"]) <= set(known.relations)


def test_what_nothing_is_known_of_weighs_nothing() -> None:
    assert model.score("relation", ["no such feature"]) == 0
    assert model.score("no such model", ["bias"]) == 0
    assert model.probability(0) == 0.5
    assert 0 < model.probability(-1000) < model.probability(1000) < 1


def test_a_broken_line_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights.tsv").write_text("# weights\nrelation\tbias\t1.000\nrelation\tbias\n", encoding="utf-8")
    monkeypatch.setattr(ontology, "ontology_dir", lambda: tmp_path)
    model.models.cache_clear()
    try:
        with pytest.raises(KgError, match=r"weights\.tsv, line 3: three columns are due"):
            model.models()
    finally:
        model.models.cache_clear()


def test_each_annotated_thing_teaches_of_one_thing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is like an annotated thing, but less so than another, would be said twice if it were noted."""
    pytest.importorskip("scipy", reason="learning needs numpy and scipy: install the extra 'train'")
    monkeypatch.syspath_prepend(str(TRAIN.parent))
    import train

    assert train.one_to_one([(0.6, "e1", 1), (0.9, "e1", 2), (0.4, "e2", 1), (0.5, "e3", 3)]) == {("e1", 2), ("e3", 3)}


def test_money_that_the_guide_does_not_list_teaches_as_what_the_guide_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="learning needs numpy and scipy: install the extra 'train'")
    monkeypatch.syspath_prepend(str(TRAIN.parent))
    import train

    pounds = Quantity(0, 10, Decimal(5_000_000), None, "GBP")
    assert train._same({"unit": "other", "value": 5_000_000}, pounds)
    assert not train._same({"unit": "EUR", "value": 5_000_000}, pounds)
