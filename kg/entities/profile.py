"""What the names of a claim say, before they are compared with any other's: the keys by which others may mean the same
thing, and what tells that thing from others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.claims import EntityClaim
from kg.entities.cluster import Traits, fullest
from kg.entities.identity import Identity
from kg.entities.names import NameKeys
from kg.entities.places import Places
from kg.entities.slugs import kebab
from kg.entities.spelling import LISTED, fold, has_han
from kg.entities.tables import Listed, places
from kg.ontology import Ontology


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What the names of a claim say, whatever its document; claims with the same names have the same object."""

    keys: tuple[str, ...]
    """By which other documents may mean the same thing; none for what can only be told inside its document."""
    stripped: tuple[str, ...]
    """The same without the place that they begin with."""
    headed: tuple[tuple[str, str], ...]
    """The same in (name, word for its class)."""
    traits: Traits


class _Kind(NamedTuple):
    """How things of a class are told apart (`ontology/identity.toml`)."""

    shared: bool
    by_context: bool
    by_role: bool
    by_words: bool
    bodiless: bool
    may_lack_place: bool


@dataclass(slots=True)
class Profiles:
    """The profile of every claim, each worked out once; the places that names hold have to be learned before."""

    ontology: Ontology
    keys: NameKeys
    identity: Identity
    _places: Places = field(init=False)
    _listed: Listed = field(init=False)
    _kinds: dict[str, _Kind] = field(default_factory=dict)
    _known: dict[tuple[str, tuple[str, ...], str], Profile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._listed = Listed.of(self.ontology, self.identity)
        self._places = Places(self.keys)

    def of(self, claim: EntityClaim, language: str) -> Profile:
        """What a claim's names say, in a document of that language."""
        which = claim.cls, claim.names, language
        known = self._known.get(which)
        if known is None:
            known = self._known[which] = self._look_at(claim, language)
        return known

    def is_any(self, cls: str, classes: tuple[str, ...]) -> bool:
        """Whether a class is one of these or a kind of one."""
        return any(self.ontology.is_a(cls, broader) for broader in classes)

    def _kind(self, cls: str) -> _Kind:
        known = self._kinds.get(cls)
        if known is None:
            told = self.identity
            of = (
                told.shared_kinds,
                told.told_by_context,
                told.called_by_role,
                told.told_by_several_words,
                told.unincorporated,
                told.place_may_lack,
            )
            known = self._kinds[cls] = _Kind(*(self.is_any(cls, classes) for classes in of))
        return known

    def listed(self, cls: str, names: Iterable[str]) -> str:
        """How the ontology's folder calls the place or kind of these names, or ""."""
        known = next(filter(None, (self._listed.meaning(cls, self.keys.full(name)) for name in names)), "")
        kind, _, listed = known.partition(" ")
        return listed.partition("|")[0] if kind in self.ontology.classes else kebab(listed)

    def learn_places(self, named: Iterable[tuple[EntityClaim, str, str]]) -> None:
        """From now on know these places inside names, beside those that the ontology's folder lists: (claim, its
        document's language, what stands for the place if the folder lists it under none of the place's names)."""
        lacking = self.identity.places_that_may_lack
        listed: dict[str, str] = {}
        for cls, key, meaning in places(self.ontology):
            listed.setdefault(key, meaning)
            self._places.add(self.keys.spelled(key), meaning, may_lack=self.is_any(cls, lacking))
        stands: dict[str, str] = {}
        claims = list(named)
        for claim, _, place in claims:
            known = next((listed[key] for key in map(fold, claim.names) if key in listed), "")
            if known or place not in stands:
                stands[place] = known or place
        for claim, language, place in claims:
            may_lack = self.is_any(claim.cls, lacking)
            for key in self.of(claim, language).keys:
                self._places.add(key, stands[place], may_lack=may_lack)
        self._known.clear()

    def _look_at(self, claim: EntityClaim, language: str) -> Profile:
        kind = self._kind(claim.cls)
        cores = [self.keys.incorporated(name) if kind.bodiless else self.keys.key(name) for name in claim.names]
        strong = tuple(dict.fromkeys(self._strong_keys(claim, cores, kind)))
        headed = []
        for key in strong:
            rest, head = self.keys.split_head(key)
            if not self._places.of(rest):  # the bank of a town is not short for the town
                headed.append((rest or key, head))
        stripped = tuple([self._places.stripped(key) or key for key in strong]) if kind.may_lack_place else ()
        return Profile(strong, stripped, tuple(headed), self._traits(claim, cores, language))

    def _traits(self, claim: EntityClaim, cores: list[str], language: str) -> Traits:
        """What tells the thing from others."""
        keys, none = self.keys, frozenset[str]()
        numbers, places, forms, complete = none, none, none, []
        for name, key in zip(claim.names, map(fold, claim.names), strict=True):
            numbers = numbers | found if (found := keys.numbers(name)) else numbers
            places = places | inside if (inside := self._places.inside(keys.spelled(key))) else places
            forms = forms | kinds if (kinds := keys.forms(name)) else forms
            if keys.has_form(name):
                complete.append(keys.key(name))
        fulls = fullest([(keys.language(name, language), core) for name, core in zip(claim.names, cores, strict=True)])
        return Traits(numbers, places, forms, none, fulls, frozenset(complete), frozenset((claim.cls,)))

    def _strong_keys(self, claim: EntityClaim, cores: list[str], kind: _Kind) -> Iterator[str]:
        keys = self.keys
        for name, core in zip(claim.names, cores, strict=True):
            known = self._listed.meaning(claim.cls, keys.full(name)) or self._listed.meaning(claim.cls, core)
            if known:
                yield LISTED + known
            if not (keys.distinctive(core) or (kind.shared and keys.is_head(core))):
                continue
            weak = kind.by_context and keys.leans_on_head(core) and not keys.is_apposed(name)
            if weak and not self._places.inside(core) and not self._begins_with_place(core):
                continue
            if kind.by_words and " " not in core and not has_han(core):
                continue
            if not (kind.by_role and keys.is_role(core)):
                yield keys.incorporated(name)
                yield core

    def _begins_with_place(self, key: str) -> bool:
        """Whether what stands before a key's word for its class is a name and a word for a place, known or not."""
        own, head = self.keys.split_head(next((rest for rest, _ in self.keys.heads(key)), ""))
        return own != "" and not self.keys.is_common(own) and self._is_place(head)

    def _is_place(self, head: str) -> bool:
        classes = self.keys.classes_of(head)
        return bool(classes) and all(self.is_any(cls, self.identity.tells_apart) for cls in classes)
