"""The query library: SPARQL files that describe themselves, and the places of their parameters."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.ontology import queries_dir

_HEADER = re.compile(r"#\+\s*(?P<key>[a-z]+)(?:@(?P<lang>[a-z]{2,3}))?\s*:\s*(?P<value>\S.*?)\s*$")
_TYPE = re.compile(r"entity(:[A-Z]\w*)?|class|text|integer|[a-z][A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a query: its variable, the kind of thing it takes, and whether it must be given."""

    name: str
    type: str
    """`entity`, `entity:Class`, `class`, `text`, `integer`, or a class's name with a small initial."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """One `.rq` file, with what its header says."""

    name: str
    summary: dict[str, str]
    params: tuple[Param, ...]
    example: str
    text: str
    path: Path
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Column heads by language, in the order of the SELECT clause."""

    def bound(self, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
        """The SPARQL text with the given terms in the place of the parameters."""
        text = self.text
        for param in self.params:
            term = terms.get(param.name)
            values = "" if term is None else f"VALUES ?{param.name} {{ {term} }}"
            text = values.join(_slot(param.name).split(text))
        return text


def _slot(name: str) -> re.Pattern[str]:
    return re.compile(rf"\bVALUES\s+[?$]{re.escape(name)}\s*\{{\s*UNDEF\s*\}}", re.IGNORECASE)


def library(folder: Path | None = None) -> dict[str, Query]:
    """The queries by name: those that come with the system, then those in $KG_QUERIES, then those in `folder`.

    A later folder replaces queries of the same name.
    """
    folders = [queries_dir() / "trace"]
    for own in (Path(os.environ["KG_QUERIES"]) if os.environ.get("KG_QUERIES") else None, folder):
        if own is not None and not own.is_dir():
            raise KgError(f"There is no folder of queries at {own}. Give a folder that holds .rq files.")
        folders += [own] if own is not None else []
    return {path.stem: read_query(path) for place in folders for path in sorted(place.glob("*.rq"))}


def read_query(path: Path) -> Query:
    """One query file; a header that cannot be understood is told with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: the query cannot be read ({error}). It must be a UTF-8 text file.") from error
    by_lang: dict[str, dict[str, str]] = {"summary": {}, "columns": {}}
    params: dict[str, Param] = {}
    example = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        where = f"{path}, line {number}"
        match = _HEADER.match(line)
        key, lang, value = match.group("key", "lang", "value") if match else ("", None, "")
        if key in by_lang and lang:
            by_lang[key][lang] = value
        elif key == "param" and not lang:
            param = _param(value, where, text)
            if param.name in params:
                raise KgError(f"{where}: the parameter {param.name} is declared twice.")
            params[param.name] = param
        elif key == "example" and not lang:
            example = value
        else:
            raise KgError(
                f"{where}: the header line {line!r} is not understood. Write '#+ summary@en: words', "
                "'#+ columns@en: one | two', '#+ param: name type [optional]' or '#+ example: kg ask …'."
            )
    if not by_lang["summary"]:
        raise KgError(f"{path}, line 1: the query has no summary. Add '#+ summary@en: what it answers'.")
    heads = {lang: tuple(one.strip() for one in value.split("|")) for lang, value in by_lang["columns"].items()}
    return Query(path.stem, by_lang["summary"], tuple(params.values()), example, text, path, heads)


def _param(value: str, where: str, text: str) -> Param:
    words = value.split()
    good = len(words) in (2, 3) and words[0].isidentifier() and words[2:] in ([], ["optional"])
    if not good or not _TYPE.fullmatch(words[1]):
        raise KgError(
            f"{where}: the parameter {value!r} is not understood. Write 'name type [optional]', where type is entity, "
            "entity:Class, class, text, integer, or the name of a class with a small initial, such as status."
        )
    if not _slot(words[0]).search(text):
        raise KgError(
            f"{where}: the query has no place for the parameter {words[0]}. "
            f"Write 'VALUES ?{words[0]} {{ UNDEF }}' where it is to be bound."
        )
    return Param(words[0], words[1], len(words) == 2)
