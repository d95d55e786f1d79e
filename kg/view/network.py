"""A `Picture` as a pyvis network: nodes and edges with the attributes that vis-network draws.

Nodes and edges are numbered by their place in the picture; the page finds labels, figures and evidence by that number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from pyvis.network import Network

from kg.view.layout import font_size, node_size, positions
from kg.view.model import Edge, Kind, Picture, degrees

PLAIN = "actual"
"""Facts with this status are drawn as full lines, all others dashed."""
NEUTRAL = Kind("", {}, "#8a8f98", "dot")
BEND = 0.22


def network(picture: Picture) -> Network:
    """The picture as a directed pyvis network (an undirected one would merge parallel edges), nodes in place."""
    found = Network(directed=True)
    kinds = {kind.name: kind for kind in picture.kinds}
    places, degree = positions(picture), degrees(picture)
    number = {node.id: place for place, node in enumerate(picture.nodes)}
    for node in picture.nodes:
        kind = kinds.get(node.kind, NEUTRAL)
        x, y = places[node.id]
        found.add_node(
            number[node.id],
            label=next(iter(node.labels.values()), "") or node.id,
            shape=kind.shape,
            color=kind.color,
            x=x,
            y=y,
            size=node_size(degree[node.id]),
            font={"size": font_size(degree[node.id])},
            shapeProperties={"borderDashes": [4, 3] if node.generic else False},
        )
    for place, (edge, bend) in enumerate(zip(picture.edges, bends(picture.edges), strict=True)):
        found.add_edge(
            number[edge.source],
            number[edge.target],
            id=place,
            color=picture.lines.get(edge.predicate, NEUTRAL.color),
            width=round(1.2 + min(math.log2(max(edge.sources, 1)) * 0.8, 3), 2),
            dashes=False if edge.status in ("", PLAIN) else [7, 5],
            **_course(edge, bend),
        )
    return found


def bends(edges: Sequence[Edge]) -> list[float]:
    """How far each edge bows out, so that edges between the same two nodes stay apart; 0 is straight.

    The sign is meant as seen by the edge itself: two opposite edges with the same bend bow out to different sides.
    Loops at one node get 0, 1, 2, ...
    """
    between: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, edge in enumerate(edges):
        between[min(edge.source, edge.target), max(edge.source, edge.target)].append(place)
    found = [0.0] * len(edges)
    for (first, second), places in between.items():
        for turn, place in enumerate(places):
            if first == second:
                found[place] = float(turn)
                continue
            side = (turn - (len(places) - 1) / 2) * BEND
            found[place] = round(side if edges[place].source == first else -side, 3)
    return found


def _course(edge: Edge, bend: float) -> dict[str, object]:
    if edge.source == edge.target:
        return {"selfReference": {"size": 18 + 12 * bend, "angle": 0.8}}
    if not bend:
        return {"smooth": False}
    return {"smooth": {"enabled": True, "type": "curvedCW" if bend > 0 else "curvedCCW", "roundness": abs(bend)}}
