"""Documents -> a finished, published build folder (rooms 4 to 9).

A build is made as a whole, or out of the one before it (`grow`) where that differs in a few documents; both give the
same bytes.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.acyclic import acyclic
from kg.check import check
from kg.claims import Extraction
from kg.entities import identify
from kg.errors import KgError
from kg.facts import Fact, Figure, assemble, connect, grouped
from kg.graph import blocks, dumps, line_blocks, link_quads, ontology_lines, quad_blocks, united
from kg.infer import infer, is_local
from kg.ontology import load
from kg.review import decided_lines, decided_quads, replay
from kg.run.files import merge_lines, put, sha256
from kg.run.given import Given
from kg.run.grow import grow
from kg.run.outcome import document_line, finish
from kg.run.patch import put_named
from kg.run.report import BuildReport
from kg.run.state import State, cells_of, held, large_files
from kg.store import DOCUMENTS, FACTS, GRAPH, STORE, TEMPORARY, publish, write_store

STATED = "stated.nq"
"""What sources state, before anything is inferred; gone when the build is whole."""


def make(given: Given, out: Path) -> tuple[BuildReport, State | None]:
    """Put documents together, infer, check, and publish under `out`; the caller holds `kg.store.writing(out)`.

    Whatever ends it early (an error, a full disk, Ctrl-C) leaves no folder behind, and the published build as it was.
    What the next build can grow from comes with the report.
    """
    temporary = out / f"{TEMPORARY}{given.build}"
    try:
        with acyclic():
            report, state = _made(given, out, temporary)
        temporary.replace(out / given.build)
        publish(out, given.build)
    except OSError as error:
        raise KgError(f"Cannot write the build in {out}: {error.strerror or error}. Nothing was published.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return report, state


def _made(given: Given, out: Path, temporary: Path) -> tuple[BuildReport, State | None]:
    if given.before is not None:
        temporary.mkdir()
        # whatever is wrong with the build before: a whole build does without it, or fails for its own reason
        with contextlib.suppress(OSError, LookupError, ValueError, KgError):
            grown = grow(given, given.before, out, temporary)
            if grown is not None:
                return grown
        shutil.rmtree(temporary)
    temporary.mkdir()
    return _whole(given, out, temporary)


def _whole(given: Given, out: Path, folder: Path) -> tuple[BuildReport, State | None]:
    ontology, base = load(), given.base
    extractions = given.load(list(given.documents))
    entities = identify(given.named(), ontology, base, given.decisions)
    sources = grouped((one.named.document.source, key, one.sketch) for key, one in given.documents.items())
    claimed = assemble(extractions, entities, ontology, base, sources)
    replayed = replay(claimed, given.decisions, entities, extractions, ontology, base)
    links = connect(replayed.facts, sources, ontology, base)
    facts, replayed = links.facts, replace(replayed, facts=links.facts)
    said = united(
        *blocks(extractions, entities.all, facts, ontology, base),
        quad_blocks(decided_quads(replayed, ontology, base), base),
        quad_blocks(link_quads(links, sources, ontology, base), base),
        line_blocks(ontology_lines(ontology), base),
    )
    put(folder / STATED, said)
    store = ox.Store()
    store.bulk_load(path=str(folder / STATED), format=ox.RdfFormat.N_QUADS, lenient=True)  # the other store checks
    inferred = infer(store, base=base)
    violations = tuple(check(store, ontology, quick=True))
    lines = merge_lines(folder / STATED, inferred.lines, folder / GRAPH)
    (folder / STATED).unlink()
    write_store(folder / GRAPH, folder / STORE)
    lengths = _tables(folder, decided_lines(replayed, extractions, entities, ontology, base), extractions)
    counts = {
        "entities": len(entities.all),
        "facts": len(facts.relations),
        "observations": len(facts.figures),
        "evidence": sum(len(fact.evidence) for fact in chain[Fact | Figure](facts.relations, facts.figures)),
        "contradictions": len(links.contradicts),
        "inferred": inferred.triples,
        "quads": lines,
    }
    report = finish(
        folder, out, given, counts, violations, sources, (*entities.notes, *replayed.notes), sha256(folder / GRAPH)
    )
    if not is_local() or (given.decisions and given.decisions.facts()):
        return report, None
    of_terms = "".join(line for line in inferred.lines if not line.startswith(f"<{base}"))
    kept = held(links, cells_of(given.documents, entities.all), ontology)
    later, files = "".join(inferred.later), large_files(folder)
    return report, State(given.build, given.documents, entities.all, sources, kept, later, of_terms, *lengths, files)


def _tables(
    folder: Path, lines: Iterable[Mapping[str, Any]], extractions: Sequence[Extraction]
) -> tuple[dict[str, int], dict[str, int]]:
    """Write the tables of facts and of documents; how many bytes of them each document takes."""
    facts = put_named(folder / FACTS, ((line["document"], dumps(dict(line))) for line in lines))
    documents = ((one.document.id, document_line(one.document)) for one in extractions)
    return facts, put_named(folder / DOCUMENTS, documents)
