"""Work that makes many values and no cycles of them: looking for cycles among them would only take time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def acyclic() -> Iterator[None]:
    """Within it (or within a function decorated with it) nobody looks for cycles; values end with their last use.

    >>> @acyclic()
    ... def table() -> dict[str, int]:
    ...     return {str(number): number for number in range(100_000)}
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
