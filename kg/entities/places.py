"""Places inside names: which there are, and what of a name is left without the one that it begins with."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.entities.names import NameKeys
from kg.entities.spelling import has_han

_LONGEST = 4
"""Words of a spaced script, or Han characters less two, that a place's name may have to be seen inside another name."""

_NONE = frozenset[str]()


@dataclass(slots=True)
class Places:
    """The names of places that are known: those that the ontology lists, and those of the documents."""

    keys: NameKeys
    _stands: dict[str, str] = field(default_factory=dict)
    _may_lack: set[str] = field(default_factory=set)
    _parts: dict[str, int] = field(default_factory=dict)
    """First word, and first character, of places' names -> words, or characters, of the longest such name."""

    def add(self, key: str, stands: str, *, may_lack: bool) -> None:
        """Enter a place's name: one spelling that stands for that place, and whether other names may lack it."""
        rest, _ = self.keys.split_head(key)
        for name in (key, rest) if rest else (key,):
            self._stands.setdefault(name, stands)
            if may_lack:
                self._may_lack.add(name)
            for first, size in ((name[:1], len(name)), (name.partition(" ")[0], name.count(" ") + 1)):
                self._parts[first] = max(self._parts.get(first, 0), size)

    def of(self, key: str) -> str:
        """What stands for the place of this name, or ""."""
        return self._stands.get(key, "")

    def inside(self, key: str) -> frozenset[str]:
        """The places that a name holds."""
        in_han = has_han(key)
        parts, glue, longest = (list(key), "", _LONGEST + 2) if in_han else (key.split(" "), " ", _LONGEST)
        if self._parts.keys().isdisjoint(parts):
            return _NONE
        found = set()
        for start, part in enumerate(parts):
            if part in self._parts:
                for end in range(start + 1, min(len(parts), start + longest, start + self._parts[part]) + 1):
                    span = glue.join(parts[start:end])
                    if span in self._stands:
                        found.add(self._stands[span])
        return frozenset(found)

    def stripped(self, key: str) -> str:
        """A name without the place that it begins with, or "" where too little would be left to tell it by."""
        in_han = has_han(key)
        if (key[:1] if in_han else key.partition(" ")[0]) not in self._parts:
            return ""
        parts, glue = (list(key), "") if in_han else (key.split(" "), " ")
        for size in range(min(len(parts) - 1, _LONGEST), 0, -1):
            if glue.join(parts[:size]) in self._may_lack:
                rest = glue.join(parts[size:])
                weak = not has_han(rest) and self.keys.leans_on_head(rest)
                return rest if self.keys.is_proper(rest) and not weak else ""
        return ""
