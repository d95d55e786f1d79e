"""What reading gives: documents made of blocks, and the files that could not be read, each with a reason."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kg.errors import KgError

BlockKind = Literal["title", "heading", "paragraph", "item", "row", "caption"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the stored text that belongs together; `start` and `end` are code-point offsets into it."""

    start: int
    end: int
    kind: BlockKind = "paragraph"
    level: int = 0
    """Of a heading its depth, 1 being the highest; of a row 1 where it is the head of its table, else 0."""
    page: int | None = None
    """The page on which it begins, counted from 1, where the file has pages."""


class PageBreak(NamedTuple):
    """From the offset `start` on, the text stands on `page`."""

    start: int
    page: int


class Content(NamedTuple):
    """What is in one file: the text to store, its blocks, its title ("" where it has none), its pages."""

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    pages: tuple[PageBreak, ...] = ()


class Unreadable(KgError):
    """A file that cannot be read; the message says what is wrong with it and what to do."""


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
    pages: tuple[PageBreak, ...] = ()
    """Where the text's pages begin, in text order; empty for files that have none."""

    def page_at(self, offset: int) -> int | None:
        """The page on which the character at an offset stands, or None."""
        at = bisect_right(self.pages, offset, key=lambda mark: mark.start)
        return self.pages[at - 1].page if at else None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was left out, and why, in words for the person who gave it."""

    source: str
    reason: str
