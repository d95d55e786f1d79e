"""What is wrong with a build that was made out of another: asked again of what changed, kept of the rest.

What the rules and shapes say of a node depends on the node, on what points at it and on what it points at; so the store
in which they are asked holds no more than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check import Violation, check_part
from kg.graph import GM, RDF, ontology_lines
from kg.ontology import load

_ENDS = re.compile(r"^<([^<> ]+)> <[^<> ]+> (?:<([^<> ]+)>)?")
_SUBJECT, _TYPE = ox.NamedNode(RDF + "subject"), ox.NamedNode(RDF + "type")
_COMPARED = (ox.NamedNode(GM + "derivedFrom"), ox.NamedNode(GM + "comparedWith"))


def recheck(
    whole: ox.Store,
    changed: Iterable[str],
    renamed: Iterable[str],
    concluded: Iterable[str],
    before: Iterable[Violation],
    base: str,
) -> list[Violation]:
    """All violations of the new build; `changed` are lines about all that is new or gone or may be told otherwise.

    Of `renamed` things the messages show another name. `concluded` are inferred lines, of which those about terms of
    the ontology are looked at.
    """
    nodes = {end for line in changed for end in _ends(line) if end.startswith(base)}
    for thing in renamed:
        pointing = whole.quads_for_pattern(None, None, ox.NamedNode(thing), None)
        nodes |= {quad.subject.value for quad in pointing if isinstance(quad.subject, ox.NamedNode)}
    part = ox.Store()
    of_terms = (line for line in concluded if not line.startswith(f"<{base}"))
    part.bulk_load("".join((*ontology_lines(load()), *of_terms)).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    part.bulk_extend(_Surroundings(whole, nodes, base).quads())
    kept = [one for one in before if one.subject not in nodes]
    found = [*kept, *check_part(part, whole, nodes)]
    return sorted(found, key=lambda v: (v.severity, v.rule, v.subject, v.message, v.sentence))


def _ends(line: str) -> Iterator[str]:
    found = _ENDS.match(line)
    yield from filter(None, found.groups()) if found else ()


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """All that has to do with some nodes."""

    whole: ox.Store
    nodes: set[str]
    base: str

    def quads(self) -> Iterator[ox.Quad]:
        """What is said of them, of what they point at, and of what says it."""
        beside: set[str] = set()
        for node in sorted(self.nodes):
            about = list(self._of(node))
            yield from about
            beside.update(quad.object.value for quad in about if isinstance(quad.object, ox.NamedNode))
            for quad in self.whole.quads_for_pattern(None, None, ox.NamedNode(node), None):
                yield quad
                start = quad.subject
                if isinstance(start, ox.NamedNode) and (quad.predicate == _SUBJECT or quad.predicate in _COMPARED):
                    beside.add(start.value)
        for node in sorted(beside - self.nodes):
            if node.startswith(self.base):
                yield from self._beside(node)

    def _beside(self, node: str) -> Iterator[ox.Quad]:
        if self._is_thing(node):
            yield from self.whole.quads_for_pattern(ox.NamedNode(node), _TYPE, None, None)
            return
        for quad in self._of(node):
            yield quad
            value = quad.object
            if quad.predicate in _COMPARED and isinstance(value, ox.NamedNode) and value.value not in self.nodes:
                yield from self._of(value.value)

    def _of(self, node: str) -> Iterator[ox.Quad]:
        return self.whole.quads_for_pattern(ox.NamedNode(node), None, None, None)

    def _is_thing(self, node: str) -> bool:
        """Whether a node is an entity: those of facts, documents and the like stand in folders of their own."""
        return "/" not in node.removeprefix(self.base)
