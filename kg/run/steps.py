"""Extractions -> a finished, published build folder (rooms 4 to 9)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.check import check
from kg.claims import Extraction
from kg.decisions import Decisions
from kg.documents import Rejected
from kg.entities import BASE, identify
from kg.errors import KgError
from kg.facts import Sources, assemble, connect, independent
from kg.graph import dumps, link_quads, quads, write
from kg.infer import infer
from kg.ontology import load
from kg.review import decided_lines, decided_quads, replay
from kg.run.report import BuildReport
from kg.store import DOCUMENTS, FACTS, GRAPH, MANIFEST, REPORT, STORE, TEMPORARY, publish, write_store

SHAPED_NODES = 5_000
"""How many nodes the shapes look at in a build, so that checking takes seconds; `kg check` looks at all."""


def make(
    extractions: Sequence[Extraction],
    out: Path,
    build_id: str,
    *,
    left_out: Sequence[Rejected] = (),
    notes: Sequence[str] = (),
    versions: Mapping[str, str] | None = None,
    base: str = BASE,
    reader: Mapping[str, Any] | None = None,
    decisions: Decisions | None = None,
) -> BuildReport:
    """Put extractions together, infer, check, and publish under `out`; the caller holds `kg.store.writing(out)`.

    Whatever ends it early (an error, a full disk, Ctrl-C) leaves no folder behind, and the published build as it was.
    """
    ordered = sorted(extractions, key=lambda extraction: (extraction.document.source, extraction.document.id))
    temporary = out / f"{TEMPORARY}{build_id}"
    try:
        temporary.mkdir()
        report = _fill(
            temporary,
            ordered,
            BuildReport(build_id, out / build_id, {}, tuple(left_out), (), tuple(notes), reader or {}),
            versions or {},
            base,
            decisions,
        )
        temporary.replace(out / build_id)
        publish(out, build_id)
    except OSError as error:
        raise KgError(f"Cannot write the build in {out}: {error.strerror or error}. Nothing was published.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return report


def _fill(
    folder: Path,
    extractions: Sequence[Extraction],
    report: BuildReport,
    versions: Mapping[str, str],
    base: str,
    decisions: Decisions | None,
) -> BuildReport:
    ontology = load()
    entities = identify(extractions, ontology, base, decisions)
    sources = independent(extraction.document for extraction in extractions)
    claimed = assemble(extractions, entities, ontology, base, sources)
    replayed = replay(claimed, decisions, entities, extractions, ontology, base)
    links = connect(replayed.facts, sources, ontology, base)
    facts, replayed = links.facts, replace(replayed, facts=links.facts)
    said = chain(
        quads(extractions, entities, facts, ontology, base),
        decided_quads(replayed, ontology, base),
        link_quads(links, sources, ontology, base),
    )
    stated = write(said, ontology)
    store = ox.Store()
    store.bulk_load(input=stated.encode(), format=ox.RdfFormat.N_QUADS)
    inferred = infer(store, base=base)
    # not str.splitlines, which also breaks at U+2028 inside a text
    lines = sorted({*(line + "\n" for line in stated.split("\n") if line), *inferred.lines})
    violations = tuple(check(store, ontology, most_nodes=SHAPED_NODES))
    counts = {
        "documents": len(extractions),
        "entities": len(entities.all),
        "facts": len(facts.relations),
        "observations": len(facts.figures),
        "evidence": sum(map(len, (fact.evidence for fact in facts.relations)))
        + sum(map(len, (figure.evidence for figure in facts.figures))),
        "contradictions": len(links.contradicts),
        "reprints": len(sources.reprints),
        "inferred": inferred.triples,
        "quads": len(lines),
        "violations": sum(violation.severity == "violation" for violation in violations),
        "warnings": sum(violation.severity != "violation" for violation in violations),
    }
    finished = replace(
        report,
        counts=counts,
        violations=violations,
        notes=(*report.notes, *_reprints(extractions, sources), *entities.notes, *replayed.notes),
        contradictions=decisions.contradictions if decisions else (),
    )
    put(folder / GRAPH, lines)
    write_store(folder / GRAPH, folder / STORE)
    put(folder / FACTS, map(dumps, decided_lines(replayed, extractions, entities, ontology, base)))
    put(folder / DOCUMENTS, (dumps(_document(extraction)) for extraction in extractions))
    put(folder / REPORT, [finished.to_json()])
    put(folder / MANIFEST, [_manifest(finished, extractions, lines, versions, base)])
    return finished


def _reprints(extractions: Sequence[Extraction], sources: Sources) -> Iterator[str]:
    paths = {extraction.document.id: extraction.document.source for extraction in extractions}
    for reprint, first in sorted(sources.reprints.items(), key=lambda pair: paths[pair[0]]):
        yield f"{paths[reprint]} has nearly the text of {paths[first]}; the two count as one source."


def put(path: Path, parts: Iterable[str]) -> None:
    """Write a file so that it is whole on the disk before anyone is told of it."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def _document(extraction: Extraction) -> dict[str, Any]:
    document = extraction.document
    return {
        "id": document.id,
        "name": document.name,
        "source": document.source,
        "lang": document.lang,
        "title": document.title,
        "text": document.text,
        "pages": [list(mark) for mark in document.pages],
    }


def _manifest(
    report: BuildReport, extractions: Sequence[Extraction], lines: Sequence[str], versions: Mapping[str, str], base: str
) -> str:
    whole = hashlib.sha256()
    for line in lines:
        whole.update(line.encode())
    inputs = [
        {key: value for key, value in _document(extraction).items() if key in ("id", "name", "source", "lang")}
        for extraction in extractions
    ]
    content = {
        "id": report.id,
        "base": base,
        "versions": dict(versions),
        "inputs": inputs,
        "left_out": len(report.left_out),
        "counts": dict(report.counts),
        "graph_sha256": whole.hexdigest(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
