"""Runs the steps one after another: files in, a published build out.

>>> report = build([Path("examples")], Path("build"))
>>> print(report.summary())

The same files, code, ontology and queries give the same bytes, on one core or many, in whatever order the files come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from kg.claims import Extraction
from kg.decisions import read_decisions, to_lines
from kg.documents import Document, Rejected
from kg.entities import BASE
from kg.errors import KgError
from kg.ontology import load, queries_dir
from kg.ontology.files import APART
from kg.run.pool import Progress
from kg.run.report import BuildReport
from kg.run.segments import Head, Segments, unique, version_of
from kg.run.steps import make
from kg.store import MANIFEST, Build, publish, writing

if TYPE_CHECKING:
    from kg.claims.model_reader import Endpoint
    from kg.run.second import SecondReader

__all__ = ["BuildReport", "Progress", "build", "build_extractions", "decisions_of"]

_ROOMS = (
    "ontology", "documents", "mentions", "claims", "decisions", "entities", "facts",
    "graph", "store.py", "infer.py", "check.py", "review/replay.py", "run",
)  # fmt: skip
"""The parts of the package on whose code a build depends; how it is shown may change without a new build."""

_READING = ("ontology", "documents", "mentions", "claims", "run/segments.py")
"""Of these, the parts on which the reading of one document depends."""


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
        segments = Segments(out, _reading_version())
        found = segments.read(paths, progress)
        heads, left_out, notes = unique(found)
        if not heads:
            raise KgError("Nothing to build: " + _reasons(left_out, paths))
        versions = {**_versions(), "decisions": _identity(*to_lines(decided.all))}
        second = _second(segments.documents(heads), model, out, progress) if model else None
        inputs = [head.identity for head in heads]
        # a file that is left out adds no fact, but the report names it, and the report is part of the build
        inputs += [f"{r.source} {r.reason}" for r in left_out] + notes + ([second.identity] if second else [])
        build_id = _identity(*inputs, *versions.values(), base)
        if (out / build_id / MANIFEST).is_file():
            publish(out, build_id)
            return BuildReport.from_json(Build(out / build_id).report, out / build_id)
        extractions: list[Extraction] = []
        for result in segments.extract(heads, jobs, progress):
            if isinstance(result, Rejected):
                left_out.append(result)
            else:
                extractions.append(second.joined(result) if second else result)
        if not extractions:
            raise KgError("Nothing to build: " + _reasons(left_out, paths))
        segments.keep(one for one in found if isinstance(one, Head))
        notes += _notes(extractions)
        reader = second.report() if second else {}
        return make(
            extractions,
            out,
            build_id,
            left_out=left_out,
            notes=notes,
            versions=versions,
            base=base,
            reader=reader,
            decisions=decided,
        )


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
        versions = _versions()
        lines = to_lines(decided.all) if decided else ()
        build_id = _identity(*sorted(map(repr, given)), *versions.values(), base, *lines)
        if (out / build_id / MANIFEST).is_file():
            publish(out, build_id)
            return BuildReport.from_json(Build(out / build_id).report, out / build_id)
        return make(given, out, build_id, notes=_notes(given), versions=versions, base=base, decisions=decided)


def _reasons(left_out: Sequence[Rejected], paths: Sequence[Path]) -> str:
    if not left_out:
        return f"no readable file in {', '.join(map(str, paths)) or 'an empty list of files'}."
    return "; ".join(f"{rejected.source}: {rejected.reason}" for rejected in left_out)


def _notes(extractions: Sequence[Extraction]) -> list[str]:
    ontology = load()
    notes = []
    for extraction in sorted(extractions, key=lambda e: (e.document.source, e.document.id)):
        document = extraction.document
        if document.lang not in ontology.languages:
            known = ", ".join(ontology.languages)
            notes.append(f"{document.source}: its language ({document.lang}) has no lexicon; there are: {known}.")
        elif not extraction.relations and not extraction.observations:
            notes.append(f"{document.source}: no fact was found in it.")
    return notes


@cache
def _versions() -> Mapping[str, str]:
    """What a build depends on besides its inputs."""
    package = Path(__file__).resolve().parents[1]
    code = sorted(path for room in _ROOMS for path in _files(package / room, ".py"))
    rules = sorted(path for folder in ("infer", "hygiene") for path in _files(queries_dir() / folder, ".rq"))
    try:
        released = version("green-manufacturing-kg")
    except PackageNotFoundError:  # run from a checkout that is not installed
        released = "0"
    return {
        "package": released,
        "code": _hash_of(code, package),
        "ontology": load().hash,
        "queries": _hash_of(rules, queries_dir()),
    }


@cache
def _reading_version() -> str:
    """What the extraction of one document depends on: not how facts are put together, checked or shown."""
    package = Path(__file__).resolve().parents[1]
    root = load().root
    code = sorted(path for room in _READING for path in _files(package / room, ".py"))
    apart = {f"{stem}.ttl" for stem in APART} | {"alignments.sssom.tsv", "precision.tsv"}
    words = sorted(path for path in root.rglob("*") if path.is_file() and path.name not in apart)
    return version_of({"code": _hash_of(code, package), "ontology": _hash_of(words, root)})


def _files(path: Path, suffix: str) -> list[Path]:
    return sorted(path.rglob("*" + suffix)) if path.is_dir() else [path]


def _hash_of(files: Sequence[Path], root: Path) -> str:
    total = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def _identity(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
