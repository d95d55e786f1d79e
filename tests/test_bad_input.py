"""Bad input: whatever is wrong with one file, the others are built, and people are told what was left out and why."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Kg

from kg.store import open_build

GOOD = "Die Ostufer Bank gewährt der Solana Zement GmbH einen Grünkredit von 5 Millionen Euro.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good report in it."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "good.txt").write_text(GOOD, encoding="utf-8")
    return tmp_path


def empty(path: Path) -> None:
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_text(" \n\t\n", encoding="utf-8")


def binary(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100)


def wrongly_encoded(path: Path) -> None:
    path.write_bytes("Die Förderung für die Stahlhütte beträgt 3 Millionen Euro.".encode("cp1252"))


def unreadable(path: Path) -> None:
    """The administrator may read everything, but nobody can read this from its beginning."""
    path.symlink_to("/proc/self/mem")


def forbidden(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    path.chmod(0)


def dangling(path: Path) -> None:
    path.symlink_to("gone.txt")


def pipe(path: Path) -> None:
    os.mkfifo(path)


LEFT_OUT: list[tuple[Callable[[Path], None], str]] = [
    (empty, "empty"),
    (blank, "empty"),
    (binary, "binary"),
    (wrongly_encoded, "not UTF-8"),
    (unreadable, "cannot be read"),
    (dangling, "no such file"),
    (pipe, "not a file"),
]
if os.geteuid():
    LEFT_OUT.append((forbidden, "permissions"))


@pytest.mark.parametrize(("make", "reason"), LEFT_OUT, ids=lambda part: getattr(part, "__name__", ""))
def test_a_bad_file_is_left_out_and_the_good_one_is_built(
    make: Callable[[Path], None], reason: str, kg: Kg, folder: Path
) -> None:
    bad = folder / "reports" / "bad.txt"
    make(bad)
    made = kg("build", "reports/good.txt", "reports/bad.txt", "--jobs", "1", cwd=folder, timeout=60)
    assert made.returncode == 1, "the exit status tells that something was left out"
    (line,) = [line for line in made.stdout.splitlines() if "bad.txt" in line]
    assert line.startswith("Left out: reports/bad.txt: ") and reason in line
    assert [document["name"] for document in open_build(folder / "build").documents().values()] == ["good"]
    assert "Traceback" not in made.stderr


@pytest.mark.parametrize(("make", "reason"), LEFT_OUT, ids=lambda part: getattr(part, "__name__", ""))
def test_alone_it_gives_no_build(make: Callable[[Path], None], reason: str, kg: Kg, folder: Path) -> None:
    make(folder / "bad.txt")
    made = kg("build", "bad.txt", cwd=folder, timeout=60)
    assert made.returncode == 2 and reason in made.stderr and "bad.txt" in made.stderr
    assert "Traceback" not in made.stderr and not (folder / "build" / "current").exists()


def test_a_missing_file_is_named(kg: Kg, folder: Path) -> None:
    made = kg("build", "reports", "missing.txt", cwd=folder)
    assert made.returncode == 1 and "Left out: missing.txt: there is no such file" in made.stdout


def test_a_file_of_another_kind_is_named_with_the_kinds_that_are_read(kg: Kg, folder: Path) -> None:
    (folder / "table.xlsx").write_bytes(b"PK\3\4")
    made = kg("build", "reports", "table.xlsx", cwd=folder)
    assert made.returncode == 1 and ".xlsx" in made.stdout and ".md" in made.stdout


def test_what_was_left_out_stands_in_the_build_too(kg: Kg, folder: Path) -> None:
    empty(folder / "reports" / "bad.txt")
    told = json.loads(kg("build", "reports", "--json", cwd=folder).stdout)
    assert told["left_out"] == [{"source": "reports/bad.txt", "reason": "it is empty"}]
    assert open_build(folder / "build").report["left_out"] == told["left_out"]


def test_a_text_in_another_language_is_kept_and_said_so(kg: Kg, folder: Path) -> None:
    other = "Ο δήμος ανακοίνωσε χθες ότι το νέο πάρκο θα ανοίξει την άνοιξη για όλους τους κατοίκους της πόλης.\n"
    (folder / "reports" / "other.txt").write_text(other, encoding="utf-8")
    made = kg("build", "reports", cwd=folder)
    assert made.returncode == 0
    assert "Note: reports/other.txt: its language" in made.stdout and "de, en, fr, zh" in made.stdout
    lines = list(open_build(folder / "build").facts())
    assert {line["doc"] for line in lines} == {"good"}


def test_a_text_without_a_fact_is_kept_and_said_so(kg: Kg, folder: Path) -> None:
    (folder / "reports" / "plain.txt").write_text(
        "Gestern regnete es den ganzen Tag. Heute scheint wieder die Sonne, und morgen wird es warm.\n",
        encoding="utf-8",
    )
    made = kg("build", "reports", cwd=folder)
    assert made.returncode == 0 and "Note: reports/plain.txt: no fact was found in it." in made.stdout


PLAIN = "Gestern regnete es den ganzen Tag, und heute scheint wieder die Sonne. "
CHINESE = "某某银行向某某公司提供绿色贷款。"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("x", 5_000_000),
        ("1234567890", 5_000_000),
        (PLAIN, 5_000_000),
        (GOOD.strip() + " ", 300_000),
        (CHINESE, 300_000),
    ],
    ids=["one word", "one number", "plain sentences", "a fact a sentence", "no spaces"],
)
def test_a_line_of_megabytes_is_read_in_bounded_time(text: str, size: int, kg: Kg, folder: Path) -> None:
    """Nothing in a single endless line may take quadratic time."""
    (folder / "reports" / "long.txt").write_text(text * (size // len(text.encode())), encoding="utf-8")
    made = kg("build", "reports", cwd=folder, timeout=150)
    assert made.returncode in (0, 1) and "Traceback" not in made.stderr
    assert "good" in {document["name"] for document in open_build(folder / "build").documents().values()}


@pytest.mark.parametrize(
    "name", ['it\'s "one" (2).txt', "-n.txt", "ünïcode 报告.txt", "a;b&c$d`e`.txt", "<b>&amp;.txt"]
)
def test_any_file_name_is_fine(name: str, kg: Kg, folder: Path) -> None:
    (folder / "reports" / name).write_text(GOOD.replace("Ostufer", "Westufer"), encoding="utf-8")
    made = kg("build", "reports", cwd=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    build = open_build(folder / "build")
    sources = {document["source"] for document in build.documents().values()}
    assert f"reports/{name}" in sources
    asked = json.loads(kg("ask", "documents", "--json", cwd=folder).stdout)
    assert len(asked) == 2
    assert kg("view", cwd=folder).returncode == 0
    assert "<b>&amp;" not in (folder / "graph.html").read_text(encoding="utf-8")


def test_line_ends_and_marks_of_other_systems(kg: Kg, folder: Path) -> None:
    (folder / "reports" / "windows.txt").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    (folder / "reports" / "utf16.txt").write_bytes(GOOD.replace("Ostufer", "Westufer").encode("utf-16"))
    made = kg("build", "reports", cwd=folder)
    assert made.returncode == 0, made.stdout
    assert "windows.txt has the same text as" in made.stdout
    texts = {document["name"]: document["text"] for document in open_build(folder / "build").documents().values()}
    assert "Westufer" in texts["utf16"] and len(texts) == 2


def test_an_interrupted_build_leaves_the_published_one(kg: Kg, folder: Path) -> None:
    """Ctrl-C reaches all processes of the build at once."""
    assert kg("build", "reports", cwd=folder).returncode == 0
    published = (folder / "build" / "current").readlink()
    examples = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.*"))]
    for number in range(300):
        text = f"Bericht {number}\n\n{examples[number % len(examples)]}"
        (folder / "reports" / f"{number}.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "kg", "build", "reports", "--jobs", "2"]
    with subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, start_new_session=True) as running:  # fmt: skip
        time.sleep(4)
        assert running.poll() is None, "the build is long enough to be interrupted"
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in told and "Traceback" not in told
    assert (folder / "build" / "current").readlink() == published
    assert not list((folder / "build").glob(".tmp-*"))
    assert open_build(folder / "build").documents()
