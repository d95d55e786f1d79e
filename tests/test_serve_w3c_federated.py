"""The W3C's tests of federated queries over HTTP, with endpoints of this machine in place of those of example.org."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from test_serve_w3c_engine import check_query, failures, text_of
from w3c import MF, QT, client_of, entry_of, manifest, names_of, writable

Stores = dict[str, ox.Store]


class _Endpoint(BaseHTTPRequestHandler):
    """Answers queries, each path from a store of its own."""

    stores: ClassVar[Stores] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        plain = self.headers["content-type"].startswith("application/sparql-query")
        self._answer(body if plain else parse_qs(body)["query"][0])

    def do_GET(self) -> None:
        self._answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def _answer(self, query: str) -> None:
        store = self.stores.get(urlsplit(self.path).path)
        if store is None:
            self.send_error(404)
            return
        found = store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        body = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        self.send_response(200)
        self.send_header("content-type", "application/sparql-results+json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def endpoints() -> Iterator[tuple[str, Stores]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", _Endpoint.stores
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def client(endpoints: tuple[str, Stores], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("suite")
    with writable(folder, services=[endpoints[0]]) as (server, token), client_of(server, token) as ready:
        yield ready


@pytest.mark.parametrize("name", names_of("service"))
def test_federated(client: httpx.Client, endpoints: tuple[str, Stores], name: str) -> None:
    graph = manifest("service")
    entry = entry_of(graph, name)
    address, stores = endpoints
    stores.clear()
    names: dict[str, str] = {}
    for number, one in enumerate(graph.objects(graph.value(entry, MF.action), QT.serviceData)):
        stores[f"/{number}"] = _filled(graph.value(one, QT.data))
        names[f"<{graph.value(one, QT.endpoint)}>"] = f"<{address}{number}>"
    names["<http://invalid.endpoint.org/sparql>"] = f"<{address}nowhere>"

    def here(query: str) -> str:
        for there, local in names.items():
            query = query.replace(there, local)
        return query

    try:
        check_query(client, graph, entry, here)
    except (AssertionError, SyntaxError, ValueError):
        if f"service/{name}" not in failures():
            raise
        return
    assert f"service/{name}" not in failures(), "it passes: strike it from w3c_failures.toml"


def _filled(file: rdflib.term.Node | None) -> ox.Store:
    store = ox.Store()
    if file is not None:
        store.load(text_of(file).encode(), format=ox.RdfFormat.TURTLE, base_iri=str(file))
    return store


@pytest.mark.parametrize("name", names_of("syntax-fed"))
def test_federated_syntax(client: httpx.Client, endpoints: tuple[str, Stores], name: str) -> None:
    """What is well-formed is no syntax error."""
    endpoints[1].clear()
    endpoints[1]["/g"] = ox.Store()
    text = text_of(manifest("syntax-fed").value(entry_of(manifest("syntax-fed"), name), MF.action))
    answer = client.post("/sparql", data={"query": text.replace("<g>", f"<{endpoints[0]}g>")})
    assert answer.status_code == 200, answer.text
