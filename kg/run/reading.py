"""The documents of a build, read and extracted as far as the build needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.claims import Extraction
from kg.documents import Rejected
from kg.errors import KgError
from kg.ontology import load
from kg.run.given import in_order
from kg.run.pool import Progress
from kg.run.segments import Head, Segments
from kg.run.state import Known, State, known

if TYPE_CHECKING:
    from kg.run.second import SecondReader


@dataclass(slots=True)
class Reading:
    """Reads what is new, and the rest when asked for."""

    segments: Segments
    heads: Sequence[Head]
    jobs: int
    progress: Progress | None
    second: SecondReader | None
    left_out: list[Rejected] = field(default_factory=list)
    """Documents at which extraction failed."""
    _read: dict[str, Extraction] = field(default_factory=dict)

    def documents(self, before: State | None) -> dict[str, Known]:
        """What there is to know of every document: from the last build, or from reading it now."""
        there = before.known if before else {}
        found = {head.id: there[head.id] for head in self.heads if head.id in there and there[head.id].key == head.key}
        for head, result in self._extract([head for head in self.heads if head.id not in found], self.progress):
            if isinstance(result, Rejected):
                self.left_out.append(result)
            else:
                self._read[head.id] = result
                found[head.id] = known(result, head.key, load())
        return in_order(found.values())

    def load(self, wanted: Sequence[str]) -> list[Extraction]:
        """All that was found in some documents."""
        missing = {one for one in wanted if one not in self._read}
        for head, result in self._extract([head for head in self.heads if head.id in missing], None):
            if isinstance(result, Rejected):
                raise KgError(f"{result.source}: {result.reason}. Nothing was published.")
            self._read[head.id] = result
        return [self._read[one] for one in wanted]

    def _extract(self, heads: Sequence[Head], progress: Progress | None) -> list[tuple[Head, Extraction | Rejected]]:
        results = self.segments.extract(heads, self.jobs, progress)
        joined = (self.second.joined(one) if self.second and isinstance(one, Extraction) else one for one in results)
        return list(zip(heads, joined, strict=True))
