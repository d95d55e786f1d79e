"""Room 6: facts -> RDF, by the fast writer and through rdflib alike."""

from __future__ import annotations

import json
import warnings

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from sample_build import extractions

from kg.claims import Extraction
from kg.entities import BASE, identify
from kg.facts import assemble
from kg.graph import GM, RDF, Literal, Quad, document_iri, dumps, fact_lines, line, quads, to_dataset, write
from kg.ontology import load


def sample() -> list[Quad]:
    ontology, made = load(), extractions()
    entities = identify(made, ontology)
    return list(quads(made, entities, assemble(made, entities, ontology), ontology))


def statements(nquads: str) -> set[str]:
    return {str(quad) for quad in ox.parse(nquads.encode(), format=ox.RdfFormat.N_QUADS)}


def test_the_fast_writer_and_rdflib_give_the_same_statements() -> None:
    ontology = load()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        slow = to_dataset(sample(), ontology).serialize(format="nquads").replace(" <urn:x-rdflib:default> .", " .")
    assert statements(write(sample(), ontology)) == statements(slow)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_reads_back_the_fast_writer() -> None:
    ontology = load()
    dataset = rdflib.Dataset()
    dataset.parse(data=write(sample(), ontology), format="nquads")
    assert len(dataset) == len(to_dataset(sample(), ontology))


def test_lines_are_sorted_and_the_same_on_every_run() -> None:
    text = write(sample(), load())
    lines = text.split("\n")[:-1]
    assert lines == sorted(set(lines))
    assert write(reversed(sample()), load()) == text


def test_nothing_is_a_blank_node() -> None:
    for quad in ox.parse(write(sample(), load()).encode(), format=ox.RdfFormat.N_QUADS):
        assert not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)


def test_unions_of_the_ontology_stay_whole_in_a_store_that_loads_in_parallel() -> None:
    """Blank nodes would come apart there."""
    store = ox.Store()
    store.bulk_load(write(sample(), load()).encode(), format=ox.RdfFormat.N_QUADS)
    members = (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
        f"PREFIX rdf: <{RDF}> SELECT ?class {{ <{GM}finances> rdfs:domain/owl:unionOf/rdf:rest*/rdf:first ?class }}"
    )
    assert {row["class"].value.removeprefix(GM) for row in store.query(members)} == load().domain("finances")


@given(st.text(max_size=60).filter(lambda text: not any(0xD800 <= ord(c) < 0xE000 for c in text)))
def test_any_text_comes_back_from_n_quads(text: str) -> None:
    for literal in (Literal(text), Literal(text, "de"), Literal(text, datatype="urn:x")):
        (back,) = ox.parse(line(Quad("urn:s", "urn:p", literal)).encode(), format=ox.RdfFormat.N_QUADS)
        assert back.object.value == text


def asked(query: str) -> bool:
    store = ox.Store()
    store.load(write(sample(), load()).encode(), format=ox.RdfFormat.N_QUADS)
    result = store.query(f"PREFIX gm: <{GM}> PREFIX ent: <{BASE}> PREFIX rdf: <{RDF}> " + query)
    return bool(result)


def test_accepted_relations_are_plain_triples_and_denied_ones_are_not() -> None:
    firm = "ent:quarry-cement-enterprise"
    assert asked(f"ASK {{ {firm} gm:receives ?loan . ?loan a gm:GreenLoan }}")
    assert not asked(f"ASK {{ {firm} gm:receives ?relief . ?relief a gm:TaxRelief }}")
    assert asked(
        f"ASK {{ ?fact rdf:subject {firm} ; gm:statedStatus <https://w3id.org/green-manufacturing/status/negated> }}"
    )


def test_a_document_graph_holds_what_the_document_states() -> None:
    english, german = (next(e.document for e in extractions() if e.document.lang == lang) for lang in ("en", "de"))
    ask = "ASK {{ GRAPH <{}> {{ ent:quarry-cement-enterprise gm:uses ?technology }} }}"
    assert asked(ask.format(document_iri(english.id)))
    assert not asked(ask.format(document_iri(german.id)))


@pytest.mark.parametrize(("lang", "value"), [("de", "3500000"), ("en", "3.5")])
def test_each_document_gives_the_figure_in_its_own_unit(lang: str, value: str) -> None:
    iri = document_iri(next(e.document.id for e in extractions() if e.document.lang == lang))
    pattern = "?figure gm:numericValue ?value ; gm:baseValue ?base"
    assert asked(f"ASK {{ GRAPH <{iri}> {{ {pattern} }} FILTER(?value = {value} && ?base = 3500000) }}")


def test_evidence_selects_the_sentence() -> None:
    assert asked(
        "PREFIX oa: <http://www.w3.org/ns/oa#> ASK { ?fact gm:hasEvidence ?e . GRAPH ?d { ?e gm:inDocument ?d ; "
        "oa:hasSelector [ oa:exact ?quote ] , [ oa:start ?start ; oa:end ?end ] . ?d gm:text ?text } "
        "FILTER(SUBSTR(?text, ?start + 1, ?end - ?start) = ?quote) }"
    )


def lines_of(made: list[Extraction]) -> list[dict[str, object]]:
    ontology = load()
    entities = identify(made, ontology)
    return list(fact_lines(made, entities, assemble(made, entities, ontology), ontology))


def test_the_fact_table_has_what_scoring_reads() -> None:
    table = lines_of(extractions())
    entities = {line["id"] for line in table if line["kind"] == "entity"}
    for row in table:
        assert row["doc"] in ("mill-de", "mill-en", "mill-zh")
        if row["kind"] == "relation":
            assert {row["subject"], row["object"]} <= entities and row["predicate"] in row["predicates"]  # type: ignore[operator]
        if row["kind"] == "observation":
            assert row["subject"] in entities and row["unit"] and row["status"]
    firm = next(row for row in table if row["doc"] == "mill-de" and row["class"] == "Manufacturer")
    assert firm["names"] == ["Quarry Cement GmbH", "Quarry Cement", "das Unternehmen"]
    assert "Enterprise" in firm["classes"]  # type: ignore[operator]


def test_a_denial_is_no_relation_in_the_fact_table() -> None:
    kinds = {(row["kind"], row["status"]) for row in lines_of(extractions()) if row["kind"] in ("relation", "denial")}
    assert kinds == {("relation", "actual"), ("relation", "projected"), ("denial", "negated")}


def test_a_document_states_a_fact_in_one_line_with_all_its_sentences() -> None:
    made = extractions()
    doubled = made[0].relations[0], *made[0].relations, made[0].relations[0]
    again = Extraction(made[0].document, made[0].entities, doubled, made[0].observations)
    assert lines_of([again]) == lines_of([made[0]])


def test_numbers_in_the_fact_table_are_json_numbers() -> None:
    loan = next(row for row in lines_of(extractions()) if row.get("indicator") == "financing")
    written = json.loads(dumps(loan))
    assert written["value"] == 12_000_000 and written["max"] is None and written["written"] == "12 million euros"
