"""What this room gives: one `Entity` per real thing, and which claim of which document speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """One real thing, across all documents that name it."""

    iri: str
    cls: str
    """Local name of the most specific class that its documents agree on."""
    labels: tuple[tuple[str, str], ...]
    """(language, name): one a language, the first being the one to show where none fits."""
    aliases: tuple[tuple[str, str], ...]
    """(language, name): every other name."""
    generic: bool
    """True for an unnamed group; such a one stands in one document only."""
    members: tuple[tuple[str, int], ...]
    """(id of the document, key of the entity claim) that speak of it, sorted."""


@dataclass(frozen=True, slots=True)
class Entities:
    """All entities of a build, in the order of their IRIs."""

    all: tuple[Entity, ...]
    by_claim: Mapping[tuple[str, int], Entity]
    notes: tuple[str, ...] = ()
    """Decisions of people that could not be carried out, and why."""

    def of(self, document: str, key: int) -> Entity:
        """The entity that claim `key` of the document with this id speaks of."""
        return self.by_claim[document, key]
