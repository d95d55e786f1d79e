"""Each shape that follows from an axiom takes good data and finds bad data, in three languages.

The data are made from the axioms themselves, for every property and class; `shapes/derived/` has written examples of
each kind, with what is wrong in the name of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import RDF, RDFS, SH, Literal, URIRef
from rdflib.namespace import XSD

from kg.ontology import ClassTerm, RelationTerm, all_shapes_graph, load, ntriples
from kg.ontology.shapes import _counted
from kg.publish import export_ontology

GM = rdflib.Namespace("https://w3id.org/green-manufacturing/ontology#")
DERIVED = Path(__file__).parent / "shapes" / "derived"
LANGUAGES = {"de", "en", "zh"}
VALUES = {"decimal": "1.5", "integer": "1", "boolean": "true", "string": "x", "dateTime": "2024-05-01T00:00:00Z"}
JOINED = [p for p in load().properties.values() if p.kind == "object"]
VALUED = [p for p in load().properties.values() if p.kind == "datatype" and p.range != {"Literal"}]
COUNTED = [(cls, *count) for cls in load().classes.values() for count in cls.counts]
KEYED = [cls for cls in load().classes.values() if cls.key]


@cache
def shapes() -> rdflib.Graph:
    return all_shapes_graph()


@cache
def kinds() -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(data="".join(s for s in ntriples().splitlines(True) if "subClassOf> <http" in s), format="nt")
    return graph


def found(data: rdflib.Graph) -> dict[str, set[str]]:
    """Name of each shape that is broken -> languages of its messages."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), ont_graph=kinds(), inference="none")
    assert isinstance(report, rdflib.Graph)
    made: dict[str, set[str]] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape = report.value(result, SH.sourceShape)
        made[str(shape).rsplit("/", 1)[-1]] = {str(text.language) for text in shapes().objects(shape, SH.message)}  # type: ignore[attr-defined]
    return made


def thing(data: rdflib.Graph, name: str, cls: str) -> URIRef:
    node = URIRef(f"urn:x:{name}")
    data.add((node, RDF.type, GM[cls]))
    data.add((node, RDFS.label, Literal(name)))
    return node


def value(prop: RelationTerm) -> Literal:
    datatype = min(prop.range)
    return Literal(VALUES[datatype], datatype=XSD[datatype])


def stranger(names: frozenset[str]) -> str:
    """A class that is none of these, nor of a kind of them."""
    known = load()
    return next(
        cls.name
        for cls in known.classes.values()
        if not any(known.is_a(cls.name, name) or known.is_a(name, cls.name) for name in names)
    )


def test_each_property_has_its_shapes() -> None:
    there = {str(shape).rsplit("/", 1)[-1] for shape in shapes().subjects(RDF.type, SH.NodeShape)}
    named = load().classes.keys()
    assert {f"{p.name}-domain" for p in [*JOINED, *VALUED] if p.domain & named} <= there
    assert {f"{p.name}-range" for p in [*JOINED, *VALUED]} <= there
    assert len(JOINED) > 150 and len(COUNTED) > 25 and len(KEYED) >= 2


@pytest.mark.parametrize("prop", JOINED, ids=lambda p: p.name)
def test_domain_and_range_take_their_own_and_refuse_strangers(prop: RelationTerm) -> None:
    domain, range_ = f"{prop.name}-domain", f"{prop.name}-range"
    good, bad = rdflib.Graph(), rdflib.Graph()
    good.add((thing(good, "a", min(prop.domain)), GM[prop.name], thing(good, "b", min(prop.range))))
    assert not {domain, range_} & found(good).keys()
    if {*prop.domain, *prop.range} == {"Entity"}:
        wrong = ("Document", "Document")
    else:
        wrong = (stranger(prop.domain), stranger(prop.range))
    bad.add((thing(bad, "a", wrong[0]), GM[prop.name], thing(bad, "b", wrong[1])))
    broken = found(bad)
    assert broken[domain] == broken[range_] == LANGUAGES


@pytest.mark.parametrize("prop", VALUED, ids=lambda p: p.name)
def test_datatypes_take_their_own_and_refuse_others(prop: RelationTerm) -> None:
    good, bad = rdflib.Graph(), rdflib.Graph()
    good.add((thing(good, "a", min(prop.domain)), GM[prop.name], value(prop)))
    assert f"{prop.name}-datatype" not in found(good)
    bad.add((thing(bad, "a", min(prop.domain)), GM[prop.name], Literal("2024-05", datatype=XSD.gYearMonth)))
    assert found(bad)[f"{prop.name}-datatype"] == LANGUAGES


@pytest.mark.parametrize("counted", COUNTED, ids=lambda c: f"{c[0].name}-{c[1]}")
def test_counts_take_enough_and_refuse_more_or_less(counted: tuple[ClassTerm, str, int, int | None]) -> None:
    """Where `shapes.ttl` counts with a message of its own, its shape stands for the derived one."""
    cls, name, least, most = counted
    prop = load().properties[name]
    own = (cls.name, name) in _counted(load().root)
    shape = f"{cls.name}-{name}" if own else f"{cls.name}-{name}-counted"

    def data(number: int) -> rdflib.Graph:
        graph = rdflib.Graph()
        subject = thing(graph, "a", cls.name)
        for n in range(number):
            values = Literal(f"{n}.5", datatype=XSD.decimal) if prop.range == {"decimal"} else Literal(f"{n}")
            other = thing(graph, f"b{n}", min(prop.range)) if prop.kind == "object" else values
            graph.add((subject, GM[name], other))
        return graph

    assert shape not in found(data(max(least, 1))) or own, "the right number passes"
    for wrong in [least - 1] * bool(least) + ([most + 1] if most is not None else []):
        assert found(data(wrong))[shape] == LANGUAGES, wrong


@pytest.mark.parametrize("cls", KEYED, ids=lambda c: c.name)
def test_keys_refuse_two_that_agree_in_all(cls: ClassTerm) -> None:
    def data(*differs: str) -> rdflib.Graph:
        graph = rdflib.Graph()
        for name in ("a", "b"):
            subject = thing(graph, name, cls.name)
            for prop in cls.key:
                graph.add((subject, GM[prop], Literal(prop + name if prop in differs else prop)))
        return graph

    assert found(data())[f"{cls.name}-key"] == LANGUAGES
    assert f"{cls.name}-key" not in found(data(cls.key[0]))


def written(folder: str) -> Iterator[Path]:
    yield from sorted((DERIVED / folder).glob("*.ttl"))


@pytest.mark.parametrize("path", [*written("good")], ids=lambda p: p.stem)
def test_written_good_data_passes(path: Path) -> None:
    assert found(rdflib.Graph().parse(path)) == {}


@pytest.mark.parametrize("path", [*written("bad")], ids=lambda p: p.stem)
def test_written_bad_data_is_found_by_the_shape_in_its_name(path: Path) -> None:
    assert found(rdflib.Graph().parse(path)) == {path.stem: LANGUAGES}


def test_json_schema_asks_for_what_the_shapes_ask_for() -> None:
    made = export_ontology("jsonschema")
    assert made is not None
    schema = json.loads(made)["$defs"]
    for cls, name, least, most in COUNTED:
        definition = schema[cls.name]
        assert (name in definition.get("required", [])) == bool(least)
        assert ("anyOf" in definition["properties"][name]) == (most is None)
