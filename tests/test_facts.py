"""Room 5: claims of one meaning make one fact, and belief grows with independent sources only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fixtures_extraction import Report

from kg.claims import Extraction
from kg.entities import identify
from kg.facts import DEFAULT_PRIOR, Facts, assemble, plain
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
