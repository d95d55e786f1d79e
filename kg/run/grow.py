"""A build made out of the one before it: only what the changed documents touch is put together anew.

Facts are compared with no others than those of the same cell (`kg.run.cells`; but for ties, `kg.facts.ties`, and
figures of things that share them, which are touched together), so the facts of all cells that are not touched stay what
they were, and with them their lines. What is written is the former build's files with the difference; the store is the
former one's, linked, with the difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from kg.check import Violation, check, is_by_node
from kg.entities import Entity
from kg.facts import Fact, Figure
from kg.graph import dumps, fact_lines, kind_line
from kg.ontology import Ontology, load
from kg.run.anew import Anew
from kg.run.cells import Part
from kg.run.difference import Side, difference
from kg.run.files import settled, sha256, told
from kg.run.found import Violations
from kg.run.given import Given
from kg.run.lines import changed_facts, only, rewritten
from kg.run.outcome import document_line, finish
from kg.run.patch import Pieces, SortedLines, split
from kg.run.recheck import recheck
from kg.run.report import BuildReport
from kg.run.state import Held, State, held, large_files
from kg.store import DOCUMENTS, FACTS, GRAPH, MANIFEST, STORE, Build


def grow(given: Given, before: State, out: Path, folder: Path) -> tuple[BuildReport, State] | None:
    """Make the build in `folder` out of the last one, or None where that cannot be done, or would not pay."""
    last = Build(out / before.build)
    with ThreadPoolExecutor(2) as beside:  # hashes and disks do not need the interpreter
        if not (last.path / MANIFEST).is_file():
            return None
        whole = beside.submit(_is_whole, last, before)
        part = Anew.of(given, before)
        made = _Growth(given, before, last, folder, part, beside).run(out) if part else None
        return made if whole.result() else None


def _is_whole(last: Build, before: State) -> bool:
    """Whether the last build is still there as it was made: what is copied from it must not be damaged."""
    if all(told(last.path / name) == said for name, said in before.files.items()):
        return True
    tables = ((FACTS, before.fact_lengths), (DOCUMENTS, before.document_lengths))
    return sha256(last.path / GRAPH) == last.manifest["graph_sha256"] and all(
        (last.path / name).stat().st_size == sum(lengths.values()) for name, lengths in tables
    )


@dataclass(frozen=True, slots=True)
class _Growth:
    given: Given
    before: State
    last: Build
    folder: Path
    part: Anew
    beside: Executor

    def run(self, out: Path) -> tuple[BuildReport, State]:
        ontology, part = load(), self.part
        cells = part.touched.cells
        new = held(part.links, part.cells, ontology)
        kept, changed = self._held(new), changed_facts(part, self.before, new)
        with SortedLines(self.last.path / GRAPH) as lines:
            old, new_lines = rewritten(part, self.before, changed, lines, self.given.base)
            sides = (
                Side(old, _kinds(self.before.entities, ontology), self.before.held),
                Side(new_lines, _kinds(part.entities.all, ontology), kept),
            )
            stores = self.last.path / STORE, self.folder / STORE
            change = difference(stores, sides, cells, self.before.later, self.given.base)
            lines.patched(self.folder / GRAPH, change.removed, change.added)
        graph = self.beside.submit(settled, self.folder / GRAPH)
        lengths = self._tables(changed, ontology)
        last = BuildReport.read(self.last.path)
        was = last.counts
        every = [one for parts in kept.values() for one in parts.values()]
        counts = {
            "entities": len(part.entities.all),
            "facts": sum(one.relations for one in every),
            "observations": sum(one.figures for one in every),
            "evidence": sum(one.evidence for one in every),
            "contradictions": sum(one.contradictions for one in every),
            "inferred": was["inferred"] + change.inferred,
            "quads": was["quads"] - len(change.removed) + len(change.added),
        }
        violations = self._violations(change.removed | change.added, last.violations)
        report = finish(
            self.folder, out, self.given, counts, violations, part.sources, part.entities.notes, graph.result()
        )
        state = State(
            self.given.build, self.given.documents, part.entities.all, part.sources, kept, change.later,
            self.before.of_terms, *lengths, large_files(self.folder),
        )  # fmt: skip
        return report, state

    def _violations(self, changed: Collection[str], before: Violations) -> Sequence[Violation]:
        store = Build(self.folder).store
        if not is_by_node():
            return check(store, load(), quick=True)
        with SortedLines(self.folder / GRAPH) as lines:
            of_terms = split(self.before.of_terms)
            return recheck(store, lines, changed, self._renamed(), of_terms, before, self.given.base)

    def _renamed(self) -> set[str]:
        """Things of which the labels changed."""
        was = {one.iri: one.labels for one in self.before.entities if one.iri in self.part.touched.things}
        now = {one.iri: one.labels for one in self.part.entities.all if one.iri in was}
        return {iri for iri, labels in now.items() if labels != was[iri]}

    def _held(self, new: Mapping[str, Mapping[Part, Held]]) -> dict[str, Mapping[Part, Held]]:
        """What is held of all cells now."""
        kept = dict(self.before.held)
        for thing, parts in self.part.touched.cells.items():
            rest = {part: one for part, one in kept.pop(thing, {}).items() if part not in parts}
            if rest or thing in new:
                kept[thing] = rest | dict(new.get(thing, {}))
        return kept

    # -- tables --------------------------------------------------------------------------------------------------------

    def _tables(self, changed: Collection[str], ontology: Ontology) -> tuple[dict[str, int], dict[str, int]]:
        touched, part = self.part.touched, self.part
        full = {one: part.extractions[one] for one in touched.documents & self.given.documents.keys()}
        documents = Pieces(self.last.path / DOCUMENTS, self.before.document_lengths).patched(
            self.folder / DOCUMENTS,
            self.given.documents,
            {one: document_line(extraction.document) for one, extraction in full.items()},
        )
        by_name = sorted(self.given.heads(), key=lambda document: (document.name, document.id))
        facts = Pieces(self.last.path / FACTS, self.before.fact_lengths)
        written = self._told(facts, changed, ontology)
        return facts.patched(self.folder / FACTS, [one.id for one in by_name], written), documents

    def _told(self, facts: Pieces, changed: Collection[str], ontology: Ontology) -> dict[str, str]:
        """The lines of the documents that state facts that changed."""
        part, known, retold = self.part, self.given.documents, self.part.touched.retold
        every = chain[Fact | Figure](part.links.facts.relations, part.links.facts.figures)
        anew = {*changed, *(one.iri for one in every if any(item.document in retold for item in one.evidence))}
        chosen = only(part.links, anew).facts
        lines: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
        extractions = (
            one if identity in retold else replace(one, entities=()) for identity, one in part.extractions.items()
        )
        for line in fact_lines(extractions, part.entities, chosen, ontology, self.given.base):
            lines[line["document"]].append((_place(line["kind"]), line["iri"], dumps(line)))
        written = {one: "" for one in retold if one in known}
        kept = facts.read(one for one in lines if one not in retold)
        for document, said in lines.items():
            for one in split(kept.get(document, "")):
                kind, iri = _begins(one)
                if iri not in anew:
                    said.append((_place(kind), iri, one))
            written[document] = "".join(one for *_, one in sorted(said))
        return written


def _kinds(entities: Iterable[Entity], ontology: Ontology) -> dict[str, str]:
    return {entity.iri: kind_line(entity, ontology) for entity in entities}


_KINDS = ("entity", "relation", "denial", "observation")


_BEGINNING = re.compile(r'\{"doc":"(?:[^"\\]|\\.)*","kind":"(\w+)",(?:"id":"[^"]*",)?"iri":"([^"]*)"')
"""Of a line of the fact table; an IRI has no quotation mark."""


def _begins(line: str) -> tuple[str, str]:
    """Kind and IRI of a line."""
    found = _BEGINNING.match(line)
    if found is None:
        raise ValueError(f"no line of the fact table: {line!r}")
    return found[1], found[2]


def _place(kind: str) -> int:
    """Where lines of a kind stand among those of their document."""
    return _KINDS.index("relation" if kind == "denial" else kind)
