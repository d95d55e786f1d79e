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

from kg.check import check_part
from kg.graph import GM, RDF, ontology_lines
from kg.infer import inferred_graph
from kg.ontology import load
from kg.run.found import Violations
from kg.run.patch import SortedLines
from kg.run.report import pretty

_LINE = re.compile(r"<([^<> ]+)> <([^<> ]+)> (?:<([^<> ]+)>|(\".*\"\S*)) (?:<([^<> ]+)> )?\.\n")
_NAMED = ox.NamedNode
_SUBJECT, _PREDICATE, _OBJECT = (_NAMED(RDF + name) for name in ("subject", "predicate", "object"))
_ABOUT = _NAMED(GM + "about")
_COMPARED = (_NAMED(GM + "derivedFrom"), _NAMED(GM + "comparedWith"))
_CONTRADICTS = _NAMED(GM + "contradicts")
_OF_SUPPORT = {GM + "belief", GM + "sourceCount", GM + "hasEvidence"}
"""What may change of a fact without a change for those that it is compared with."""
_DEFAULT = ox.DefaultGraph()


def recheck(
    whole: ox.Store,
    lines: SortedLines,
    changed: Collection[str],
    renamed: Iterable[str],
    concluded: Iterable[str],
    before: Violations,
    base: str,
) -> Violations:
    """All violations of the new build; `lines` are its graph, and `changed` those that came or went.

    Of `renamed` things the messages show another name. `concluded` are inferred lines, of which those about terms of
    the ontology are looked at.
    """
    nodes = _Changes.of(changed, base).nodes(whole, before)
    wrong = before.subjects()
    for thing in renamed:
        pointing = whole.quads_for_pattern(None, None, _NAMED(thing), None)
        nodes |= wrong & {quad.subject.value for quad in pointing if isinstance(quad.subject, _NAMED)}
    part = ox.Store()
    of_terms = (line for line in concluded if not line.startswith(f"<{base}"))
    part.bulk_load("".join((*ontology_lines(load()), *of_terms)).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    _Surroundings(whole, lines, nodes, base).fill(part)
    return before.instead(nodes, Violations.of(check_part(part, whole, nodes), pretty))


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

    def nodes(self, whole: ox.Store, before: Violations) -> set[str]:
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
        shown = {one for one in before.subjects() if not _folder(one, self.base)}
        if shown:  # the sentence shown of a thing is one of a fact about it
            for node in self.facts:
                for way in (_SUBJECT, _OBJECT, _ABOUT):
                    found |= shown & _objects(whole.quads_for_pattern(_NAMED(node), way, None, _DEFAULT))
        return found | before.within(self.moved)


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
    """All that has to do with some nodes.

    What a node is the subject of stands side by side in the sorted graph, and is taken from there as text: the engine
    reads lines faster than it gives quads.
    """

    whole: ox.Store
    lines: SortedLines
    nodes: set[str]
    base: str

    def fill(self, part: ox.Store) -> None:
        """Add what is said of the nodes, and what that is judged by."""
        part.bulk_load(b"".join(self._said()), format=ox.RdfFormat.N_QUADS, lenient=True)
        things = [node for node in sorted(self.nodes) if not _folder(node, self.base)]
        for asked, graph in self._asked(things) if things else ():
            found = self.whole.query(asked)
            assert isinstance(found, ox.QueryTriples)  # it is a CONSTRUCT
            text = found.serialize(format=ox.RdfFormat.N_TRIPLES)
            part.bulk_load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)

    def _said(self) -> Iterator[bytes]:
        beside: set[str] = set()
        for node in sorted(self.nodes):
            folder = _folder(node, self.base)
            if folder == "inference":
                continue
            about = self.lines.stretch(f"<{node}> ")
            yield about
            if folder:
                beside.update(_named(about))
            if folder == "observation":
                for one in _reckoned(self.whole, node):
                    beside.add(one.value)
                    beside.update(_named(self.lines.stretch(f"<{one.value}> ")))
        for node in sorted(beside - self.nodes):
            if node.startswith(self.base):
                way = "" if _folder(node, self.base) else f"<{RDF}type> "
                yield self.lines.stretch(f"<{node}> {way}")

    def _asked(self, things: Iterable[str]) -> Iterator[tuple[str, ox.NamedNode | None]]:
        """CONSTRUCT queries for what speaks of some things, and the graph that each is about."""
        chosen = f"VALUES ?thing {{ {' '.join(f'<{node}>' for node in things)} }}"
        yield f"CONSTRUCT {{ ?one ?way ?thing }} WHERE {{ {chosen} ?one ?way ?thing }}", None
        stated = f"?fact {_SUBJECT} ?thing ; {_PREDICATE} ?way ; {_OBJECT} ?value"
        yield f"CONSTRUCT {{ {stated} }} WHERE {{ {chosen} {stated} }}", None
        inferred = _NAMED(inferred_graph(self.base))
        yield f"CONSTRUCT {{ {stated} }} WHERE {{ {chosen} GRAPH {inferred} {{ {stated} }} }}", inferred


def _named(lines: bytes) -> Iterator[str]:
    """The IRIs that are objects of some lines."""
    return (found.decode() for found in _AT_END.findall(lines))


_AT_END = re.compile(rb"^<[^<> ]+> <[^<> ]+> <([^<> ]+)>", re.MULTILINE)
