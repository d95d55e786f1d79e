"""The alignments name terms that exist on both sides, and their RDF says what the table says.

That they contradict nothing is for HermiT to say: `test_ontology_reasoning.py`.
"""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef, namespace

from kg.ontology import load, ontology_dir
from kg.publish import export_ontology

HERE = Path(__file__).parent / "alignments"
SHIPPED = (namespace.DCTERMS, namespace.ORG, namespace.PROV, namespace.SDO, namespace.SOSA)
"""Vocabularies of which rdflib knows every name."""
WIKIDATA = re.compile(r"http://www\.wikidata\.org/(entity/Q|prop/direct/P)[1-9]\d*")
SSSOM = rdflib.Namespace("https://w3id.org/sssom/")
NEEDED = {"subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification",
          "confidence"}  # fmt: skip
HEADER = {"mapping_set_id", "mapping_set_version", "license", "subject_source", "curie_map"}


@pytest.fixture(scope="module")
def looked_up() -> dict[str, Any]:
    return tomllib.loads((HERE / "looked-up.toml").read_text(encoding="utf-8"))


def exported(fmt: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=export_ontology(fmt) or b"", format="turtle")


def _exists(iri: str, looked_up: dict[str, Any]) -> bool:
    if any(URIRef(iri) in shipped for shipped in SHIPPED) or WIKIDATA.fullmatch(iri):
        return True
    return any(
        iri.startswith(start) and iri.removeprefix(start) in entry["terms"] for start, entry in looked_up.items()
    )


def test_every_aligned_term_exists(looked_up: dict[str, Any]) -> None:
    """By the closed namespaces of rdflib, or by the list of what was looked up; of Wikidata the form alone."""
    assert [one.object for one in load().alignments if not _exists(one.object, looked_up)] == []
    assert not _exists("http://www.w3.org/ns/org#FormalOrganisation", looked_up), "a misspelt name must be found"
    assert not _exists("https://spec.edmcouncil.org/fibo/ontology/SEC/Funds/Funds/Fund", looked_up)


def test_what_was_looked_up_is_used(looked_up: dict[str, Any]) -> None:
    listed = {start + name for start, entry in looked_up.items() for name in entry["terms"]}
    assert listed <= {one.object for one in load().alignments}
    assert all(entry["where"] for entry in looked_up.values())


def test_one_term_of_others_has_one_label() -> None:
    """A number of Wikidata that stands for two things would be a slip."""
    labels: dict[str, set[str]] = {}
    for one in load().alignments:
        labels.setdefault(one.object, set()).add(one.object_label)
    assert {iri: said for iri, said in labels.items() if len(said) > 1 or "" in said} == {}


def test_the_table_is_sssom() -> None:
    """Header in comment lines, the columns that the standard asks for, labels of subjects as the ontology has them."""
    lines = (ontology_dir() / "alignments.sssom.tsv").read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert {found[1] for line in comments if (found := re.match(r"# (\w+):", line))} >= HEADER
    rows = list(csv.DictReader(lines[len(comments) :], delimiter="\t", quoting=csv.QUOTE_NONE))
    assert set(rows[0]) >= NEEDED and len(rows) == len(load().alignments) >= 220
    assert f"# mapping_set_version: {load().version}" in comments
    for row, one in zip(rows, load().alignments, strict=True):
        assert row["subject_label"] == load().terms[one.subject].labels["en"], one.subject


def test_the_skos_form_has_every_mapping_with_its_justification() -> None:
    graph = exported("alignments")
    axioms = set(graph.subjects(RDF.type, OWL.Axiom))
    assert len(axioms) == len(load().alignments)
    for one in load().alignments:
        triple = (URIRef(one.subject), URIRef(one.predicate), URIRef(one.object))
        assert triple in graph and one.predicate.startswith(str(SKOS))
    for axiom in axioms:
        assert graph.value(axiom, SSSOM.mapping_justification) and graph.value(axiom, SSSOM.confidence) is not None


def test_the_owl_form_says_no_more_than_the_matches() -> None:
    """Exact, broad and narrow matches entail something, each in its direction; names of others are declared."""
    graph = exported("bridge")
    said = {(str(s), str(o)) for p in (OWL.equivalentClass, RDFS.subClassOf) for s, o in graph.subject_objects(p)}
    wanted = set()
    for one in load().alignments:
        if one.subject in {term.iri for term in load().classes.values()}:
            kind = one.predicate.rpartition("#")[2]
            wanted |= {(one.subject, one.object)} if kind in ("exactMatch", "broadMatch") else set()
            wanted |= {(one.object, one.subject)} if kind == "narrowMatch" else set()
    assert said == wanted and len(said) > 40
    own = "https://w3id.org/green-manufacturing/"
    used = {str(term) for pair in said for term in pair if not str(term).startswith(own)}
    assert used <= {str(term) for term in graph.subjects(RDF.type, OWL.Class)}
