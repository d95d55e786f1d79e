"""Two versions of the ontology against each other: what came, what went, what is said otherwise.

>>> print(compare(Path("released/ontology"), Path("ontology")))
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.ontology import load, ntriples

_TEXTS = frozenset(
    "http://www.w3.org/" + name
    for name in (
        "2000/01/rdf-schema#label",
        "2004/02/skos/core#altLabel",
        "2004/02/skos/core#definition",
        "2004/02/skos/core#example",
    )
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Short names of terms, and statements as N-Triples."""

    versions: tuple[str, str]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Gone without a trace: a breaking change, unless the term was deprecated before."""
    deprecated: tuple[str, ...]
    """Each with the terms to use instead."""
    reworded: tuple[str, ...]
    """Terms whose labels, definitions or examples changed."""
    axioms_added: tuple[str, ...]
    axioms_removed: tuple[str, ...]

    @property
    def step(self) -> str:
        """Which number of the version has to rise: major, minor or patch; "" where nothing changed."""
        if self.removed or self.axioms_removed:
            return "major"
        if self.added or self.deprecated or self.axioms_added:
            return "minor"
        return "patch" if self.reworded else ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self) | {"step": self.step}

    def __str__(self) -> str:
        lines = [f"{self.versions[0]} -> {self.versions[1]}: {self.step or 'nothing changed'}"]
        for what in ("added", "removed", "deprecated", "reworded", "axioms_added", "axioms_removed"):
            found = getattr(self, what)
            if found:
                lines += [f"{what.replace('_', ' ')}: {len(found)}", *(f"  {one}" for one in found)]
        return "\n".join(lines)


def compare(old: Path, new: Path) -> Difference:
    """What changed between two folders of the ontology."""
    before, after = load(old), load(new)
    old_said, new_said = _statements(old), _statements(new)
    gone, came = old_said - new_said, new_said - old_said
    added = sorted(after.terms.keys() - before.terms.keys())
    removed = sorted(before.terms.keys() - after.terms.keys())
    fresh = {*added, *removed}
    retired = {s for s, p, _ in came if p.endswith("owl#deprecated")}
    deprecated = {" -> ".join((s, ", ".join(sorted(after.terms[s].replaced_by)) or "?")) for s in retired}
    reworded = {s for s, p, _ in gone | came if p in _TEXTS and s in before.terms and s in after.terms}
    named = before.terms | after.terms

    def axioms(found: set[tuple[str, str, str]]) -> tuple[str, ...]:
        kept = [one for one in found if one[1] not in _TEXTS and one[0] not in fresh and one[0] in named]
        return tuple(sorted(f"<{s}> <{p}> {o}" for s, p, o in kept))

    return Difference(
        (before.version, after.version),
        tuple(added),
        tuple(removed),
        tuple(sorted(deprecated)),
        tuple(sorted(reworded)),
        axioms(came),
        axioms(gone),
    )


def _statements(folder: Path) -> set[tuple[str, str, str]]:
    """Statements of named subjects; unions hang on nodes whose labels tell their content, so they count too."""
    parsed = ox.parse(ntriples(folder).encode(), format=ox.RdfFormat.N_TRIPLES)
    return {
        (quad.subject.value, quad.predicate.value, str(quad.object))
        for quad in parsed
        if isinstance(quad.subject, ox.NamedNode)
    }
