"""A reasoner agrees: the ontology is consistent, no class is impossible, and a contradiction would be found."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import owlready2
import pytest
import rdflib
from rdflib import OWL, RDFS

from kg.ontology import load, ntriples, reasoner_copy
from kg.publish import export_ontology

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


# ---- one world for all that may be so, and for all that may not: a run of HermiT takes seconds

BLURRED = [
    ("Enterprise", "FinancialInstitution"),
    ("GovernmentBody", "FinancialInstitution"),
    ("Enterprise", "Organization"),
    ("PilotPark", "District"),
    ("Plan", "RetrofitProject"),
    ("Programme", "Fund"),
]
"""Pairs of classes that one thing may well belong to, since reports blur them."""
PROV = "http://www.w3.org/ns/prov#"
APART = [
    (GM + "Bank", GM + "City"),
    (GM + "Ministry", GM + "Person"),
    (GM + "Document", GM + "Enterprise"),
    (GM + "Project", PROV + "Plan"),
    (GM + "Document", PROV + "Activity"),
    (PROV + "Person", GM + "IndustrialPark"),
]
"""Pairs that nothing can belong to; the last three only by what the alignments say."""


def _probes() -> tuple[str, set[str]]:
    """Classes that must turn out impossible: below both of a pair, or with an object outside the range."""
    text, names = "", set()
    for number, pair in enumerate(APART):
        names.add(f"urn:x:probe{number}")
        text += "".join(f"<urn:x:probe{number}> <{RDFS.subClassOf}> <{one}> .\n" for one in pair)
    names.add("urn:x:outside")
    text += f"<urn:x:outside> <{RDFS.subClassOf}> _:r .\n_:r {TYPE} <{OWL.Restriction}> .\n"
    text += f"_:r <{OWL.onProperty}> <{GM}locatedIn> .\n_:r <{OWL.someValuesFrom}> <{GM}Person> .\n"
    return text + "".join(f"<{name}> {TYPE} <{OWL.Class}> .\n" for name in names), names


def _aligned() -> str:
    """The alignments as OWL, and what the other vocabularies say of their terms."""
    graph = rdflib.Graph().parse(data=export_ontology("bridge") or b"", format="turtle")
    graph.remove((None, OWL.imports, None))
    graph.parse(Path(__file__).parent / "alignments" / "external.ttl")
    return graph.serialize(format="nt")


@pytest.fixture(scope="module")
def reasoned(java: None) -> owlready2.World:
    """Ontology, alignments, a member of each class (ours and others'), members of blurred pairs, and the probes.

    HermiT raises an error where this is inconsistent; what is consistent with more is consistent with less.
    """
    aligned, (probes, _) = _aligned(), _probes()
    others = {line.split()[0][1:-1] for line in aligned.splitlines() if line.endswith(f"<{OWL.Class}> .")}
    members = "".join(_is_a(f"one{name}", name) for name in load().classes)
    members += "".join(f"<urn:x:other{n}> {TYPE} <{iri}> .\n" for n, iri in enumerate(sorted(others)))
    members += "".join(_is_a(f"both{n}", *pair) for n, pair in enumerate(BLURRED))
    world = _world(reasoner_copy() + aligned + members + probes)
    owlready2.sync_reasoner_hermit(world, debug=0)
    return world


def test_hermit_finds_it_consistent_with_alignments_and_members(reasoned: owlready2.World) -> None:
    """Every class may have a member, and what reports blur is left open: nothing but the probes is impossible."""
    assert {cls.iri for cls in reasoned.inconsistent_classes()} - {str(OWL.Nothing)} == _probes()[1]


def test_the_alignments_entail_what_they_say(reasoned: owlready2.World) -> None:
    """A green bond is a bond of FIBO, a wind farm a power plant of the Open Energy Ontology."""
    bond = "https://spec.edmcouncil.org/fibo/ontology/SEC/Debt/Bonds/Bond"
    assert reasoned[bond] in reasoned[GM + "GreenBond"].ancestors()
    assert reasoned["https://openenergyplatform.org/ontology/oeo/OEO_00000031"] in reasoned[GM + "WindFarm"].ancestors()
    assert reasoned["https://schema.org/Person"] in reasoned[GM + "Person"].ancestors()


def test_hermit_finds_an_individual_in_two_disjoint_classes(java: None) -> None:
    """Without this the consistency test could never fail."""
    assert not _consistent(reasoner_copy() + _is_a("both", "Bank", "City"))
