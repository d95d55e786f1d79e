"""What a change touches: a build that grows is the bytes of a clean one, whatever is said of whom, in which way.

The texts are statements that a stand-in for reading takes as they stand, so that many kinds of claims meet: named and
unnamed things, relations that tie, denials, finer loans and broader ones, figures in several units, plants and owners.
KG_EDITS is how many histories of random edits are tried.
"""

from __future__ import annotations

import os
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fixtures_extraction import Report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg.claims
from kg.claims import Extraction
from kg.documents import Document
from kg.facts import is_by_subject
from kg.ontology import load
from kg.run import anew, build, steps
from kg.run.grow import grow
from kg.store import open_build

EDITS = int(os.environ.get("KG_EDITS", "2"))

THINGS = {
    "Ostufer Bank": "Bank",
    "Solana Zement GmbH": "Enterprise",
    "Solana Zement AG": "Enterprise",
    "mehrere Firmen": "Enterprise",
    "Werk Kalkstett": "Factory",
    "Industriepark Lindau": "IndustrialPark",
    "Quarzhafen": "City",
    "Hamburg": "City",
    "Bezirk Nordhafen": "District",
    "Quarzkredit": "GreenLoan",
    "ein Kredit": "LoanOrCredit",
}
UNNAMED = {"mehrere Firmen", "ein Kredit"}
RELATIONS = [
    *(f"Ostufer Bank|{way}|{whom}|{status}" for way in ("finances", "supports")
      for whom in ("Solana Zement GmbH", "Solana Zement AG", "mehrere Firmen") for status in ("actual", "negated")),
    *(f"Ostufer Bank|provides|{what}|{status}" for what in ("Quarzkredit", "ein Kredit")
      for status in ("actual", "projected")),
    *(f"{who}|locatedIn|{where}|actual" for who in ("Industriepark Lindau", "Werk Kalkstett")
      for where in ("Quarzhafen", "Hamburg", "Bezirk Nordhafen")),
    "Bezirk Nordhafen|partOf|Quarzhafen|actual",
    "Bezirk Nordhafen|partOf|Hamburg|actual",
    "Solana Zement GmbH|operates|Werk Kalkstett|actual",
    "Solana Zement GmbH|receives|Quarzkredit|actual",
]  # fmt: skip
FIGURES = [
    *(f"{who}|electricitySaving|{value}|{status}|{period}" for who in ("Werk Kalkstett", "Solana Zement GmbH")
      for value in ("5 MWh", "5000 kWh", "2600000 kWh") for status in ("actual", "target") for period in ("2023", "")),
    *(f"{who}|energySaving|930 t_tce|actual|2023" for who in ("Werk Kalkstett", "Solana Zement GmbH")),
    *(f"Solana Zement GmbH|investment|{value}|actual|2023" for value in ("5 EUR", "7 EUR")),
]  # fmt: skip


def stated(document: Document) -> Extraction:
    """Stands in for room 3: takes the statements of a text as they stand."""
    report = Report(document.name, document.lang, document.text, document.source)
    keys: dict[str, int] = {}

    def key(name: str) -> int:
        if name not in keys:
            keys[name] = report.entity(THINGS[name], name, generic=name in UNNAMED)
        return keys[name]

    for statement in document.text.splitlines():
        who, what, *rest = statement.split("|")
        if len(rest) == 2:
            report.relation(key(who), what, key(rest[0]), statement, rest[1])
        else:
            value, unit = rest[0].split(" ")
            report.figure(key(who), what, value, unit, statement, rest[1], period=rest[2])
    return Extraction(document, tuple(report.entities), tuple(report.relations), tuple(report.observations))


DOCUMENTS = st.dictionaries(
    st.sampled_from("abcde"),
    st.none() | st.lists(st.sampled_from([*RELATIONS, *FIGURES]), min_size=1, max_size=5, unique=True),
    min_size=1,
    max_size=3,
)


@settings(max_examples=3 * EDITS, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from([*RELATIONS, *FIGURES]), min_size=6, max_size=12, unique=True),
    st.lists(DOCUMENTS, min_size=1, max_size=3),
)
def test_whatever_is_stated_a_build_that_grows_is_a_clean_one(
    tmp_path_factory: pytest.TempPathFactory, stays: list[str], edits: list[dict[str, list[str] | None]]
) -> None:
    root = tmp_path_factory.mktemp("cells")
    folder = root / "reports"
    folder.mkdir()
    (folder / "stays.txt").write_text("\n".join(stays), encoding="utf-8")
    grew: list[bool] = []

    def growing(*given: Any) -> Any:
        made = grow(*given)
        grew.append(made is not None)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "grow", growing)
        patch.setattr(anew, "MOST_TOUCHED", 10)
        patch.setattr(kg.claims, "extract", stated)
        build([folder], root / "out")
        for step in edits:
            for name, statements in step.items():
                path = folder / f"{name}.txt"
                path.write_text("\n".join(statements), encoding="utf-8") if statements else path.unlink(missing_ok=True)
            grown = build([folder], root / "out")
        clean = build([folder], root / "clean")
    assert all(grew), "none was made as a whole, as it would be where growing fails"
    assert {path.name: path.read_bytes() for path in grown.path.iterdir() if path.is_file()} == {
        path.name: path.read_bytes() for path in clean.path.iterdir() if path.is_file()
    }
    assert {*map(str, open_build(grown.path).store)} == {*map(str, open_build(clean.path).store)}


def test_where_an_object_can_have_something_but_once_builds_are_made_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts of two subjects contradict each other then, so no cell of one subject can be looked at alone."""
    turned = copy(load())
    vars(turned)["expectations"] = tuple(replace(one, inverse=True) for one in load().expectations)
    assert is_by_subject(load()) and not is_by_subject(turned)
    made: list[object] = []
    monkeypatch.setattr(kg.claims, "extract", stated)
    monkeypatch.setattr(steps, "grow", lambda *given: made.append(grow(*given)))
    monkeypatch.setattr(anew, "load", lambda: turned)
    (tmp_path / "a.txt").write_text(RELATIONS[0], encoding="utf-8")
    build([tmp_path / "a.txt"], tmp_path / "out")
    (tmp_path / "b.txt").write_text(RELATIONS[-1], encoding="utf-8")
    build([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "out")
    assert made == [None]
