"""`expectations.ttl`: what one would expect to be told of a thing, and what it can have but once.

The file is SHACL, so that any SHACL processor can apply it; of that language it uses `sh:targetClass`, a property or
its inverse as path, `sh:minCount`, and `sh:qualifiedMinCount` or `sh:qualifiedMaxCount` with a qualified value shape
that is a class or the values (`sh:in`, `sh:hasValue`) of one property. More than that is refused, not passed over.
"""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError
from kg.ontology.files import line_of
from kg.ontology.model import Expectation
from kg.ontology.turtle import Node, statements

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NODE = frozenset({RDF + "type", SH + "targetClass", SH + "property"})
_PROPERTY = frozenset(
    {RDF + "type", *(SH + name for name in (
        "path", "name", "minCount", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShape"))}
)  # fmt: skip


def read_expectations(path: Path) -> tuple[Expectation, ...]:
    """All expectations, in the order of their names; none where there is no such file."""
    return _File(path).read() if path.exists() else ()


class _File:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.about: dict[str, dict[str, list[Node]]] = {}
        for subject, predicate, value in statements(path):
            self.about.setdefault(subject.value, {}).setdefault(predicate, []).append(value)

    def read(self) -> tuple[Expectation, ...]:
        found = []
        for iri, said in self.about.items():
            if SH + "targetClass" not in said:
                continue
            self._only(iri, _NODE)
            targets = tuple(node.value for node in said[SH + "targetClass"])
            found += [self._property(node.value, targets) for node in said.get(SH + "property", ())]
        return tuple(sorted(found, key=lambda one: one.name))

    def _property(self, iri: str, targets: tuple[str, ...]) -> Expectation:
        self._only(iri, _PROPERTY)
        said = self.about[iri]
        path = self._one(iri, SH + "path")
        inverse = self.about.get(path, {}).get(SH + "inversePath")
        shape = said.get(SH + "qualifiedValueShape")
        classes, by, values = self._counted(shape[0].value) if shape else ((), "", ())
        least = int(self._one(iri, SH + "qualifiedMinCount") or self._one(iri, SH + "minCount") or 0)
        most = self._one(iri, SH + "qualifiedMaxCount")
        if not path or (not least and not most):
            self._fail(iri, "needs a sh:path and a count")
        labels = {getattr(node, "language", None) or "en": node.value for node in said.get(SH + "name", ())}
        return Expectation(
            iri.rsplit("/", 1)[-1], labels, targets, inverse[0].value if inverse else path, bool(inverse),
            least, int(most) if most else None, classes, by, values,
        )  # fmt: skip

    def _counted(self, shape: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
        """Classes, property and values of a qualified value shape."""
        self._only(shape, frozenset({SH + "class", SH + "property"}))
        classes = tuple(node.value for node in self.about[shape].get(SH + "class", ()))
        inner = self._one(shape, SH + "property")
        if not inner:
            return classes, "", ()
        self._only(inner, frozenset({SH + "path", SH + "hasValue", SH + "in"}))
        values = [node.value for node in self.about[inner].get(SH + "hasValue", ())]
        node = self._one(inner, SH + "in")
        while node and node != RDF + "nil":
            values.append(self._one(node, RDF + "first"))
            node = self._one(node, RDF + "rest")
        return classes, self._one(inner, SH + "path"), tuple(values)

    def _one(self, iri: str, predicate: str) -> str:
        found = self.about[iri].get(predicate)
        return found[0].value if found else ""

    def _only(self, iri: str, known: frozenset[str]) -> None:
        for predicate in self.about.get(iri, {}):
            if predicate not in known:
                self._fail(iri, f"says <{predicate}>, which expectations do not know")

    def _fail(self, iri: str, what: str) -> None:
        name = iri.rsplit("/", 1)[-1]
        raise KgError(f"{self.path}, line {line_of(self.path, name)}: {name} {what}.")
