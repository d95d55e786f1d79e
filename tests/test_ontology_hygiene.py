"""`queries/hygiene/ontology/`: the ontology has none of these defects, and each query finds the one it is for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.check import check_ontology
from kg.cli import main
from kg.infer import read_queries
from kg.ontology import ontology_dir, queries_dir

RULES = {rule.name: rule for rule in read_queries(queries_dir() / "hygiene" / "ontology")}
PREFIXES = """
@prefix gm: <https://w3id.org/green-manufacturing/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
BAD = {
    "class-cycle": "gm:A rdfs:subClassOf gm:B . gm:B rdfs:subClassOf gm:A .",
    "disjoint-with-broader": "gm:A rdfs:subClassOf gm:B . gm:B owl:disjointWith gm:A .",
    "duplicate-label": 'gm:A a owl:Class ; rdfs:label "a"@de . gm:B a owl:Class ; rdfs:label "a"@de .',
    "inverse-ends-differ": "gm:p owl:inverseOf gm:q ; rdfs:domain gm:A . gm:q rdfs:range gm:B .",
    "inverse-of-itself": "gm:p owl:inverseOf gm:p .",
    "missing-definition": 'gm:A a owl:Class ; skos:definition "x"@de , "y"@en .',
    "missing-domain-or-range": "gm:p a owl:ObjectProperty ; rdfs:domain gm:A .",
    "missing-example": 'gm:A a owl:Class ; skos:example "x"@de , "y"@en .',
    "missing-inverse": "gm:p rdfs:subPropertyOf gm:relatedTo .",
    "missing-label": 'gm:A a owl:Class ; rdfs:label "x"@zh .',
    "missing-source": "gm:A a owl:Class .",
    "orphan-class": "gm:A a owl:Class .",
    "relation-cycle": "gm:p rdfs:subPropertyOf gm:q . gm:q rdfs:subPropertyOf gm:p .",
    "retired-in-use": "gm:A owl:deprecated true . gm:B rdfs:subClassOf gm:A .",
    "retired-without-replacement": "gm:A owl:deprecated true .",
    "several-domains": "gm:p rdfs:domain gm:A , gm:B .",
    "symmetric-ends-differ": "gm:p a owl:SymmetricProperty ; rdfs:domain gm:A ; rdfs:range gm:B .",
    "transitive-ends-differ": "gm:p a owl:TransitiveProperty ; rdfs:domain gm:A ; rdfs:range gm:B .",
    "undeclared": "gm:p a owl:ObjectProperty ; rdfs:domain gm:A .",
    "untranslated": 'gm:A a owl:Class ; skos:definition "x"@de , "x"@en , "z"@zh .',
}


def test_the_ontology_is_clean() -> None:
    """Violations and warnings alike: none."""
    assert [str(violation) for violation in check_ontology()] == []


def test_every_query_has_its_defect_severity_and_messages() -> None:
    assert set(BAD) == set(RULES)
    for rule in RULES.values():
        assert rule.header["severity"] in ("violation", "warning"), rule.name
        assert {f"{key}@{lang}" for key in ("summary", "message") for lang in ("de", "en", "zh")} <= set(rule.header)
    pitfalls = {rule.header["oops"] for rule in RULES.values() if "oops" in rule.header}
    assert len(pitfalls) >= 13


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_query_finds_its_defect(name: str) -> None:
    store = ox.Store()
    store.load((PREFIXES + BAD[name]).encode(), format=ox.RdfFormat.TURTLE)
    rows = store.query(RULES[name].text)
    assert isinstance(rows, ox.QuerySolutions) and len(list(rows)) >= 1


def test_the_verb_tells_what_is_wrong(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(ontology_dir(), tmp_path / "ontology"))
    path = copy / "actors.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('rdfs:label "town"@en , ', "rdfs:label "), encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["ontology", "check", str(copy)])
    assert done.exit_code == 1 and 'No label in "en".' in done.output and "#Town" in done.output
