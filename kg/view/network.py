"""A `Picture` as a pyvis network: nodes and edges with the attributes that vis-network draws.

Nodes and edges are numbered by their place in the picture; the page finds labels, figures and evidence by that number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pyvis.network import Network

from kg.view.layout import font_size, node_size, positions
from kg.view.model import Edge, Kind, Picture, degrees

PLAIN = "actual"
"""Facts with this status are drawn as full lines, all others dashed."""
NEUTRAL = Kind("", {}, "#8a8f98", "dot")
BEND = 0.22
BENDS = (0.0, 0.14, -0.14, 0.28, -0.28, 0.42, -0.42)
NEAR = 26.0
"""An edge that comes nearer to the middle of a node than this seems to end there."""
MOST_LOOKS = 400_000
"""In a very large graph edges stay straight, which nobody can follow by eye there."""
Place: TypeAlias = tuple[int, int]


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
    for place, (edge, bend) in enumerate(zip(picture.edges, bends(picture.edges, places), strict=True)):
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


def bends(edges: Sequence[Edge], places: Mapping[str, Place]) -> list[float]:
    """How far each edge bows out; 0 is straight. Loops at one node get 0, 1, 2, ...

    Edges between the same two nodes stay apart; a single one bows out where it would run over another node. The sign is
    as seen by the edge itself: two opposite edges with the same bend bow out to different sides.
    """
    between: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, edge in enumerate(edges):
        between[min(edge.source, edge.target), max(edge.source, edge.target)].append(number)
    found = [0.0] * len(edges)
    looked_at = len(between) * len(places) <= MOST_LOOKS
    for (first, second), numbers in between.items():
        if first != second and len(numbers) == 1:
            found[numbers[0]] = _clear(edges[numbers[0]], places) if looked_at else 0.0
            continue
        for turn, number in enumerate(numbers):
            side = (turn - (len(numbers) - 1) / 2) * BEND
            found[number] = float(turn) if first == second else side if edges[number].source == first else -side
    return [round(bend, 3) for bend in found]


def _clear(edge: Edge, places: Mapping[str, Place]) -> float:
    """The smallest bend with which an edge runs over the fewest other nodes."""
    others = [place for name, place in places.items() if name not in (edge.source, edge.target)]
    start, end = places[edge.source], places[edge.target]
    reach = math.dist(start, end) / 2 + NEAR
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    others = [place for place in others if math.dist(place, middle) < reach * 1.1]
    return min(BENDS, key=lambda bend: sum(_touches(_points(start, end, bend), place) for place in others))


def _touches(points: Sequence[tuple[float, float]], place: Place) -> bool:
    return any(math.dist(point, place) < NEAR for point in points)


def _points(start: Place, end: Place, bend: float) -> list[tuple[float, float]]:
    """Points along an edge as vis-network draws it: straight, or as a curve with one control point."""
    length = math.dist(start, end)
    share = abs(bend) / 2 + 0.5
    angle = math.atan2(start[1] - end[1], end[0] - start[0]) + (bend / 2 + 0.5) * math.pi
    via = start[0] + share * length * math.sin(angle), start[1] + share * length * math.cos(angle)
    steps = max(4, min(40, round(length / NEAR)))
    found = []
    for step in range(1, steps):
        t = step / steps
        if not bend:
            found.append((start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])))
            continue
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        found.append((a * start[0] + b * via[0] + c * end[0], a * start[1] + b * via[1] + c * end[1]))
    return found


def _course(edge: Edge, bend: float) -> dict[str, object]:
    if edge.source == edge.target:
        return {"selfReference": {"size": 18 + 12 * bend, "angle": 0.8}}
    if not bend:
        return {"smooth": False}
    return {"smooth": {"enabled": True, "type": "curvedCW" if bend > 0 else "curvedCCW", "roundness": abs(bend)}}
