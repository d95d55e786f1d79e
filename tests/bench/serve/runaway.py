"""Queries without end among good ones: 1,000 cross products in 100,000 requests.

    python tests/bench/serve/runaway.py

The good requests are asked twice: undisturbed, and with the cross products spread evenly among them. Said is how many
good ones failed, and how long they took. Of the good ones, some are a few lookups, some need a process of their own
(a path, an aggregate, an order); nothing is kept, so that each is answered anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench
import httpx
import others

CROSS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?n != %d) }"
ORDERED = "SELECT ?p ?o WHERE { <BASEe%d> ?p ?o } ORDER BY ?o ?p"
KINDS = ("point", "describe", "three hops", "path", "who says so")
SERVE = (
    "import sys; from pathlib import Path; from kg.serve import Settings, serve; "
    "serve(Path(sys.argv[1]), port=int(sys.argv[2]), timeout=float(sys.argv[3]), settings=Settings(cache_bytes=0))"
)


def good(number: int) -> str:
    if number % 6 == 5:
        return ORDERED.replace("<BASE", f"<{bench.BASE}") % (number % bench.SPAN)
    return bench.text_of(KINDS[number % 6], number % bench.SPAN, ours=True)


async def asked(address: str, numbers: list[int], at_once: int, times: list[float], failed: list[int]) -> None:
    """Ask good queries, so many at a time."""
    left = iter(numbers)

    async def one_after_the_other(client: httpx.AsyncClient) -> None:
        for number in left:
            began = time.perf_counter()
            try:
                answer = await client.get("/sparql", params={"query": good(number)})
                status = answer.status_code
            except httpx.HTTPError:
                status = 0
            times.append(time.perf_counter() - began)
            if status != 200:
                failed.append(status)

    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        await asyncio.gather(*(one_after_the_other(client) for _ in range(at_once)))


def asker(address: str, count: int, at_once: int, seed: int) -> subprocess.Popen[str]:
    """A process that asks, as one alone could not keep the server busy."""
    command = [sys.executable, __file__, "--ask", address, "--good", str(count), "--at-once", str(at_once)]
    return subprocess.Popen([*command, "--seed", str(seed)], stdout=subprocess.PIPE, text=True)


async def run_away(address: str, count: int, every: float, statuses: dict[str, int]) -> None:
    """Send cross products, one each so many seconds, and do not wait for any."""

    async def one(client: httpx.AsyncClient, number: int) -> None:
        try:
            answer = await client.get("/sparql", params={"query": CROSS % number})
            name = f"{answer.status_code} {answer.json().get('type', '').rpartition('/')[2]}".strip()
        except httpx.HTTPError as error:
            name = type(error).__name__
        statuses[name] = statuses.get(name, 0) + 1

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, trust_env=False, limits=limits) as client:
        tasks = []
        for number in range(count):
            tasks.append(asyncio.create_task(one(client, number)))
            await asyncio.sleep(every)
        await asyncio.gather(*tasks)


def round_of(address: str, options: argparse.Namespace, bad: int, seconds: float) -> tuple[dict[str, float], float]:
    """The figures of one round, and how long it took."""
    began = time.monotonic()
    askers = [asker(address, options.good // 2, options.at_once // 2, seed) for seed in (1, 2)]
    statuses: dict[str, int] = {}
    if bad:
        asyncio.run(run_away(address, bad, seconds / bad, statuses))
    answers = [json.loads(one.communicate()[0]) for one in askers]
    times = sorted(time for one in answers for time in one["times"])
    failed = sum(len(one["failed"]) for one in answers)
    figures = {"good": len(times), "failed": failed, "p50 ms": times[len(times) // 2] * 1000}
    figures["p99 ms"] = times[len(times) * 99 // 100] * 1000
    took = max(one["seconds"] for one in answers)
    print(f"{bad} cross products, load {os.getloadavg()[0]:.1f}:", figures, dict(sorted(statuses.items())), flush=True)
    print(f"  {len(times) / took:,.0f} good requests a second, {time.monotonic() - began:.0f} s", flush=True)
    return figures, took


def main() -> None:
    """Ask, and say what came of it; the exit status is 1 where a good request failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--good", type=int, default=100_000)
    parser.add_argument("--bad", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--timeout", type=float, default=2.0)
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        times: list[float] = []
        failed: list[int] = []
        numbers = random.Random(options.seed).choices(range(6 * bench.SPAN), k=options.good)
        began = time.perf_counter()
        asyncio.run(asked(options.ask, numbers, options.at_once, times, failed))
        print(json.dumps({"times": times, "failed": failed, "seconds": time.perf_counter() - began}))
        return
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as name:
        folder = Path(name)
        bench.generate(options.triples, folder)
        port = others.free_port()
        with others.started([sys.executable, "-c", SERVE, name, str(port), str(options.timeout)], port):
            address = f"http://127.0.0.1:{port}"
            others.until_ready(address, folder)
            calm, took = round_of(address, options, 0, 0)
            wild, _ = round_of(address, options, options.bad, took)
    print(
        f"p99 is {wild['p99 ms'] / calm['p99 ms']:.1f} times that of the undisturbed; {wild['failed']:.0f} good failed"
    )
    sys.exit(bool(wild["failed"]))


if __name__ == "__main__":
    main()
