"""Room 4: what a name inside a name says, and a sum that a text tells of twice. Every name is invented."""

from __future__ import annotations

import dataclasses

import pytest
from test_claims import claims, relations

from kg.claims.extract import Reader
from kg.claims.levels import may_hold
from kg.claims.model import Extraction
from kg.claims.nearness import near
from kg.documents import document
from kg.mentions import language


@pytest.mark.parametrize(
    ("lang", "text", "relation"),
    [
        ("zh", "北谷银行太原分行发放贷款。", ("北谷银行太原分行", "locatedIn", "太原")),
        ("zh", "北谷银行太原分行发放贷款。", ("北谷银行太原分行", "partOf", "北谷银行")),
        ("de", "Das Zementwerk Kassel wird umgebaut.", ("Zementwerk Kassel", "locatedIn", "Kassel")),
    ],
)
def test_a_name_inside_a_name_says_what_the_two_are_to_each_other(
    lang: str, text: str, relation: tuple[str, str, str]
) -> None:
    assert relation in relations(text, lang)


def test_the_inner_name_is_not_a_part_of_the_outer_one() -> None:
    assert ("北谷银行", "partOf", "北谷银行太原分行") not in relations("北谷银行太原分行发放贷款。", "zh")


def _sums(found: Extraction) -> list[tuple[int, str, str]]:
    return [(f.subject, f.indicator, f.status) for f in found.observations if f.unit == "EUR"]


def test_a_sum_told_of_twice_is_one_sum() -> None:
    text = (
        "Norrby Steel AB receives a grant of 265 million euros. The Norrby plant is large. The 265 million euros help."
    )
    one, other = _sums(claims(text, "en"))
    assert one == other


def test_a_sum_said_twice_in_one_sentence_is_two_sums() -> None:
    text = (
        "Norrby Steel AB invests 5 million euros. "
        "Alwen Tiles plc got a grant of 5 million euros and a loan of 5 million euros."
    )
    assert len(set(_sums(claims(text, "en")))) > 1


def test_a_count_met_twice_is_not_the_same_count() -> None:
    text = "Norrby Steel AB has 30 employees. Alwen Tiles plc has 30 employees."
    found = [f.subject for f in claims(text, "en").observations]
    assert len(found) == 2 and len(set(found)) == 2


def test_the_last_of_a_long_list_stands_as_near_as_the_first() -> None:
    states = (
        "California, Colorado, Hawaii, Illinois, Maine, Maryland, Massachusetts, Michigan, New Jersey, New York, Oregon"
    )
    made = dataclasses.replace(document(f"The Northleap Partnership joins {states} and Washington."), lang="en")
    ((context, topic),) = Reader(made).contexts()
    gaps = {
        context.thing(pair.subject).names[0]: pair.gap
        for pair in near(context, topic)
        if context.thing(pair.object).names == ["Northleap Partnership"]
    }
    assert "Washington" in gaps and gaps["Washington"] == gaps["California"]


@pytest.mark.parametrize(
    ("whole", "part", "lang", "may"),
    [
        ("Country", "Province", "en", True),
        ("Province", "Country", "en", False),
        ("Country", "Country", "de", False),
        ("City", "City", "en", False),
        ("City", "City", "zh", True),
        ("Region", "City", "en", True),
        ("City", "District", "en", True),
    ],
)
def test_which_kinds_of_place_hold_which(whole: str, part: str, lang: str, may: bool) -> None:
    """No place is part of one of a smaller kind, nor of one of its own where the language does not call them alike."""
    assert may_hold(whole, part, language(lang)) is may


def test_a_city_beside_a_city_is_no_part_of_it() -> None:
    """Cities that a sentence lists with their countries are parts of these alone."""
    text = "Norrby Steel AB runs plants in Skellefteå, Sweden, and Salzgitter, Germany."
    within = {claim for claim in relations(text, "en") if claim[1] == "partOf"}
    assert ("Skellefteå", "partOf", "Salzgitter") not in within
    assert ("Skellefteå", "partOf", "Sweden") in within


def test_what_is_said_of_one_of_a_list_is_said_of_the_others_where_the_list_stands() -> None:
    """A project in one of three countries is not in the other two because another sentence lists them."""
    text = (
        "Norrby Cement AB was selected for three grants in Belgium, France and Croatia. "
        "The Alwen project in Belgium captures carbon. The Morden project in Croatia makes methanol."
    )
    found = relations(text, "en")
    assert ("Alwen project", "locatedIn", "Belgium") in found
    assert ("Alwen project", "locatedIn", "Croatia") not in found
    assert ("Morden project", "locatedIn", "Belgium") not in found


def test_two_names_are_not_joined_by_a_word_for_both() -> None:
    """ "Projects" may be either of two that are named behind; it makes no one of the two."""
    text = (
        "Norrby Cement AB was selected for three grants for projects in Belgium, France and Croatia. "
        "The Alwen project in Belgium captures carbon. The Morden project in Croatia makes methanol."
    )
    called = [entity.names for entity in claims(text, "en").entities]
    assert not any({"Alwen project", "Morden project"} <= set(names) for names in called)
