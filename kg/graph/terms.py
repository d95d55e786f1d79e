"""RDF terms as plain values, and how N-Quads writes them: no library object a term, so that large builds stay fast."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from kg.facts import plain
from kg.ontology.namespaces import XSD


class Literal(NamedTuple):
    """A literal: with a language tag, with a datatype's IRI, or plain."""

    value: str
    language: str = ""
    datatype: str = ""


Iri: TypeAlias = str
Object: TypeAlias = Iri | Literal


class Quad(NamedTuple):
    """A statement; `graph` is "" for the default graph."""

    subject: Iri
    predicate: Iri
    object: Object
    graph: Iri = ""


def decimal(value: Decimal) -> Literal:
    """An `xsd:decimal` in its one shortest writing."""
    return Literal(plain(value), datatype=XSD + "decimal")


def integer(value: int) -> Literal:
    """An `xsd:integer`."""
    return Literal(str(value), datatype=XSD + "integer")


def boolean(value: bool) -> Literal:
    """An `xsd:boolean`."""
    return Literal("true" if value else "false", datatype=XSD + "boolean")


_ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
} | {chr(c): f"\\u{c:04X}" for c in (*range(0x20), 0x7F) if chr(c) not in "\b\t\n\f\r"}
_TO_ESCAPE = re.compile(r'[\x00-\x1f\x7f"\\]')


def line(quad: Quad) -> str:
    """One line of canonical N-Quads, with its line feed."""
    graph = f" <{quad.graph}>" if quad.graph else ""
    return f"<{quad.subject}> <{quad.predicate}> {term(quad.object)}{graph} .\n"


def term(value: Object) -> str:
    """An object as N-Quads writes it."""
    if isinstance(value, str):
        return f"<{value}>"
    if value.language:
        return f"{text(value.value)}@{value.language}"
    return f"{text(value.value)}^^<{value.datatype}>" if value.datatype else text(value.value)


def text(value: str) -> str:
    """A plain literal as N-Quads writes it."""
    return f'"{_TO_ESCAPE.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES[found.group()]
