"""Word files: paragraphs, headings, lists and tables in their order; what was deleted is not read; what is refused."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document as Word
from docx.oxml import OxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st
from printing import opened, parts, refused

from kg.documents import Document, read_file
from kg.documents import docx as reader

TEXTS = {
    "de": "Die Nordtal Guss AG nimmt in Beispielstadt eine Anlage in Betrieb, die mit Abwärme läuft.",
    "en": "Northdale Castings Ltd. has put a plant into operation that runs on waste heat in the city.",
    "zh": "青山铸造有限公司在示例市投入运行一条新的生产线，利用余热发电。",
}


def saved(word: Word, path: Path) -> Path:
    word.save(str(path))
    return path


@pytest.mark.parametrize("lang", TEXTS)
def test_what_a_report_is_made_of(lang: str, tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Nordtal 2023", 0)
    word.add_heading("Eins", 1)
    word.add_paragraph(TEXTS[lang])
    word.add_paragraph("Zwei", style="Heading 2")
    word.add_paragraph("a", style="List Bullet")
    word.add_paragraph("b", style="List Number")
    word.add_paragraph("c", style="Caption")
    found = opened(saved(word, tmp_path / "a.docx"))
    assert parts(found) == [
        ("title", "Nordtal 2023"),
        ("heading", "Eins"),
        ("paragraph", TEXTS[lang]),
        ("heading", "Zwei"),
        ("item", "a"),
        ("item", "b"),
        ("caption", "c"),
    ]
    assert [block.level for block in found.blocks if block.kind == "heading"] == [1, 2]
    assert (found.title, found.lang, found.pages) == ("Nordtal 2023", lang, ())
    assert found.page_at(3) is None


def test_a_short_bold_line_is_a_heading(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph().add_run("Die Zahlen").bold = True
    word.add_paragraph(TEXTS["de"])
    assert [kind for kind, _ in parts(opened(saved(word, tmp_path / "a.docx")))] == ["heading", "paragraph"]


def test_the_rows_of_a_table_with_cells_that_span(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph(TEXTS["de"])
    table = word.add_table(4, 3)
    cells = [["Unternehmen", "Einsparung", ""], ["", "Strom (GWh)", "CO2 (t)"], ["Nordtal Guss AG", "5,3", "1.200"],
             ["Südtal Werk GmbH", "6", "450"]]  # fmt: skip
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    found = opened(saved(word, tmp_path / "a.docx"))
    assert parts(found)[1:] == [
        ("row", "Unternehmen | Einsparung Strom (GWh) | Einsparung CO2 (t)"),
        ("row", "Nordtal Guss AG | 5,3 | 1.200"),
        ("row", "Südtal Werk GmbH | 6 | 450"),
    ]
    assert [block.level for block in found.blocks[1:]] == [1, 0, 0]


def test_what_was_deleted_is_not_read_and_what_was_inserted_is(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Sie spart ")
    for tag, text_tag, words in (("w:del", "w:delText", "300"), ("w:ins", "w:t", "400")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        text.text = words
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(" Tonnen im Jahr, wie die Stadt sagt.")
    assert parts(opened(saved(word, tmp_path / "a.docx"))) == [
        ("paragraph", "Sie spart 400 Tonnen im Jahr, wie die Stadt sagt.")
    ]


def test_text_in_controls_and_boxes_is_read_once(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Eins ist hier.")
    body = word.element.body
    control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(inside)
    inside.append(word.add_paragraph("Zwei ist hier.")._p)
    body.insert(1, control)
    host = word.add_paragraph("Drei ist hier.")
    run, choice = OxmlElement("w:r"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    both = run.makeelement(choice + "AlternateContent")
    for name in ("Choice", "Fallback"):
        side, box = run.makeelement(choice + name), OxmlElement("w:txbxContent")
        copy = OxmlElement("w:p")
        word_run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = "Vier ist hier."
        word_run.append(text)
        copy.append(word_run)
        box.append(copy)
        side.append(box)
        both.append(side)
    run.append(both)
    host._p.append(run)
    words = [words for _, words in parts(opened(saved(word, tmp_path / "a.docx")))]
    assert words == ["Eins ist hier.", "Zwei ist hier.", "Drei ist hier.", "Vier ist hier."]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40), max_size=6))
def test_all_words_are_in_the_blocks(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    word = docx.Document()
    for text in [*texts, "Ende."]:
        word.add_paragraph(text)
    found = opened(saved(word, tmp_path_factory.getbasetemp() / "any.docx"))
    told = "".join(words for _, words in parts(found))
    wanted = unicodedata.normalize("NFC", "".join([*texts, "Ende."]))
    assert sorted(c for c in told if c.isalnum()) == sorted(c for c in wanted if c.isalnum())
    assert [block.start for block in found.blocks] == sorted(block.start for block in found.blocks)


# ---- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"no archive", "no Word document"),
        (b"PK\x03\x04 cut off", "no Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "password"),
    ],
)
def test_a_bad_file_is_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    assert reason in refused(tmp_path / "a.docx")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("readme.txt", "no document")
    assert "save it as .docx again" in refused(tmp_path / "a.docx")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """Some hundred kilobytes that unpack to more than the limit."""
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        block = b" " * 2**20
        for _ in range((reader.LARGEST_PART >> 20) + 1):
            part.write(block)
    assert path.stat().st_size < 2**20
    reason = refused(path)
    assert "unpacks to 65 MB" in reason and "split it" in reason


def test_markup_that_grows_by_itself_is_not_expanded(tmp_path: Path) -> None:
    path = saved(docx.Document(), tmp_path / "a.docx")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 9))
    text = files["word/document.xml"].decode()
    start = text.index("<w:document")
    body = text[start:].replace("<w:body>", "<w:body><w:p><w:r><w:t>Da &x8;</w:t></w:r></w:p>")
    files["word/document.xml"] = f'{text[:start]}<!DOCTYPE d [<!ENTITY x0 "ha">{lines}]>{body}'.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    found = read_file(path)
    assert not isinstance(found, Document) or len(found.text) < 1000
