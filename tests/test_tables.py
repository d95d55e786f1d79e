"""Tables, whatever the file: a figure in a row is that of the row's name, and is what the column's name says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kg.claims import extract
from kg.claims.model import ObservationClaim
from kg.documents import Document, document
from kg.documents.html import html_content
from kg.documents.model import Content
from kg.documents.plain import markdown_content, text_content
from kg.mentions import language
from kg.mentions.annotate import annotated

LEAD = {
    "de": "Die Tabelle nennt die Unternehmen, die im Programm der Stadt waren, und was sie damit erreicht haben.",
    "en": "The table lists the companies that took part in the programme of the city, and what they achieved with it.",
    "zh": "下表列出了去年参加该计划的企业及其取得的成效，数据由市工业和信息化局提供。",
}
TABLES = {
    "de": [
        ["Unternehmen", "Stromeinsparung (GWh)", "CO2-Minderung in t", "Investition in Mio. Euro"],
        ["Nordtal Guss AG", "5,3", "1.200", "4,5"],
        ["Südtal Werk GmbH", "6", "2000", "7"],
    ],
    "en": [
        ["Company", "Electricity savings (GWh)", "CO2 reduction [t]", "Investment, EUR million"],
        ["Northdale Castings Ltd.", "5.3", "1,200", "4.5"],
        ["Southvale Works Ltd.", "6", "2000", "7"],
    ],
    "zh": [
        ["企业", "节电量（万千瓦时）", "减排二氧化碳（吨）", "投资额（万欧元）"],
        ["青山铸造有限公司", "530", "1200", "450"],
        ["南山水泥有限公司", "600", "2000", "700"],
    ],
}
EXPECTED = [
    ("electricitySaving", Decimal("5300000"), "kWh"),
    ("emissionReduction", Decimal(1200), "t_CO2"),
    ("investment", Decimal(4500000), "EUR"),
    ("electricitySaving", Decimal("6000000"), "kWh"),
    ("emissionReduction", Decimal(2000), "t_CO2"),
    ("investment", Decimal(7000000), "EUR"),
]


def as_markdown(lead: str, table: list[list[str]]) -> Document:
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, "|---" * len(table[0]) + "|")
    return document(f"{lead}\n\n" + "\n".join(lines), reader=markdown_content)


def as_text(mark: str) -> object:
    def made(lead: str, table: list[list[str]]) -> Document:
        return document(f"{lead}\n\n" + "\n".join(mark.join(row) for row in table), reader=text_content)

    return made


def as_html(lead: str, table: list[list[str]]) -> Document:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table)
    return document(
        f"<html><body><article><p>{lead}</p><table>{rows}</table></article></body></html>", reader=html_content
    )


FORMS = {"Markdown": as_markdown, "tabs": as_text("\t"), "bars": as_text(" | "), "HTML": as_html}


def figures(found: Document) -> list[tuple[str, ObservationClaim]]:
    """(name of whose it is, figure), in text order."""
    extraction = extract(found)
    names = {entity.key: entity.names[0] for entity in extraction.entities}
    return [(names[o.subject], o) for o in sorted(extraction.observations, key=lambda o: o.value_start)]


def in_base(claim: ObservationClaim) -> tuple[str, Decimal, str]:
    value, unit = (claim.value * 10**6, "kWh") if claim.unit == "GWh" else (claim.value, claim.unit)
    return claim.indicator, value, unit


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", TABLES)
def test_a_figure_belongs_to_its_row_and_is_what_its_column_says(lang: str, form: str) -> None:
    made = FORMS[form](LEAD[lang], TABLES[lang])  # type: ignore[operator]
    told = figures(made)
    assert [block.kind for block in made.blocks] == ["paragraph", "row", "row", "row"]
    assert [in_base(claim) for _, claim in told] == EXPECTED
    assert [name for name, _ in told] == [row[0] for row in TABLES[lang][1:] for _ in range(3)]
    assert {claim.status for _, claim in told} == {"actual"}


@pytest.mark.parametrize("lang", TABLES)
def test_the_evidence_of_a_cell_is_its_row_and_the_figure_as_written(lang: str) -> None:
    made = as_markdown(LEAD[lang], TABLES[lang])
    for (name, claim), cell in zip(figures(made), TABLES[lang][1][1:], strict=False):
        assert made.text[claim.start : claim.end] == " | ".join(TABLES[lang][1])
        assert made.text[claim.value_start : claim.value_end] == cell, name


@pytest.mark.parametrize(
    ("lang", "table", "periods", "statuses"),
    [
        ("de", [["Kennzahl", "2022", "2023", "Ziel 2030"],
          ["Stromverbrauch der Ostufer Stahl GmbH (MWh)", "5.000", "4.000", "2.500"]],
         ["2022", "2023", "2030"], ["actual", "actual", "target"]),
        pytest.param("en", [["Indicator", "2022", "2023", "Target 2030"],
          ["Electricity consumption of Eastbank Steel Ltd. (MWh)", "5,000", "4,000", "2,500"]],
         ["2022", "2023", "2030"], ["actual", "actual", "target"], marks=pytest.mark.xfail(
            strict=True, reason="a name behind 'of' in a row's first cell is not read in English")),
        ("zh", [["指标", "2022年", "2023年", "2030年目标"],
          ["东岸钢铁有限公司用电量（兆瓦时）", "5000", "4000", "2500"]],
         ["2022", "2023", "2030"], ["actual", "actual", "target"]),
    ],
    ids=["de", "en", "zh"],
)  # fmt: skip
def test_years_and_goals_stand_above_the_figures(
    lang: str, table: list[list[str]], periods: list[str], statuses: list[str]
) -> None:
    told = figures(as_markdown(LEAD[lang], table))
    assert [claim.value for _, claim in told] == [5000, 4000, 2500]
    assert {(claim.indicator, claim.unit) for _, claim in told} == {("electricityUse", "MWh")}
    assert [claim.period for _, claim in told] == periods
    assert [claim.status for _, claim in told] == statuses


def test_a_column_may_say_whose_the_figures_are() -> None:
    table = [["", "Nordtal Guss AG", "Südtal Werk GmbH"], ["Stromeinsparung", "5 GWh", "6 GWh"]]
    told = figures(as_markdown(LEAD["de"], table))
    assert [(name, claim.value) for name, claim in told] == [("Nordtal Guss AG", 5), ("Südtal Werk GmbH", 6)]


def test_a_unit_may_stand_in_a_column_of_its_own() -> None:
    table = [
        ["Anlage der Nordtal Guss AG", "Einheit", "2023"],
        ["Stromverbrauch", "MWh", "400"],
        ["Wasser", "m³", "90"],
    ]
    told = figures(as_markdown(LEAD["de"], table))
    assert [(claim.value, claim.unit) for _, claim in told] == [(400, "MWh"), (90, "m3")]


def test_the_names_of_columns_state_nothing() -> None:
    table = [["Bank", "Unternehmen", "Kredit"], ["Ostufer Bank", "Solana Zement GmbH", "5 Mio. Euro"]]
    extraction = extract(as_markdown(LEAD["de"], table))
    head = "Bank | Unternehmen | Kredit"
    assert all(extraction.document.text[r.start : r.end] != head for r in extraction.relations)
    assert [(o.value, o.unit) for o in extraction.observations] == [(5_000_000, "EUR")]


HEADLESS = [
    [["Standort", "Beispielstadt"], ["Leistung", "5 MW"], ["Betreiber", "Nordtal Guss AG"]],
    [["Nordtal Guss AG", "5 GWh"], ["Südtal Werk GmbH", "6 GWh"]],
]


@pytest.mark.parametrize("table", HEADLESS, ids=["names and values", "figures at once"])
def test_a_table_without_names_of_columns_has_none(table: list[list[str]]) -> None:
    made: Content = text_content("\n".join("\t".join(row) for row in table))
    assert [(block.kind, block.level) for block in made.blocks] == [("row", 0)] * len(table)


@pytest.mark.parametrize(
    ("lang", "text", "meant"),
    [
        ("en", "Financing (EUR million)\nLoan of Example Bank: 31.0\nEquity of Northdale Ltd: 17.5", [31.0, 17.5]),
        ("de", "Finanzierung (in Mio. Euro)\nKredit der Bank: 31,0\nBeitrag der Solana GmbH: 17,5", [31.0, 17.5]),
        ("en", "Loan (EUR million)\nThe loan runs well and long.\nHalls of Northdale Ltd: 17", []),
    ],
)
def test_a_line_above_others_tells_their_unit(lang: str, text: str, meant: list[float]) -> None:
    found = annotated(replace(document(text), lang=lang), language(lang))
    money = [q for sentence in found for q in sentence.quantities if q.unit == "EUR"]
    assert [float(q.value) / 10**6 for q in money] == meant
