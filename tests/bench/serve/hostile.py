"""The 24 kinds of hostile request as a table: what each was answered, how long it took, whether the server goes on.

python tests/bench/serve/hostile.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sample_build import sample_build
from serving import running
from test_serve_hostile import ATTACKS, GOOD, SECONDS, ask


def main() -> None:
    """Print the table; the exit status is 1 where one of them did harm."""
    harm = False
    print(f"| hostile request | answered | seconds (limit {SECONDS:g}) | serves on |\n|---|---|---:|---|")
    with (
        tempfile.TemporaryDirectory(prefix="kg-bench-") as folder,
        running(sample_build(Path(folder)), workers=2, timeout=SECONDS) as server,
    ):
        for name, attack in ATTACKS.items():
            began = time.monotonic()
            statuses = sorted(set(attack(server)))
            took = time.monotonic() - began
            on = ask(server, GOOD) == 200 and server.process.poll() is None
            harm = harm or not on or 500 in statuses
            answered = ", ".join(map(str, statuses))
            print(f"| {name} | {answered} | {took:.2f} | {'yes' if on else 'NO'} |", flush=True)
    sys.exit(harm)


if __name__ == "__main__":
    main()
