"""Requests a second, beside others on the same machine: `oxigraph serve`, Virtuoso, rdflib-endpoint.

    python tests/bench/serve/bench.py --triples 1000000 --seconds 4 --out tests/bench/serve/results

Needs `wrk` (apt-get install wrk). Oxigraph's server and rdflib-endpoint are taken from the folder `--others` of another
virtual environment (pip install oxigraph rdflib-endpoint[cli] there), Virtuoso from Debian's virtuoso-opensource; what
is missing is said and left out. `--out` gets the figures as JSON, a table, and plots.

Each kind of query is asked of 5,000 things at random, by 32 connections. This server keeps answers: "asked before" is
measured after a round that has asked them all, "new" with nothing kept, so that each answer is found anew.
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
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import chart
import others

GM = "https://w3id.org/green-manufacturing/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
BASE = "http://bench.example/id/"
SPAN = 5000
WARM, WARM_SECONDS = 50_000, 30.0
"""Requests, or seconds, after which each process is taken to have seen all of them."""
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
WRK = """
math.randomseed(%d)
local lines, at = {}, 0
function init()
  local headers = {["Accept"] = "%s", ["Host"] = "localhost"}
  for line in io.lines("%s") do lines[#lines + 1] = wrk.format("GET", line, headers) end
end
function request()
  at = at %% #lines + 1
  return lines[%s]
end
"""


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


def measure(
    address: str, path: str, kind: str, seconds: int, pid: int, folder: Path, *, ours: bool, warm: bool = False
) -> dict[str, float]:
    """Requests a second and times of one kind of query."""
    lines = folder / "requests"
    lines.write_text("".join(f"{path}?query={quote(text_of(kind, n, ours))}\n" for n in range(SPAN)), encoding="utf-8")
    script = folder / "wrk.lua"
    which = "at" if warm else "math.random(#lines)"
    script.write_text(WRK % (int(time.time()), ACCEPT, lines, which), encoding="utf-8")
    before, _ = resources(pid)
    command = ["wrk", "-t1", "-c32", f"-d{seconds}", "--timeout", "30", "-s", str(script), "--latency", address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after, megabytes = resources(pid)
    per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return {
        "requests/s": per_second,
        "p50 ms": milliseconds(said, "50%"),
        "p99 ms": milliseconds(said, "99%"),
        "CPU ms/request": (after - before) * 1000 / max(1.0, per_second * seconds),
        "MB": megabytes,
        "failed": float(wrong[1]) if wrong else 0.0,
        "load": os.getloadavg()[0],
    }


def milliseconds(said: str, name: str) -> float:
    number, unit = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4)
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
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as name:
        folder = Path(name)
        graph = generate(options.triples, folder)
        for server in others.all_of(options, folder, graph):
            mine = server.name.startswith("kg")
            for kind in options.kinds.split(","):
                asked = (server.address, server.path, kind)
                warmed, until = 0.0, time.monotonic() + WARM_SECONDS
                while server.name == "kg, asked before" and warmed < WARM and time.monotonic() < until:
                    once = measure(*asked, options.seconds, server.pid, folder, ours=True, warm=True)
                    warmed += once["requests/s"] * options.seconds
                found = measure(*asked, options.seconds, server.pid, folder, ours=mine)
                results.setdefault(kind, {})[server.name] = found
                shown = "  ".join(f"{key} {value:.2f}" for key, value in found.items())
                print(f"{kind:12} {server.name:16} {shown}", flush=True)
    if options.out:
        write(results, options.out, options.triples)


def write(results: chart.Results, out: Path, triples: int) -> None:
    """Figures, table and plots in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    about = f"{triples:,} triples"
    (out / f"{triples}.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (out / f"{triples}.md").write_text(f"# {about}\n\n{chart.table(results)}", encoding="utf-8")
    for column, file, title in (
        ("requests/s", "speed", f"Requests a second, {about}"),
        ("p99 ms", "p99", f"Milliseconds that 99 % of requests take at most, {about}"),
    ):
        (out / f"{triples}-{file}.svg").write_text(chart.bars(results, column, title), encoding="utf-8")


if __name__ == "__main__":
    main()
