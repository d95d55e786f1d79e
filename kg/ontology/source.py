"""Statements by subject, with ways to ask for values, codes, numbers, unions, and errors that name file and line."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from kg.errors import KgError
from kg.ontology.files import line_of, modules
from kg.ontology.namespaces import DCTERMS, GM, OWL, RDF, RDFS, SKOS
from kg.ontology.turtle import Node, statements

_COUNTS = ("cardinality", "minCardinality", "maxCardinality")


class Source:
    """All statements by subject, and the file that each subject is declared in."""

    def __init__(self, root: Path) -> None:
        self.about: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self.home: dict[str, Path] = {}
        for path in modules(root):
            for subject, predicate, value in statements(path):
                self.about[subject.value][predicate].append(value)
                if predicate == RDF + "type":
                    self.home.setdefault(subject.value, path)

    def values(self, iri: str, predicate: str) -> list[Node]:
        """All values of a property."""
        return self.about[iri].get(predicate, [])

    def one(self, iri: str, predicate: str) -> str:
        """The first value of a property as text, empty where there is none."""
        found = self.values(iri, predicate)
        return found[0].value if found else ""

    def types(self, iri: str) -> list[str]:
        """IRIs of the classes that a subject is stated to be in."""
        return [value.value for value in self.values(iri, RDF + "type")]

    def names(self, iri: str, predicate: str) -> tuple[str, ...]:
        """Local names of the named terms of this ontology that a property points to."""
        found = (value.value for value in self.values(iri, predicate) if isinstance(value, ox.NamedNode))
        return tuple(value.removeprefix(GM) for value in found if value.startswith(GM))

    def texts(self, iri: str, predicate: str) -> dict[str, tuple[str, ...]]:
        """Language -> values."""
        found: dict[str, list[str]] = {}
        for value in self.values(iri, predicate):
            if isinstance(value, ox.Literal):
                found.setdefault(value.language or "", []).append(value.value)
        return {lang: tuple(said) for lang, said in found.items()}

    def code(self, iri: str, predicate: str) -> str:
        """The notation of the individual that a property points to."""
        target = self.one(iri, predicate)
        if not target:
            return ""
        return self.one(target, SKOS + "notation") or self.fail(
            iri, f"points to <{target}>, which has no skos:notation"
        )

    def number(self, iri: str, predicate: str, default: str = "") -> Decimal:
        """A decimal value."""
        written = self.one(iri, predicate) or default
        try:
            return Decimal(written)
        except ArithmeticError:
            self.fail(iri, f"needs a decimal number as {local(predicate)}, and has {written!r}")

    def flag(self, iri: str, predicate: str) -> bool | None:
        """A boolean value, None where there is none."""
        written = self.one(iri, predicate)
        return written in ("true", "1") if written else None

    def union(self, iri: str, predicate: str) -> frozenset[str]:
        """Names of a named class or datatype, or of the members of a union."""
        return frozenset(local(member) for value in self.values(iri, predicate) for member in self._members(value))

    def counts(self, iri: str) -> tuple[tuple[str, int, int | None], ...]:
        """(property, least, most) of each cardinality that a class is a sub-class of."""
        found: list[tuple[str, int, int | None]] = []
        for value in self.values(iri, RDFS + "subClassOf"):
            if not isinstance(value, ox.BlankNode):
                continue
            name = local(self.one(value.value, OWL + "onProperty"))
            numbers = [self.one(value.value, OWL + kind) for kind in _COUNTS]
            exactly, least, most = (int(number) if number else None for number in numbers)
            if not name or not any(numbers):
                self.fail(iri, "is a sub-class of an expression that is no cardinality of a property")
            found.append((name, exactly or least or 0, most if exactly is None else exactly))
        return tuple(found)

    def key(self, iri: str) -> tuple[str, ...]:
        """Names of the properties of a class's key."""
        return tuple(local(one) for value in self.values(iri, OWL + "hasKey") for one in self._listed(value.value))

    def _members(self, value: Node) -> list[str]:
        if not isinstance(value, ox.BlankNode):
            return [value.value]
        return self._listed(self.one(value.value, OWL + "unionOf"))

    def _listed(self, node: str) -> list[str]:
        """Members of an RDF list."""
        members: list[str] = []
        while node and node != RDF + "nil":
            members.append(self.one(node, RDF + "first"))
            node = self.one(node, RDF + "rest")
        return members

    def fail(self, iri: str, what: str) -> NoReturn:
        """Raises the error that names the term, its file and its line."""
        path = self.home[iri]
        raise KgError(f"{path}, line {line_of(path, ':' + local(iri))}: {local(iri)} {what}.")

    def term(self, iri: str, name: str) -> dict[str, Any]:
        """What every term has."""
        return {
            "name": name,
            "iri": iri,
            "labels": {lang: said[0] for lang, said in self.texts(iri, RDFS + "label").items()},
            "definitions": {lang: said[0] for lang, said in self.texts(iri, SKOS + "definition").items()},
            "alternatives": self.texts(iri, SKOS + "altLabel"),
            "examples": self.texts(iri, SKOS + "example"),
            "module": self.home[iri].stem,
            "sources": tuple(value.value for value in self.values(iri, DCTERMS + "source")),
            "retired": self.flag(iri, OWL + "deprecated") or False,
            "replaced_by": tuple(value.value for value in self.values(iri, DCTERMS + "isReplacedBy")),
        }


def local(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
