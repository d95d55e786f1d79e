"""A build from Python, with typed results.

>>> from kg import Graph
>>> graph = Graph.open(Path("build"))
>>> [entity.name for entity in graph.entities("GovernmentBody")]        # doctest: +SKIP
>>> graph.facts(predicate="finances")[0].evidence[0].sentence           # doctest: +SKIP
>>> graph.conflicts(), graph.gaps(), graph.diff(Graph.open(older))      # doctest: +SKIP
>>> graph.decide(graph.questions()[0].id, "different", author="Ada")    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import compare
from kg.ask import Table, ask, label
from kg.decisions import Decision, Verdict, read_decisions
from kg.ontology import load
from kg.review import Candidate, candidates, decide
from kg.store import Build, open_build

_FACTS = "relation", "observation"
"""Kinds of lines in the fact table that tell an accepted fact; what people rejected is no fact."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a fact is stated."""

    document: str
    """Path of the document, as it was given to the build."""
    start: int
    """Offsets in code points into the stored text."""
    end: int
    sentence: str
    page: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class Named:
    """An entity."""

    iri: str
    cls: str
    """Local name of its class."""
    name: str
    names: tuple[str, ...]
    """Every name that a document uses."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact: a relation of two entities, or a figure (`value` and `unit` are set)."""

    iri: str
    subject: str
    """IRI, as is `object`."""
    predicate: str
    """Local name of the relation, or code of the indicator."""
    object: str
    status: str
    belief: float
    sources: int
    value: float | None
    upper: float | None
    unit: str
    period: str
    evidence: tuple[Sentence, ...]


@dataclass(frozen=True)
class Graph:
    """One build, opened for reading; it stays what it is when another is published."""

    build: Build

    @classmethod
    def open(cls, path: Path | None = None) -> Graph:
        """The build in a folder, or the published one under it (default: `./build`); `KgError` where there is none."""
        return cls(open_build(path))

    def entities(self, cls: str = "") -> list[Named]:
        """All entities, or those of a class (local name) and its narrower ones, by IRI."""
        classes: dict[str, str] = {}
        names: dict[str, dict[str, None]] = {}
        for line in self.build.facts():
            if line["kind"] == "entity":
                classes[line["iri"]] = line["accepted_class"]
                names.setdefault(line["iri"], {}).update(dict.fromkeys(line["names"]))
        wanted = set(load().descendants(cls)) if cls else set(classes.values())
        return [
            Named(iri, kind, next(iter(names[iri]), iri), tuple(names[iri]))
            for iri, kind in sorted(classes.items())
            if kind in wanted
        ]

    def facts(self, subject: str = "", predicate: str = "", least: float = 0.0) -> list[Stated]:
        """Facts and figures by IRI; those of a subject (IRI), of a predicate or indicator, of at least some belief."""
        paths = {one["id"]: one["source"] for one in self.build.manifest["inputs"]}
        lines: dict[str, list[dict[str, Any]]] = {}
        for line in self.build.facts():
            if line["kind"] not in _FACTS or line["belief"] < least or subject not in ("", line["subject"]):
                continue
            if predicate in ("", line.get("predicate", line.get("indicator"))):
                lines.setdefault(line["iri"], []).append(line)
        return [_stated(lines[iri], paths) for iri in sorted(lines)]

    def ask(self, query: str, params: Mapping[str, str] | None = None, lang: str = "en") -> Table:
        """What a query of the library finds, by its name."""
        return ask(self.build, query, params or {}, lang)

    def conflicts(self, lang: str = "en") -> list[compare.Conflict]:
        """Where sources contradict each other."""
        return compare.conflicts(self.build, lang)

    def gaps(self, lang: str = "en", cls: str = "") -> list[compare.Gap]:
        """What no report tells."""
        return compare.gaps(self.build, lang, cls)

    def history(self, about: str = "", indicator: str = "", lang: str = "en") -> Table:
        """How figures developed, from plan to result and from year to year; of a thing, an indicator (name or IRI)."""
        given = {"about": about, "indicator": indicator}
        return self.ask("history", {name: value for name, value in given.items() if value}, lang)

    def questions(self, decisions: Path | None = None) -> list[Candidate]:
        """What waits for a person's decision, the most used first.

        What was decided stands in the file `decisions` (default: `decisions.tsv` beside the folder of builds).
        """
        return candidates(self.build, read_decisions(decisions or self._decisions()))

    def decide(
        self,
        what: str,
        verdict: Verdict,
        *,
        author: str,
        comment: str = "",
        other: str = "",
        name: str = "",
        language: str = "",
        corrections: Mapping[str, str] | None = None,
        decisions: Path | None = None,
    ) -> Decision:
        """Write an answer to a question (its `id`), or on a fact's IRI or a thing's name, into the file of decisions.

        Every later `build` with that file carries it out. `KgError` where the answer does not fit the question.
        """
        return decide(
            self.build, decisions or self._decisions(), what, verdict, author=author, comment=comment, other=other,
            name=name, language=language, corrections=corrections,
        )  # fmt: skip

    def name(self, iri: str, lang: str = "en") -> str:
        """What a thing, or a term of the ontology, is called in a language, or else in any."""
        return label(self.build, iri, lang)

    def _decisions(self) -> Path:
        return self.build.path.parent.parent / "decisions.tsv"

    def diff(self, before: Graph) -> compare.Difference:
        """What has changed since another build."""
        return compare.diff(before.build, self.build)


def _stated(lines: list[dict[str, Any]], paths: Mapping[str, str]) -> Stated:
    first = lines[0]
    figure = first["kind"] == "observation"
    evidence = tuple(
        Sentence(paths[line["document"]], one["start"], one["end"], one["quote"], one["page"], one["rule"])
        for line in lines
        for one in line["evidence"]
    )
    return Stated(
        iri=first["iri"],
        subject=first["subject"],
        predicate=first["indicator"] if figure else first["predicate"],
        object="" if figure else first["object"],
        status=first["status"],
        belief=first["belief"],
        sources=first["sources"],
        value=float(first["value"]) if figure else None,
        upper=float(first["max"]) if figure and first["max"] is not None else None,
        unit=first["unit"] if figure else "",
        period=first["period"] or "" if figure else "",
        evidence=evidence,
    )
