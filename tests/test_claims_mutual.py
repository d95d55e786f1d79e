"""That all of one list work together is told apart from that one firm has several partners."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.claims.extract import Reader
from kg.claims.proposals import Proposals
from kg.documents import document


def rules(lang: str, text: str) -> dict[frozenset[str], str]:
    """Names of two things -> the most telling rule that has them work together."""
    reader, proposals = Reader(replace(document(text), lang=lang)), Proposals()
    for context, topic in reader.contexts():
        proposals.sentence(context, topic)
    proposals.whole(reader.things.all)
    found = {}
    for key in proposals:
        if key[1] == "collaboratesWith":
            names = frozenset(reader.things.all[end].names[0] for end in (key[0], key[2]))
            found.setdefault(names, proposals.claim(key).rule)
    return found


@pytest.mark.parametrize(
    ("lang", "text", "parties"),
    [
        (
            "de",
            "Die Nordtaler Bank, die Halm Papier GmbH und die Kern Glas GmbH arbeiten eng zusammen.",
            ("Nordtaler Bank", "Halm Papier GmbH", "Kern Glas GmbH"),
        ),
        ("en", "Northdale Bank and Halm Paper Ltd cooperate closely.", ("Northdale Bank", "Halm Paper Ltd")),
        ("zh", "北谷银行、海姆纸业有限公司开展合作。", ("北谷银行", "海姆纸业有限公司")),
    ],
)
def test_those_of_one_list_work_together(lang: str, text: str, parties: tuple[str, ...]) -> None:
    found = rules(lang, text)
    pairs = [frozenset((a, b)) for n, a in enumerate(parties) for b in parties[n + 1 :]]
    assert [found.get(pair) for pair in pairs] == ["mutual-collaboratesWith"] * len(pairs)


def test_partners_of_one_firm_are_no_list_of_their_own() -> None:
    found = rules("en", "Northdale Bank cooperates with Halm Paper Ltd and Kern Glass Ltd.")
    assert found[frozenset(("Northdale Bank", "Halm Paper Ltd"))] == "frame-collaboratesWith"
