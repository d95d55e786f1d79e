"""The running text of an HTML page: trafilatura finds it, this turns its structure into blocks."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kg.documents.model import BlockKind, Content
from kg.documents.runs import Run, clean, content, one_head, rows

_KINDS: dict[str, BlockKind] = {
    "head": "heading",
    "p": "paragraph",
    "item": "item",
    "quote": "paragraph",
    "ab": "paragraph",
}
_INLINE = frozenset(("a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"))
_WIDEST = 100
"""Cells over which one cell is spread at most: more is a mistake or an attack."""


def html_content(raw: str) -> Content:
    """Text, blocks and title of a page, without navigation and other furniture.

    Raises ValueError where the page has no parsable markup.
    """
    import trafilatura  # a second of import time that only HTML needs

    tree = trafilatura.load_html(raw)
    if tree is None:
        return Content("", ())
    title = clean(trafilatura.extract_metadata(raw, extensive=False).title or "")
    captions = _captions(tree)
    for table in list(tree.iter("table")):
        _squared(table)
    page = trafilatura.extract(
        tree, output_format="xml", include_tables=True, include_comments=False, favor_recall=True, deduplicate=False
    )
    if not page:
        return Content("", ())
    root = etree.fromstring(
        page.encode(), parser=etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    )
    if root is None:
        raise ValueError("no element was found")
    main = root.find("main")
    runs = [
        Run("caption", run.text) if run.kind == "paragraph" and run.text in captions else run
        for run in _runs(main if main is not None else root)
    ]
    if title and not any(run.text == title for run in runs[:2]):
        runs.insert(0, Run("title", title))
    return content(runs, title)


def _captions(tree: etree._Element) -> frozenset[str]:
    """The words below tables and pictures, made paragraphs so that they are not passed over."""
    found = set()
    for caption in list(tree.iter("caption", "figcaption")):
        owner = next(caption.iterancestors("table", "figure"), None)
        words = clean(_words(caption))
        if owner is None or owner.getparent() is None or not words:
            continue
        found.add(words)
        paragraph = etree.Element("p")
        paragraph.text = words
        caption.drop_tree()
        owner.addprevious(paragraph)
    return frozenset(found)


def _squared(table: etree._Element) -> None:
    """Write a table anew with a cell in each place of its grid: what spans several places is said in each of them."""
    if next(table.iterdescendants("table"), None) is not None:
        return  # a table around tables is layout
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    heads = 0
    for row in table.iter("tr"):
        line: list[str] = []
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        for cell in cells:
            _carried(line, below)
            words = clean(_words(cell))
            wide, deep = _span(cell, "colspan"), _span(cell, "rowspan")
            repeated = words if cell.tag == "th" else ""
            for place in range(wide):
                line.append(words if place == 0 else repeated)
                if deep > 1:
                    below[len(line) - 1] = (deep - 1, line[-1])
        _carried(line, below)
        head = bool(cells) and (row.getparent().tag == "thead" or all(cell.tag == "th" for cell in cells))
        heads += head and heads == len(grid)
        grid.append(line)
    _rewrite(table, grid, heads)


def _words(element: etree._Element) -> str:
    """The words of a cell: what begins a line is set apart, what is only set in other letters is not."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_words(child) if child.tag in _INLINE else f" {_words(child)} ")
        parts.append(child.tail or "")
    return "".join(parts)


def _carried(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Put in the cells that reach down from the rows above."""
    while len(line) in below:
        left, words = below.pop(len(line))
        if left > 1:
            below[len(line)] = (left - 1, words)
        line.append(words)


def _span(cell: etree._Element, name: str) -> int:
    said = (cell.get(name) or "1").strip()
    return min(max(int(said), 1), _WIDEST) if said.isdecimal() and len(said) < 6 else 1


def _rewrite(table: etree._Element, grid: list[list[str]], heads: int) -> None:
    for child in list(table):
        table.remove(child)
    if heads > 1:
        grid, heads = [one_head(grid[:heads]), *grid[heads:]], 1
    for number, line in enumerate(grid):
        row = etree.SubElement(table, "tr")
        for words in line:
            etree.SubElement(row, "th" if number < heads else "td").text = words


def _runs(element: etree._Element) -> Iterator[Run]:
    for child in element:
        kind = _KINDS.get(child.tag) if isinstance(child.tag, str) else None
        if child.tag == "table":
            found = [[cell for cell in row if isinstance(cell.tag, str)] for row in child.iter("row")]
            told = sum(bool(row) and all(cell.get("role") == "head" for cell in row) for row in found)
            yield from rows([["".join(cell.itertext()) for cell in row] for row in found], told or None)
        elif kind:
            depth = (child.get("rend") or "")[-1:]
            words = clean("".join(child.itertext()))
            yield Run(kind, words, int(depth) if kind == "heading" and depth.isdigit() else 0)
        elif isinstance(child.tag, str):
            yield from _runs(child)
