"""Processes that answer: killed at the time limit, replaced, moved to the next build, ended with the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sample_build import extractions, sample_build
from serving import ROOT, Running, running

from kg.errors import KgError
from kg.run import build_extractions
from kg.serve import serve
from kg.serve.cache import Cache
from kg.serve.lanes import Lanes, shape_name
from kg.serve.reply import Reply
from kg.serve.server import listen
from kg.store import open_build, publish

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GOOD = "SELECT ?s WHERE { ?s a gm:Place }"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Running]:
    with running(root, workers=2, timeout=1.0, cache_bytes=0) as ready:
        yield ready


def wait_until(true: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def health(server: Running) -> dict[str, object]:
    with server.client() as client:
        found: dict[str, object] = client.get("/health").json()
        return found


def test_a_runaway_is_ended_at_its_limit_and_the_next_query_works(server: Running) -> None:
    for _ in range(3):
        began = time.monotonic()
        answer = server.sparql(RUNAWAY)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["limit"] == "1 s"
        assert 0.9 < time.monotonic() - began < 3
        assert server.sparql(GOOD).status_code == 200
    assert wait_until(lambda: health(server)["processes"] == 2)


def test_good_queries_are_answered_while_runaways_run(server: Running) -> None:
    with ThreadPoolExecutor(60) as threads, server.client() as client:
        bad = [threads.submit(server.sparql, RUNAWAY) for _ in range(3)]

        def ask(number: int) -> int:
            query = f"{GOOD} LIMIT {number + 1}"
            return client.get("/sparql", params={"query": query}).status_code

        good = list(threads.map(ask, range(50)))
        assert good == [200] * 50
        assert [one.result().status_code for one in bad] == [503] * 3


def test_more_runaways_than_processes_leave_room_for_the_others(root: Path) -> None:
    """The short form of `make runaway`: what is known to take long has but half of the processes."""
    with running(root, workers=2, timeout=2.0, cache_bytes=0) as server, ThreadPoolExecutor(40) as threads:
        like = [RUNAWAY.replace("}", f"FILTER(?a != {n}) }}") for n in range(21)]
        assert server.sparql(like.pop()).status_code == 503  # now queries of this shape are known
        bad = [threads.submit(server.sparql, query) for query in like]
        statuses, times = [], []
        with server.client() as client:
            for number in range(60):
                began = time.monotonic()
                query = f"{GOOD} ORDER BY ?s LIMIT {number + 1}"
                statuses.append(client.get("/sparql", params={"query": query}).status_code)
                times.append(time.monotonic() - began)
        assert statuses == [200] * 60
        assert sorted(times)[30] < 1.0
        assert {one.result().status_code for one in bad} <= {503, 429}


def test_a_shape_that_took_long_waits_for_its_like_until_it_is_quick_again() -> None:
    async def use() -> None:
        lanes = Lanes(1)
        first, second = shape_name("SELECT ?s { ?s ?p 1 }"), shape_name("SELECT ?s { ?s ?p 22 }")
        assert first == second != shape_name("SELECT ?s { ?s ?q 1 }")
        lanes.took_long(first)
        async with lanes.of(first):
            waiting = asyncio.create_task(lanes.of(second).__aenter__())
            await asyncio.sleep(0.01)
            assert not waiting.done()
            async with lanes.of("another"):
                pass
        await waiting
        assert not lanes.slow(first)

    asyncio.run(use())


def test_a_crash_of_the_engine_costs_one_request(server: Running) -> None:
    """A query whose parsing overflows the stack ends its process, which is replaced."""
    deep = "ASK { FILTER(" + "-" * 2_000_000 + "1) }"
    assert server.sparql(deep).status_code in (400, 503)
    assert server.sparql(GOOD).status_code == 200


def test_a_query_may_not_take_all_memory(root: Path) -> None:
    hungry = "SELECT ?x WHERE { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), STR(?f)) AS ?x) } ORDER BY ?x"
    with running(root, workers=1, timeout=20.0, memory=64 * 1024 * 1024) as small:
        answer = small.sparql(hungry)
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("query-too-large")
        assert small.sparql(GOOD).status_code == 200


def test_a_client_that_leaves_frees_its_process(root: Path) -> None:
    with running(root, workers=1, burst=1, timeout=30.0) as patient, patient.client() as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/sparql", params={"query": RUNAWAY}, timeout=0.6)
        began = time.monotonic()
        assert patient.sparql(GOOD).status_code == 200
        assert time.monotonic() - began < 5


def test_too_many_at_once_are_told_to_come_back(root: Path) -> None:
    with running(root, workers=1, burst=1, timeout=2.0, queue=1) as small, ThreadPoolExecutor(8) as threads:
        answers = [one.result() for one in [threads.submit(small.sparql, RUNAWAY) for _ in range(8)]]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert refused[0].headers["retry-after"]


def test_a_new_build_is_taken_up_without_a_lost_request(tmp_path: Path) -> None:
    build_extractions(extractions()[:1], tmp_path)
    first = open_build(tmp_path).path.name
    stop = threading.Event()
    statuses: list[int] = []
    with running(tmp_path, workers=2, poll=0.1) as server, ThreadPoolExecutor(4) as threads:

        def ask_on() -> None:
            with server.client() as client:
                while not stop.is_set():
                    statuses.append(client.get("/sparql", params={"query": GOOD}).status_code)

        asking = [threads.submit(ask_on) for _ in range(3)]
        try:
            assert health(server)["build"] == first
            build_extractions(extractions(), tmp_path)
            second = open_build(tmp_path).path.name
            assert second != first
            assert wait_until(lambda: health(server)["build"] == second)
            # A folder that is no build is not taken up.
            publish(tmp_path, "nothing-here")
            time.sleep(0.5)
            assert health(server)["build"] == second
        finally:
            stop.set()
        for one in asking:
            one.result()
    assert len(statuses) > 20
    assert set(statuses) == {200}


def last_answer(client: httpx.Client) -> httpx.Response:
    """The answer that says that its connection ends: on a busy machine, fronts hear of a build a little later."""
    answers: list[httpx.Response] = []

    def ends() -> bool:
        answers.append(client.get("/sparql", params={"query": GOOD}))
        return answers[-1].headers.get("connection") == "close"

    assert wait_until(ends)
    return answers[-1]


def test_connections_to_the_build_before_end_with_an_answer_that_says_so(tmp_path: Path) -> None:
    """Who asks again over a connection that was quiet while another build came is answered, not cut off."""
    build_extractions(extractions()[:1], tmp_path)
    first = open_build(tmp_path).path.name
    with running(tmp_path, workers=1, fronts=2, poll=0.1) as server, ExitStack() as held:
        clients = [held.enter_context(server.client()) for _ in range(6)]
        for client in clients:
            assert "connection" not in client.get("/sparql", params={"query": GOOD}).headers
        build_extractions(extractions(), tmp_path)
        assert wait_until(lambda: health(server)["build"] != first)
        asking = clients.pop()
        assert wait_until(lambda: "connection" in asking.get("/sparql", params={"query": GOOD}).headers)
        time.sleep(0.3)
        quiet = [last_answer(client) for client in clients]
        assert {answer.headers["x-build"] for answer in quiet} == {open_build(tmp_path).path.name}


def test_a_damaged_build_is_not_taken_up(tmp_path: Path) -> None:
    sample_build(tmp_path)
    good = open_build(tmp_path).path
    with running(tmp_path, workers=1, poll=0.1) as server:
        shutil.copytree(good, tmp_path / "damaged")
        (tmp_path / "damaged" / "graph.nq").write_text("this is no graph", encoding="utf-8")
        publish(tmp_path, "damaged")
        time.sleep(3)
        assert health(server)["build"] == good.name
        assert server.sparql(GOOD).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_what_is_under_way_before_it_stops(root: Path, number: signal.Signals) -> None:
    with running(root, workers=2, timeout=1.5) as server, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(server.sparql, RUNAWAY)
        time.sleep(0.5)
        family = descendants(server.process.pid)
        assert len(family) >= 3
        server.process.send_signal(number)
        assert slow.result().json()["limit"] == "1.5 s"
        assert server.process.wait(15) == 0
        assert wait_until(lambda: not any(alive(pid) for pid in family))


def test_a_signal_to_all_of_its_processes_stops_it_as_gracefully(root: Path) -> None:
    """Service managers and terminals send the signal to the whole group."""
    with running(root, workers=2, timeout=1.5) as server, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(server.sparql, RUNAWAY)
        time.sleep(0.5)
        for pid in [*descendants(server.process.pid), server.process.pid]:
            os.kill(pid, signal.SIGTERM)
        assert slow.result().json()["limit"] == "1.5 s"
        assert server.process.wait(15) == 0


def test_who_cannot_wait_signals_again(root: Path) -> None:
    with running(root, workers=2, timeout=60.0) as server, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(server.sparql, RUNAWAY)
        assert wait_until(lambda: health(server)["busy"] == 1)
        family = descendants(server.process.pid)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert server.process.poll() is None, "it waits for the query"
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(15) == 0
        assert wait_until(lambda: not any(alive(pid) for pid in family))
        assert slow.exception() or slow.result().status_code == 503


def test_processes_that_somebody_else_kills_are_replaced(root: Path) -> None:
    with running(root, workers=2, poll=0.1) as server:
        for pid in reversed(descendants(server.process.pid)):
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: health(server)["status"] == "ok" and server.sparql(GOOD).status_code == 200)


def test_no_process_outlives_a_server_that_is_killed(root: Path) -> None:
    with running(root, workers=2) as server:
        family = descendants(server.process.pid)
        assert len(family) >= 3
        server.process.kill()
        server.process.wait()
        assert wait_until(lambda: not any(alive(pid) for pid in family))


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KgError, match=f"Port {port} .* in use.*--port"):
            listen("127.0.0.1", port)
    with pytest.raises(KgError, match="--host"):
        listen("no.such.host.invalid", 0)


def test_without_a_build_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="kg build"):
        serve(tmp_path, port=0)


def test_a_build_that_cannot_be_loaded_ends_the_start(tmp_path: Path) -> None:
    sample_build(tmp_path)
    (open_build(tmp_path).path / "graph.nq").write_text("this is no graph", encoding="utf-8")
    code = "import sys, pathlib; from kg.serve import serve; serve(pathlib.Path(sys.argv[1]), port=0, workers=1)"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert ended.returncode != 0
    assert "KgError" in ended.stderr
    assert "kg build" in ended.stderr


def test_the_cache_keeps_the_most_recently_used_within_its_size() -> None:
    cache: Cache[Reply] = Cache(16 * 1000)
    for number in range(30):
        cache.put(b"%d" % number, Reply(200, "text/plain", b"x" * 700), 700)
        assert cache.get(b"0") is not None
    assert cache.get(b"1") is None
    assert cache.get(b"29") is not None
    cache.put(b"big", Reply(200, "text/plain", b"x" * 5000), 5000)
    assert cache.get(b"big") is None
