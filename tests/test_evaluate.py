"""Scores: what counts as found, and the same figures as the scoring script of the development corpus."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import KgError
from kg.evaluate import ALL, LEVELS, Score, evaluate
from kg.evaluate.same import alike, same_figure
from kg.store import open_build

GOLD: dict[str, Any] = {
    "lang": "en",
    "entities": [
        {"id": "e1", "class": "Enterprise", "names": ["Quarry Cement GmbH", "Quarry Cement"]},
        {"id": "e2", "class": "FinancialInstitution", "names": ["the Ostufer Bank"]},
        {"id": "e3", "class": "Enterprise", "names": ["Solana Glass Ltd."]},
    ],
    "observations": [
        {"id": "o1", "subject": ["e1", "e3"], "indicator": "emissionReduction", "value": 1200, "unit": "t_CO2",
         "status": "projected"},
        {"id": "o2", "subject": ["e1"], "indicator": "electricitySaving", "value": 3.5, "unit": "GWh",
         "status": "actual"},
    ],
    "relations": [
        {"s": "e2", "p": "finances", "o": "e1"},
        {"s": "e1", "p": "collaboratesWith", "o": "e3"},
    ],
}  # fmt: skip


def entity(id_: str, cls: str, *names: str, **more: Any) -> dict[str, Any]:
    return {"doc": "a", "kind": "entity", "id": id_, "class": cls, "names": list(names)} | more


def figure(subject: str, indicator: str, value: float, unit: str, status: str) -> dict[str, Any]:
    return {"doc": "a", "kind": "observation", "subject": subject, "indicator": indicator, "value": value,
            "unit": unit, "status": status}  # fmt: skip


def relation(subject: str, predicate: str, object_: str) -> dict[str, Any]:
    return {"doc": "a", "kind": "relation", "subject": subject, "predicate": predicate, "object": object_}


FIRM = entity("x", "Manufacturer", "Quarry Cement", classes=["Manufacturer", "Enterprise"])
BANK = entity("y", "FinancialInstitution", "Ostufer Bank")
GLASS = entity("z", "Enterprise", "Solana Glass")


def scores(tmp_path: Path, *lines: dict[str, Any]) -> dict[str, Score]:
    (tmp_path / "a.json").write_text(json.dumps(GOLD), encoding="utf-8")
    return dict(evaluate(tmp_path, lines).scores[ALL])


def test_a_finer_class_counts_as_the_annotated_one_and_another_class_does_not(tmp_path: Path) -> None:
    found = scores(tmp_path, FIRM, BANK, entity("z", "Place", "Solana Glass"))
    assert (found["entity name"].right, found["entity name+class"].right) == (3, 2)


def test_what_the_guide_does_not_cover_is_not_counted(tmp_path: Path) -> None:
    """An event and who organises it are neither right nor wrong."""
    found = scores(tmp_path, FIRM, entity("v", "Event", "Opening day"), relation("x", "organizes", "v"))
    assert (found["entity name"].found, found["relation"].found) == (1, 0)


def test_each_entity_is_matched_once(tmp_path: Path) -> None:
    found = scores(tmp_path, FIRM, entity("x2", "Enterprise", "Quarry Cement GmbH"))
    assert found["entity name+class"] == Score(1, 2, 3)


def test_a_figure_is_right_in_parts(tmp_path: Path) -> None:
    lines = [
        FIRM,
        GLASS,
        figure("z", "emissionReduction", 1200, "t", "actual"),
        figure("z", "electricitySaving", 3500000, "kWh", "actual"),
    ]
    found = scores(tmp_path, *lines)
    assert [found[level].right for level in LEVELS[2:7]] == [2, 2, 1, 1, 0]


def test_a_figure_of_another_dimension_is_another_figure(tmp_path: Path) -> None:
    assert scores(tmp_path, FIRM, figure("x", "electricitySaving", 3.5, "MW", "actual"))["quantity"].right == 0


def test_a_symmetric_relation_may_be_turned_round_and_no_other(tmp_path: Path) -> None:
    found = scores(tmp_path, FIRM, BANK, GLASS, relation("z", "collaboratesWith", "x"), relation("x", "finances", "y"))
    assert (found["relation"], found["relation, any predicate"]) == (Score(1, 2, 2), Score(2, 2, 2))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Ostufer Bank", "ostufer bank", True),
        ("Quarry Cement GmbH", "Quarry Cement", True),
        ("Bank", "Ostufer Bank of the Eastern Shore", True),
        ("Ostufer Bank", "Ostufer Glass", False),
        ("东岸银行", "东岸银行有限公司", True),
        ("东岸银行", "石英港市", False),
        ("the", "the bank", False),
    ],
)
def test_names_of_one_thing(one: str, other: str, same: bool) -> None:
    assert (alike([one], [other]) >= 0.5) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((1, "GWh"), (1000, "MWh"), 2),
        ((1000, "kWh"), (1006, "kWh"), 0),
        ((12, "t"), (12, "t_CO2"), 2),
        ((12, "t"), (12, "t_tce"), 0),
        ((5, "person"), (5, None), 2),
        ((5, "EUR"), (5, "CNY"), 0),
        ((3, "t_tce/10000CNY"), (3, "t_tce"), 1),
        ((3, "unheard"), (3, "unheard"), 2),
    ],
)
def test_one_figure(one: tuple[float, str], other: tuple[float, str], same: int) -> None:
    assert same_figure(one[1], one[0], other[1], other[0]) == same


def test_precision_recall_and_f1() -> None:
    score = Score(1, 2, 4) + Score(1, 2, 4)
    assert (score.precision, score.recall, round(score.f1, 3)) == (0.5, 0.25, 0.333)
    assert (Score().precision, Score().recall, Score().f1) == (0, 0, 0)


def test_a_text_that_is_not_in_the_build_counts_as_not_found(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps(GOLD), encoding="utf-8")
    result = evaluate(tmp_path, [FIRM])
    assert result.missing == ("b",) and "b" in result.to_text()
    assert result.scores["en"]["relation"].gold == 2


@pytest.mark.parametrize("content", ["{", "[]", '{"lang": "en"}'])
def test_a_broken_annotation_is_told_with_its_file(content: str, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(content)
    with pytest.raises(KgError, match=r"broken\.json"):
        evaluate(tmp_path, [])


def test_the_figures_are_those_of_the_scoring_script(shared_corpus: Path, corpus_build: Path) -> None:
    """To three digits, in each language and at each level, on the same facts."""
    gold, facts = shared_corpus / "gold", corpus_build / "current" / "facts.jsonl"
    script = [sys.executable, str(shared_corpus / "score.py"), str(gold), str(facts)]
    theirs: dict[str, dict[str, tuple[str, ...]]] = {}
    group = ""
    for line in subprocess.run(script, capture_output=True, text=True, check=True).stdout.splitlines():
        if head := re.match(r"(\w+) +P +R +F1", line):
            group = head[1]
        elif row := re.match(r"(\S.*?) +(\d\.\d+) +(\d\.\d+) +(\d\.\d+)", line):
            theirs.setdefault(group, {})[row[1]] = row.groups()[1:]
    ours = evaluate(gold, open_build(corpus_build).facts()).scores
    assert theirs == {
        lang: {name: tuple(f"{x:.3f}" for x in (s.precision, s.recall, s.f1)) for name, s in levels.items()}
        for lang, levels in ours.items()
    }
