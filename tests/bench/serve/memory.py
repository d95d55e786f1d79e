"""Why memory grows while the server is asked: what a forked process no longer shares with others after it has read.

    python tests/bench/serve/memory.py --triples 1000000

The engine's store in memory takes a lock in each quad that it reads. That writes to the memory of the quad, which is
then the process's own. No Python object is the cause: those were told to stay (`gc.freeze`) and are few.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import tempfile
from collections import deque
from pathlib import Path

import bench
import pyoxigraph as ox


def said(when: str) -> None:
    text = Path("/proc/self/smaps_rollup").read_text()
    kilobytes = dict(re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE))
    own, shared = (int(kilobytes[name]) / 1024 for name in ("Private_Dirty", "Shared_Dirty"))
    print(f"| {when} | {own:.0f} | {shared:.0f} |", flush=True)


def read(store: ox.Store, things: int) -> None:
    """What a process says of its memory while it reads more and more."""
    said("forked")
    nodes = [ox.NamedNode(f"{bench.BASE}e{number}") for number in range(0, things, max(1, things // bench.SPAN))]
    said(f"{len(nodes):,} nodes made, nothing read")
    for node in nodes:
        deque(store.quads_for_pattern(node, None, None, ox.DefaultGraph()), maxlen=0)
    said(f"{len(nodes):,} things looked up")
    deque(store.quads_for_pattern(None, None, None, None), maxlen=0)
    said("all quads read")
    deque(store.quads_for_pattern(None, None, None, None), maxlen=0)
    said("all quads read again")


def main() -> None:
    """Load, fork, read, and print a table of megabytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    options = parser.parse_args()
    store = ox.Store()
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as folder:
        store.bulk_load(path=str(bench.generate(options.triples, Path(folder))), format=ox.RdfFormat.N_QUADS)
    gc.collect()
    gc.freeze()
    print("| a process that | MB of its own | MB shared |\n|---|---:|---:|", flush=True)
    child = os.fork()
    if not child:
        try:
            read(store, options.triples // 10)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main()
