"""Where each node stands: computed once, here, so that the page opens at rest and every reader sees the same picture.

Each connected part is laid out by stress majorisation: distances on the page follow distances in the graph, by stochastic
gradient descent over pairs of nodes (Zheng, Pawar, Goodman, "Graph drawing by stochastic gradient descent", 2018). Then
labels that overlap are pushed apart, and the parts are packed beside each other. networkx supplies the parts and the
distances; its own layouts need numpy, whose results differ in the last digits between processors, and those would show.
Units are pixels at zoom 1.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import networkx as nx

from kg.view.model import Node, Picture, degrees

SEED = 20240601
ASPECT = 1.35
"""Width to height of the whole picture: that of a canvas beside a table."""
COLUMNS, LINES = 22, 3
"""A label is broken after so many columns, and cut after so many lines (the page's script does the same)."""
FEW = 260
"""Up to so many nodes every pair is looked at; beyond, a sample."""
PIVOTS, SIBLINGS, ROUNDS = 40, 16, 30
GAP = 70.0


@dataclass(frozen=True, slots=True)
class Box:
    """The room that a node takes with its label, whose middle is `drop` below the node's middle."""

    width: float
    height: float
    drop: float


def node_size(degree: int) -> float:
    """Radius of a node with that many edges."""
    return round(9 + min(3.2 * math.sqrt(degree), 19), 1)


def font_size(degree: int) -> int:
    """Size of its label: hubs are read first when all is far away."""
    return round(13 + min(1.6 * math.sqrt(degree), 9))


def positions(picture: Picture) -> dict[str, tuple[int, int]]:
    """The middle of each node, by its id. The same picture gives the same positions."""
    degree = degrees(picture)
    boxes = {node.id: _box(node, degree[node.id]) for node in picture.nodes}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(boxes))
    for edge in sorted(picture.edges, key=lambda edge: (edge.source, edge.target)):
        if edge.source != edge.target:
            length = 64 + 22 * (math.sqrt(degree[edge.source]) + math.sqrt(degree[edge.target]))
            graph.add_edge(edge.source, edge.target, length=length)
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part[0]))
    placed = [_part(graph.subgraph(part), part, boxes) for part in parts]
    return _pack(placed, boxes)


def _part(graph: nx.Graph[str], names: Sequence[str], boxes: Mapping[str, Box]) -> dict[str, tuple[float, float]]:
    if len(names) == 1:
        return {names[0]: (0.0, 0.0)}
    points = _stress(graph, names)
    _lie_down(points)
    return _separate(points, boxes)


def _pairs(graph: nx.Graph[str], names: Sequence[str], rng: random.Random) -> list[tuple[int, int, float]]:
    """Pairs of nodes with the distance that they should have: all of them, or edges, pivots and a sample of siblings."""
    index = {name: place for place, name in enumerate(names)}
    if len(names) <= FEW:
        far = {name: nx.single_source_dijkstra_path_length(graph, name, weight="length") for name in names}
        return [(index[a], index[b], far[a][b]) for a, b in combinations(names, 2)]
    wanted = {(index[a], index[b]): length for a, b, length in sorted(graph.edges(data="length"))}
    for name in names:
        around = sorted(graph[name])
        for one in around:
            for other in rng.sample(around, min(SIBLINGS * 2 // len(around) + 1, len(around))):
                if one != other:
                    distance = graph.edges[name, one]["length"] + graph.edges[name, other]["length"]
                    wanted.setdefault((index[one], index[other]), distance)
    near = dict.fromkeys(names, math.inf)
    pivot = max(names, key=lambda name: (graph.degree(name), name))
    for _ in range(PIVOTS):
        far_from = nx.single_source_dijkstra_path_length(graph, pivot, weight="length")
        for name, distance in far_from.items():
            if name != pivot:
                wanted.setdefault((index[pivot], index[name]), distance)
            near[name] = min(near[name], distance)
        pivot = max(names, key=lambda name: (near[name], name))
    return [(a, b, distance) for (a, b), distance in wanted.items()]


def _stress(graph: nx.Graph[str], names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Positions whose distances come near to the wanted ones."""
    rng = random.Random(SEED)
    pairs = _pairs(graph, names, rng)
    span = 100 * math.sqrt(len(names))
    xs, ys = ([rng.uniform(-span, span) for _ in names] for _ in "xy")
    first = max(distance for *_, distance in pairs) ** 2
    last = 0.08 * min(distance for *_, distance in pairs) ** 2
    for turn in range(ROUNDS):
        step = first * (last / first) ** (turn / (ROUNDS - 1))
        rng.shuffle(pairs)
        for a, b, distance in pairs:
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            now = math.sqrt(dx * dx + dy * dy) or 1e-6
            move = min(1.0, step / (distance * distance)) * (now - distance) / (2 * now)
            xs[a] -= move * dx
            ys[a] -= move * dy
            xs[b] += move * dx
            ys[b] += move * dy
    return dict(zip(names, zip(xs, ys, strict=True), strict=True))


def _lie_down(points: dict[str, tuple[float, float]]) -> None:
    """Turn the points so that they extend sideways rather than upwards, as screens and labels do."""
    middle_x = sum(x for x, _ in points.values()) / len(points)
    middle_y = sum(y for _, y in points.values()) / len(points)
    around = {name: (x - middle_x, y - middle_y) for name, (x, y) in points.items()}
    xx, yy, xy = (sum(p[i] * p[j] for p in around.values()) for i, j in ((0, 0), (1, 1), (0, 1)))
    angle = math.atan2(2 * xy, xx - yy) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    points.update({name: (x * cos + y * sin, y * cos - x * sin) for name, (x, y) in around.items()})


def _separate(points: Mapping[str, tuple[float, float]], boxes: Mapping[str, Box]) -> dict[str, tuple[float, float]]:
    """Push boxes that overlap apart, each along the side where least is missing, until none does."""
    names = sorted(points)
    xs = [points[name][0] for name in names]
    ys = [points[name][1] + boxes[name].drop for name in names]
    cell_x, cell_y = max(boxes[name].width for name in names), max(boxes[name].height for name in names)
    for _ in range(120):
        grid: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i in range(len(names)):
            grid[int(xs[i] // cell_x), int(ys[i] // cell_y)].append(i)
        moved = False
        for i, name in enumerate(names):
            column, row = int(xs[i] // cell_x), int(ys[i] // cell_y)
            near = (j for c in (-1, 0, 1) for r in (-1, 0, 1) for j in grid.get((column + c, row + r), ()) if j > i)
            for j in near:
                other = boxes[names[j]]
                miss_x = (boxes[name].width + other.width) / 2 - abs(xs[i] - xs[j])
                miss_y = (boxes[name].height + other.height) / 2 - abs(ys[i] - ys[j])
                if miss_x <= 0 or miss_y <= 0:
                    continue
                moved = True
                values, miss = (xs, miss_x) if miss_x < miss_y else (ys, miss_y)
                push = (miss / 2 + 0.5) * (1 if values[i] >= values[j] else -1)
                values[i] += push
                values[j] -= push
        if not moved:
            break
    return {name: (xs[i], ys[i] - boxes[name].drop) for i, name in enumerate(names)}


def _pack(parts: Sequence[Mapping[str, tuple[float, float]]], boxes: Mapping[str, Box]) -> dict[str, tuple[int, int]]:
    """Set the parts beside each other in rows, the largest first."""
    frames = []
    for part in parts:
        left = min(x - boxes[name].width / 2 for name, (x, _) in part.items())
        right = max(x + boxes[name].width / 2 for name, (x, _) in part.items())
        top = min(y + boxes[name].drop - boxes[name].height / 2 for name, (_, y) in part.items())
        bottom = max(y + boxes[name].drop + boxes[name].height / 2 for name, (_, y) in part.items())
        frames.append((part, left, top, right - left, bottom - top))
    area = sum((width + GAP) * (height + GAP) for *_, width, height in frames)
    row_width = max([math.sqrt(area * ASPECT), *(width for *_, width, _ in frames)])
    found: dict[str, tuple[int, int]] = {}
    x = y = row_height = 0.0
    for part, left, top, width, height in frames:
        if x > 0 and x + width > row_width:
            x, y, row_height = 0.0, y + row_height + GAP, 0.0
        found.update({name: (round(px - left + x), round(py - top + y)) for name, (px, py) in part.items()})
        x, row_height = x + width + GAP, max(row_height, height)
    return found


def _box(node: Node, degree: int) -> Box:
    size, font = node_size(degree), font_size(degree)
    columns = max((_columns(words) for words in node.labels.values()), default=8)
    lines = min(math.ceil(columns / COLUMNS), LINES)
    label = lines * font * 1.25 + 4
    return Box(max(2 * size, min(columns, COLUMNS) * font * 0.56) + 18, 2 * size + label + 12, label / 2)


def _columns(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)
