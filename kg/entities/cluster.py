"""What the names of a thing carry that tells it from others, and when two things must not be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kg.entities.spelling import LISTED, is_acronym, shortens, spells_out

Node: TypeAlias = tuple[str, int]
"""(id of a document, key of an entity claim in it)."""

Fulls: TypeAlias = frozenset[tuple[str, str]]
"""(language, key) of names that shorten no other name of their claim."""

_GROUP = "group"
"""The kind of legal form (`ontology/identity.toml`) that tells a parent from what belongs to it."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What the names of one or more claims carry."""

    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    """Kinds of legal form."""
    contexts: frozenset[str] = frozenset()
    """What tells namesakes apart: keys of the organisations that employ a person."""
    fulls: Fulls = frozenset()
    complete: frozenset[str] = frozenset()
    """Keys of names that came with a legal form."""
    classes: frozenset[str] = frozenset()
    decided: frozenset[tuple[int, int]] = frozenset()
    """(number of a decision that two things differ, 1 or -1 for which of the two this is)."""

    def __or__(self, other: Traits) -> Traits:
        return Traits(
            self.numbers | other.numbers,
            self.places | other.places,
            self.forms | other.forms,
            self.contexts | other.contexts,
            self.fulls | other.fulls,
            self.complete | other.complete,
            self.classes | other.classes,
            self.decided | other.decided,
        )

    def contradicts(self, other: Traits, key: str) -> bool:
        """Whether two clusters that share the name `key` must stay two."""
        return (
            self.is_decided_to_differ(other)
            or _differ(self.numbers, other.numbers)
            or _differ(self.places, other.places)
            or _other_form(self.forms, other.forms)
            or (bool(self.contexts) and bool(other.contexts) and not self.contexts & other.contexts)
            or (not key.startswith(LISTED) and self._shares_no_more_than(other, key))
        )

    def is_decided_to_differ(self, other: Traits) -> bool:
        """Whether a person said that the two are two things."""
        return bool(self.decided) and any((number, -side) in other.decided for number, side in self.decided)

    def confirms(self, other: Traits) -> bool:
        """Whether more than a name speaks for the two being one, though others of that name are not."""
        if self.contexts & other.contexts:
            return True
        told = self.numbers | self.places | self.forms
        return bool(told) and told == other.numbers | other.places | other.forms and self.fulls == other.fulls

    def _shares_no_more_than(self, other: Traits, key: str) -> bool:
        """Whether the shared name is short for two different names."""
        mine, others = ({name for name in one.fulls if name[1] != key} for one in (self, other))
        in_full = any(name == key for _, name in self.fulls), any(name == key for _, name in other.fulls)
        if all(in_full) or {name for _, name in mine} & {name for _, name in others}:
            return False
        if not mine or not others:
            return self._is_parent_of(other, key) or other._is_parent_of(self, key)
        alike = [(a, b) for lang, a in mine for other_lang, b in others if lang == other_lang]
        if alike:
            return not any(shortens(a, b) or shortens(b, a) for a, b in alike) and not any(in_full)
        return is_acronym(key) and not self.classes & other.classes

    def _is_parent_of(self, other: Traits, key: str) -> bool:
        """Whether this one is called just `key`, with its legal form, and the other only for short."""
        if key not in self.complete or key in other.complete:
            return False
        longer = [name for _, name in other.fulls if shortens(key, name)]
        return bool(longer) and any(name in other.complete for name in longer)


def _differ(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a - b) and bool(b - a)


def _other_form(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a) and bool(b) and (not a & b or (_GROUP in a) != (_GROUP in b))


def fullest(named: list[tuple[str, str]]) -> Fulls:
    """Of the (language, key) of a claim's names those that are short for no other; acronyms only if nothing else."""
    if len(named) == 1:
        return frozenset(named)
    keys = [key for _, key in named]
    found = {
        (lang, key)
        for lang, key in named
        if not any(shortens(key, longer) for longer in keys)
        and not (is_acronym(key) and any(" " in longer and spells_out(key, longer) for longer in keys))
    }
    told = {(lang, key) for lang, key in found if not is_acronym(key)}
    return frozenset(told or found)
