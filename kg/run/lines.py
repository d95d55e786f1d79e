"""The lines of the graph that are written anew after a change, as they were and as they are.

Of the facts that are put together anew most say what they said before; only the others' lines are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kg.facts import Fact, Facts, Figure, Links, Sources
from kg.graph import GM, RDF, RDFS, SKOS, Quad, blocks, document_iri, link_quads, quad_blocks, united
from kg.infer import inferred_graph
from kg.ontology import Ontology, load
from kg.run.anew import Anew
from kg.run.cells import Part
from kg.run.patch import SortedLines, split
from kg.run.state import Held, State

_EVIDENCE = re.compile(rf"<{re.escape(GM)}hasEvidence> (<[^<> ]+)>")
"""Of the lines of a fact; the selectors of evidence go on behind its IRI, and all such IRIs are of one length."""
_STATED = re.compile(
    rf"<{re.escape(RDF)}object> (<[^<> ]+>) \.\n(?:.*\n)*?<[^<> ]+> <{re.escape(RDF)}predicate> (<[^<> ]+>) \.\n"
    rf"(?:.*\n)*?<[^<> ]+> <{re.escape(RDF)}subject> (<[^<> ]+>) \.\n"
)
_DESCRIBING = (RDF + "type", RDFS + "label", SKOS + "altLabel", GM + "generic")
"""What a thing is said to be and to be called by (`kg.graph.build.Builder.entity`)."""

Triple = tuple[str, str, str]
"""Subject, predicate and object of a fact, as N-Quads writes them."""


def changed_facts(part: Anew, before: State, new: Mapping[str, Mapping[Part, Held]]) -> set[str]:
    """IRIs of the facts of touched cells that come, or go, or of which something is said otherwise."""
    was, now = (
        {
            one[0]: one
            for thing, parts in part.touched.cells.items()
            for each in parts & held.get(thing, {}).keys()
            for one in held[thing][each].facts
        }
        for held in (before.held, new)
    )
    changed = {iri for iri in {*was, *now} if was.get(iri) != now.get(iri)}
    for one in chain[Fact | Figure](part.links.facts.relations, part.links.facts.figures):
        if any(item.document in part.touched.documents for item in one.evidence):
            changed.add(one.iri)
    return changed


def rewritten(part: Anew, before: State, changed: set[str], lines: SortedLines, base: str) -> tuple[set[str], set[str]]:
    """(old, new) lines of all that is told anew, but for what is inferred.

    Facts that state the same triple as one of the `changed` ones are added to these.
    """
    rewriting = _Rewriting(part, before, changed, lines, base, load())
    return rewriting.old(), rewriting.new()


def only(links: Links, facts: Collection[str]) -> Links:
    """What there is of some facts."""
    return Links(
        Facts(
            tuple(one for one in links.facts.relations if one.iri in facts),
            tuple(one for one in links.facts.figures if one.iri in facts),
        ),
        tuple(pair for pair in links.refines if pair[0] in facts),
        tuple(pair for pair in links.contradicts if pair[0] in facts or pair[1] in facts),
        tuple(one for one in links.derived if one.stated.iri in facts),
    )


@dataclass(frozen=True, slots=True)
class _Rewriting:
    part: Anew
    before: State
    changed: set[str]
    lines: SortedLines
    base: str
    ontology: Ontology

    def old(self) -> set[str]:
        """What the last build says."""
        found = set(self._around())
        listing = f" <{inferred_graph(self.base)}> .\n"
        listed = {line for line in found if line.endswith(listing)}
        return found - listed - {line.removesuffix(listing) + " .\n" for line in listed}

    def new(self) -> set[str]:
        """What this build says."""
        part, touched, things = self.part, self.part.touched, self._described()
        entities = [
            # what documents call a thing is told anew only of documents that are told anew
            replace(one, members=tuple(node for node in one.members if node[0] in touched.retold))
            for one in part.entities.all
            if one.iri in things
        ]
        sources = Sources({one: first for one, first in part.sources.items() if one in touched.documents})
        links = only(part.links, self.changed)
        linked = (one for one in link_quads(links, sources, self.ontology, self.base) if not self._is_as_before(one))
        documents, given = touched.documents, part.extractions.values()
        said = united(
            *blocks(given, entities, links.facts, self.ontology, self.base, documents), quad_blocks(linked, self.base)
        )
        return set(split("".join(said)))

    def _is_as_before(self, quad: Quad) -> bool:
        """Whether it is what a fact that did not change says of one that did."""
        return quad.predicate == GM + "contradicts" and quad.subject not in self.changed

    def _around(self) -> Iterator[str]:
        """The lines of the last build, with what is inferred of the same."""
        triples = {self._triple(one) for one in self.part.links.facts.relations if one.iri in self.changed}
        yield from self._of_facts(frozenset(self.changed), triples)
        same = {one.iri for one in self.part.links.facts.relations if self._triple(one) in triples} - self.changed
        self.changed.update(same)
        yield from self._of_facts(same, set())
        for document in self.part.touched.documents & self.before.known.keys():
            yield from self._stretch(f"<{document_iri(document, self.base)}> ")
        for triple in triples:
            yield from self._stretch(" ".join((*triple, "")))
        other = f"<{self.base}document/"
        retold = {f"<{document_iri(one, self.base)}>" for one in self.part.touched.retold}
        for thing in self._described() & {entity.iri for entity in self.before.entities}:
            for way in _DESCRIBING:
                for line in self._stretch(f"<{thing}> <{way}> "):
                    graph = line[: -len(" .\n")].rpartition(" ")[2]
                    if graph in retold or not (graph.startswith(other) and graph.endswith(">")):
                        yield line

    def _of_facts(self, facts: Collection[str], triples: set[Triple]) -> Iterator[str]:
        """What the last build says of facts; adds the triples that they state."""
        for thing, parts in self.part.touched.cells.items():
            for part in parts & self.before.held.get(thing, {}).keys():
                for iri, _, *derived in self.before.held[thing][part].facts:
                    if iri in facts:
                        own = self.lines.stretch(f"<{iri}> ").decode()
                        yield from split(own)
                        for evidence in {*_EVIDENCE.findall(own)}:
                            yield from self._stretch(evidence)
                        for value in derived:
                            yield from self._stretch(f"<{value}> ")
                        if stated := _STATED.search(own):
                            triples.add((stated[3], stated[2], stated[1]))

    def _stretch(self, start: str) -> list[str]:
        return split(self.lines.stretch(start).decode())

    def _triple(self, fact: Fact) -> Triple:
        return f"<{fact.subject.iri}>", f"<{self.ontology.relation_iri(fact.predicate)}>", f"<{fact.object.iri}>"

    def _described(self) -> set[str]:
        """The things that are described anew."""
        stating = (one for one in self.part.links.facts.relations if one.iri in self.changed)
        return {*self.part.touched.things, *(fact.subject.iri for fact in stating)}
