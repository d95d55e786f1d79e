"""What the ontology's folder knows of names: how several languages call one place, or one kind of thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg.entities.identity import Identity
from kg.entities.spelling import fold
from kg.ontology import Ontology


def synonyms(ontology: Ontology, identity: Identity) -> Mapping[tuple[str, str], str]:
    """(class, folded name) -> what all names for the same have in common; names that could mean two things are out."""
    meanings: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for cls, key, meaning in (*places(ontology), *_kinds(ontology, identity)):
        meanings[cls, key].add(meaning)
    return {named: min(found) for named, found in meanings.items() if len(found) == 1}


def places(ontology: Ontology) -> Iterator[tuple[str, str, str]]:
    """(class, folded name, what all names for it have in common) of the places that the ontology's folder lists."""
    path = ontology.root / "lexicon" / "places.tsv"
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    for cls, *cells in rows[1:]:
        for cell in cells:
            for spelling in filter(None, cell.split("|")):
                yield cls, fold(spelling.lstrip("=")), f"{cls} {cells[0]}"


def _kinds(ontology: Ontology, identity: Identity) -> Iterator[tuple[str, str, str]]:
    """The labels of classes whose members are kinds."""
    for name, cls in ontology.classes.items():
        if any(ontology.is_a(name, shared) for shared in identity.shared_kinds):
            for label in (*cls.labels.values(), *(said for names in cls.alternatives.values() for said in names)):
                yield name, fold(label), f"kind {name}"
