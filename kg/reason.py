"""Does the ontology contradict itself? HermiT, which comes with owlready2 and needs Java, is asked.

>>> found = reason()
>>> found.consistent, found.impossible      # impossible: classes that can have no member
"""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError
from kg.ontology import reasoner_copy


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What the reasoner found."""

    consistent: bool
    impossible: tuple[str, ...] = ()
    """Classes that can have no member; all of them, which is why none is named, where nothing is consistent."""

    @property
    def sound(self) -> bool:
        """Neither a contradiction nor an impossible class."""
        return self.consistent and not self.impossible

    def __str__(self) -> str:
        if not self.consistent:
            return "HermiT: the ontology contradicts itself."
        if self.impossible:
            return f"HermiT: these classes can have no member: {', '.join(self.impossible)}."
        return "HermiT: the ontology is consistent, and every class can have members."


def reason(root: Path | None = None) -> Reasoning:
    """Reason over the ontology (default: the project's); `KgError` where there is no Java."""
    if not shutil.which("java"):
        raise KgError(
            "HermiT, the reasoner, needs Java, and there is none on this machine. Install a runtime, on Debian: "
            "apt-get install default-jre-headless"
        )
    import owlready2  # half a second that all else need not wait for

    world = owlready2.World()
    world.get_ontology("urn:reasoned#").load(fileobj=io.BytesIO(reasoner_copy(root).encode()), format="ntriples")
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Reasoning(consistent=False)
    return Reasoning(True, tuple(sorted(cls.name for cls in world.inconsistent_classes())))
