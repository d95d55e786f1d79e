"""The wheel: built without a network, it holds all that the program reads, and works in an empty directory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

SHIPPED = ("ontology", "queries", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"PIP_NO_INDEX": "1"})
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's own files, in a folder that has nothing else."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    return target


def test_the_wheel_holds_what_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in SHIPPED:
        there = {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("*") if p.is_file()}
        there = {path for path in there if not any(part.startswith((".", "__")) for part in path.split("/"))}
        assert there and {f"kg/_shipped/{path}" for path in there} <= names
    code = {
        p.relative_to(ROOT).as_posix() for p in (ROOT / "kg").rglob("*") if p.is_file() and "__pycache__" not in p.parts
    }
    assert code <= names, "templates, styles and scripts of the pages belong to the code"


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kg"}
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_it_works_in_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    where = run("-c", "import kg, kg.ontology as o; print(kg.__file__, o.ontology_dir(), o.examples_dir())").stdout
    assert all(path.startswith(str(installed)) for path in where.split()), "not the checkout"
    examples = sorted(Path(where.split()[2]).iterdir())
    assert len(examples) == 9
    built = run("-m", "kg.cli", "build", *map(str, (examples[1], examples[4])))
    assert built.returncode == 0 and built.stdout.startswith("2 documents"), built.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["build"]
    asked = run("-m", "kg", "ask", "recipients", "--format", "csv")
    assert asked.returncode == 0 and len(asked.stdout.splitlines()) > 2, asked.stderr
    for verb in (["view", "-o", "g.html"], ["check"], ["export", "ontology", "--format", "ofn", "-o", "o.ofn"]):
        done = run("-m", "kg", *verb)
        assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
    assert (tmp_path / "g.html").stat().st_size > 10_000
