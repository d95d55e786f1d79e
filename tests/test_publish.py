"""Room 13: each export is read back by another library than the one that wrote it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import owlready2
import pyhornedowl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from sample_build import sample_build

from kg.analyse import graph
from kg.errors import KgError
from kg.ontology import load, ntriples
from kg.publish import COLUMNS, DATA_FORMATS, ONTOLOGY_FORMATS, export_data, export_ontology
from kg.store import Build, open_build


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return open_build(sample_build(tmp_path_factory.mktemp("builds")))


def ontology(fmt: str) -> bytes:
    data = export_ontology(fmt)
    assert data is not None
    return data


def data(build: Build, fmt: str) -> bytes:
    made = export_data(build, fmt)
    assert made is not None
    return made


def canonical(quads: ox.Dataset) -> set[str]:
    quads.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(map(str, quads))


# The ontology


@pytest.mark.parametrize(
    ("fmt", "syntax"),
    [
        ("ttl", ox.RdfFormat.TURTLE),
        ("rdfxml", ox.RdfFormat.RDF_XML),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("nt", ox.RdfFormat.N_TRIPLES),
    ],
)
def test_ontology_in_oxigraph(fmt: str, syntax: ox.RdfFormat) -> None:
    """Oxigraph reads from rdflib's text the very triples of the merged ontology."""
    found = canonical(ox.Dataset(ox.parse(ontology(fmt), format=syntax)))
    assert found == canonical(ox.Dataset(ox.parse(ntriples().encode(), format=ox.RdfFormat.N_TRIPLES)))
    assert len(found) > 1000


def test_rdfxml_in_owlready2(tmp_path: Path) -> None:
    """owlready2 reads the RDF/XML: every class of the ontology, with its labels in three languages."""
    path = tmp_path / "ontology.owl"
    export_ontology("rdfxml", path)
    world = owlready2.World()
    loaded = world.get_ontology(path.as_uri()).load()
    names = {cls.name for cls in loaded.classes()}
    assert names >= set(load().classes)
    bank = world["https://w3id.org/green-manufacturing/ontology#FinancialInstitution"]
    assert {label.lang for label in bank.label} == {"de", "en", "zh"}


@pytest.mark.parametrize("fmt", ["ofn", "owx"])
def test_owl_syntaxes(fmt: str) -> None:
    """OWL's own syntaxes hold every class, and the same axioms as the RDF/XML that they are made from."""
    text = ontology(fmt).decode()
    reread = pyhornedowl.open_ontology_from_string(text, fmt)  # type: ignore[arg-type]
    rdf = pyhornedowl.open_ontology_from_string(ontology("rdfxml").decode(), "rdf")
    assert reread.get_classes() == rdf.get_classes()
    assert len(reread.get_axioms()) == len(rdf.get_axioms())
    assert {iri.partition("#")[2] for iri in reread.get_classes()} >= set(load().classes)


def test_owl_xml_in_owlready2(tmp_path: Path) -> None:
    """Another library than the one that wrote it reads the OWL/XML."""
    path = tmp_path / "ontology.owx"
    export_ontology("owx", path)
    loaded = owlready2.World().get_ontology(path.as_uri()).load()
    assert {cls.name for cls in loaded.classes()} >= set(load().classes)


def test_manchester_syntax_says_every_class() -> None:
    """Each class has its frame, with its broader ones; written by Horned-OWL, which reads none."""
    text = ontology("omn").decode()
    for name, term in load().classes.items():
        assert f"Class: <{term.iri}>" in text or f"Class: gm:{name}" in text or f":{name}\n" in text, name


# Java: what comes with owlready2 has Apache Jena (with Pellet) and the OWL API (with HermiT).

JARS = Path(owlready2.__file__).parent
JENA = ["-cp", f"{JARS / 'pellet'}/*", "riotcmd.riot"]
HERMIT = ["-cp", f"{JARS / 'hermit'}{os.pathsep}{JARS / 'hermit' / 'HermiT.jar'}",
          "org.semanticweb.HermiT.cli.CommandLine", "-c"]  # fmt: skip


def java(*arguments: str) -> str:
    if not shutil.which("java"):
        pytest.skip("There is no Java: on Debian `apt-get install default-jre-headless`")
    done = subprocess.run(["java", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("fmt", ["ttl", "nt"])
def test_rdf_in_jena(fmt: str, tmp_path: Path) -> None:
    """Apache Jena reads as many triples as there are."""
    path = tmp_path / f"ontology.{fmt}"
    export_ontology(fmt, path)
    lines = [line for line in java(*JENA, str(path)).splitlines() if line.endswith(" .")]
    assert len(lines) == len(ntriples().splitlines())


@pytest.mark.parametrize("fmt", ["ofn", "owx", "rdfxml"])
def test_owl_in_the_owl_api(fmt: str, tmp_path: Path) -> None:
    """The OWL API reads OWL's own syntaxes and RDF/XML, and HermiT finds each stated sub-class again."""
    path = tmp_path / f"ontology.{fmt}"
    export_ontology(fmt, path)
    text = java(*HERMIT, path.as_uri())
    iri = load().class_iri
    for name, term in load().classes.items():
        if len(term.parents) == 1:
            assert f"SubClassOf( <{iri(name)}> <{iri(term.parents[0])}> )" in text, name


def test_functional_syntax_declares_all() -> None:
    """The functional syntax names every class in a declaration; no library here but the writer parses it whole."""
    lines = {line.strip() for line in ontology("ofn").decode().splitlines()}
    for name in load().classes:
        assert f"Declaration(Class(<{load().class_iri(name)}>))" in lines


# The data


@pytest.mark.parametrize(("fmt", "syntax"), [("nq", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_data_in_rdflib(build: Build, fmt: str, syntax: str) -> None:
    """rdflib reads as many statements in each graph as the store holds, and the same ones of a document."""
    dataset = rdflib.Dataset()
    dataset.parse(data=data(build, fmt), format=syntax)
    sizes = Counter(str(getattr(quad.graph_name, "value", "")) for quad in build.store)
    for name, size in sizes.items():
        found = dataset.graph(rdflib.URIRef(name)) if name else dataset.default_graph
        assert len(found) == size, name
    for document in (name for name in sizes if "/document/" in name):
        triples = build.store.quads_for_pattern(None, None, None, ox.NamedNode(document))
        expected = rdflib.Graph().parse(data="".join(f"{quad.triple} .\n" for quad in triples), format="nt")
        assert isomorphic(dataset.graph(rdflib.URIRef(document)), expected)


def test_graphml_in_networkx(build: Build) -> None:
    """networkx reads back every node and fact with label, class and predicate."""
    read = nx.read_graphml(io.BytesIO(data(build, "graphml")), force_multigraph=True)
    facts = graph(build)
    assert dict(read.nodes(data=True)) == dict(facts.nodes(data=True))
    edges = [(a, b, entry["fact"], entry["predicate"], entry["belief"]) for a, b, entry in read.edges(data=True)]
    assert sorted(edges) == sorted((a, b, e["fact"], e["predicate"], e["belief"]) for a, b, e in facts.edges(data=True))
    assert edges


def test_csv(build: Build) -> None:
    """One row for each fact of each document, with labels, the sentence as the document has it, and its offsets."""
    rows = list(csv.DictReader(io.StringIO(data(build, "csv").decode(), newline="")))
    facts = [fact for fact in build.facts() if fact["kind"] != "entity"]
    assert [(row["fact_iri"], row["document"], row["sentence"]) for row in rows] == [
        (fact["iri"], fact["doc"], fact["quote"]) for fact in facts
    ]
    assert tuple(rows[0]) == COLUMNS
    texts = {document["name"]: document["text"] for document in build.documents().values()}
    assert all(texts[row["document"]][int(row["start"]) : int(row["end"])] == row["sentence"] for row in rows)
    saved = next(row for row in rows if row["predicate"] == "energySaving" and row["status"] == "projected")
    assert (saved["subject"], saved["value"], saved["unit"], saved["object"]) == ("Project Mill 2", "1200", "t_tce", "")
    given = next(row for row in rows if row["predicate"] == "provides" and row["document"] == "mill-de")
    assert given["object"] and given["value"] == ""


def test_jsonl(build: Build) -> None:
    """The fact table is the build's own, line by line."""
    text = data(build, "jsonl").decode()
    assert [json.loads(line) for line in text.split("\n") if line] == list(build.facts())


def test_graphml_of_odd_labels(build: Build, tmp_path: Path) -> None:
    """Markup and control characters in a label give XML that reads back, with markup as it was."""
    store = ox.Store()
    store.extend(build.store)
    name = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    node = ox.NamedNode(next(iter(graph(build))))
    for quad in list(store.quads_for_pattern(node, name, None)):
        store.remove(quad)
    store.add(ox.Quad(node, name, ox.Literal('<b>"A" & B\x01\x0b</b>')))
    odd = Build(tmp_path)
    odd.__dict__["store"] = store
    read = nx.read_graphml(io.BytesIO(data(odd, "graphml")), force_multigraph=True)
    assert read.nodes[node.value]["label"] == '<b>"A" & B</b>'


# Files


def both(build: Build) -> list[tuple[str, Callable[[Path | None], bytes | None]]]:
    made: list[tuple[str, Callable[[Path | None], bytes | None]]] = []
    made += [(fmt, lambda out, fmt=fmt: export_ontology(fmt, out)) for fmt in ONTOLOGY_FORMATS]  # type: ignore[misc]
    made += [(fmt, lambda out, fmt=fmt: export_data(build, fmt, out)) for fmt in DATA_FORMATS]  # type: ignore[misc]
    return made


def test_file_and_bytes_agree(build: Build, tmp_path: Path) -> None:
    """A path gets what is returned without one, nothing is left beside it, and what stood there is replaced."""
    for fmt, export in both(build):
        out = tmp_path / f"out.{fmt}"
        out.write_text("old")
        assert export(out) is None
        assert out.read_bytes() == export(None)
        assert list(tmp_path.iterdir()) == [out]
        out.unlink()


def test_same_bytes_with_other_hashes(build: Build) -> None:
    """Two processes with other hash seeds write the same bytes in every format."""
    code = (
        "import hashlib, sys; from pathlib import Path; from kg import publish as p; from kg.store import open_build;"
        "build = open_build(Path(sys.argv[1]));"
        "print([hashlib.sha256(p.export_ontology(f)).hexdigest() for f in p.ONTOLOGY_FORMATS]);"
        "print([hashlib.sha256(p.export_data(build, f)).hexdigest() for f in p.DATA_FORMATS])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(build.path)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_unknown_format(build: Build) -> None:
    with pytest.raises(KgError, match=r"no format 'docx' for the ontology\. Formats: ttl, rdfxml, jsonld"):
        export_ontology("docx")
    with pytest.raises(KgError, match=r"no format 'ofn' for the data\. Formats: nq, trig, jsonld, graphml, csv, jsonl"):
        export_data(build, "ofn")
    assert export_ontology("Turtle") == export_ontology("ttl")


def test_unwritable_path(build: Build, tmp_path: Path) -> None:
    """A folder that is not there, or a folder in the file's place, is told, and leaves nothing behind."""
    with pytest.raises(KgError, match="Cannot write"):
        export_data(build, "csv", tmp_path / "nowhere" / "facts.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(KgError, match="Cannot write"):
        export_data(build, "csv", tmp_path / "folder")
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]
