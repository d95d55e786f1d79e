"""Room 8: every rule finds what it should, and nothing that it should not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from sample_build import extractions

from kg.entities import identify
from kg.errors import KgError
from kg.facts import assemble
from kg.graph import ontology_lines, quads, write
from kg.infer import SparqlFile, infer, inferred_graph, read_queries
from kg.ontology import load, queries_dir

PREFIXES = """
@prefix gm: <https://w3id.org/green-manufacturing/ontology#> .
@prefix status: <https://w3id.org/green-manufacturing/status/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix : <https://w3id.org/green-manufacturing/id/> .
"""
ASK = PREFIXES.replace("@prefix", "PREFIX").replace(" .\n", "\n")


def inferring(turtle: str) -> ox.Store:
    """The ontology and some data, with all that the rules find."""
    store = ox.Store()
    store.bulk_load("".join(ontology_lines(load())).encode(), format=ox.RdfFormat.N_TRIPLES)
    store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
    infer(store)
    return store


def holds(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"{ASK} ASK {{ {pattern} }}"))


def fact(name: str, subject: str, predicate: str, object_: str, status: str = "actual") -> str:
    return (
        f":{subject} gm:{predicate} :{object_} . :{name} a gm:Fact ; rdf:subject :{subject} ; "
        f"rdf:predicate gm:{predicate} ; rdf:object :{object_} ; gm:statedStatus status:{status} . "
    )


LOAN = ":bank a gm:Bank . :loan a gm:GreenLoan . :firm a gm:Manufacturer . :mill a gm:RetrofitProject . "


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (":bank a gm:DevelopmentBank .", ":bank a gm:FinancialInstitution , gm:Actor , gm:Entity"),
        (":a gm:collaboratesWith :b .", ":b gm:collaboratesWith :a"),
        (":a gm:partOf :b . :b gm:partOf :c .", ":a gm:partOf :c"),
        (":bank gm:lendsTo :firm .", ":bank gm:finances :firm . :firm gm:borrowsFrom :bank"),
        (":bank gm:provides :loan . :firm gm:receives :loan .", ":bank gm:channelsMoneyTo :firm"),
        (":firm gm:operates :line . :line gm:locatedIn :town .", ":firm gm:activeIn :town"),
        (":town gm:awards :title . :firm gm:hasDesignation :title .", ":firm gm:recognisedBy :town"),
        (":firm gm:locatedIn :park . :park gm:locatedIn :town .", ":firm gm:locatedIn :town"),
        (":firm gm:locatedIn :town . :town gm:partOf :land . :land a gm:Country .", ":firm gm:locatedIn :land"),
        (":line a gm:ProductionLine ; gm:partOf :mill . :mill a gm:Factory ; gm:locatedIn :town .",
         ":line gm:locatedIn :town"),
        (LOAN + fact("f", "bank", "provides", "loan") + fact("g", "firm", "receives", "loan"),
         ":bank gm:finances :firm"),
        (LOAN + fact("f", "bank", "provides", "loan") + fact("g", "loan", "finances", "mill"),
         ":bank gm:finances :mill"),
        (":a gm:partOf :b .", ":b gm:hasPart :a"),
    ],
)  # fmt: skip
def test_a_rule_finds(data: str, found: str) -> None:
    assert holds(inferring(data), found)


@pytest.mark.parametrize(
    ("data", "absent"),
    [
        (":a gm:partOf :b . :b gm:partOf :a .", ":a gm:partOf :a"),
        (LOAN + fact("f", "bank", "provides", "loan", "projected") + fact("g", "firm", "receives", "loan"),
         ":bank gm:finances :firm"),
        (LOAN + fact("f", "bank", "provides", "loan") + fact("g", "firm", "receives", "loan", "target"),
         ":bank gm:finances :firm"),
        (":unit a gm:Bureau ; gm:partOf :ministry . :ministry a gm:Ministry ; gm:locatedIn :capital .",
         ":unit gm:locatedIn :capital"),
        (":firm gm:locatedIn :park . :park gm:partOf :group . :group a gm:Enterprise .", ":firm gm:locatedIn :group"),
    ],
    ids=["circle", "promised loan", "hoped-for loan", "office elsewhere", "park of a group"],
)  # fmt: skip
def test_a_rule_does_not_find(data: str, absent: str) -> None:
    assert not holds(inferring(data), absent)


def test_what_is_inferred_is_listed_with_its_rule() -> None:
    store = inferring(":firm gm:locatedIn :park . :park gm:locatedIn :town .")
    graph = inferred_graph()
    assert holds(store, f"GRAPH <{graph}> {{ :firm gm:locatedIn :town }}")
    assert not holds(store, f"GRAPH <{graph}> {{ :firm gm:locatedIn :park }}"), "stated, not inferred"
    assert holds(
        store,
        f"GRAPH <{graph}> {{ ?n rdf:subject :firm ; rdf:predicate gm:locatedIn ; rdf:object :town ; "
        "gm:rule '05-place-of-a-place' }",
    )


def test_inferring_again_finds_nothing_new() -> None:
    ontology, made = load(), extractions()
    entities = identify(made, ontology)
    store = ox.Store()
    data = quads(made, entities, assemble(made, entities, ontology), ontology)
    store.bulk_load(write(data, ontology).encode(), format=ox.RdfFormat.N_QUADS)
    first = infer(store)
    assert first.triples > 0 and len(set(first.lines)) == len(first.lines)
    assert infer(store).triples == 0


def test_every_rule_is_told_in_three_languages() -> None:
    rules = read_queries(queries_dir() / "infer")
    assert len(rules) >= 8
    for rule in rules:
        assert {"summary@de", "summary@en", "summary@zh"} <= set(rule.header), rule.name


def test_a_rule_that_never_ends_is_told() -> None:
    endless = SparqlFile(
        "endless", {}, "CONSTRUCT { ?s <urn:p> ?new } WHERE { SELECT ?s (IRI(CONCAT('urn:x:', STRUUID())) AS ?new) "
        "WHERE { ?s <urn:p> ?o } LIMIT 1 }",
    )  # fmt: skip
    store = ox.Store()
    store.load(b"<urn:s> <urn:p> <urn:o> .", format=ox.RdfFormat.N_TRIPLES)
    with pytest.raises(KgError, match="never ends"):
        infer(store, [endless])


@pytest.mark.parametrize("text", ["SELECT * WHERE { ?s ?p ?o }", "CONSTRUCT {"])
def test_a_wrong_rule_is_told_by_name(text: str) -> None:
    with pytest.raises(KgError, match="broken"):
        infer(ox.Store(), [SparqlFile("broken", {}, text)])
