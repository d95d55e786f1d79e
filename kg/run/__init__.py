"""Runs the steps one after another: files in, a published build out.

>>> report = build([Path("examples")], Path("build"))
>>> print(report.summary())

The same files, code, ontology and queries give the same bytes, on one core or many, in whatever order the files come,
and whatever was built before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.claims import Extraction
from kg.decisions import read_decisions, to_lines
from kg.documents import Document, Rejected
from kg.entities import BASE
from kg.errors import KgError
from kg.ontology import load
from kg.run import state
from kg.run.given import Given, all_of
from kg.run.pool import Progress
from kg.run.reading import Reading
from kg.run.report import BuildReport
from kg.run.segments import Head, Segments, unique
from kg.run.steps import make
from kg.run.versions import build_versions, identity, reading_version
from kg.store import MANIFEST, publish, writing

if TYPE_CHECKING:
    from kg.claims.model_reader import Endpoint
    from kg.run.second import SecondReader

__all__ = ["BuildReport", "Progress", "build", "build_extractions", "decisions_of"]


def build(
    paths: Sequence[Path],
    out: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    base: str = BASE,
    model: Endpoint | None = None,
    decisions: Path | None = None,
) -> BuildReport:
    """Read files and folders, and publish what they say as a build under `out`.

    A file that cannot be read is left out and named in the report. `KgError` where none can be read, or `out` not be
    written. If the same build is there already, it is published as it is. With `model`, a language model reads too.
    What people decided stands in the file `decisions` (without one: `decisions.tsv` beside the folder of builds).
    """
    decided = read_decisions(decisions_of(out) if decisions is None else decisions)
    with writing(out):
        segments = Segments(out, reading_version())
        found = segments.read(paths, progress)
        heads, left_out, notes = unique(found)
        if not heads:
            raise KgError("Nothing to build: " + _reasons(left_out, paths))
        versions = {**build_versions(), "decisions": identity(*to_lines(decided.all))}
        second = _second(segments.documents(heads), model, out, progress) if model else None
        inputs = [head.identity for head in heads]
        # a file that is left out adds no fact, but the report names it, and the report is part of the build
        inputs += [f"{r.source} {r.reason}" for r in left_out] + notes + ([second.identity] if second else [])
        build_id = identity(*inputs, *versions.values(), base)
        if (out / build_id / MANIFEST).is_file():
            publish(out, build_id)
            return BuildReport.read(out / build_id)
        reading = Reading(segments, heads, jobs, progress, second)
        shared = identity(*versions.values(), base)
        before = None if second else state.load(segments.root, shared)
        documents = reading.documents(before)
        left_out += reading.left_out
        if not documents:
            raise KgError("Nothing to build: " + _reasons(left_out, paths))
        segments.keep(one for one in found if isinstance(one, Head))
        given = Given(
            build_id,
            documents,
            reading.load,
            left_out=left_out,
            notes=[*notes, *_notes(documents)],
            versions=versions,
            base=base,
            reader=second.report() if second else {},
            decisions=decided,
            before=before,
        )
        report, left = make(given, out)
        if left is not None and second is None:
            state.save(segments.root, shared, left, before)
        return report


def decisions_of(out: Path) -> Path:
    """Where people's decisions stand unless another file is given: beside the folder of builds."""
    return out.absolute().parent / "decisions.tsv"


def _second(documents: Sequence[Document], model: Endpoint, out: Path, progress: Progress | None) -> SecondReader:
    from kg.run.second import SecondReader  # a build without a model must not even load what could ask one

    return SecondReader(documents, model, out, progress)


def build_extractions(
    extractions: Iterable[Extraction], out: Path, *, base: str = BASE, decisions: Path | None = None
) -> BuildReport:
    """Publish a build of extractions that come from elsewhere than this package's own reading."""
    given = list(extractions)
    decided = read_decisions(decisions) if decisions else None
    with writing(out):
        versions = dict(build_versions())
        if decided:
            versions["decisions"] = identity(*to_lines(decided.all))
        build_id = identity(*sorted(map(repr, given)), *versions.values(), base)
        if (out / build_id / MANIFEST).is_file():
            publish(out, build_id)
            return BuildReport.read(out / build_id)
        documents, loaded = all_of(given, load())
        notes = _notes(documents)
        report, _ = make(
            Given(build_id, documents, loaded, notes=notes, versions=versions, base=base, decisions=decided), out
        )
        return report


def _reasons(left_out: Sequence[Rejected], paths: Sequence[Path]) -> str:
    if not left_out:
        return f"no readable file in {', '.join(map(str, paths)) or 'an empty list of files'}."
    return "; ".join(f"{rejected.source}: {rejected.reason}" for rejected in left_out)


def _notes(documents: Mapping[str, state.Known]) -> list[str]:
    languages = load().languages
    notes = []
    for one in documents.values():
        document = one.named.document
        if document.lang not in languages:
            known = ", ".join(languages)
            notes.append(f"{document.source}: its language ({document.lang}) has no lexicon; there are: {known}.")
        elif one.empty:
            notes.append(f"{document.source}: no fact was found in it.")
    return notes
