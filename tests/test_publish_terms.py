"""Room 13: what adopters take who want no OWL; data in others' terms; pages; releases; differences."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path

import jsonschema_rs
import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from lxml import etree, html
from PIL import Image
from rdflib import RDF, SKOS
from sample_build import sample_build

from kg.cli import main
from kg.errors import KgError
from kg.infer import read_queries
from kg.ontology import load, ntriples, ontology_dir, queries_dir
from kg.publish import export_data_as, export_drawing, export_ontology
from kg.publish.compare import compare
from kg.publish.instances import Instances
from kg.publish.mapped import vocabularies
from kg.publish.pages import LANGUAGES as CODES
from kg.publish.pages import Site, file_of, write_pages
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
    said: dict[str, set[str]] = {}
    for triple in ox.parse(exported("ontolex"), format=ox.RdfFormat.TURTLE):  # rdflib takes ten seconds for it
        said.setdefault(triple.predicate.value, set()).add(getattr(triple.object, "value", ""))
    assert said[str(ONTOLEX.denotes)] <= set(load().terms)
    forms = said[str(ONTOLEX.writtenRep)]
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


def test_graphml_is_read() -> None:
    read = nx.read_graphml(io.BytesIO(exported("graphml")), force_multigraph=True)
    assert set(read.nodes) == set(load().classes)
    assert ("GreenLoan", "LoanOrCredit") in set(read.edges())
    one = nx.read_graphml(io.BytesIO(drawn("graphml", "collaboration", "de")), force_multigraph=True)
    assert {"Collaboration", "Relationship", "Actor"} <= set(one.nodes) and "WindFarm" not in one.nodes
    assert "Geldgeber" in {label for *_, label in one.edges(data="label")}


def test_data_in_the_shape_of_the_schema_become_rdf_by_the_context() -> None:
    """The JSON-LD context is usable: plain JSON that the JSON Schema accepts is what the ontology means by it."""
    data = {"@id": "urn:x:b", "@type": "CommercialBank", "lendsTo": ["urn:x:f"], "label": {"de": "Bank B"}}
    figure = {"@id": "urn:x:o", "@type": "Observation", "about": "urn:x:f", "numericValue": 1200, "sourceCount": 2,
              "belief": 1, "hasEvidence": "urn:x:e", "indicator": "indicators:energySaving",
              "unit": "units:t_tce", "status": "statuses:actual"}  # fmt: skip
    schema = json.loads(exported("jsonschema"))
    for one in (data, figure):
        (name,) = [one["@type"]]
        jsonschema_rs.validator_for(schema | {"anyOf": [{"$ref": f"#/$defs/{name}"}]}).validate(one)
    context = json.loads(exported("context"))["@context"]
    graph = rdflib.Graph().parse(data=json.dumps({"@context": context, "@graph": [data, figure]}), format="json-ld")
    b, e, f, o = (rdflib.URIRef(f"urn:x:{name}") for name in "befo")
    own = "https://w3id.org/green-manufacturing/"
    assert set(graph) == {
        (b, RDF.type, GM.CommercialBank), (b, GM.lendsTo, f), (b, rdflib.RDFS.label, rdflib.Literal("Bank B", "de")),
        (o, RDF.type, GM.Observation), (o, GM.about, f),
        (o, GM.numericValue, rdflib.Literal("1200", datatype=rdflib.XSD.decimal)), (o, GM.hasEvidence, e),
        (o, GM.belief, rdflib.Literal("1", datatype=rdflib.XSD.decimal)), (o, GM.sourceCount, rdflib.Literal(2)),
        (o, GM.indicator, rdflib.URIRef(own + "indicator/energySaving")),
        (o, GM.unit, rdflib.URIRef(own + "unit/t_tce")), (o, GM.status, rdflib.URIRef(own + "status/actual")),
    }  # fmt: skip
    assert {term for term in context if term in load().classes} == set(load().classes)
    assert set(load().properties) <= set(context)


# ---- drawings


def drawn(fmt: str, module: str, lang: str) -> bytes:
    made = export_drawing(fmt, module, lang)
    assert made is not None
    return made


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_a_drawing_of_a_module_says_its_classes_and_relations(lang: str) -> None:
    """In SVG every label of the module stands once more where its column begins anew, with a link to the term."""
    for module in ("instruments", "collaboration"):
        drawing = etree.fromstring(drawn("svg", module, lang))
        said = " ".join(drawing.itertext())
        tables = (load().classes.values(), load().properties.values())
        listed = [one for table in tables for one in table if one.module == module]
        own = [one for one in listed if getattr(one, "kind", "object") == "object"]
        assert [one.name for one in own if one.labels[lang] not in said] == []
        links = {link.get("href") for link in drawing.iter("{*}a")}
        assert {one.iri for one in own if one.name in load().classes} <= links


def test_a_drawing_is_a_picture_too(tmp_path: Path) -> None:
    """Pillow opens the PNG, it is not blank, and has the colours of the classes; letters that it lacks are told."""
    image = Image.open(io.BytesIO(drawn("png", "actors", "de"))).convert("RGB")
    assert image.width > 500 and image.height > 500
    colors = {color for _, color in image.getcolors(maxcolors=100_000) or ()}
    wanted = load().style("Bank").color.removeprefix("#")
    assert tuple(bytes.fromhex(wanted)) in colors and (255, 255, 255) in colors
    assert drawn("png", "core", "en") == drawn("png", "core", "en")
    with pytest.raises(KgError, match=r"A PNG cannot show .* Take svg"):
        export_drawing("png", "core", "zh")
    with pytest.raises(KgError, match=r"no module 'nope'\. Modules: actors, "):
        export_drawing("svg", "nope")
    with pytest.raises(KgError, match=r"no drawing as 'ttl'\. Formats: svg, png, graphml"):
        export_drawing("ttl", "core")


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
    """As written of the ontology alone."""
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
    """Pages, drawings, style and script; a fragment names an anchor of its page."""
    names = ["index.html", "fair.html", "module-relations.html", "module-core.html", "finances.html"]
    for name in (*names, "indicator-energySaving.html", "unit-GWh.html"):
        page = html.fromstring((site / "zh" / name).read_bytes())
        ids = set(page.xpath("//@id"))
        for link in page.xpath("//@href | //@src"):
            target, _, fragment = str(link).partition("#")
            if str(link).startswith(("http", "data:")):
                continue
            assert not target or (site / "zh" / target).resolve().is_file(), (name, link)
            assert not fragment or target or fragment in ids, (name, link)


def test_anchors_are_the_same_in_every_language(site: Path) -> None:
    """So links to a part of a page outlive a change of language, and of words; other names not every language has."""
    for name in ("index.html", "module-instruments.html", "finances.html", "unit-GWh.html", "fair.html"):
        ids = [html.fromstring((site / lang / name).read_bytes()).xpath("//@id") for lang in CODES]
        assert all(len(set(one)) == len(one) > 3 for one in ids), name
        first, *rest = (set(one) - {"other"} for one in ids)
        assert all(one == first for one in rest), name


def test_the_index_can_be_searched_in_three_languages(site: Path) -> None:
    """What the script looks through has name, labels and other names of all languages."""
    page = html.fromstring((site / "en" / "index.html").read_bytes())
    (found,) = page.xpath("//li[@id='GreenLoan']/@data-words")
    assert all(word in found for word in ("greenloan", "green loan", "grüner kredit", "绿色贷款"))
    assert page.xpath("//script/@src") == ["../search.js"] and page.xpath("//input[@id='q']")


def test_a_module_has_its_drawing_on_its_page_and_as_files(site: Path) -> None:
    for lang, formats in (("en", {"svg", "png"}), ("de", {"svg", "png"}), ("zh", {"svg"})):
        page = html.fromstring((site / lang / "module-actors.html").read_bytes())
        drawing = page.xpath("//div[@class='drawing']//*[local-name()='a']/@href")
        assert "Bank.html" in drawing
        assert {path.suffix[1:] for path in (site / lang).glob("module-actors.*")} == formats | {"html"}


def test_each_principle_of_fair_is_answered(site: Path) -> None:
    principles = {"F1", "F2", "F3", "F4", "A1", "A1.1", "A1.2", "A2", "I1", "I2", "I3", "R1", "R1.1", "R1.2", "R1.3"}
    for lang in CODES:
        page = html.fromstring((site / lang / "fair.html").read_bytes())
        assert set(page.xpath("//dt/@id")) == principles
        assert all(len(answer.text_content()) > 15 for answer in page.iter("dd"))
        assert f"{len(load().alignments)}" in page.text_content() and "{" not in page.text_content()


def test_pages_show_what_the_reports_say_by_a_term(build: Build, site: Path) -> None:
    """A thing, a statement or a figure with its sentence; without a build there is no such part."""
    pages = Site(load(), Instances(build))
    for name, said in (
        ("Bank.html", "Ostufer Bank"),
        ("provides.html", "Ostufer Bank provided Quarry Cement Ltd."),
        ("indicator-energySaving.html", "1.200 Tonnen Standardkohle"),
        ("unit-t_tce.html", "标准煤1100吨"),
        ("status-projected.html", "3,5 Millionen kWh Strom sparen"),
        ("financedBy.html", "Ostufer Bank"),
    ):
        page = html.fromstring(pages.file("en", name) or b"")
        found = page.xpath("//dt[@id='data']/following-sibling::dd")
        shown = " ".join(" ".join(one.text_content().split()) for one in found)
        assert said in shown, name
        assert b'id="data"' not in (site / "en" / name).read_bytes()
    german = html.fromstring(pages.file("de", "Manufacturer.html") or b"")
    first = german.xpath("//dt[@id='data']/following-sibling::dd")[0].text_content()
    assert "CO2-Ausstoß des Werks" in first, "the reader's language comes first"


def test_pages_are_the_same_each_time(site: Path, build: Build) -> None:
    """Files of a language against what is made anew; examples of two readings of a build."""
    fresh = Site(load())
    for name in fresh.names("de"):
        assert (site / "de" / name).read_bytes() == fresh.file("de", name)
    for name in ("Enterprise.html", "receives.html", "unit-kWh.html"):
        one, other = (Site(load(), Instances(open_build(build.path))).file("zh", name) for _ in range(2))
        assert one == other


def test_there_is_no_page_of_another_name() -> None:
    site = Site(load())
    for lang, name in (("fr", "index.html"), ("en", "nope.html"), ("zh", "module-actors.png"), ("en", "../index.html")):
        assert site.file(lang, name) is None


# ---- a release


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    assert write_release(folder) == sum(path.is_file() for path in folder.rglob("*"))
    return folder


def test_a_release_has_sums_that_agree(release: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (release / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {str(path.relative_to(release)) for path in release.rglob("*") if path.is_file()} - {
        "SHA256SUMS"
    }
    for name, digest in sums.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest, name
    for name in ("concepts.skos.ttl", "shapes.ttl", "lexicon.ontolex.ttl", "alignments.skos.ttl"):
        assert len(list(ox.parse(path=str(release / name), format=ox.RdfFormat.TURTLE))) > 1000


def test_a_release_says_what_changed(release: Path) -> None:
    """Every version that the header tells of, the newest first."""
    text = (release / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## ([\d.]+)", text, re.MULTILINE)
    assert versions[0] == load().version and versions == sorted(versions, reverse=True) and len(versions) > 1
    assert "nothing was removed" in text


def test_a_release_has_drawings_of_each_module(release: Path) -> None:
    names = {path.name for path in (release / "diagrams").iterdir()}
    wanted = {"actors.en.svg", "actors.de.svg", "actors.zh.svg", "actors.en.png", "relations.de.png", "core.graphml"}
    assert wanted <= names
    assert not any(name.endswith("zh.png") for name in names)


def test_the_ro_crate_is_as_its_standard_asks(release: Path) -> None:
    """RO-Crate 1.1: descriptor, root with name, description, date and licence, each file of the folder described."""
    crate = json.loads((release / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {one["@id"]: one for one in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset" and root["name"] and root["description"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", root["datePublished"])
    assert entities[root["license"]["@id"]]["name"]
    files = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    parts = [one["@id"] for one in root["hasPart"]]
    assert set(parts) == files - {"ro-crate-metadata.json"} and len(parts) == len(set(parts))
    for name in parts:
        assert entities[name]["@type"] == "File" and entities[name]["encodingFormat"]
        data = (release / name).read_bytes()
        if name != "SHA256SUMS":
            assert entities[name]["contentSize"] == str(len(data))
            assert entities[name]["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_dcat_is_as_catalogues_ask(release: Path) -> None:
    """DCAT 3 with what DCAT-AP makes mandatory: title, description, and for each distribution where it can be had."""
    graph = rdflib.Graph().parse(release / "dcat.jsonld", format="json-ld", publicID="https://example.org/release/")
    dcat, spdx, dct = rdflib.DCAT, rdflib.Namespace("http://spdx.org/rdf/terms#"), rdflib.DCTERMS
    (dataset,) = graph.subjects(RDF.type, dcat.Dataset)
    assert str(dataset).endswith(load().version)
    for prop in (dct.title, dct.description):
        assert {text.language for text in graph.objects(dataset, prop)} == LANGUAGES  # type: ignore[attr-defined]
    version = rdflib.URIRef(f"{dcat}version")
    for prop in (dct.issued, dct.license, dct.isVersionOf, dct.identifier, dct.language, version):
        assert graph.value(dataset, prop, any=True), prop
    found = set()
    for one in graph.objects(dataset, dcat.distribution):
        name = str(graph.value(one, dcat.accessURL)).removeprefix("https://example.org/release/")
        data = (release / name).read_bytes()
        assert (one, RDF.type, dcat.Distribution) in graph and graph.value(one, dct.title)
        assert str(graph.value(one, dcat.mediaType)).startswith("https://www.iana.org/assignments/media-types/")
        assert int(str(graph.value(one, dcat.byteSize))) == len(data)
        checksum = graph.value(one, spdx.checksum)
        assert str(graph.value(checksum, spdx.checksumValue)).lower() == hashlib.sha256(data).hexdigest()
        found.add(name)
    apart = {"dcat.jsonld", "ro-crate-metadata.json", "SHA256SUMS"}
    assert found == {str(p.relative_to(release)) for p in release.rglob("*") if p.is_file()} - apart


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


def test_a_deprecated_term_is_told_with_what_replaces_it(copy: Path) -> None:
    """In the difference of versions, on its page, in the table, the concepts and the lexicon."""
    path = copy / "actors.ttl"
    text = path.read_text(encoding="utf-8")
    retired = "gm:Town a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy gm:City ;"
    path.write_text(text.replace("gm:Town a owl:Class ;", retired, 1), encoding="utf-8")
    (told,) = compare(ontology_dir(), copy).deprecated
    assert told == f"{GM.Town} -> {GM.City}"
    page = html.fromstring(Site(load(copy)).file("de", "Town.html") or b"")
    assert "Läuft aus" in page.text_content() and "City.html" in [a.get("href") for a in page.iter("a")]
    ontology = load(copy)
    made = {fmt: export_ontology(fmt, root=copy) or b"" for fmt in ("csv", "skos", "ontolex")}
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(made["csv"].decode(), newline=""))}
    assert rows["Town"]["replaced_by"] == ontology.classes["City"].iri
    for fmt in ("skos", "ontolex"):
        said = {(t.predicate.value, str(t.object)) for t in ox.parse(made[fmt], format=ox.RdfFormat.TURTLE)}
        assert (str(rdflib.DCTERMS.isReplacedBy), f"<{GM.City}>") in said, fmt


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
