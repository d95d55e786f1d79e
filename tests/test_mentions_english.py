"""Room 2 on English: names with signs in them, persons, datelines, what is no name. Most names are invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_mentions import mention, mentions, names, reading

from kg import ontology
from kg.mentions.language import language

_ABBREVIATED = ("Chr. Hansen", "Gebr. Pfeiffer", "Fred. Olsen Renewables")
"""Listed names with a word cut short that English texts do not know as one."""


def _signed(name: str) -> bool:
    """Whether a name has signs in it, and capitals and small words alone beside them."""
    words = re.sub(r"[,.()'’]", "", name).split()
    plain = all(word.isalpha() and (word[0].isupper() or word in ("of", "for", "and", "the")) for word in words)
    return plain and re.search(r"[,.()'’]", name) is not None and name not in _ABBREVIATED


def test_listed_names_are_found_as_they_are_written() -> None:
    """Each name of the list with a sign in it is read whole ("Ministry of Trade, Industry and Energy")."""
    lines = (Path(ontology.ontology_dir()) / "lexicon" / "actors.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    signed = [name for row in rows for name in row[1].replace("=", "").split("|") if _signed(name)]
    assert len(signed) > 100
    lost = [name for name in signed if mention(f"Yesterday the board of {name} agreed.", "en", name) is None]
    assert lost == []


def test_a_name_may_be_written_small() -> None:
    """A name whose first letter is small is found as it is written, and a word like it is none."""
    assert mention("Yesterday atNorth opened a hall.", "en", "atNorth") is not None
    assert mention("They went to juwi for the panels.", "en", "juwi") is not None


@pytest.mark.parametrize(
    ("text", "words", "cls"),
    [
        ("The governments of Canada and Ontario pay for it.", "Canada", "Country"),
        ("The plan came from Jane B. Samplewood, who runs the works.", "Jane B. Samplewood", "Person"),
        ("The U.S. Secretary of Energy Jane M. Samplewood opened it.", "Jane M. Samplewood", "Person"),
        ("“It works,” said Kiri Samplewood, federation manager at Millfield Glass.", "Kiri Samplewood", "Person"),
        ("Kiri Samplewood, region head Europe at Millfield Glass, says it works.", "Kiri Samplewood", "Person"),
        ("Kiri Samplewood, a site manager at Hydrasonda, said no.", "Hydrasonda", "Enterprise"),
        ("Money came from Société Générale S.A. of late.", "Société Générale S.A.", "Bank"),
        ("BASF Opens New Battery Plant in Schwarzheide", "BASF", "Manufacturer"),
        ("A storm came over the Gulf of Suez.", "Gulf of Suez", "Region"),
        ("The United States of America joined.", "United States of America", "Country"),
        ("Power Grid Corporation of India joined.", "Power Grid Corporation of India", "EnergyUtility"),
        ("Millfield Borough Council and Pilkington signed.", "Millfield Borough Council", "LocalGovernment"),
        ("It is part of the Sample Agency (SAX)’s Foundation Challenge.", "Foundation Challenge", "Initiative"),
        ("Peter Samplewood, Co-founder of Millfield Glass, said no.", "Peter Samplewood", "Person"),
    ],
)
def test_what_a_name_is_and_where_it_ends(text: str, words: str, cls: str) -> None:
    """Governments of places, initials, posts behind a name, two bodies beside each other, names behind a bracket."""
    found = mention(text, "en", words)
    assert found is not None
    assert ontology.load().is_a(found.cls, cls), found.cls


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“It works,” said Kiri Samplewood, Deputy Director of the Sample Bureau.", "Deputy Director"),
        ("The U.S. Secretary of Energy Jane Samplewood opened it.", "U.S. Secretary"),
        ("Kiri Samplewood, a site manager at Hydrasonda, said no.", "site manager"),
        ("The senior decision makers met.", "decision makers"),
        ("They hired a third party and looked at building performance.", "building"),
        ("The firm lends to commercial real estate.", "estate"),
        ("This cut the annual standard coal consumption.", "annual standard"),
        ("Here is how the program works.", "program works"),
    ],
)
def test_what_is_no_thing(text: str, words: str) -> None:
    """Offices behind a name, and head words that are none where they stand."""
    assert words not in [m.text for m in mentions(text, "en")]


def test_a_wire_services_dateline_is_one() -> None:
    """Two hyphens end a dateline as a dash does."""
    text = "SAMPLETON, July 8 (Xinhua) -- The ministry published a plan on Tuesday to support zero-carbon parks in all."
    found = mention(text, "en", "SAMPLETON")
    assert found is not None and found.rule == "dateline"


def test_a_listed_name_is_taken_apart_at_its_signs() -> None:
    """A phrase of a name is taken apart as texts are: at commas, points behind a word, brackets."""
    lexicon = language("en").lexicon
    assert [s.value for _, _, s in lexicon.phrases(["ministry", "of", "trade", ",", "industry", "and", "energy"])]


def test_a_name_written_in_two_ways_is_one() -> None:
    """Countries and the Union stand in names in full and short."""
    text = "The European Union Sample Fund pays for it. The EU Sample Fund is large."
    assert {"European Union Sample Fund", "EU Sample Fund"} <= names(text, "en", "EU Sample Fund")
    text = "The U.S. Department of Samples pays. The United States Department of Samples is large."
    assert "U.S. Department of Samples" in names(text, "en", "United States Department of Samples")


def test_a_technology_written_large_is_no_firm() -> None:
    """A term of several words that opens a sentence is the term, and no firm that is called after it."""
    found = mention("Mechanical Vapour Recompression (MVR) saves steam.", "en", "Mechanical Vapour Recompression")
    assert found is not None and ontology.load().is_a(found.cls, "Technology")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("It makes steam at 130C.", "degree"),
        ("The water has 90oC.", "degree"),
        ("They burn 22 billion cubic feet of gas.", "other"),
        ("The bid was N$1.09.", "other"),
    ],
)
def test_units_of_pages(text: str, unit: str) -> None:
    """Degrees without their sign, cubic feet, money of southern Africa."""
    _, sentences, _ = reading(text, "en")
    assert [q.unit for sentence in sentences for q in sentence.quantities] == [unit]
