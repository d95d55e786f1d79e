"""How German names things: compounds, words before and behind names, what refers to what. Every name is invented."""

from __future__ import annotations

import pytest
from test_mentions import mention, mentions, names, thing

from kg import ontology
from kg.mentions import language


def test_a_small_word_parts_no_known_place() -> None:
    assert [m.text for m in mentions("In Frankfurt am Main wird gebaut.", "de")] == ["Frankfurt am Main"]


def test_a_canton_and_its_bare_name_are_one_place() -> None:
    found = names("Im Kanton Graubünden wird gebaut. Auch in Graubünden wird geheizt.", "de", "Graubünden")
    assert found == {"Kanton Graubünden", "Graubünden"}


@pytest.mark.parametrize(
    ("text", "name", "cls"),
    [
        # the trade before a name is no part of it, and says what the name is
        ("Der Reifenhersteller Nordreif baut um.", "Nordreif", "Enterprise"),
        ("Das Start-up Wärmia Nordtal liefert sie.", "Wärmia Nordtal", "Enterprise"),
        ("Die Abwicklungsstelle KPC prüft den Antrag.", "KPC", "Organization"),
        # a compound of a body is its name
        ("Das Wärmeministerium half dabei.", "Wärmeministerium", "Ministry"),
        ("Den Antrag prüft die Ofenagentur.", "Ofenagentur", "Agency"),
        # "Gesellschaft für" and "Verband der" are no firms
        ("Die Deutsche Gesellschaft für Ofenkunde warnt.", "Deutsche Gesellschaft für Ofenkunde", "Organization"),
        ("Der Bundesverband der Ofenbauer warnt.", "Bundesverband der Ofenbauer", "Association"),
        # known names are written as they are
        ("Das Geld kommt von der L-Bank.", "L-Bank", "DevelopmentBank"),
        # a figure may begin a compound, and number a thing
        ("Nun läuft der 35-Megawatt-Dampfkessel.", "35-Megawatt-Dampfkessel", "Facility"),
        ("Nun läuft die Papiermaschine 11 wieder.", "Papiermaschine 11", "Facility"),
        # whose chief somebody is
        ("Das sagte Nordreif-Chefin Erika Muster.", "Nordreif", ""),
        # persons behind titles, wherever in a run of capitals
        ("Das sagte Nordlands Wärmeministerin Erika Kesselfrau.", "Erika Kesselfrau", "Person"),
        ("Das sagte Obmann Zeno Kesselmann.", "Zeno Kesselmann", "Person"),
        # first names with a hyphen, surnames that end like a trade
        ("Das sagte Anna-Lena Muster.", "Anna-Lena Muster", "Person"),
        ("Das sagte Erika Ofenbauer.", "Erika Ofenbauer", "Person"),
        ("Das erklärte Finanzchef Dr. Zeno Kesselmann.", "Zeno Kesselmann", "Person"),
        # works that firms are called by
        ("Die Glashütte Nordreif lädt ein.", "Glashütte Nordreif", "Enterprise"),
        ("Die Armaturenfabrik Nordreif & Söhne lädt ein.", "Armaturenfabrik Nordreif & Söhne", "Enterprise"),
        # bodies by what they do
        ("Die Energieagentur Nordtal half.", "Energieagentur Nordtal", "Organization"),
        ("Der Pensionsfonds Nordreif ist beteiligt.", "Nordreif", "FinancialInstitution"),
        ("Das zahlt das Klinikum Nordtal.", "Klinikum Nordtal", "Organization"),
        ("Die Landesbank Oberschwaben zahlt.", "Landesbank Oberschwaben", "Bank"),
        ("Die Bankhaus Nordreif AG zahlt.", "Bankhaus Nordreif AG", "FinancialInstitution"),
        ("Das Geld kommt von der Aufbaubank.", "Aufbaubank", "FinancialInstitution"),
        # firms that are called by their trade
        ("Die Ofentechnik Nordreif liefert den Kessel.", "Ofentechnik Nordreif", "Enterprise"),
        # parts of towns, and lands that stand for themselves
        ("Das gilt in Mustringen-Ost.", "Mustringen-Ost", "Place"),
        ("Das geschieht im Auftrag des Landes.", "Landes", "Province"),
        # a body's head word goes on with a name that only ends like another
        ("Die Agentur Grünwerk half dabei.", "Agentur Grünwerk", "GovernmentBody"),
        ("Die Genossenschaft Fernwärme Oberau baut.", "Genossenschaft Fernwärme Oberau", "Enterprise"),
        ("Das prüft die Universität Mustringen-Land.", "Universität Mustringen-Land", "University"),
        # what a name holds besides its words: "St.", a preposition with a capital
        ("Das Krankenhaus St. Zeno spart.", "Krankenhaus St. Zeno", "Organization"),
        ("Sie zieht in das Gewerbegebiet Am Mustberg.", "Gewerbegebiet Am Mustberg", "IndustrialPark"),
        # places by what stands beside them
        ("Wer zwischen Varndorn und Gandersam fährt, sieht es.", "Varndorn", "Place"),
        ("Wer zwischen Varndorn und Gandersam fährt, sieht es.", "Gandersam", "Place"),
        ("Er ist Bürgermeister von Hettmar.", "Hettmar", "Place"),
        ("Sie fertigt in Mustringen-Süd Batteriezellen.", "Mustringen-Süd", "Place"),
        ("Am Standort Bad Krenze läuft es.", "Bad Krenze", "Place"),
        ("Die Zuckerfabrik Krenzbach eG, Krenzbach, spart.", "Krenzbach", "Place"),
        # persons behind several titles
        ("Am Montag kam Wärmeministerin Dr. Erika Kesselfrau.", "Erika Kesselfrau", "Person"),
        # the place of a plant's name
        ("Das Werk Mustringen läuft.", "Mustringen", "Place"),
    ],
)  # fmt: skip
def test_names(text: str, name: str, cls: str) -> None:
    found = mention(text, "de", name)
    assert found is not None, [m.text for m in mentions(text, "de")]
    assert found.cls == cls or cls in ontology.load().ancestors(found.cls)
    assert found.how == "name"


@pytest.mark.parametrize(
    "text",
    [
        "Mustringen (ots) – Die Nordtal Guss AG baut um.",
        "MUSTRINGEN, 3. Mai (pressedienst) - Die Nordtal Guss AG baut um.",
        "Mustringen. Die Nordtal Guss AG baut um.",
    ],
)
def test_a_text_opens_with_where_it_comes_from(text: str) -> None:
    first = mentions(text, "de")[0]
    assert (first.text.lower(), first.cls, first.rule) == ("mustringen", "Place", "dateline")


def test_counted_groups_are_told_as_such() -> None:
    found = mention("Dort arbeiten 27 Firmen.", "de", "Firmen")
    assert found is not None and (found.how, found.rule) == ("generic", "counted")
    assert mention("Es helfen zwei weitere Zuckerhersteller.", "de", "Zuckerhersteller").rule == "counted"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Die Nordreif AG baut. Die Hersteller klagen.", "Hersteller"),
        ("Die Nordreif AG baut. Das liegt an den Gießereien.", "Gießereien"),
        ("Die Nordreif AG baut. Das ist Sache der großen Versorger.", "großen Versorger"),
    ],
)
def test_several_are_no_firm_told_of_before(text: str, words: str) -> None:
    found = mention(text, "de", words)
    assert found is not None and found.how == "generic"


@pytest.mark.parametrize("words", ["Der Hersteller", "Das Unternehmen", "Die Firma"])
def test_one_is_the_firm_told_of_before(words: str) -> None:
    assert not any(m.how == "generic" for m in mentions(f"Die Nordreif AG baut. {words} klagt.", "de"))


@pytest.mark.parametrize(
    ("word", "cls"),
    [
        # equipment is technology, works are facilities
        ("Bandtrockner", "Technology"),
        ("Absorptionskälteanlage", "Technology"),
        ("Spritzgießmaschine", "Technology"),
        ("Warmwasserspeicher", "Technology"),
        ("Elektrodialyse", "Technology"),
        ("Kartonmaschine", "Facility"),
        ("Waschlinie", "Facility"),
        ("Asphaltmischwerk", "Facility"),
        # bodies, rules, aids and labels
        ("Vergabestelle", "GovernmentBody"),
        ("Ratsfraktion", "Organization"),
        ("Mitbewerber", "Enterprise"),
        ("Härtefallregelung", "Initiative"),
        ("Stromsteuer", "Initiative"),
        ("Umweltproduktdeklaration", "Initiative"),
        ("Energieliefervertrag", "FinancialInstrument"),
        ("Umweltpreis", "Designation"),
        ("Wohnquartier", "Place"),
    ],
)
def test_word_fields(word: str, cls: str) -> None:
    found = [m for m in mentions(f"Es geht um ein {word} von 2020.", "de") if word in m.text]
    assert found and cls in ontology.load().ancestors(found[0].cls)


def test_a_figure_with_a_unit_counts_nothing() -> None:
    found = mention("Für 10 Megawatt Leistung reicht der auf 20 Jahre geschlossene Liefervertrag.", "de",
                    "geschlossene Liefervertrag")  # fmt: skip
    assert found is not None and found.rule != "counted"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Das planen mehrere Ofenbehörden.", "Ofenbehörden"),  # many bodies are no one's name
        ("Das sagte Dr. Ing. Zeno Kesselmann.", "Ing"),  # neither a bank nor a person
        ("Gebaut wird aus Stärke und Holz.", "Stärke"),
        ("Zwölf Monate dauert der Bau.", "Zwölf Monate"),
    ],
)
def test_no_names(text: str, words: str) -> None:
    found = mention(text, "de", words)
    assert found is None or found.how != "name"


def test_a_roof_is_not_the_plant_under_it() -> None:
    text = "Der Windpark Nordhang läuft. Ersetzt wird auch das Dach."
    roof, farm = thing(text, "de", "Dach"), thing(text, "de", "Windpark Nordhang")
    assert roof is not None and farm is not None and roof.key != farm.key


def test_a_body_of_a_heading_is_the_one_named_below_it() -> None:
    text = "Verband warnt\n\nDer Bundesverband der Ofenbauer warnt vor hohen Preisen."
    assert "Bundesverband der Ofenbauer" in names(text, "de", "Verband")


def test_a_body_that_no_name_was_told_of_is_one() -> None:
    found = thing("Das Ministerium gab das Geld frei.", "de", "Ministerium")
    assert found is not None and found.cls == "Ministry" and not found.generic


def test_a_plain_word_refers_to_the_plant_named_before() -> None:
    assert "Zuckerfabrik Mustringen" in names("Die Zuckerfabrik Mustringen baut um. Das Werk spart Gas.", "de", "Werk")


@pytest.mark.parametrize(
    ("text", "short", "name"),
    [
        ("Die Bergkäserei Mustrau baut um. Die Käserei spart Gas.", "Käserei", "Bergkäserei Mustrau"),
        ("Die Privatbrauerei Störmust braut. Die Brauerei Störmust spart.", "Brauerei Störmust",
         "Privatbrauerei Störmust"),
    ],
)  # fmt: skip
def test_the_last_part_of_a_compound_stands_for_it(text: str, short: str, name: str) -> None:
    one, other = thing(text, "de", short), thing(text, "de", name)
    assert other is not None and (one is None or one.key == other.key)
    assert (
        len([m for m in mentions(text, "de") if m.cls == "Enterprise" and m.entity >= 0 and m.entity != other.key]) == 0
    )


@pytest.mark.parametrize(
    ("word", "kind", "value"),
    [
        ("gestattet", "status", "limit"),
        ("zugesichert", "status", "target"),
        ("Inbetriebnahme", "status", "projected"),
        ("Frauenanteil", "indicator", "share"),
        ("CO2-Fracht", "indicator", "emissions"),
        ("Zweckbindung", "indicator", "duration"),
        ("Lösemittelemissionen", "substance", "VOC"),
        ("beheizt", "frame", "uses"),
        ("überreichte", "frame", "provides"),
        ("eingetragen", "frame", "hasDesignation"),
        ("mitgemacht", "frame", "participatesIn"),
    ],
)
def test_words_that_say_what_is_meant(word: str, kind: str, value: str) -> None:
    lexicon = ontology.load().lexicon("de")
    frames = [frame["relation"] for frame in lexicon["frames"]]
    senses = language("de").lexicon.senses(word.lower())
    told = {frames[int(s.value)] if s.kind == "frame" else s.value for s in senses if s.kind == kind}
    assert value in told
