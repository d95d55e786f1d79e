"""Writes what segments and states hold, and reads back that and nothing else, whoever wrote the file."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

_MODULES = {
    "kg.claims.model", "kg.documents.model", "kg.entities.model", "kg.facts.sources", "kg.run.cells", "kg.run.state",
    "decimal",
}  # fmt: skip


class Values(pickle.Unpickler):
    """Makes nothing but values of this package's own classes."""

    def find_class(self, module: str, name: str) -> Any:
        """A class that one of a few modules defines; not what it imports, nor a function."""
        found = super().find_class(module, name) if module in _MODULES and "." not in name else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} does not belong into a segment")


def written(value: Any) -> bytes:
    """What `Values` reads back."""
    file = io.BytesIO()
    _Writer(file, protocol=5).dump(value)
    return file.getvalue()


class _Writer(pickle.Pickler):
    """Writes a data class as a call with its fields: read back in a fifth of the time that its own way takes."""

    def reducer_override(self, value: Any) -> Any:
        """How a value is written."""
        kind = type(value)
        content = _CONTENT.get(kind)
        if content is None:
            if not is_dataclass(kind):
                return NotImplemented
            content = _CONTENT[kind] = _content_of(kind)
        return kind, content(value)


_CONTENT: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def _content_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in fields(kind)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)
