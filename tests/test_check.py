"""Room 9: every shape and every hygiene query finds what is wrong, and says so with the sentence.

`shapes/good/` holds data in which nothing may be found; each file of `shapes/bad/` breaks the rule it is named after.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, Dataset, URIRef
from sample_build import sample_build

from kg.check import Violation, check
from kg.entities import BASE
from kg.errors import KgError
from kg.graph import ontology_lines
from kg.infer import SparqlFile, infer, read_queries
from kg.ontology import load, queries_dir, shapes_graph
from kg.store import open_build

DATA = Path(__file__).parent / "shapes"
BAD = sorted(path.stem for path in (DATA / "bad").glob("*.trig"))


def store_of(path: Path) -> ox.Store:
    """The ontology and the data of a file, with what the rules infer."""
    store = ox.Store()
    store.bulk_load("".join(ontology_lines(load())).encode(), format=ox.RdfFormat.N_TRIPLES)
    store.load(path=str(path), format=ox.RdfFormat.TRIG)
    infer(store)
    return store


def found_in(kind: str, name: str) -> dict[str, Violation]:
    violations = check(store_of(DATA / kind / f"{name}.trig"), quick=True)
    return {violation.rule.removeprefix("shape "): violation for violation in violations}


@pytest.mark.parametrize("name", sorted(path.stem for path in (DATA / "good").glob("*.trig")))
def test_good_data_passes(name: str) -> None:
    assert found_in("good", name) == {}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_is_found_by_the_rule_that_it_breaks(name: str) -> None:
    violation = found_in("bad", name).get(name)
    assert violation is not None
    assert set(violation.messages) == {"de", "en", "zh"}
    assert not any("{" in text or "?" in text for text in violation.messages.values()), (
        "every field of a message is filled"
    )


def test_every_rule_has_bad_data() -> None:
    """Each hygiene query, and each shape that has a message of its own."""
    hygiene = {rule.name for rule in read_queries(queries_dir() / "hygiene")}
    shapes = {
        str(shape).rsplit("/", 1)[-1] for shape in shapes_graph().subjects(SH.message) if isinstance(shape, URIRef)
    }
    assert set(BAD) == hygiene | shapes


def test_every_hygiene_query_has_a_severity_and_messages() -> None:
    for rule in read_queries(queries_dir() / "hygiene"):
        assert rule.header["severity"] in ("violation", "warning"), rule.name
        assert {f"{key}@{lang}" for key in ("summary", "message") for lang in ("de", "en", "zh")} <= set(rule.header)


def test_a_violation_shows_its_sentence_and_document() -> None:
    violation = found_in("bad", "misquoted")["misquoted"]
    assert violation.sentence == "Solana saved 6 MWh."
    path = DATA / "good" / "loan-and-saving.trig"
    broken = path.read_text(encoding="utf-8").replace('rdfs:label "Solana"@en', "gm:generic true")
    store = ox.Store()
    store.bulk_load("".join(ontology_lines(load())).encode(), format=ox.RdfFormat.N_TRIPLES)
    store.load(broken.encode(), format=ox.RdfFormat.TRIG)
    infer(store)
    (only,) = check(store)
    assert (only.rule, only.document) == ("shape Entity-label", "solana.txt")
    assert only.sentence in ("Ostufer Bank gave Solana a loan.", "Solana saved 5 MWh.")
    assert only.sentence in str(only) and only.message == "An entity needs a label."


def test_the_sample_build_is_clean_and_can_be_checked_in_every_form(tmp_path: Path) -> None:
    build = open_build(sample_build(tmp_path))
    assert check(build) == []
    dataset = Dataset()
    dataset.parse(build.path / "graph.nq", format="nquads")
    assert check(dataset) == []


def test_messages_name_things_in_their_own_language() -> None:
    messages = found_in("bad", "unit-unlike-indicator")["unit-unlike-indicator"].messages
    assert "hectare" in messages["en"] and "Hektar" in messages["de"] and "公顷" in messages["zh"]


def test_shapes_as_queries_find_what_shacl_finds() -> None:
    """The same rules, subjects, messages and sentences, as often, in data that break every shape and every query."""
    store = ox.Store()
    store.bulk_load("".join(ontology_lines(load())).encode(), format=ox.RdfFormat.N_TRIPLES)
    for name in BAD:  # each with nodes of its own
        text = (DATA / "bad" / f"{name}.trig").read_text(encoding="utf-8")
        store.load(text.replace(BASE, f"{BASE}{name}-").encode(), format=ox.RdfFormat.TRIG)
    infer(store)
    # shapes of domain and range are named after their properties
    by_shacl = [one for one in check(store) if not one.rule.removeprefix("shape ")[:1].islower() or " " not in one.rule]
    assert check(store, quick=True) == by_shacl
    named = {one.rule.removeprefix("shape ") for one in by_shacl}
    assert named >= {name for name in BAD if name[0].isupper()}, "SHACL itself finds what each file breaks"


def test_every_node_is_looked_at_in_a_build() -> None:
    """Not a sample: each of a hundred wrong nodes is found by the queries, as by SHACL."""
    store = ox.Store()
    store.bulk_load("".join(ontology_lines(load())).encode(), format=ox.RdfFormat.N_TRIPLES)
    nodes = "".join(f"<urn:firm:{n}> a <https://w3id.org/green-manufacturing/ontology#Entity> .\n" for n in range(100))
    store.load(nodes.encode(), format=ox.RdfFormat.TURTLE)
    infer(store)
    found = check(store, quick=True)
    assert len({violation.subject for violation in found}) == 100 and found == check(store)


def test_a_wrong_query_is_told_by_name() -> None:
    for text in ("SELECT", "ASK { ?s ?p ?o }"):
        with pytest.raises(KgError, match="broken"):
            check(ox.Store(), load(), [SparqlFile("broken", {}, text)])
