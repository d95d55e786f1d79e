"""The whole way: files in, a published build out; the same bytes each time, and never half a build."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fixtures_extraction import Report
from hypothesis import given, settings
from hypothesis import strategies as st

import kg.claims
from kg.check import Violation
from kg.claims import Extraction
from kg.documents import Document, Rejected
from kg.entities import BASE
from kg.errors import KgError
from kg.graph import GM
from kg.run import BuildReport, anew, build, steps
from kg.run.found import Violations
from kg.run.report import pretty
from kg.store import CURRENT, open_build

TEXTS = {
    "a.txt": "Die Ostufer Bank finanziert die Solana Zement GmbH.\n",
    "b.txt": "Die Solana Zement GmbH spart 2023 den Strom von 5 Megawattstunden.\n",
    "c d'\"e.txt": "Die Solana Zement GmbH liegt in der Stadt Quarzhafen. Sie wächst. "
    "Die Ostufer Bank finanziert die Solana Zement GmbH.\n",
}


def by_pattern(document: Document) -> Extraction:
    """Stands in for room 3: finds what TEXTS say."""
    report = Report(document.name, document.lang, document.text, document.source)
    keys = {
        name: report.entity(cls, name)
        for cls, name in (("Bank", "Ostufer Bank"), ("Enterprise", "Solana Zement GmbH"), ("City", "Quarzhafen"))
        if name in document.text
    }
    if "finanziert" in document.text:
        report.relation(keys["Ostufer Bank"], "finances", keys["Solana Zement GmbH"], "finanziert")
    if "liegt in" in document.text:
        report.relation(keys["Solana Zement GmbH"], "locatedIn", keys["Quarzhafen"], "liegt in")
    if "spart" in document.text:
        report.figure(keys["Solana Zement GmbH"], "electricitySaving", "5", "MWh", "5 Megawattstunden", period="2023")
    return Extraction(document, tuple(report.entities), tuple(report.relations), tuple(report.observations))


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three reports, read by the stand-in; the working directory is its parent."""
    monkeypatch.setattr(kg.claims, "extract", by_pattern, raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Path("reports")


def content(folder: Path) -> dict[str, bytes]:
    """All files of a build that must be the same each time: the store's own files are made anew from `graph.nq`."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def visible(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if not path.name.startswith("."))


def test_files_become_a_published_build(reports: Path) -> None:
    report = build([reports], Path("out"))
    assert report.counts["documents"] == 3 and report.counts["facts"] == 2 and report.counts["observations"] == 1
    opened = open_build(Path("out"))
    assert opened.path.name == report.id and opened.path == report.path.resolve()
    assert opened.store.query(
        f"ASK {{ <{BASE}ostufer-bank-financial-institution> <{GM}finances> <{BASE}solana-zement-enterprise> }}"
    )
    assert report.left_out == () and report.violations == ()


def test_the_same_inputs_give_the_same_bytes(reports: Path) -> None:
    paths = [reports / name for name in TEXTS]
    first, second = build(paths, Path("one")), build(paths[::-1], Path("two"))
    assert first.id == second.id
    assert content(first.path) == content(second.path)


def test_another_text_gives_another_build_and_keeps_the_old_one(reports: Path) -> None:
    first = build([reports], Path("out"))
    (reports / "a.txt").write_text("Die Ostufer Bank finanziert wieder die Solana Zement GmbH.\n", encoding="utf-8")
    second = build([reports], Path("out"))
    assert visible(Path("out")) == sorted([first.id, second.id, CURRENT])
    assert open_build(Path("out")).path.name == second.id
    assert open_build(first.path).manifest["id"] == first.id


def test_a_build_that_is_there_is_published_again_without_work(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build([reports], Path("out"))
    monkeypatch.setattr(kg.claims, "extract", None)
    assert build([reports], Path("out")) == first


def test_progress_is_told(reports: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    build([reports], Path("out"), progress=lambda *call: calls.append(call))
    assert ("extract", 3, 3) in calls and {step for step, _, _ in calls} >= {"read", "extract"}


def test_bad_files_are_left_out_with_a_reason_and_the_others_are_built(reports: Path) -> None:
    (reports / "empty.txt").write_bytes(b"")
    (reports / "binary.txt").write_bytes(bytes(range(256)) * 20)
    report = build([reports, Path("missing.txt")], Path("out"))
    assert report.counts["documents"] == 3
    assert {Path(rejected.source).name for rejected in report.left_out} == {"empty.txt", "binary.txt", "missing.txt"}
    assert all(rejected.reason for rejected in report.left_out)
    saved = json.loads((report.path / "report.json").read_text(encoding="utf-8"))
    assert len(saved["left_out"]) == 3
    assert "missing.txt" in report.summary()


def test_a_text_at_which_extraction_fails_is_left_out(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(document: Document) -> Extraction:
        if document.name == "a":
            raise ValueError("no such word")
        return by_pattern(document)

    monkeypatch.setattr(kg.claims, "extract", fails)
    (left,) = build([reports], Path("out")).left_out
    assert left.source.endswith("a.txt") and "no such word" in left.reason


def test_one_text_in_two_files_is_read_once(reports: Path) -> None:
    (reports / "z.txt").write_text(TEXTS["a.txt"], encoding="utf-8")
    report = build([reports], Path("out"))
    assert report.counts["documents"] == 3
    assert any("z.txt has the same text as" in note for note in report.notes)


def test_documents_without_a_fact_or_a_known_language_are_noted(reports: Path) -> None:
    (reports / "plain.txt").write_text(
        "Heute scheint die Sonne und morgen wird es auch wieder schön werden.\n", encoding="utf-8"
    )
    (reports / "other.txt").write_text("Тази сутрин в града беше много студено и валеше сняг.\n", encoding="utf-8")
    notes = build([reports], Path("out")).notes
    assert any("plain.txt: no fact" in note for note in notes)
    assert any("other.txt: its language" in note for note in notes)


@pytest.mark.parametrize("given", [[], ["missing.txt"], ["empty"]])
def test_nothing_to_read_is_an_error_that_says_why(reports: Path, given: list[str]) -> None:
    Path("empty").mkdir()
    with pytest.raises(KgError, match="Nothing to build"):
        build([Path(name) for name in given], Path("out"))
    assert visible(Path("out")) == []


def test_a_folder_that_cannot_be_written_is_an_error(reports: Path) -> None:
    Path("file").write_text("")
    with pytest.raises(KgError, match="--out"):
        build([reports], Path("file"))


def test_a_full_disk_publishes_nothing(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build([reports], Path("out"))
    (reports / "a.txt").unlink()

    def full(path: Path, parts: object) -> None:
        path.write_text("half a fi")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(anew, "MOST_TOUCHED", -1)  # it is to be made as a whole
    monkeypatch.setattr(steps, "put", full)
    with pytest.raises(KgError, match="No space left on device"):
        build([reports], Path("out"))
    assert visible(Path("out")) == sorted([first.id, CURRENT])
    assert not list(Path("out").glob(".tmp-*"))
    assert open_build(Path("out")).path.name == first.id


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_the_published_one(reports: Path, how: signal.Signals) -> None:
    """A process is stopped in the middle of writing; the next build cleans up and publishes."""
    first = build([reports], Path("out"))
    (reports / "a.txt").unlink()
    code = (
        "import time; from pathlib import Path; import kg.claims; from kg.run import anew, build, steps; "
        "import test_run\n"
        "anew.MOST_TOUCHED = -1\n"
        "kg.claims.extract = test_run.by_pattern\n"
        "def slow(nquads, folder):\n print('writing', flush=True); time.sleep(60)\n"
        "steps.write_store = slow\n"
        "build([Path('reports')], Path('out'))\n"
    )
    search = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          env=os.environ | {"PYTHONPATH": search}) as process:  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == "writing\n"
        process.send_signal(how)
        assert process.wait(30) != 0
    assert visible(Path("out")) == sorted([first.id, CURRENT])
    assert open_build(Path("out")).path.name == first.id
    second = build([reports], Path("out"))
    assert open_build(Path("out")).path.name == second.id != first.id
    assert not list(Path("out").glob(".tmp-*"))


def test_one_core_or_two_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real extraction, which the worker processes load for themselves."""
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()
    for name, text in TEXTS.items():
        (Path("reports") / name).write_text(text, encoding="utf-8")
    one, two = build([Path("reports")], Path("one"), jobs=1), build([Path("reports")], Path("two"), jobs=2)
    assert one.counts["documents"] == 3 and not one.left_out
    assert content(one.path) == content(two.path)


def test_a_script_that_its_workers_would_run_again_is_told_so(tmp_path: Path) -> None:
    """Instead of one broken process for each document."""
    (tmp_path / "reports").mkdir()
    for name in "abc":
        (tmp_path / "reports" / f"{name}.txt").write_text(TEXTS["a.txt"] + name, encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text("from pathlib import Path\nfrom kg import build\nbuild([Path('reports')], Path('out'), jobs=2)\n")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    ended = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode != 0 and "must do so under `if __name__" in ended.stderr
    assert not (tmp_path / "out" / CURRENT).exists()


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import time; from kg.run.pool import _pool\n"
        "if __name__ == '__main__':\n"
        " import os; pool = _pool(2)\n"
        " print(pool.submit(os.getpid).result(), flush=True); time.sleep(60)\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(code)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not _alive(worker):
            return
        time.sleep(0.1)
    pytest.fail("a worker outlived its parent by ten seconds")


def _alive(pid: int) -> bool:
    try:
        return not re.search(r"State:\s+Z", Path(f"/proc/{pid}/status").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_report_comes_back_from_its_file(reports: Path) -> None:
    report = build([reports], Path("out"))
    assert BuildReport.read(report.path) == report
    assert str(Path.cwd()) not in report.to_json(), "no path of this machine"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
@settings(max_examples=30, deadline=None)
def test_a_report_is_written_as_json_writes_it(value: object) -> None:
    assert pretty(value) == json.dumps(value, ensure_ascii=False, indent=1)


WRONG = st.builds(
    Violation,
    st.sampled_from(["violation", "warning"]),
    st.text(max_size=3),
    st.sampled_from(["urn:a", "urn:b", "urn:\u6c34", "urn:d"]),
    st.dictionaries(st.sampled_from(["en", "de"]), st.text(max_size=5)),
    st.text(max_size=5) | st.sampled_from(['\n "violations": []', "\n  },\n  {", '"', "\u2028"]),
    st.text(max_size=5),
)


@given(st.lists(WRONG, max_size=6), st.lists(WRONG, max_size=6), st.sets(st.sampled_from(["urn:a", "urn:\u6c34"])))
@settings(max_examples=60, deadline=None)
def test_what_was_found_goes_from_one_report_into_the_next(
    before: list[Violation], after: list[Violation], subjects: set[str]
) -> None:
    """As text, which is the text that JSON gives of the values, and in the order of a clean build."""

    def key(one: Violation) -> tuple[str, ...]:
        return one.severity, one.rule, one.subject, one.message, one.sentence

    was, found = (sorted(all_, key=key) for all_ in (before, [one for one in after if one.subject in subjects]))
    report = BuildReport("i", Path("p"), {}, (Rejected("s", '\n "violations": []'),), Violations.of(was, pretty), ())
    plain = json.dumps(json.loads(report.to_json()), ensure_ascii=False, indent=1) + "\n"
    assert report.to_json() == plain
    with TemporaryDirectory() as folder:
        (Path(folder) / "report.json").write_text(report.to_json(), encoding="utf-8")
        read = BuildReport.read(Path(folder)).violations
    paths = {one.document for one in was[:2]}
    assert read.within(paths) == {one.subject for one in was if one.document in paths}
    now = read.instead(subjects, Violations.of(found, pretty))
    expected = sorted([*(one for one in was if one.subject not in subjects), *found], key=key)
    assert read == was and now == expected and now.written() == Violations.of(expected, pretty).written()
