"""A build reads what is new, forgets what is gone, survives whatever ends it, and is the same bytes as a clean one.

With KG_KILLS=200 (`make torture`) the killing goes on for minutes; without it a few times. KG_EDITS is how many
histories of random edits are tried.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import run
from kg.claims import Extraction
from kg.decisions import Decision, Key, write_decisions
from kg.documents import Document, read_file
from kg.errors import KgError
from kg.run import anew, build, patch, segments, state, steps
from kg.run.patch import SortedLines
from kg.run.seen import Seen
from kg.run.segments import FOLDER, Head, Segments
from kg.store import CURRENT, GRAPH, MANIFEST, open_build

EDITS = int(os.environ.get("KG_EDITS", "2"))
KILLS = int(os.environ.get("KG_KILLS", "6"))


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of the example reports in text and HTML; the working directory is their parent's."""
    monkeypatch.chdir(tmp_path)
    folder = Path("reports")
    folder.mkdir()
    for path in sorted((ROOT / "examples").iterdir()):
        if path.suffix in (".txt", ".html"):
            shutil.copy(path, folder / path.name)
    return folder


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three reports of a sentence or two; the working directory is their parent's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(anew, "MOST_TOUCHED", 10)
    folder = Path("reports")
    folder.mkdir()
    for number in (0, 2, 4):
        (folder / f"{number}.txt").write_text(SAID[number], encoding="utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are extracted, as it happens."""
    import kg.claims

    names: list[str] = []
    real = kg.claims.extract

    def noting(document: Document) -> Extraction:
        names.append(document.name)
        return real(document)

    monkeypatch.setattr(kg.claims, "extract", noting)
    return names


def test_only_what_is_new_is_read(reports: Path, extracted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    build([reports], Path("out"))
    assert len(extracted) == len(list(reports.iterdir()))
    extracted.clear()
    opened: list[str] = []
    monkeypatch.setattr(segments, "read_file", lambda path: opened.append(path.name) or read_file(path))
    (reports / "new.txt").write_text("Die Ostufer Bank finanziert die Solana Zement GmbH.\n", encoding="utf-8")
    build([reports], Path("out"))
    assert extracted == ["new"] and opened == ["new.txt"]


def test_edited_added_and_removed_documents_give_what_a_clean_build_gives(reports: Path) -> None:
    build([reports], Path("out"))
    names = sorted(reports.iterdir())
    names[0].unlink()
    names[1].write_text(
        names[1].read_text(encoding="utf-8") + "\n\nDie Ostufer Bank liegt in Berlin.\n", encoding="utf-8"
    )
    (reports / "new.txt").write_text("Die Ostufer Bank finanziert die Solana Zement GmbH.\n", encoding="utf-8")
    grown, clean = build([reports], Path("out")), build([reports], Path("clean"))
    assert content(grown.path) == content(clean.path)
    assert names[0].name not in (grown.path / GRAPH).read_text(encoding="utf-8"), "its facts went along with it"


def test_a_file_that_adds_nothing_but_a_note_makes_another_build(tmp_path: Path) -> None:
    """The text of c.txt is known, so no fact changes; but the report says so, and a clean build's report would."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text(SAID[0], encoding="utf-8")
    first = build([folder], tmp_path / "out")
    (folder / "c.txt").write_text(SAID[0], encoding="utf-8")
    grown, clean = build([folder], tmp_path / "out"), build([folder], tmp_path / "clean")
    assert first.id != grown.id == clean.id and content(grown.path) == content(clean.path)
    assert [note for note in grown.notes if "c.txt has the same text as" in note]
    (folder / "c.txt").unlink()
    assert build([folder], tmp_path / "out").to_json() == first.to_json()


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each build that could grow out of the one before it, whether it did."""
    found: list[bool] = []
    real = steps.grow

    def noting(*given: Any) -> Any:
        made = real(*given)
        found.append(made is not None)
        return made

    monkeypatch.setattr(steps, "grow", noting)
    monkeypatch.setattr(anew, "MOST_TOUCHED", 0.5)
    return found


def test_a_build_grows_out_of_the_one_before_it(reports: Path, ways: list[bool]) -> None:
    """Tables, graph and store of one more document are those of a clean build, though little was put together anew."""
    build([reports], Path("out"))
    (reports / "new.txt").write_text(SAID[1] + SAID[3], encoding="utf-8")
    grown = build([reports], Path("out"))
    (reports / "new.txt").unlink()
    (reports / "other.txt").write_text(SAID[0], encoding="utf-8")
    again = build([reports], Path("out"))
    assert ways == [True, True]
    (reports / "other.txt").rename(reports / "new.txt").write_text(SAID[1] + SAID[3], encoding="utf-8")
    clean = build([reports], Path("clean"))
    assert content(grown.path) == content(clean.path)
    assert {*map(str, open_build(grown.path).store)} == {*map(str, open_build(clean.path).store)}
    assert again.counts["documents"] == clean.counts["documents"] and again.id != clean.id


def test_a_build_does_not_grow_out_of_a_damaged_one(reports: Path, ways: list[bool]) -> None:
    first = build([reports], Path("out"))
    graph = first.path / GRAPH
    graph.write_bytes(graph.read_bytes().replace(b"Bank", b"Bonk", 1))
    (reports / "new.txt").write_text(SAID[0], encoding="utf-8")
    grown = build([reports], Path("out"))
    assert ways == [False]
    assert content(grown.path) == content(build([reports], Path("clean")).path)


NAMES = ("a", "b", "c")
SAID = (
    "Die Ostufer Bank finanziert die Solana Zement GmbH.\n",
    "Die Westufer Bank finanziert die Solana Zement AG mit 5 Mio. Euro.\n",
    "Die Solana Zement GmbH liegt in der Stadt Quarzhafen und spart 2023 insgesamt 5 MWh Strom.\n",
    "Die Solana Zement (Solana) spart 2023 insgesamt 7 MWh Strom. Die Solana liegt nicht in der Stadt Quarzhafen.\n",
    "Der Industriepark Lindau liegt in der Stadt Quarzhafen. Der Industriepark Lindau liegt in der Stadt Hamburg.\n",
    "Der Industriepark Lindau liegt im Bezirk Nordhafen. Der Bezirk Nordhafen liegt in der Stadt Quarzhafen.\n",
    "Das Zementwerk Kalkstett spart 2023 insgesamt 2,6 Mio. kWh Strom.\n\n"
    + "Das Wetter war gut.\n\n" * 4
    + "Die Solana Zement GmbH spart 2023 insgesamt 930 Tonnen Standardkohle.\n",
    "Die Solana Zement GmbH betreibt das Zementwerk Kalkstett.\n",
)


@settings(max_examples=EDITS, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(SAID), min_size=1), min_size=2, max_size=4
    )
)
def test_any_edits_give_what_a_clean_build_gives(
    tmp_path_factory: pytest.TempPathFactory, edits: list[dict[str, str | None]]
) -> None:
    """Each step writes, edits or removes some of three documents; d stays, so that there is always something."""
    with pytest.MonkeyPatch.context() as patch:
        # all of so small a folder is touched by an edit; it is to grow out of the build before all the same
        patch.setattr(anew, "MOST_TOUCHED", 10)
        _build_after_each(tmp_path_factory.mktemp("edits"), edits)


def _build_after_each(root: Path, edits: list[dict[str, str | None]]) -> None:
    folder = root / "reports"
    folder.mkdir()
    (folder / "d.txt").write_text(SAID[0] + SAID[2], encoding="utf-8")
    for step in edits:
        for name, text in step.items():
            path = folder / f"{name}.txt"
            path.write_text(text, encoding="utf-8") if text else path.unlink(missing_ok=True)
        grown = build([folder], root / "out")
    assert content(grown.path) == content(build([folder], root / "clean").path)


def test_whose_a_plant_is_may_come_and_go(few: Path, ways: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of a plant and of its owner are compared only while some report says whose the plant is."""
    monkeypatch.setattr(anew, "MOST_TOUCHED", 10)
    (few / "figures.txt").write_text(SAID[6], encoding="utf-8")
    build([few], Path("out"))
    (few / "owner.txt").write_text(SAID[7], encoding="utf-8")
    told = build([few], Path("out"))
    assert content(told.path) == content(build([few], Path("told")).path)
    (few / "other.txt").write_text(
        SAID[0] + "Sie lohnt sich.\n", encoding="utf-8"
    )  # of the owner, and not of the plant
    still = build([few], Path("out"))
    assert content(still.path) == content(build([few], Path("still")).path)
    (few / "owner.txt").unlink()
    untold = build([few], Path("out"))
    assert content(untold.path) == content(build([few], Path("untold")).path)
    found = ["/derived/" in (one.path / GRAPH).read_text(encoding="utf-8") for one in (told, still, untold)]
    assert found == [True, True, False] and ways == [True, True, True]


def _no_copy(*_: int) -> int:
    raise OSError(18, "Invalid cross-device link")


@pytest.mark.parametrize("copy", [getattr(os, "copy_file_range", _no_copy), _no_copy, lambda *_: 0])
def test_a_file_is_patched_whatever_the_system_can_copy(
    copy: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "copy_file_range", copy, raising=False)
    lines = {f"<line {number:06}> {'ä' * 40} .\n" for number in range(4000)}
    gone, come = {line for line in lines if "1999" in line}, {"<line 002000> 0\n", "<a>\n", "<z>\n"}
    (tmp_path / "old").write_text("".join(sorted(lines)), encoding="utf-8")
    with SortedLines(tmp_path / "old") as kept:
        kept.patched(tmp_path / "new", gone, come)
    assert (tmp_path / "new").read_text(encoding="utf-8") == "".join(sorted((lines - gone) | come))


def test_lines_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that begin so, at both ends of the file and of each stretch that is searched by itself."""
    rng = random.Random(2)
    lines = sorted({f"<{rng.randrange(400):04}> {'ä' * rng.randrange(9)}\n" for _ in range(600)}, key=str.encode)
    (tmp_path / "lines").write_text("".join(lines), encoding="utf-8")
    for block in (10, 300, 1 << 20):
        monkeypatch.setattr(patch, "_BLOCK", block)
        with SortedLines(tmp_path / "lines") as kept:
            for start in ("<", *(f"<{number:04}> " for number in range(-1, 402))):
                assert kept.stretch(start).decode() == "".join(line for line in lines if line.startswith(start))


def many(number: int, told: int) -> str:
    """A report of one of a few banks, firms and places, of which others tell, too."""
    bank, firm, town = f"Ostufer{told % 3} Bank", f"Solana{told % 7} Zement GmbH", ("Quarzhafen", "Lindau")[told % 2]
    return (
        f"Bericht {number}. Die {bank} finanziert die {firm} mit {told % 5 + 1} Mio. Euro. "
        f"Die {firm} liegt in der Stadt {town} und spart {2020 + told % 2} insgesamt {told % 4 + 1} MWh Strom. "
        f"Der Industriepark {town} liegt im Bezirk Nordhafen{told % 4}.\n" + (SAID[5] if told % 9 == 0 else "")
    )


def test_many_documents_added_edited_and_removed_at_once_give_what_a_clean_build_gives(
    tmp_path: Path, ways: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, store and violations; each change touches most of what these reports tell of."""
    monkeypatch.setattr(anew, "MOST_TOUCHED", 10)
    rng, folder, out = random.Random(4), tmp_path / "reports", tmp_path / "out"
    folder.mkdir()
    for number in range(24):
        (folder / f"{number}.txt").write_text(many(number, rng.randrange(99)), encoding="utf-8")
    build([folder], out)
    for step in range(2):
        for number in rng.sample(range(36), 10):
            path = folder / f"{number}.txt"
            if path.exists() and rng.random() < 0.5:
                path.unlink()
            else:
                path.write_text(many(number, rng.randrange(99)), encoding="utf-8")
        grown, alone = build([folder], out), tmp_path / f"clean{step}"
        shutil.copytree(out / FOLDER, alone / FOLDER, ignore=shutil.ignore_patterns(state.STATE))
        clean = build([folder], alone)
        assert content(grown.path) == content(clean.path)
        assert {*map(str, open_build(grown.path).store)} == {*map(str, open_build(clean.path).store)}
    assert ways == [True, True] and grown.violations, "there is something that the checks tell of"


def test_a_decision_makes_a_build_as_a_whole_and_the_next_ones_grow_with_it(ways: list[bool], few: Path) -> None:
    reports = few
    (reports / "new.txt").write_text(SAID[0] + SAID[1], encoding="utf-8")
    before = build([reports], Path("out"))
    banks = Key("FinancialInstitution", "Ostufer Bank"), Key("FinancialInstitution", "Westufer Bank")
    decided = Decision("same", banks[0], other=banks[1], author="Ada", date="2026-11-01")
    write_decisions(Path("decisions.tsv"), [decided])
    joined = build([reports], Path("out"))
    assert ways == [] and joined.counts["entities"] == before.counts["entities"] - 1
    (reports / "other.txt").write_text(SAID[2], encoding="utf-8")
    grown = build([reports], Path("out"))
    assert ways == [True] and content(grown.path) == content(build([reports], Path("clean")).path)


def test_other_words_or_rules_make_a_build_as_a_whole(
    ways: list[bool], few: Path, extracted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of which the versions tell: with another lexicon all is read anew, with other rules only put together anew."""
    reports = few
    build([reports], Path("out"))
    (reports / "new.txt").write_text(SAID[1], encoding="utf-8")
    versions = dict(run.build_versions())
    for changed, words, read in (("queries", run.reading_version(), 1), ("ontology", "other words", 99)):
        monkeypatch.setattr(run, "build_versions", lambda: versions | {changed: "other"})  # noqa: B023
        monkeypatch.setattr(run, "reading_version", lambda: words)  # noqa: B023
        extracted.clear()
        build([reports], Path("out"))
        assert ways == [] and len(extracted) == min(read, len(list(reports.iterdir())))


def test_a_file_changed_behind_its_time_and_size_is_seen(tmp_path: Path) -> None:
    path, kept = tmp_path / "a.txt", tmp_path / "seen"
    path.write_text("5 MWh", encoding="utf-8")
    long_ago = time.time_ns() - 10**12
    os.utime(path, ns=(long_ago, long_ago))
    first = Seen({})
    key = first.key(path)
    assert not first.now, "it was changed a moment ago, and may be again"
    told = path.stat()
    known = [told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino, told.st_dev, "known"]
    assert Seen({path.as_posix(): known}).key(path) == "known", "the file is not opened"
    path.write_text("7 MWh", encoding="utf-8")
    os.utime(path, ns=(long_ago, long_ago))
    assert Seen({path.as_posix(): known}).key(path) not in ("known", key)
    kept.write_text("damaged", encoding="utf-8")
    assert Seen.of(kept).before == {}


def test_two_processes_with_and_without_segments_give_the_same_bytes(reports: Path) -> None:
    one = build([reports], Path("one"), jobs=1)
    two = build([reports], Path("two"), jobs=2)
    shutil.rmtree(one.path)
    again = build([reports], Path("one"), jobs=2)
    assert content(again.path) == content(two.path)


def test_a_file_under_another_name_is_another_document(reports: Path, extracted: list[str]) -> None:
    build([reports], Path("out"))
    extracted.clear()
    first = min(reports.iterdir())
    first.rename(reports / f"renamed{first.suffix}")
    report = build([reports], Path("out"))
    assert extracted == ["renamed"]
    assert any(one["name"] == "renamed" for one in json.loads((report.path / MANIFEST).read_text())["inputs"])


def test_a_damaged_segment_is_made_anew(reports: Path, extracted: list[str]) -> None:
    first = build([reports], Path("out"))
    before = content(first.path)
    rng = random.Random(1)
    for path in sorted((Path("out") / FOLDER).rglob("*")):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[rng.randrange(len(data))] ^= 0xFF
            path.write_bytes(bytes(data[: rng.randrange(1, len(data) + 1)]))
    shutil.rmtree(first.path)
    extracted.clear()
    assert content(build([reports], Path("out")).path) == before
    assert len(extracted) == len(list(reports.iterdir()))


def test_a_segment_makes_nothing_but_values_of_this_package(tmp_path: Path) -> None:
    """Whoever can write into the folder cannot have code run."""
    import pickle
    import zlib

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path / 'run'}",)

    kept = Segments(tmp_path, "v")
    payload = zlib.compress(pickle.dumps(Evil()))
    path = kept._path("k")
    path.parent.mkdir(parents=True)
    path.write_bytes(hashlib.sha256(payload).digest() + payload)
    assert kept._load(Head("i", "n", "s", "de", "t", "k")) is None
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("number", "said"), [(28, "No space left on device"), (13, "Permission denied")])
def test_a_disk_that_takes_nothing_more_is_told(
    reports: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    first = build([reports], Path("out"))
    (reports / "new.txt").write_text("Die Ostufer Bank finanziert die Solana Zement GmbH.\n", encoding="utf-8")

    def refused(path: Path, data: bytes) -> int:
        raise OSError(number, said)

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(KgError, match=f"Cannot write to out.*{said}.*another folder with --out"):
        build([reports], Path("out"))
    assert open_build(Path("out")).path.name == first.id


def whole(root: Path) -> None:
    """The published build is whole: all its files are there, and its graph is the one that the manifest tells of."""
    opened = open_build(root)
    assert hashlib.sha256((opened.path / GRAPH).read_bytes()).hexdigest() == opened.manifest["graph_sha256"]
    assert len(opened.store) == opened.manifest["counts"]["quads"]
    assert list(opened.facts()) and opened.documents() and opened.report


def test_kill_at_random_moments_loses_and_corrupts_nothing(reports: Path) -> None:
    """A build is killed outright, again and again; what is published is always whole, and the last is a clean one."""
    rng = random.Random(KILLS)
    for path in sorted(reports.iterdir())[1:]:  # one document is enough to be killed at
        path.unlink()
    build([reports], Path("out"))
    command = [sys.executable, "-m", "kg", "build", "reports", "--out", "out", "--jobs", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    subprocess.run(command, check=False, capture_output=True, env=environment)
    usual = time.monotonic() - started + 2
    for round_ in range(KILLS):
        (reports / "changing.txt").write_text(
            f"Die Ostufer Bank {round_} finanziert die Solana Zement GmbH.\n", encoding="utf-8"
        )
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        ) as process:
            time.sleep(rng.uniform(0.2, usual))
            process.kill()
        whole(Path("out"))
    last = build([reports], Path("out"))
    assert content(last.path) == content(build([reports], Path("clean")).path)
    assert not list(Path("out").glob(".tmp-*")) and Path("out", CURRENT).resolve().name == last.id
