"""The front end: page templates, one style sheet, one script, and the pages' own words in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kg.ontology import load
from kg.serve.reply import Problem, Reply

HERE = Path(__file__).parent
STATIC = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}


@cache
def words() -> dict[str, dict[str, str]]:
    """The pages' own words by language; a word that a language lacks is the first language's."""
    read: dict[str, dict[str, str]] = tomllib.loads((HERE / "words.toml").read_text("utf-8"))
    first = read[next(iter(read))]
    return {lang: {**first, **own} for lang, own in read.items()}


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that pages can be had in, the default first."""
    return tuple(words())


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """A page as UTF-8; everything put into it is escaped by the template engine."""
    return _environment().get_template(template).render(values).encode("utf-8", "replace")


@cache
def colours() -> str:
    """A rule for each class of the ontology: the strict policy of pages allows no style in the markup."""
    ontology = load()
    return "".join(f".c-{name} {{ --kind: {ontology.style(name).color}; }}\n" for name in ontology.classes)


@cache
def static(name: str) -> Reply:
    """A file of the front end; the colours of classes come from the ontology."""
    if name == "classes.css":
        return Reply(200, STATIC["page.css"], colours().encode())
    if name not in STATIC:
        raise Problem(404, "not-found", f"There is no file {name!r}.")
    return Reply(200, STATIC[name], (HERE / name).read_bytes())


def warm() -> None:
    """Read and compile everything once, before processes are forked."""
    for path in sorted(HERE.glob("*.jinja")):
        _environment().get_template(path.name)
    words()
