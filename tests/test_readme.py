"""The README is true: its commands can be typed, its answer is the real one, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT, Kg

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.split("#")[0].removeprefix("$ ").strip()
    for block in BLOCKS
    for line in block.splitlines()
    if line.removeprefix("$ ").startswith("kg ") and not any(more in line for more in ("build/A", "released/"))
]
"""All but those that compare with an earlier build or release, which only a reader of the README has."""
NOTHING = {"kg conflicts": "No source contradicts another."}
"""Command whose exit status tells whether it found something -> what it says where it did not."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_can_be_typed(command: str, kg: Kg, examples_build: Path, tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to(examples_build)
    for name in ("examples", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = kg(*shlex.split(command)[1:], cwd=tmp_path)
    told = 1 if command in NOTHING and NOTHING[command] not in done.stdout else 0
    assert done.returncode == told, done.stderr


def test_the_readme_shows_the_real_answer(kg: Kg, examples_build: Path) -> None:
    """What people see first is what they will get."""
    found = re.search(r"^\$ COLUMNS=(\d+) kg ask (\w+) --words \"(.*?)\"\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert found
    columns, name, words, shown = found.groups()
    answer = kg("ask", name, "--words", words, "--build", examples_build, env={"COLUMNS": columns})
    if os.environ.get("KG_WRITE_README"):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        (ROOT / "README.md").write_text(text.replace(shown, answer.stdout), encoding="utf-8")
        return
    assert answer.stdout == shown, "extraction has changed; KG_WRITE_README=1 puts the new answer into the README"


def test_the_readme_shows_the_real_counts(kg: Kg) -> None:
    """Of the ontology: terms, coverage of languages, alignments, competency questions."""
    found = re.search(r"^\$ kg (ontology counts .*)\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert found
    command, shown = found.groups()
    answer = kg(*shlex.split(command), cwd=ROOT)
    if os.environ.get("KG_WRITE_README"):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        (ROOT / "README.md").write_text(text.replace(shown, answer.stdout), encoding="utf-8")
        return
    assert answer.stdout == shown, "the ontology has changed; KG_WRITE_README=1 puts the new counts into the README"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_and_folders_that_are_named_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    named = re.findall(r"`((?:kg|ontology|queries|tests|examples|docs)/[\w./-]*)`", text)
    assert [path for path in (*links, *named) if not (ROOT / path).exists()] == []


def test_the_targets_that_it_names_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= targets
