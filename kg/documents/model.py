"""What reading gives: documents made of blocks, and the files that could not be read, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["title", "heading", "paragraph", "item", "row", "caption"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the stored text that belongs together; `start` and `end` are code-point offsets into it."""

    start: int
    end: int
    kind: BlockKind = "paragraph"
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it is stored: what every offset of every claim points into."""

    id: str
    """Hex SHA-256 of the stored text (UTF-8)."""
    name: str
    """The file's stem: `doc` in the fact table."""
    source: str
    """The path as given, with forward slashes."""
    lang: str
    """Code of the language it is written in (a lexicon's name), or "und" where none is recognised."""
    title: str
    text: str
    blocks: tuple[Block, ...]
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was left out, and why, in words for the person who gave it."""

    source: str
    reason: str
