"""Ties between things: what of the facts about others has to be judged anew when one of them changes."""

from __future__ import annotations

from kg.facts.ties import by_subject, holders

PARK, DISTRICT, CITY, OTHER = "park", "district", "city", "other"


def test_whatever_lies_inside_is_judged_anew_however_deep() -> None:
    """That the city is now said to be in a country changes what contradicts what about the park in its district."""
    known = [("locatedIn", PARK, DISTRICT), ("partOf", DISTRICT, CITY), ("locatedIn", OTHER, "elsewhere")]
    assert holders([("locatedIn", CITY, "country")], known) == {PARK, DISTRICT}
    assert holders([("locatedIn", PARK, CITY)], known) == set()


def test_a_circle_of_ties_ends() -> None:
    assert holders([("partOf", PARK, CITY)], [("partOf", PARK, CITY), ("partOf", CITY, PARK)]) == {PARK, CITY}


def test_objects_are_found_by_relation_and_subject() -> None:
    found = by_subject({("partOf", PARK, CITY), ("partOf", PARK, DISTRICT), ("locatedIn", PARK, CITY)})
    assert found["partOf", PARK] == [CITY, DISTRICT] and found["locatedIn", PARK] == [CITY]
