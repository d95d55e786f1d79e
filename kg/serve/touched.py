"""What an update may change, told before it is carried out, so that before and after need not be all of the data.

An update of INSERT DATA and DELETE DATA names the quads that may come or go; of one operation with a WHERE, `templates`
tells; a request of the Graph Store Protocol is about one graph. Of any other update nobody knows: then all quads are
compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from kg.serve import journal, templates
from kg.serve.guard import tokens
from kg.serve.sparql import Names

Content = tuple[set[bytes], set[str]]
"""Quads as lines of N-Quads, and IRIs of named graphs."""
_PROLOGUE = ("BASE", "PREFIX", "VERSION")


def watched(store: ox.Store, job: dict[str, Any], names: Names) -> Callable[[], Content]:
    """What tells, each time it is asked, the content of the part of a store that an update may change."""
    if "graph" in job:
        graph = ox.NamedNode(job["graph"]) if job["graph"] else ox.DefaultGraph()
        return lambda: _content(store, store.quads_for_pattern(None, None, None, graph), [graph])
    base = job.get("base")
    data = _as_inserted(job["update"])
    quads = _named(data, names, base) if data else templates.quads(store, job["update"], names, base)
    if quads is None:
        return lambda: journal.dump(store)
    graphs = {quad.graph_name for quad in quads}
    return lambda: _content(store, (quad for quad in quads if quad in store), graphs)


def _content(store: ox.Store, quads: Any, graphs: Any) -> Content:
    there = {graph.value for graph in graphs if isinstance(graph, ox.NamedNode) and store.contains_named_graph(graph)}
    return {f"{quad} .".encode() for quad in quads}, there


def _as_inserted(update: str) -> str:
    """An update that inserts what this one inserts or deletes; "" where it does anything but name data."""
    if "\\u" in update.lower():
        return ""  # an escape may be part of a keyword
    words = [token for token in tokens(update) if token.lastgroup not in ("skip", "iri", "name", "string")]
    made, at, depth = [], 0, 0
    for number, token in enumerate(words):
        kind, word = token.lastgroup, token[0].upper()
        depth += (kind == "open") - (kind == "close")
        if depth or kind != "word" or word in _PROLOGUE or word == "DATA":
            continue
        following = words[number + 1][0].upper() if number + 1 < len(words) else ""
        if word not in ("INSERT", "DELETE") or following != "DATA":
            return ""
        made.append(update[at : token.start()] + "INSERT")
        at = token.end()
    return "".join(made) + update[at:] if made else ""


def _named(update: str, names: Names, base: str | None) -> list[ox.Quad] | None:
    """The quads of an update that inserts data; None where it has nodes without a name, or is none."""
    store = ox.Store()
    try:
        store.update(update, prefixes=names.prefixes, base_iri=base or names.base)
    except (SyntaxError, ValueError, OSError, RuntimeError):
        return None
    quads = list(store)
    # A graph may come into being without a quad.
    named = {graph for graph in store.named_graphs()} == {quad.graph_name for quad in quads} - {ox.DefaultGraph()}
    return quads if named and not any("_:" in str(quad) for quad in quads) else None
