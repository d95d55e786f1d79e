"""Room 8: the rules of `queries/owl-rl/` conclude what OWL 2 RL concludes, neither more nor less.

Two other implementations are asked: `reasonable` (Rust), which knows no property chains, and `owlrl` (Python), which
does and is slow. HermiT, which is no rule engine at all, is asked for a list of entailments that people expect.
"""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
from pathlib import Path

import owlready2
import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import reasonable

from kg.infer import infer, owl_rl, read_queries
from kg.ontology import load, ntriples, queries_dir, reasoner_copy

GM = "https://w3id.org/green-manufacturing/ontology#"
TYPE = str(rdflib.RDF.type)
NOT_OF_OWL = ("05-place-of-a-place", "06-place-of-a-part", "07-finance-by-instrument", "08-finance-of-a-project")
"""Rules of a build that say more than the axioms: what is usual, and what statuses and places mean."""

Triples = set[tuple[str, str, str]]


def synthetic(count: int) -> str:
    made: str = runpy.run_path(str(Path(__file__).parent / "bench" / "bench_reason.py"))["triples"](count)
    return made


def stated(*triples: str) -> str:
    """Triples such as "a partOf b", "a a Bank", as N-Triples."""
    lines = []
    for triple in triples:
        subject, predicate, object_ = triple.split()
        lines.append(
            f"<urn:x:{subject}> <{TYPE}> <{GM}{object_}> .\n"
            if predicate == "a"
            else f"<urn:x:{subject}> <{GM}{predicate}> <urn:x:{object_}> .\n"
        )
    return "".join(lines)


CIRCLES = stated("a partOf b", "b partOf c", "c partOf a", "d collaboratesWith d", "e feedsInto f", "f feedsInto e")


def _named(triples: Triples) -> Triples:
    """What the two engines can be compared in: our properties, and types that are our classes, of named things."""
    return {
        (s, p, o)
        for s, p, o in triples
        if (p.startswith(GM) or (p == TYPE and o.startswith(GM))) and ":" in s and ":" in o
    }


def by_rules(data: str, *without: str) -> Triples:
    store = ox.Store()
    store.load(data.encode(), format=ox.RdfFormat.N_TRIPLES)  # bulk_load tears blank nodes of N-Triples apart
    infer(store, [rule for rule in owl_rl() if rule.name not in without])
    found = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return _named(
        {
            (q.subject.value, q.predicate.value, q.object.value)
            for q in found
            if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode)
        }
    )


def by_reasonable(data: str, folder: Path) -> Triples:
    path = folder / "data.ttl"
    path.write_text(data, encoding="utf-8")
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(path))
    return _named(_plain(reasoner.reason()))


def _plain(triples: object) -> Triples:
    return {
        (str(s), str(p), str(o))
        for s, p, o in triples  # type: ignore[attr-defined]
        if isinstance(s, rdflib.URIRef) and isinstance(o, rdflib.URIRef)
    }


@pytest.mark.parametrize("data", [synthetic(8000), CIRCLES], ids=["synthetic", "circles"])
def test_reasonable_concludes_the_same(data: str, tmp_path: Path) -> None:
    """All but chains, which it does not know."""
    text = ntriples() + data
    ours = by_rules(text, "05-chain")
    assert ours == by_reasonable(text, tmp_path)
    assert len(ours - _named(_plain(rdflib.Graph().parse(data=text, format="nt")))) > 50


def test_owlrl_concludes_the_same_with_chains() -> None:
    """Asked with the axioms alone, without labels and definitions, and without classes that no property leads to, as it
    looks at everything."""
    lines = [line for line in ntriples().splitlines(keepends=True) if '"' not in line and "skos" not in line]
    ends = {one for prop in load().properties.values() for one in (*prop.domain, *prop.range) if one in load().classes}
    reached = {up for one in ends for up in load().ancestors(one)}
    idle = tuple(f"<{GM}{name}> " for name in load().classes if name not in reached)
    kept = [line for line in lines if line.startswith((f"<{GM}", "_:")) and not line.startswith(idle)]
    axioms = "".join(line for line in kept if "unionOf" not in line)
    data = stated(
        "bank provides loan", "firm receives loan", "firm operates line", "line tenantOf park", "park partOf zone",
        "town awards title", "firm hasDesignation title", "meeting hasParticipation p", "p participant bank",
        "firm undertakes mill", "mill locatedIn town",
    )  # fmt: skip
    graph = rdflib.Graph().parse(data=axioms + data, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, datatype_axioms=False).expand(graph)
    theirs = {t for t in _named(_plain(graph)) if t[0].startswith("urn:x:")}
    ours = {t for t in by_rules(axioms + data) if t[0].startswith("urn:x:")}
    assert ours == theirs
    chained = ours - by_rules(axioms + data, "05-chain")
    assert ("urn:x:bank", GM + "channelsMoneyTo", "urn:x:firm") in chained and len(chained) > 5


def test_a_build_concludes_nothing_of_owl_that_owl_does_not() -> None:
    """Each rule of `queries/infer/` that is not listed as saying more stays within the profile."""
    text = ntriples() + synthetic(4000) + CIRCLES
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.N_TRIPLES)
    rules = read_queries(queries_dir() / "infer")
    assert {rule.name for rule in rules} >= set(NOT_OF_OWL)
    infer(store, [rule for rule in rules if rule.name not in NOT_OF_OWL])
    found = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode)
    }
    assert _named(found) - by_rules(text) == set()


# ---- what people expect

EXPECTED = [
    (["b a DevelopmentBank"], "b a FinancialInstitution"),
    (["b a DevelopmentBank"], "b a Actor"),
    (["f a CementProducer"], "f a Enterprise"),
    (["p a NearZeroCarbonPark"], "p a IndustrialPark"),
    (["l a GreenLoan"], "l a FinancialInstrument"),
    (["b lendsTo f"], "b finances f"),
    (["b lendsTo f"], "f borrowsFrom b"),
    (["b lendsTo f"], "f financedBy b"),
    (["b lendsTo f"], "b a FinancialInstitution"),
    (["b provides l", "f receives l"], "b channelsMoneyTo f"),
    (["b provides l", "f receives l"], "f getsMoneyFrom b"),
    (["f tenantOf p"], "f locatedIn p"),
    (["f tenantOf p"], "p hasTenant f"),
    (["f locatedIn p", "p locatedIn t"], "f locatedIn t"),
    (["f locatedIn t", "t partOf c"], "f locatedIn c"),
    (["f subsidiaryOf g", "g subsidiaryOf h"], "f partOf h"),
    (["f collaboratesWith g"], "g collaboratesWith f"),
    (["f researchesWith u"], "u collaboratesWith f"),
    (["k headOf f"], "f employs k"),
    (["k speaksAt e"], "e hasParticipant k"),
    (["g issues i"], "i implementedBy g"),
    (["f operates s", "s locatedIn t"], "f activeIn t"),
    (["g awards d", "f hasDesignation d"], "f recognisedBy g"),
    (["e precedes m", "m precedes n"], "n follows e"),
    (["r hasParticipation q", "q participant f"], "f partnerIn r"),
    (["s feedsInto t"], "t connectedTo s"),
]
UNEXPECTED = [
    (["b finances f"], "b lendsTo f"),
    (["b a FinancialInstitution"], "b a Bank"),
    (["f subsidiaryOf g", "g subsidiaryOf h"], "f subsidiaryOf h"),
    (["s feedsInto t"], "t feedsInto s"),
    (["b provides l"], "b a FinancialInstitution"),
    (["f collaboratesWith g", "g collaboratesWith h"], "f collaboratesWith h"),
]


def _triple(text: str) -> tuple[str, str, str]:
    line = stated(text).split()
    return line[0][1:-1], line[1][1:-1], line[2][1:-1]


@pytest.mark.parametrize(("data", "found"), EXPECTED, ids=[found for _, found in EXPECTED])
def test_the_rules_entail_what_is_expected(data: list[str], found: str) -> None:
    assert _triple(found) in by_rules(ntriples() + stated(*data))


@pytest.mark.parametrize(("data", "absent"), UNEXPECTED, ids=[absent for _, absent in UNEXPECTED])
def test_the_rules_entail_nothing_unexpected(data: list[str], absent: str) -> None:
    assert _triple(absent) not in by_rules(ntriples() + stated(*data))


def test_hermit_entails_what_is_expected(tmp_path: Path) -> None:
    """All cases at once, each with things of its own, asked of HermiT's own command.

    What is expected follows; what is not expected may be false, all of it together, without a contradiction.
    """
    if not shutil.which("java"):
        pytest.skip("HermiT needs Java and there is none: on Debian `apt-get install default-jre-headless`")
    premise, conclusions, denials = reasoner_copy(), "", ""
    for number, (data, conclusion) in enumerate([*EXPECTED, *UNEXPECTED]):
        premise += stated(*(_apart(triple, number) for triple in data))
        concluded = _apart(conclusion, number)
        if number < len(EXPECTED):
            conclusions += stated(concluded)
        else:
            denials += _denied(_triple(concluded), number)
    declared = [line for line in reasoner_copy().splitlines(True) if DECLARATION in line and line.startswith("<")]
    given = _rdf_xml(premise, tmp_path / "premise.owl")
    wanted = _rdf_xml("".join(declared) + conclusions, tmp_path / "conclusions.owl")
    assert _hermit(f"--conclusion={wanted}", "-E", given) == "true"
    assert _hermit("-k", _rdf_xml(premise + denials, tmp_path / "denied.owl")).endswith("Thing is satisfiable.")


DECLARATION = f"> <{TYPE}> <{rdflib.OWL}"
HERMIT = Path(owlready2.__file__).parent / "hermit"


def _hermit(*arguments: str) -> str:
    """What the reasoner that comes with owlready2 answers."""
    java = ["java", "-cp", f"{HERMIT}{os.pathsep}{HERMIT / 'HermiT.jar'}", "org.semanticweb.HermiT.cli.CommandLine"]
    return subprocess.run([*java, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _rdf_xml(triples: str, path: Path) -> str:
    """N-Triples written as RDF/XML, which the OWL API reads; the file's address."""
    ox.serialize(ox.parse(triples.encode(), format=ox.RdfFormat.N_TRIPLES), path, format=ox.RdfFormat.RDF_XML)
    return path.as_uri()


def _denied(conclusion: tuple[str, str, str], number: int) -> str:
    """That a conclusion is false, as N-Triples."""
    subject, predicate, object_ = conclusion
    node, owl = f"_:denied{number}", str(rdflib.OWL)
    lines = [f"{node} <{TYPE}> <{owl}Class>", f"{node} <{owl}complementOf> <{object_}>", f"<{subject}> <{TYPE}> {node}"]
    if predicate != TYPE:
        lines = [
            f"{node} <{TYPE}> <{owl}NegativePropertyAssertion>",
            f"{node} <{owl}sourceIndividual> <{subject}>",
            f"{node} <{owl}assertionProperty> <{predicate}>",
            f"{node} <{owl}targetIndividual> <{object_}>",
        ]
    return "".join(f"{line} .\n" for line in lines)


def _apart(triple: str, number: int) -> str:
    subject, predicate, object_ = triple.split()
    return f"{subject}{number} {predicate} {object_ if predicate == 'a' else f'{object_}{number}'}"


def test_every_axiom_of_a_property_has_an_expected_entailment() -> None:
    """Kinds of axioms: broader, inverse, symmetric, transitive, chains; each chain is in the list."""
    chained = {line.split("> <")[0].rsplit("#", 1)[1] for line in ntriples().splitlines() if "propertyChain" in line}
    said = {found.split()[1] for _, found in EXPECTED}
    inverse = {load().properties[name].inverse for name in said if name in load().properties}
    assert chained <= said | inverse, "a chain without an expected entailment"
