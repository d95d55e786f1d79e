"""Turtle to triples, with errors that name file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import KgError

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Statement: TypeAlias = tuple[ox.NamedNode | ox.BlankNode, str, Node]


def statements(path: Path) -> list[Statement]:
    """Every triple of a Turtle file, in its order; predicates as plain IRIs."""
    try:
        parsed = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        return [(_subject(quad.subject, path), quad.predicate.value, _object(quad.object, path)) for quad in parsed]
    except SyntaxError as error:
        raise KgError(f"{path}, line {error.lineno}: not valid Turtle: {error.msg}") from error
    except OSError as error:
        raise KgError(f"Cannot read {path}: {error.strerror or error}") from error


def _subject(node: object, path: Path) -> ox.NamedNode | ox.BlankNode:
    if isinstance(node, ox.NamedNode | ox.BlankNode):
        return node
    raise KgError(f"{path}: {node} stands as a subject; plain RDF 1.1 allows only IRIs and blank nodes there.")


def _object(node: object, path: Path) -> Node:
    if isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal):
        return node
    raise KgError(
        f"{path}: {node} stands as an object; plain RDF 1.1 allows only IRIs, blank nodes and literals there."
    )
