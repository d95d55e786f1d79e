"""Answers kept for requests that come again: by what is asked, and, whole and ready to be sent, by how it is asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from kg.serve.guard import tokens

T = TypeVar("T")
LONGEST = 4000
"""Characters of a query that is looked at for what does not matter in it."""


class Cache(Generic[T]):
    """The most recently used values of one build, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.size = 0
        self.hits = self.misses = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """A kept value."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self._kept.move_to_end(key)
        self.hits += 1
        return found[0]

    def put(self, key: Hashable, value: T, size: int) -> None:
        """Keep a value that is small beside the limit; `size` is that of key and value."""
        size += 200
        if size * 16 > self._limit or key in self._kept:
            return
        self._kept[key] = (value, size)
        self.size += size
        while self.size > self._limit:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.size -= dropped

    def clear(self) -> None:
        """Forget everything: another build is served."""
        self._kept.clear()
        self.size = 0


def normal(query: str) -> str:
    """The query without comments and with single spaces, so that layout makes no difference to the cache.

    Escapes may stand for signs that begin comments or end IRIs, so that a query with any stays as it is.
    """
    if len(query) > LONGEST or "\\" in query:
        return query
    return "".join(" " if token.lastgroup == "skip" else token[0] for token in tokens(query)).strip()
