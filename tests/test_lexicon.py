"""The words of a language: how an entry is written, what it finds, and that lexicons speak of the ontology's terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.entities.identity import Identity
from kg.entities.spelling import fold
from kg.entities.tables import Listed
from kg.mentions import language
from kg.mentions.lexicon import Lexicon, Sense

settings.register_profile("extraction", deadline=None, derandomize=True)
settings.load_profile("extraction")

CODES = ontology.load().languages


def latin(**kinds: Mapping[str, list[str]]) -> Lexicon:
    """A small lexicon with the endings "s" and "en"."""
    return Lexicon("xx", {"language": {"script": "latin", "inflections": ["s", "en"]}, "words": kinds})


def han(**kinds: Mapping[str, list[str]]) -> Lexicon:
    return Lexicon("xx", {"language": {"script": "han"}, "words": kinds})


def values(lexicon: Lexicon, word: str) -> set[str]:
    return {sense.value for sense in lexicon.senses(word)}


def phrases(lexicon: Lexicon, text: str) -> list[tuple[int, int, str]]:
    return [(first, after, sense.entry) for first, after, sense in lexicon.phrases(text.split())]


# ---- one word --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "found", "not_found"),
    [
        ("Werk", ["werk", "werks", "werken"], ["werke", "werkstatt", "stahlwerk"]),
        ("=Werk", ["werk"], ["werks", "stahlwerk"]),
        ("förder~", ["förder", "förderung", "fördert"], ["beförderung", "forder"]),
        ("~werk", ["werk", "stahlwerk", "stahlwerks"], ["werkstatt", "werkstoff"]),
        ("~werk~", ["werk", "stahlwerk", "werkstatt", "stahlwerkstor"], ["wirken"]),
    ],
)
def test_the_marks_of_an_entry(entry: str, found: list[str], not_found: list[str]) -> None:
    lexicon = latin(head={"Thing": [entry]})
    assert [word for word in (*found, *not_found) if values(lexicon, word)] == found


def test_a_sense_tells_its_entry() -> None:
    lexicon = latin(head={"Factory": ["~werk"]})
    assert lexicon.senses("werk") == (Sense("head", "Factory", "~werk", True),)
    assert lexicon.senses("stahlwerk") == (Sense("head", "Factory", "~werk", False),)


def test_the_longest_ending_of_one_kind_wins() -> None:
    lexicon = latin(head={"Office": ["~amt"], "School": ["~schulamt"]}, place={"Town": ["~amt"]})
    assert values(lexicon, "landesschulamt") == {"School", "Town"}


@pytest.mark.parametrize("kind", ["indicator", "frame", "substance"])
def test_a_word_may_speak_for_several_indicators(kind: str) -> None:
    lexicon = latin(**{kind: {"saving": ["~spar~"], "powerSaving": ["stromspar~"]}})
    assert values(lexicon, "stromsparend") == {"saving", "powerSaving"}


def test_the_last_part_of_a_hyphened_word_is_its_head() -> None:
    lexicon = latin(head={"Park": ["park"]}, cue={"x": ["park"]})
    assert lexicon.senses("nordtal-park") == (Sense("head", "Park", "park", False),)


def test_a_word_may_have_several_senses() -> None:
    lexicon = latin(head={"Agency": ["amt"]}, frame={"0": ["amt"]})
    assert {(s.kind, s.value) for s in lexicon.senses("amt")} == {("head", "Agency"), ("frame", "0")}


def test_groups_in_groups_are_named_by_their_path() -> None:
    lexicon = latin(words={"outer": {"inner": ["amt"]}})  # type: ignore[dict-item]
    assert values(lexicon, "amt") == {"outer.inner"}


def test_cues_of_frames_are_senses_too() -> None:
    raw: dict[str, Any] = {
        "language": {"script": "latin", "inflections": []},
        "words": {},
        "frames": [{"cues": ["gives"]}, {"cues": ["takes part", "joins"]}],
    }
    lexicon = Lexicon("xx", raw)
    assert lexicon.senses("joins") == (Sense("frame", "1", "joins"),)


# ---- several words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("green loan", "a green loan here", True),
        ("green loan", "two green loans here", True),
        ("green loan", "a greens loan", True),
        ("green loan", "a green new loan", False),
        ("=green loan", "greens loan", False),
        ("green =loan", "green loans", False),
        ("grün~ kredit", "ein grüner kredit", True),
        ("grün~ kredit", "ein grünlicher kredits", True),
        ("grün~ kredit", "ein kredit grüner art", False),
        ("sign~ off", "they signed off", True),
        ("green ~loan", "a green superloans", True),
        ("green ~oa~", "a green float", True),
    ],
)
def test_each_word_of_a_phrase_follows_the_same_rules(entry: str, text: str, found: bool) -> None:
    assert bool(phrases(latin(head={"Thing": [entry]}), text)) is found


def test_longer_phrases_come_first_at_a_place() -> None:
    lexicon = latin(head={"A": ["green loan"], "B": ["green loan programme"]})
    assert phrases(lexicon, "the green loan programme") == [(1, 4, "green loan programme"), (1, 3, "green loan")]


@given(st.lists(st.sampled_from(["green", "loan", "a", "programme", ""]), max_size=12))
def test_phrases_lie_in_the_run(words: list[str]) -> None:
    lexicon = latin(head={"A": ["green loan", "gre~ loan programme"]})
    assert all(0 <= first < after <= len(words) for first, after, _ in lexicon.phrases(words))


# ---- words that lost their vowel -------------------------------------------------------------------------------------

ELIDING = Lexicon("xx", {"language": {"script": "latin", "elisions": ["l'", "d'", "qu'"]}, "words": {"x": {}}})


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("l'usine d'eau", ["l'", "usine", "d'", "eau"]),
        ("d’après", ["d'", "après"]),
        ("aujourd'hui qu'on", ["aujourd'hui", "qu'", "on"]),
        ("l' d'", ["l'", "d'"]),
        ("lin dune", ["lin", "dune"]),
    ],
)
def test_an_elided_word_is_a_word_of_its_own(written: str, parts: list[str]) -> None:
    assert ELIDING.parts(written) == parts


def test_no_word_is_cut_in_a_language_without_elisions() -> None:
    assert latin(x={}).parts("l'usine d'eau") == ["l'usine", "d'eau"]


# ---- scripts without spaces ------------------------------------------------------------------------------------------


def test_entries_are_found_wherever_their_signs_stand() -> None:
    lexicon = han(head={"Bank": ["银行"], "Loan": ["贷款", "绿色贷款"]})
    found = sorted(lexicon.find("银行绿色贷款"))
    assert [(start, end, {s.entry for s in senses}) for start, end, senses in found] == [
        (0, 2, {"银行"}),
        (2, 6, {"绿色贷款"}),
        (4, 6, {"贷款"}),
    ]


def test_an_entry_of_another_script_is_found_in_small_letters() -> None:
    assert [span[:2] for span in han(substance={"CO2": ["CO2"]}).find("减少co2排放")] == [(2, 5)]


@given(st.text("银行绿色贷款x 1"))
def test_what_is_found_stands_there(text: str) -> None:
    lexicon = han(head={"Bank": ["银行"], "Loan": ["贷款", "绿色贷款"]})
    for start, end, senses in lexicon.find(text):
        assert all(sense.entry == text[start:end] for sense in senses)


# ---- the lexicons of the project -------------------------------------------------------------------------------------

INSIDE = pytest.mark.xfail(strict=True, reason="Kanton~regierung has its mark inside: no word is ever found by it")
WORDS_OF = [pytest.param(code, marks=INSIDE) if code == "de" else code for code in CODES]

_SECTIONS = {"language", "numbers", "units", "substances", "words", "frames"}


def entries(code: str) -> Iterator[str]:
    raw = ontology.load().lexicon(code)
    stack: list[Any] = [raw["words"], [frame["cues"] for frame in raw["frames"]]]
    while stack:
        part = stack.pop()
        stack += list(part.values()) if isinstance(part, Mapping) else part if isinstance(part, list) else []
        if isinstance(part, str):
            yield part


def test_there_are_four_languages() -> None:
    assert sorted(CODES) == ["de", "en", "fr", "zh"]


@pytest.mark.parametrize("code", CODES)
def test_a_lexicon_loads(code: str) -> None:
    raw = ontology.load().lexicon(code)
    found = language(code)
    assert set(raw) == _SECTIONS
    assert found.code == raw["language"]["code"] == code
    assert found.han is (raw["language"]["script"] == "han")
    assert found.noun_capitals is raw["language"].get("nouns_are_capitalised", False)
    assert sum(1 for _ in entries(code)) > 500


@pytest.mark.parametrize("code", WORDS_OF)
def test_an_entry_is_well_written(code: str) -> None:
    """No blanks around it, no mark inside a word, nothing empty; Chinese entries have no marks."""
    spaced = not language(code).han
    odd = re.compile(r"^\s|\s$|^$|[^\s]~[^\s]|[^\s]=|=~|~~|^~$") if spaced else re.compile(r"^\s|\s$|^$|[~=]")
    assert not [entry for entry in entries(code) if odd.search(entry)]


@pytest.mark.parametrize("code", WORDS_OF)
def test_every_entry_is_found_where_it_stands(code: str) -> None:
    """The way from an entry as written to the sense: no entry is lost, whatever its marks."""
    lexicon = language(code).lexicon
    lost = []
    for entry in entries(code):
        plain = entry.lower().replace("~", "").replace("=", "")
        if lexicon.han:
            hit = any(sense.entry == entry for _, _, senses in lexicon.find(plain) for sense in senses)
        elif len(lexicon.parts(plain)) > 1:
            spelled = (lexicon.parts(plain), lexicon.written(plain, "name"))  # names have their signs apart
            hit = any(sense.entry == entry for words in spelled for _, _, sense in lexicon.phrases(words))
        else:
            hit = any(len(sense.entry) >= len(entry) - 2 for sense in lexicon.senses(plain))
        lost += [] if hit else [entry]
    assert not lost


@pytest.mark.parametrize("code", CODES)
def test_a_lexicon_has_the_same_relations_as_the_ontology(code: str) -> None:
    frames = [frame["relation"] for frame in ontology.load().lexicon(code)["frames"]]
    assert sorted(frames) == sorted(ontology.load().relations)


@pytest.mark.parametrize("code", CODES)
def test_every_frame_has_cues_and_an_example(code: str) -> None:
    for frame in ontology.load().lexicon(code)["frames"]:
        assert frame["cues"], frame["relation"]
        assert frame["example"][-1] in ".。", frame["relation"]


@pytest.mark.parametrize("code", CODES)
def test_a_lexicon_says_every_indicator(code: str) -> None:
    """Counts need no word of their own: the noun that is counted says it; finer ones are not read in texts."""
    words = set(ontology.load().lexicon(code)["words"]["indicator"])
    assert words | {"count"} == set(ontology.load().coarse_indicators)


@pytest.mark.parametrize("code", CODES)
def test_a_lexicon_says_every_status(code: str) -> None:
    """What is only supposed is not claimed, so the ontology has no status for it."""
    words = set(ontology.load().lexicon(code)["words"]["status"])
    assert words - {"hypothetical"} == set(ontology.load().statuses)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("section", ["head", "name", "numbered", "name_ending"])
def test_the_classes_of_a_lexicon_are_in_the_ontology(code: str, section: str) -> None:
    assert set(ontology.load().lexicon(code)["words"].get(section, {})) <= set(ontology.load().classes)


@pytest.mark.parametrize("code", CODES)
def test_the_top_classes_have_head_words_in_every_language(code: str) -> None:
    """Persons are known by titles and first names, all others by head words."""
    known = ontology.load()
    tops = {known.top(cls) for cls in known.lexicon(code)["words"]["head"]}
    every = {known.top(cls) for other in CODES for cls in known.lexicon(other)["words"]["head"]}
    assert tops - {"Person"} == every - {"Person"}


@pytest.mark.parametrize("code", CODES)
def test_the_units_and_substances_of_a_lexicon_are_in_the_ontology(code: str) -> None:
    raw, known = ontology.load().lexicon(code), ontology.load()
    assert set(raw["units"]) <= set(known.units)
    assert set(raw["substances"]) | set(raw["words"]["substance"]) <= set(known.substances)


@pytest.mark.parametrize("code", CODES)
def test_a_spelling_stands_for_one_unit(code: str) -> None:
    """`kW` and `KW` may be one, `MW` and `mW` not: only exact doubles are looked for."""
    units = ontology.load().lexicon(code)["units"]
    spelled = [spelling for spellings in units.values() for spelling in spellings]
    assert sorted({s for s in spelled if spelled.count(s) > 1 and len({c for c in units if s in units[c]}) > 1}) == []


def test_a_name_of_a_kind_stands_in_one_row() -> None:
    """Names in `kinds.tsv` that two rows have would mean neither; a row is of a class whose members are kinds."""
    known = ontology.load()
    lines = (ontology.ontology_dir() / "lexicon" / "kinds.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert rows[0] == ["class", "en", "de", "zh", "fr"] and all(2 < len(row) <= len(rows[0]) for row in rows)
    named = [(row[0], name) for row in rows[1:] for cell in row[1:] for name in cell.split("|") if name]
    listed = Listed.of(known, Identity.of(known))
    assert [(cls, name) for cls, name in named if not listed.meaning(cls, fold(name))] == []


@pytest.mark.parametrize("code", CODES)
def test_places_of_the_gazetteer_are_known(code: str) -> None:
    lines = (ontology.ontology_dir() / "lexicon" / "places.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    column, lexicon = rows[0].index(code), language(code).lexicon
    assert {row[0] for row in rows[1:]} <= set(ontology.load().classes)
    written = [(row[0], row[column]) for row in rows[1:] if column < len(row)]
    for cls, spelling in [(cls, s.lstrip("=")) for cls, cell in written for s in cell.split("|") if s]:
        low = spelling.lower()
        senses = (
            [s for _, _, found in lexicon.find(low) for s in found]
            if lexicon.han
            else [*lexicon.senses(low), *(s for _, _, s in lexicon.phrases(lexicon.written(low, "place")))]
        )
        assert any(s.kind == "place" and s.value == cls for s in senses), spelling
