"""The command line: each verb does its work, says what it did, and tells by its exit status how it went.

Most verbs run inside the test process, which spares the start of one; what hangs on the process itself has its own.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from conftest import ROOT, Kg

from kg.ask import library
from kg.cli import main
from kg.ontology import load
from kg.publish import DATA_FORMATS, ONTOLOGY_FORMATS, export_drawing, export_ontology

QUERIES = sorted(library())


def words_of(example: str) -> list[str]:
    return shlex.split(example)


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Kg:
    """The command line, called like the fixture `kg`, without a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> Any:
        with monkeypatch.context() as patch:
            patch.chdir(cwd or Path.cwd())
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            result = CliRunner().invoke(main, [str(one) for one in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)

    return run


# Build


def test_build_tells_what_it_made(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Quarry Cement GmbH received a green loan from Ostufer Bank.\n", encoding="utf-8")
    made = kg("build", "a.txt", cwd=tmp_path)
    assert made.returncode == 0 and made.stdout.startswith("1 documents -> ")
    assert (tmp_path / "build" / "current" / "facts.jsonl").is_file(), "./build is where it goes"
    assert made.stderr == "", "no progress where nobody watches"


def test_build_as_json(verb: Kg, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Quarry Cement GmbH received a green loan from Ostufer Bank.\n", encoding="utf-8")
    made = json.loads(verb("build", "a.txt", "--json", "--out", "out", "--jobs", "1", cwd=tmp_path).stdout)
    assert made["counts"]["documents"] == 1 and (tmp_path / made["path"] / "manifest.json").is_file()


def test_build_needs_to_be_told_what(verb: Kg) -> None:
    told = verb("build")
    assert told.returncode == 2 and "PATH" in told.stderr


# Ask


def test_ask_lists_the_library_in_the_language_asked_for(verb: Kg) -> None:
    english, chinese = verb("ask").stdout, verb("ask", "--lang", "zh").stdout
    for name, query in library().items():
        assert re.search(rf"^{name} +{re.escape(query.summary['en'])}$", english, re.MULTILINE)
        assert query.summary["zh"] in chinese
    assert {one["name"] for one in json.loads(verb("ask", "--json").stdout)} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_help_of_a_query_shows_its_parameters_and_example(name: str) -> None:
    query = library()[name]
    shown = " ".join(CliRunner().invoke(main, ["ask", name, "--help"]).output.split())
    assert query.example in shown and query.summary["en"] in shown
    assert all(f"--{param.name}" in shown for param in query.params)


@pytest.mark.parametrize("name", QUERIES)
def test_the_example_of_each_query_can_be_typed(name: str, verb: Kg, examples_build: Path) -> None:
    """Its options are known; an entity that the examples do not name is told with what to do."""
    command, named, *arguments = words_of(library()[name].example)
    assert (command, named) == ("kg", "ask")
    answered = verb("ask", "--build", examples_build, *arguments)
    unknown = answered.returncode == 2 and "kg: " in answered.stderr and "Usage" not in answered.stderr
    assert answered.returncode == 0 or unknown, answered.stderr


def test_an_answer_as_table_csv_and_json(verb: Kg, examples_build: Path) -> None:
    def ask(*options: str) -> str:
        answered = verb("ask", "recipients", "--build", examples_build, *options)
        assert answered.returncode == 0, answered.stderr
        return answered.stdout

    rows = json.loads(ask("--json"))
    assert rows == json.loads(ask("--format", "json"))
    assert rows, "the examples tell of recipients"
    listed = list(csv.DictReader(io.StringIO(ask("--format", "csv"))))
    assert [row["recipient"] for row in listed] == [row["recipient"] for row in rows]
    assert rows[0]["recipient"].split()[0] in ask()


def test_the_options_of_ask_may_stand_before_the_query(verb: Kg, examples_build: Path) -> None:
    before = verb("ask", "--build", examples_build, "--json", "recipients")
    assert before.stdout == verb("ask", "recipients", "--build", examples_build, "--format", "json").stdout


def test_labels_in_another_language(verb: Kg, examples_build: Path) -> None:
    answers = {
        lang: verb("ask", "recipients", "--build", examples_build, "--lang", lang).stdout for lang in ("de", "zh")
    }
    heads = library()["recipients"].headings
    assert all(heads[lang][0] in answers[lang] for lang in answers)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["recipiants"], "Did you mean recipients?"),
        (["recipients", "--recipent", "x"], "--recipient"),
        (["money-chain"], "needs the parameter enterprise"),
        (["money-chain", "--enterprise", "Fuhuang Buildng Materials"], "Fuhuang Building Materials"),
        (["recipients", "--lang", "xx"], "Languages: de, en, fr, zh"),
        (["recipients", "--format", "pdf"], "'table', 'csv', 'json'"),
    ],
)
def test_what_is_mistyped_is_told_with_what_is_meant(
    arguments: list[str], said: str, verb: Kg, examples_build: Path
) -> None:
    answered = verb("ask", "--build", examples_build, *arguments)
    assert answered.returncode == 2 and said in answered.stderr and answered.stdout == ""


def test_an_empty_answer_is_said_aloud(verb: Kg, examples_build: Path) -> None:
    answered = verb("ask", "sentences", "--words", "no report holds this", "--build", examples_build, "--json")
    assert (answered.returncode, json.loads(answered.stdout), answered.stderr) == (0, [], "Nothing found.\n")


@pytest.mark.parametrize("words", [["ask", "recipients"], ["view"], ["check"], ["serve"], ["evaluate", "."]])
def test_without_a_build_people_are_told_to_make_one(words: list[str], verb: Kg, tmp_path: Path) -> None:
    told = verb(*words, cwd=tmp_path)
    assert told.returncode == 2 and "kg build" in told.stderr and "Traceback" not in told.stderr


# Serve, view, export, check, evaluate


def test_serve_prints_its_address_and_answers(examples_build: Path) -> None:
    command = [sys.executable, "-m", "kg", "serve", "--build", examples_build, "--port", "0", "--workers", "2"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as run:
        try:
            assert run.stdout is not None
            address = re.search(r"http://127\.0\.0\.1:\d+/", run.stdout.readline())
            assert address
            with httpx.Client(base_url=address[0], timeout=30, trust_env=False) as client:
                found = client.get(
                    "/sparql", params={"query": "ASK { ?s ?p ?o }"}, headers={"Accept": "application/json"}
                )
                assert found.json()["boolean"] is True
                assert client.get("/").status_code == 200
        finally:
            run.send_signal(signal.SIGINT)
        assert run.wait(30) == 0


def test_serve_tells_when_the_port_is_taken(kg: Kg, examples_build: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = kg("serve", "--build", examples_build, "--port", str(taken.getsockname()[1]))
    assert told.returncode == 2 and "--port" in told.stderr


def test_view_writes_a_page(verb: Kg, examples_build: Path, tmp_path: Path) -> None:
    made = verb("view", "--build", examples_build, "-o", "g.html", cwd=tmp_path)
    assert made.returncode == 0 and "<html" in (tmp_path / "g.html").read_text(encoding="utf-8")
    around = verb("view", "--build", examples_build, "--around", "Jianqiao Park", "-o", "park.html", cwd=tmp_path)
    assert around.returncode == 0, around.stderr
    assert (tmp_path / "park.html").stat().st_size < (tmp_path / "g.html").stat().st_size


def test_view_of_a_query_takes_its_parameters(verb: Kg, examples_build: Path, tmp_path: Path) -> None:
    wanted = ("--query", "money-chain", "--param", "enterprise=Fuhuang Building Materials")
    made = verb("view", "--build", examples_build, *wanted, "-o", "chain.html", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    both = verb("view", "--build", examples_build, *wanted, "--around", "Jianqiao Park", cwd=tmp_path)
    assert both.returncode == 2 and "not both" in both.stderr


@pytest.mark.parametrize("fmt", ONTOLOGY_FORMATS)
def test_export_of_the_ontology(fmt: str, verb: Kg, tmp_path: Path) -> None:
    made = verb("export", "ontology", "--format", fmt, "-o", "o", cwd=tmp_path)
    assert made.returncode == 0 and made.stdout == ""
    assert (tmp_path / "o").read_bytes() == export_ontology(fmt)


def test_export_goes_to_standard_output_where_no_file_is_named(verb: Kg) -> None:
    """A format of every kind of library that writes; a drawing of one module."""
    for fmt in ("nt", "ofn", "skos"):
        assert verb("export", "ontology", "--format", fmt).stdout.encode() == export_ontology(fmt)
    shown = verb("export", "ontology", "--format", "svg", "--module", "actors", "--lang", "zh").stdout
    assert shown.encode() == export_drawing("svg", "actors", "zh")


@pytest.mark.parametrize("fmt", DATA_FORMATS)
def test_export_of_the_data(fmt: str, verb: Kg, examples_build: Path, tmp_path: Path) -> None:
    made = verb("export", "data", "--format", fmt, "-o", tmp_path / "d", "--build", examples_build)
    assert made.returncode == 0 and (tmp_path / "d").stat().st_size > 1000


def test_the_fact_table_is_that_of_the_build(verb: Kg, examples_build: Path, tmp_path: Path) -> None:
    verb("export", "data", "--format", "jsonl", "-o", "facts.jsonl", "--build", examples_build, cwd=tmp_path)
    assert (tmp_path / "facts.jsonl").read_bytes() == (examples_build / "current" / "facts.jsonl").read_bytes()


def test_help_of_export_names_every_format(verb: Kg) -> None:
    shown = verb("export", "--help").stdout
    assert all(re.search(rf"\b{fmt}\b", shown) for fmt in (*ONTOLOGY_FORMATS, *DATA_FORMATS))


def test_check_tells_by_its_status_whether_anything_is_wrong(verb: Kg, examples_build: Path) -> None:
    found = json.loads(verb("check", "--build", examples_build, "--json").stdout)
    wrong = any(one["severity"] == "violation" for one in found)
    told = verb("check", "--build", examples_build)
    assert told.returncode == int(wrong)
    assert len(found) == 0 or found[0]["message"] in told.stdout


def test_check_with_the_reasoner(verb: Kg, examples_build: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("HermiT needs Java: apt-get install default-jre-headless")
    assert "HermiT: the ontology is consistent" in verb("check", "--build", examples_build, "--reason").stdout


def test_without_java_the_reasoner_says_how_to_get_it(verb: Kg, examples_build: Path) -> None:
    told = verb("check", "--build", examples_build, "--reason", env={"PATH": "/nowhere"})
    assert told.returncode == 2 and "default-jre-headless" in told.stderr


def test_evaluate_prints_precision_recall_and_f1(verb: Kg, examples_build: Path, tmp_path: Path) -> None:
    gold = {"lang": "en", "entities": [], "observations": [], "relations": []}
    (tmp_path / "en-park.json").write_text(json.dumps(gold), encoding="utf-8")
    told = verb("evaluate", tmp_path, "--build", examples_build)
    assert told.returncode == 0 and re.search(r"^en +P +R +F1 +gold$", told.stdout, re.MULTILINE)
    scores = json.loads(verb("evaluate", tmp_path, "--build", examples_build, "--json").stdout)["scores"]
    assert set(scores) == {"en", "all"} and scores["all"]["quantity"]["gold"] == 0


def test_evaluate_without_annotated_texts_says_so(verb: Kg, examples_build: Path, tmp_path: Path) -> None:
    told = verb("evaluate", tmp_path, "--build", examples_build)
    assert told.returncode == 2 and "no annotated texts" in told.stderr


# All of it


def test_help_and_version(kg: Kg) -> None:
    assert "Usage" in kg("--help").stdout
    assert re.fullmatch(r"kg, version \d+\.\d+\.\d+\n", kg("--version").stdout)


def test_the_command_line_loads_no_heavy_library() -> None:
    code = "import sys, kg, kg.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    heavy = {"rdflib", "pyoxigraph", "networkx", "owlready2", "pyvis", "lxml", "rich", "granian", "jinja2"}
    assert not heavy & set(loaded.split())


def test_ontology_and_command_line_agree_on_languages() -> None:
    """Whoever adds a lexicon can ask in its language."""
    assert set(load().languages) >= {"de", "en", "fr", "zh"}
