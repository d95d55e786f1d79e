"""Finds the files, decodes them, and makes documents of them.

A file that cannot be read never stops the others: it comes out as `Rejected`, with a reason that says what to do.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.documents.language import recognise
from kg.documents.model import Content, Document, Rejected, Unreadable
from kg.documents.plain import markdown_content, text_content

# most processes read no such files, or none of one kind: only those that do load what it takes


def _html(text: str) -> Content:
    from kg.documents.html import html_content

    return html_content(text)


def _docx(path: Path) -> Content:
    from kg.documents.docx import docx_content

    return docx_content(path)


def _pdf(path: Path) -> Content:
    from kg.documents.pdf import pdf_content

    return pdf_content(path)


_TEXTS: dict[str, tuple[str, Callable[[str], Content]]] = {
    ".txt": ("text/plain", text_content),
    ".text": ("text/plain", text_content),
    ".md": ("text/markdown", markdown_content),
    ".markdown": ("text/markdown", markdown_content),
    ".html": ("text/html", _html),
    ".htm": ("text/html", _html),
    ".xhtml": ("text/html", _html),
}
_FILES: dict[str, tuple[str, Callable[[Path], Content]]] = {
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    ".pdf": ("application/pdf", _pdf),
}
SUFFIXES = tuple(sorted((*_TEXTS, *_FILES)))
LONGEST_TEXT = 64 * 2**20
"""Bytes of a text file: a library of reports in one file has less, and its graph would fill the memory."""


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
        found = sorted(_below(str(path)), key=lambda name: name.replace(os.sep, "\0"))  # folder by folder
    except OSError as error:
        yield Rejected(path.as_posix(), f"the folder cannot be listed ({error.strerror}); check its permissions")
        return
    if not found:
        yield Rejected(path.as_posix(), f"no file in it has one of the endings {', '.join(SUFFIXES)}")
    yield from map(Path, found)


def _below(folder: str) -> Iterator[str]:
    """The files of readable kinds below a folder, but for what is hidden; folders in it that are closed are passed by.

    By names and not by `Path`, which takes most of the time of a build in which nothing changed.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(PermissionError):
                    yield from _below(entry.path)
            elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
                yield entry.path


def read(paths: Iterable[Path]) -> Iterator[Document | Rejected]:
    """Documents of all files given, and what was left out, in order."""
    for found in files(paths):
        yield found if isinstance(found, Rejected) else read_file(found)


def read_file(path: Path) -> Document | Rejected:
    """One file as a document, or the reason why not."""
    source = path.as_posix()
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        return Rejected(
            source, f"files of the kind {path.suffix or '(no ending)'} are not read; {', '.join(SUFFIXES)} are"
        )
    if not path.is_file():
        return Rejected(source, "it cannot be read: it is not a file but a folder, a pipe or a device")
    if not os.access(path, os.R_OK):
        return Rejected(source, "it may not be read; check its permissions")
    try:
        made = _from_file(path, *_FILES[suffix]) if suffix in _FILES else _from_text(path, *_TEXTS[suffix])
    except OSError as error:
        return Rejected(source, f"it cannot be read: {error.strerror or error}")
    except Unreadable as error:
        return Rejected(source, str(error))
    except (ValueError, RecursionError) as error:
        return Rejected(source, f"its markup cannot be parsed: {error}")
    return made if made.text.strip() else Rejected(source, "no running text was found in it")


def _from_file(path: Path, media_type: str, reader: Callable[[Path], Content]) -> Document:
    if not path.stat().st_size:
        raise Unreadable("it is empty")
    return _document(reader(path), path.stem, path.as_posix(), media_type)


def _from_text(path: Path, media_type: str, reader: Callable[[str], Content]) -> Document:
    with path.open("rb") as file:  # a file of the system's may tell no size, or a wrong one
        data = file.read(LONGEST_TEXT + 1)
    if len(data) > LONGEST_TEXT:
        raise Unreadable(f"it is larger than {LONGEST_TEXT >> 20} MB; split it into the reports that it holds")
    raw = _decode(data)
    if not raw.strip():
        raise Unreadable("it is empty")
    return document(raw, path.stem, path.as_posix(), media_type=media_type, reader=reader)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:8192]:
        raise Unreadable("it holds binary data, not text; export it as text, Markdown or HTML")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = data[error.start : error.start + 1].hex()
        raise Unreadable(
            f"it is not {encoding.removesuffix('-sig').upper()} (byte 0x{byte} at {error.start}); "
            "convert it, for example with: iconv -f WINDOWS-1252 -t UTF-8"
        ) from error


def document(
    raw: str,
    name: str = "text",
    source: str = "",
    *,
    media_type: str = "text/plain",
    reader: Callable[[str], Content] = text_content,
) -> Document:
    """A document from text in memory; line ends become `\\n`, characters are composed (Unicode NFC)."""
    raw = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return _document(reader(raw), name, source or name, media_type)


def _document(content: Content, name: str, source: str, media_type: str) -> Document:
    return Document(
        id=hashlib.sha256(content.text.encode("utf-8", "surrogatepass")).hexdigest(),
        name=name,
        source=source,
        lang=recognise(content.text),
        title=content.title or name,
        text=content.text,
        blocks=content.blocks,
        media_type=media_type,
        pages=content.pages,
    )
