"""What queries are looked up in: the columns of the data, or, as long as there are none, the store itself.

Either has values for terms, which mean something to itself only, and can say what a value is in an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

import pyoxigraph as ox

from kg.serve import cells, results
from kg.serve.columns import DEFAULT, Columns, TooMuch
from kg.serve.patterns import NAMESPACE, XSD

INTEGER = XSD + "integer"
REMEMBERED = 20_000
"""Terms of which is remembered what they are, or how they are written."""


class Ground(Protocol):
    """Where quads are looked up. Of quads that fit, as many come as are asked for at most."""

    most: int
    """Quads that are looked at for one query."""
    default: Any
    """The value that means the default graph."""

    def node(self, iri: str) -> Any:
        """The value of an IRI; `ValueError` for what is none."""

    def literal(self, text: str, language: str, datatype: str) -> Any:
        """The value of a literal."""

    def ahead(self, subject: Any, predicate: Any, most: int) -> Sequence[Any]:
        """Objects of a subject and a predicate in the default graph."""

    def behind(self, object_: Any, predicate: Any, most: int) -> Sequence[Any]:
        """Subjects of a predicate and an object in the default graph."""

    def quads(self, subject: Any, predicate: Any, object_: Any, graph: Any, most: int) -> Sequence[tuple[Any, ...]]:
        """Subject, predicate, object, graph; None for what is open, for a graph: any that has a name."""

    def count(self, subject: Any, predicate: Any, object_: Any) -> int:
        """About how many quads of the default graph are looked at for a pattern."""

    def text(self, value: Any) -> str:
        """The term in N-Triples."""

    def json(self, value: Any) -> str:
        """The term as it stands in JSON."""

    def term(self, value: Any) -> Any:
        """The term as the engine has it."""


def checked(iri: str) -> ox.NamedNode:
    """An IRI that the engine takes as it is, and that means nothing else here."""
    if "/." in iri or iri.startswith(NAMESPACE):
        raise TooMuch  # the engine resolves `.` and `..`; a search is no lookup
    return ox.NamedNode(iri)


def _literal(text: str, language: str, datatype: str) -> ox.Literal:
    if datatype:
        return ox.Literal(text, datatype=checked(datatype))
    return ox.Literal(text, language=language) if language else ox.Literal(text)


_NO_SUBJECTS = (ox.Literal, ox.Triple)
_NO_GRAPHS = (ox.Literal, ox.BlankNode, ox.Triple)


class Direct:
    """The store itself; values are the engine's terms."""

    most = 1500
    default = ox.DefaultGraph()

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    node = staticmethod(lru_cache(maxsize=2000)(checked))
    literal = staticmethod(_literal)

    def ahead(self, subject: Any, predicate: Any, most: int) -> Sequence[Any]:
        """Part of `Ground`."""
        return [quad[2] for quad in self.quads(subject, predicate, None, self.default, most)]

    def behind(self, object_: Any, predicate: Any, most: int) -> Sequence[Any]:
        """Part of `Ground`."""
        return [quad[0] for quad in self.quads(None, predicate, object_, self.default, most)]

    def quads(self, subject: Any, predicate: Any, object_: Any, graph: Any, most: int) -> Sequence[tuple[Any, ...]]:
        """Part of `Ground`."""
        if isinstance(subject, _NO_SUBJECTS) or isinstance(graph, _NO_GRAPHS):
            return []
        if predicate is not None and type(predicate) is not ox.NamedNode:
            return []
        found = islice(self._store.quads_for_pattern(subject, predicate, object_, graph), most)
        every = [(quad.subject, quad.predicate, quad.object, quad.graph_name) for quad in found]
        if graph is not None:
            return every
        if len(every) == most:
            raise TooMuch  # of those with a name there may be more
        return [quad for quad in every if quad[3] != self.default]

    def count(self, subject: Any, predicate: Any, object_: Any) -> int:
        """Part of `Ground`: the store does not tell without counting."""
        return 0

    text = staticmethod(str)
    json = staticmethod(cells.json_term)

    def term(self, value: Any) -> Any:
        """Part of `Ground`."""
        return value


class Filed:
    """The columns; values are numbers."""

    most = 15_000
    default = DEFAULT

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.ahead, self.behind = columns.ahead, columns.behind
        self.quads, self.count = columns.quads, columns.count
        self._nodes: dict[str, int] = {}
        self._written: dict[int, str] = {}
        self._texts: dict[int, str] = {}

    def node(self, iri: str) -> int:
        """Part of `Ground`."""
        number = self._nodes.get(iri)
        if number is None:
            number = self._columns.number(f"<{iri}>".encode())
            checked(iri)
            if len(self._nodes) >= REMEMBERED:
                self._nodes.clear()
            self._nodes[iri] = number
        return number

    def literal(self, text: str, language: str, datatype: str) -> int:
        """Part of `Ground`."""
        if datatype == INTEGER and text.isdigit():
            return self._columns.number(f'"{int(text)}"^^<{INTEGER}>'.encode())
        return self._columns.number(_as_stored(text, language, datatype).encode())

    def text(self, value: int) -> str:
        """Part of `Ground`."""
        known = self._texts.get(value)
        if known is None:
            if len(self._texts) >= REMEMBERED:
                self._texts.clear()
            known = self._texts[value] = self._columns.text(value).decode()
        return known

    def json(self, value: int) -> str:
        """Part of `Ground`."""
        known = self._written.get(value)
        if known is None:
            text = self._columns.text(value).decode()
            known = cells.json_text(text) or results.json_term(_read(text))
            if len(self._written) >= REMEMBERED:
                self._written.clear()
            self._written[value] = known
        return known

    def term(self, value: int) -> Any:
        """Part of `Ground`."""
        return _read(self.text(value))


@lru_cache(maxsize=2000)
def _as_stored(text: str, language: str, datatype: str) -> str:
    """A literal as the engine writes it after it has stored it: 05 is 5 then."""
    literal = _literal(text, language, datatype)
    if datatype:
        store, name = ox.Store(), ox.NamedNode("urn:x")
        store.add(ox.Quad(name, name, literal))
        return str(next(iter(store)).object)
    return str(literal)


@lru_cache(maxsize=REMEMBERED)
def _read(text: str) -> Any:
    """A term from N-Triples."""
    line = f"<urn:x> <urn:x> {text} ."
    return next(iter(ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True))).object
