"""Serving any SPARQL 1.1 store.

`RemoteStore` asks an endpoint what pages, API and queries ask a store of pyoxigraph, so that they need not know. What a
build's folder tells besides its graph (the documents, their number) is read from the endpoint once, at the start.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from kg.errors import KgError
from kg.ontology import BASE, GM
from kg.serve.gathered import Gathered
from kg.serve.guard import look, tokens, undeclared
from kg.serve.reply import Problem
from kg.store import DOCUMENTS, MANIFEST

ROWS, GRAPH = "application/sparql-results+json", "application/n-triples"
SECONDS = 60.0
LONGEST = 1_000_000
"""Rows that are collected page by page where the store answers in pages only."""
_CUT = ("X-Result-Truncated", "X-SPARQL-MaxRows")
"""How stores say that an answer is not whole: this program's, and Virtuoso."""
FRESH, REMEMBERED = 30.0, 20_000
"""Seconds for which a pattern is not asked again, and how many are remembered."""
_DOCUMENTS = f"""SELECT ?document ?title ?language ?path ?text WHERE {{ GRAPH ?document {{
  ?document <{GM}text> ?text . OPTIONAL {{ ?document <{GM}title> ?title }}
  OPTIONAL {{ ?document <{GM}language> ?language }} OPTIONAL {{ ?document <{GM}sourcePath> ?path }} }} }}"""
_TOLD = ("title", "language", "path", "text")
_LINE = re.compile(r"\bat ([2-9]|[1-9]\d+):(?=\d)")
"""Where stores say that they stopped reading."""
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.DefaultGraph | ox.Triple


class _Connection:
    """One connection that is kept open; opened again by a process that inherited it, or when it was closed."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._open: http.client.HTTPConnection | None = None
        self._owner = 0

    def ask(self, body: bytes, accept: str) -> tuple[int, bytes, str]:
        """Post a form; the status and body of the answer, and what the store says of having cut it."""
        headers = {"accept": accept, "content-type": "application/x-www-form-urlencoded"}
        path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        for attempt in (1, 2):
            try:
                connection = self._ready()
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                cut = next(filter(None, map(answer.getheader, _CUT)), "")
                return answer.status, answer.read(), cut
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
        self._gathered = Gathered(lambda predicate, graph, most: self._quads(None, predicate, None, graph, most))

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
        fields = [("query", f"{head}\n{query}")]
        fields += [("default-graph-uri", graph.value) for graph in default_graph or ()]
        fields += [("named-graph-uri", graph.value) for graph in named_graphs or ()]
        rows = look(query).form in ("SELECT", "ASK")
        try:
            body, cut = self._ask(urlencode(fields).encode(), ROWS if rows else GRAPH)
        except SyntaxError as error:
            # The line before the query is none of the client's.
            raise SyntaxError(_LINE.sub(lambda place: f"at {int(place[1]) - 1}:", str(error))) from error
        if cut:
            body = self._rest(fields, body, cut)
        if rows:
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        return (quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))

    def _rest(self, fields: list[tuple[str, str]], body: bytes, cut: str) -> bytes:
        """All rows of an answer that the store cut, page by page; what is missing looks like what is not there."""
        query = fields[0][1]
        if look(query).form != "SELECT" or any(
            token.lastgroup == "word" and token[0].upper() in ("LIMIT", "OFFSET", "VALUES") for token in tokens(query)
        ):
            raise self._incomplete(cut)
        whole = json.loads(body)
        rows: list[Any] = whole["results"]["bindings"]
        page = len(rows)
        while page and len(rows) % page == 0:
            if len(rows) > LONGEST:
                raise self._incomplete(cut)
            asked = [("query", f"{query}\nLIMIT {page} OFFSET {len(rows)}"), *fields[1:]]
            more = json.loads(self._ask(urlencode(asked).encode(), ROWS)[0])["results"]["bindings"]
            rows += more
            if not more:
                break
        return json.dumps(whole).encode()

    def _incomplete(self, cut: str) -> Problem:
        return Problem(
            502,
            "store-cut",
            f"The store at {self.url} cut its answer short ({cut}).",
            {"hint": "Ask for less at once, by LIMIT and OFFSET, or have the store answer in full."},
        )

    def _ask(self, body: bytes, accept: str) -> tuple[bytes, str]:
        status, found, cut = self._connection.ask(body, accept)
        if status == 200:
            return found, cut
        # Some stores say all of the query again, with what was put before it.
        said = found[:2000].decode("utf-8", "replace").partition("SPARQL query:")[0][:500].strip()
        if status == 400:
            raise SyntaxError(said)
        raise Problem(502, "store", f"The store at {self.url} answered {status}: {said[:200]}")

    def quads_for_pattern(
        self, subject: Term | None, predicate: Term | None, object: Term | None, graph: Term | None = None
    ) -> Iterator[ox.Quad]:
        """Quads with these terms; of all graphs where none is named. What was asked lately is not asked again."""
        if subject is not None and predicate is not None and object is None:
            table = self._gathered.of(predicate, graph)
            if table is not None:
                return iter(table.get(subject, ()))
        key = (subject, predicate, object, graph)
        known = self._lately.get(key)
        if known is None or known[0] < time.monotonic():
            found = list(self._quads(subject, predicate, object, graph))
            if len(self._lately) > REMEMBERED:
                self._lately.clear()
            known = self._lately[key] = (time.monotonic() + FRESH, found)
        return iter(known[1])

    def _quads(
        self, subject: Term | None, predicate: Term | None, object: Term | None, graph: Term | None, most: int = 0
    ) -> Iterator[ox.Quad]:
        given = (("s", subject), ("p", predicate), ("o", object))
        pattern = " ".join(f"?{name}" if term is None else str(term) for name, term in given)
        if isinstance(graph, ox.NamedNode):
            where = f"BIND({graph} AS ?g) GRAPH {graph} {{ {pattern} }}"
        elif graph is None:
            where = f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}"
        else:
            where = pattern
        found = self.query(f"SELECT * WHERE {{ {where} }}" + (f" LIMIT {most}" if most else ""))
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
