"""Room 2: what the words beside an English name say of it. Every firm and person in these sentences is invented."""

from __future__ import annotations

import pytest
from test_mentions import mention, mentions, names, thing

DATELINE = "QUILLPORT, Ohio – A maker of tiles has opened a plant that uses less gas than all of its older plants."


def test_initials_that_spell_a_common_word_are_still_the_body_s() -> None:
    found = names("The Alwen Renewable Energy Agency (ARENA) paid. Later ARENA paid again.", "en", "ARENA")
    assert "Alwen Renewable Energy Agency" in found


@pytest.mark.parametrize(
    ("text", "name", "cls"),
    [
        # the head word before it, in small letters
        ("They ordered it from the supplier Vantrel.", "Vantrel", "Enterprise"),
        ("It was sold to solar developer Corda Alwen.", "Corda Alwen", "Enterprise"),
        # places: a dateline, a list of places, a larger place behind a comma, a side of a known place
        (DATELINE, "QUILLPORT", "Place"),
        ("Plants in Norway, Quillport and Marsdale were closed.", "Marsdale", "Place"),
        ("The firm of Quillport, Ohio, makes tiles.", "Quillport", "Place"),
        ("They sell it in East Asia now.", "East Asia", "Place"),
        # persons: a title inside, after the title and a comma, behind an office
        ("We met Industry Minister Jorun Albeck today.", "Jorun Albeck", "Person"),
        ("The firm's chief executive, Jorun Albeck, said so.", "Jorun Albeck", "Person"),
        ("The Minister for Trade and Industry Jorun Albeck came.", "Jorun Albeck", "Person"),
        ("The loan went to Jorun Albeck, who heads the firm.", "Jorun Albeck", "Person"),
        # firms called by what they deal in
        ("The order went to Vantrel Energy Storage in May.", "Vantrel Energy Storage", "Enterprise"),
        # what a description behind a comma says, a place behind "of", in an adjective, and after "at"
        ("Corda Alwen, the trade association, objected.", "Corda Alwen", "Association"),
        ("It went to Vantrel, an equipment supplier, in May.", "Vantrel", "Enterprise"),
        ("We asked the mayor of Quillport about it.", "Quillport", "Place"),
        ("They paid Brackwood Distillers of Quillport for it.", "Quillport", "Place"),
        ("They paid Brackwood Distillers of Quillport for it.", "Brackwood Distillers", "Enterprise"),
        ("They paid Brackwood Gas of Ohio for it.", "Brackwood Gas of Ohio", "Enterprise"),
        ("They asked Quillport-based Vantrel Foods for it.", "Quillport", "Place"),
        ("Tiles are made at Quillport today.", "Quillport", "Place"),
        # what a name and the head word behind it are
        ("It is funded by the Northleap initiative today.", "Northleap initiative", "Initiative"),
        ("Work at the Quillport plant has begun.", "Quillport plant", "Facility"),
        # a name that the lexicon knows goes before the head word that it ends with
        ("It was decided by the European Union in May.", "European Union", "GovernmentBody"),
        ("They export to the United States.", "United States", "Place"),
        ("The council of Sample County Council agreed.", "Sample County", "Place"),
        # a plural head word behind the last of several names is of each
        ("It was tried at the Quill Vale and Corda Alwen industrial parks.", "Quill Vale", "IndustrialPark"),
        # of two bodies that "and the" joins each has its own head word
        ("The Ministry of Planning and the Quillport Trade Agency agreed.", "Ministry of Planning", "GovernmentBody"),
        ("The Ministry of Planning and the Quillport Trade Agency agreed.", "Quillport Trade Agency", "Agency"),
        # money is called so, with a capital
        ("The Quillport Resilience Facility paid for it.", "Quillport Resilience Facility", "FinancialInstrument"),
    ],
)
def test_the_words_beside_a_name_give_its_class(text: str, name: str, cls: str) -> None:
    from kg import ontology

    found = mention(text, "en", name)
    assert found is not None and found.entity >= 0
    what = thing(text, "en", name)
    assert what is not None and cls in ontology.load().ancestors(what.cls)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We produce hydrogen and cut energy bills.", "energy bills"),
        ("They will fund the wall.", "fund"),
        ("She works with them.", "works"),
        ("It dries in the sun.", "dries"),
        ("It is the energy capital of the world.", "energy capital"),
        ("The Minister for Energy and Climate came.", "Energy and Climate"),
        ("They met in March and in Scope 2.", "Scope"),
        ("It was sold in Irish shops.", "Irish"),
    ],
)
def test_what_names_nothing_is_no_mention(text: str, words: str) -> None:
    assert words not in {m.text for m in mentions(text, "en")}


def test_verbs_before_a_head_word_do_not_describe_it() -> None:
    assert "urged commercial banks" not in {m.text for m in mentions("She urged commercial banks to help.", "en")}
    assert mention("The weathered wind farm runs.", "en", "weathered wind farm") is not None


def test_a_name_begins_a_sentence_where_it_stands_elsewhere_too() -> None:
    text = "A loan went to Vantrel. Vantrel makes tiles. Tiles are made there."
    assert [m.text for m in mentions(text, "en")].count("Vantrel") == 2
    assert "Tiles" not in {m.text for m in mentions(text, "en")}


def test_a_lone_word_is_the_thing_that_it_shortens_whatever_stands_beside_it() -> None:
    text = "Vantrel Gloves Ltd makes gloves. Energy is dear at Vantrel. Vantrel said so."
    assert "Vantrel" in names(text, "en", "Vantrel Gloves Ltd")


def test_an_acronym_in_brackets_behind_a_possessive_is_the_names() -> None:
    text = "They asked for the Department of Sample Affairs’s (DSA) loan again. DSA gives it."
    assert "DSA" in names(text, "en", "Department of Sample Affairs")


@pytest.mark.parametrize(
    ("text", "name", "cls"),
    [
        # how far something reaches; the second name of a dateline; what stands in a place is not named by it
        ("There are kilns in towns from Quillport to Marsdale.", "Marsdale", "Place"),
        (DATELINE.replace("Ohio", "MARSDALE"), "MARSDALE", "Place"),
        ("It is made by the Marsdale Distillery in Quillport County.", "Marsdale Distillery", "Enterprise"),
        # an initial before a lone name; an office "of" a body; a board of persons
        ("It pays off, said V. Albeckaraja of the mill.", "V. Albeckaraja", "Person"),
        ("Lio Chanhai, manager of Vantrel Transport, told us so.", "Vantrel Transport", "Enterprise"),
        ("It was sold to Corda Dyeing and Printing Ltd. in May.", "Corda Dyeing and Printing Ltd.", "Enterprise"),
        # behind a possessive a noun that is a verb too goes on with a name
        ("It will build a calciner at its Marsdale works, with a loan.", "Marsdale works", "Facility"),
        # of the head words of one word the longest tells what a firm is
        ("The Corda Finance Corporation lends it.", "Corda Finance Corporation", "FinancialInstitution"),
        # the government told of by its head word alone; an office that a head word only describes
        ("In May the government passed a law.", "government", "GovernmentBody"),
        ("They asked the finance office about it.", "finance office", "GovernmentBody"),
        ("The sample bank lends it.", "sample bank", "FinancialInstitution"),
        # where a body or its branch is
        ("It was made public by the Quillport Municipal Bureau of Economy.", "Quillport", "Place"),
        ("It was checked by the Quillport District Environment Bureau.", "Quillport District", "Place"),
        ("The Quillport branch of Corda Commercial Bank lends it.", "Quillport", "Place"),
    ],
)  # fmt: skip
def test_more_that_stands_beside_a_name(text: str, name: str, cls: str) -> None:
    from kg import ontology

    what = thing(text, "en", name)
    assert what is not None and cls in ontology.load().ancestors(what.cls)


def test_a_noun_that_is_a_verb_takes_an_object() -> None:
    assert mention("The municipality guarantees the loan.", "en", "municipality guarantees") is None
    assert mention("They asked the finance office about it.", "en", "finance") is None


def test_an_entry_of_a_list_is_no_dateline() -> None:
    entry = "HARTMELT (Norway) – inert anodes for primary aluminium in a demonstration cell; grant EUR 29 million."
    text = "\n\n".join(["The second call has been decided, and below the winners are listed. " * 5, entry])
    found = thing(text, "en", "HARTMELT")
    assert found is None or found.cls != "Place"
