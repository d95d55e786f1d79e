"""A module of the ontology as an SVG drawing: its classes as a tree, and its relations as arrows between classes."""

from __future__ import annotations

from xml.sax.saxutils import escape

from kg.ontology import Ontology
from kg.ontology.model import ClassTerm, RelationTerm

_ROW, _INDENT, _BOX, _LEFT = 30, 190, 22, 10
_FONT = "font-family='sans-serif' font-size='13'"


def svg(ontology: Ontology, module: str = "", lang: str = "en") -> bytes:
    """The drawing of one module, or of all where none is named; every word in `lang`."""
    classes = [term for term in ontology.classes.values() if module in ("", term.module)]
    relations = [
        term
        for term in ontology.properties.values()
        if module in ("", term.module) and term.kind == "object" and term.domain and term.range
    ]
    rows: list[str] = []
    line = 0
    places: dict[str, tuple[int, int]] = {}
    for name, depth in _in_tree(ontology, classes):
        places[name] = (depth, line)
        rows.append(_box(ontology, name, depth, line, lang, places))
        line += 1
    for relation in relations:
        rows.append(_arrow(ontology, relation, line, lang))
        line += 1
    width = _INDENT * (max((depth for depth, _ in places.values()), default=0) + 2) + 700 * bool(relations)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{line * _ROW + 20}' role='img'>\n"
        f"<title>{escape(module or 'ontology')}</title>\n" + "\n".join(rows) + "\n</svg>\n"
    ).encode()


def _in_tree(ontology: Ontology, classes: list[ClassTerm]) -> list[tuple[str, int]]:
    """Names of classes with their depth; each right under the first of its broader ones, which are shown too."""
    shown = {up for term in classes for up in ontology.ancestors(term.name)}
    below: dict[str, list[str]] = {}
    for name, term in ontology.classes.items():
        if name in shown:
            below.setdefault(term.parents[0] if term.parents else "", []).append(name)
    found: list[tuple[str, int]] = []

    def walk(name: str, depth: int) -> None:
        for one in below.get(name, []):
            found.append((one, depth))
            walk(one, depth + 1)

    walk("", 0)
    return found


def _box(
    ontology: Ontology, name: str, depth: int, line: int, lang: str, places: dict[str, tuple[int, int]]
) -> str:  # fmt: skip
    x, y = _LEFT + depth * _INDENT // 3, line * _ROW + 10
    term, color = ontology.classes[name], ontology.style(name).color
    label = escape(term.labels.get(lang) or name)
    drawn = f"<rect x='{x}' y='{y}' width='12' height='{_BOX}' fill='{color}'/><text x='{x + 18}' y='{y + 15}' {_FONT}>"
    drawn += f"{label}<title>{escape(term.definitions.get(lang, ''))}</title></text>"
    if term.parents and term.parents[0] in places:
        above, row = places[term.parents[0]]
        px = _LEFT + above * _INDENT // 3 + 6
        drawn += f"<path d='M{px} {row * _ROW + 10 + _BOX}V{y + 11}H{x}' fill='none' stroke='#999'/>"
    return drawn


def _arrow(ontology: Ontology, relation: RelationTerm, line: int, lang: str) -> str:
    y = line * _ROW + 25

    def named(names: frozenset[str]) -> str:
        return escape(", ".join(ontology.label(one, lang) for one in sorted(names) if one in ontology.classes))

    label = escape(relation.labels.get(lang) or relation.name)
    return (
        f"<text x='{_LEFT}' y='{y}' {_FONT}>{named(relation.domain)} "
        f"<tspan fill='{ontology.edge_color(relation.name)}'>— {label} →</tspan> {named(relation.range)}</text>"
    )
