"""Finds the files, decodes them, and makes documents of them.

A file that cannot be read never stops the others: it comes out as `Rejected`, with a reason that says what to do.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.documents.html import html_blocks
from kg.documents.language import recognise
from kg.documents.model import Block, Document, Rejected
from kg.documents.plain import markdown_text, text_blocks
from kg.errors import KgError

Blocks = tuple[str, tuple[Block, ...], str]
"""Stored text, its blocks, its title."""


def _plain(raw: str) -> Blocks:
    return raw, (blocks := text_blocks(raw)), _first_title(raw, blocks)


def _markdown(raw: str) -> Blocks:
    text, blocks = markdown_text(raw)
    return text, blocks, _first_title(text, blocks)


_READERS: dict[str, tuple[str, Callable[[str], Blocks]]] = {
    ".txt": ("text/plain", _plain),
    ".text": ("text/plain", _plain),
    ".md": ("text/markdown", _markdown),
    ".markdown": ("text/markdown", _markdown),
    ".html": ("text/html", html_blocks),
    ".htm": ("text/html", html_blocks),
    ".xhtml": ("text/html", html_blocks),
}
SUFFIXES = tuple(sorted(_READERS))


def files(paths: Iterable[Path]) -> Iterator[Path | Rejected]:
    """The files to read: those given, and all readable kinds below given folders, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif path.exists():
            yield path
        else:
            yield Rejected(path.as_posix(), "there is no such file or folder; check the spelling of the path")


def _folder(path: Path) -> Iterator[Path | Rejected]:
    try:
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in _READERS and p.is_file())
    except OSError as error:
        yield Rejected(path.as_posix(), f"the folder cannot be listed ({error.strerror}); check its permissions")
        return
    if not found:
        yield Rejected(path.as_posix(), f"no file in it has one of the endings {', '.join(SUFFIXES)}")
    yield from (p for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts))


def read(paths: Iterable[Path]) -> Iterator[Document | Rejected]:
    """Documents of all files given, and what was left out, in order."""
    for found in files(paths):
        yield found if isinstance(found, Rejected) else read_file(found)


def read_file(path: Path) -> Document | Rejected:
    """One file as a document, or the reason why not."""
    source = path.as_posix()
    kind = _READERS.get(path.suffix.lower())
    if kind is None:
        return Rejected(
            source, f"files of the kind {path.suffix or '(no ending)'} are not read; {', '.join(SUFFIXES)} are"
        )
    if not path.is_file():
        return Rejected(source, "it cannot be read: it is not a file but a folder, a pipe or a device")
    if not os.access(path, os.R_OK):
        return Rejected(source, "it may not be read; check its permissions")
    try:
        data = path.read_bytes()
    except OSError as error:
        return Rejected(source, f"it cannot be read: {error.strerror or error}")
    raw = _decode(data)
    if isinstance(raw, str):
        return _document(path, raw, *kind) if raw.strip() else Rejected(source, "it is empty")
    return Rejected(source, str(raw))


def _decode(data: bytes) -> str | KgError:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:8192]:
        return KgError("it holds binary data, not text; export it as text, Markdown or HTML")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = data[error.start : error.start + 1].hex()
        return KgError(
            f"it is not {encoding.removesuffix('-sig').upper()} (byte 0x{byte} at {error.start}); "
            "convert it, for example with: iconv -f WINDOWS-1252 -t UTF-8"
        )


def _document(path: Path, raw: str, media_type: str, reader: Callable[[str], Blocks]) -> Document | Rejected:
    try:
        made = document(raw, path.stem, path.as_posix(), media_type=media_type, reader=reader)
    except (ValueError, RecursionError) as error:
        return Rejected(path.as_posix(), f"its markup cannot be parsed: {error}")
    return made if made.text.strip() else Rejected(path.as_posix(), "no running text was found in it")


def document(
    raw: str,
    name: str = "text",
    source: str = "",
    *,
    media_type: str = "text/plain",
    reader: Callable[[str], Blocks] = _plain,
) -> Document:
    """A document from text in memory; line ends become `\\n`, characters are composed (Unicode NFC)."""
    raw = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text, blocks, title = reader(raw)
    return Document(
        id=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        name=name,
        source=source or name,
        lang=recognise(text),
        title=title or name,
        text=text,
        blocks=blocks,
        media_type=media_type,
    )


def _first_title(text: str, blocks: tuple[Block, ...]) -> str:
    """The heading that a document opens with, or "" (its name serves then)."""
    opens = bool(blocks) and blocks[0].kind in ("title", "heading")
    return text[blocks[0].start : blocks[0].end] if opens else ""
