"""How many of the W3C's tests the endpoint passes over HTTP, and why it fails the others.

    python tests/bench/serve/conformance.py

The tests are those of `tests/test_serve_w3c.py`, `test_serve_w3c_engine.py` and `test_serve_w3c_federated.py` there,
which read `../shared/rdf-tests`. What is not run is told, too.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from test_serve_w3c_engine import NOT_RUN, failures
from w3c import entries, manifest

TESTS = Path(__file__).resolve().parents[2]
SUITES = {
    "test_protocol": "protocol",
    "test_graph_store_protocol": "graph store protocol",
    "test_service_description": "service description",
    "test_federated": "federated queries",
    "test_federated_syntax": "federated queries",
}


class Tally:
    """Counts what comes of each test of the suite."""

    def __init__(self) -> None:
        self.run: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        self.wrong: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Part of pytest's protocol."""
        name, _, case = report.nodeid.rpartition("::")[2].partition("[")
        case = case.rstrip("]")
        suite = SUITES.get(name) or (_kind(case) if name == "test_w3c" else "")
        if not suite or (report.when != "call" and report.passed):
            return
        self.run[suite] += 1
        if report.failed or report.skipped:
            self.wrong.append(f"{case}: {report.outcome}")
        elif not {case, f"service/{case}"} & failures().keys():
            self.passed[suite] += 1


def _kind(case: str) -> str:
    folder = case.partition("/")[0]
    if folder.startswith("syntax"):
        return "syntax of updates" if "update" in folder else "syntax of queries"
    updates = ("add", "basic-update", "clear", "copy", "drop", "move", "update-silent")
    return "updates" if folder.startswith("delete") or folder in updates else "queries and result formats"


def main() -> None:
    """Run the tests and print the table; the exit status is 1 where one fails that is not listed with its cause."""
    tally = Tally()
    files = [
        str(TESTS / name) for name in ("test_serve_w3c.py", "test_serve_w3c_engine.py", "test_serve_w3c_federated.py")
    ]
    with redirect_stdout(io.StringIO()):
        pytest.main(files, plugins=[tally])
    print("| W3C tests | run | passed | failed, with cause |\n|---|---:|---:|---:|")
    for suite in sorted(tally.run, key=lambda one: (one not in SUITES.values(), one)):
        run, passed = tally.run[suite], tally.passed[suite]
        print(f"| {suite} | {run} | {passed} | {run - passed} |")
    for folder in NOT_RUN:
        print(f"| {folder} | 0 of {len(entries(manifest(folder)))} | - | - |")
    print(f"| all | {tally.run.total()} | {tally.passed.total()} | {tally.run.total() - tally.passed.total()} |\n")
    for case, cause in failures().items():
        print(f"- {case}: {cause}")
    for folder, cause in NOT_RUN.items():
        print(f"- {folder}, not run: {cause}")
    for case in tally.wrong:
        print(f"- NOT LISTED {case}")
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
