"""The fast writer of large builds: the same bytes as the plain one, whatever it is given."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_build import extractions

from kg.claims import Extraction
from kg.documents.model import PageBreak
from kg.entities import identify
from kg.facts import assemble, connect, independent
from kg.graph import blocks, line_blocks, link_quads, ontology_lines, quad_blocks, quads, united, write
from kg.ontology import load
from kg.run.files import merge_lines

sys.path.append(str(Path(__file__).parent / "bench"))
from bench_facts import measure, reports


def of_a_model(made: list[Extraction]) -> list[Extraction]:
    """The same, read by a language model too, with cues and texts that need escapes, and on pages."""
    document = replace(made[0].document, pages=(PageBreak(0, 1),), title='A "title"\\ \n\u2028')
    relations = tuple(replace(one, rule="x + llm:a b", cues=("q\t", "q\t", "a")) for one in made[0].relations)
    return [replace(made[0], document=document, relations=relations), *made[1:]]


@pytest.mark.parametrize(
    "given_", [extractions(), of_a_model(extractions()), reports(30)], ids=["de-en-zh", "model", "many"]
)
def test_the_fast_writer_gives_the_bytes_of_the_plain_one(given_: list[Extraction]) -> None:
    ontology = load()
    entities, sources = identify(given_, ontology), independent(one.document for one in given_)
    links = connect(assemble(given_, entities, ontology, sources=sources), sources, ontology)
    plain = write([*quads(given_, entities, links.facts, ontology), *link_quads(links, sources, ontology)], ontology)
    fast = united(
        *blocks(given_, entities.all, links.facts, ontology),
        quad_blocks(link_quads(links, sources, ontology)),
        line_blocks(ontology_lines(ontology)),
    )
    assert "".join(fast) == plain


@given(st.sets(st.text("ab\u00e4-", max_size=3)), st.sets(st.text("ab\u00e4-", max_size=3)))
def test_lines_are_merged_in_order_each_once(
    tmp_path_factory: pytest.TempPathFactory, old: set[str], more: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("merged")
    (folder / "old").write_text("".join(sorted(line + "\n" for line in old)), encoding="utf-8", newline="\n")
    counted = merge_lines(folder / "old", (line + "\n" for line in more), folder / "new")
    lines = (folder / "new").read_text(encoding="utf-8").split("\n")[:-1]
    assert [line + "\n" for line in lines] == sorted({line + "\n" for line in old | more}) and counted == len(lines)


def test_the_benchmark_of_facts_runs() -> None:
    """Nobody else does so between releases."""
    try:
        told = measure(20, with_store=True)
    finally:
        gc.enable()
    assert told["claims"] == 400 and told["quads"] > 10_000
