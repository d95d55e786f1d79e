"""What the ontology's folder knows of names: how several languages call one place, or one kind of thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.entities.identity import Identity
from kg.entities.spelling import fold, has_han, without_umlauts
from kg.ontology import Ontology

_SHORTEST = 3
"""Letters that are left of a word without its ending."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The places and kinds that the folder lists under names; a name that could mean two things means none here."""

    places: Mapping[tuple[str, str], str]
    """(class, folded name) -> what all names for the same have in common."""
    kinds: Mapping[tuple[str, str], str]
    """The same of kinds, with names whose words have lost their endings."""
    classes: frozenset[str]
    """Of the kinds."""
    endings: frozenset[str]

    @classmethod
    def of(cls, ontology: Ontology, identity: Identity) -> Listed:
        """Read from the ontology's folder."""
        which = ontology.root, ontology.hash
        if which not in _kept:
            _kept[which] = _listed(ontology, identity)
        return _kept[which]

    def meaning(self, cls: str, key: str) -> str:
        """What a folded name of a class stands for, or ""."""
        if cls in self.classes:
            return self.kinds.get((cls, unended(key, self.endings)), "")
        return self.places.get((cls, key), "")


_kept: dict[tuple[Path, str], Listed] = {}


def _listed(ontology: Ontology, identity: Identity) -> Listed:
    endings = frozenset(
        ending
        for code in ontology.languages
        for ending in ontology.lexicon(code).get("language", {}).get("inflections", ())
        if ending.isalpha()
    )
    kinds = list(_kinds(ontology, identity, endings))
    broader = _certain(
        (above, name, meaning)
        for cls, name, meaning in kinds
        for above in ontology.ancestors(cls)
        if above != cls and _is_shared(above, ontology, identity)
    )
    named = broader | _certain(kinds)
    return Listed(_certain(places(ontology)), named, frozenset(cls for cls, _ in named), endings)


def _certain(named: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """(class, name) -> meaning, but for names that could mean two things."""
    meanings: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for cls, name, meaning in named:
        meanings[cls, name].add(meaning)
    return {which: min(found) for which, found in meanings.items() if len(found) == 1}


def places(ontology: Ontology) -> Iterator[tuple[str, str, str]]:
    """(class, folded name, what all names for it have in common) of the places that the ontology's folder lists."""
    for cls, cells in _rows(ontology.root / "lexicon" / "places.tsv"):
        for cell in cells:
            for spelling in filter(None, cell.split("|")):
                yield cls, fold(spelling.lstrip("=")), f"{cls} {cells[0]}"


def unended(key: str, endings: frozenset[str]) -> str:
    """A folded name of which no word has an ending of inflection, nor any umlaut; it only serves to compare."""
    return key if has_han(key) else " ".join([_unended(word, endings) for word in without_umlauts(key).split(" ")])


@cache
def _unended(word: str, endings: frozenset[str]) -> str:
    sizes = range(min(3, len(word) - _SHORTEST), 0, -1)
    return next((word[:-size] for size in sizes if word[-size:] in endings), word)


def _kinds(ontology: Ontology, identity: Identity, endings: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """(class, name, meaning): the labels of classes whose members are kinds, and the rows of the list of kinds."""
    of_class: dict[tuple[str, str], str] = {}
    for name, term in ontology.classes.items():
        if _is_shared(name, ontology, identity):
            for label in (*term.labels.values(), *(said for names in term.alternatives.values() for said in names)):
                key = unended(fold(label), endings)
                of_class[name, key] = f"kind {name}"
                yield name, key, f"kind {name}"
    for cls, cells in _rows(ontology.root / "lexicon" / "kinds.tsv"):
        spelled = [unended(fold(name), endings) for cell in cells for name in filter(None, cell.split("|"))]
        meaning = next((of_class[cls, key] for key in spelled if (cls, key) in of_class), f"kind {fold(_first(cells))}")
        for key in spelled:
            yield cls, key, meaning


def _first(cells: list[str]) -> str:
    return cells[0].partition("|")[0]


def _is_shared(cls: str, ontology: Ontology, identity: Identity) -> bool:
    return any(ontology.is_a(cls, shared) for shared in identity.shared_kinds)


def _rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """(class, cells) of a list of names."""
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        yield from ((cls, cells) for cls, *cells in rows[1:])
