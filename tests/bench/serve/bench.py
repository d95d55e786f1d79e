"""Requests a second, beside others on the same machine: `oxigraph serve`, Virtuoso, rdflib-endpoint.

    python tests/bench/serve/bench.py --triples 1000000 --out tests/bench/serve/results

Needs `wrk` (apt-get install wrk). Oxigraph's server and rdflib-endpoint are taken from the folder `--others` of another
virtual environment (pip install oxigraph rdflib-endpoint[cli] there), Virtuoso from Debian's virtuoso-opensource; what
is missing is said and left out. Where "full text" is none of the `--kinds`, no index is made. `--out` gets the figures
as JSON, a table, and plots.

All servers are up at once and are asked in turn, kind by kind and round by round, so that what else the machine does
falls on all of them; the middle one of `--rounds` counts (Virtuoso and rdflib-endpoint: one). 32 connections ask each
kind of query, in three ways:

- "new": of 5,000 things at random. This server, which keeps answers, is asked with `Cache-Control: no-cache`, so that
  each answer is found anew.
- "asked before": the same after a round that has asked all of them.
- "as used": of up to 100,000 things by Zipf's law (the second is asked for half as often as the first, and so on), as
  people ask. No answer is there at the beginning: each round has other favourites. The column "repeated" tells which
  share of the requests was one that had come before in the round. Oxigraph's server is asked the same way beside it.

Whoever answers faster is asked more in this way, and so has its p99 under more load. After it, this server and
Oxigraph's are asked by the clock: as many requests a second for both, four fifths of what Oxigraph's had answered.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import chart
import others
import wrk

GM = "https://w3id.org/green-manufacturing/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
BASE = "http://bench.example/id/"
SPAN = 5000
NONE = float("inf")
"""In place of a time, where no request was answered."""
WARM, WARM_SECONDS = 50_000, 20.0
"""Requests, or seconds, after which each process is taken to have seen all of them."""
NEW, BEFORE, USED = "kg, new", "kg, asked before", f"kg{chart.AS_USED}"
THINGS, ORDERS = 100_000, 300_000
"""Things that are asked of, and requests that are drawn, where they are asked as they are used."""
KINDS = {
    "point": "SELECT ?p ?o WHERE { <BASEe%d> ?p ?o }",
    "describe": "DESCRIBE <BASEe%d>",
    "three hops": "SELECT ?d WHERE { <BASEe%d> <GMreceives> ?b . ?b <GMpartOf> ?c . ?c <GMsupports> ?d }",
    "path": "SELECT (COUNT(*) AS ?n) WHERE { <BASEe%d> <GMpartOf>/<GMpartOf>*/<GMreceives>? ?x }",
    "aggregate": "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s <GMnumericValue> %d ; a ?c } GROUP BY ?c",
    "full text": 'SELECT ?s WHERE { ?s <LABEL> ?l FILTER(CONTAINS(?l, "number %d")) } LIMIT 5',
    "construct": "CONSTRUCT { ?b a ?t } WHERE { <BASEe%d> <GMreceives>|<GMsupports> ?b . ?b a ?t }",
    "who says so": "SELECT ?d ?r WHERE { ?f <RDFsubject> <BASEe%d> ; <GMhasEvidence> ?v GRAPH ?d { ?v <GMrule> ?r } }",
}
SEARCH = 'SELECT ?s WHERE { ?s search:entity "number %d" } LIMIT 5'
"""Full text by this server's index; the others have none and filter."""
ACCEPT = "application/sparql-results+json, text/turtle;q=0.9"
SHARE = 0.8
"""Of the requests a second that Oxigraph's server answered: so many are asked by the clock."""


def generate(triples: int, folder: Path) -> Path:
    """A build of about so many quads about things that do not exist."""
    chance = random.Random(7)
    things = triples // 10
    graph = folder / "graph.nq"
    with graph.open("w", encoding="utf-8") as out:
        for n in range(things):
            e, f, v, d = (f"<{BASE}{kind}{n if kind != 'd' else n % 1000}>" for kind in "efvd")
            cls = "Enterprise" if n % 3 else "Bank"
            out.write(f'{e} <{RDF}type> <{GM}{cls}> .\n{e} <{LABEL}> "plant number {n}"@en .\n')
            for relation in ("receives", "partOf", "supports"):
                out.write(f"{e} <{GM}{relation}> <{BASE}e{chance.randrange(things)}> .\n")
            out.write(f'{e} <{GM}numericValue> "{n % SPAN}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
            out.write(f"{f} <{RDF}subject> {e} .\n{f} <{GM}hasEvidence> {v} .\n")
            out.write(f'{v} <{GM}rule> "r" {d} .\n{v} <{GM}cue> "c" {d} .\n')
    (folder / "documents.jsonl").write_text("", encoding="utf-8")
    about = {"id": folder.name, "base": BASE, "inputs": [], "counts": {"quads": things * 10, "documents": 0}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return graph


def resources(pid: int) -> tuple[float, float]:
    """Seconds of processor and megabytes (what is shared counted once) of a process and its children, ended or not."""
    seconds = megabytes = 0.0
    for one in [pid, *children(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            proportional = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        seconds += sum(map(int, fields[11:15])) / 100
        megabytes += int(proportional[1]) / 1024 if proportional else 0
    return seconds, megabytes


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread may end while it is looked at
            for child in task.read_text().split():
                found += [int(child), *children(int(child))]
    return found


def text_of(kind: str, number: int, ours: bool) -> str:
    query = SEARCH if ours and kind == "full text" else KINDS[kind]
    for name, value in (("BASE", BASE), ("GM", GM), ("RDF", RDF), ("LABEL", LABEL)):
        query = query.replace(f"<{name}", f"<{value}")
    return query % number


def favourites(kind: str, triples: int, chance: random.Random) -> list[int]:
    """The numbers that are asked for, in their order, by Zipf's law."""
    things = min(THINGS, triples // 10) if kind != "aggregate" else SPAN
    shift = chance.randrange(things)
    ranks = chance.choices(range(things), [1 / (rank + 1) for rank in range(things)], k=ORDERS)
    return [(rank * 7919 + shift) % things for rank in ranks]


def measure(
    server: others.Server, kind: str, options: argparse.Namespace, folder: Path, rate: float = 0, *, warm: bool = False
) -> dict[str, float]:
    """Requests a second and times of one kind of query; by the clock where a rate is given."""
    ours = server.name in (NEW, BEFORE, USED)
    used = server.name.endswith(chart.AS_USED)
    asked = favourites(kind, options.triples, random.Random()) if used else []
    numbers = sorted(set(asked)) or list(range(SPAN))
    places = {number: place for place, number in enumerate(numbers, 1)}
    lines, order = folder / "requests", folder / "order"
    texts = (quote(text_of(kind, number, ours)) for number in numbers)
    lines.write_text("".join(f"{server.path}?query={text}\n" for text in texts), encoding="utf-8")
    order.write_text("".join(f"{places[number]}\n" for number in asked), encoding="utf-8")
    script = folder / "wrk.lua"
    which = wrk.IN_TURN if warm else wrk.IN_ORDER if used else wrk.AT_RANDOM
    anew = '["Cache-Control"] = "no-cache"' if server.name == NEW else ""
    script.write_text(wrk.script(ACCEPT, anew, lines, order, which, rate), encoding="utf-8")
    before, _ = resources(server.pid)
    command = ["wrk", "-t1", "-c32", f"-d{options.seconds}", "--timeout", "30", "-s", str(script), "--latency"]
    said = subprocess.run([*command, server.address], capture_output=True, text=True, check=True).stdout
    after, megabytes = resources(server.pid)
    answered, failed = wrk.requests(said)
    came = asked[:answered]
    return {
        "repeated": 1 - len(set(came)) / max(1, answered) if used else float(server.name == BEFORE),
        "requests/s": wrk.per_second(said),
        "p50 ms": wrk.milliseconds(said, "50%") if answered else NONE,
        "p99 ms": wrk.milliseconds(said, "99%") if answered else NONE,
        "CPU ms/request": (after - before) * 1000 / answered if answered else NONE,
        "MB": megabytes,
        "failed": failed,
        "load": os.getloadavg()[0],
    }


def warm(server: others.Server, kind: str, options: argparse.Namespace, folder: Path) -> None:
    """Ask what is to have been asked before."""
    warmed, until = 0.0, time.monotonic() + WARM_SECONDS
    while warmed < WARM and time.monotonic() < until:
        warmed += measure(server, kind, options, folder, warm=True)["requests/s"] * options.seconds


def in_turn(
    servers: list[others.Server], kind: str, options: argparse.Namespace, folder: Path
) -> dict[str, dict[str, float]]:
    """The middle of the rounds, for each server and figure; a round asks all servers."""
    rounds: dict[str, list[dict[str, float]]] = {server.name: [] for server in servers}
    for number in range(options.rounds):
        for server in servers:
            if number and server.name not in (NEW, BEFORE, USED) and chart.BESIDE not in server.name:
                continue
            if server.name == BEFORE and not number:
                warm(server, kind, options, folder)
            rounds[server.name].append(measure(server, kind, options, folder))
    return by_the_clock(servers, kind, options, folder, {name: middle(found) for name, found in rounds.items()})


def middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {column: sorted(one[column] for one in rounds)[len(rounds) // 2] for column in rounds[0]}


def by_the_clock(
    servers: list[others.Server],
    kind: str,
    options: argparse.Namespace,
    folder: Path,
    found: dict[str, dict[str, float]],
) -> dict[str, dict[str, float]]:
    """What was found, with the figures at one rate for this server and Oxigraph's, which is asked the same way."""
    rounds: dict[str, list[dict[str, float]]] = {server.name: [] for server in servers}
    for _ in range(options.rounds):
        for server in servers:
            beside = found.get(chart.beside(server.name))
            if beside and (server.name in (NEW, BEFORE, USED) or chart.BESIDE in server.name):
                rounds[server.name].append(measure(server, kind, options, folder, SHARE * beside["requests/s"]))
    for name, figures in found.items():
        paced = middle(rounds[name]) if rounds[name] else {}
        figures.update({column: paced.get(column.partition(": ")[2], NONE) for column in chart.PACED})
    return found


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--without", default="", help="servers left out, for instance virtuoso,rdflib-endpoint")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--others", help="folder of a virtual environment with oxigraph and rdflib-endpoint")
    parser.add_argument(
        "--slow-up-to", type=int, default=100_000, help="triples up to which rdflib-endpoint takes part"
    )
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--out", type=Path, help="folder for figures, table and plots")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    results: chart.Results = {}
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as name, ExitStack() as running:
        folder = Path(name)
        servers = others.all_of(options, folder, generate(options.triples, folder), running)
        for kind in options.kinds.split(","):
            results[kind] = in_turn(servers, kind, options, folder)
            for name, found in results[kind].items():
                shown = "  ".join(f"{key} {value:.2f}" for key, value in found.items())
                print(f"{kind:12} {name:24} {shown}", flush=True)
    if options.out:
        write(results, options.out, options)


ABOUT = """32 connections, {seconds} s a figure, the middle one of {rounds} (Virtuoso and rdflib-endpoint: one); all
servers in one run on one machine of {cores} cores that did other work, too (its load stands in the last column), so
that only ratios of one table count. "new": 5,000 things at random, each answer found anew. "asked before": the same
requests had been answered before. "as used": of up to 100,000 things (values, in "aggregate": 5,000) by Zipf's law,
from no kept answers on; "repeated" is the share of requests that had come before in the round. Otherwise Oxigraph and
the others are asked of 5,000 things at random. "speed" and "p99" are times those of `oxigraph serve` asked the same
way; "p99, one rate" and the columns that begin so are of requests by the clock, as many a second for both: four fifths
of what `oxigraph serve` answers at most. Full text: this server's index; the others have none and filter all labels.
"-": no answer within {seconds} s, or not asked so.
"""


def write(results: chart.Results, out: Path, options: argparse.Namespace) -> None:
    """Figures, table and plots in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    triples = options.triples
    about = f"{triples:,} triples"
    text = ABOUT.format(seconds=options.seconds, rounds=options.rounds, cores=os.cpu_count())
    text += f"Left out (`--without`): {options.without}.\n" if options.without else ""
    plain = json.dumps(results, indent=1).replace("Infinity", "null")
    (out / f"{triples}.json").write_text(plain + "\n", encoding="utf-8")
    tables = f"{chart.summary(results, [NEW, USED, BEFORE])}\n{chart.table(results)}"
    (out / f"{triples}.md").write_text(f"# {about}\n\n{text}\n{tables}", encoding="utf-8")
    for column, file, title in (
        ("requests/s", "speed", f"Requests a second, {about}"),
        ("p99 ms", "p99", f"Milliseconds that 99 % of requests take at most, {about}"),
    ):
        (out / f"{triples}-{file}.svg").write_text(chart.bars(results, column, title), encoding="utf-8")


if __name__ == "__main__":
    main()
