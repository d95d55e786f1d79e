"""Blocks of plain text and Markdown: headings, paragraphs, list items, rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kg.documents.model import Block, BlockKind, Content
from kg.documents.runs import Run, content, has_head, rows

BULLET = re.compile(r"[ \t]*(?:[-*•·–▪◦‣]|\(?\d{1,2}[.)、](?!\d)|[（(]?[一二三四五六七八九十]{1,3}[)）、])[ \t]*(?=\S)")
_END = re.compile(r"[.!?。！？…;；:：][\"“”»«’')）\]】]*\s*$")
_LINE = re.compile(r"[^\n]+")
_LONGEST_HEADING = 110
_WRAPPED = 55
"""A line shorter than this is not the wrapped part of a paragraph."""


_BORDER = re.compile(r"[ \t]*[|+]?[-=+|: ]*[-=]{3}[-=+|: ]*$")
"""A line drawn with signs between the rows of a table."""


def text_content(text: str) -> Content:
    """Plain text, which is stored as it is, and its blocks."""
    blocks = text_blocks(text)
    return Content(text, blocks, opening(text, blocks))


def markdown_content(raw: str) -> Content:
    """The text of Markdown without its marks, and its blocks."""
    made = content(_markdown_runs(raw))
    return made._replace(title=opening(made.text, made.blocks))


def opening(text: str, blocks: tuple[Block, ...]) -> str:
    """The heading that a document opens with, or "" (its name serves then)."""
    opens = bool(blocks) and blocks[0].kind in ("title", "heading")
    return text[blocks[0].start : blocks[0].end] if opens else ""


def text_blocks(text: str) -> tuple[Block, ...]:
    """Blocks of plain text; hard-wrapped lines of one paragraph stay together, and so do the lines of a table."""
    lines = [m for m in _LINE.finditer(text) if m.group().strip()]
    blocks: list[Block] = []
    run: list[re.Match[str]] = []
    tabular = _tabular(lines)
    for number, line in enumerate(lines):
        if number in tabular:
            blocks += [_block(text, run)] if run else []
            run = []
            blocks += tabular[number]
            continue
        if run and not _continues(text, run[-1], line):
            blocks.append(_block(text, run))
            run = []
        run.append(line)
    if run:
        blocks.append(_block(text, run))
    return tuple(blocks)


def _tabular(lines: list[re.Match[str]]) -> dict[int, list[Block]]:
    """Number of a line of a table -> its block (none for a line that is only drawn)."""
    found: dict[int, list[Block]] = {}
    begin = 0
    while begin < len(lines):
        end = begin
        while end < len(lines) and _is_row(lines[end].group(), drawn=end > begin):
            end += 1
        cells = [split_row(line.group()) for line in lines[begin:end]]
        if sum(len(row) > 1 for row in cells) > 1:
            found |= _rows_of(lines, begin, cells)
        begin = max(end, begin + 1)
    return found


def _is_row(line: str, drawn: bool) -> bool:
    return len(split_row(line)) > 1 or (drawn and bool(_BORDER.match(line)))


def split_row(line: str) -> list[str]:
    """The cells of a line of a table, set apart by tabs or bars; one where the line is no row."""
    line = line.strip("\r\n ")
    mark = "|" if line.count("|") > 1 or " | " in line else "\t"
    return [cell.strip() for cell in line.strip("|" if mark == "|" else "").strip("\t").split(mark)]


def _rows_of(lines: list[re.Match[str]], begin: int, cells: list[list[str]]) -> dict[int, list[Block]]:
    kept = [n for n, row in enumerate(cells) if any(any(c.isalnum() for c in cell) for cell in row)]
    head = has_head([cells[n] for n in kept])
    found: dict[int, list[Block]] = {begin + n: [] for n in range(len(cells))}
    for place, n in enumerate(kept):
        line = lines[begin + n]
        block = _trim(line.string, line.start(), line.end(), "row", int(place < head))
        found[begin + n] = [block]
    return found


def _continues(text: str, before: re.Match[str], line: re.Match[str]) -> bool:
    if text.count("\n", before.end(), line.start()) > 1 or BULLET.match(line.group()):
        return False
    if _END.search(before.group()) or len(before.group()) < _WRAPPED:
        return False
    first = line.group().lstrip()[:1]
    return first.islower() or len(before.group()) < 100


def _block(text: str, run: list[re.Match[str]]) -> Block:
    start, end = run[0].start(), run[-1].end()
    bullet = BULLET.match(text, start)
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
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
_HEAD_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$")


def _markdown_runs(raw: str) -> Iterator[Run]:
    """Runs in order; the lines of one table are told together, as only its second line says that the first is head."""
    open_run: Run | None = None
    table: list[list[str]] = []
    head: int | None = None
    fenced = False
    for line in raw.split("\n"):
        fence = line.lstrip().startswith("```")
        plain = _MARKS.sub("", _LINK.sub(r"\1", line)).strip()
        if table and (fence or "|" not in line):
            yield from rows(table, head)
            table, head = [], None
        if not fence and not fenced and _HEAD_RULE.match(line) and (table or open_run):
            if not table and open_run and "|" in open_run.text:  # a table without bars at its edges
                table, open_run = [_cells(open_run.text)], None
            head = len(table) or None
            continue
        if not fence and not fenced and (line.lstrip().startswith("|") or table):
            if open_run:
                yield open_run
            open_run = None
            table.append(_cells(plain))
            continue
        fresh = None if fence or fenced else _markdown_run(line, plain)
        fenced ^= fence
        if fresh and fresh.kind == "paragraph" and open_run and open_run.kind != "heading":
            open_run = replace(open_run, text=f"{open_run.text} {fresh.text}")
            continue
        if open_run:
            yield open_run
        open_run = fresh
    yield from rows(table, head)
    if open_run:
        yield open_run


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").replace("\\|", "¦").split("|")]


def _markdown_run(line: str, plain: str) -> Run | None:
    """The line as a run of its own, or None where it only parts what stands around it."""
    if not plain or _RULE.match(line):
        return None
    heading = _HEADING.match(line.lstrip())
    if heading:
        return Run("heading", plain.lstrip("#").strip(), len(heading[1]))
    if BULLET.match(line):
        sign = BULLET.match(plain + "x")
        return Run("item", plain[sign.end() :] if sign else plain)
    return Run("paragraph", plain.lstrip("> "))
