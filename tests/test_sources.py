"""Room 5: reprints and near-duplicates are one source, and reports by one template are not."""

from __future__ import annotations

import random

import pytest
from fixtures_extraction import Report, make_document
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.claims import Extraction
from kg.entities import identify
from kg.facts import assemble, independent
from kg.facts.sources import alike, sketch
from kg.ontology import load

WORDS = (
    "Mühle",
    "Ofen",
    "Klinker",
    "Werk",
    "Strom",
    "Abwärme",
    "Kredit",
    "Bank",
    "Halle",
    "Dach",
    "Kessel",
    "Pumpe",
    "Filter",
)


def text_of(seed: int, words: int = 300) -> str:
    """Sentences of chance words, the same for the same seed."""
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) + ("." if n % 12 == 11 else "") for n in range(words))


def reprint(text: str) -> str:
    """With another headline, an agency's line, and without the last tenth."""
    return "Agentur meldet – Neues aus dem Werk\n\n" + text[: len(text) * 9 // 10] + "\n(Red.)"


def sources_of(*texts: str) -> list[int]:
    """For each text the number of the text that stands for its source."""
    documents = [make_document(f"d{number:03}", "de", text) for number, text in enumerate(texts)]
    sources = independent(documents)
    order = [document.id for document in documents]
    return [order.index(sources[document.id]) for document in documents]


def test_a_reprint_with_another_headline_and_a_cut_is_one_source() -> None:
    text = text_of(1)
    assert sources_of(text, reprint(text), text_of(2)) == [0, 0, 2]


def test_a_chinese_reprint_is_found() -> None:
    rng = random.Random(3)
    signs = [chr(0x4E00 + rng.randrange(400)) for _ in range(400)]
    text = "".join(signs)
    assert sources_of(text, "转载：" + text[:380] + "（完）", "".join(reversed(signs))) == [0, 0, 2]


def test_reports_of_one_template_with_other_figures_are_two_sources() -> None:
    template = text_of(4) + " Im Jahr {} sparte das Werk {} kWh und {} t CO2, {} t Kohle und {} m3 Wasser."
    assert sources_of(template.format(2022, 510, 71, 83, 94), template.format(2023, 620, 48, 57, 66)) == [0, 1]


def test_the_order_of_documents_does_not_matter() -> None:
    texts = [text_of(n) for n in range(5)]
    documents = [make_document(f"{n}-{kind}", "de", form(text)) for n, text in enumerate(texts)
                 for kind, form in (("a", str), ("b", reprint))]  # fmt: skip
    forth = independent(documents)
    back = independent(documents[::-1])
    assert dict(forth) == dict(back) and len(forth.reprints) == 5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 299))
def test_one_changed_word_never_makes_a_new_source(seed: int, place: int) -> None:
    words = text_of(seed).split()
    words[place] = "Anders"
    assert alike(sketch(text_of(seed)), sketch(" ".join(words)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_texts_of_one_vocabulary_are_two_sources(one: int, other: int) -> None:
    if one != other:
        assert not alike(sketch(text_of(one)), sketch(text_of(other)))


def test_a_chain_of_small_changes_does_not_join_unlike_texts() -> None:
    """Each text shares most with its neighbour, the last nothing with the first."""
    words = text_of(5, 1000).split()
    chain = [" ".join(words[at : at + 200]) for at in range(0, 800, 40)]
    found = sources_of(*chain)
    assert found[0] == 0 and found[-1] != 0


@pytest.mark.parametrize("text", ["", "Wort", "zwei Wörter"])
def test_short_texts_are_one_source_only_where_they_are_equal(text: str) -> None:
    assert alike(sketch(text), sketch(text + "."))
    assert not alike(sketch(text), sketch("etwas anderes"))


def stated(name: str, sentence: str, around: str) -> Extraction:
    report = Report(name, "de", f"{around}\n{sentence}\n{around[::-1]}")
    bank, firm = report.entity("Bank", "Ostufer Finanz"), report.entity("Enterprise", "Solana Zement")
    report.relation(bank, "finances", firm, "finanziert")
    return report.done()


def sources(*extractions: Extraction) -> int:
    ontology = load()
    (only,) = assemble(extractions, identify(extractions, ontology), ontology).relations
    return only.sources


def test_one_sentence_copied_into_two_texts_is_one_source() -> None:
    copied = "Ostufer Finanz finanziert Solana Zement mit einem Kredit über zehn Jahre und zwölf Millionen Euro."
    assert sources(stated("a", copied, text_of(7) + "."), stated("b", copied, text_of(8) + ".")) == 1
    short = "Ostufer Finanz finanziert Solana Zement."
    assert sources(stated("a", short, text_of(7) + "."), stated("b", short, text_of(8) + ".")) == 2
