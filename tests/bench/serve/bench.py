"""Requests a second, beside others on the same machine: this server, `oxigraph serve`, rdflib-endpoint.

    python tests/bench/serve/bench.py --triples 1000000 --seconds 5 --json out.json

Needs `wrk` (apt-get install wrk). Oxigraph's server and rdflib-endpoint are taken from the folder `--others` of another
virtual environment (pip install oxigraph rdflib-endpoint[cli] there); what is missing is said and left out. Virtuoso is
asked where its address is given by `--virtuoso`, filled beforehand with the same file.

Each kind of query is asked of 5,000 things at random. "repeated" is measured after a round that has asked them all, as
this server keeps answers; "new" with its cache switched off.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[3]
GM = "https://w3id.org/green-manufacturing/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
BASE = "http://bench.example/id/"
SPAN = 5000
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
WRK = """
math.randomseed(%d)
local lines, at = {}, 0
for line in io.lines("%s") do lines[#lines + 1] = line end
function request()
  at = at %% #lines + 1
  return wrk.format("GET", lines[%s])
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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


@contextmanager
def started(command: list[str], port: int, seconds: float = 900) -> Iterator[int]:
    """A server that accepts connections; its process ends with the block."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"It ended before it was ready: {' '.join(command)}")
            time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_ready(address: str) -> None:
    """Returns when the build is loaded and its full text indexed."""
    for _ in range(6000):
        try:
            with urllib.request.urlopen(f"{address}/api/entities?q=number", timeout=5):
                return
        except OSError:
            time.sleep(0.1)


def resources(pid: int) -> tuple[float, float]:
    """Seconds of processor and megabytes (what is shared counted once) of a process and its children."""
    seconds = megabytes = 0.0
    for one in [pid, *children(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            proportional = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        seconds += (int(fields[11]) + int(fields[12])) / 100
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
    script.write_text(WRK % (int(time.time()), lines, which), encoding="utf-8")
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
    }


def milliseconds(said: str, name: str) -> float:
    number, unit = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def ours(folder: Path, port: int, cache: int) -> list[str]:
    code = (
        "import sys; from pathlib import Path; from kg.serve import Settings, serve; "
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]), settings=Settings(cache_bytes=int(sys.argv[3])))"
    )
    return [sys.executable, "-c", code, str(folder), str(port), str(cache)]


def servers(options: argparse.Namespace, folder: Path, graph: Path) -> Iterator[tuple[str, str, str, int]]:
    """(name, address, path, pid) of each server that is here, started one after the other."""
    for name, cache in (("kg, repeated", 64 * 1024 * 1024), ("kg, new", 0)):
        port = free_port()
        with started(ours(folder, port, cache), port) as pid:
            until_ready(f"http://127.0.0.1:{port}")
            yield name, f"http://127.0.0.1:{port}", "/sparql", pid
    programs = Path(options.others or sys.prefix) / "bin"
    if (program := programs / "oxigraph").exists():
        store, port = folder / "oxigraph", free_port()
        subprocess.run([program, "load", "--location", store, "--file", graph], check=True, capture_output=True)
        command = [str(program), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
        with started(command, port) as pid:
            yield "oxigraph serve", f"http://127.0.0.1:{port}", "/query", pid
    else:
        print("oxigraph is not installed there and left out", file=sys.stderr)
    if (program := programs / "rdflib-endpoint").exists() and options.triples <= 1_000_000:
        port = free_port()
        command = [str(program), "serve", str(graph), "--host", "127.0.0.1", "--port", str(port)]
        with started(command, port) as pid:
            yield "rdflib-endpoint", f"http://127.0.0.1:{port}", "/", pid
    else:
        print("rdflib-endpoint is not installed there, or the data is too much for it: left out", file=sys.stderr)
    if options.virtuoso:
        yield "Virtuoso", options.virtuoso, "/sparql", 0
    else:
        print("Virtuoso is left out: give its address with --virtuoso", file=sys.stderr)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--others", help="folder of a virtual environment with oxigraph and rdflib-endpoint")
    parser.add_argument("--virtuoso", help="address of a Virtuoso with the same data")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt-get install wrk")
    table: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as name:
        folder = Path(name)
        graph = generate(options.triples, folder)
        for server, address, path, pid in servers(options, folder, graph):
            for kind in options.kinds.split(","):
                if server == "kg, repeated":
                    measure(address, path, kind, options.seconds * 4, pid, folder, ours=True, warm=True)
                found = measure(address, path, kind, options.seconds, pid, folder, ours=server.startswith("kg"))
                table.setdefault(kind, {})[server] = found
                shown = "  ".join(f"{key} {value:.2f}" for key, value in found.items())
                print(f"{kind:12} {server:16} {shown}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
