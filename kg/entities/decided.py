"""What people decided about identity and names, carried out on the claims of a build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.claims import EntityClaim
from kg.decisions import Decision, Decisions, Key
from kg.entities.cluster import Node
from kg.entities.model import Entity
from kg.entities.spelling import fold
from kg.ontology import Ontology

Names = tuple[tuple[str, str], ...]
"""(language, name)."""


@dataclass(slots=True)
class Decided:
    """The decisions, and the claims of which they speak."""

    together: tuple[tuple[Key, Key], ...] = ()
    apart: tuple[tuple[Key, Key], ...] = ()
    renamings: tuple[Decision, ...] = ()
    same: list[list[Node]] = field(default_factory=list)
    """Claims that speak of one thing."""
    marks: dict[Node, frozenset[tuple[int, int]]] = field(default_factory=dict)
    """Claim -> (number of a decision, which of its two sides the claim is on)."""
    _nodes: dict[Key, list[Node]] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Decisions | None) -> Decided:
        """What the entities need to know of the decisions."""
        if decisions is None:
            return cls()
        together, apart = decisions.identity("same"), decisions.identity("different")
        return cls(tuple(sorted(together)), tuple(sorted(apart)), tuple(decisions.names()))

    def look_at(self, nodes: Sequence[Node], claims: Mapping[Node, EntityClaim], ontology: Ontology) -> None:
        """Find the claims of which the decisions speak."""
        keys = {key for pair in (*self.together, *self.apart) for key in pair}
        keys |= {one.about for one in self.renamings if isinstance(one.about, Key)}
        self._nodes = find(keys, nodes, claims, ontology)
        self.same = [self._nodes[a] + self._nodes[b] for a, b in self.together]
        marks: defaultdict[Node, set[tuple[int, int]]] = defaultdict(set)
        for number, pair in enumerate(self.apart):
            one, other = (set(self._nodes[key]) for key in pair)
            # a claim that has both names cannot be told apart from itself
            for side, mine in ((1, one - other), (-1, other - one)):
                for node in mine:
                    marks[node].add((number, side))
        self.marks = {node: frozenset(found) for node, found in marks.items()}

    def names(self, cluster: Sequence[Node], labels: Names, aliases: Names) -> tuple[Names, Names]:
        """(labels, aliases) after the renamings: the new name is the label, and the old one an alias."""
        members = set(cluster)
        for one in self.renamings:
            if isinstance(one.about, Key) and members.intersection(self._nodes[one.about]):
                old = {named for named in labels if named[0] == one.language}
                kept = tuple(named for named in labels if named[0] != one.language)
                new = (one.language, one.name)
                aliases = tuple(sorted((set(aliases) | old) - {new}))
                labels = (new, *kept)
        return labels, aliases

    def unmet(self, by_claim: Mapping[Node, Entity]) -> tuple[str, ...]:
        """What could not be carried out, as sentences."""
        told = [f"The decision on {key} has no effect: no document names it so." for key in sorted(self._unknown())]
        for a, b in self.together:
            if self._nodes[a] and self._nodes[b] and len(self._iris((a, b), by_claim)) > 1:
                told.append(f"{a} and {b} were decided to be the same, and are kept apart by another decision.")
        for a, b in self.apart:
            both = self._iris((a,), by_claim) & self._iris((b,), by_claim)
            if both:
                told.append(f"{a} and {b} were decided to be different, but a document names one thing by both names.")
        return tuple(told)

    def _unknown(self) -> Iterable[Key]:
        return (key for key, nodes in self._nodes.items() if not nodes)

    def _iris(self, keys: Iterable[Key], by_claim: Mapping[Node, Entity]) -> set[str]:
        return {by_claim[node].iri for key in keys for node in self._nodes[key]}


def find(
    keys: Iterable[Key], nodes: Iterable[Node], claims: Mapping[Node, EntityClaim], ontology: Ontology
) -> dict[Key, list[Node]]:
    """The claims that each key names: of its class, with its name in any spelling, in its document."""
    found: dict[Key, list[Node]] = {key: [] for key in sorted(set(keys))}
    wanted: defaultdict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in found:
        wanted[key.cls, fold(key.name)].append(key)
    for node in nodes if wanted else ():
        claim = claims[node]
        top = ontology.top(claim.cls)
        for name in dict.fromkeys(map(fold, claim.names)):
            for key in wanted.get((top, name), ()):
                if node[0].startswith(key.document):
                    found[key].append(node)
    return found
