"""Extractions -> a finished, published build folder (rooms 4 to 9)."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
from kg.graph import blocks, dumps, line_blocks, link_quads, ontology_lines, quad_blocks, united
from kg.infer import infer
from kg.ontology import load
from kg.review import decided_lines, decided_quads, replay
from kg.run.files import merge_lines, put, sha256
from kg.run.report import BuildReport
from kg.store import DOCUMENTS, FACTS, GRAPH, MANIFEST, REPORT, STORE, TEMPORARY, publish, write_store

STATED = "stated.nq"
"""What sources state, before anything is inferred; gone when the build is whole."""

SHAPED_NODES = 1_000
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
    collecting = gc.isenabled()
    # millions of values without a cycle among them: looking for cycles would take a third of the time
    gc.disable()
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
        if collecting:
            gc.enable()
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
    said = united(
        *blocks(extractions, entities, facts, ontology, base),
        quad_blocks(decided_quads(replayed, ontology, base), base),
        quad_blocks(link_quads(links, sources, ontology, base), base),
        line_blocks(ontology_lines(ontology), base),
    )
    put(folder / STATED, said)
    store = ox.Store()
    store.bulk_load(path=str(folder / STATED), format=ox.RdfFormat.N_QUADS, lenient=True)  # the other store checks
    inferred = infer(store, base=base)
    violations = tuple(check(store, ontology, most_nodes=SHAPED_NODES))
    lines = merge_lines(folder / STATED, inferred.lines, folder / GRAPH)
    (folder / STATED).unlink()
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
        "quads": lines,
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
    write_store(folder / GRAPH, folder / STORE)
    put(folder / FACTS, map(dumps, decided_lines(replayed, extractions, entities, ontology, base)))
    put(folder / DOCUMENTS, (dumps(_document(extraction)) for extraction in extractions))
    put(folder / REPORT, [finished.to_json()])
    put(folder / MANIFEST, [_manifest(finished, extractions, sha256(folder / GRAPH), versions, base)])
    return finished


def _reprints(extractions: Sequence[Extraction], sources: Sources) -> Iterator[str]:
    paths = {extraction.document.id: extraction.document.source for extraction in extractions}
    for reprint, first in sorted(sources.reprints.items(), key=lambda pair: paths[pair[0]]):
        yield f"{paths[reprint]} has nearly the text of {paths[first]}; the two count as one source."


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
    report: BuildReport, extractions: Sequence[Extraction], graph: str, versions: Mapping[str, str], base: str
) -> str:
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
        "graph_sha256": graph,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
