"""Answers kept for requests that come again."""

from __future__ import annotations

from collections import OrderedDict

from kg.serve.reply import Reply


class Cache:
    """The most recently used answers of one build, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.size = 0
        self.hits = self.misses = 0
        self._kept: OrderedDict[bytes, Reply] = OrderedDict()

    def get(self, key: bytes) -> Reply | None:
        """A kept answer."""
        reply = self._kept.get(key)
        if reply is not None:
            self._kept.move_to_end(key)
            self.hits += 1
        else:
            self.misses += 1
        return reply

    def put(self, key: bytes, reply: Reply) -> None:
        """Keep an answer that is small beside the limit."""
        size = len(key) + len(reply.body) + 200
        if size * 16 > self._limit or key in self._kept:
            return
        self._kept[key] = reply
        self.size += size
        while self.size > self._limit:
            old, dropped = self._kept.popitem(last=False)
            self.size -= len(old) + len(dropped.body) + 200

    def clear(self) -> None:
        """Forget everything: another build is served."""
        self._kept.clear()
        self.size = 0
