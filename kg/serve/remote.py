"""Serving any SPARQL 1.1 store, and filling one.

`RemoteStore` asks an endpoint what pages, API and queries ask a store of pyoxigraph, so that they need not know. What a
build's folder tells besides its graph (the documents, their number) is read from the endpoint once, at the start.
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from kg.entities import BASE
from kg.errors import KgError
from kg.graph.terms import GM
from kg.serve.guard import look, undeclared
from kg.serve.reply import Problem
from kg.store import DOCUMENTS, MANIFEST, Build

ROWS, GRAPH = "application/sparql-results+json", "application/n-triples"
SECONDS = 60.0
BATCH = 5000
BATCH_SIZE = 500_000
"""Triples, and characters, of one update: every server has a limit to what it takes at once."""
FRESH, REMEMBERED = 30.0, 20_000
"""Seconds for which a pattern is not asked again, and how many are remembered."""
_DOCUMENTS = f"""SELECT ?document ?title ?language ?path ?text WHERE {{ GRAPH ?document {{
  ?document <{GM}text> ?text . OPTIONAL {{ ?document <{GM}title> ?title }}
  OPTIONAL {{ ?document <{GM}language> ?language }} OPTIONAL {{ ?document <{GM}sourcePath> ?path }} }} }}"""
_TOLD = ("title", "language", "path", "text")
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.DefaultGraph | ox.Triple


class _Connection:
    """One connection that is kept open; opened again by a process that inherited it, or when it was closed."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._open: http.client.HTTPConnection | None = None
        self._owner = 0

    def ask(self, body: bytes, accept: str) -> tuple[int, bytes]:
        """Post a form; the status and body of the answer."""
        headers = {"accept": accept, "content-type": "application/x-www-form-urlencoded"}
        path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        for attempt in (1, 2):
            try:
                connection = self._ready()
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (OSError, ValueError, http.client.HTTPException) as error:
                self._open = None
                if attempt == 2:
                    raise Problem(
                        502, "store", f"The store at {self._url.geturl()} does not answer: {error}"
                    ) from error
        raise AssertionError

    def _ready(self) -> http.client.HTTPConnection:
        if self._open is None or self._owner != os.getpid():
            secure = self._url.scheme == "https"
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self._open, self._owner = kind(self._url.hostname or "", self._url.port, timeout=SECONDS), os.getpid()
        return self._open


class RemoteStore:
    """What this server needs of a store, asked of a SPARQL endpoint."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = _Connection(url)
        self._lately: dict[Any, tuple[float, list[ox.Quad]]] = {}

    def query(
        self,
        query: str,
        *,
        prefixes: dict[str, str] | None = None,
        base_iri: str | None = None,
        default_graph: Iterable[ox.NamedNode] | None = None,
        named_graphs: Iterable[ox.NamedNode] | None = None,
        use_default_graph_as_union: bool = False,
    ) -> Any:
        """The same kinds of answer as pyoxigraph gives."""
        missing = set(undeclared(query, ())) & set(prefixes or {})
        head = "".join(f"PREFIX {name}: <{(prefixes or {})[name]}> " for name in sorted(missing))
        if base_iri:
            head = f"BASE <{base_iri}> {head}"
        fields = [("query", head + query)]
        fields += [("default-graph-uri", graph.value) for graph in default_graph or ()]
        fields += [("named-graph-uri", graph.value) for graph in named_graphs or ()]
        rows = look(query).form in ("SELECT", "ASK")
        body = self._ask(urlencode(fields).encode(), ROWS if rows else GRAPH)
        if rows:
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        return (quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))

    def _ask(self, body: bytes, accept: str) -> bytes:
        status, found = self._connection.ask(body, accept)
        if status == 200:
            return found
        said = found[:500].decode("utf-8", "replace")
        if status == 400:
            raise SyntaxError(said)
        raise Problem(502, "store", f"The store at {self.url} answered {status}: {said[:200]}")

    def quads_for_pattern(
        self, subject: Term | None, predicate: Term | None, object: Term | None, graph: Term | None = None
    ) -> Iterator[ox.Quad]:
        """Quads with these terms; of all graphs where none is named. What was asked lately is not asked again."""
        key = (subject, predicate, object, graph)
        known = self._lately.get(key)
        if known is None or known[0] < time.monotonic():
            found = list(self._quads(subject, predicate, object, graph))
            if len(self._lately) > REMEMBERED:
                self._lately.clear()
            known = self._lately[key] = (time.monotonic() + FRESH, found)
        return iter(known[1])

    def _quads(
        self, subject: Term | None, predicate: Term | None, object: Term | None, graph: Term | None
    ) -> Iterator[ox.Quad]:
        given = (("s", subject), ("p", predicate), ("o", object))
        pattern = " ".join(f"?{name}" if term is None else str(term) for name, term in given)
        if isinstance(graph, ox.NamedNode):
            where = f"BIND({graph} AS ?g) GRAPH {graph} {{ {pattern} }}"
        elif graph is None:
            where = f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}"
        else:
            where = pattern
        found = self.query(f"SELECT * WHERE {{ {where} }}")
        names = {variable.value for variable in found.variables}
        for row in found:
            terms: list[Any] = [row[name] if term is None else term for name, term in given]
            place = row["g"] if "g" in names and row["g"] is not None else ox.DefaultGraph()
            yield ox.Quad(terms[0], terms[1], terms[2], place)

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """The IRIs of the named graphs."""
        for row in self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"):
            yield row["g"]

    def contains_named_graph(self, graph: ox.NamedNode) -> bool:
        """Whether a named graph has anything in it."""
        return bool(self.query(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))

    def __len__(self) -> int:
        row = next(iter(self.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")))
        return int(row["n"].value)


def prepare(url: str, folder: Path) -> Path:
    """A folder that stands for the build in a remote store: its manifest and documents."""
    store = RemoteStore(url)
    lines, inputs, base = [], [], BASE
    try:
        for row in store.query(_DOCUMENTS):
            values = {name: row[name].value if row[name] is not None else "" for name in _TOLD}
            iri = row["document"].value
            start, _, name = iri.partition("document/")
            base = start if name else base
            identity = iri.rpartition("/")[2]
            known = {"id": identity, "name": values["path"] or identity, "lang": values["language"]}
            inputs.append(known)
            lines.append({**known, "source": values["path"], "title": values["title"], "text": values["text"]})
        counts = {name: _count(store, name) for name in ("Entity", "Fact", "Observation", "Evidence")}
        size = len(store)
    except (Problem, SyntaxError) as error:
        said = error.detail if isinstance(error, Problem) else error
        raise KgError(f"The store at {url} cannot be served. {said}") from error
    about = {
        "id": "remote",
        "base": base,
        "inputs": sorted(inputs, key=lambda one: one["name"]),
        "counts": {
            "quads": size,
            "documents": len(inputs),
            "entities": counts["Entity"],
            "facts": counts["Fact"],
            "observations": counts["Observation"],
            "figures": counts["Observation"],
            "evidence": counts["Evidence"],
            "inferred": 0,
        },
    }
    (folder / DOCUMENTS).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / MANIFEST).write_text(json.dumps(about), encoding="utf-8")
    return folder


def _count(store: RemoteStore, cls: str) -> int:
    row = next(iter(store.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a <{GM}{cls}> }}")))
    return int(row["n"].value)


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
        with urllib.request.urlopen(
            urllib.request.Request(url, update.encode(), headers), timeout=SECONDS * 10
        ) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        said = error.read(500).decode("utf-8", "replace")
        raise KgError(f"The store at {url} refused the data ({error.code}). {said}") from error
    except (OSError, ValueError) as error:
        raise KgError(f"The store at {url} cannot be reached: {error}. Check the address.") from error
