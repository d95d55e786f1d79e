"""What the view draws: a `Picture` is everything that one page shows, in plain values.

Nothing here knows of RDF or HTML, so that a page can be made (and tested) from a few lines of Python.
`Words` map a language code to words in that language; "" stands for "no language given".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place in one document that states a fact; `start` and `end` are the offsets of `quote` in its text."""

    document: str
    """The document's title, or its name where it has none."""
    quote: str
    start: int
    end: int
    before: str = ""
    """Text of the same paragraph that stands before the quote."""
    after: str = ""
    source: str = ""
    rule: str = ""
    cues: tuple[str, ...] = ()
    status: str = ""
    page: int = 0
    """The page on which the quote begins, 0 where the document has none."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an entity, in the unit in which the source states it."""

    id: str
    indicator: str
    value: str
    unit: str
    status: str
    upper: str = ""
    period: str = ""
    qualifier: str = ""
    substance: str = ""
    belief: float | None = None
    sources: int = 0
    evidence: tuple[Evidence, ...] = ()
    more: int = 0
    """Pieces of evidence beyond those given."""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity."""

    id: str
    labels: Words
    kind: str
    """Name of the legend entry that gives colour and shape."""
    cls: str = ""
    """Name of the most specific class; empty where it is the same as `kind`."""
    aliases: tuple[str, ...] = ()
    generic: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact between two entities; `id` is the IRI of the fact."""

    id: str
    source: str
    target: str
    predicate: str
    status: str = ""
    belief: float | None = None
    sources: int = 0
    evidence: tuple[Evidence, ...] = ()
    more: int = 0
    """Pieces of evidence beyond those given."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A legend entry: how the entities of one class are drawn: `color` as #rrggbb, `shape` one of vis-network."""

    name: str
    labels: Words
    color: str
    shape: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a page shows. `terms` has the labels of each "class", "predicate", "indicator", "unit", "status", ..."""

    title: Words
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    kinds: tuple[Kind, ...]
    terms: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    """Colours of the lines, by predicate."""
    left_out_nodes: int = 0
    left_out_edges: int = 0

    def cut(self, limit: int) -> Picture:
        """At most `limit` nodes, the best connected ones, with the edges among them; counts what was left out."""
        if len(self.nodes) <= limit:
            return self
        degree = degrees(self)
        kept = {node.id for node in sorted(self.nodes, key=lambda node: (-degree[node.id], node.id))[:limit]}
        edges = tuple(edge for edge in self.edges if edge.source in kept and edge.target in kept)
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id in kept),
            edges=edges,
            left_out_nodes=self.left_out_nodes + len(self.nodes) - len(kept),
            left_out_edges=self.left_out_edges + len(self.edges) - len(edges),
        )


def degrees(picture: Picture) -> Counter[str]:
    """How many edges of `picture` meet each node."""
    return Counter(end for edge in picture.edges for end in (edge.source, edge.target))
