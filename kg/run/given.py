"""What a build is made of: its documents, in order, read in full only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.claims import Extraction
from kg.decisions import Decisions
from kg.documents import Document, Rejected
from kg.entities import BASE
from kg.ontology import Ontology
from kg.run.state import Known, State, known

Load = Callable[[Sequence[str]], Sequence[Extraction]]
"""Ids of documents -> what was found in them."""


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs of one build."""

    build: str
    """Its id."""
    documents: Mapping[str, Known]
    """By id, in the order of their paths."""
    load: Load
    left_out: Sequence[Rejected] = ()
    notes: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    base: str = BASE
    reader: Mapping[str, Any] = field(default_factory=dict)
    """What became of a language model's claims."""
    decisions: Decisions | None = None
    before: State | None = None
    """What the last build left, if this one differs from it in nothing but documents."""

    def named(self) -> list[Extraction]:
        """All documents, with no more than their names."""
        return [one.named for one in self.documents.values()]

    def heads(self) -> list[Document]:
        """All documents without their texts."""
        return [one.named.document for one in self.documents.values()]


def in_order(documents: Iterable[Known]) -> dict[str, Known]:
    """By id, in the order of their paths."""
    ordered = sorted(documents, key=lambda one: (one.named.document.source, one.named.document.id))
    return {one.named.document.id: one for one in ordered}


def all_of(extractions: Iterable[Extraction], ontology: Ontology) -> tuple[dict[str, Known], Load]:
    """Documents that are there in full already."""
    by_id = {extraction.document.id: extraction for extraction in extractions}
    return in_order(known(one, "", ontology) for one in by_id.values()), lambda wanted: [by_id[one] for one in wanted]
