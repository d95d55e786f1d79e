"""The API: search, paging, and that it does what its OpenAPI description says."""

from __future__ import annotations

import random
import time
import timeit
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from sample_build import sample_build
from serving import Running, running

from kg.errors import KgError
from kg.ontology.namespaces import GM
from kg.serve import fulltext, nursery, search
from kg.serve.openapi import document
from kg.serve.reply import Problem
from kg.serve.settings import Settings
from kg.store import open_build


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Running]:
    with running(root) as ready:
        yield ready


@pytest.fixture
def client(server: Running) -> Iterator[httpx.Client]:
    with server.client() as ready:
        yield ready


@pytest.mark.parametrize(
    ("typed", "label", "by"),
    [
        ("Quarzhafen", "Quarzhafen", "label"),
        ("quarry", "Quarry Cement", ""),
        ("stufer", "Ostufer", ""),
        ("水泥", "", ""),
        ("东岸", "", ""),
        ("Mahlanlage", "", "sentence"),
        ("grinding nothing", None, None),
    ],
)
def test_entities_are_found_by_what_they_are_called_and_what_is_said_of_them(
    client: httpx.Client, typed: str, label: str | None, by: str | None
) -> None:
    found = client.get("/api/entities", params={"q": typed, "lang": "de"}).json()
    if label is None:
        assert found == []
        return
    assert found
    assert any(label in one["label"] for one in found)
    assert any(by in one["found_by"] for one in found)
    assert all(one["iri"].startswith("http") for one in found)
    # Every thing has a class; what has none is a class itself.
    assert [one for one in found if not one["class"] and not one["iri"].startswith(GM)] == []
    assert len({one["iri"] for one in found}) == len(found)


def test_search_has_pages_and_bounds(client: httpx.Client) -> None:
    first = client.get("/api/entities", params={"q": "Quarry", "limit": 1}).json()
    second = client.get("/api/entities", params={"q": "Quarry", "limit": 1, "offset": 1}).json()
    assert len(first) == len(second) == 1
    assert first != second
    for wrong in ({}, {"q": " "}, {"q": "x", "limit": "-1"}, {"q": "x", "limit": "9999"}, {"q": "x", "offset": "a"}):
        assert client.get("/api/entities", params=wrong).status_code == 400
    for odd in (
        '"',
        "'; DROP TABLE name",
        "* OR NEAR(",
        "\x00",
        "a\x00b",
        ",\x00🏻",
        "a" * 5000,
        "()",
        "a AND",
        "{x}: y",
        "水" * 300,
    ):
        assert client.get("/api/entities", params={"q": odd}).status_code in (200, 400), odd


def test_a_format_that_is_none_is_refused(client: httpx.Client) -> None:
    for wanted in ("", "xml", "CSV "):
        assert client.get("/api/queries/recipients", params={"format": wanted}).status_code == 406


def test_search_from_sparql_gives_the_same_entities(client: httpx.Client) -> None:
    listed = {one["iri"] for one in client.get("/api/entities", params={"q": "Quarry"}).json()}
    query = 'SELECT ?x ?l WHERE { ?x search:entity "Quarry" . ?x rdfs:label ?l }'
    rows = client.post("/sparql", data={"query": query}).json()["results"]["bindings"]
    assert {row["x"]["value"] for row in rows} == listed
    full = 'SELECT ?x WHERE { ?x <https://w3id.org/green-manufacturing/search/entity> """Quarry""" }'
    rows = client.post("/sparql", data={"query": full}).json()["results"]["bindings"]
    assert {row["x"]["value"] for row in rows} == listed
    wrong = client.post("/sparql", data={"query": "SELECT ?x WHERE { ?x search:entity ?y }"})
    assert wrong.json()["type"].endswith("search-pattern")


def test_the_index_is_quick_where_there_is_much(tmp_path: Path) -> None:
    """A word that every name has costs no more than a rare one: the best come first out of the index."""
    rdfs = "http://www.w3.org/2000/01/rdf-schema#label"
    lines = (f'<urn:{n}> <{rdfs}> "green plant number {n} 绿色工厂" .\n' for n in range(30_000))
    store = ox.Store()
    store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    fulltext.write(store, tmp_path / "index")
    index = fulltext.Index(tmp_path / "index")

    def took(typed: str) -> float:
        assert index.find(typed)
        return min(timeit.repeat(lambda: index.find(typed), number=3, repeat=5))

    rare = took("29999")
    assert all(took(typed) < 100 * rare for typed in ("green", "plant number", "绿色", "een pl"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], fulltext.Index]:
    """Names that share most of their letters, and their index."""
    chance = random.Random(3)
    parts = [
        "solar",
        "Solarkraft",
        "werk",
        "Wärme",
        "park",
        "東海",
        "绿色工厂",
        "工业园区",
        "A",
        "Straße",
        "No. 7",
        "ᦰ",
    ]
    names = ["".join(chance.choices([*parts, " ", " "], k=chance.randint(2, 5))).strip() for _ in range(2000)]
    store = ox.Store()
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    store.extend(ox.Quad(ox.NamedNode(f"urn:{n}"), label, ox.Literal(name)) for n, name in enumerate(names) if name)
    path = tmp_path_factory.mktemp("index") / "index"
    fulltext.write(store, path)
    return names, fulltext.Index(path)


def test_what_is_looked_for_by_its_rarest_parts_is_found_whole(many: tuple[list[str], fulltext.Index]) -> None:
    """All names that hold what is typed, and no others before them; the same for names without spaces."""
    names, index = many
    chance = random.Random(4)
    for _ in range(200):
        whole = chance.choice([name for name in names if len(name) > 3])
        start = chance.randrange(len(whole) - 2)
        typed = whole[start : start + chance.randint(3, 12)].strip()
        if len(typed) < 3:
            continue
        holding = {f"urn:{n}" for n, name in enumerate(names) if typed.casefold() in name.casefold()}
        found = [hit.iri for hit in index.find(typed.upper() if typed.isascii() else typed, 1000)]
        assert holding <= set(found) or len(holding) > 900, typed
    assert not index.find("海绿色厂")
    assert not index.find("ᦰᦱᦲ")


def test_pages_of_a_query_make_the_whole(client: httpx.Client) -> None:
    whole = client.get("/api/queries/recipients")
    total = int(whole.headers["x-total-rows"])
    assert total == len(whole.json()) > 2
    rows, address = [], "/api/queries/recipients?limit=2"
    while address:
        page = client.get(address)
        assert page.headers["x-total-rows"] == str(total)
        rows += page.json()
        address = page.links.get("next", {}).get("url", "")
    assert rows == whole.json()
    assert client.get("/api/queries/recipients", params={"limit": "x"}).status_code == 400


def test_the_description_names_every_query_with_its_parameters(client: httpx.Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    for query in client.get("/api/queries").json():
        operation = described["paths"][query["href"]]["get"]
        typed = {one["name"]: one for one in operation["parameters"]}
        assert {one["name"] for one in query["parameters"]} <= set(typed)
        for one in query["parameters"]:
            assert typed[one["name"]]["required"] is one["required"]
            assert typed[one["name"]]["schema"]["type"] == ("integer" if one["type"] == "integer" else "string")
    kinds = [one.get("example") for one in described["paths"]["/api/queries/recipients"]["get"]["parameters"]]
    assert "Subsidy" in kinds


schema = schemathesis.openapi.from_dict(document("http://localhost", "test"))


@schema.parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_server_does_what_its_description_says(server: Running, case: schemathesis.Case) -> None:
    case.call_and_validate(base_url=server.address)


def test_the_index_is_made_beside_the_build(server: Running, root: Path) -> None:
    assert list(open_build(root).path.glob("search-*.sqlite"))


def test_an_index_that_cannot_be_opened_any_more_is_not_the_only_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for one and its opening, another process may have made the next one and removed it."""
    old, new = (fulltext.place(tmp_path, state) for state in "ab")
    old.mkdir()  # there, and not to be opened
    monkeypatch.setattr(fulltext, "latest", lambda _: fulltext.write(ox.Store(), new) or old)
    assert search.index(SimpleNamespace(path=tmp_path, state="b")).find("plant") == []  # type: ignore[arg-type]


def test_the_full_text_from_before_is_asked_until_the_new_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One process at a time makes it, so that no update waits; where it cannot be made, all but the search goes on."""
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:first"), label, ox.Literal("plant")))
    build = SimpleNamespace(path=tmp_path, store=store, state="")
    one: Any = object.__new__(nursery._Nursery)
    one._build, one._children, one._indexer, one._indexed = build, set(), 0, (Path(), "")
    one._settings = Settings()
    with pytest.raises(Problem):
        search.index(build)  # type: ignore[arg-type]
    one._index(nursery.QUICK)
    assert [hit.iri for hit in search.index(build).find("plant")] == ["urn:first"]  # type: ignore[arg-type]

    for state, name in (("a", "urn:second"), ("b", "urn:third")):
        build.state = state
        store.add(ox.Quad(ox.NamedNode(name), label, ox.Literal("plant")))
        one._index()
    assert len(one._children) == 1
    until = time.monotonic() + 20
    while not fulltext.place(tmp_path, "b").exists() and time.monotonic() < until:
        assert search.index(build).find("plant")  # type: ignore[arg-type]
        one._reap()
        time.sleep(0.01)
    assert len(search.index(build).find("plant")) == 3  # type: ignore[arg-type]

    def full(*_: object) -> None:
        raise KgError("No space is left.")

    monkeypatch.setattr(fulltext, "write", full)
    build.state, one._indexer = "c", 0
    one._index(nursery.QUICK)
    assert "No space" in capsys.readouterr().err
