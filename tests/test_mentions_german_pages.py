"""What German pages write that no notice does: papers, parties, datelines, offices of many subjects. Invented names."""

from __future__ import annotations

import pytest
from test_mentions import mention, mentions


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
        # a unit is nothing
        ("Es waren 13 Tonnen CO2e im Jahr.", "CO2e"),
        # no noun is written small: what stands before is an adjective
        ("Gegenüber der gasbetriebenen Beheizung spart sie.", "Beheizung"),
    ],
)
def test_no_names_of_pages(text: str, words: str) -> None:
    assert not [m.text for m in mentions(text, "de") if words in m.text and m.how in ("name", "alias")]
