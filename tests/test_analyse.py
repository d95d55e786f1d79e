"""Room 12: ways, brokers and communities over the sample graph."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from cq.sample_graph import ENT, Sample, sample

from kg.analyse import brokers, communities, graph, paths
from kg.errors import KgError

GM = "https://w3id.org/green-manufacturing/ontology#"
ACTORS = ["GovernmentBody", "FinancialInstitution", "gm:Enterprise"]


def test_graph_holds_accepted_facts() -> None:
    """One edge a fact, with its IRI; what is negated is no edge; nodes have label and class."""
    facts = graph(sample(), "de")
    assert facts.number_of_edges() == 30
    edge = facts[ENT + "flussbank"][ENT + "kredit"][ENT + "fact/f04"]
    assert edge["predicate"] == GM + "provides"
    assert edge["fact"] == ENT + "fact/f04"
    assert edge["belief"] == pytest.approx(0.97)
    assert facts.nodes[ENT + "steinbruch"] == {"label": "Steinbruch Zement GmbH", "cls": GM + "Manufacturer"}
    assert not facts.has_edge(ENT + "steinbruch", ENT + "gruenefabrik")


def test_paths_name_their_facts() -> None:
    """The direct way first, then the longer ones, in both directions, each step with the fact that makes it."""
    ways = paths(sample(), "Flussbank", "Quarry Cement", 2)
    assert [[(step.fact.removeprefix(ENT), step.forward) for step in way] for way in ways] == [
        [("fact/f31", True)],
        [("fact/f04", True), ("fact/f05", False)],
    ]
    back = paths(sample(), "Quarry Cement", "Flussbank", 1)
    assert [(step.fact.removeprefix(ENT), step.forward) for step in back[0]] == [("fact/f31", False)]


def test_paths_that_are_none() -> None:
    """Actors of two islands have no way, nor has an entity without facts or one to itself."""
    assert paths(sample(), "Amboss Stahl AG", "Flussbank") == []
    assert paths(sample(), "mehrere Banken", "Flussbank") == []
    assert paths(sample(), "Flussbank", "River Bank") == []
    assert paths(sample(), "Flussbank", "Quarry Cement", 0) == []
    with pytest.raises(KgError, match="Did you mean"):
        paths(sample(), "Flusbank", "Quarry Cement")


def test_brokers_stand_between() -> None:
    """Betweenness as networkx computes it on the same graph; classes choose who is ranked, not the ways."""
    everyone = brokers(sample())
    plain = nx.Graph(graph(sample()).to_undirected())
    expected = nx.betweenness_centrality(plain)
    assert {broker.iri: broker.betweenness for broker in everyone} == pytest.approx(
        {iri: value for iri, value in expected.items() if value > 0}
    )
    actors = brokers(sample(), ACTORS)
    assert {broker.iri.removeprefix(ENT) for broker in actors} <= {
        "steinbruch", "umweltamt", "flussbank", "foerderbank", "hellicht", "ministerium", "amboss"
    }  # fmt: skip
    assert actors[0].iri == ENT + "steinbruch"
    assert actors[0].label == "Quarry Cement"
    assert actors[0].classes == (GM + "Manufacturer",)
    assert [broker.betweenness for broker in everyone] == sorted((b.betweenness for b in everyone), reverse=True)
    assert brokers(sample(), ACTORS, top=1) == actors[:1]
    with pytest.raises(KgError):
        brokers(sample(), ["Entreprise"])


def test_communities_part_the_islands() -> None:
    """Every entity with a fact is in one community; no community reaches over to another island."""
    groups = communities(sample())
    assert sorted(iri for group in groups for iri in group) == sorted(graph(sample()))
    plain = graph(sample()).to_undirected()
    assert all(nx.has_path(plain, group[0], iri) for group in groups for iri in group)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)


def test_empty_graph() -> None:
    empty = Sample(ox.Store())
    assert len(graph(empty)) == 0
    assert brokers(empty) == []
    assert communities(empty) == []


def test_same_answer_with_other_hashes() -> None:
    """Neither the order of sets nor chance shows: two processes with other hash seeds agree."""
    code = (
        "from cq.sample_graph import sample; from kg import analyse as a; s = sample();"
        "print(a.brokers(s), a.communities(s), a.paths(s, 'Flussbank', 'North Shore Park', 5));"
        "print(list(a.graph(s).edges(keys=True)))"
    )
    here = Path(__file__).parent
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
