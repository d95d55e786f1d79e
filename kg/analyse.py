"""Room 12: the accepted facts as a networkx graph: ways between two actors, brokers, communities.

>>> graph(build)                                    # for whoever knows networkx
>>> paths(build, "one name", "another name")        # the shortest ways, each step with the fact that makes it
>>> brokers(build, ["Actor"])                       # who stands between the others

Equal builds give equal answers: nodes and edges come in the order of their IRIs, and where chance helps, it has a seed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, TypeAlias

import networkx as nx

from kg.ask import Snapshot, label, resolve
from kg.ask.resolve import specific_types, subclasses, types

Graph: TypeAlias = "nx.MultiDiGraph[str]"

_SAMPLE_ABOVE = 2000
"""Nodes above which betweenness is estimated from that many sources: exact cost grows with nodes times edges."""

_FACTS = """
PREFIX gm: <https://w3id.org/green-manufacturing/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?subject ?predicate ?object ?fact ?status ?belief WHERE {
  ?fact rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; gm:statedStatus ?status .
  ?status gm:accepted true .
  ?subject ?predicate ?object .
  OPTIONAL { ?fact gm:belief ?belief }
}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One fact on the way from `start` to `end`; `forward` tells whether the fact runs that way, too."""

    start: str
    predicate: str
    end: str
    forward: bool
    fact: str


@dataclass(frozen=True, slots=True)
class Broker:
    """An entity and the share of shortest ways between others that lead through it (0..1)."""

    iri: str
    label: str
    classes: tuple[str, ...]
    betweenness: float


def graph(build: Snapshot, lang: str = "en") -> Graph:
    """A directed multigraph of the accepted facts among entities; nodes and edge keys are IRIs.

    Nodes: `label` in `lang`, `cls` (the most specific class, by its IRI). Edges, keyed by fact: `predicate`, `label`,
    `fact`, `status`, `belief`.
    """
    made: Graph = nx.MultiDiGraph()
    rows = sorted(tuple("" if cell is None else str(cell.value) for cell in row) for row in build.store.query(_FACTS))  # type: ignore[union-attr]
    for iri in sorted({iri for row in rows for iri in (row[0], row[2])}):
        classes = specific_types(build.store, iri)
        made.add_node(iri, label=label(build, iri, lang), cls=classes[0] if classes else "")
    for subject, predicate, object_, fact, status, belief in rows:
        made.add_edge(
            subject,
            object_,
            key=fact,
            predicate=predicate,
            label=label(build, predicate, lang),
            fact=fact,
            status=status,
            belief=float(belief or 0),
        )
    return made


def paths(build: Snapshot, a: str, b: str, k: int = 3) -> list[tuple[Step, ...]]:
    """The `k` shortest ways from one actor to another, whichever way the facts run; [] where there is none.

    `a` and `b` are names or IRIs. Where several facts join two entities, the most believed one is the step.
    """
    start, end = resolve(build, a), resolve(build, b)
    facts = graph(build)
    if start not in facts or end not in facts or start == end:
        return []
    plain = _undirected(facts)
    if not nx.has_path(plain, start, end):
        return []
    ways = islice(nx.shortest_simple_paths(plain, start, end), max(k, 0))
    return [tuple(_step(facts, one, two) for one, two in pairwise(nodes)) for nodes in ways]


def _step(facts: Graph, one: str, two: str) -> Step:
    found = [(one, two, True, data) for data in (facts.get_edge_data(one, two) or {}).values()]
    found += [(two, one, False, data) for data in (facts.get_edge_data(two, one) or {}).values()]
    _, _, forward, best = min(found, key=lambda edge: (-edge[3]["belief"], edge[3]["fact"]))
    return Step(one, best["predicate"], two, forward, best["fact"])


def brokers(build: Snapshot, classes: Iterable[str] = (), *, top: int = 20, lang: str = "en") -> list[Broker]:
    """Who stands between others, first the one with the highest betweenness; entities between nobody are left out.

    `classes` (names or IRIs, narrower ones included) say who is ranked; none ranks every entity. Ways may lead through
    entities of any class. In graphs of more than 2000 nodes the betweenness is estimated.
    """
    facts = graph(build, lang)
    wanted = [resolve(build, name, "class") for name in classes]
    accepted = {cls for one in wanted for cls in subclasses(build.store, one)}
    plain = nx.convert_node_labels_to_integers(_undirected(facts), label_attribute="iri")
    sources = None if len(plain) <= _SAMPLE_ABOVE else _SAMPLE_ABOVE
    between = nx.betweenness_centrality(plain, k=sources, seed=0)
    ranked = []
    for node, value in between.items():
        iri = plain.nodes[node]["iri"]
        if value > 0 and (not wanted or accepted & types(build.store, iri)):
            ranked.append(Broker(iri, facts.nodes[iri]["label"], specific_types(build.store, iri), round(value, 9)))
    return sorted(ranked, key=lambda broker: (-broker.betweenness, broker.iri))[:top]


def communities(build: Snapshot) -> list[tuple[str, ...]]:
    """Groups of entities that are tied closer to each other than to the rest (Louvain), the largest first."""
    plain = nx.convert_node_labels_to_integers(_undirected(graph(build)), label_attribute="iri")
    groups = nx.community.louvain_communities(plain, seed=0) if plain else []
    named = [tuple(sorted(plain.nodes[node]["iri"] for node in group)) for group in groups]
    return sorted(named, key=lambda group: (-len(group), group))


def _undirected(facts: Graph) -> nx.Graph[Any]:
    """One plain edge where any fact joins two entities, in a fixed order."""
    plain: nx.Graph[Any] = nx.Graph()
    plain.add_nodes_from(sorted(facts))
    plain.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in facts.edges() if a != b}))
    return plain
