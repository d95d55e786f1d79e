"""What was read before is not read again: the extraction of each document, kept by the hash of all that it depends on.

A segment's name is the hash of the file (its path and bytes), of the code that reads and of the part of the ontology
that it reads; so nothing has ever to be marked as stale, and an interrupted build goes on where it ended. Segments are
written under another name and renamed, and carry a hash of their content: a damaged one counts as missing. They can be
deleted at any time; what a build publishes is the same with them and without.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.claims import Extraction
from kg.documents import Document, Rejected, read_file
from kg.documents.reader import files
from kg.errors import KgError
from kg.run.pool import Progress, extract_all
from kg.run.seen import Seen
from kg.run.values import Values, written

FOLDER = ".segments"
"""Under the folder of builds."""
INDEX, SEEN = "index.json", "seen.json"


@dataclass(frozen=True, slots=True)
class Head:
    """A document without its text: what tells builds apart."""

    id: str
    name: str
    source: str
    lang: str
    title: str
    key: str
    """Hash of its file: path and bytes."""

    @property
    def identity(self) -> str:
        """All that the build's id depends on."""
        return f"{self.id} {self.name} {self.source} {self.lang} {self.title}"


class Segments:
    """The segments under one folder of builds, for one version of code and ontology."""

    def __init__(self, out: Path, version: str) -> None:
        self.root = out / FOLDER
        self.version = version
        self.heads = self._index()
        """Key of a file -> id, name, source, lang, title."""
        self.seen = Seen.of(self.root / SEEN)
        self.fresh: dict[str, Document] = {}
        """Key of a file -> its document, for those that were read just now."""
        self.reused = 0
        """How many documents were not read again."""

    # -- documents -----------------------------------------------------------------------------------------------------

    def read(self, paths: Iterable[Path], progress: Progress | None = None) -> list[Head | Rejected]:
        """All files, read where they are not known yet."""
        found = []
        for count, path in enumerate(files(paths), 1):
            found.append(path if isinstance(path, Rejected) else self._head(path))
            if progress:
                progress("read", count, count)
        return found

    def _head(self, path: Path) -> Head | Rejected:
        key = self.seen.key(path)
        if key in self.heads:
            return Head(*self.heads[key], key=key)
        document = read_file(path)
        if isinstance(document, Rejected):
            return document
        self.fresh[key] = document
        self.heads[key] = (document.id, document.name, document.source, document.lang, document.title)
        return Head(*self.heads[key], key=key)

    def keep(self, heads: Iterable[Head]) -> None:
        """Write down which files are known: those of this build."""
        live = {head.key: self.heads[head.key] for head in heads if head.key}
        text = json.dumps({"version": self.version, "heads": dict(sorted(live.items()))}, ensure_ascii=False)
        self._write(self.root / INDEX, text.encode("utf-8", "surrogatepass"))
        self._write(self.root / SEEN, self.seen.to_bytes())

    def _index(self) -> dict[str, tuple[str, str, str, str, str]]:
        try:
            kept = json.loads((self.root / INDEX).read_bytes().decode("utf-8", "surrogatepass"))
        except (OSError, ValueError):  # none yet, or damaged: everything is read
            return {}
        return {key: tuple(head) for key, head in kept["heads"].items()} if kept.get("version") == self.version else {}

    # -- extractions ---------------------------------------------------------------------------------------------------

    def extract(
        self, heads: Sequence[Head], jobs: int, progress: Progress | None = None
    ) -> list[Extraction | Rejected]:
        """One result a document, in their order: what is kept, and the rest extracted and kept."""
        results: dict[str, Extraction | Rejected] = {}
        missing: list[Document] = []
        for head in heads:
            known = self._load(head)
            document = known.document if known else self._document(head)
            if known is not None:
                results[head.id] = known
            elif isinstance(document, Rejected):
                results[head.id] = document
            else:
                missing.append(document)
        self.reused = len(heads) - len(missing)
        keys = {head.id: head.key for head in heads}
        for document, result in zip(missing, extract_all(missing, jobs, progress), strict=True):
            results[document.id] = result
            if isinstance(result, Extraction):
                self._save(keys[document.id], result)
        return [results[head.id] for head in heads]

    def documents(self, heads: Iterable[Head]) -> list[Document]:
        """The documents with their texts; one that can no longer be read is left out."""
        loaded = ((known.document if (known := self._load(head)) else self._document(head)) for head in heads)
        return [document for document in loaded if isinstance(document, Document)]

    def _document(self, head: Head) -> Document | Rejected:
        document = self.fresh.get(head.key) or read_file(Path(head.source))
        if isinstance(document, Document) and document.id != head.id:
            return Rejected(head.source, "it changed while it was read; build again")
        return document

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(f"{key} {self.version}".encode()).hexdigest()[:40]
        return self.root / name[:2] / name[2:]

    def _load(self, head: Head) -> Extraction | None:
        try:
            data = self._path(head.key).read_bytes()
            if hashlib.sha256(data[32:]).digest() != data[:32]:
                return None
            found = Values(io.BytesIO(zlib.decompress(data[32:]))).load()
        except (OSError, zlib.error, pickle.UnpicklingError, AttributeError, TypeError, EOFError):
            return None
        return found if isinstance(found, Extraction) and found.document.id == head.id else None

    def _save(self, key: str, extraction: Extraction) -> None:
        payload = zlib.compress(written(extraction), 1)
        self._write(self._path(key), hashlib.sha256(payload).digest() + payload)

    def _write(self, path: Path, data: bytes) -> None:
        temporary = path.with_name(f".{path.name}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise KgError(
                f"Cannot write to {self.root}: {error.strerror or error}. Nothing was published; "
                "make room there or give another folder with --out."
            ) from error


def unique(found: Iterable[Head | Rejected]) -> tuple[list[Head], list[Rejected], list[str]]:
    """Heads (each text once), files left out, and notes, in an order that does not depend on that of the files."""
    heads = [one for one in found if isinstance(one, Head)]
    left_out = {one for one in found if isinstance(one, Rejected)}
    first_of: dict[str, Head] = {}
    notes = []
    for head in sorted(heads, key=lambda one: (one.source, one.id)):
        first = first_of.setdefault(head.id, head)
        if first.source != head.source:
            notes.append(f"{head.source} has the same text as {first.source}; it is read once.")
    return list(first_of.values()), sorted(left_out, key=lambda r: (r.source, r.reason)), notes


def version_of(parts: Mapping[str, str]) -> str:
    """One hash of what extraction depends on."""
    return hashlib.sha256(json.dumps(dict(sorted(parts.items()))).encode()).hexdigest()
