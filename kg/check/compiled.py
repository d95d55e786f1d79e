"""The shapes as SPARQL, so that a build can apply them to all of its nodes: SHACL by rdflib takes a millisecond a node.

What SHACL says of a node becomes an expression, and the nodes of which it is false are the answer of one query. A node
that the default graph describes is judged by the default graph; what stands only in the graph of a document, by that.
Where a shape says what is not known here, `Unknown` is raised, and it is for SHACL to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.graph import GM

_DESCRIPTIVE = {
    RDF.type, SH.message, SH.severity, SH.name, SH.path, SH.property, SH.sparql, SH.targetClass, SH.targetSubjectsOf,
    SH.targetObjectsOf,
}  # fmt: skip
_TARGETS = (
    (SH.targetClass, "?this a {}"),
    (SH.targetSubjectsOf, "?this {} ?targeted"),
    (SH.targetObjectsOf, "?targeted {} ?this"),
)
_KINDS = {SH.IRI: "isIRI({})", SH.Literal: "isLITERAL({})", SH.BlankNode: "isBLANK({})"}


class Unknown(Exception):
    """A shape says what these queries cannot ask."""


@dataclass(frozen=True, slots=True)
class Question:
    """One part of a shape as a query for the nodes (`?this`) that break it, once for each value that does."""

    shape: Node
    query: str
    in_union: bool = False
    """Whether it asks all graphs as if they were one."""


def questions(shapes: Graph) -> list[Question]:
    """All that the shapes of a graph forbid."""
    return list(_Compiler(shapes).all())


@dataclass(slots=True)
class _Compiler:
    shapes: Graph
    names: int = 0

    def all(self) -> Iterator[Question]:
        for kind, pattern in _TARGETS:
            for shape, target in self.shapes.subject_objects(kind):
                chosen = pattern.format(target.n3())
                for part in self._node_parts(shape, "?this"):
                    yield from self._asked(shape, chosen, "", f"!({part})")
                for inner in self.shapes.objects(shape, SH.property):
                    yield from self._property(inner, chosen)
                for query in self.shapes.objects(shape, SH.sparql):
                    yield self._written(shape, query, chosen)

    def _property(self, shape: Node, chosen: str) -> Iterator[Question]:
        for part in self._counts(shape, "?this"):
            yield from self._asked(shape, chosen, "", f"!({part})")
        path = self._path(shape)
        for part in self._value_parts(shape, "?value"):
            yield from self._asked(shape, chosen, f"?this {path} ?value .", f"!({part})")
        for other, wrong in self._compared(shape):
            yield from self._asked(shape, chosen, f"?this {path} ?value ; {other} ?other .", wrong)

    def _asked(self, shape: Node, chosen: str, values: str, wrong: str) -> Iterator[Question]:
        body = f"{chosen} . {values} FILTER({wrong})"
        own = f'FILTER(!STRSTARTS(STR(?this), "{GM}"))'
        shown = "SELECT ?this ?value WHERE"
        yield Question(shape, f"{shown} {{ {{ SELECT DISTINCT ?this ?value WHERE {{ {body} {own} }} }} }}")
        elsewhere = "FILTER(!CONTAINS(STR(?this), '/inference/')) FILTER NOT EXISTS { ?this a ?described }"
        yield Question(
            shape, f"{shown} {{ {{ SELECT DISTINCT ?this ?value WHERE {{ GRAPH ?graph {{ {body} }} }} }} {elsewhere} }}"
        )

    def _written(self, shape: Node, query: Node, chosen: str) -> Question:
        text = str(self.shapes.value(query, SH.select)).replace("$this", "?this")
        return Question(shape, f"SELECT DISTINCT ?this WHERE {{ {chosen} . {{ {text} }} }}", in_union=True)

    # -- what must hold ------------------------------------------------------------------------------------------------

    def _node_parts(self, shape: Node, node: str) -> Iterator[str]:
        """What a node shape asks of a node, but for its properties."""
        for predicate, value in self.shapes.predicate_objects(shape):
            if predicate in _DESCRIPTIVE:
                continue
            if predicate == SH["not"]:
                yield f"!({self._whole(value, node)})"
            elif predicate == SH["or"]:
                yield " || ".join(f"({self._whole(one, node)})" for one in Collection(self.shapes, value))
            else:
                yield self._on_value(predicate, value, node)

    def _whole(self, shape: Node, node: str) -> str:
        """All that a shape asks of a node, as one expression."""
        if (shape, SH.path, None) in self.shapes:
            parts = list(self._property_holds(shape, node))
        else:
            parts = list(self._node_parts(shape, node))
            parts += [f"({self._whole(one, node)})" for one in self.shapes.objects(shape, SH.property)]
        return " && ".join(parts) or "true"

    def _property_holds(self, shape: Node, node: str) -> Iterator[str]:
        yield from self._counts(shape, node)
        value, path = self._name(), self._path(shape)
        parts = list(self._value_parts(shape, value))
        if parts:
            yield f"NOT EXISTS {{ {node} {path} {value} FILTER(!({' && '.join(parts)})) }}"
        if any(True for _ in self._compared(shape)):
            raise Unknown("a comparison of properties inside another shape")

    def _counts(self, shape: Node, node: str) -> Iterator[str]:
        path, one, other = self._path(shape), self._name(), self._name()
        for least in self.shapes.objects(shape, SH.minCount):
            if int(str(least)) > 1:
                raise Unknown("a number of values above one")
            if int(str(least)) == 1:
                yield f"EXISTS {{ {node} {path} {one} }}"
        for most in self.shapes.objects(shape, SH.maxCount):
            if int(str(most)) > 1:
                raise Unknown("a number of values above one")
            two = f"{node} {path} {one} , {other} FILTER(!SAMETERM({one}, {other}))"
            yield f"NOT EXISTS {{ {two if int(str(most)) else f'{node} {path} {one}'} }}"
        for value in self.shapes.objects(shape, SH.hasValue):
            yield f"EXISTS {{ {node} {path} {value.n3()} }}"

    def _value_parts(self, shape: Node, value: str) -> Iterator[str]:
        """What a property shape asks of each value."""
        apart = {SH.minCount, SH.maxCount, SH.hasValue, SH.lessThan, SH.lessThanOrEquals}
        for predicate, wanted in self.shapes.predicate_objects(shape):
            if predicate not in apart and predicate not in _DESCRIPTIVE:
                yield self._on_value(predicate, wanted, value)

    def _compared(self, shape: Node) -> Iterator[tuple[str, str]]:
        for predicate, sign in ((SH.lessThan, "<"), (SH.lessThanOrEquals, "<=")):
            for other in self.shapes.objects(shape, predicate):
                yield other.n3(), f"!COALESCE(?value {sign} ?other, false)"

    def _on_value(self, predicate: Node, wanted: Node, value: str) -> str:
        said = wanted.n3() if isinstance(wanted, URIRef | Literal) else ""
        simple = {
            SH.minInclusive: f"COALESCE({value} >= {said}, false)",
            SH.maxInclusive: f"COALESCE({value} <= {said}, false)",
            SH.minLength: f"STRLEN(STR({value})) >= {said}",
            SH.pattern: f"REGEX(STR({value}), {said})",
            SH.datatype: f"COALESCE(DATATYPE({value}) = {said}, false)",
            SH["class"]: f"(EXISTS {{ {value} a {said} }} || EXISTS {{ GRAPH {self._name()} {{ {value} a {said} }} }})",
        }
        if predicate in simple and said:
            return simple[URIRef(str(predicate))]
        if predicate == SH.nodeKind and wanted in _KINDS:
            return _KINDS[URIRef(str(wanted))].format(value)
        if predicate == SH["in"]:
            listed = ", ".join(one.n3() for one in Collection(self.shapes, wanted))
            return f"{value} IN ({listed})"
        raise Unknown(str(predicate))

    def _path(self, shape: Node) -> str:
        path = self.shapes.value(shape, SH.path)
        if isinstance(path, URIRef):
            return path.n3()
        steps = list(Collection(self.shapes, path)) if isinstance(path, BNode) else []
        if not steps or not all(isinstance(step, URIRef) for step in steps):
            raise Unknown("a path that is no list of properties")
        return "/".join(step.n3() for step in steps)

    def _name(self) -> str:
        self.names += 1
        return f"?n{self.names}"
