"""The tree tells the story: rooms in the order of the data, small modules, and no word of the domain in Python."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import kg
from kg.cli import main
from kg.ontology import load

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "kg").rglob("*.py"))
ANYWHERE = {"errors", "acyclic"}
"""May be imported by every room: they import none."""

EVIDENCE = {"Document", "Passage", "Claim", "Fact", "Evidence", "Observation", "DerivedValue"}
"""Classes that the software itself is about: the rooms that write and read the graph name them."""

MODEL = {"Entity", "Indicator", "Unit", "Dimension", "Status", "Substance", "Factor", "Role"}
"""What any ontology of this shape is made of: what these are, and which there are, stands in ontology/."""

ALSO_WORDS_OF_PROGRAMMING = {
    "kg": "the name of the package and the command",
    "count": "a number of things",
    "other": "anything else",
    "person": "a kind of mention",
    "year": "a part of a date",
    "month": "a part of a date",
    "day": "a part of a date",
}
"""Names of the ontology that mean something else in Python."""


def id_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def rooms() -> list[str]:
    """The rooms as the package's docstring lists them."""
    return re.findall(r"^ {4}(?:[ \d]\d| {2}) {2}(\w+) ", kg.__doc__ or "", re.MULTILINE)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "kg":
            names = [f"kg.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{id_of(path)}, line {node.lineno}: a relative import hides which room is meant"
            names = [node.module or ""]
        else:
            continue
        yield from ((name.split(".")[1], node.lineno) for name in names if name.startswith("kg."))


# The order of the rooms


def test_the_docstring_lists_every_room_and_no_other() -> None:
    there = {room_of(path) for path in MODULES} - {"__init__", "__main__"} - ANYWHERE
    assert sorted(rooms()) == sorted(there)


@pytest.mark.parametrize("path", MODULES, ids=id_of)
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    room, order = room_of(path), rooms()
    if room in ("__init__", "__main__"):
        return
    allowed = ANYWHERE if room in ANYWHERE else ANYWHERE | set(order[: order.index(room) + 1])
    wrong = [f"line {line}: {name}" for name, line in imported_rooms(path) if name not in allowed]
    assert not wrong, f"{room} imports rooms that come after it: {wrong}"


def test_the_readme_lists_the_rooms_and_verbs_in_the_same_order() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `kg/(\w+?)(?:\.py|/)` ", readme, re.MULTILINE) == rooms()
    verbs = re.findall(r"^\| `kg (\w+)", readme, re.MULTILINE)
    assert verbs == list(main.commands)
    assert re.findall(r"^    kg (\w+)", kg_cli_docstring(), re.MULTILINE) == verbs


def kg_cli_docstring() -> str:
    return ast.get_docstring(tree(ROOT / "kg" / "cli" / "__init__.py"), clean=False) or ""


def test_the_public_names_are_these() -> None:
    """Whoever writes `from kg import …` relies on them."""
    assert kg.__all__ == ["Graph", "build", "extract", "open_build", "read"]
    assert all(callable(getattr(kg, name)) for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'bild'"):
        _ = kg.bild


# Size


@pytest.mark.parametrize("path", MODULES, ids=id_of)
def test_a_module_is_under_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 300


def test_nothing_is_called_utils() -> None:
    assert [id_of(path) for path in MODULES if re.search("util|helper|misc|common", path.stem)] == []


# No domain in Python


def strings(path: Path) -> Iterator[tuple[str, int]]:
    """The string literals of a module that are no docstrings."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value, node.lineno


@cache
def names_of_the_domain() -> frozenset[str]:
    ontology = load()
    relations = {name for name, term in ontology.relations.items() if term.relation}
    names = {*ontology.classes, *relations, *ontology.indicators, *ontology.units, *ontology.substances}
    names = {name for name in names if len(name) > 1}  # letters have many meanings
    return frozenset(names - EVIDENCE - MODEL - set(ALSO_WORDS_OF_PROGRAMMING))


@pytest.mark.parametrize("path", MODULES, ids=id_of)
def test_python_names_no_class_relation_indicator_or_unit(path: Path) -> None:
    found = []
    for text, line in strings(path):
        said = {text.strip(), *re.findall(r"\b(?:gm|ind|unit|substance):(\w+)", text)}
        found += [f"line {line}: {name}" for name in sorted(said & names_of_the_domain())]
    assert not found, f"these stand in ontology/, not in Python: {found}"


@cache
def german_words() -> frozenset[str]:
    """Words of the German labels of terms that are no English words of them."""
    terms = load().terms.values()

    def words(lang: str) -> set[str]:
        said = [text for term in terms for text in (term.labels.get(lang, ""), *term.alternatives.get(lang, ()))]
        return {word for text in said for word in re.findall(r"\w{5,}", text)}

    english = {word.casefold() for word in words("en")}
    return frozenset(word for word in words("de") if word.casefold() not in english)


@pytest.mark.parametrize("path", MODULES, ids=id_of)
def test_python_holds_no_german_or_chinese(path: Path) -> None:
    found = []
    for text, line in strings(path):
        words = re.sub(r"\[[^\]]*\]", "", text)  # the characters of a regular expression's class are no words
        foreign = len(text) > 1 and re.search("[\u3400-\u9fffäöüÄÖÜß]", words)
        if foreign or set(re.findall(r"\w+", text)) & german_words():
            found.append(f"line {line}: {text[:40]}")
    assert not found, f"words of a language stand in ontology/lexicon/: {found}"


# What must not stand anywhere


@cache
def tracked() -> list[Path]:
    """The files of the repository; without git (an unpacked archive), all but what is generated."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    generated = {".venv", "build", "dist", "__pycache__"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(part in generated or part.startswith(".") for part in path.parts)
    ]


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "/" + "simple/"]
    places = [rf"(?<![\w.~])/{name}/\w" for name in ("work", "root", "home", "Users", "opt/wheels")]
    options = ["--" + "index-url", "--" + "extra-index-url", "--" + "find-links /", "--" + "trusted-host "]
    pattern = re.compile("|".join([*map(re.escape, hosts), *places, *map(re.escape, options)]))
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{id_of(path)}: {match.group()}" for match in pattern.finditer(text)]
    assert not found


def test_no_file_is_a_bundle() -> None:
    """A picture may be large, and what was learned from texts larger than what people write; nothing else is."""
    learned = "weights.tsv"
    sizes = {path: path.stat().st_size for path in tracked() if path.suffix != ".png"}
    assert not [id_of(path) for path, size in sizes.items() if size > 400_000 and path.name != learned]
    assert not [id_of(path) for path, size in sizes.items() if size > 2_400_000]


def test_every_library_that_is_imported_is_declared_and_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    normal = re.compile("[-_.]+")

    def declared(requirements: list[str]) -> set[str]:
        return {normal.sub("-", re.split(r"[^\w.-]", one)[0]).lower() for one in requirements}

    needed = declared(project["dependencies"])
    imported = {
        name.split(".")[0]
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    distribution = {"pyhornedowl": "py-horned-owl", "pydantic_ai": "pydantic-ai-slim", "docx": "python-docx"}
    used = {normal.sub("-", distribution.get(n, n)).lower() for n in imported - set(sys.stdlib_module_names) - {"kg"}}
    optional = declared([one for extra in ("llm", "mcp") for one in project["optional-dependencies"][extra]])
    assert used <= needed | optional, f"not in pyproject.toml: {used - needed - optional}"
    assert needed <= used, f"in pyproject.toml, and imported nowhere: {needed - used}"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {normal.sub("-", name).lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    everything = needed | declared([one for extra in project["optional-dependencies"].values() for one in extra])
    assert everything <= locked, f"run `make lock`; not in requirements.lock: {everything - locked}"


def test_every_help_page_has_an_example() -> None:
    for name, verb in main.commands.items():
        with click.Context(verb, info_name=f"kg {name}", parent=click.Context(main, info_name="kg")) as context:
            assert f"  kg {name}" in verb.get_help(context).partition("Example:")[2], name
