"""`kg explain`: the text with what was read in it, why, and what was nearly read. Every name is invented."""

from __future__ import annotations

import base64
import dataclasses
import html
import io
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Kg
from rich.console import Console

from kg import ontology
from kg.claims import extract
from kg.documents import Document, document, read
from kg.errors import KgError
from kg.explain import Explanation, Miss, Passage, Span, explain, page, show, write_html
from kg.explain.marks import Mark, Part, plain_text, tree
from kg.explain.words import Words

LANGUAGES = ("de", "en", "zh")
EXAMPLES = [found for found in read([ROOT / "examples"]) if isinstance(found, Document)]
BANK = {
    "de": "Die Nordtal Guss AG erhielt von der Landesbank Nordtal einen Kredit von 2 Mio. Euro.",
    "en": "Northvale Castings Ltd. received a loan of $2 million from Northvale Savings Bank.",
    "zh": "北谷银行向北谷水泥有限公司发放低息贷款2000万元。",
}


def explained(text: str, lang: str) -> Explanation:
    return explain(dataclasses.replace(document(text), lang=lang))


def misses(text: str, lang: str) -> list[Miss]:
    return [miss for passage in explained(text, lang).passages for miss in passage.misses]


# ---- what is told is what the extraction claims ----------------------------------------------------------------------


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.name)
def test_the_claims_are_those_of_the_extraction_each_once(text: Document) -> None:
    found, told = extract(text), [one.claim for passage in explain(text).passages for one in passage.told]
    assert len(told) == len(found.relations) + len(found.observations) > 0
    assert set(map(repr, told)) == set(map(repr, (*found.relations, *found.observations)))


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.name)
def test_the_passages_hold_the_text_in_order(text: Document) -> None:
    passages = explain(text).passages
    assert all(a.end <= b.start for a, b in itertools.pairwise(passages))
    for passage in passages:
        assert all(passage.start <= span.start < span.end <= passage.end for span in passage.spans)
        assert all(passage.start <= miss.start < miss.end <= passage.end for miss in passage.misses)
        assert all(one.claim.start == passage.start for one in passage.told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_claim_shows_what_made_it(lang: str) -> None:
    """The weights told are the file's, the strongest first, and the answer weighs more than the next best."""
    told = [one for passage in explained(BANK[lang], lang).passages for one in passage.told]
    weighed = [question for one in told for question in one.questions if not question.settled]
    assert {question.name for question in weighed} == {"relation", "indicator", "status", "subject"}
    for question in weighed:
        strengths = [abs(weight.weight) for weight in question.weights]
        assert strengths and strengths == sorted(strengths, reverse=True)
        assert not question.next or question.score >= question.next_score
    assert all(0 < one.belief < 1 and one.subject and one.claim.slots for one in told)


def test_what_a_claim_stands_on_is_marked() -> None:
    (passage,) = explained(BANK["de"], "de").passages
    text = BANK["de"]
    marked = {(text[span.start : span.end], span.kind): span for span in passage.spans if span.used}
    assert marked["Nordtal Guss AG", "entity"].name == "Enterprise"
    assert marked["2 Mio. Euro", "quantity"].name == "EUR"
    assert marked["erhielt", "cue"].rule == "erhielt~"


# ---- near misses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        ("de", "Es waren rund 300 Tonnen CO2.", "300 Tonnen CO2"),
        ("en", "It was about 300 tonnes of CO2.", "300 tonnes of CO2"),
        ("zh", "约300吨标准煤。", "300吨标准煤"),
    ],
)
def test_a_figure_that_is_nobodys(lang: str, text: str, words: str) -> None:
    (miss,) = [miss for miss in misses(text, lang) if miss.kind == "no-subject"]
    assert words in text[miss.start : miss.end] and text[miss.start : miss.end] == miss.about["words"]
    assert miss.about["indicator"] in ontology.load().indicators
    assert set(miss.about["classes"].split()) <= set(ontology.load().classes)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Die Nordtal Guss AG hat nicht 300 Tonnen CO2 eingespart."),
        ("en", "Northvale Castings Ltd. has not saved 300 tonnes of CO2."),
        ("zh", "北谷水泥有限公司未节约300吨标准煤。"),
    ],
)
def test_a_figure_that_is_denied(lang: str, text: str) -> None:
    (miss,) = [miss for miss in misses(text, lang) if miss.kind == "dropped"]
    assert miss.about["status"] == "negated" and miss.about["cue"]


def test_a_number_that_counts_nothing() -> None:
    (miss,) = [miss for miss in misses("浏览次数：1286", "zh") if miss.kind == "no-unit"]
    assert miss.about["words"] == "1286"


@pytest.mark.parametrize(
    ("lang", "text", "relation", "lacking"),
    [
        ("de", "Die Nordtal Guss AG erhielt viel Lob.", "receives", "object"),
        ("en", "Northvale Castings Ltd. received much praise.", "receives", "object"),
        ("zh", "北谷水泥有限公司获得好评。", "receives", "object"),
    ],
)
def test_a_cue_whose_slots_nothing_fills(lang: str, text: str, relation: str, lacking: str) -> None:
    (miss,) = [m for m in misses(text, lang) if m.kind == "no-slot" and m.about["relation"] == relation]
    known = ontology.load()
    assert miss.about["slot"] == lacking and set(miss.about["classes"].split()) == known.range(relation)
    frames = [frame for frame in known.lexicon(lang)["frames"] if frame["relation"] == relation]
    assert any(miss.about["entry"] in frame["cues"] for frame in frames)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_lies_below_the_threshold_is_told_with_its_score(lang: str) -> None:
    found = [explain(text) for text in EXAMPLES if text.lang == lang]
    below = [(m, one.threshold) for one in found for p in one.passages for m in p.misses if m.kind == "below"]
    assert below
    for miss, threshold in below:
        assert miss.score is not None and threshold - 0.5 < miss.score <= threshold
        assert miss.weights and any(weight.weight < 0 for weight in miss.weights)


def test_no_near_miss_is_a_claim() -> None:
    for text in EXAMPLES:
        found = explain(text)
        told = {(one.subject, one.claim.predicate, one.object) for p in found.passages for one in p.told
                if hasattr(one.claim, "predicate")}  # fmt: skip
        near = {(m.about["subject"], m.about["relation"], m.about["object"]) for p in found.passages for m in p.misses
                if m.kind in ("below", "rival", "doubted")}  # fmt: skip
        assert not told & near


# ---- in words --------------------------------------------------------------------------------------------------------


def test_every_language_says_the_same_things() -> None:
    def keys(table: dict[str, object], path: str = "") -> Iterator[tuple[str, frozenset[str]]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from keys(value, f"{path}{key}.")
            else:
                yield f"{path}{key}", frozenset(re.findall(r"{(\w+)}", str(value)))

    tables = {lang: sorted(keys(Words(lang).own)) for lang in LANGUAGES}
    assert tables["de"] == tables["en"] == tables["zh"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_near_miss_can_be_said(lang: str) -> None:
    words, said = Words(lang), set()
    for text in EXAMPLES:
        for passage in (found := explain(text)).passages:
            for miss in passage.misses:
                line = words.miss(miss, found.threshold)
                said.add(miss.kind)
                assert line and "{" not in line
    assert len(said) >= 5


# ---- marks -----------------------------------------------------------------------------------------------------------


def spans(*ranges: tuple[int, int]) -> list[Span]:
    return [Span(start, end, "entity", f"{start}-{end}", True) for start, end in ranges]


def written(parts: list[Part]) -> str:
    return "".join(p if isinstance(p, str) else f"({written(p.parts)})" for p in parts)


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([], "abcdefgh"),
        ([(0, 2), (6, 8)], "(ab)cdef(gh)"),
        ([(0, 8), (2, 4)], "(ab(cd)efgh)"),
        ([(0, 8), (0, 4), (2, 4)], "((ab(cd))efgh)"),
        ([(0, 4), (2, 6)], "(ab(cd))efgh"),
        ([(2, 4), (2, 4)], "ab(cd)efgh"),
        ([(0, 4), (0, 2), (4, 8)], "((ab)cd)(efgh)"),
    ],
)
def test_marks_stand_inside_each_other_and_never_cross(ranges: list[tuple[int, int]], expected: str) -> None:
    assert written(tree("abcdefgh", 0, 8, spans(*ranges))) == expected


def test_no_letter_is_lost_by_marking() -> None:
    def said(parts: list[Part]) -> str:
        return "".join(said(part.parts) if isinstance(part, Mark) else part for part in parts)

    for text in EXAMPLES:
        for passage in explain(text).passages:
            assert (
                said(tree(text.text, passage.start, passage.end, passage.spans))
                == text.text[passage.start : passage.end]
            )


def test_marks_without_colours_are_brackets() -> None:
    (passage,) = explained(BANK["en"], "en").passages
    line = plain_text(tree(BANK["en"], passage.start, passage.end, passage.spans), {"Enterprise": "enterprise"})
    assert line.startswith("[Northvale Castings Ltd.: enterprise] <received> a ") and "{$2 million}" in line


# ---- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_needs_nothing_else(lang: str) -> None:
    made = page(explained(BANK["en"], "en"), lang)
    assert "<script" not in made and "@import" not in made and "url(" not in made
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)", made)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', made)
    assert policy and html.unescape(policy[1]).startswith("default-src 'none'; style-src 'sha256-")
    assert f'<html lang="{lang}">' in made and 'style="' not in made


def test_what_lies_far_down_in_a_long_text_is_packed_and_not_lost() -> None:
    text = "\n\n".join(f"{BANK['de']} Das waren {n} Betriebe." for n in range(700))
    found = explained(text, "de")
    made = page(found)
    packed = re.findall(r'<script type="text/plain">([^<]+)</script>', made)
    assert len(packed) > 10 and "script-src 'sha256-" in html.unescape(made)
    opened = "".join(zlib.decompress(base64.b64decode(group)).decode() for group in packed)
    assert made.count('<li class="claim">') + opened.count('<li class="claim">') == sum(
        len(passage.told) for passage in found.passages
    )
    assert ">699</mark>" in opened and "</script" not in opened
    assert "Das waren 699 Betriebe." in made  # the bare text can be searched


def test_what_a_text_says_is_never_markup() -> None:
    made = page(explained("Die <b onclick=x>Nordtal Guss AG</b> & <script>alert(1)</script> spart 3 GWh.", "de"))
    assert "<script" not in made and "<b onclick" not in made and "&lt;" in made


def test_every_link_leads_to_words_of_the_text() -> None:
    for text in EXAMPLES:
        made = page(explain(text), text.lang)
        places, links = re.findall(r'id="(t\d+-\d+)"', made), set(re.findall(r'href="#(t[^"]+)"', made))
        assert len(places) == len(set(places)), "an id stands twice"
        assert links and len(links - set(places)) <= 0.05 * len(links), links - set(places)


def test_classes_show_by_the_colours_of_the_view_and_by_a_sign() -> None:
    made, known = page(explained(BANK["en"], "en")), ontology.load()
    for name in ("Enterprise", "FinancialInstitution"):
        assert f".c-{name}{{--c:{known.style(name).color}}}" in made
    assert "● enterprise" in made and "◆ bank" in made


def test_the_same_text_gives_the_same_page() -> None:
    assert page(explain(EXAMPLES[0])) == page(explain(EXAMPLES[0]))


def test_a_page_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="Cannot write the page"):
        write_html(explained(BANK["en"], "en"), tmp_path / "no" / "page.html")


def test_a_text_of_a_language_without_lexicon_says_so() -> None:
    found = explained("La société Valnord SA a investi 5 millions d'euros.", "xx")
    console = Console(record=True, file=io.StringIO())
    show(found, console)
    assert not found.passages
    assert "No lexicon" in console.export_text() and "No lexicon" in page(found)


# ---- the verb --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "bericht.txt"
    path.write_text(
        "Die Nordtal Guss AG erhielt von der Landesbank Nordtal einen Kredit von 2 Mio. Euro. "
        "Das Unternehmen hat damit im Werk Nordtal rund 300 Tonnen CO2 eingespart. "
        "Der Vorstand entwickelt sich weiter.\n",
        encoding="utf-8",
    )
    return path


def test_the_verb_tells_text_claims_and_reasons(kg: Kg, report: Path) -> None:
    made = kg("explain", report, "--lang", "de")
    assert made.returncode == 0, made.stderr
    assert "[Nordtal Guss AG: Unternehmen] <erhielt>" in made.stdout
    assert "→ Nordtal Guss AG – erhält → Kredit" in made.stdout
    assert "Regel frame-receives" in made.stdout and "Stichwort erhielt~" in made.stdout
    assert "Gewissheit 0." in made.stdout and "receives:Enterprise>FinancialInstrument" in made.stdout


def test_the_verb_writes_a_page(kg: Kg, report: Path, tmp_path: Path) -> None:
    made = kg("explain", report, "--html", tmp_path / "why.html", "--lang", "zh")
    assert (made.returncode, made.stdout) == (0, "") and "why.html" in made.stderr
    assert (tmp_path / "why.html").read_text(encoding="utf-8").startswith('<!DOCTYPE html>\n<html lang="zh">')


def test_the_verb_gives_json(kg: Kg, report: Path) -> None:
    found = json.loads(kg("explain", report, "--json").stdout)
    first: dict[str, list[dict[str, object]]] = found["passages"][0]
    assert {claim["kind"] for claim in first["claims"]} == {"relation", "observation"}
    assert all({"rule", "cues", "slots", "belief", "questions"} <= set(claim) for claim in first["claims"])
    near = [miss for passage in found["passages"] for miss in passage["near_misses"]]
    assert near and all({"kind", "about", "score", "weights"} <= set(miss) for miss in near)


@pytest.mark.parametrize(("name", "told"), [("missing.txt", "cannot be read"), ("data.xyz", "files of the kind")])
def test_the_verb_tells_of_a_file_that_cannot_be_read(kg: Kg, tmp_path: Path, name: str, told: str) -> None:
    if name.startswith("data"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    made = kg("explain", tmp_path / name)
    assert made.returncode == 2 and told in made.stderr and "Traceback" not in made.stderr


def test_passages_of_a_heading_say_so() -> None:
    kinds: set[str] = {passage.block for text in EXAMPLES for passage in _passages(text)}
    assert {"heading", "paragraph"} <= kinds or {"title", "paragraph"} <= kinds


def _passages(text: Document) -> tuple[Passage, ...]:
    return explain(text).passages


def test_a_figure_whose_owner_was_not_weighed_here_is_explained_without_weights() -> None:
    from kg.explain.gather import _question

    question = _question("subject", [], [])
    assert question.settled and not question.weights and not question.answer
