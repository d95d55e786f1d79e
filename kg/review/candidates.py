"""What is worth a person's look, the most used first: names alike, namesakes, facts that are hardly believed.

Likeness of spelling only ever suggests: two bureaus of neighbouring districts score 88 of 100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, TypeAlias

from rapidfuzz import fuzz

from kg.decisions import Decisions, FactKey, Key
from kg.entities.names import NameKeys
from kg.entities.slugs import short_hash
from kg.entities.spelling import has_han
from kg.ontology import Ontology, load
from kg.review.index import Index, Thing, index
from kg.store import Build

__all__ = ["Candidate", "Index", "candidates", "index"]

Kind: TypeAlias = Literal["similar", "namesake", "fact"]
ALIKE = 84.0
"""From which likeness on, of 100, two names are worth a look."""
DOUBTFUL = 0.5
"""Up to which belief a fact is worth a look."""
_CROWD = 150
"""Things that share a part of a name, above which the part is taken for a common word."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question to a person."""

    id: str
    """Eight hex digits that stand for the question; the same in every build."""
    kind: Kind
    uses: int
    """In how many facts that which is asked about takes part."""
    about: Key | FactKey
    other: Key | None
    text: str
    score: float
    """Likeness of two names (0..100), or belief in a fact (0..1)."""
    iris: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...] = ()
    """(document, sentence)."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "used": self.uses,
            "text": self.text,
            "score": self.score,
            "iris": list(self.iris),
            "quotes": [list(quote) for quote in self.quotes],
        }


def candidates(build: Build, decisions: Decisions, ontology: Ontology | None = None) -> list[Candidate]:
    """The questions that a build raises and nobody decided yet, in order of use."""
    ontology = ontology or load()
    known = index(build.facts(), ontology)
    pairs, facts = _decided(decisions, known)
    found = [*_namesakes(known, pairs), *_similar(known, NameKeys(ontology), pairs), *_doubtful(known, facts)]
    unique = {one.id: one for one in reversed(found)}
    return sorted(unique.values(), key=lambda one: (-one.uses, one.kind, -one.score, one.id))


def _decided(decisions: Decisions, known: Index) -> tuple[set[frozenset[str]], set[FactKey]]:
    pairs: set[frozenset[str]] = set()
    for one in decisions.all:
        if isinstance(one.about, Key) and one.other is not None:
            pairs |= {frozenset((a, b)) for a in known.named(one.about) for b in known.named(one.other)}
    return pairs, {one.about for one in decisions.all if isinstance(one.about, FactKey)}


def _pair(kind: Kind, one: Thing, two: Thing, score: float, known: Index) -> Candidate | None:
    keys = [known.key_of(thing.iri) for thing in (one, two)]
    if keys[0] is None or keys[1] is None:
        return None
    first, second = sorted((keys[0], keys[1]))
    text = f"{one.label}  ?=  {two.label}"
    quotes = tuple((thing.iri, ", ".join(sorted({name for _, name, _ in thing.names}))) for thing in (one, two))
    identity = short_hash(str(first), str(second))
    return Candidate(identity, kind, one.uses + two.uses, first, second, text, score, (one.iri, two.iri), quotes)


def _namesakes(known: Index, decided: set[frozenset[str]]) -> Iterator[Candidate]:
    """Things of one class and name that the rules keep apart."""
    seen: set[frozenset[str]] = set()
    for iris in known.shared_names():
        things = sorted((known.things[iri] for iri in iris), key=lambda thing: (-thing.uses, thing.iri))
        for one, two in combinations(things[:20], 2):
            pair = frozenset((one.iri, two.iri))
            if pair in decided or pair in seen or one.generic or two.generic or not (one.uses and two.uses):
                continue
            seen.add(pair)
            found = _pair("namesake", one, two, 100.0, known)
            if found:
                yield found


def _similar(known: Index, keys: NameKeys, decided: set[frozenset[str]]) -> Iterator[Candidate]:
    """Things of one class whose names are spelled alike, or where one could be the other's initials."""
    blocks: defaultdict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for thing in known.things.values():
        if not thing.generic:
            for cls, name, _ in thing.names:
                key = keys.key(name)
                for part in _parts(key):
                    blocks[cls, part].add((thing.iri, key))
    best: dict[tuple[str, str], float] = {}
    for _, members in sorted(blocks.items()):
        if len(members) > _CROWD:
            continue
        for (one, a), (two, b) in combinations(sorted(members), 2):
            if one != two and a != b and frozenset((one, two)) not in decided:
                score = _likeness(a, b)
                if score >= ALIKE:
                    best[one, two] = max(score, best.get((one, two), 0.0))
    for (one, two), score in sorted(best.items()):
        found = _pair("similar", known.things[one], known.things[two], round(score, 1), known)
        if found:
            yield found


def _parts(key: str) -> Iterable[str]:
    """The parts of a name by which it meets names like it: beginnings of words, pairs of characters, initials."""
    if has_han(key):
        return {key[i : i + 2] for i in range(len(key) - 1)}
    words = key.split(" ")
    initials = "".join(word[0] for word in words) if len(words) > 2 else ""
    return {word[:4] for word in words if len(word) > 3} | {f"initials {initials or key}"}


def _likeness(a: str, b: str) -> float:
    for short, long in ((a, b), (b, a)):
        if " " not in short and len(short) > 2 and short == "".join(word[0] for word in long.split(" ")):
            return 90.0
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))


def _doubtful(known: Index, decided: set[FactKey]) -> Iterator[Candidate]:
    """Facts that are hardly believed."""
    for iri, lines in known.facts.items():
        first = lines[0]
        if first["kind"] == "rejected" or first["belief"] > DOUBTFUL or "decision" in first:
            continue
        key = known.fact_key(iri)
        if key is None or key in decided:
            continue
        ends = [known.things[end] for end in (first["subject"], first.get("object")) if end in known.things]
        said = ends[1].label if len(ends) > 1 else key.object
        text = f"{ends[0].label}  {key.predicate}  {said}  ({key.status})"
        quotes = tuple((line["doc"], line["quote"]) for line in lines[:3])
        identity = short_hash(
            *map(str, (key.subject, key.predicate, key.object, key.status, key.period, key.substance))
        )
        uses = sum(end.uses for end in ends)
        yield Candidate(identity, "fact", uses, key, None, text, first["belief"], (iri,), quotes)
