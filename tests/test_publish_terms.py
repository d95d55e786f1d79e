"""Room 13: what adopters take who want no OWL; data in others' terms; pages; releases; differences."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from lxml import etree, html
from rdflib import RDF, SKOS
from sample_build import sample_build

from kg.cli import main
from kg.errors import KgError
from kg.infer import read_queries
from kg.ontology import load, ntriples, ontology_dir, queries_dir
from kg.publish import export_data_as, export_ontology
from kg.publish.compare import compare
from kg.publish.mapped import vocabularies
from kg.publish.pages import file_of, write_pages
from kg.publish.release import write_release
from kg.store import Build, open_build

LANGUAGES = {"de", "en", "zh"}
GM = rdflib.Namespace("https://w3id.org/green-manufacturing/ontology#")
SCHEMA = rdflib.Namespace("https://schema.org/")
ORG = rdflib.Namespace("http://www.w3.org/ns/org#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
ONTOLEX = rdflib.Namespace("http://www.w3.org/ns/lemon/ontolex#")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return open_build(sample_build(tmp_path_factory.mktemp("builds")))


def exported(fmt: str) -> bytes:
    made = export_ontology(fmt)
    assert made is not None
    return made


# ---- the ontology without OWL


def test_skos_has_every_indicator_under_a_broad_one() -> None:
    """rdflib reads the scheme: labels in three languages, and from each concept a way up to a top."""
    graph = rdflib.Graph().parse(data=exported("skos"), format="turtle")
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert {str(c) for c in concepts} >= {i.iri for i in load().indicators.values()}
    for concept in concepts:
        assert {label.language for label in graph.objects(concept, SKOS.prefLabel)} == LANGUAGES  # type: ignore[attr-defined]
    broader = set(graph.objects(None, SKOS.broader))
    assert broader and broader <= concepts


def test_ontolex_says_terms_in_each_language() -> None:
    """Each entry denotes a term that exists, and its form has a word in the lexicon's language."""
    graph = rdflib.Graph().parse(data=exported("ontolex"), format="turtle")
    assert {str(term) for term in graph.objects(None, ONTOLEX.denotes)} <= set(load().terms)
    forms = [str(word) for word in graph.objects(None, ONTOLEX.writtenRep)]
    assert "grüner Kredit" in forms and "绿色贷款" in forms and not [word for word in forms if set(word) & set("~=*")]


def test_the_table_has_a_row_for_every_term() -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode(), newline="")))
    assert [row["iri"] for row in rows] == list(load().terms)
    loan = next(row for row in rows if row["name"] == "GreenLoan")
    assert (loan["kind"], loan["broader"], loan["label_de"]) == ("class", "LoanOrCredit", "grüner Kredit")
    assert sum(row["extracted"] == "yes" for row in rows) == len(load().relations)


def test_json_schema_refers_only_to_what_it_defines() -> None:
    schema = json.loads(exported("jsonschema"))
    assert set(schema["$defs"]) == set(load().classes)
    referred = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert referred <= set(schema["$defs"])
    assert "receives" in schema["$defs"]["Enterprise"]["properties"]
    assert schema["$defs"]["Bank"]["allOf"] == [{"$ref": "#/$defs/FinancialInstitution"}]


def test_derived_shapes_find_a_wrong_domain_and_take_good_data() -> None:
    """pySHACL reads the shapes made of domain and range: right data conforms, wrong data is told in three languages."""
    import pyshacl

    shapes = rdflib.Graph().parse(data=exported("shacl"), format="turtle")
    kinds = rdflib.Graph()
    for line in ntriples().splitlines():
        if "subClassOf> <http" in line:
            kinds.parse(data=line, format="nt")
    prefixes = f"@prefix gm: <{GM}> . @prefix rdfs: <{rdflib.RDFS}> . @prefix : <urn:x:> . "
    good = ':b a gm:CommercialBank ; rdfs:label "B" ; gm:lendsTo :f . :f a gm:SteelProducer ; rdfs:label "F" .'
    for data, conforms in ((good, True), (good.replace("gm:CommercialBank", "gm:City"), False)):
        given = rdflib.Graph().parse(data=prefixes + data, format="turtle")
        found, report, _ = pyshacl.validate(given, shacl_graph=shapes, ont_graph=kinds)
        assert found is conforms
        if not conforms:
            assert isinstance(report, rdflib.Graph)
            sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
            assert {m.language for m in report.objects(None, sh.resultMessage)} == LANGUAGES  # type: ignore[attr-defined]


def test_graphml_and_svg_are_read() -> None:
    read = nx.read_graphml(io.BytesIO(exported("graphml")), force_multigraph=True)
    assert set(read.nodes) == set(load().classes)
    assert ("GreenLoan", "LoanOrCredit") in set(read.edges())
    drawing = etree.fromstring(exported("svg"))
    said = " ".join(drawing.itertext())
    assert all(term.labels["en"] in said for term in load().classes.values())


# ---- the data in the terms of others


def test_the_data_as_schema_org(build: Build) -> None:
    """rdflib reads it: kinds and properties of schema.org alone, each name and figure there."""
    made = export_data_as(build, "schema.org")
    assert made is not None
    graph = rdflib.Graph().parse(data=made, format="turtle")
    assert {str(p) for p in graph.predicates()} <= {str(RDF.type)} | {
        str(p) for p in graph.predicates() if str(p).startswith(str(SCHEMA))
    }
    assert all(str(kind).startswith(str(SCHEMA)) for kind in graph.objects(None, RDF.type))
    named = {str(name) for name in graph.objects(None, SCHEMA.name)}
    assert "Project Mill 2" in named
    assert set(graph.subjects(RDF.type, SCHEMA.Observation)) and set(graph.subjects(RDF.type, SCHEMA.Report))


def test_the_data_as_org_and_prov(build: Build) -> None:
    """Each fact leads to the document that is its source."""
    made = export_data_as(build, "org-prov", "nt")
    assert made is not None
    graph = rdflib.Graph().parse(data=made, format="nt")
    facts = set(graph.subjects(RDF.type, PROV.Entity)) & set(graph.subjects(RDF.type, RDF.Statement))
    assert facts and all(graph.value(fact, PROV.hadPrimarySource) for fact in facts)
    assert set(graph.subjects(RDF.type, ORG.FormalOrganization))


def test_mappings_of_the_queries_name_terms_that_exist() -> None:
    for query in read_queries(queries_dir() / "publish"):
        used = set(re.findall(r"\bgm:(\w+)", query.text))
        assert used <= set(load().classes) | set(load().properties), query.name


def test_unknown_vocabulary_and_format_are_told(build: Build) -> None:
    assert vocabularies() == ("org-prov", "schema.org")
    with pytest.raises(KgError, match=r"no vocabulary 'foaf'.*org-prov, schema\.org"):
        export_data_as(build, "foaf")
    with pytest.raises(KgError, match="no format 'csv' for data in another vocabulary"):
        export_data_as(build, "schema.org", "csv")


# ---- pages


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_pages(folder)
    return folder


def test_every_term_has_a_page_in_each_language(site: Path) -> None:
    files = {file_of(term) for term in load().terms.values()}
    assert len(files) == len(load().terms)
    for lang in LANGUAGES:
        assert files <= {path.name for path in (site / lang).iterdir()}
    page = html.fromstring((site / "de" / "GreenLoan.html").read_bytes())
    assert page.findtext(".//h1") == "grüner Kredit" and page.get("lang") == "de"
    assert load().classes["GreenLoan"].definitions["de"] in page.text_content()


def test_links_of_pages_lead_to_pages(site: Path) -> None:
    for name in (
        "index.html",
        "module-relations.html",
        "finances.html",
        "indicator-energySaving.html",
        "unit-GWh.html",
    ):
        for link in html.fromstring((site / "zh" / name).read_bytes()).iter("a"):
            target = link.get("href") or ""
            if not target.startswith("http"):
                assert (site / "zh" / target).resolve().is_file(), (name, target)


def test_pages_are_the_same_each_time(site: Path, tmp_path: Path) -> None:
    write_pages(tmp_path)
    for path in sorted(site.rglob("*.html")):
        assert path.read_bytes() == (tmp_path / path.relative_to(site)).read_bytes()


# ---- a release


def test_a_release_has_sums_and_metadata_that_agree(tmp_path: Path) -> None:
    """Every file is as its checksum says, and archives and catalogues find all of them named."""
    count = write_release(tmp_path)
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "SHA256SUMS").read_text().splitlines())
    assert len(sums) == count - 1
    for name, digest in sums.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest, name
    crate = json.loads((tmp_path / "ro-crate-metadata.json").read_text())
    assert {one["@id"] for one in crate["@graph"]} >= set(sums) - {"dcat.jsonld"}
    catalogue = rdflib.Graph().parse(tmp_path / "dcat.jsonld", format="json-ld")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(set(catalogue.objects(None, dcat.distribution))) >= 13
    for name in ("concepts.skos.ttl", "shapes.ttl", "lexicon.ontolex.ttl"):
        assert len(list(ox.parse(path=str(tmp_path / name), format=ox.RdfFormat.TURTLE))) > 1000


# ---- versions


@pytest.fixture()
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ontology_dir(), tmp_path / "ontology"))


def test_nothing_changed() -> None:
    found = compare(ontology_dir(), ontology_dir())
    assert found.step == "" and "nothing changed" in str(found)


@pytest.mark.parametrize(
    ("file", "old", "new", "step", "what"),
    [
        ("actors.ttl", "gm:Town a owl:Class", "gm:Hamlet a owl:Class", "major", "removed"),
        ("actors.ttl", '"town"@en', '"township"@en', "patch", "reworded"),
        ("relations.ttl", "rdfs:domain gm:Person ;", "rdfs:domain gm:Actor ;", "major", "axioms_removed"),
        ("actors.ttl", "gm:Town a owl:Class ;", "gm:Town a owl:Class ; owl:deprecated true ;", "minor", "deprecated"),
    ],
)
def test_changes_are_told_with_the_step_of_the_version(
    copy: Path, file: str, old: str, new: str, step: str, what: str
) -> None:  # fmt: skip
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = compare(ontology_dir(), copy)
    assert found.step == step and getattr(found, what)


def test_a_deprecated_term_is_told_with_what_replaces_it(copy: Path, tmp_path: Path) -> None:
    """In the difference of versions, on its page, in the table, the concepts and the lexicon."""
    path = copy / "actors.ttl"
    text = path.read_text(encoding="utf-8")
    retired = "gm:Town a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy gm:City ;"
    path.write_text(text.replace("gm:Town a owl:Class ;", retired, 1), encoding="utf-8")
    (told,) = compare(ontology_dir(), copy).deprecated
    assert told == f"{GM.Town} -> {GM.City}"
    write_pages(tmp_path, copy)
    page = html.fromstring((tmp_path / "de" / "Town.html").read_bytes())
    assert "Läuft aus" in page.text_content() and "City.html" in [a.get("href") for a in page.iter("a")]
    ontology = load(copy)
    made = {fmt: export_ontology(fmt, root=copy) or b"" for fmt in ("csv", "skos", "ontolex")}
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(made["csv"].decode(), newline=""))}
    assert rows["Town"]["replaced_by"] == ontology.classes["City"].iri
    for fmt in ("skos", "ontolex"):
        graph = rdflib.Graph().parse(data=made[fmt], format="turtle")
        assert GM.City in set(graph.objects(None, rdflib.DCTERMS.isReplacedBy)), fmt


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_data_of_deprecated_terms_are_migrated(engine: str) -> None:
    """`queries/migrate/`: types, relations, facts about them, in the default graph and in those of documents."""
    update = (queries_dir() / "migrate" / "retired-terms.ru").read_text(encoding="utf-8")
    terms = f"<{GM}Town> <{rdflib.OWL.deprecated}> true ; <{rdflib.DCTERMS.isReplacedBy}> <{GM}City> ."
    terms += f" <{GM}awards> <{rdflib.OWL.deprecated}> true ; <{rdflib.DCTERMS.isReplacedBy}> <{GM}recognises> ."
    said = f"<urn:a> a <{GM}Town> ; <{GM}awards> <urn:b> . <urn:f> <{RDF}predicate> <{GM}awards> ."
    data = f"{terms} {said} <urn:d> {{ {said} }}"
    dataset = rdflib.Dataset()
    if engine == "oxigraph":
        store = ox.Store()
        store.load(data.encode(), format=ox.RdfFormat.TRIG)
        store.update(update)
        dataset.parse(data=store.dump(format=ox.RdfFormat.N_QUADS) or b"", format="nquads")
    else:
        dataset.parse(data=data, format="trig")
        dataset.update(update)
    for graph in (dataset.default_graph, dataset.graph(rdflib.URIRef("urn:d"))):
        new = {(s, p, o) for s, p, o in graph if str(s).startswith("urn:")}
        a, b, f = (rdflib.URIRef(f"urn:{name}") for name in "abf")
        assert new == {(a, RDF.type, GM.City), (a, GM.recognises, b), (f, RDF.predicate, GM.recognises)}


def test_the_verbs(tmp_path: Path) -> None:
    """Each does its work, and says how much it wrote."""
    said = CliRunner().invoke(main, ["ontology", "diff", str(ontology_dir()), str(ontology_dir()), "--json"])
    assert said.exit_code == 0 and json.loads(said.output)["step"] == ""
    assert CliRunner().invoke(main, ["export", "docs"]).exit_code == 2
    assert CliRunner().invoke(main, ["export", "ontology"]).exit_code == 2
    done = CliRunner().invoke(main, ["export", "docs", "-o", str(tmp_path)])
    assert done.exit_code == 0 and (tmp_path / "en" / "index.html").is_file()
