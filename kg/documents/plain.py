"""Blocks of plain text and Markdown: headings, paragraphs, list items."""

from __future__ import annotations

import re

from kg.documents.model import Block, BlockKind

_BULLET = re.compile(r"[ \t]*(?:[-*•·–▪◦‣]|\(?\d{1,2}[.)、]|[（(]?[一二三四五六七八九十]{1,3}[)）、])[ \t]*(?=\S)")
_END = re.compile(r"[.!?。！？…;；:：][\"“”»«’')）\]】]*\s*$")
_LINE = re.compile(r"[^\n]+")
_LONGEST_HEADING = 110
_WRAPPED = 55
"""A line shorter than this is not the wrapped part of a paragraph."""


def text_blocks(text: str) -> tuple[Block, ...]:
    """Blocks of plain text; hard-wrapped lines of one paragraph stay together."""
    lines = [m for m in _LINE.finditer(text) if m.group().strip()]
    blocks: list[Block] = []
    run: list[re.Match[str]] = []
    for line in lines:
        if run and not _continues(text, run[-1], line):
            blocks.append(_block(text, run))
            run = []
        run.append(line)
    if run:
        blocks.append(_block(text, run))
    return tuple(blocks)


def _continues(text: str, before: re.Match[str], line: re.Match[str]) -> bool:
    if text.count("\n", before.end(), line.start()) > 1 or _BULLET.match(line.group()):
        return False
    if _END.search(before.group()) or len(before.group()) < _WRAPPED:
        return False
    first = line.group().lstrip()[:1]
    return first.islower() or len(before.group()) < 100


def _block(text: str, run: list[re.Match[str]]) -> Block:
    start, end = run[0].start(), run[-1].end()
    bullet = _BULLET.match(text, start)
    if bullet and bullet.end() < end:
        return _trim(text, bullet.end(), end, "item")
    heading = len(run) == 1 and end - start <= _LONGEST_HEADING and not _END.search(run[0].group())
    return _trim(text, start, end, "heading" if heading else "paragraph", 1 if heading else 0)


def _trim(text: str, start: int, end: int, kind: BlockKind, level: int = 0) -> Block:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Block(start, end, kind, level)


_MARKS = re.compile(r"(\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`)")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_HEADING = re.compile(r"(#{1,6})\s+")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$|\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*$")


def markdown_text(raw: str) -> tuple[str, tuple[Block, ...]]:
    """The text of Markdown without its marks, and its blocks; table rows become rows of cells set apart by " | "."""
    parts: list[str] = []
    blocks: list[Block] = []
    size = 0
    for kind, level, content in _markdown_runs(raw):
        blocks.append(Block(size, size + len(content), kind, level))
        parts.append(content)
        size += len(content) + 2
    return "\n\n".join(parts), tuple(blocks)


def _markdown_runs(raw: str) -> list[tuple[BlockKind, int, str]]:
    runs: list[tuple[BlockKind, int, str]] = []
    open_paragraph = False
    fenced = False
    for line in raw.split("\n"):
        if line.lstrip().startswith("```"):
            fenced, open_paragraph = not fenced, False
            continue
        plain = _MARKS.sub("", _LINK.sub(r"\1", line)).strip()
        if fenced or not plain or _RULE.match(line):
            open_paragraph = False
            continue
        heading, bullet = _HEADING.match(line.lstrip()), _BULLET.match(line)
        if heading:
            runs.append(("heading", len(heading[1]), plain.lstrip("#").strip()))
            open_paragraph = False
        elif line.lstrip().startswith("|"):
            cells = [cell.strip() for cell in plain.strip("|").split("|")]
            runs.append(("row", 0, " | ".join(cells)))
            open_paragraph = False
        elif bullet:
            sign = _BULLET.match(plain + "x")
            runs.append(("item", 0, plain[sign.end() :] if sign else plain))
            open_paragraph = True
        elif open_paragraph:
            kind, level, content = runs[-1]
            runs[-1] = (kind, level, f"{content} {plain.lstrip('> ')}")
        else:
            runs.append(("paragraph", 0, plain.lstrip("> ")))
            open_paragraph = True
    return [run for run in runs if run[2]]
