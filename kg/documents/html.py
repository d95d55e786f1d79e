"""The running text of an HTML page: trafilatura finds it, this turns its structure into blocks."""

from __future__ import annotations

import re

from lxml import etree

from kg.documents.model import Block, BlockKind

_SPACE = re.compile(r"\s+")
_KINDS: dict[str, BlockKind] = {
    "head": "heading",
    "p": "paragraph",
    "item": "item",
    "row": "row",
    "quote": "paragraph",
    "ab": "paragraph",
}


def html_blocks(raw: str) -> tuple[str, tuple[Block, ...], str]:
    """Stored text, blocks and title of a page, without navigation and other furniture.

    Raises ValueError where the page has no parsable markup.
    """
    import trafilatura  # a second of import time that only HTML needs

    page = trafilatura.extract(
        raw, output_format="xml", include_tables=True, include_comments=False, favor_recall=True, deduplicate=False
    )
    if not page:
        return "", (), ""
    root = etree.fromstring(
        page.encode(), parser=etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    )
    if root is None:
        raise ValueError("no element was found")
    runs: list[tuple[BlockKind, int, str]] = []
    main = root.find("main")
    _walk(main if main is not None else root, runs)
    title = trafilatura.extract_metadata(raw, extensive=False).title or ""
    if title and not any(content == title for _, _, content in runs[:2]):
        runs.insert(0, ("title", 0, title))
    parts, blocks, size = [], [], 0
    for kind, level, content in runs:
        blocks.append(Block(size, size + len(content), kind, level))
        parts.append(content)
        size += len(content) + 2
    return "\n\n".join(parts), tuple(blocks), title


def _walk(element: etree._Element, runs: list[tuple[BlockKind, int, str]]) -> None:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        kind = _KINDS.get(child.tag)
        if kind == "row":
            content = " | ".join(_text(cell) for cell in child if isinstance(cell.tag, str))
        elif kind:
            content = _text(child)
        else:
            _walk(child, runs)
            continue
        level = (
            int((child.get("rend") or "h1")[-1])
            if child.tag == "head" and (child.get("rend") or "")[-1:].isdigit()
            else 0
        )
        if content.strip(" |"):
            runs.append((kind, level, content))


def _text(element: etree._Element) -> str:
    return _SPACE.sub(" ", "".join(element.itertext())).strip()
