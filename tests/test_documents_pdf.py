"""PDF files: the order of reading, words whole again, what repeats left out, tables and pages; and what is refused."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from printing import Paper, opened, parts, refused

from kg.documents import Document, pdf, read
from kg.documents.hyphens import Hyphens

TEXTS = {
    "de": "Die Nordtal Guss AG nimmt in Beispielstadt eine Anlage in Betrieb, die mit Abwärme läuft und Strom spart.",
    "en": "Northdale Castings Ltd. has put a plant into operation that runs on waste heat and saves power in the city.",
    "zh": "青山铸造有限公司在示例市投入运行一条新的生产线，利用余热发电，预计每年节约标准煤四千吨，并减少碳排放。",
}
OTHERS = {
    "de": "Daneben steht, was die Stadt dazu sagt: Sie fördert das Vorhaben mit Rat und mit Geld, solange es läuft.",
    "en": "Beside it stands what the city has to say: it supports the project with advice and money while it lasts.",
    "zh": "旁边一栏说明市政府的意见：在项目实施期间，市工业和信息化局将提供咨询和资金支持，直至项目完成为止。",
}


def spaced(lang: str, *texts: str) -> str:
    return ("" if lang == "zh" else " ").join(texts)


@pytest.mark.parametrize("lang", TEXTS)
def test_lines_become_paragraphs_again(lang: str, tmp_path: Path) -> None:
    paper = Paper(lang)
    paper.add_page()
    long, other = spaced(lang, *[TEXTS[lang]] * 4), spaced(lang, *[OTHERS[lang]] * 3)
    paper.heading({"de": "Guss mit Abwärme", "en": "Castings from waste heat", "zh": "余热发电项目"}[lang])
    paper.paragraph(long)
    paper.paragraph(other)
    found = opened(paper.saved(tmp_path / "a.pdf"))
    assert parts(found)[1:] == [("paragraph", long), ("paragraph", other)]
    assert found.blocks[0].kind == "heading" and found.title == parts(found)[0][1]
    assert (found.lang, found.media_type) == (lang, "application/pdf")


@pytest.mark.parametrize("lang", TEXTS)
def test_columns_are_read_one_after_the_other(lang: str, tmp_path: Path) -> None:
    paper = Paper(lang)
    paper.add_page()
    paper.heading("Nordtal 2023" if lang != "zh" else "青山铸造二〇二三年度报告")
    left, right = spaced(lang, *[TEXTS[lang]] * 3), spaced(lang, *[OTHERS[lang]] * 3)
    paper.columns(left, right)
    paper.paragraph(spaced(lang, *[TEXTS[lang]] * 2))
    found = opened(paper.saved(tmp_path / "a.pdf"))
    assert [words for _, words in parts(found)[1:]] == [left, right, spaced(lang, *[TEXTS[lang]] * 2)]


def test_three_columns(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    texts = [" ".join([text] * 3) for text in (TEXTS["de"], OTHERS["de"], TEXTS["en"])]
    paper.columns(*texts)
    assert [words for _, words in parts(opened(paper.saved(tmp_path / "a.pdf")))] == texts


def test_justified_lines_are_no_tables(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    text = " ".join(["Energieeffizienzmaßnahmen und Wärmerückgewinnungsanlagen senken die Treibhausgasemissionen."] * 6)
    paper.paragraph(text, width=62, align="J")
    assert parts(opened(paper.saved(tmp_path / "a.pdf"))) == [("paragraph", text)]


# ---- hyphens ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("Die Energie-", "einsparung ist groß."), "Die Energieeinsparung ist groß."),
        (("Der Energie-", "und Wasserverbrauch sinkt."), "Der Energie- und Wasserverbrauch sinkt."),
        (("Strom-, Gas-", "oder Wassernetze"), "Strom-, Gas- oder Wassernetze"),
        (("Die CO2-", "Emissionen sinken."), "Die CO2-Emissionen sinken."),
        (("in den Jahren 2023-", "2025 sinkt er"), "in den Jahren 2023-2025 sinkt er"),
        (("A low-carbon plan and one more low-", "carbon plan"), "A low-carbon plan and one more low-carbon plan"),
        (("It helps to re-", "duce waste."), "It helps to reduce waste."),
        (("Der Plan -", "so heißt es - gilt."), "Der Plan - so heißt es - gilt."),
    ],
    ids=["parted", "and", "or", "capital", "years", "as elsewhere", "English", "dash"],
)
def test_hyphens_at_the_end_of_lines(lines: tuple[str, str], whole: str, tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.paragraph("\n".join(lines))
    assert parts(opened(paper.saved(tmp_path / "a.pdf"))) == [("paragraph", whole)]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.text("ab-Ä字， 1", min_size=1, max_size=6), min_size=1, max_size=6))
def test_joined_lines_hold_all_letters(lines: list[str]) -> None:
    """Joining takes away hyphens and blanks only, and tells where each line begins."""
    hyphens = Hyphens(lines)
    text = ""
    for line in (" ".join(line.split()) for line in lines):
        text, start = hyphens.joined(text, line, False)
        assert text[start:] == line
    kept = "".join(c for c in text if c.isalnum())
    assert kept == "".join(c for line in lines for c in line if c.isalnum())


# ---- what repeats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", TEXTS)
def test_headers_and_page_numbers_are_left_out_and_the_text_goes_on(lang: str, tmp_path: Path) -> None:
    paper = Paper(lang, head="Nordtal 2023" if lang != "zh" else "二〇二三年度报告", numbered=True)
    paper.add_page()
    whole = [
        f"{number}. {TEXTS[lang]}" if lang != "zh" else f"第{number}条：{TEXTS[lang]}" for number in range(100, 290)
    ]
    paper.paragraph(spaced(lang, *whole))
    found = opened(paper.saved(tmp_path / "a.pdf"))
    assert {kind for kind, _ in parts(found)} == {"paragraph"}
    assert spaced(lang, *[words for _, words in parts(found)]) == spaced(lang, *whole)
    assert [mark.page for mark in found.pages] == list(range(1, len(found.pages) + 1)) and len(found.pages) > 2


def test_a_number_that_is_no_page_stays(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.paragraph(TEXTS["de"])
    paper.set_y(-25)
    paper.cell(0, 5, "1.200")
    assert parts(opened(paper.saved(tmp_path / "a.pdf")))[-1][1] == "1.200"


# ---- pages -----------------------------------------------------------------------------------------------------------


def test_every_character_has_its_page(tmp_path: Path) -> None:
    paper = Paper(numbered=True)
    for number in range(1, 6):
        paper.add_page()
        paper.heading(f"Kapitel {'ABCDE'[number - 1]}")
        paper.paragraph(f"Auf Seite {number} steht: {TEXTS['de']}")
    found = opened(paper.saved(tmp_path / "a.pdf"))
    for number in range(1, 6):
        assert found.page_at(found.text.index(f"Auf Seite {number}")) == number
    assert [block.page for block in found.blocks] == [n for n in range(1, 6) for _ in range(2)]
    assert all(a.start < b.start for a, b in pairwise(found.pages))


# ---- tables ----------------------------------------------------------------------------------------------------------

TABLE = [
    ["Unternehmen", "Stromeinsparung (GWh)", "CO2-Minderung in t"],
    ["Nordtal Guss AG", "5,3", "1.200"],
    ["Südtal Werk Gesellschaft mit beschränkter Haftung und mit einem sehr langen Namen", "6", "450"],
    ["Westhof Papier GmbH", "12", "3.000"],
]


@pytest.mark.parametrize("borders", ["ALL", "HORIZONTAL_LINES", "NONE"])
def test_rows_of_tables_with_and_without_rules(borders: str, tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.paragraph(TEXTS["de"])
    table = TABLE if borders != "NONE" else [row for row in TABLE if len(row[0]) < 30]
    paper.paragraph("Tabelle 1: Einsparungen nach Unternehmen")
    paper.grid(table, borders)
    paper.ln(8)
    paper.paragraph(OTHERS["de"])
    found = opened(paper.saved(tmp_path / "a.pdf"))
    assert parts(found) == [
        ("paragraph", TEXTS["de"]),
        ("caption", "Tabelle 1: Einsparungen nach Unternehmen"),
        *[("row", " | ".join(row)) for row in table],
        ("paragraph", OTHERS["de"]),
    ]
    assert [block.level for block in found.blocks if block.kind == "row"] == [1] + [0] * (len(table) - 1)


def test_rows_of_a_chinese_table(tmp_path: Path) -> None:
    rows = [["企业", "节电量（万千瓦时）"], ["青山铸造有限公司", "530"], ["南山水泥有限公司", "600"]]
    paper = Paper("zh")
    paper.add_page()
    paper.grid(rows)
    found = opened(paper.saved(tmp_path / "a.pdf"))
    assert parts(found) == [("row", " | ".join(row)) for row in rows]


def test_items_of_a_list(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.paragraph("Der Plan hat drei Teile, die alle in diesem Jahr beginnen sollen:")
    for item in ("Erstens spart sie Strom.", "Zweitens kostet sie Geld.", "Drittens läuft sie."):
        paper.multi_cell(0, 5, f"-   {item}", new_x="LMARGIN", new_y="NEXT")
    found = parts(opened(paper.saved(tmp_path / "a.pdf")))
    assert found[1:] == [("item", "Erstens spart sie Strom."), ("item", "Zweitens kostet sie Geld."),
                         ("item", "Drittens läuft sie.")]  # fmt: skip


# ---- what cannot be read ---------------------------------------------------------------------------------------------


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    paper = Paper()
    paper.set_encryption(owner_password="a", user_password="b")
    paper.add_page()
    paper.paragraph(TEXTS["de"])
    reason = refused(paper.saved(tmp_path / "a.pdf"))
    assert "encrypted" in reason and "without a password" in reason


def test_a_scan_is_refused(tmp_path: Path) -> None:
    paper = FPDF()
    for _ in range(2):
        paper.add_page()
        paper.rect(10, 10, 100, 100, style="F")
    paper.output(str(tmp_path / "a.pdf"))
    reason = refused(tmp_path / "a.pdf")
    assert "2 pages" in reason and "OCR" in reason


def test_broken_files_are_refused(tmp_path: Path) -> None:
    whole = Paper()
    whole.add_page()
    whole.paragraph(TEXTS["de"])
    data = whole.saved(tmp_path / "a.pdf").read_bytes()
    for broken in (b"", b"%PDF-1.7", b"no PDF at all", data[:40]):
        (tmp_path / "b.pdf").write_bytes(broken)
        assert refused(tmp_path / "b.pdf")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_a_damaged_file_never_stops_the_others(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp()
    if not (folder / "whole.pdf").exists():
        paper = Paper()
        paper.add_page()
        paper.grid(TABLE)
        paper.saved(folder / "whole.pdf")
    content = bytearray((folder / "whole.pdf").read_bytes())
    for _ in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = folder / "damaged.pdf"
    path.write_bytes(content)
    for found in pdf_or_reason(path):
        assert found


def pdf_or_reason(path: Path) -> list[str]:
    return [found.text if isinstance(found, Document) else found.reason for found in read([path])]


def test_too_many_pages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 3)
    paper = Paper()
    for _ in range(4):
        paper.add_page()
        paper.paragraph(TEXTS["de"])
    reason = refused(paper.saved(tmp_path / "a.pdf"))
    assert "4 pages" in reason and "at most 3" in reason and "split" in reason


def test_too_many_letters_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_LETTERS", 100)
    paper = Paper()
    paper.add_page()
    paper.paragraph(TEXTS["de"])
    assert "split" in refused(paper.saved(tmp_path / "a.pdf"))


def test_reading_is_linear_in_pages(tmp_path: Path) -> None:
    """Forty pages cost about ten times as much as four, and no page more than a tenth of a second."""

    def seconds(pages: int) -> float:
        paper = Paper(head="Nordtal 2023", numbered=True)
        for _ in range(pages):
            paper.add_page()
            paper.columns(" ".join([TEXTS["de"]] * 15), " ".join([OTHERS["de"]] * 15))
            paper.grid(TABLE)
        path = paper.saved(tmp_path / f"{pages}.pdf")
        begun = time.process_time()
        assert opened(path).pages[-1].page == pages
        return time.process_time() - begun

    seconds(1)
    few, many = seconds(4), seconds(40)
    assert many < 25 * few + 0.1 and many < 4
