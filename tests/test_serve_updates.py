"""Updates and the graph store: who may, what is refused, and that what was accepted is there after a crash."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_build import sample_build
from serving import Running, running

from kg.errors import KgError
from kg.serve import journal, templates, tokens, touched
from kg.serve.generation import Generation
from kg.serve.reply import Problem
from kg.serve.rewrite import with_data_set
from kg.serve.settings import Settings
from kg.serve.sparql import Names

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
ADD = "INSERT DATA { <urn:a> <urn:b> 'c' }"
THERE = "ASK { <urn:a> <urn:b> 'c' }"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return sample_build(tmp_path / "build")


@pytest.fixture
def token(tmp_path: Path) -> str:
    return tokens.create(tmp_path / "tokens", "tests")


def options(tmp_path: Path) -> dict[str, object]:
    return {"updates": True, "tokens": str(tmp_path / "tokens")}


@pytest.fixture
def client(root: Path, token: str, tmp_path: Path) -> Iterator[httpx.Client]:
    with running(root, **options(tmp_path)) as server, authorised(server, token) as ready:
        yield ready


def authorised(server: Running, token: str) -> httpx.Client:
    return server.client(headers={"authorization": f"Bearer {token}"})


def ask(client: httpx.Client, query: str) -> bool:
    found: bool = client.post("/sparql", data={"query": query}).json()["boolean"]
    return found


def count(client: httpx.Client) -> int:
    return int(client.post("/sparql", data={"query": COUNT}).json()["results"]["bindings"][0]["n"]["value"])


def test_whoever_has_no_token_changes_nothing(client: httpx.Client) -> None:
    before = count(client)
    for header in ("", "Bearer wrong", "Basic abc", "Bearer"):
        for answer in (
            client.post("/sparql", data={"update": ADD}, headers={"authorization": header}),
            client.put("/graphs?default", content="<a:a> <a:b> <a:c> .", headers={"authorization": header}),
            client.delete("/graphs?default", headers={"authorization": header}),
        ):
            assert answer.status_code == 401
            assert "Bearer" in answer.headers["www-authenticate"]
    assert count(client) == before


def test_a_token_stands_nowhere_but_with_its_owner(token: str, tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    assert token not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    gate = tokens.Gate(str(file))
    assert gate.name_of({"authorization": f"Bearer {token}"}) == "tests"
    again = tokens.create(file, "tests")
    with pytest.raises(Problem):
        tokens.Gate(str(file)).name_of({"authorization": f"Bearer {token}"})
    assert tokens.Gate(str(file)).name_of({"authorization": f"bearer {again}"}) == "tests"
    file.write_text("broken\n")
    with pytest.raises(KgError, match="line 1"):
        tokens.read(file)


def test_an_update_is_seen_at_once_and_changes_the_tag(client: httpx.Client) -> None:
    first = client.get("/sparql", params={"query": THERE})
    assert first.json()["boolean"] is False
    changed = client.post("/sparql", data={"update": ADD})
    assert (changed.status_code, changed.content) == (204, b"")
    second = client.get("/sparql", params={"query": THERE}, headers={"if-none-match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.json()["boolean"] is True
    assert second.headers["x-build"] == changed.headers["x-build"] != first.headers["x-build"]


def test_an_update_is_done_whole_or_not_at_all(client: httpx.Client) -> None:
    before = count(client)
    half = "INSERT DATA { <urn:x> <urn:y> 1 } ; CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>"
    assert client.post("/sparql", data={"update": half}).status_code == 400
    assert count(client) == before
    broken = "INSERT DATA { <urn:x> <urn:y> 1 } ; INSERT DATA { <urn:x> "
    answer = client.post("/sparql", data={"update": broken})
    assert answer.json()["type"].endswith("malformed-update")
    assert answer.json()["line"] == 1
    assert count(client) == before


def test_what_was_accepted_is_there_after_the_server_was_killed(root: Path, token: str, tmp_path: Path) -> None:
    with running(root, **options(tmp_path)) as server:
        with authorised(server, token) as client:
            assert client.post("/sparql", data={"update": ADD}).status_code == 204
            assert client.post("/sparql", data={"update": "DELETE DATA { <urn:a> <urn:b> 'x' }"}).status_code == 204
            before = count(client)
        server.process.kill()
        server.process.wait()
    with running(root) as server, server.client() as client:
        assert ask(client, THERE)
        assert count(client) == before


def test_a_new_build_keeps_what_was_changed(root: Path, client: httpx.Client) -> None:
    assert client.post("/sparql", data={"update": ADD}).status_code == 204
    store = ox.Store()
    for patch in journal.patches(root / journal.JOURNAL):
        journal.apply(store, patch)
    assert [str(quad.subject) for quad in store] == ["<urn:a>"]


def test_data_that_violates_a_shape_is_refused_with_its_reason(client: httpx.Client) -> None:
    before = count(client)
    nameless = "INSERT DATA { ent:nobody a gm:Enterprise }"
    answer = client.post("/sparql", data={"update": nameless})
    assert answer.status_code == 422
    assert "label" in answer.json()["detail"]
    assert "nobody" in answer.json()["detail"]
    assert count(client) == before
    named = 'INSERT DATA { ent:nobody a gm:Enterprise ; rdfs:label "Nobody"@en }'
    assert client.post("/sparql", data={"update": named}).status_code == 204
    unnamed = 'DELETE DATA { ent:nobody rdfs:label "Nobody"@en }'
    assert client.post("/sparql", data={"update": unnamed}).status_code == 422
    assert ask(client, 'ASK { ent:nobody rdfs:label "Nobody"@en }')


DATA = [
    "<urn:a> <urn:b> <urn:c>",
    "<urn:a> <urn:b> 'ä\\n'@de-AT",
    '<urn:a> <urn:b> <urn:c> ; <urn:d> 1, 2.50, "insert { }"',
    "GRAPH <urn:g> { <urn:a> <urn:b> 1.0 }",
    'GRAPH <urn:h> { <urn:a> gm:x "DELETE DATA { }" }',
    "GRAPH <urn:using:g> { <urn:a> <urn:b> 2 }",
    "GRAPH <urn:new> { }",
    "<urn:a> <urn:says> <<( <urn:a> <urn:b> <relative> )>>",
]
OTHER = [
    "INSERT DATA { [] <urn:b> 7 }",
    "INSERT { ?s <urn:new> [] } WHERE { ?s ?p ?o }",
    "INSERT { <urn:s> <urn:new> ?x } WHERE { BIND(STR(RAND()) AS ?x) }",
    "CLEAR SILENT GRAPH <urn:g>",
]
ALONE = [
    "INSERT { ?s <urn:new> ?o } WHERE { ?s ?p ?o }",
    "DELETE WHERE { <urn:a> ?p ?o }",
    "DELETE WHERE { GRAPH ?g { <urn:a> ?p ?o } . ?s <urn:b> ?o } ;",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p ?n ; <urn:was> ?o } WHERE { ?s ?p ?o FILTER isNumeric(?o) BIND(?o / 3 AS ?n) }",
    "WITH <urn:g> DELETE { ?s ?p ?o } INSERT { GRAPH <urn:h> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "PREFIX u: <urn:> WITH u:g INSERT { ?s ?p ?o . GRAPH ?g { ?s u:in ?g } } "
    "WHERE { ?s ?p ?o . OPTIONAL { GRAPH ?g { ?s ?p ?x } } }",
    "INSERT { GRAPH ?g { ?s <urn:y> ?o } } USING NAMED <urn:g> using <urn:h> WHERE { ?s ?p ?o GRAPH ?g { ?t ?p ?u } }",
    "INSERT { ?s <urn:y> ?o } USING <urn:using:g> USING <urn:g> WHERE { ?s ?p ?o }",
    "BASE <http://o.example/> INSERT { <rel> <urn:c> 05 , 'WHERE {' } WHERE { }",
    "DELETE { ?s ?p ?o } "
    "WHERE { ?s ?p ?o MINUS { ?s ?p <urn:c> } { SELECT ?s (COUNT(*) AS ?c) { ?s ?q ?r } GROUP BY ?s } }",
    "INSERT { ?o <urn:of> ?s } WHERE { ?s ?p ?o FILTER(isTriple(?o) || ?p = <urn:says>) }",
    "INSERT { ?s ?x 1 } WHERE { ?s <urn:b> ?o OPTIONAL { ?o <urn:never> ?x } }",
]
NAMING = [f"{word} {{ {one} }}" for one in DATA for word in ("INSERT DATA", "delete\nData")]
CHANGES = st.lists(st.sampled_from([*NAMING, *OTHER]), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(CHANGES, st.one_of(CHANGES, st.sampled_from(ALONE).map(lambda one: [one])), st.booleans())
def test_what_an_update_changes_is_told_the_same_by_what_it_names(first: list[str], then: list[str], odd: bool) -> None:
    """To compare what it names, or what its templates make, gives the same patch as to compare the whole store."""
    names = Names({"gm": "urn:gm:"}, "http://base.example/")
    store = ox.Store()
    store.update(" ; ".join(first), prefixes=names.prefixes, base_iri=names.base)
    if odd:
        store.update("INSERT DATA { <urn:a> <urn:b> [] }")
    store.add(ox.Quad(ox.NamedNode("urn:far"), ox.NamedNode("urn:off"), ox.Literal("")))
    update = " ; ".join(then)
    content = touched.watched(store, {"update": update}, names)
    before, whole = content(), journal.dump(store)
    store.update(update, prefixes=names.prefixes, base_iri=names.base)
    assert journal.difference(before, content()) == journal.difference(whole, journal.dump(store))
    if then[0] not in ALONE:
        assert any(b"urn:far" in line for line in before[0]) == any(one in OTHER for one in then)


def test_a_change_of_a_few_among_many_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other quad is looked at; where there are too many solutions, all are compared."""
    names, store = Names({}, "http://base.example/"), ox.Store()
    store.extend(ox.Quad(ox.NamedNode(f"urn:{n}"), ox.NamedNode("urn:p"), ox.Literal(n % 10)) for n in range(100))
    update = "DELETE { ?s <urn:p> 3 } INSERT { ?s <urn:p> 11 } WHERE { ?s <urn:p> 3 }"
    assert len(touched.watched(store, {"update": update}, names)()[0]) == 10
    monkeypatch.setattr(templates, "MOST", 9)
    assert len(touched.watched(store, {"update": update}, names)()[0]) == 100


def test_an_order_given_meanwhile_does_not_become_part_of_a_long_patch(tmp_path: Path) -> None:
    """A query is ended while a patch, longer than a socket takes at once, is on its way to be kept."""
    patch = b"+ <urn:a> <urn:b> <urn:c> .\n" * 200_000

    async def orders() -> tuple[bytes, bytes]:
        generation = Generation(tmp_path, Settings(), tmp_path / "journal")
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        generation._channel, generation._process = ours, Mock(poll=lambda: None)
        committing = asyncio.ensure_future(generation.commit(patch))
        await asyncio.sleep(0.01)
        generation.discard(Mock(pid=7))
        line, files, _, _ = socket.recv_fds(theirs, 1 << 23, 4)
        with os.fdopen(files[0], "rb") as content:
            content.seek(0)
            kept = content.read()
        line += theirs.recv(100)
        committing.cancel()
        for end in (ours, theirs):
            end.close()
        return line, kept

    assert asyncio.run(orders()) == (b"commit\nkill 7\n", patch)


def test_a_graph_may_have_a_keyword_in_its_name() -> None:
    names, store = Names({}, "http://base.example/"), ox.Store()
    store.update("INSERT DATA { GRAPH <http://x/housing> { <urn:a> <urn:b> 1 } }")
    update = "INSERT { ?s <urn:new> ?o } USING <http://x/housing> WHERE { ?s ?p ?o }"
    content = touched.watched(store, {"update": update}, names)
    assert not content()[0]
    store.update(update)
    assert content()[0] == {b'<urn:a> <urn:new> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'}


def test_conditions_of_a_change_are_heard(client: httpx.Client) -> None:
    """`If-None-Match: *`: only where nothing is; `If-Match: *`: only where something is."""
    graph, kind = "/graphs?graph=urn:new", {"content-type": "application/n-triples"}
    triple = "<urn:a> <urn:b> <urn:c> ."
    assert client.put(graph, content=triple, headers={**kind, "if-match": "*"}).status_code == 412
    assert client.get(graph).status_code == 404
    assert client.put(graph, content=triple, headers={**kind, "if-none-match": "*"}).status_code == 201
    assert client.put(graph, content="", headers={**kind, "if-none-match": "*"}).status_code == 412
    assert triple[:-2] in client.get(graph, headers={"accept": "application/n-triples"}).text
    assert client.put(graph, content=triple, headers={**kind, "if-match": 'W/"x"'}).status_code == 412
    assert client.put(graph, content=triple, headers={**kind, "if-match": "*"}).status_code == 204
    assert client.delete(graph, headers={"if-match": "*"}).status_code == 204
    for path in ("/sparql?query=" + quote(COUNT), "/", "/graphs?default"):
        assert client.get(path, headers={"if-none-match": "*"}).status_code == 304
    assert client.get(graph, headers={"if-none-match": "*"}).status_code == 404


def test_updates_at_once_are_done_one_after_the_other(client: httpx.Client) -> None:
    add = (
        "DELETE { <urn:n> <urn:is> ?n } INSERT { <urn:n> <urn:is> ?m } WHERE { <urn:n> <urn:is> ?n BIND(?n + 1 AS ?m) }"
    )
    assert client.post("/sparql", data={"update": "INSERT DATA { <urn:n> <urn:is> 0 }"}).status_code == 204
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: client.post("/sparql", data={"update": add}).status_code, range(12)))
    assert answers == [204] * 12
    assert ask(client, "ASK { <urn:n> <urn:is> 12 }")


def test_an_update_that_runs_too_long_is_ended(root: Path, token: str, tmp_path: Path) -> None:
    endless = "INSERT { ?a <urn:p> ?l } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with running(root, timeout=1.5, **options(tmp_path)) as server, authorised(server, token) as client:
        before = count(client)
        answer = client.post("/sparql", data={"update": endless})
        assert (answer.status_code, answer.json()["limit"]) == (503, "1.5 s")
        assert count(client) == before
        assert client.post("/sparql", data={"update": ADD}).status_code == 204


def test_the_graph_store_is_read_only_where_updates_are_off(root: Path) -> None:
    with running(root) as server, server.client() as client:
        assert client.put("/graphs?default", content="").status_code == 405
        assert client.get("/graphs?default", headers={"accept": "application/n-triples"}).status_code == 200
        assert client.get("/graphs").status_code == 400
        assert client.get("/graphs", params={"graph": "urn:nothing"}).status_code == 404
        assert "PUT" not in client.options("/graphs").headers["allow"]


def test_bad_data_is_told_where_and_changes_nothing(client: httpx.Client) -> None:
    before = count(client)
    wrong = client.post("/graphs?default", content="<a:a> <a:b>\n oops .", headers={"content-type": "text/turtle"})
    assert wrong.status_code == 400
    assert wrong.json()["line"] == 2
    for kind, status in (("application/trig", 415), ("image/png", 415), ("text/turtle; charset=latin-1", 415)):
        answer = client.post("/graphs?default", content="<a:a> <a:b> <a:c> .", headers={"content-type": kind})
        assert answer.status_code == status
    packed = {"content-type": "text/turtle", "content-encoding": "gzip"}
    assert client.post("/graphs?default", content=b"\x1f\x8b", headers=packed).status_code == 415
    assert count(client) == before


def test_a_journal_that_was_cut_off_loses_only_what_was_not_accepted(tmp_path: Path) -> None:
    file = tmp_path / journal.JOURNAL
    first, second = b"+ <urn:a> <urn:b> <urn:c> .\n", b"- <urn:a> <urn:b> <urn:c> .\n"
    journal.append(file, first)
    whole = file.read_bytes()
    journal.append(file, second)
    for size in range(len(whole), file.stat().st_size):
        file.write_bytes((whole + second + b". 1 ")[:size])
        assert list(journal.patches(file)) == [first]
    journal.append(file, second)
    assert list(journal.patches(file)) == [first, second]
    file.write_bytes(whole.replace(b"urn:c", b"urn:x"))
    with pytest.raises(KgError, match="damaged"):
        list(journal.patches(file))


@pytest.mark.parametrize(
    ("update", "wanted"),
    [
        ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DELETE { ?s ?p ?o }  USING <urn:g>  WHERE { ?s ?p ?o }"),
        ("DELETE WHERE { ?s ?p 1 }", "DELETE { ?s ?p 1 } USING <urn:g> WHERE { ?s ?p 1 }"),
        ("INSERT DATA { <a:a> <a:b> 'WHERE' }", "INSERT DATA { <a:a> <a:b> 'WHERE' }"),
    ],
)
def test_graphs_of_a_request_become_clauses(update: str, wanted: str) -> None:
    assert with_data_set(update, ["urn:g"], []).split() == wanted.split()
    ox.Store().update(with_data_set(update, ["urn:g"], []))


def test_graphs_named_twice_are_refused() -> None:
    with pytest.raises(Problem) as found:
        with_data_set("DELETE { ?s ?p ?o } USING <urn:h> WHERE { ?s ?p ?o }", ["urn:g"], [])
    assert found.value.code == "two-data-sets"
