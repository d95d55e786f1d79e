"""A build made out of the one before it: only what the changed documents touch is put together anew.

Facts are compared with no others than those of the same subject (but for ties, `kg.facts.ties`, and figures of things
that share them, which are touched together), so the facts of all
subjects that are not touched stay what they were, and with them their lines. What is written is the former build's
files with the difference; the store is the former one's, linked, with the difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from kg.check import Violation, check, is_by_node
from kg.claims import Extraction
from kg.entities import Entities, identify
from kg.facts import Links, Sources, assemble, connect, grouped, holders, joined, partners, reckonable, ties
from kg.graph import (
    blocks,
    cores,
    document_iri,
    dumps,
    fact_lines,
    link_quads,
    quad_blocks,
    united,
)
from kg.infer import inferred_graph
from kg.ontology import Ontology, load
from kg.run.difference import Side, difference
from kg.run.files import settled, sha256, told
from kg.run.given import Given
from kg.run.outcome import document_line, finish
from kg.run.patch import Pieces, SortedLines, split
from kg.run.recheck import recheck
from kg.run.report import BuildReport
from kg.run.state import Held, State, held, large_files
from kg.run.touched import Touched, telling, touched
from kg.store import DOCUMENTS, FACTS, GRAPH, MANIFEST, STORE, Build

MOST_TOUCHED = 0.5
"""Share of the things from which it is cheaper to put all together anew."""


def grow(given: Given, before: State, out: Path, folder: Path) -> tuple[BuildReport, State] | None:
    """Make the build in `folder` out of the last one, or None where that cannot be done, or would not pay."""
    last = Build(out / before.build)
    with ThreadPoolExecutor(2) as beside:  # hashes and disks do not need the interpreter
        if not (last.path / MANIFEST).is_file():
            return None
        whole = beside.submit(_is_whole, last, before)
        part = _Part.of(given, before)
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
class _Part:
    """What is put together anew."""

    touched: Touched
    entities: Entities
    sources: Sources
    extractions: Mapping[str, Extraction]
    """In full: the documents that are touched, and those that state facts of touched things."""
    links: Links
    """Of the facts of touched things."""

    @classmethod
    def of(cls, given: Given, before: State) -> _Part | None:
        ontology, base = load(), given.base
        entities = identify(given.named(), ontology, base, given.decisions)
        sketches = [(one.named.document.source, key, one.sketch) for key, one in given.documents.items()]
        same = {key for key, one in given.documents.items() if key in before.known and before.known[key].key == one.key}
        sources = grouped(sketches, before.sources, same)
        found = touched(before, given.documents, entities, sources)
        by_iri = {entity.iri: entity for entity in entities.all}
        is_reckonable = reckonable(ontology)
        while True:
            if len(found.subjects) > MOST_TOUCHED * len(by_iri):
                return None
            wanted = telling(found.subjects, given.documents, by_iri) | (found.retold & given.documents.keys())
            wanted |= found.documents & given.documents.keys()
            extractions = {one.document.id: one for one in given.load(sorted(wanted))}
            part = _about(extractions.values(), found.subjects, entities)
            facts = assemble(part, entities, ontology, base, sources)
            new = ties(facts.relations, ontology)
            old = {tie for iri in found.subjects for tie in before.held.get(iri, Held()).ties}
            others = {
                tie for iri, one in before.held.items() if one.ties and iri not in found.subjects for tie in one.ties
            }
            every = new | old | others
            reckoned = {one.subject.iri for one in filter(is_reckonable, facts.figures)}
            reckoned |= {iri for iri, one in before.held.items() if one.reckoned}
            more = holders(new ^ old, every) | joined(found.subjects, partners(every, ontology), reckoned)
            more -= found.subjects
            if not more:
                links = connect(facts, sources, ontology, base, others | new)
                return cls(found, entities, sources, extractions, links)
            found.subjects.update(more)


def _about(extractions: Iterable[Extraction], subjects: Collection[str], entities: Entities) -> list[Extraction]:
    """The documents with only those claims that are about some entities, in the order of their paths."""
    ordered = sorted(extractions, key=lambda one: (one.document.source, one.document.id))
    return [
        replace(
            one,
            relations=tuple(r for r in one.relations if entities.of(one.document.id, r.subject).iri in subjects),
            observations=tuple(o for o in one.observations if entities.of(one.document.id, o.subject).iri in subjects),
        )
        for one in ordered
    ]


@dataclass(frozen=True, slots=True)
class _Growth:
    given: Given
    before: State
    last: Build
    folder: Path
    part: _Part
    beside: Executor

    def run(self, out: Path) -> tuple[BuildReport, State]:
        ontology, part = load(), self.part
        subjects = part.touched.subjects
        new_held = held(part.links, ontology)
        kept = {iri: one for iri, one in self.before.held.items() if iri not in subjects} | new_held
        about = self._cores(ontology)
        with SortedLines(self.last.path / GRAPH) as lines:
            old, new = self._old_lines(lines), self._new_lines(ontology)
            sides = Side(old, self.before.core), Side(new, about)
            stores = self.last.path / STORE, self.folder / STORE
            change = difference(stores, sides, self.before.later, self.given.base)
            lines.patched(self.folder / GRAPH, change.removed, change.added)
        graph = self.beside.submit(settled, self.folder / GRAPH)
        lengths = self._tables(ontology)
        was = self.last.report["counts"]
        counts = {
            "entities": len(part.entities.all),
            "facts": sum(one.relations for one in kept.values()),
            "observations": sum(one.figures for one in kept.values()),
            "evidence": sum(one.evidence for one in kept.values()),
            "contradictions": sum(one.contradictions for one in kept.values()),
            "inferred": was["inferred"] + change.inferred,
            "quads": was["quads"] - len(change.removed) + len(change.added),
        }
        violations = self._violations(change.removed | change.added)
        report = finish(
            self.folder, out, self.given, counts, violations, part.sources, part.entities.notes, graph.result()
        )
        state = State(
            self.given.build, self.given.documents, part.entities.all, part.sources, kept, about, change.later,
            self.before.of_terms, *lengths, large_files(self.folder),
        )  # fmt: skip
        return report, state

    def _violations(self, changed: Collection[str]) -> Sequence[Violation]:
        store = Build(self.folder).store
        if not is_by_node():
            return check(store, load(), quick=True)
        before = BuildReport.from_json(self.last.report, self.last.path).violations
        with SortedLines(self.folder / GRAPH) as lines:
            of_terms = split(self.before.of_terms)
            return recheck(store, lines, changed, self._renamed(), of_terms, before, self.given.base)

    def _renamed(self) -> set[str]:
        """Things of which the labels changed."""
        was = {one.iri: one.labels for one in self.before.entities if one.iri in self.part.touched.things}
        now = {one.iri: one.labels for one in self.part.entities.all if one.iri in was}
        return {iri for iri, labels in now.items() if labels != was[iri]}

    # -- lines of the graph --------------------------------------------------------------------------------------------

    def _cores(self, ontology: Ontology) -> dict[str, str]:
        subjects = self.part.touched.subjects
        entities = self.part.entities.all
        anew = cores((one for one in entities if one.iri in subjects), self.part.links.facts.relations, ontology)
        return {one.iri: anew[one.iri] if one.iri in subjects else self.before.core[one.iri] for one in entities}

    def _old_lines(self, lines: SortedLines) -> set[str]:
        """What the last build says of all that is touched, but for what was inferred."""
        base, touched = self.given.base, self.part.touched
        known = {entity.iri for entity in self.before.entities}
        starts = {f"<{iri}> " for iri in touched.subjects & known}
        starts |= {f"<{document_iri(one, base)}> " for one in touched.documents & self.before.known.keys()}
        for iri in touched.subjects & self.before.held.keys():
            # the selectors of evidence go on behind its IRI; all such IRIs are of one length
            starts |= {
                f"<{block}" if block.startswith(f"{base}evidence/") else f"<{block}> "
                for block in self.before.held[iri].blocks
            }
        found = {line for start in starts for line in split(lines.stretch(start).decode())}
        end = f" <{inferred_graph(base)}> .\n"
        listed = {line for line in found if line.endswith(end)}
        return found - listed - {line.removesuffix(end) + " .\n" for line in listed}

    def _new_lines(self, ontology: Ontology) -> set[str]:
        base, part = self.given.base, self.part
        entities = [entity for entity in part.entities.all if entity.iri in part.touched.subjects]
        known = self.given.documents
        extractions = [part.extractions.get(one) or known[one].named for one in known]
        documents = part.touched.documents
        sources = Sources({one: first for one, first in part.sources.items() if one in documents})
        said = united(
            *blocks(extractions, entities, part.links.facts, ontology, base, documents),
            quad_blocks(link_quads(part.links, sources, ontology, base), base),
        )
        return set(split("".join(said)))

    # -- tables --------------------------------------------------------------------------------------------------------

    def _tables(self, ontology: Ontology) -> tuple[dict[str, int], dict[str, int]]:
        touched, part = self.part.touched, self.part
        full = {one: part.extractions[one] for one in touched.documents & self.given.documents.keys()}
        documents = Pieces(self.last.path / DOCUMENTS, self.before.document_lengths).patched(
            self.folder / DOCUMENTS,
            self.given.documents,
            {one: document_line(extraction.document) for one, extraction in full.items()},
        )
        by_name = sorted(self.given.heads(), key=lambda document: (document.name, document.id))
        facts = Pieces(self.last.path / FACTS, self.before.fact_lengths)
        written = self._told(facts, ontology)
        return facts.patched(self.folder / FACTS, [one.id for one in by_name], written), documents

    def _told(self, facts: Pieces, ontology: Ontology) -> dict[str, str]:
        """The lines of the documents that state facts of touched things."""
        part, subjects = self.part, self.part.touched.subjects
        lines: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
        known = self.given.documents
        retold = part.touched.retold
        for line in fact_lines(part.extractions.values(), part.entities, part.links.facts, ontology, self.given.base):
            if line["kind"] != "entity" or line["document"] in retold:
                lines[line["document"]].append((_place(line["kind"]), line["iri"], dumps(line)))
        written = {one: "" for one in retold if one in known}
        kept = facts.read(one for one in lines if one not in retold)
        for document, said in lines.items():
            for one in split(kept.get(document, "")):
                kind, iri, subject = _begins(one)
                if kind == "entity" or subject not in subjects:
                    said.append((_place(kind), iri, one))
            written[document] = "".join(one for *_, one in sorted(said))
        return written


_KINDS = ("entity", "relation", "denial", "observation")


_BEGINNING = re.compile(
    r'\{"doc":"(?:[^"\\]|\\.)*","kind":"(\w+)",(?:"id":"[^"]*",)?"iri":"([^"]*)"(?:,"subject":"([^"]*)")?'
)
"""Of a line of the fact table; an IRI has no quotation mark."""


def _begins(line: str) -> tuple[str, str, str]:
    """Kind, IRI and subject of a line."""
    found = _BEGINNING.match(line)
    if found is None:
        raise ValueError(f"no line of the fact table: {line!r}")
    return found[1], found[2], found[3] or ""


def _place(kind: str) -> int:
    """Where lines of a kind stand among those of their document."""
    return _KINDS.index("relation" if kind == "denial" else kind)
