"""Room 4: names -> one IRI per real thing, and never two things under one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from fixtures_extraction import Report
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.claims import EntityClaim, Extraction, extract
from kg.documents import Document, read
from kg.entities import BASE, Entities, identify
from kg.entities.names import NameKeys, fold
from kg.entities.slugs import slug, tell_apart
from kg.entities.vocabulary import Vocabulary
from kg.errors import KgError
from kg.evaluate.names import BLIND, evaluate_names
from kg.ontology import load

Named = tuple[str, tuple[str, ...]]


def report(name: str, lang: str, *things: Named, generic: bool = False) -> Extraction:
    """A report that names things and says nothing else; its keys are their places."""
    text = f"{name}: " + "; ".join(", ".join(names) for _, names in things)
    made = Report(name, lang, text)
    for cls, names in things:
        made.entity(cls, *names, generic=generic)
    return made.done()


def same(*reports: Extraction) -> bool:
    """Whether the first things of all reports got one IRI."""
    entities = identify(reports, load())
    return len({entities.of(r.document.id, 0).iri for r in reports}) == 1


def german(name: str, cls: str, *names: str, **more: bool) -> Extraction:
    return report(name, "de", (cls, names), **more)


def test_a_name_means_one_thing_in_all_documents() -> None:
    assert same(german("a", "Enterprise", "Solana Werke"), german("b", "Enterprise", "Solana Werke"))


@pytest.mark.parametrize(
    "other",
    [
        "Solana Zement GmbH",
        "solana  zement",
        "„Solana Zement“",
        "Solana-Zement",
        "Ｓｏｌａｎａ Zement",
        "die Solana Zement",
    ],
)
def test_spelling_legal_form_and_article_do_not_part_a_thing(other: str) -> None:
    assert same(german("a", "Enterprise", "Solana Zement"), german("b", "Enterprise", other))


def test_near_spellings_stay_two_things() -> None:
    """Two district offices differ in one word; likeness must never merge."""
    assert not same(
        german("a", "Bureau", "Umwelt- und Ökologieamt Nordstadt"),
        german("b", "Bureau", "Umwelt- und Ökologieamt Nordstatt"),
    )


def test_a_finer_class_joins_a_broader_one_and_stays() -> None:
    reports = [german("a", "Bank", "Ostufer Finanz"), german("b", "FinancialInstitution", "Ostufer Finanz")]
    assert same(*reports)
    assert [entity.cls for entity in identify(reports, load()).all] == ["Bank"]


def test_one_name_of_two_kinds_is_two_things_with_two_iris() -> None:
    reports = [german("a", "IndustrialPark", "Ostufer"), german("b", "City", "Ostufer")]
    iris = sorted(entity.iri for entity in identify(reports, load()).all)
    assert iris == [BASE + "ostufer-industrial-park", BASE + "ostufer-place"]


def test_a_document_with_two_names_joins_the_languages() -> None:
    first = german("a", "Enterprise", "Quarzhafen Zement GmbH")
    both = report("b", "zh", ("Enterprise", ("石英港水泥有限公司", "Quarzhafen Zement")))
    third = report("c", "zh", ("Enterprise", ("石英港水泥有限公司",)))
    entities = identify([first, both, third], load())
    assert len(entities.all) == 1
    labels = dict(entities.all[0].labels)
    assert labels["de"] == "Quarzhafen Zement GmbH"
    assert "石英港水泥有限公司" in labels.values()


def test_groups_without_a_name_stay_in_their_document() -> None:
    group = ("Bank", ("mehrere Banken",))
    a, b = (report(name, "de", group, group, generic=True) for name in "ab")
    entities = identify([a, b], load())
    assert len(entities.all) == 2, "one group a document, although each names it twice"
    assert all(entity.generic for entity in entities.all)
    assert entities.of(a.document.id, 0).iri.endswith(a.document.id[:8])


def test_words_for_a_class_are_no_names() -> None:
    assert not same(german("a", "Enterprise", "das Unternehmen"), german("b", "Enterprise", "das Unternehmen"))
    assert not same(
        german("a", "LowInterestLoan", "Niedrigzinskredit"), german("b", "LowInterestLoan", "Niedrigzinskredit")
    )


def test_kinds_are_shared_by_all_documents() -> None:
    assert same(german("a", "HeatPump", "Wärmepumpe"), german("b", "HeatPump", "Wärmepumpe"))


def test_known_places_and_kinds_meet_across_languages() -> None:
    """By the gazetteer and by the labels of the ontology, though no document says so."""
    assert same(german("a", "Country", "Deutschland"), report("b", "en", ("Country", ("Germany",))))
    assert same(german("a", "HeatPump", "Wärmepumpe"), report("b", "en", ("HeatPump", ("heat pump",))))


def test_the_office_of_a_town_is_not_the_town_s_government() -> None:
    town = german("t", "City", "Quarzhafen")
    a, b = german("a", "Bureau", "Quarzhafen Umweltamt"), german("b", "LocalGovernment", "Quarzhafen")
    entities = identify([town, a, b], load())
    assert entities.of(a.document.id, 0) is not entities.of(b.document.id, 0)


def test_two_letters_are_no_name() -> None:
    assert not same(german("a", "Enterprise", "Qx"), german("b", "Enterprise", "Qx"))


def test_different_numbers_stay_apart_though_a_short_name_is_shared() -> None:
    a = german("a", "Initiative", "„4711“-Clustersystem Quarz", "Clustersystem Quarz")
    b = german("b", "Initiative", "„0815“-Clustersystem Quarz", "Clustersystem Quarz")
    assert not same(a, b)


def test_different_places_stay_apart_though_a_short_name_is_shared() -> None:
    """The firm of one town and its namesake in another; a third report with the short name alone joins neither."""
    towns = german("t", "City", "Quarzhafen"), german("u", "City", "Kieselbrück")
    a = german("a", "Enterprise", "Quarzhafen Fuchsbau Zement", "Fuchsbau Zement")
    b = german("b", "Enterprise", "Kieselbrück Fuchsbau Zement", "Fuchsbau Zement")
    c = german("c", "Enterprise", "Fuchsbau Zement")
    entities = identify([*towns, a, b, c], load())
    assert len({entities.of(r.document.id, 0).iri for r in (a, b, c)}) == 3
    assert len({entity.iri for entity in entities.all}) == len(entities.all)


def test_the_same_place_in_two_names_does_not_hinder() -> None:
    town = german("t", "City", "Quarzhafen")
    a = german("a", "Enterprise", "Quarzhafen Fuchsbau Zement", "Fuchsbau Zement")
    b = german("b", "Enterprise", "Fuchsbau Zement")
    entities = identify([town, a, b], load())
    assert entities.of(a.document.id, 0) is entities.of(b.document.id, 0)


def test_a_head_word_before_a_name_may_be_missing() -> None:
    assert same(german("a", "District", "Bezirk Kieselbrück"), german("b", "Place", "Kieselbrück"))


def test_a_bare_name_that_two_headed_ones_could_mean_joins_none() -> None:
    reports = [german("a", "City", "Stadt Kieselbrück"), german("b", "County", "Landkreis Kieselbrück"),
               german("c", "Place", "Kieselbrück")]  # fmt: skip
    assert len(identify(reports, load()).all) == 3


def test_an_office_without_a_place_is_another_one_in_every_document() -> None:
    assert not same(german("a", "Bureau", "Umweltamt"), german("b", "Bureau", "Umweltamt"))


def test_a_loan_or_a_project_without_a_name_is_another_one_in_every_document() -> None:
    """Or one bank would seem to finance every firm that got "a green loan"."""
    assert not same(german("a", "GreenLoan", "grüner Kredit"), german("b", "GreenLoan", "grüner Kredit"))
    assert same(german("a", "GreenLoan", "grüner Kredit Ostufer"), german("b", "GreenLoan", "grüner Kredit Ostufer"))


def test_a_role_names_nobody() -> None:
    role = "stellvertretende Generalmanager"
    assert not same(german("a", "Person", role), german("b", "Person", role))
    assert same(
        german("a", "Person", "Generalmanager Solveig Quint"), german("b", "Person", "Generalmanager Solveig Quint")
    )


def test_the_base_form_of_a_name_is_its_label() -> None:
    (only,) = identify([german("a", "Bureau", "Umweltamts Quarzhafen", "Umweltamt Quarzhafen")], load()).all
    assert only.labels == (("de", "Umweltamt Quarzhafen"),)


def test_aliases_leave_out_what_is_no_name() -> None:
    entities = identify([german("a", "Enterprise", "Solana Zement GmbH", "Solana Zement", "das Unternehmen")], load())
    names = {name for _, name in entities.all[0].labels + entities.all[0].aliases}
    assert names == {"Solana Zement GmbH", "Solana Zement"}


def test_the_order_of_documents_changes_nothing() -> None:
    reports = [
        german("a", "Enterprise", "Solana Zement GmbH", "Solana"),
        german("b", "Manufacturer", "Solana Zement"),
        german("c", "IndustrialPark", "Solana"),
        report("d", "zh", ("Enterprise", ("索拉纳水泥", "Solana Zement"))),
    ]
    ontology = load()
    expected: Entities = identify(reports, ontology)
    assert identify(reports[::-1], ontology).all == expected.all
    assert identify(reports[2:] + reports[:2], ontology).all == expected.all


def test_iris_are_readable_and_keep_han_characters() -> None:
    assert slug("Solana Zement Co., Ltd.") == "solana-zement-co-ltd"
    assert slug("东岸 工业园") == "东岸工业园"
    assert slug("Größe & Söhne") == "grösse-söhne"
    assert slug('<a> "b" {c}|d^`e\\') == "a-b-c-d-e"
    assert len(slug("Wort " * 100)) < 100


def test_slugs_that_meet_are_told_apart_alike() -> None:
    wanted = [("ostufer", "ag", "x"), ("ostufer", "gmbh", "y"), ("ostufer", "gmbh", "z"), ("bank", "", "w")]
    got = tell_apart(wanted)
    assert got == ["ostufer-ag", "ostufer-gmbh-y", "ostufer-gmbh-z", "bank"]
    assert tell_apart(wanted[::-1]) == got[::-1]


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(min_size=1, max_size=40))
def test_every_name_makes_an_iri_that_rdf_accepts(name: str) -> None:
    import pyoxigraph as ox

    assert ox.NamedNode(BASE + slug(name)).value == BASE + slug(name)
    assert not set(slug(name)) & set('<>"{}|^`\\ /#?')


def test_legal_forms_are_left_where_nothing_else_is() -> None:
    keys = NameKeys(load())
    assert keys.key("Solana GmbH & Co. KG") == "solana"
    assert keys.key("GmbH") == "gmbh"


def test_words_kept_between_processes_are_those_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, kept, and taken again; what is damaged is read anew."""
    monkeypatch.setenv("KG_CACHE", "")
    read_now = Vocabulary.of(load())
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    kept, again = Vocabulary.of(load()), Vocabulary.of(load())
    assert list(tmp_path.glob("*.json"))
    assert kept == read_now == again
    assert kept.heads.longest == read_now.heads.longest == again.heads.longest
    for file in tmp_path.glob("*.json"):
        file.write_bytes(file.read_bytes()[:1000])
    assert Vocabulary.of(load()) == read_now


NAMES = Path(__file__).parent / "corpus" / "names.tsv"


def test_labelled_names_are_put_together_as_people_would() -> None:
    """The set has hundreds of pairs of different things (two districts' offices, a park and its operating company, a
    parent and its subsidiary, namesakes), and holds a half back on which nothing was decided."""
    result = evaluate_names(NAMES)
    everything, blind = result.scores["all"], result.scores[BLIND]
    assert everything.labelled >= 400 and everything.labelled - everything.same > everything.same
    assert everything.precision >= 0.99 and everything.recall >= 0.85, result.to_text()
    assert blind.precision >= 0.99 and blind.recall >= 0.85, result.to_text()
    assert everything.bcubed_precision >= 0.99 and everything.bcubed_recall >= 0.9


def test_labelled_names_that_are_wrong_lower_the_figures(tmp_path: Path) -> None:
    named = (("a", "Solana Zement GmbH"), ("b", "Solana Zement"), ("c", "Quarzhafen"), ("c", "Kieselbrück Stahl"))
    lines = [("x", thing, "Enterprise", "de", name) for thing, name in named]
    (tmp_path / "names.tsv").write_text("\n".join(map("\t".join, lines)), encoding="utf-8")
    result = evaluate_names(tmp_path / "names.tsv")
    assert len(result.merged) == len(result.missed) == 1
    score = result.scores["all"]
    assert (score.precision, score.recall, score.bcubed_precision, score.bcubed_recall) == (0, 0, 0.75, 0.75)


@pytest.mark.parametrize("line", ["x\ta\tEnterprise\tde", "x\ta\tNoSuchClass\tde\tSolana"])
def test_a_labelled_line_that_cannot_be_read_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text(line, encoding="utf-8")
    with pytest.raises(KgError, match="line 1"):
        evaluate_names(tmp_path / "names.tsv")


NAMED = [("Enterprise", name) for name in ("Solana Zement GmbH", "Solana Zement", "Solana AG", "Solana", "索拉纳水泥")]
PLACED = [("City", "Quarzhafen"), ("Bureau", "Umweltamt Quarzhafen"), ("Person", "Solveig Quint")]


@given(
    st.lists(st.lists(st.sampled_from(NAMED + PLACED), min_size=1, max_size=3), min_size=1, max_size=8), st.randoms()
)
@settings(max_examples=60, deadline=None)
def test_any_order_of_documents_gives_the_same_entities(documents: list[list[tuple[str, str]]], random: Random) -> None:
    """Whatever names meet whichever as aliases; doing it twice gives the same once more."""
    reports = [
        report(str(number), "de", (named[0][0], tuple(name for cls, name in named if cls == named[0][0])))
        for number, named in enumerate(documents)
    ]
    expected = identify(reports, load()).all
    random.shuffle(reports)
    assert identify(reports, load()).all == expected
    assert len({entity.iri for entity in expected}) == len(expected)


def test_an_iri_does_not_change_with_spelling_legal_form_or_what_else_there_is() -> None:
    """It is made of the name that most documents use, and the class; other things of that name change nothing."""
    first = [german("a", "Enterprise", "Solana Zement"), german("b", "Enterprise", "Solana Zement")]
    more = [german("c", "Enterprise", "Solana Zement GmbH"), german("d", "City", "Solana Zement")]
    (before,) = identify(first, load()).all
    assert before.iri == BASE + "solana-zement-enterprise"
    assert before.iri in {entity.iri for entity in identify(first + more, load()).all}


def test_namesakes_are_told_apart_by_what_they_are() -> None:
    iris = {e.iri for e in identify([german("a", "Enterprise", "Solana AG"), german("b", "Enterprise", "Solana GmbH")],
                                    load()).all}  # fmt: skip
    assert iris == {BASE + "solana-enterprise-ag", BASE + "solana-enterprise-gmbh"}


def test_people_of_one_name_in_two_organisations_are_two() -> None:
    def employed(name: str, firm: str) -> Extraction:
        made = Report(name, "de", f"{firm}: Solveig Quint")
        employer, person = made.entity("Enterprise", firm), made.entity("Person", "Solveig Quint")
        made.relation(employer, "employs", person, "Quint")
        return made.done()

    a, b, c = employed("a", "Solana Zement"), employed("b", "Ostufer Glas"), employed("c", "Solana Zement GmbH")
    entities = identify([a, b, c], load())
    person = [entities.of(made.document.id, 1).iri for made in (a, b, c)]
    assert person[0] == person[2] != person[1]


def test_iris_of_the_examples_outlive_the_removal_of_any_document() -> None:
    """The rest of the documents keep the IRIs of what they name, but for the few whose usual name is another."""
    documents = [one for one in read([Path(__file__).parents[1] / "examples"]) if isinstance(one, Document)]
    extractions, ontology = [extract(document) for document in documents], load()
    whole = identify(extractions, ontology)
    kept = total = 0
    for left_out in extractions:
        rest = [extraction for extraction in extractions if extraction is not left_out]
        for entity in identify(rest, ontology).all:
            total += 1
            kept += entity.iri == whole.of(*entity.members[0]).iri
    assert kept / total > 0.99


def test_every_claim_has_its_entity() -> None:
    made = report("a", "de", *(("Enterprise", (f"Werk {n} Solana",)) for n in range(20)))
    entities = identify([made], load())
    claims: tuple[EntityClaim, ...] = made.entities
    assert len({entities.of(made.document.id, claim.key).iri for claim in claims}) == 20
