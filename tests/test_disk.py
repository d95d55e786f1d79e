"""A disk that is really full, and a folder that really cannot be written: a clear error, and what was published stays.

As root on Linux, the disk is a small one in memory; elsewhere the system limits the size of files, or the folder's
permissions are taken away.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from kg.store import CURRENT, open_build

REPORT = "Die Ostufer Bank finanziert die Solana Zement GmbH.\n"
IS_ROOT = sys.platform == "linux" and os.geteuid() == 0


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk in memory (or gives it other options) and tells where it is."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(options: str) -> Path:
        how = f"remount,{options}" if disk.is_mount() else options
        subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", disk], check=True)
        return disk

    yield mount
    if disk.is_mount():
        subprocess.run(["umount", disk], check=True)


def run(reports: Path, out: Path, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """`kg build` in a process of its own, which may be forbidden to write larger files."""

    def limited() -> None:
        import resource

        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "kg", "build", str(reports), "--out", str(out), "--jobs", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, preexec_fn=limited, timeout=300)


def reports(folder: Path, *texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def is_clear(ended: subprocess.CompletedProcess[str], *said: str) -> None:
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr and any(one in ended.stderr for one in said), ended.stderr


@pytest.mark.parametrize("room", [8 << 10, 1 << 20, 5 << 20])
def test_a_full_disk_is_told_and_nothing_is_published(
    tmp_path: Path, mounted: Callable[[str], Path], room: int
) -> None:
    """Full at the first file, in the graph, and in the store."""
    given = reports(tmp_path / "reports", REPORT)
    if IS_ROOT:
        out = mounted(f"size={room}") / "out"
        ended = run(given, out)
    else:
        out = tmp_path / "out"
        ended = run(given, out, most_bytes=min(room, 1 << 20) // 2)
    is_clear(ended, "No space left on device", "File too large")
    assert not (out / CURRENT).exists() and not list(out.glob(".tmp-*"))
    if IS_ROOT:
        mounted("size=100m")
    assert run(given, out).returncode == 0
    assert open_build(out).manifest["counts"]["documents"] == 1


@pytest.mark.parametrize("most", [600, 100_000])
def test_a_file_that_may_not_grow_is_told_and_what_was_published_stays(tmp_path: Path, most: int) -> None:
    given, out = reports(tmp_path / "reports", REPORT), tmp_path / "out"
    assert run(given, out).returncode == 0
    before = open_build(out).path.name
    is_clear(run(reports(given, REPORT, REPORT * 2), out, most_bytes=most), "File too large", "No space left")
    assert open_build(out).path.name == before and not list(out.glob(".tmp-*"))


def test_a_read_only_folder_is_told(tmp_path: Path, mounted: Callable[[str], Path]) -> None:
    given = reports(tmp_path / "reports", REPORT)
    if IS_ROOT:
        out = mounted("size=1m,ro")
    else:
        out = tmp_path / "out"
        out.mkdir(mode=0o555)
    is_clear(run(given, out), f"Cannot write to {out}", f"Cannot write to {out / 'builds'}")
    is_clear(run(given, out / "builds"), f"Cannot write to {out / 'builds'}")


def test_a_published_build_on_a_read_only_disk_can_be_read(tmp_path: Path, mounted: Callable[[str], Path]) -> None:
    given = reports(tmp_path / "reports", REPORT)
    out = mounted("size=100m") / "out" if IS_ROOT else tmp_path / "out"
    assert run(given, out).returncode == 0
    if IS_ROOT:
        mounted("size=100m,ro")
    asked = subprocess.run(
        [sys.executable, "-m", "kg", "gaps", "--build", str(out)],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=300,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    if IS_ROOT:
        is_clear(run(reports(given, REPORT, REPORT * 2), out), "Read-only file system")
