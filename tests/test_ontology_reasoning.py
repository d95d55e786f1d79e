"""A reasoner agrees: the ontology is consistent, no class is impossible, and a contradiction would be found."""

from __future__ import annotations

import io
import shutil

import owlready2
import pytest

from kg.ontology import load, ntriples, reasoner_copy

GM = "https://w3id.org/green-manufacturing/ontology#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@pytest.fixture(scope="module")
def java() -> None:
    if not shutil.which("java"):
        pytest.skip(
            "HermiT needs Java and there is none: install a runtime, on Debian `apt-get install default-jre-headless`"
        )


def _world(text: str) -> owlready2.World:
    world = owlready2.World()
    world.get_ontology("https://w3id.org/green-manufacturing/ontology#").load(
        fileobj=io.BytesIO(text.encode()), format="ntriples"
    )
    return world


def _is_a(individual: str, *classes: str) -> str:
    return "".join(f"<urn:x:{individual}> {TYPE} <{GM}{cls}> .\n" for cls in classes)


def _consistent(text: str) -> bool:
    try:
        owlready2.sync_reasoner_hermit(_world(text), debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    return True


def test_owlready2_reads_every_class() -> None:
    """By N-Triples, which it reads without Java."""
    read = {cls.iri.removeprefix(GM) for cls in _world(ntriples()).classes() if cls.iri.startswith(GM)}
    assert read == set(load().classes)


def test_the_copy_for_the_reasoner_lacks_only_what_hermit_refuses() -> None:
    dropped = set(ntriples().splitlines()) - set(reasoner_copy().splitlines())
    assert dropped and all(line.endswith(("XMLSchema#date> .", "XMLSchema#gYear> .")) for line in dropped)


def test_hermit_finds_it_consistent_and_every_class_possible(java: None) -> None:
    world = _world(reasoner_copy())
    owlready2.sync_reasoner_hermit(world, debug=0)
    assert list(world.inconsistent_classes()) == []


def test_every_class_may_have_a_member(java: None) -> None:
    """One individual in each class, all at once, is no contradiction."""
    assert _consistent(reasoner_copy() + "".join(_is_a(f"one{name}", name) for name in load().classes))


@pytest.mark.parametrize(("one", "other"), [("Bank", "City"), ("Ministry", "Person"), ("Document", "Enterprise")])
def test_hermit_finds_an_individual_in_two_disjoint_classes(java: None, one: str, other: str) -> None:
    """Without this the consistency test could never fail."""
    assert not _consistent(reasoner_copy() + _is_a("both", one, other))


def test_what_reports_blur_is_left_open(java: None) -> None:
    """Pairs of classes that one thing may well belong to, each shown by an individual of its own."""
    pairs = [
        ("Enterprise", "FinancialInstitution"),
        ("GovernmentBody", "FinancialInstitution"),
        ("Enterprise", "Organization"),
        ("PilotPark", "District"),
        ("Plan", "RetrofitProject"),
        ("Programme", "Fund"),
    ]
    assert _consistent(reasoner_copy() + "".join(_is_a(f"both{n}", *pair) for n, pair in enumerate(pairs)))


def test_hermit_finds_an_object_outside_the_range(java: None) -> None:
    """Domain and range bind: an enterprise cannot be located in a person."""
    wrong = _is_a("firm", "Enterprise") + _is_a("boss", "Person") + f"<urn:x:firm> <{GM}locatedIn> <urn:x:boss> .\n"
    assert not _consistent(reasoner_copy() + wrong)
