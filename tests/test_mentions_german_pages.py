"""What German pages write that no notice does: papers, parties, datelines, offices of many subjects. Invented names."""

from __future__ import annotations

import pytest
from test_mentions import mention, mentions, names


@pytest.mark.parametrize(
    ("text", "name", "cls"),
    [
        # an office is called by all its subjects
        (
            "Das Ministerium für Umwelt, Klima und Energie half.",
            "Ministerium für Umwelt, Klima und Energie",
            "Ministry",
        ),
        (
            "Das Ministerium für Umwelt, Natur- und Verbraucherschutz half.",
            "Ministerium für Umwelt, Natur- und Verbraucherschutz",
            "Ministry",
        ),
        ("Das Ministerium für Umwelt, die Muster AG und die Stadt helfen.", "Ministerium für Umwelt", "Ministry"),
        # a body of two places, a sign behind a brand, a town that is a first name
        ("Die IHK Bonn/Nordtal half.", "IHK Bonn/Nordtal", "Organization"),
        ("Die NordReif® GmbH half.", "NordReif® GmbH", "Enterprise"),
        ("Das sagte Dr.-Ing. Hagen Kesselmann.", "Hagen Kesselmann", "Person"),
        # what stands before a known name and is none
        ("Die Geschäftsführung Shell half.", "Shell", "Enterprise"),
        ("Um 9:30 Uhr Stadtwerke Nordtal besuchen.", "Stadtwerke Nordtal", "Enterprise"),
        ("Beim Thema Batteriefertigung geht es voran.", "Batteriefertigung", "Facility"),
        # an office without "für", a commission of two subjects
        ("Das Departement Bau, Verkehr und Umwelt half.", "Departement Bau, Verkehr und Umwelt", "GovernmentBody"),
        ("Die Kommission für Entwicklung und Reform half.", "Kommission für Entwicklung und Reform", "Commission"),
        # town and trade before a firm are no part of its name
        ("Der Linzer Stahl- und Ofenbaukonzern Nordreif baut um.", "Nordreif", "Enterprise"),
        ("Die Kölner Baugesellschaft Nordreif AG baut um.", "Nordreif AG", "Enterprise"),
        # a canton that is written like a legal form
        ("Das Werk steht in Nordtal AG.", "Nordtal", "Place"),
        ("Das sagte Generalkonsul Zeno Yiyang.", "Zeno Yiyang", "Person"),
        # the first word of a longer quotation
        ("„Neue Technologien in die Werke zu holen, ist wichtig“, hieß es.", "Technologien", "Technology"),
        # a known name of several words is read as a whole
        ("Das Förderprogramm Energie half.", "Förderprogramm Energie", "Programme"),
        # a technology is no firm that is called by it
        ("Sie setzt auf Carbon Capture.", "Carbon Capture", "CarbonCapture"),
    ],
)
def test_names_of_pages(text: str, name: str, cls: str) -> None:
    assert mention(text, "de", name).cls == cls


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # papers, agencies and sites tell of things, and are none
        ("Das meldet die Frankfurter Allgemeine Zeitung.", "Frankfurter"),
        ("Das meldet die Nachrichtenagentur dpa.", "dpa"),
        # a party in brackets does nothing
        ("Das sagte Ministerin Erika Muster (SPD).", "SPD"),
        ("Das sagte Minister Max Muster (Bündnis 90/Die Grünen).", "Grünen"),
        # nouns behind "in", kinds of towns
        ("Der Zuschuss in Millionenhöhe half.", "Millionenhöhe"),
        ("Die Fläche in Autobahnnähe half.", "Autobahnnähe"),
        ("Der Park in einer Industriestadt wächst.", "Industriestadt"),
        # a heading that goes on in small letters is no dateline
        ("Wärmia – klimaneutrale Höfe", "Wärmia"),
        # a contribution is no money
        ("Sie leistet einen wichtigen Beitrag dazu.", "Beitrag"),
        # who wrote the text, and since when
        ("Von Erika Muster, dpa", "Muster"),
        ("Die Anlage liefert seit August Strom.", "August"),
        # the office, and what it decides on
        ("Nun hat der Regierungsrat Kredite beschlossen.", "Regierungsrat Kredite"),
        # a title that "für" stands behind
        ("Das sagte der Projektleiter für Ofenprojekte der Nordreif AG.", "Projektleiter für"),
        # a unit is nothing
        ("Es waren 13 Tonnen CO2e im Jahr.", "CO2e"),
        # no noun is written small: what stands before is an adjective
        ("Gegenüber der gasbetriebenen Beheizung spart sie.", "Beheizung"),
    ],
)
def test_no_names_of_pages(text: str, words: str) -> None:
    assert not [m.text for m in mentions(text, "de") if words in m.text and m.how in ("name", "alias")]


def test_a_firm_is_the_same_in_either_order_of_its_words() -> None:
    found = names(
        "Die Stadtwerke Chemnitz bauen. Das sagte der Chef der Chemnitzer Stadtwerke.", "de", "Stadtwerke Chemnitz"
    )
    assert found == {"Stadtwerke Chemnitz", "Chemnitzer Stadtwerke"}


def test_the_land_is_the_state_spoken_of_last() -> None:
    text = "In Hessen entsteht ein Werk, wie es in Deutschland noch keines gibt. Das Geld kommt vom Land."
    assert names(text, "de", "Hessen") == {"Hessen", "Land"}


def test_the_land_is_none_that_was_named_long_ago() -> None:
    text = "An der Grenze zu Hessen entsteht ein Werk. " + "Dort wird nun gebaut. " * 30 + "Das Geld kommt vom Land."
    assert names(text, "de", "Hessen") == {"Hessen"}
