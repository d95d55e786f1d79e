"""A module of the ontology as a drawing: its classes as a tree, and its relations as arrows between classes.

>>> svg(load(), "actors", "de")
>>> png(load(), "actors", "de")

What is drawn is laid out once, as boxes, lines and words; `raster` makes pixels of the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from kg.ontology import Ontology
from kg.ontology.model import ClassTerm, RelationTerm, Term

ROW, STEP, SIZE, MARGIN = 26, 22, 13, 16
"""Height of a line, indent of a finer class, size of letters, space around all; in pixels."""
_COLUMN = 34
"""So many classes stand in a column, or some more where a family is larger."""
_FAMILY = 2
"""A column begins with a class of at most this depth."""
_MOST = 4
"""So many classes of a domain or range are named."""
_WIDE = dict.fromkeys("ijlftI.,' ()-", 0.27) | dict.fromkeys("mwMWOGQ@", 0.8) | {"r": 0.34}
"""Letters that are narrower or broader than most, as shares of their height."""


@dataclass(frozen=True, slots=True)
class Word:
    """Text that begins at a point of its base line."""

    x: float
    y: float
    text: str
    color: str = "#222222"
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, with a head at its end or without."""

    points: tuple[tuple[float, float], ...]
    color: str = "#999999"
    head: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled square that shows the colour of a class."""

    x: float
    y: float
    color: str


@dataclass(slots=True)
class Drawing:
    """What a drawing is made of; sizes grow with what is put in."""

    title: str
    shapes: list[Word | Stroke | Box] = field(default_factory=list)
    width: float = 0
    height: float = 0

    def add(self, *shapes: Word | Stroke | Box) -> None:
        """Put in more; the drawing is as large as its words need."""
        for shape in shapes:
            if isinstance(shape, Word):
                self.width = max(self.width, shape.x + breadth(shape.text) + MARGIN)
                self.height = max(self.height, shape.y + MARGIN)
        self.shapes += shapes


def breadth(text: str) -> float:
    """How wide a text is, about: a Chinese sign is as wide as high, a letter half of it."""
    shares = (1.0 if ord(letter) > 0x2E7F else _WIDE.get(letter, 0.54) for letter in text)
    return SIZE * sum(shares)


def svg(
    ontology: Ontology, module: str = "", lang: str = "en", href: Callable[[Term], str] = lambda term: term.iri
) -> bytes:
    """The drawing of one module, or of all where none is named; every word in `lang`, each term with its link."""
    drawing = draw(ontology, module, lang)
    size = f"width='{drawing.width:.0f}' height='{drawing.height:.0f}'"
    parts = [f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img' font-family='sans-serif' font-size='{SIZE}'>"]
    parts.append(f"<title>{escape(drawing.title)}</title>")
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            parts.append(f"<rect x='{shape.x}' y='{shape.y}' width='12' height='12' fill='{shape.color}'/>")
        elif isinstance(shape, Stroke):
            parts.append(_path(shape))
        else:
            parts.append(_text(shape, lang, href))
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def png(ontology: Ontology, module: str = "", lang: str = "en") -> bytes:
    """The same as pixels; `KgError` for a language whose letters the built-in font lacks."""
    from kg.publish.raster import pixels  # PDFium, which most exports need not wait for

    return pixels(draw(ontology, module, lang))


def _path(stroke: Stroke) -> str:
    way = "M" + "L".join(f"{x} {y}" for x, y in stroke.points)
    line = f"<path d='{way}' fill='none' stroke='{stroke.color}'/>"
    if not stroke.head:
        return line
    x, y = stroke.points[-1]
    return line + f"<path d='M{x} {y}l-8 -4v8z' fill='{stroke.color}'/>"


def _text(word: Word, lang: str, href: Callable[[Term], str]) -> str:
    if word.term is None:
        return f"<text x='{word.x}' y='{word.y}' fill='{word.color}'>{escape(word.text)}</text>"
    tip = escape(word.term.definitions.get(lang, ""))
    drawn = f"<text x='{word.x}' y='{word.y}' fill='{word.color}'>{escape(word.text)}<title>{tip}</title></text>"
    return f"<a href={quoteattr(href(word.term))}>{drawn}</a>"


# ---- the layout


def draw(ontology: Ontology, module: str, lang: str) -> Drawing:
    """Where everything of a module stands; of all modules where none is named."""
    drawing = Drawing(module or "ontology")
    classes = [term for term in ontology.classes.values() if module in ("", term.module)]
    left: float = MARGIN
    for column in _columns(_in_tree(ontology, classes)):
        _tree(drawing, ontology, column, left, lang)
        left = drawing.width + MARGIN
    relations = [
        term
        for term in ontology.properties.values()
        if module in ("", term.module) and term.kind == "object" and term.domain and term.range
    ]
    _arrows(drawing, ontology, relations, lang)
    return drawing


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


def _columns(rows: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """The tree cut at families; the classes above a family stand again at the head of its column."""
    columns: list[list[tuple[str, int]]] = [[]]
    above: list[str] = []
    for name, depth in rows:
        if len(columns[-1]) >= _COLUMN and depth <= _FAMILY:
            columns.append([(up, level) for level, up in enumerate(above[:depth])])
        above = [*above[:depth], name]
        columns[-1].append((name, depth))
    return [column for column in columns if column]


def _tree(drawing: Drawing, ontology: Ontology, rows: list[tuple[str, int]], left: float, lang: str) -> None:
    last: dict[int, float] = {}
    for line, (name, depth) in enumerate(rows):
        term = ontology.classes[name]
        x, y = left + depth * STEP, MARGIN + line * ROW
        if depth and depth - 1 in last:
            drawing.add(Stroke(((x - STEP + 6, last[depth - 1] + 12), (x - STEP + 6, y + 6), (x, y + 6))))
        last[depth] = y
        label = term.labels.get(lang) or name
        drawing.add(Box(x, y, ontology.style(name).color), Word(x + 18, y + 11, label, term=term))


def _arrows(drawing: Drawing, ontology: Ontology, relations: list[RelationTerm], lang: str) -> None:
    """Relations below the tree: domain, an arrow with the name on it, range; a relation and its inverse are one."""

    def named(names: Iterable[str]) -> str:
        known = [ontology.label(one, lang) for one in sorted(names) if one in ontology.classes]
        return ", ".join(known[:_MOST]) + " …" * (len(known) > _MOST)

    drawn = {relation.name: relation for relation in relations}
    for relation in relations:
        if relation.name in drawn and relation.inverse != relation.name:
            drawn.pop(relation.inverse, None)
    rows = list(drawn.values())
    if not rows:
        return
    labels = [" / ".join(ontology.label(one, lang) for one in (row.name, row.inverse) if one) for row in rows]
    first, second = [named(one.domain) for one in rows], [named(one.range) for one in rows]
    start = MARGIN + max(map(breadth, first)) + 10
    end = start + max(map(breadth, labels)) + 30
    top = drawing.height + MARGIN
    for line, row in enumerate(rows):
        y = top + line * ROW * 1.2
        drawing.add(
            Word(start - 10 - breadth(first[line]), y + 11, first[line]),
            Word(start + 8, y + 3, labels[line], term=row),
            Stroke(((start, y + 7), (end, y + 7)), ontology.edge_color(row.name), head=True),
            Word(end + 10, y + 11, second[line]),
        )
