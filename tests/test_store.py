"""Room 7: builds as folders that readers never see half written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from sample_build import sample_build

from kg.errors import KgError
from kg.store import CURRENT, open_build, publish, writing


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


def test_a_build_opens_by_its_root_or_its_own_folder(root: Path) -> None:
    build = open_build(root)
    assert open_build(build.path).path == build.path
    assert build.path.name == build.manifest["id"] == (root / CURRENT).readlink().name


def test_the_store_holds_the_lines_of_the_graph_file(root: Path) -> None:
    build = open_build(root)
    lines = (build.path / "graph.nq").read_text(encoding="utf-8").count("\n")
    assert len(build.store) == lines == build.manifest["counts"]["quads"]


def test_the_store_refuses_writing(root: Path) -> None:
    node = ox.NamedNode("urn:x")
    with pytest.raises((OSError, RuntimeError)):
        open_build(root).store.add(ox.Quad(node, node, node))


def test_rdflib_asks_the_same_store(root: Path) -> None:
    build = open_build(root)
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    (row,) = build.dataset().query(query)
    (same,) = build.store.query(query)
    assert int(row[0]) == int(same["n"].value) > 0  # type: ignore[index, arg-type]


def test_facts_and_documents_can_be_read(root: Path) -> None:
    build = open_build(root)
    documents = build.documents()
    assert {document["name"] for document in documents.values()} == {"mill-de", "mill-en", "mill-zh"}
    for fact in build.facts():
        text = documents[fact["document"]]["text"]
        assert text[fact["start"] : fact["end"]] == fact["quote"]


def test_a_missing_build_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="kg build"):
        open_build(tmp_path)


def test_a_damaged_store_is_told(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(KgError, match="run `kg build` again"):
        _ = open_build(folder).store
    with pytest.raises(KgError, match="run `kg build` again"):
        list(open_build(folder).facts())


def test_who_opened_a_build_keeps_it_when_another_is_published(root: Path) -> None:
    before = open_build(root)
    target = (root / CURRENT).readlink().name
    (root / "other").mkdir()
    publish(root, "other")
    assert len(before.store) > 0 and before.path.name == target
    publish(root, target)


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    """A second process is told, and is let in once the first is gone, even if that was killed."""
    code = (
        "import sys, time; from pathlib import Path; from kg.store import writing\n"
        f"with writing(Path({str(tmp_path)!r})):\n print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "in\n"
        with pytest.raises(KgError, match="Another build"), writing(tmp_path):
            pass
        other.kill()
    with writing(tmp_path):
        pass


def test_what_an_interrupted_build_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".tmp-dead" / "store").mkdir(parents=True)
    (tmp_path / ".tmp-current").symlink_to("nowhere")
    with writing(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KgError, match="--out"), writing(tmp_path / "file" / "build"):
        pass
