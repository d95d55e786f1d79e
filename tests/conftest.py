"""What all tests share: the examples as a build, the command line as a process, the development corpus.

With KG_TEST_ALL set, as in CI, a test that would be skipped fails and says why: nothing goes unchecked in silence.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""

Kg = Callable[..., subprocess.CompletedProcess[str]]
"""Runs the command line: `kg("ask", "recipients", cwd=folder)`."""


def _must_run(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("KG_TEST_ALL") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"KG_TEST_ALL is set, so nothing may be skipped. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _must_run(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _must_run(report)
    return report


@pytest.fixture(scope="session")
def kg() -> Kg:
    """The command line as people run it, in a process of its own."""

    def run(
        *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kg", *map(str, arguments)]
        given = os.environ | {"PYTHONPATH": str(ROOT)} | (env or {})
        return subprocess.run(
            command, cwd=cwd, env=given, capture_output=True, text=True, timeout=timeout, encoding="utf-8"
        )

    return run


@pytest.fixture(scope="session")
def shared_corpus() -> Path:
    """The development corpus beside the repository: real texts by others, which are no part of the project."""
    corpus = ROOT.parent / "shared" / "corpus"
    if not (corpus / "texts").is_dir():
        pytest.skip("the development corpus is not beside the repository, at ../shared/corpus")
    return corpus


@pytest.fixture(scope="session")
def examples_build(kg: Kg, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of builds with the published build of `examples/`, made by the command line."""
    return _built_once(kg, tmp_path_factory, "examples", ROOT / "examples")


@pytest.fixture(scope="session")
def corpus_build(kg: Kg, tmp_path_factory: pytest.TempPathFactory, shared_corpus: Path) -> Path:
    """The same of the texts of the development corpus."""
    return _built_once(kg, tmp_path_factory, "corpus", shared_corpus / "texts")


def _built_once(kg: Kg, tmp_path_factory: pytest.TempPathFactory, name: str, texts: Path) -> Path:
    """A build that all processes of one test run share: the first makes it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out = shared / f"{name}-build"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "current").is_symlink():
            made = kg("build", texts, "--out", out)
            assert made.returncode == 0, made.stdout + made.stderr
    return out
