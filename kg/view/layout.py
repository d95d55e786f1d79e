"""Where each node stands: computed once, here, so that the page opens at rest and every reader sees the same picture.

Each connected part is laid out by stress majorisation: distances on the page follow distances in the graph, by
stochastic gradient descent over pairs of nodes (Zheng, Pawar, Goodman, "Graph drawing by stochastic gradient descent",
2018). Then labels that overlap are pushed apart, and the parts are packed beside each other. networkx supplies the
parts and the distances; its own layouts need numpy, whose results differ in the last digits between processors, and
those would show. Units are pixels at zoom 1.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import add
from typing import TypeAlias

import networkx as nx

from kg.view.model import Node, Picture, degrees

SEED = 20240601
ASPECT = 1.15
"""Width to height of the whole picture: that of a canvas beside a table."""
COLUMNS, LINES = 22, 3
"""A label is broken after so many columns, and cut after so many lines (the page's script does the same)."""
FEW = 320
"""Up to so many nodes every pair is looked at; beyond, each node with its neighbours and with SAMPLE others."""
SAMPLE, HUBS, ROUNDS, SWEEPS = 50, 30, 20, 100
ROOM, WIDE = 1.5, 1.3
GAP = 70.0


Pair: TypeAlias = tuple[int, int, float, float]
"""Two places in a list of names, the distance between them, its weight."""


@dataclass(frozen=True, slots=True)
class Box:
    """The room that a node takes with its label, whose middle is `drop` below the node's middle."""

    width: float
    height: float
    drop: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A connected part laid out, and the rectangle that it takes with its labels."""

    part: Mapping[str, tuple[float, float]]
    left: float
    top: float
    width: float
    height: float


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
    _give_room(points, boxes)
    return _separate(points, boxes)


def _pairs(graph: nx.Graph[str], names: Sequence[str], rng: random.Random) -> list[Pair]:
    """Pairs of nodes with the distance that they should have, and how much that matters."""
    index = {name: place for place, name in enumerate(names)}
    if len(names) <= FEW:
        far = {name: nx.single_source_dijkstra_path_length(graph, name, weight="length") for name in names}
        return [(index[a], index[b], far[a][b], far[a][b] ** -2) for a, b in combinations(names, 2)]
    # every edge, and for each node a sample of others; how far those are is told by way of the best connected nodes
    hubs = sorted(names, key=lambda name: (-graph.degree(name), name))[:HUBS]
    columns = [nx.single_source_dijkstra_path_length(graph, hub, weight="length") for hub in hubs]
    rows = [[column[name] for column in columns] for name in names]
    edges = ((a, b, float(graph.edges[a, b]["length"])) for a, b in graph.edges)
    found: list[Pair] = [(index[a], index[b], length, length**-2) for a, b, length in edges]
    share = len(names) / (2 * SAMPLE)  # each of the sample stands for so many
    for a, row in enumerate(rows):
        for b in rng.sample(range(len(names)), SAMPLE):
            if a != b:
                distance = min(map(add, row, rows[b]))
                found.append((a, b, distance, share * distance**-2))
    return found


def _stress(graph: nx.Graph[str], names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Positions whose distances come near to the wanted ones."""
    rng = random.Random(SEED)
    pairs = _pairs(graph, names, rng)
    span = 100 * math.sqrt(len(names))
    xs, ys = ([rng.uniform(-span, span) for _ in names] for _ in "xy")
    first, last = 1 / min(pair[3] for pair in pairs), 0.1 / max(pair[3] for pair in pairs)
    for turn in range(ROUNDS):
        step = first * (last / first) ** (turn / (ROUNDS - 1))
        rng.shuffle(pairs)
        for a, b, distance, weight in pairs:
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            now = math.sqrt(dx * dx + dy * dy) or 1e-6
            pull = weight * step
            move = (pull if pull < 1 else 1.0) * (now - distance) / (2 * now)
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


def _give_room(points: dict[str, tuple[float, float]], boxes: Mapping[str, Box]) -> None:
    """Stretch the whole until all labels could have their place, wider than high as labels are."""
    spread_x, spread_y = (math.sqrt(sum(p[i] ** 2 for p in points.values()) / len(points)) for i in (0, 1))
    spread_y = max(spread_y, spread_x / 3)
    taken = sum(boxes[name].width * boxes[name].height for name in points)
    wide = math.sqrt(WIDE)
    factor = math.sqrt(max(1.0, ROOM * taken / (4 * math.pi * max(spread_x * spread_y, 1.0))))
    factor = min(factor, 3.0)
    points.update({name: (x * factor * wide, y * factor / wide) for name, (x, y) in points.items()})


def _separate(points: Mapping[str, tuple[float, float]], boxes: Mapping[str, Box]) -> dict[str, tuple[float, float]]:
    """Push boxes that overlap apart, along the line between their middles so that the shape of the whole is kept."""
    names = sorted(points)
    xs = [points[name][0] for name in names]
    ys = [points[name][1] + boxes[name].drop for name in names]
    sides = [(boxes[name].width, boxes[name].height) for name in names]
    cell_x, cell_y = max(width for width, _ in sides), max(height for _, height in sides)
    for _ in range(SWEEPS):
        grid: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i in range(len(names)):
            grid[int(xs[i] // cell_x), int(ys[i] // cell_y)].append(i)
        moved = False
        for (column, row), here in grid.items():
            near = [j for c in (-1, 0, 1) for r in (-1, 0, 1) for j in grid.get((column + c, row + r), ())]
            for i in here:
                for j in near:
                    if j > i:
                        moved |= _push(i, j, xs, ys, sides)
        if not moved:
            break
    return {name: (xs[i], ys[i] - boxes[name].drop) for i, name in enumerate(names)}


def _push(i: int, j: int, xs: list[float], ys: list[float], sides: Sequence[tuple[float, float]]) -> bool:
    """Move two boxes apart if they overlap; tells whether they did."""
    need_x, need_y = (sides[i][0] + sides[j][0]) / 2, (sides[i][1] + sides[j][1]) / 2
    dx, dy = xs[i] - xs[j], ys[i] - ys[j]
    if abs(dx) >= need_x or abs(dy) >= need_y:
        return False
    if abs(dx) + abs(dy) < 1:
        dx, dy = 1.0, 0.7
    factor = min(need_x / abs(dx) if dx else math.inf, need_y / abs(dy) if dy else math.inf)
    share = min(factor - 1, 0.6) / 2 + 0.01
    xs[i] += dx * share
    ys[i] += dy * share
    xs[j] -= dx * share
    ys[j] -= dy * share
    return True


def _pack(parts: Sequence[Mapping[str, tuple[float, float]]], boxes: Mapping[str, Box]) -> dict[str, tuple[int, int]]:
    """Set the parts beside each other in rows, the highest first, in rows of the length that fills the page best."""
    frames = sorted((_frame(part, boxes) for part in parts), key=lambda frame: -frame.height)
    longest = max((frame.width for frame in frames), default=0.0)
    side = math.sqrt(ASPECT * sum((frame.width + GAP) * (frame.height + GAP) for frame in frames))
    lengths = [max(longest, side * percent / 100) for percent in range(80, 260, 10)]
    _, corners = min(_rows(frames, length) for length in lengths)
    found: dict[str, tuple[int, int]] = {}
    for frame, (left, top) in zip(frames, corners, strict=True):
        for name, (x, y) in frame.part.items():
            found[name] = round(x - frame.left + left), round(y - frame.top + top)
    return found


def _frame(part: Mapping[str, tuple[float, float]], boxes: Mapping[str, Box]) -> Frame:
    left = min(x - boxes[name].width / 2 for name, (x, _) in part.items())
    right = max(x + boxes[name].width / 2 for name, (x, _) in part.items())
    top = min(y + boxes[name].drop - boxes[name].height / 2 for name, (_, y) in part.items())
    bottom = max(y + boxes[name].drop + boxes[name].height / 2 for name, (_, y) in part.items())
    return Frame(part, left, top, right - left, bottom - top)


def _rows(frames: Sequence[Frame], length: float) -> tuple[float, list[tuple[float, float]]]:
    """Frames in rows of that length: how high a page must be to hold them all, and the upper left corner of each."""
    found: list[tuple[float, float]] = []
    x = y = row_height = width = 0.0
    for frame in frames:
        if x > 0 and x + frame.width > length:
            x, y, row_height = 0.0, y + row_height + GAP, 0.0
        found.append((x, y))
        x, row_height = x + frame.width + GAP, max(row_height, frame.height)
        width = max(width, x - GAP)
    return max(y + row_height, width / ASPECT), found


def _box(node: Node, degree: int) -> Box:
    size, font = node_size(degree), font_size(degree)
    columns = max((_columns(words) for words in node.labels.values()), default=8)
    lines = min(math.ceil(columns / COLUMNS), LINES)
    label = lines * font * 1.25 + 4
    return Box(max(2 * size, min(columns, COLUMNS) * font * 0.56) + 18, 2 * size + label + 12, label / 2)


def _columns(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)
