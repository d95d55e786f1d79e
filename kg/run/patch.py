"""New versions of large files, made of the former ones: what did not change is copied as it stands.

A sorted file is searched by halves, so that a change costs what has changed, and a copy of the rest.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO


def split(text: str) -> list[str]:
    """The lines of a text, with their ends."""
    # not str.splitlines, which also breaks at U+2028 inside a text
    return [line + "\n" for line in text.split("\n")[:-1]]


_LONG = 1 << 16
"""Bytes from which a stretch is worth a call of its own."""
_BLOCK = 1 << 16
"""Bytes between lines that are remembered."""
_LAST = b"\xff"
"""Behind every line of UTF-8."""


class SortedLines:
    """A file of sorted lines, open for looking up and for a new version; close it by leaving `with`."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._marks: list[bytes] = []
        self._places: list[int] = []
        """Where the lines of the marks begin; before them the first line of all, behind them the end."""

    def __enter__(self) -> SortedLines:
        return self

    def __exit__(self, *_: object) -> None:
        self._data.close()
        self._file.close()

    def stretch(self, start: str) -> bytes:
        """All lines that begin so, as they stand side by side."""
        wanted = start.encode()
        at = self._place(wanted)
        if self._data[at : at + len(wanted)] != wanted:
            return b""
        return self._data[at : self._place(wanted + _LAST)]

    def patched(self, new: Path, removed: Iterable[str], added: Iterable[str]) -> None:
        """Write the file without some of its lines, and with lines that it lacks; `settled` sees to the disk."""
        edits = sorted([(line.encode(), False) for line in removed] + [(line.encode(), True) for line in added])
        copied = 0
        with new.open("wb", buffering=1 << 20) as file:
            for line, is_new in edits:
                at = self._place(line)
                _copied(self._file, file, copied, at)
                if is_new:
                    file.write(line)
                elif self._data[at : at + len(line)] != line:
                    raise LookupError(f"the former build lacks the line {line.decode()!r}")
                copied = at if is_new else at + len(line)
            _copied(self._file, file, copied, len(self._data))

    def _place(self, line: bytes) -> int:
        """Where the first line begins that is not less than a given one (or than the beginning of one)."""
        if not self._marks:
            self._mark()
        block = bisect_left(self._marks, line)
        low, high = self._places[block : block + 2]
        found = self._data.find(b"\n" + line, max(low - 1, 0), high + len(line))
        if found >= 0 and low:  # most are there
            return found + 1
        while low < high:
            middle = (low + high) // 2
            start = self._data.rfind(b"\n", low, middle) + 1 or low
            end = self._data.find(b"\n", start) + 1 or high
            if self._data[start:end] < line:
                low = end
            else:
                high = start
        return low

    def _mark(self) -> None:
        """Look at a line in every few thousand bytes, so that no search has to go through the whole."""
        size = len(self._data)
        self._places, self._marks = [0], []
        for at in range(_BLOCK, size, _BLOCK):
            start = self._data.find(b"\n", at) + 1
            if start and start < size and start != self._places[-1]:
                self._places.append(start)
                self._marks.append(self._data[start : self._data.find(b"\n", start) + 1])
        self._places.append(size)
        self._marks.append(_LAST)


def put_named(path: Path, pieces: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Write pieces of text one after the other; how many bytes there are under each name."""
    lengths: dict[str, int] = {}
    with path.open("wb", buffering=1 << 20) as file:
        for name, text in pieces:
            piece = text.encode()
            lengths[name] = lengths.get(name, 0) + len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return lengths


class Pieces:
    """A file of pieces, of which each has a name and stands in one stretch."""

    def __init__(self, path: Path, lengths: Mapping[str, int]) -> None:
        self._path, self._lengths = path, lengths
        ends = list(accumulate(lengths.values(), initial=0))
        self._starts = dict(zip(lengths, ends, strict=False))

    def read(self, names: Iterable[str]) -> dict[str, str]:
        """Some of the pieces."""
        with self._path.open("rb") as file:
            return {name: self._read(file, name).decode() for name in names if name in self._starts}

    def patched(self, new: Path, order: Iterable[str], written: Mapping[str, str]) -> dict[str, int]:
        """Write the file with other pieces in another order; those that are not given stay as they are."""
        lengths = {}
        with self._path.open("rb") as file, new.open("wb", buffering=1 << 20) as target:
            start = end = 0  # of pieces that follow each other in both files and are not copied yet
            for name in order:
                if name in written:
                    _copied(file, target, start, end)
                    start = end = 0
                    piece = written[name].encode()
                    target.write(piece)
                    lengths[name] = len(piece)
                elif name in self._starts:
                    if self._starts[name] != end:
                        _copied(file, target, start, end)
                        start = self._starts[name]
                    end = self._starts[name] + self._lengths[name]
                    lengths[name] = self._lengths[name]
            _copied(file, target, start, end)
            target.flush()
            os.fsync(target.fileno())
        return {name: length for name, length in lengths.items() if length}

    def _read(self, file: BinaryIO, name: str) -> bytes:
        file.seek(self._starts[name])
        return file.read(self._lengths[name])


def _copied(file: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    """Append a stretch of one file to another; a long one is copied by the system, where that can."""
    if end - start >= _LONG and hasattr(os, "copy_file_range"):
        target.flush()
        with contextlib.suppress(OSError):  # not on this disk
            while start < end:
                done = os.copy_file_range(file.fileno(), target.fileno(), end - start, start)
                if not done:
                    break
                start += done
    file.seek(start)
    while start < end:
        part = file.read(min(end - start, 1 << 24))
        if not part:
            raise LookupError("the former build's file is shorter than it was")
        target.write(part)
        start += len(part)
