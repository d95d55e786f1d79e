"""The same reports give the same bytes on another machine: played by another checkout in another folder, with another
order of sets, language, time zone, file mask and number of processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

SAID = (
    "Die Ostufer Bank finanziert die Solana Zement GmbH mit 5 Mio. Euro. Die Solana Zement GmbH liegt in Quarzhafen.",
    "Ostufer Bank finances Solana Cement Ltd. The plant saves 5 GWh of electricity a year.",
    "重庆富皇建材有限公司投资3000万元实施余热发电项目，年节电260万千瓦时。",
    "Die Solana Zement GmbH spart 2023 insgesamt 7 MWh Strom. Sie spart 2023 insgesamt 9 MWh Strom.",
)
RUN = """
import sys
from pathlib import Path
from kg.run import build
if __name__ == "__main__":
    build([Path("reports")], Path("out"), jobs=int(sys.argv[1]))
"""


def _built(checkout: Path, folder: Path, jobs: int, **environment: str) -> dict[str, bytes]:
    folder.mkdir(parents=True)
    (folder / "reports").mkdir()
    for number in sorted(range(len(SAID)), reverse=jobs > 1):  # folders list their files in the order of writing
        (folder / "reports" / f"{number}.txt").write_text(SAID[number], encoding="utf-8")
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "KG_"))}
    command = [sys.executable, "run.py", str(jobs)]
    subprocess.run(command, cwd=folder, env=env | {"PYTHONPATH": str(checkout)} | environment, check=True)
    found = {path.name: path.read_bytes() for path in (folder / "out" / "current").iterdir() if path.is_file()}
    return found | {"name": bytes((folder / "out" / "current").readlink())}


def test_two_machines_give_the_same_bytes(tmp_path: Path) -> None:
    """One process here, four there; graph, tables, manifest, report and the build's name are the same."""
    there = tmp_path / "elsewhere" / "checkout"
    for part in ("kg", "ontology", "queries"):
        shutil.copytree(ROOT / part, there / part, ignore=shutil.ignore_patterns("__pycache__"))
    one = _built(ROOT, tmp_path / "one", 1, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    mask = os.umask(0o077)
    try:
        other = _built(
            there, tmp_path / "two" / "deep", 4, PYTHONHASHSEED="4242", LC_ALL="tr_TR.UTF-8", TZ="Asia/Shanghai",
            KG_CACHE=str(tmp_path / "cache"),
        )  # fmt: skip
    finally:
        os.umask(mask)
    assert set(one) == {"graph.nq", "facts.jsonl", "documents.jsonl", "manifest.json", "report.json", "name"}
    assert one == other
