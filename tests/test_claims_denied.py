"""What a sentence denies is not claimed; what it tells beside that is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.claims import extract
from kg.documents import document


def relations(lang: str, text: str) -> set[tuple[str, str, str]]:
    """(subject, relation, object) of the claims of a text, by the longest name of each."""
    found = extract(replace(document(text), lang=lang))
    names = {entity.key: entity.names[0] for entity in found.entities}
    return {(names[r.subject], r.predicate, names[r.object]) for r in found.relations}


DENIED = {
    "de": [
        "Die Ostufer Bank finanziert die Solana Zement GmbH nicht.",
        "Die Ostufer Bank wird die Solana Zement GmbH nicht finanzieren.",
        "Die Ostufer Bank finanziert die Solana Zement GmbH nicht mehr.",
        "Die Solana Zement GmbH erhält keine Förderung vom Umweltministerium.",
    ],
    "en": [
        "Eastbank Bank does not finance Solana Cement Ltd.",
        "Eastbank Bank no longer finances Solana Cement Ltd.",
        "Solana Cement Ltd. never received a grant from the Ministry of Environment.",
        "Solana Cement Ltd. has received no grant from the Ministry of Environment.",
    ],
    "zh": [
        "东岸银行未向索拉纳水泥有限公司提供绿色贷款。",
        "东岸银行不再为索拉纳水泥有限公司提供贷款。",
        "索拉纳水泥有限公司没有获得省财政厅的补贴。",
    ],
}


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in DENIED.items() for text in texts])
def test_what_is_denied_is_not_claimed(lang: str, text: str) -> None:
    told = {"finances", "provides", "receives", "supports"}
    assert not [r for r in relations(lang, text) if r[1] in told]


@pytest.mark.parametrize(
    ("lang", "text", "claim"),
    [
        (
            "de",
            "Die Ostufer Bank finanziert die Solana Zement GmbH, bürgt aber nicht für sie.",
            ("Ostufer Bank", "finances", "Solana Zement GmbH"),
        ),
        (
            "en",
            "Eastbank Bank finances Solana Cement Ltd. without a guarantee.",
            ("Eastbank Bank", "finances", "Solana Cement Ltd."),
        ),
        (
            "en",
            "Eastbank Bank finances not only Solana Cement Ltd.",
            ("Eastbank Bank", "finances", "Solana Cement Ltd."),
        ),
        ("zh", "东岸银行不断向索拉纳水泥有限公司提供绿色贷款。", ("东岸银行", "provides", "绿色贷款")),
    ],
)
def test_a_denial_holds_for_its_clause_only(lang: str, text: str, claim: tuple[str, str, str]) -> None:
    assert claim in relations(lang, text)


def test_what_stands_beside_a_denial_is_claimed() -> None:
    text = "The Solana Cement plant in Leeds does not receive a grant from the Ministry of Environment."
    assert ("Solana Cement plant", "locatedIn", "Leeds") in relations("en", text)


def test_a_word_of_denial_is_no_part_of_a_name() -> None:
    found = extract(
        document("Die Solana Zement GmbH erhält für ihr Werk keine staatliche Förderung, baut aber Öfen um.")
    )
    assert not [name for entity in found.entities for name in entity.names if "keine" in name]
