"""How a build ends: its report and its manifest, the same however it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.check import Violation
from kg.documents import Document
from kg.facts import Sources
from kg.graph import dumps
from kg.run.files import put
from kg.run.found import Violations
from kg.run.given import Given
from kg.run.report import BuildReport, pretty
from kg.store import MANIFEST, REPORT


def finish(
    folder: Path,
    out: Path,
    given: Given,
    counts: Mapping[str, int],
    violations: Iterable[Violation],
    sources: Sources,
    notes: Iterable[str],
    graph: str,
) -> BuildReport:
    """Write the report and the manifest.

    `counts` are all but those of documents, reprints and violations; `graph` is the hash of the graph's file.
    """
    listed = Violations.of(violations, pretty)
    severe = sum(number for (severity, _), number in listed.kinds().items() if severity == "violation")
    told = {
        "documents": len(given.documents),
        **{name: counts[name] for name in ("entities", "facts", "observations", "evidence", "contradictions")},
        "reprints": len(sources.reprints),
        **{name: counts[name] for name in ("inferred", "quads")},
        "violations": severe,
        "warnings": len(listed) - severe,
    }
    decided = given.decisions.contradictions if given.decisions else ()
    all_notes = (*given.notes, *_reprints(given, sources), *notes)
    report = BuildReport(
        given.build, out / given.build, told, tuple(given.left_out), listed, all_notes, given.reader, decided
    )
    put(folder / REPORT, [report.to_json()])
    put(folder / MANIFEST, [_manifest(report, given, graph)])
    return report


def _reprints(given: Given, sources: Sources) -> Iterator[str]:
    paths = {document.id: document.source for document in given.heads()}
    for reprint, first in sorted(sources.reprints.items(), key=lambda pair: paths[pair[0]]):
        yield f"{paths[reprint]} has nearly the text of {paths[first]}; the two count as one source."


def document_line(document: Document) -> str:
    """The line of a document in the table of documents."""
    pages = [list(mark) for mark in document.pages]
    return dumps(_head(document) | {"title": document.title, "text": document.text, "pages": pages})


def _head(document: Document) -> dict[str, object]:
    return {"id": document.id, "name": document.name, "source": document.source, "lang": document.lang}


def _manifest(report: BuildReport, given: Given, graph: str) -> str:
    content = {
        "id": report.id,
        "base": given.base,
        "versions": dict(given.versions),
        "inputs": [_head(document) for document in given.heads()],
        "left_out": len(report.left_out),
        "counts": dict(report.counts),
        "graph_sha256": graph,
    }
    return pretty(content) + "\n"
