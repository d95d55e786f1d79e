"""Room 5: claims of one meaning make one fact, and belief grows with independent sources only."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from fixtures_extraction import Report
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.claims import Extraction, ObservationClaim
from kg.entities import identify
from kg.facts import DEFAULT_PRIOR, Facts, Links, assemble, connect, independent, plain, reach
from kg.facts.amounts import MOST_ROUNDED, half_step
from kg.ontology import load


def facts_of(*extractions: Extraction) -> Facts:
    ontology = load()
    return assemble(extractions, identify(extractions, ontology), ontology)


def figure(name: str, text: str, value: str, unit: str, written: str, **more: str) -> Extraction:
    report = Report(name, "de", text)
    firm = report.entity("Enterprise", "Solana Zement")
    report.figure(firm, "electricitySaving", value, unit, written, **more)
    return report.done()


def relation(name: str, text: str, status: str = "actual") -> Extraction:
    report = Report(name, "de", text)
    bank, firm = report.entity("Bank", "Ostufer Finanz"), report.entity("Enterprise", "Solana Zement")
    report.relation(bank, "finances", firm, "finanziert", status)
    return report.done()


def test_one_figure_in_two_units_is_one_fact() -> None:
    facts = facts_of(
        figure("a", "Solana Zement spart 3,5 Millionen kWh.", "3500000", "kWh", "3,5 Millionen kWh"),
        figure("b", "Bei Solana Zement sind es 3,5 GWh weniger.", "3.5", "GWh", "3,5 GWh"),
    )
    (only,) = facts.figures
    assert (only.base_value, only.base_unit, only.sources) == (Decimal(3500000), "kWh", 2)
    assert sorted(evidence.written for evidence in only.evidence) == ["3,5 GWh", "3,5 Millionen kWh"]


@pytest.mark.parametrize(
    "other",
    [{"status": "projected"}, {"period": "2023"}, {"substance": "water"}, {"max": "4"}],
    ids=["status", "period", "substance", "range"],
)
def test_status_period_substance_and_range_part_two_figures(other: dict[str, str]) -> None:
    text = "Solana Zement spart 3,5 GWh."
    facts = facts_of(
        figure("a", text, "3.5", "GWh", "3,5 GWh"), figure("b", text + " Ja.", "3.5", "GWh", "3,5 GWh", **other)
    )
    assert len(facts.figures) == 2


def test_belief_grows_with_independent_sources() -> None:
    one = facts_of(relation("a", "Ostufer Finanz finanziert Solana Zement."))
    two = facts_of(
        relation("a", "Ostufer Finanz finanziert Solana Zement."),
        relation("b", "Wie man hört, finanziert die Ostufer Finanz auch Solana Zement."),
    )
    assert one.relations[0].belief == DEFAULT_PRIOR
    assert two.relations[0].belief == 1 - (1 - DEFAULT_PRIOR) ** 2
    assert two.relations[0].sources == 2


def test_a_reprint_is_no_second_source() -> None:
    """Other line breaks, quotation marks and capitals: the same text."""
    facts = facts_of(
        relation("a", "Ostufer Finanz finanziert Solana Zement."),
        relation("b", "Ostufer Finanz finanziert\n„Solana Zement“ ."),
    )
    (only,) = facts.relations
    assert (only.sources, len(only.evidence), only.belief) == (1, 2, DEFAULT_PRIOR)


def test_two_sentences_of_one_document_are_one_source() -> None:
    report = Report(
        "a", "de", "Ostufer Finanz finanziert Solana Zement. Noch einmal: Ostufer Finanz zahlt Solana Zement."
    )
    bank, firm = report.entity("Bank", "Ostufer Finanz"), report.entity("Enterprise", "Solana Zement")
    report.relation(bank, "finances", firm, "finanziert")
    report.relation(bank, "finances", firm, "zahlt")
    (only,) = facts_of(report.done()).relations
    assert (only.sources, len(only.evidence)) == (1, 2)


def test_a_denied_relation_is_a_fact_of_its_own() -> None:
    facts = facts_of(
        relation("a", "Ostufer Finanz finanziert Solana Zement."),
        relation("b", "Ostufer Finanz finanziert Solana Zement nicht.", "negated"),
    )
    assert sorted(fact.status for fact in facts.relations) == ["actual", "negated"]


def test_evidence_quotes_the_sentence_at_its_offsets() -> None:
    extraction = relation("a", "Kurz gesagt. Ostufer Finanz finanziert Solana Zement. Ende.")
    (evidence,) = facts_of(extraction).relations[0].evidence
    assert evidence.quote == "Ostufer Finanz finanziert Solana Zement."
    assert extraction.document.text[evidence.start : evidence.end] == evidence.quote


def test_a_relation_of_a_thing_to_itself_is_dropped() -> None:
    report = Report("a", "de", "Solana Zement arbeitet mit der Solana Zement GmbH zusammen.")
    one, same = report.entity("Enterprise", "Solana Zement"), report.entity("Enterprise", "Solana Zement GmbH")
    report.relation(one, "collaboratesWith", same, "arbeitet")
    assert facts_of(report.done()).relations == ()


def test_a_unit_that_the_ontology_lacks_keeps_the_figure() -> None:
    (only,) = facts_of(figure("a", "Solana Zement spart 7 Scheffel.", "7", "bushel", "7 Scheffel")).figures
    assert (only.base_value, only.base_unit) == (Decimal(7), "bushel")


def test_the_order_of_documents_changes_nothing() -> None:
    a = figure("a", "Solana Zement spart 3,5 Millionen kWh.", "3500000", "kWh", "3,5 Millionen kWh")
    b = figure("b", "Bei Solana Zement sind es 3,5 GWh weniger.", "3.5", "GWh", "3,5 GWh")
    assert facts_of(a, b) == facts_of(b, a)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("32600000", "32600000"),
        ("3.26E+7", "32600000"),
        ("0.310", "0.31"),
        ("-0", "0"),
        ("100", "100"),
        ("1E-7", "0.0000001"),
    ],
)
def test_decimals_are_written_in_one_way(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


# -- one amount in two units, and what rounding leaves open ------------------------------------------------------------


def test_a_rounded_value_in_another_unit_is_the_same_fact_with_both_spellings() -> None:
    facts = facts_of(
        figure("a", "Solana Zement spart 3,52 GWh.", "3.52", "GWh", "3,52 GWh"),
        figure("b", "Bei Solana Zement sind es 3,5 Millionen kWh.", "3500000", "kWh", "3,5 Millionen kWh"),
    )
    (only,) = facts.figures
    assert (only.base_value, only.sources) == (Decimal(3520000), 2), "the exacter value stands"
    assert sorted(evidence.written for evidence in only.evidence) == ["3,5 Millionen kWh", "3,52 GWh"]


def test_two_values_in_one_unit_stay_two_facts() -> None:
    facts = facts_of(
        figure("a", "Solana Zement spart 3,52 GWh.", "3.52", "GWh", "3,52 GWh"),
        figure("b", "Bei Solana Zement sind es 3,5 GWh.", "3.5", "GWh", "3,5 GWh"),
    )
    assert len(facts.figures) == 2


def test_a_value_that_two_others_fit_stays_by_itself() -> None:
    facts = facts_of(
        figure("a", "Solana Zement spart 3,52 GWh.", "3.52", "GWh", "3,52 GWh"),
        figure("b", "Bei Solana Zement sind es 3,48 GWh.", "3.48", "GWh", "3,48 GWh"),
        figure("c", "Solana Zement: 3,5 Millionen kWh.", "3500000", "kWh", "3,5 Millionen kWh"),
    )
    assert len(facts.figures) == 3


@pytest.mark.parametrize(
    ("value", "half"),
    [
        ("3.5", "0.05"),
        ("2600000", "50000"),
        ("32.60", "0.005"),
        ("1000", "50"),
        ("7", "0.35"),
        ("0", "0"),
        ("-20", "1"),
    ],
)
def test_half_of_the_last_sure_digit(value: str, half: str) -> None:
    assert half_step(Decimal(value)) == Decimal(half)


@settings(deadline=None)
@given(st.decimals("0.001", "1e9", places=3), st.integers(1, 6))
def test_a_value_and_its_rounding_never_contradict(value: Decimal, digits: int) -> None:
    """Property: whoever rounds to some digits says nothing else."""
    rounded = Decimal(f"{value:.{digits}g}")
    ontology = load()
    exact, round_ = (ObservationClaim(0, "i", v, "kWh", "actual", 0, 1, "r") for v in (value, rounded))
    low, high = rounded * (1 - MOST_ROUNDED), rounded * (1 + MOST_ROUNDED)
    if low < value < high:
        assert reach(exact, ontology).meets(reach(round_, ontology))


# -- contradictions ----------------------------------------------------------------------------------------------------


def linked(*extractions: Extraction) -> Links:
    ontology = load()
    sources = independent(extraction.document for extraction in extractions)
    entities = identify(extractions, ontology)
    return connect(assemble(extractions, entities, ontology, sources=sources), sources, ontology)


def contradicting(*extractions: Extraction) -> int:
    return len(linked(*extractions).contradicts)


def one_of(value: str, unit: str = "GWh", **more: str) -> Extraction:
    written = f"{value} {unit}"
    return figure(f"{value}{unit}{more}", f"Solana Zement spart {written}. {more}", value, unit, written, **more)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (one_of("3.5"), one_of("4.2"), 1),
        (one_of("3.5"), one_of("4200000", "kWh"), 1),
        (one_of("3.5"), one_of("3500", "MWh"), 0),
        (one_of("3.5"), one_of("3520000", "kWh"), 0),
        (one_of("3.5"), one_of("3.56"), 1),
        (one_of("3.5"), one_of("3.52"), 0),
        (one_of("3.5", period="2023"), one_of("4.2", period="2024"), 0),
        (one_of("3.5", status="projected"), one_of("4.2"), 0),
        (one_of("3.5", qualifier="atLeast"), one_of("4.2"), 0),
        (one_of("3.5", qualifier="atMost"), one_of("4.2"), 1),
        (one_of("3.9", qualifier="about"), one_of("4.2"), 0),
        (one_of("3.5", max="4.5"), one_of("4.2"), 0),
        (one_of("3.5", substance="coal"), one_of("4.2", substance="water"), 0),
        (one_of("3.5", "t"), one_of("4.2"), 0),
    ],
    ids=["other", "other-unit", "same", "rounded-unit", "apart", "rounded", "period", "status", "at-least", "at-most",
         "about", "range", "substance", "dimension"],
)  # fmt: skip
def test_what_contradicts_and_what_does_not(one: Extraction, other: Extraction, expected: int) -> None:
    assert contradicting(one, other) == contradicting(other, one) == expected


def test_reprints_and_one_report_do_not_contradict_themselves() -> None:
    text = "Solana Zement spart im Norden 3,5 GWh und im Süden 9 GWh."
    report = Report("a", "de", text)
    firm = report.entity("Enterprise", "Solana Zement")
    for value in ("3,5", "9"):
        report.figure(firm, "electricitySaving", value.replace(",", "."), "GWh", f"{value} GWh")
    assert contradicting(report.done()) == 0


def test_a_denial_contradicts_but_a_cancellation_is_a_history() -> None:
    stated = relation("a", "Ostufer Finanz finanziert Solana Zement.")
    assert contradicting(stated, relation("b", "Ostufer Finanz finanziert Solana Zement nicht.", "negated")) == 1
    assert contradicting(stated, relation("b", "Nun finanziert Ostufer Finanz Solana Zement nicht.", "cancelled")) == 0


def place(name: str, *things: tuple[str, str]) -> Extraction:
    """A report that puts a park into some places, each into the next."""
    text = "Der Industriepark Ostufer liegt in " + " in ".join(called for _, called in things) + f". Bericht {name}."
    report = Report(name, "de", text)
    keys = [report.entity("IndustrialPark", "Industriepark Ostufer")]
    keys += [report.entity(cls, called) for cls, called in things]
    for subject, object_ in pairwise(keys):
        report.relation(subject, "locatedIn", object_, "liegt in")
    return report.done()


def test_a_park_in_two_cities_is_a_contradiction_and_in_city_and_province_is_none() -> None:
    one = place("a", ("City", "Quarzhafen"))
    assert contradicting(one, place("b", ("City", "Feldspatstadt"))) == 1
    assert contradicting(one, place("b", ("District", "Nordhafen"), ("City", "Quarzhafen"))) == 0
    assert contradicting(one, place("b", ("Province", "Glimmerland"))) == 0


# -- refinement --------------------------------------------------------------------------------------------------------


def lending(name: str, cls: str, called: str, generic: bool) -> Extraction:
    report = Report(name, "de", f"Die Ostufer Bank vergibt {called}, heißt es in {name}.")
    bank, loan = report.entity("Bank", "Ostufer Bank"), report.entity(cls, called, generic=generic)
    report.relation(bank, "provides", loan, "vergibt")
    return report.done()


def test_a_finer_kind_of_object_refines_and_supports_the_general_fact() -> None:
    links = linked(
        lending("a", "FinancialInstrument", "Finanzmittel", True), lending("b", "LowInterestLoan", "Zinskredit", True)
    )
    ((finer, general),) = links.refines
    facts = {fact.iri: fact for fact in links.facts.relations}
    assert facts[finer].object.cls == "LowInterestLoan" and facts[general].object.cls == "FinancialInstrument"
    assert facts[general].belief == 1 - (1 - DEFAULT_PRIOR) ** 2 > facts[finer].belief == DEFAULT_PRIOR
    assert facts[general].sources == 1, "the count is of those that say just that"


def test_two_named_objects_do_not_refine_each_other() -> None:
    assert not linked(
        lending("a", "FinancialInstrument", "Quarzfonds", False), lending("b", "LowInterestLoan", "Zinskredit", False)
    ).refines


def test_in_the_district_refines_in_the_city() -> None:
    links = linked(place("a", ("City", "Quarzhafen")), place("b", ("District", "Nordhafen"), ("City", "Quarzhafen")))
    facts = {fact.iri: fact for fact in links.facts.relations}
    ((finer, general),) = links.refines
    assert (facts[finer].object.cls, facts[general].object.cls) == ("District", "City")


# -- do figures fit each other -----------------------------------------------------------------------------------------


def saving(power: str, coal: str) -> dict[str, bool]:
    """Factor -> whether so many kWh and so many tonnes of coal fit by it."""
    report = Report("a", "de", f"Solana Zement spart {power} kWh Strom und {coal} t Kohle.")
    firm = report.entity("Enterprise", "Solana Zement")
    report.figure(firm, "electricitySaving", power, "kWh", f"{power} kWh")
    report.figure(firm, "energySaving", coal, "t_tce", f"{coal} t", substance="standard coal")
    derived = linked(report.done()).derived
    assert all(one.formula and one.factor.source and one.factor.year for one in derived)
    return {one.factor.name: one.fits for one in derived if one.unit == "kgce"}


def test_coal_fits_electricity_by_a_power_stations_use_and_not_by_the_energy_content() -> None:
    fits = saving("2600000", "930")
    assert fits["electricity_supply_CN_2007_2022"] and not fits["electricity_heat"]
    fits = saving("2600000", "320")
    assert fits["electricity_heat"] and not fits["electricity_supply_CN_2007_2022"]
    assert not any(saving("2600000", "9300").values())


def of_a_plant_and_its_owner(*, operated: bool, of_plant: str = "", apart: bool = False) -> set[tuple[str, str]]:
    """(whose figure is reckoned from, whose it is compared with): the kWh are the plant's and the coal its owner's."""
    first = Report("a", "de", "Solana Zement betreibt das Zementwerk Kalkstett: 2600000 kWh, 930 t, 90 t.")
    second = Report("b", "de", "Solana Zement spart 930 t.")
    plant, firm = first.entity("Factory", "Zementwerk Kalkstett"), first.entity("Enterprise", "Solana Zement")
    first.figure(plant, "electricitySaving", "2600000", "kWh", "2600000 kWh")
    if of_plant:
        first.figure(plant, "energySaving", of_plant, "t_tce", f"{of_plant} t", substance="standard coal")
    told, owner = (second, second.entity("Enterprise", "Solana Zement")) if apart else (first, firm)
    told.figure(owner, "energySaving", "930", "t_tce", "930 t", substance="standard coal")
    if operated:
        first.relation(firm, "operates", plant, "betreibt")
    derived = linked(first.done(), second.done()).derived
    return {(one.source.subject.cls, one.stated.subject.cls) for one in derived}


def test_figures_of_a_plant_and_of_its_owner_are_compared() -> None:
    """Where the graph says whose the plant is and one document gives the kWh of the one and the coal of the other."""
    assert ("Factory", "Enterprise") in of_a_plant_and_its_owner(operated=True)
    assert of_a_plant_and_its_owner(operated=False) == set(), "nothing joins the two"
    assert of_a_plant_and_its_owner(operated=True, apart=True) == set(), "two documents give two accounts"
    both = of_a_plant_and_its_owner(operated=True, of_plant="90")
    assert ("Factory", "Factory") in both and ("Factory", "Enterprise") not in both, "the plant has coal of its own"


def test_a_derived_value_tells_how_it_was_reckoned() -> None:
    report = Report("a", "de", "Solana Zement spart 2600000 kWh Strom und 930 t Kohle.")
    firm = report.entity("Enterprise", "Solana Zement")
    report.figure(firm, "electricitySaving", "2600000", "kWh", "2600000 kWh")
    report.figure(firm, "energySaving", "930", "t_tce", "930 t", substance="standard coal")
    formulas = {one.formula for one in linked(report.done()).derived}
    assert "2600000 kWh × 0.1229 kgce/kWh = 319540 kgce" in formulas
    assert "2600000 kWh × 0.3015–0.36 kgce/kWh = 783900–936000 kgce" in formulas
