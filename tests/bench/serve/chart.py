"""The measurements as a table in Markdown, and as plots in SVG."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import isinf, log10

BESIDE = "oxigraph serve"
AS_USED = ", as used"
"""Ends the names of servers that are asked for some things more often than for others."""
Results = dict[str, dict[str, dict[str, float]]]
"""Kind of query -> server -> figures."""
COLOURS = ("#0072B2", "#88BBEE", "#56B4E9", "#D55E00", "#F0A070", "#E69F00", "#009E73")
"""Told apart by the colour-blind, too."""
PACED = ("one rate: requests/s", "one rate: p50 ms", "one rate: p99 ms")
"""What is found where both servers are asked as often."""
COLUMNS = ("repeated", "requests/s", "p50 ms", "p99 ms", *PACED, "CPU ms/request", "MB", "failed", "load")


COMPARED = ("requests/s", "p99 ms", "one rate: p99 ms")
"""What is told as times that of Oxigraph's server."""


def beside(server: str) -> str:
    """The name under which Oxigraph's server is asked the same way."""
    return BESIDE + AS_USED if server.endswith(AS_USED) else BESIDE


def table(results: Results) -> str:
    """A row for each kind of query and server, with what it is beside Oxigraph's."""
    lines = [
        "| query | server | speed | p99 | p99, one rate | " + " | ".join(COLUMNS) + " |",
        "|---|---|" + "---:|" * (len(COMPARED) + len(COLUMNS)),
    ]
    for kind, servers in results.items():
        for name, figures in servers.items():
            times = [_times(figures, servers.get(beside(name)), column) for column in COMPARED]
            cells = " | ".join([*times, *(_number(figures[column]) for column in COLUMNS)])
            lines.append(f"| {kind} | {name} | {cells} |")
    return "\n".join(lines) + "\n"


def summary(results: Results, servers: list[str]) -> str:
    """A row for each kind of query: how many times those of Oxigraph's server, asked the same way, the figures are."""
    heads = [f"{what}: {name}" for what in ("speed", "p99", "p99, one rate") for name in servers]
    lines = ["| query | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for kind, found in results.items():
        cells = []
        for column in COMPARED:
            for name in servers:
                cells.append(_times(found[name], found.get(beside(name)), column) if name in found else "-")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _times(figures: dict[str, float], other: dict[str, float] | None, column: str) -> str:
    if other is None or not other[column] or isinf(other[column]) or isinf(figures[column]):
        return "-"
    return f"{figures[column] / other[column]:.2f}"


def _number(value: float) -> str:
    if isinf(value):
        return "-"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def bars(results: Results, column: str, title: str) -> str:
    """Bars on a logarithmic scale, in groups by kind of query."""
    servers = list(dict.fromkeys(name for one in results.values() for name in one))
    values = [
        figures[column] for one in results.values() for figures in one.values() if 0 < figures[column] < float("inf")
    ]
    low, high = 10.0 ** _down(min(values)), max(values)
    height, left, row = 16, 110, 16 * (len(servers) + 1)
    width, top = 880, 60

    def along(value: float) -> float:
        return (width - left - 70) * (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low) or 1)

    parts = [f'<text x="{left}" y="18" font-size="15">{escape(title)}</text>']
    parts += _legend(servers, left)
    for group, (kind, one) in enumerate(results.items()):
        y = top + group * row
        parts.append(f'<text x="{left - 8}" y="{y + row / 2:.0f}" text-anchor="end">{escape(kind)}</text>')
        for number, name in enumerate(servers):
            if name in one and not isinf(one[name][column]):
                parts.append(_bar(left, y + number * height, along, one[name][column], COLOURS[number], name))
    size = top + len(results) * row
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {size}" font-family="sans-serif" font-size="12">'
    )
    return head + f"<title>{escape(title)}</title>" + "".join(parts) + "</svg>\n"


def _down(value: float) -> int:
    return int(log10(value)) - (value < 1)


def _legend(servers: list[str], left: int) -> list[str]:
    made = []
    for number, name in enumerate(servers):
        x = left - 100 + number * 122
        made.append(f'<rect x="{x}" y="30" width="11" height="11" fill="{COLOURS[number]}"/>')
        made.append(f'<text x="{x + 15}" y="40">{escape(name)}</text>')
    return made


def _bar(x: int, y: int, along: Callable[[float], float], value: float, colour: str, name: str) -> str:
    width = max(1.0, along(value))
    return (
        f'<rect x="{x}" y="{y}" width="{width:.1f}" height="13" fill="{colour}"><title>{escape(name)}</title></rect>'
        f'<text x="{x + width + 4:.1f}" y="{y + 11}" font-size="11">{_number(value)}</text>'
    )
