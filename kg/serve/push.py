"""Filling any SPARQL 1.1 store with a build, by updates that each server takes."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kg.errors import KgError
from kg.store import Build

SECONDS = 600.0
BATCH = 5000
BATCH_SIZE = 500_000
"""Triples, and characters, of one update: every server has a limit to what it takes at once."""
_LACKS = "without GRAPH"
"""In what Virtuoso says, which has no default graph."""


def push(build: Build, url: str, token: str = "", default: str = "") -> int:
    """Put a build's quads into the store at `url` by SPARQL updates; how many there were.

    `default` names the graph that gets what stands in the default graph, for stores that have none of their own.
    """
    named = f"GRAPH {_graph(default)} " if default else ""
    base: str = build.manifest["base"]
    by_graph: dict[Any, list[ox.Quad]] = {}
    for quad in build.store:
        by_graph.setdefault(quad.graph_name, []).append(quad)
    sent = 0
    # A server that guards its data by shapes checks each update against what it has by then. So the default graph comes
    # before what documents say, and in it the ontology before the data, whose statuses and classes are terms of it.
    for graph in sorted(by_graph, key=lambda one: (isinstance(one, ox.NamedNode), str(one))):
        ordered = sorted(by_graph[graph], key=lambda quad: (_node_of(quad).startswith(f"<{base}"), _node_of(quad)))
        for triples in _batches(ordered):
            text = " ".join(triples)
            place = f"GRAPH {graph} " if isinstance(graph, ox.NamedNode) else named
            inside = f"{place}{{ {text} }}" if place else text
            _update(url, f"INSERT DATA {{ {inside} }}", token)
            sent += len(triples)
    return sent


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise KgError(f"{iri!r} is no absolute IRI, and so names no graph: {error}") from error


def _node_of(quad: ox.Quad) -> str:
    """The node that a quad is part of: selectors belong to their evidence."""
    return str(quad.subject).removesuffix("/quote>").removesuffix("/position>").removesuffix(">")


def _batches(quads: list[ox.Quad]) -> Iterator[list[str]]:
    """The triples in pieces that a server takes, in none of which a node is without a part of it."""
    batch: list[str] = []
    size = 0
    for _, group in groupby(quads, _node_of):
        triples = [f"{quad.subject} {quad.predicate} {quad.object} ." for quad in group]
        length = sum(map(len, triples))
        if batch and (len(batch) + len(triples) > BATCH or size + length > BATCH_SIZE):
            yield batch
            batch, size = [], 0
        batch += triples
        size += length
    if batch:
        yield batch


def _update(url: str, update: str, token: str) -> None:
    headers = {"content-type": "application/sparql-update"} | ({"authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, update.encode(), headers), timeout=SECONDS) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        # Some stores say all of the update again.
        said = error.read(2000).decode("utf-8", "replace").partition("SPARQL query:")[0][:500].strip()
        hint = " Name a graph for what stands in the default graph: --default-graph IRI." if _LACKS in said else ""
        raise KgError(f"The store at {url} refused the data ({error.code}). {said}{hint}") from error
    except (OSError, ValueError) as error:
        raise KgError(f"The store at {url} cannot be reached: {error}. Check the address.") from error
