"""What a text tells of by other words is one thing where that is likely; firms and their daughters are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from kg.claims import joining
from kg.claims.extract import Reader
from kg.claims.weights import adopt, weights
from kg.documents import document
from kg.mentions import Thing

GRANTS = {
    "de": "Die Kreisbank Auen fördert den Umbau der Färberei. Das Umbauvorhaben kostet 4 Millionen Euro.",
    "en": "Auen Bank pays for the kiln conversion project. The project costs 4 million euros.",
    "zh": "星河银行支持窑炉改造项目。改造项目总投资4000万元。",
}


@pytest.fixture
def kept() -> Iterator[dict[str, dict[str, float]]]:
    """The shipped weights, which are back in use after the test."""
    shipped = weights()
    yield shipped
    adopt(shipped)


def things(lang: str, text: str, same: Mapping[str, float], shipped: Mapping[str, Mapping[str, float]]) -> list[Thing]:
    """The things of a text, joined by the weights given."""
    adopt({**shipped, "same": same})
    return [t for t in Reader(replace(document(text), lang=lang)).things.all if t.names]


def test_without_weights_nothing_is_joined(kept: dict[str, dict[str, float]]) -> None:
    for lang, text in GRANTS.items():
        apart = Reader(replace(document(text), lang=lang), joined=False)
        assert len(things(lang, text, {}, kept)) == sum(bool(t.names) for t in apart.things.all)


@pytest.mark.parametrize(
    ("lang", "text", "shorter", "longer"),
    [
        ("de", "Die Gießerei baut eine Anlage für Abwärme. Die Abwärmeanlage spart Gas.", "Abwärmeanlage", "Anlage"),
        ("en", "Calder Bank grants a loan to the mill. The financing runs for seven years.", "financing", "loan"),
        ("zh", "县财政局发放财政补贴资金。企业获得补贴资金。", "补贴资金", "财政补贴资金"),
    ],
)
def test_what_is_likely_the_same_becomes_one_thing_with_all_its_places(
    kept: dict[str, dict[str, float]], lang: str, text: str, shorter: str, longer: str
) -> None:
    always = {f"of={rule}": 9.0 for rule in ("bare", "plain", "plain-indefinite", "bare-indefinite", "head-word")}
    apart, one = things(lang, text, {}, kept), things(lang, text, always, kept)
    assert not [t for t in apart if {shorter, longer} <= set(t.names)]
    (joined,) = [t for t in one if longer in t.names]
    assert shorter in joined.names
    assert {text[a:b] for a, b in joined.spans} >= {shorter, longer}


def test_two_firms_need_more_than_two_descriptions(kept: dict[str, dict[str, float]]) -> None:
    """At odds at which descriptions become one, a parent and a daughter that share a word stay two."""
    firms = "Calder Paper Group owns the mill. The mill belongs to Calder Board Ltd."
    likely = {"of=legal-form": 0.3, "of=head-word": 0.3, "of=common-ending": 0.3, "of=lone": 0.3}
    assert 0.4 < 1 / (1 + 2.718281828**-0.3) < joining._SURELY
    found = things("en", firms, likely, kept)
    assert [t.names[0] for t in found if t.cls and "Calder" in t.names[0]] == [
        "Calder Paper Group",
        "Calder Board Ltd.",
    ]


def test_mentions_point_to_the_thing_that_they_were_joined_with(kept: dict[str, dict[str, float]]) -> None:
    adopt({**kept, "same": {"of=bare-indefinite": 9.0}})
    text = "Calder Bank grants a loan to the mill. The financing runs for seven years."
    reader = Reader(replace(document(text), lang="en"))
    of = {m.text: m.entity for s in reader.sentences for m in s.mentions}
    assert of["financing"] == of["loan"]
    assert reader.things.all[of["loan"]].names
