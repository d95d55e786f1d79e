"""For those who run it: metrics, logs without query text, limits of each client, word to systemd."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import NoReturn

import pytest
from sample_build import sample_build
from serving import running

from kg.serve import worker
from kg.serve.board import Board
from kg.serve.clients import Clients, address, origin
from kg.serve.reply import Problem
from kg.serve.settings import Settings
from kg.serve.snapshot import load, published

SECRET = "SELECT ?secretName WHERE { ?secretName ?p ?o } LIMIT 1"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


def test_metrics_count_requests_and_problems(root: Path) -> None:
    with running(root, workers=1) as server, server.client() as client:
        for _ in range(3):
            assert client.get("/sparql", params={"query": SECRET}).status_code == 200
        assert client.get("/sparql", params={"query": "FIND"}).status_code == 400
        text = client.get("/metrics").text
        assert 'kg_requests_total{method="GET",route="sparql",status="200"} 3.0' in text
        assert 'kg_requests_total{method="GET",route="sparql",status="400"} 1.0' in text
        assert re.search(r"kg_cache_hits [1-9]", text)
        assert "kg_processes 1.0" in text
        assert "secretName" not in text


def test_strangers_are_not_told_the_metrics(root: Path) -> None:
    with running(root, workers=1, forwarded=True) as server, server.client() as client:
        assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 403


@pytest.mark.parametrize("shown", [False, True])
def test_logs_hold_query_text_only_where_asked(root: Path, tmp_path: Path, shown: bool) -> None:
    log = tmp_path / "access.log"
    with running(root, workers=1, access_log=str(log), log_queries=shown, slow=0.0001) as server:
        assert server.sparql(SECRET).status_code == 200
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["request", "slow"]
    assert lines[0]["status"] == 200
    assert lines[0]["path"] == "/sparql"
    assert ("secretName" in log.read_text("utf-8")) is shown


def test_systemd_is_told_when_it_is_ready_and_when_it_stops(root: Path, tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(path)
        channel.settimeout(20)
        os.environ["NOTIFY_SOCKET"] = path
        try:
            with running(root, workers=1):
                assert channel.recv(100) == b"READY=1"
            assert channel.recv(100) == b"STOPPING=1"
        finally:
            del os.environ["NOTIFY_SOCKET"]


def test_a_client_of_another_machine_may_ask_only_so_fast() -> None:
    now = [0.0]
    known = Clients(Settings(rate=2.0, share=10), Board(clock=lambda: now[0]))

    def asks(name: str) -> bool:
        try:
            with known.admitted(name):
                return True
        except Problem as problem:
            assert problem.status == 429
            assert dict(problem.headers)["retry-after"]
            return False

    assert [asks("203.0.113.9") for _ in range(6)] == [True] * 4 + [False] * 2
    assert asks("203.0.113.10")
    assert all(asks("127.0.0.1") for _ in range(50))
    now[0] = 1.0
    assert [asks("203.0.113.9") for _ in range(3)] == [True, True, False]


def test_a_client_may_have_only_its_part_under_way() -> None:
    known = Clients(Settings(share=2, rate=0), Board())
    with (
        known.admitted("a"),
        known.admitted("a"),
        known.admitted("b"),
        pytest.raises(Problem) as refused,
        known.admitted("a"),
    ):
        pass
    assert refused.value.status == 429
    with known.admitted("a"):
        pass


def test_answers_that_are_kept_have_the_same_limits(root: Path) -> None:
    with running(root, workers=1, forwarded=True, rate=5.0) as server, server.client() as client:
        told = {"x-forwarded-for": "203.0.113.77"}
        answers = [client.get("/sparql", params={"query": SECRET}, headers=told) for _ in range(30)]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert answers[0].headers["etag"] == next(a for a in answers[1:] if a.status_code == 200).headers["etag"]
        assert client.get("/sparql", params={"query": SECRET}).status_code == 200


def test_only_a_trusted_proxy_says_who_asks_and_where() -> None:
    scope = {"scheme": "http", "client": ("198.51.100.1", 1)}
    headers = {
        "host": "inner:8080",
        "x-forwarded-for": "6.6.6.6, 203.0.113.9",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "kg.example.org",
    }
    assert address(scope, headers, Settings()) == "198.51.100.1"
    assert origin(scope, headers, Settings()) == "http://inner:8080"
    trusting = Settings(forwarded=True, root_path="/kg")
    assert address(scope, headers, trusting) == "203.0.113.9"
    assert origin(scope, headers, trusting) == "https://kg.example.org/kg"
    assert origin(scope, {"host": "a b<script>"}, Settings()) == "http://localhost"
    assert origin(scope, headers, Settings(public_base="https://x.example/")) == "https://x.example"


@pytest.mark.parametrize("shown", [False, True])
def test_a_mistake_of_the_server_is_told_to_its_operator(
    root: Path, shown: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def mistaken(*_: object) -> NoReturn:
        raise LookupError(SECRET)

    monkeypatch.setitem(worker.HANDLERS, "sparql", mistaken)
    reply = worker.perform(load(published(root), root / "none"), b'{"kind": "sparql"}', Settings(log_queries=shown))
    assert (reply.status, json.loads(reply.body)["type"].rpartition("/")[2]) == (500, "internal")
    said = capfd.readouterr().err
    assert "LookupError" in said and "in mistaken" in said
    assert ("secretName" in said) is shown
