"""What is wrong with a build that was made out of another: asked again of what changed, kept of the rest.

What the rules and shapes say of a node depends on what is said of it, on the facts that state its relations, on the
classes of what it points at, and on the figures that it is compared with. So the store in which they are asked holds no
more than that, of the nodes of which a line came or went. A hygiene query whose header lacks `per: node` may look
farther; while there is one (or a shape that queries cannot ask), `is_by_node` says no, and all is checked anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check import Violation, check_part
from kg.graph import GM, RDF, ontology_lines
from kg.ontology import load

_LINE = re.compile(r"<([^<> ]+)> <([^<> ]+)> (?:<([^<> ]+)>|(\".*\"\S*)) (?:<([^<> ]+)> )?\.\n")
_NAMED = ox.NamedNode
_SUBJECT, _PREDICATE, _OBJECT = (_NAMED(RDF + name) for name in ("subject", "predicate", "object"))
_TYPE, _ABOUT = _NAMED(RDF + "type"), _NAMED(GM + "about")
_COMPARED = (_NAMED(GM + "derivedFrom"), _NAMED(GM + "comparedWith"))
_IN_DOCUMENT = _NAMED(GM + "inDocument")
_CONTRADICTS = _NAMED(GM + "contradicts")
_OF_SUPPORT = {GM + "belief", GM + "sourceCount", GM + "hasEvidence"}
"""What may change of a fact without a change for those that it is compared with."""
_DEFAULT = ox.DefaultGraph()


def recheck(
    whole: ox.Store,
    changed: Collection[str],
    renamed: Iterable[str],
    concluded: Iterable[str],
    before: Collection[Violation],
    base: str,
) -> list[Violation]:
    """All violations of the new build; `changed` are the lines that came or went.

    Of `renamed` things the messages show another name. `concluded` are inferred lines, of which those about terms of
    the ontology are looked at.
    """
    nodes = _Changes.of(changed, base).nodes(whole, before)
    wrong = {one.subject for one in before}
    for thing in renamed:
        pointing = whole.quads_for_pattern(None, None, _NAMED(thing), None)
        nodes |= wrong & {quad.subject.value for quad in pointing if isinstance(quad.subject, _NAMED)}
    part = ox.Store()
    of_terms = (line for line in concluded if not line.startswith(f"<{base}"))
    part.bulk_load("".join((*ontology_lines(load()), *of_terms)).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    part.bulk_extend(_Surroundings(whole, nodes, base).quads())
    kept = [one for one in before if one.subject not in nodes]
    found = [*kept, *check_part(part, whole, nodes)]
    return sorted(found, key=lambda v: (v.severity, v.rule, v.subject, v.message, v.sentence))


def _folder(node: str, base: str) -> str:
    """Where a node stands: entities in none; facts, figures, documents and the like in one of their own."""
    return node.removeprefix(base).rpartition("/")[0].partition("/")[0]


@dataclass(frozen=True, slots=True)
class _Changes:
    """What the lines that came or went are about."""

    ends: set[str]
    """Subjects and objects."""
    retyped: set[str]
    facts: set[str]
    """Facts and figures of which something is said otherwise."""
    compared: set[str]
    """Those of which more than their evidence is said otherwise."""
    moved: set[str]
    """Paths of documents that are told otherwise."""
    base: str

    @classmethod
    def of(cls, lines: Iterable[str], base: str) -> _Changes:
        found = cls(set(), set(), set(), set(), set(), base)
        for line in lines:
            parts = _LINE.fullmatch(line)
            if parts is not None:
                found._add(*parts.groups())
        return found

    def _add(self, subject: str, predicate: str, named: str | None, literal: str | None, graph: str | None) -> None:
        self.ends.update(one for one in (subject, named) if one and one.startswith(self.base))
        if predicate == RDF + "type" and graph is None:
            self.retyped.add(subject)
        if _folder(subject, self.base) in ("fact", "observation"):
            self.facts.add(subject)
            if predicate not in _OF_SUPPORT:
                self.compared.add(subject)
        if predicate == GM + "sourcePath" and literal is not None:
            self.moved.add(_text(literal))

    def nodes(self, whole: ox.Store, before: Iterable[Violation]) -> set[str]:
        """All nodes of which there may be something else to say now."""
        found = set(self.ends)
        for node in self.retyped:
            if not _folder(node, self.base):
                for way in (_SUBJECT, _OBJECT):
                    found |= _subjects(whole.quads_for_pattern(None, way, _NAMED(node), _DEFAULT))
        for node in self.compared:
            found |= _objects(whole.quads_for_pattern(_NAMED(node), _CONTRADICTS, None, _DEFAULT))
            for one in _reckoned(whole, node):
                found |= _objects(quad for way in _COMPARED for quad in whole.quads_for_pattern(one, way, None, None))
        shown = {one.subject for one in before if not _folder(one.subject, self.base)}
        if shown:  # the sentence shown of a thing is one of a fact about it
            for node in self.facts:
                for way in (_SUBJECT, _OBJECT, _ABOUT):
                    found |= shown & _objects(whole.quads_for_pattern(_NAMED(node), way, None, _DEFAULT))
        return found | {one.subject for one in before if one.document in self.moved}


def _text(literal: str) -> str:
    """What a literal of N-Quads says."""
    (said,) = ox.parse(f"<s:s> <s:p> {literal} .".encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    assert isinstance(said.object, ox.Literal)
    return said.object.value


def _subjects(quads: Iterable[ox.Quad]) -> set[str]:
    return {quad.subject.value for quad in quads if isinstance(quad.subject, _NAMED)}


def _objects(quads: Iterable[ox.Quad]) -> set[str]:
    return {quad.object.value for quad in quads if isinstance(quad.object, _NAMED)}


def _reckoned(whole: ox.Store, figure: str) -> set[ox.NamedNode]:
    """The derived values that are reckoned from a figure, or compared with it."""
    return {
        quad.subject
        for way in _COMPARED
        for quad in whole.quads_for_pattern(None, way, _NAMED(figure), None)
        if isinstance(quad.subject, _NAMED)
    }


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """All that has to do with some nodes."""

    whole: ox.Store
    nodes: set[str]
    base: str

    def quads(self) -> Iterator[ox.Quad]:
        """What is said of them, and what that is judged by."""
        beside: set[str] = set()
        for node in sorted(self.nodes):
            folder = _folder(node, self.base)
            if not folder:
                yield from self._thing(_NAMED(node))
            elif folder != "inference":
                about = list(self.whole.quads_for_pattern(_NAMED(node), None, None, None))
                yield from about
                beside |= _objects(about)
                if folder == "observation":
                    for one in _reckoned(self.whole, node):
                        beside |= {one.value, *_objects(self.whole.quads_for_pattern(one, None, None, None))}
        for node in sorted(beside - self.nodes):
            if node.startswith(self.base):
                yield from self._beside(node)

    def _beside(self, node: str) -> Iterator[ox.Quad]:
        folder = _folder(node, self.base)
        if folder == "evidence" and node.count("/", len(self.base)) == 1:
            return self.whole.quads_for_pattern(_NAMED(node), _IN_DOCUMENT, None, None)
        if folder in ("", "fact", "observation"):
            return self.whole.quads_for_pattern(_NAMED(node), None if folder else _TYPE, None, _DEFAULT)
        return self.whole.quads_for_pattern(_NAMED(node), None, None, None)

    def _thing(self, node: ox.NamedNode) -> Iterator[ox.Quad]:
        yield from self.whole.quads_for_pattern(node, None, None, _DEFAULT)
        yield from self.whole.quads_for_pattern(None, None, node, _DEFAULT)
        yield from self.whole.quads_for_pattern(node, _TYPE, None, None)
        for graph in (_DEFAULT, _NAMED(self.base + "graph/inferred")):
            stated = f"?fact {_SUBJECT} {node} ; {_PREDICATE} ?way ; {_OBJECT} ?value"
            asked = stated if graph == _DEFAULT else f"GRAPH {graph} {{ {stated} }}"
            rows = self.whole.query(f"SELECT ?fact ?way ?value {{ {asked} }}")
            assert isinstance(rows, ox.QuerySolutions)  # it is a SELECT
            for fact, way, value in rows:
                yield ox.Quad(fact, _SUBJECT, node, graph)
                yield ox.Quad(fact, _PREDICATE, way, graph)
                yield ox.Quad(fact, _OBJECT, value, graph)
