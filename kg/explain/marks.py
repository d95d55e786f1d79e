"""The spans of a sentence as a tree: marks inside marks, none that cross."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from kg.explain.model import Span

_ORDER = {"entity": 0, "quantity": 1, "date": 2, "cue": 3}


@dataclass(slots=True)
class Mark:
    """A stretch of text with what is known of it: several spans where they cover the same words."""

    spans: list[Span]
    parts: list[Part] = field(default_factory=list)

    @property
    def first(self) -> Span:
        """The span that gives the mark its look."""
        return self.spans[0]


Part: TypeAlias = "str | Mark"


def tree(text: str, start: int, end: int, spans: Iterable[Span]) -> list[Part]:
    """`text[start:end]` as text and marks; what crosses the border of a mark is cut there."""
    top: list[Part] = []
    open_: list[tuple[int, list[Part]]] = [(end, top)]
    at = start

    def close(until: int) -> None:
        """Writes the text up to `until`, ending the marks that end before."""
        nonlocal at
        while len(open_) > 1 and open_[-1][0] <= until:
            stop, parts = open_.pop()
            _say(parts, text[at:stop])
            at = max(at, stop)
        _say(open_[-1][1], text[at:until])
        at = max(at, until)

    for group in _together(spans, start, end):
        first = group[0]
        close(first.start)
        mark = Mark(group)
        if first.end > open_[-1][0]:  # it would cross the mark around it
            mark.spans = [replace(span, end=open_[-1][0]) for span in group]
        open_[-1][1].append(mark)
        open_.append((mark.first.end, mark.parts))
    close(end)
    return top


def _say(parts: list[Part], text: str) -> None:
    if text:
        parts.append(text)


def _together(spans: Iterable[Span], start: int, end: int) -> list[list[Span]]:
    """The spans in text order, outer before inner, those over the same words together and each once."""
    inside = [s for s in dict.fromkeys(spans) if start <= s.start < s.end <= end]
    groups: dict[tuple[int, int], list[Span]] = {}
    for span in sorted(inside, key=lambda s: (s.start, -s.end, _ORDER[s.kind], not s.used, s.name)):
        groups.setdefault((span.start, span.end), []).append(span)
    return list(groups.values())


def plain_text(parts: Sequence[Part], label: dict[str, str]) -> str:
    """The tree as plain text: [thing: class], {figure}, <cue that made a claim>."""
    said = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        inner, first = plain_text(part.parts, label), part.first
        if first.kind == "entity" and first.used:
            said.append(f"[{inner}: {label.get(first.name, first.name)}]")
        elif first.kind == "quantity":
            said.append("{" + inner + "}")
        elif first.kind == "cue" and first.used:
            said.append(f"<{inner}>")
        else:
            said.append(inner)
    return "".join(said)
