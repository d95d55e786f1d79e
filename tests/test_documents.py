"""Room 1: files become documents whose offsets hold, and a file that cannot be read says why."""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import SUFFIXES, Document, Rejected, document, files, read, read_file, recognise

settings.register_profile("extraction", deadline=None, derandomize=True)
settings.load_profile("extraction")

GERMAN = "Die Nordtal Guss AG nimmt in Beispielstadt eine Anlage in Betrieb, die mit Abwärme läuft."
PAGE = f"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Guss mit Abwärme</title><style>p {{ color: red }}</style></head>
<body><nav><a href="/">Startseite</a> <a href="/abo">Abonnement</a></nav>
<article><h1>Guss mit Abwärme</h1>
<p>{GERMAN}</p>
<h2>Die Zahlen</h2>
<ul><li>Sie spart 300 Tonnen CO2 im Jahr.</li><li>Sie kostet <b>zwei</b> Millionen&nbsp;Euro.</li></ul>
<table><tr><th>Jahr</th><th>Strom</th></tr><tr><td>2023</td><td>5 GWh</td></tr></table>
<p>Das Umweltamt unterstützt das Vorhaben mit Rat, wie es am Dienstag in der Stadt mitteilte.</p></article>
<script>alert("nicht lesen")</script><footer>Impressum &copy; Verlag</footer></body></html>"""

MARKDOWN = """# Green **castings**

The *Nordtal Works* save [energy](https://nordtal.example/a) and `heat`
in their new hall.

## Figures

- saves 300 tonnes
- costs two
  million euros

1. first
2. second

| Year | Power |
|------|------:|
| 2023 | 5 GWh |

> Quoted words stay.

---

```
left_out = True
```

The word snake_case_word stays whole.
"""


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def opened(path: Path) -> Document:
    found = read_file(path)
    assert isinstance(found, Document), found
    return found


def parts(found: Document) -> list[tuple[str, str]]:
    """(kind, words) of each block, by its offsets."""
    return [(block.kind, found.text[block.start : block.end]) for block in found.blocks]


def in_order(found: Document) -> bool:
    edges = [edge for block in found.blocks for edge in (block.start, block.end)]
    return edges == sorted(edges) and all(0 <= edge <= len(found.text) for edge in edges)


# ---- plain text ------------------------------------------------------------------------------------------------------


def test_headings_paragraphs_and_items_of_plain_text() -> None:
    found = document(
        "Nordtal baut\n\n"
        "Die Nordtal Guss AG baut eine lange neue Halle mit sehr viel Platz in der Stadt und\n"
        "dazu noch ein kleines Haus.\n\n"
        "- Erstens spart sie\n"
        "1) Zweitens kostet sie\n"
        "一、第三点\n"
        "Ende gut.\n"
    )
    assert parts(found) == [
        ("heading", "Nordtal baut"),
        (
            "paragraph",
            "Die Nordtal Guss AG baut eine lange neue Halle mit sehr viel Platz in der Stadt und\n"
            "dazu noch ein kleines Haus.",
        ),
        ("item", "Erstens spart sie"),
        ("item", "Zweitens kostet sie"),
        ("item", "第三点"),
        ("paragraph", "Ende gut."),
    ]
    assert found.title == "Nordtal baut"


def test_the_title_is_the_opening_heading_or_the_name() -> None:
    assert document("Nordtal baut\n\nEs wird eine Halle.", name="bericht").title == "Nordtal baut"
    assert document("Es wird eine Halle.", name="bericht").title == "bericht"


def test_the_stored_text_is_what_was_given() -> None:
    """Plain text keeps every character: what a claim quotes can be found in the file."""
    raw = "  Eins.\n\n\n\tZwei  \n"
    assert document(raw).text == raw


@given(st.text())
def test_blocks_lie_in_the_text_in_order_without_overlap(raw: str) -> None:
    found = document(raw)
    assert in_order(found)
    assert all(said and said == said.strip() for _, said in parts(found))


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), max_size=8).map("\n\n".join))
def test_blocks_hold_all_that_is_written(raw: str) -> None:
    """Of plain text nothing but blanks and the marks of lists lies outside the blocks."""
    found = document(raw)
    outside = list(found.text)
    for block in found.blocks:
        outside[block.start : block.end] = [" "] * (block.end - block.start)
    assert not [c for c in outside if c.isalpha() and c not in "一二三四五六七八九十"]


# ---- Markdown --------------------------------------------------------------------------------------------------------


def test_markdown_without_its_marks(tmp_path: Path) -> None:
    found = opened(write(tmp_path, "report.md", MARKDOWN))
    assert parts(found) == [
        ("heading", "Green castings"),
        ("paragraph", "The Nordtal Works save energy and heat in their new hall."),
        ("heading", "Figures"),
        ("item", "saves 300 tonnes"),
        ("item", "costs two million euros"),
        ("item", "first"),
        ("item", "second"),
        ("row", "Year | Power"),
        ("row", "2023 | 5 GWh"),
        ("paragraph", "Quoted words stay."),
        ("paragraph", "The word snake_case_word stays whole."),
    ]
    assert [block.level for block in found.blocks if block.kind == "heading"] == [1, 2]
    assert (found.title, found.media_type, found.lang) == ("Green castings", "text/markdown", "en")


@given(st.lists(st.sampled_from([*MARKDOWN.split("\n"), "|", "||", "#", "- ", "> ", "```", "1."]), max_size=30))
def test_markdown_in_any_order_keeps_the_offsets(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    found = read_file(write(tmp_path_factory.getbasetemp(), "any.md", "\n".join(lines)))
    assert isinstance(found, Rejected) or (in_order(found) and all(said for _, said in parts(found)))


# ---- HTML ------------------------------------------------------------------------------------------------------------


def test_the_running_text_of_a_page(tmp_path: Path) -> None:
    found = opened(write(tmp_path, "page.html", PAGE))
    assert parts(found) == [
        ("heading", "Guss mit Abwärme"),
        ("paragraph", GERMAN),
        ("heading", "Die Zahlen"),
        ("item", "Sie spart 300 Tonnen CO2 im Jahr."),
        ("item", "Sie kostet zwei Millionen Euro."),
        ("row", "Jahr | Strom"),
        ("row", "2023 | 5 GWh"),
        ("paragraph", "Das Umweltamt unterstützt das Vorhaben mit Rat, wie es am Dienstag in der Stadt mitteilte."),
    ]
    assert [block.level for block in found.blocks if block.kind == "heading"] == [1, 2]
    assert (found.lang, found.media_type) == ("de", "text/html")


@pytest.mark.parametrize("furniture", ["Startseite", "Abonnement", "Impressum", "alert", "color"])
def test_the_furniture_of_a_page_is_no_text(furniture: str, tmp_path: Path) -> None:
    assert furniture in PAGE and furniture not in opened(write(tmp_path, "page.html", PAGE)).text


def test_a_page_has_its_own_title(tmp_path: Path) -> None:
    assert opened(write(tmp_path, "page.html", PAGE)).title == "Guss mit Abwärme"


def test_pages_of_all_endings_are_one_text(tmp_path: Path) -> None:
    assert len({opened(write(tmp_path, f"page{ending}", PAGE)).id for ending in (".html", ".htm", ".xhtml")}) == 1


# ---- characters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode(),
        b"\xef\xbb\xbf" + GERMAN.encode(),
        GERMAN.encode("utf-16"),
        b"\xfe\xff" + GERMAN.encode("utf-16-be"),
        unicodedata.normalize("NFD", GERMAN).encode(),
    ],
    ids=["UTF-8", "UTF-8 with a mark", "UTF-16", "UTF-16 big-endian", "decomposed"],
)
def test_all_encodings_of_a_text_are_one_document(data: bytes, tmp_path: Path) -> None:
    found = opened(write(tmp_path, "a.txt", data))
    assert found.text == GERMAN and found.id == document(GERMAN).id


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "old Mac"])
def test_line_ends_are_one(end: str) -> None:
    lines = ("Nordtal baut", "", "Es wird eine Halle.")
    assert document(end.join(lines)) == document("\n".join(lines))


@given(st.text())
def test_a_document_is_made_of_composed_characters(raw: str) -> None:
    text = document(raw).text
    assert "\r" not in text
    assert text == unicodedata.normalize("NFC", text)
    assert document(text).id == document(raw).id, "what is stored reads as itself"


# ---- identity --------------------------------------------------------------------------------------------------------


def test_the_same_text_is_the_same_document(tmp_path: Path) -> None:
    one, other = opened(write(tmp_path, "one.txt", GERMAN)), opened(write(tmp_path, "other.txt", GERMAN))
    assert one.id == other.id and (one.name, other.name) == ("one", "other")
    assert opened(write(tmp_path, "third.txt", GERMAN + " ")).id != one.id


def test_name_and_source(tmp_path: Path) -> None:
    path = write(tmp_path, "a report (2).txt", GERMAN)
    found = opened(path)
    assert (found.name, found.source) == ("a report (2)", path.as_posix())


# ---- language --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (GERMAN, "de"),
        ("The plant of Example Castings saves power with its new line and is backed by the city.", "en"),
        ("新工厂预计每年节约标准煤四千吨，并减少二氧化碳排放。", "zh"),
        ("The term 绿色工厂 is used for a factory that meets all of the criteria on the list of the ministry.", "en"),
        ("La ville a annoncé hier que la nouvelle usine produira de la chaleur dès l'année prochaine.", "fr"),
        ("La empresa dice que la nueva planta ahorrará energía durante los próximos años en la ciudad.", "und"),
        ("Il comune ha annunciato che il nuovo impianto produrrà calore per le case della zona.", "und"),
        ("この工場は来年から太陽光発電の電気を使い、二酸化炭素の排出を減らす計画です。", "und"),
        ("이 공장은 내년부터 재생에너지를 사용할 계획이다.", "und"),
        ("Miasto ogłosiło wczoraj, że nowa fabryka zaoszczędzi energię w przyszłym roku.", "und"),
        ("", "und"),
        ("12 345 | 67,8 %", "und"),
    ],
    ids=["German", "English", "Chinese", "English with a Chinese term", "French", "Spanish", "Italian", "Japanese",
         "Korean", "Polish", "empty", "figures"],
)  # fmt: skip
def test_the_language_is_recognised(text: str, lang: str) -> None:
    assert recognise(text) == lang
    assert document(text).lang == lang


def test_a_text_of_another_language_is_still_a_document(tmp_path: Path) -> None:
    found = opened(write(tmp_path, "a.txt", "La ciudad anunció ayer que la nueva planta producirá calor."))
    assert found.lang == "und" and found.blocks


# ---- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "it is empty"),
        ("a.txt", b" \n\t\r\n", "it is empty"),
        ("a.txt", "\ufeff".encode(), "it is empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0", "binary data"),
        ("a.txt", "Förderung".encode("cp1252"), "not UTF-8 (byte 0xf6 at 1)"),
        ("a.txt", b"\xff\xfe\x00\xd8A\x00", "not UTF-16"),
        ("a.md", b"```\ncode\n```\n", "no running text"),
        ("a.html", b"<html><body></body></html>", "no running text"),
        ("a.html", b"<<<>>>&&&", "no running text"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "files of the kind .doc are not read"),
        ("README", b"text", "(no ending)"),
    ],
    ids=["empty", "blank", "only a mark", "binary", "Windows-1252", "broken UTF-16", "only code", "empty page",
         "no page", "other kind", "no ending"],
)  # fmt: skip
def test_a_bad_file_gives_the_reason(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, data)
    found = read_file(path)
    assert isinstance(found, Rejected) and reason in found.reason and found.source == path.as_posix()


def test_the_reason_says_what_to_do(tmp_path: Path) -> None:
    wrong = read_file(write(tmp_path, "a.txt", "Förderung".encode("cp1252")))
    other = read_file(write(tmp_path, "a.xlsx", b"PK\3\4"))
    assert isinstance(wrong, Rejected) and "iconv" in wrong.reason
    assert isinstance(other, Rejected) and all(ending in other.reason for ending in SUFFIXES)


def test_a_missing_file_is_told_of(tmp_path: Path) -> None:
    (found,) = read([tmp_path / "gone.txt"])
    assert found == Rejected((tmp_path / "gone.txt").as_posix(), found.reason) and "no such file" in found.reason


def test_a_folder_named_as_a_file_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    found = read_file(tmp_path / "a.txt")
    assert isinstance(found, Rejected) and "cannot be read" in found.reason


def test_a_file_that_may_not_be_read_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The administrator may read all files, so the permission is answered for him."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    found = read_file(write(tmp_path, "a.txt", GERMAN))
    assert isinstance(found, Rejected) and "permissions" in found.reason


def test_a_pipe_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    found: list[Document | Rejected] = []
    reading = threading.Thread(target=lambda: found.extend(read([path])), daemon=True)
    reading.start()
    reading.join(2)
    waiting = reading.is_alive()
    if waiting:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        reading.join()
    assert not waiting
    assert isinstance(found[0], Rejected) and "not a file" in found[0].reason


# ---- many files ------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("z.txt", "a.md", "b/c.HTML", "table.csv", ".hidden/x.txt"):
        write(tmp_path, name, PAGE if name.endswith("HTML") else GERMAN)
    assert [path.name for path in files([tmp_path]) if isinstance(path, Path)] == ["a.md", "c.HTML", "z.txt"]
    assert [found.name for found in read([tmp_path]) if isinstance(found, Document)] == ["a", "c", "z"]


def test_a_folder_without_reports_is_told_of(tmp_path: Path) -> None:
    (found,) = read([tmp_path])
    assert isinstance(found, Rejected) and all(ending in found.reason for ending in SUFFIXES)


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    bad, good = write(tmp_path, "a.txt", b""), write(tmp_path, "b.txt", GERMAN)
    assert [type(found) for found in read([bad, tmp_path / "gone.txt", good])] == [Rejected, Rejected, Document]


LINES: list[tuple[str, Callable[[int], str]]] = [
    (".txt", lambda size: (GERMAN + " ") * (size // len(GERMAN))),
    (".txt", lambda size: "x" * size),
    (".md", lambda size: "**a** " * (size // 6)),
    (".md", lambda size: "| a " * (size // 4)),
]


@pytest.mark.parametrize(("ending", "line"), LINES, ids=["sentences", "one word", "bold words", "cells"])
def test_a_line_of_five_megabytes_is_read(ending: str, line: Callable[[int], str], tmp_path: Path) -> None:
    path = write(tmp_path, f"long{ending}", line(5_000_000))
    found = opened(path)
    assert len(found.blocks) == 1 and in_order(found)
