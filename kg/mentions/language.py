"""All that reading one language takes, compiled once a process: words, figures, how classes behave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from kg import ontology
from kg.acyclic import acyclic
from kg.mentions.lexicon import Lexicon, Sense
from kg.mentions.quantities import QuantityGrammar
from kg.ontology.files import toml


@lru_cache(maxsize=1)
def reading() -> Mapping[str, Any]:
    """`ontology/reading.toml`: what holds in any language."""
    return toml(ontology.ontology_dir() / "reading.toml")


@dataclass(frozen=True)
class Language:
    """The compiled knowledge of one language."""

    code: str
    lexicon: Lexicon
    grammar: QuantityGrammar
    legal_forms: re.Pattern[str]
    frames: tuple[Mapping[str, Any], ...]

    @cached_property
    def han(self) -> bool:
        """Whether it is written without spaces."""
        return self.lexicon.han

    @cached_property
    def noun_capitals(self) -> bool:
        """Whether every noun is written with a capital (German)."""
        return bool(self.lexicon.settings.get("nouns_are_capitalised"))


@lru_cache(maxsize=16)
@acyclic()
def language(code: str) -> Language:
    """The language with that code; it must have a lexicon (`ontology.load().languages`)."""
    known = ontology.load()
    raw = known.lexicon(code)
    lexicon = Lexicon(code, raw)
    for kind, listed in (("place", "places.tsv"), ("name", "actors.tsv")):
        for cls, spelling in _listed(listed, code):
            lexicon.add(spelling, Sense(kind, cls, spelling.lstrip("=")))
    common = reading()
    grammar = QuantityGrammar(
        raw["numbers"],
        _join(common["units"], raw["units"]),
        _join(common["substances"], raw["substances"]),
        lexicon.han,
        common["unknown"]["share_unit"],
    )
    forms = sorted(raw["language"].get("legal_forms", ()), key=len, reverse=True)
    edges = ("", "") if lexicon.han else (r"(?<!\w)", r"(?!\w|-[a-z])")
    legal = re.compile(edges[0] + "(?:" + "|".join(map(re.escape, forms)) + ")" + edges[1])
    return Language(code, lexicon, grammar, legal, tuple(raw.get("frames", ())))


def _join(a: Mapping[str, list[str]], b: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {code: [*a.get(code, ()), *b.get(code, ())] for code in (*a, *(c for c in b if c not in a))}


def _listed(name: str, code: str) -> list[tuple[str, str]]:
    """(class, spelling) of a list of names in one language; an empty cell is written as in the first language."""
    lines = (ontology.ontology_dir() / "lexicon" / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    header, found = rows[0], []
    column = header.index(code) if code in header else 1
    han = ontology.load().lexicon(code)["language"]["script"] == "han"
    for row in rows[1:]:
        written = row[column] if column < len(row) else ""
        cell = written or ("" if han else row[1])
        found += [(row[0], spelling) for spelling in cell.split("|") if spelling]
    return found
