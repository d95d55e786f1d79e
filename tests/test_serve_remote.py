"""Pages, API and queries over a store elsewhere: another server of this program, Oxigraph's own, Virtuoso."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
import virtuoso
from sample_build import sample_build
from serving import Running, running
from w3c import empty_build

from kg.errors import KgError
from kg.serve import gathered, tokens
from kg.serve.fulltext import LABEL
from kg.serve.push import push
from kg.serve.remote import RemoteStore, prepare
from kg.store import open_build

QUERY = "SELECT ?s ?l WHERE { ?s a gm:Place ; rdfs:label ?l } ORDER BY ?s ?l"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def here(root: Path) -> Iterator[Running]:
    """A server of the build itself: what the others are compared with."""
    with running(root, workers=1) as ready:
        yield ready


@contextmanager
def oxigraph(folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses for queries and updates of Oxigraph's own server."""
    program = shutil.which("oxigraph") or shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    if not program:
        pytest.skip("Oxigraph's server is not installed: pip install oxigraph")
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    command = [program, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/update"
    finally:
        process.kill()
        process.wait()


def content(answer: httpx.Response, ordered: bool) -> object:
    """What an answer says; of SPARQL in any order, where stores may order equal texts as they like."""
    if ordered or answer.url.path != "/sparql":
        return answer.content
    if "json" in answer.headers["content-type"]:
        return sorted(json.dumps(row, sort_keys=True) for row in answer.json()["results"]["bindings"])
    return sorted(answer.text.splitlines())


def same_as(here: Running, elsewhere: Running, *, ordered: bool = True) -> None:
    """Two servers say the same of the same data."""
    with here.client() as one, elsewhere.client() as other:
        for path, parameters in (
            ("/sparql", {"query": QUERY}),
            ("/sparql", {"query": QUERY, "format": "csv"}),
            ("/api/queries/recipients", {}),
            ("/api/entities", {"q": "Quarry"}),
            ("/api/describe", {"entity": "Quarry Cement"}),
        ):
            first, second = one.get(path, params=parameters), other.get(path, params=parameters)
            assert first.status_code == second.status_code == 200, second.text
            assert content(first, ordered) == content(second, ordered), (path, parameters)
        for path in ("/", "/class/Enterprise", "/page/id/quarzhafen-place", "/ontology", "/view"):
            page = other.get(path, headers={"accept": "text/html"})
            assert page.status_code == 200, (path, page.text[-300:])
        documented = [client.get("/docs/en/provides.html") for client in (one, other)]
        assert all(page.status_code == 200 and 'id="data"' in page.text for page in documented)
        graph = other.get(
            "/sparql", params={"query": "CONSTRUCT WHERE { ?s a gm:Place }"}, headers={"accept": "text/turtle"}
        )
        assert "Place" in graph.text
        wrong = other.get("/sparql", params={"query": "SELECT ?x WHERE {"})
        assert wrong.status_code == 400
        closed = other.get("/sparql", params={"query": "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"})
        assert closed.status_code == 403


def test_a_server_over_another_server(root: Path, here: Running) -> None:
    with running(root, workers=1, store=here.address + "/sparql") as elsewhere:
        same_as(here, elsewhere)


def test_an_answer_that_the_store_cut_is_not_taken_for_whole(root: Path, here: Running, tmp_path: Path) -> None:
    with (
        running(root, workers=1, max_rows=3000) as short,
        running(tmp_path, workers=1, store=short.address + "/sparql") as elsewhere,
    ):
        count = {"query": "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }", "format": "csv"}
        with here.client() as one, elsewhere.client() as other:
            whole, paged = (client.get("/sparql", params=count) for client in (one, other))
            assert one.get("/api/entities?q=Quarry").content == other.get("/api/entities?q=Quarry").content
        assert "x-result-truncated" not in paged.headers
        assert sorted(whole.text.splitlines()) == sorted(paged.text.splitlines())
        graph = elsewhere.sparql("CONSTRUCT WHERE { ?s ?p ?o }")
        assert (graph.status_code, graph.json()["type"].rpartition("/")[2]) == (502, "store-cut")
        assert "3000 rows" in graph.json()["detail"]


def test_a_server_over_oxigraph_that_was_filled_by_push(root: Path, here: Running, tmp_path: Path) -> None:
    with oxigraph(tmp_path / "store") as (query, update):
        sent = push(open_build(root), update)
        assert sent == len(open_build(root).store)
        with running(tmp_path, workers=1, store=query) as elsewhere:
            same_as(here, elsewhere)
            for wrong in ("SELECT { }", "SELECT ?x\nWHERE { ?x a gm:Place ;; }\n }"):
                told = [one.client().get("/sparql", params={"query": wrong}).json() for one in (here, elsewhere)]
                assert {name: told[0][name] for name in ("line", "column", "excerpt")}.items() <= told[1].items()


@pytest.mark.parametrize("most", [gathered.MOST, 3])
def test_what_is_asked_of_many_things_is_asked_at_once(
    root: Path, here: Running, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question is a journey; where a predicate says too much, one at a time is asked, and the same is said."""
    monkeypatch.setattr(gathered, "MOST", most)
    journeys = Mock(wraps=RemoteStore._ask)
    monkeypatch.setattr(RemoteStore, "_ask", lambda *given: journeys(*given))
    store, far, label = open_build(root).store, RemoteStore(here.address + "/sparql"), LABEL
    things = sorted({quad.subject for quad in store.quads_for_pattern(None, None, None, None)}, key=str)
    assert len(things) > 5 * gathered.MANY
    for graph in (None, ox.DefaultGraph()):
        journeys.reset_mock()
        for thing in things:
            said = [sorted(map(str, one.quads_for_pattern(thing, label, None, graph))) for one in (store, far)]
            assert said[0] == said[1]
        assert (journeys.call_count == gathered.MANY + 1) == (most > 3)


def test_a_server_over_virtuoso_that_was_filled_by_push(root: Path, here: Running, tmp_path: Path) -> None:
    if not virtuoso.installed():
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource")
    with virtuoso.virtuoso(tmp_path / "virtuoso", tmp_path) as store:
        with pytest.raises(KgError, match="refused the data") as refused:
            push(open_build(root), store.address, default=virtuoso.DEFAULT)
        assert "INSERT DATA {" not in str(refused.value)
        store.run('grant SPARQL_UPDATE to "SPARQL";')
        with pytest.raises(KgError, match="--default-graph"):
            push(open_build(root), store.address)
        assert push(open_build(root), store.address, default=virtuoso.DEFAULT) == len(open_build(root).store)
        query = f"{store.address}?{urlencode({'default-graph-uri': virtuoso.DEFAULT})}"
        with running(tmp_path, workers=1, store=query) as elsewhere:
            same_as(here, elsewhere, ordered=False)


def test_push_needs_the_token_of_a_server_that_asks_for_one(root: Path, tmp_path: Path) -> None:
    token = tokens.create(tmp_path / "tokens", "tests")
    folder = tmp_path / "empty"
    folder.mkdir()
    options: dict[str, Any] = {"updates": True, "tokens": str(tmp_path / "tokens"), "timeout": 120.0}
    with running(empty_build(folder), workers=1, **options) as server:
        with pytest.raises(KgError, match="401"):
            push(open_build(root), server.address + "/sparql")
        push(open_build(root), server.address + "/sparql", token)
        answer = server.sparql("SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) == len(open_build(root).store)


def test_a_store_that_is_not_there_is_said(root: Path, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="does not answer"):
        prepare("http://127.0.0.1:9/query", tmp_path)
    with pytest.raises(KgError, match="cannot be reached"):
        push(open_build(root), "http://127.0.0.1:9/update")
