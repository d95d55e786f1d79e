"""Which claims speak of one thing: union-find over names, with guards, and never by mere likeness of spelling.

Claims join when they share a distinctive name (names of one claim are aliases of each other, so a document that gives a
name in two languages joins both) and their classes agree. They stay apart when their names carry different numbers or
different places, or when a short form could mean several of them. Unnamed groups join inside their document only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from kg.claims import EntityClaim, Extraction
from kg.entities.names import NameKeys, fold, has_han, numbers
from kg.entities.tables import Identity, synonyms
from kg.ontology import Ontology

Node = tuple[str, int]
"""(id of a document, key of an entity claim in it)."""

_LONGEST_PLACE = 4
"""Words of a spaced script, or Han characters less two, that a place's name may have to be seen inside another name."""


@dataclass(slots=True)
class Cluster:
    """Claims that speak of one thing, and what its names carry that tells it from others."""

    nodes: list[Node]
    numbers: frozenset[str]
    places: frozenset[str]

    def contradicts(self, other: Cluster) -> bool:
        """Whether each carries a number, or a place, that the other lacks."""
        return _differ(self.numbers, other.numbers) or _differ(self.places, other.places)


def _differ(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a - b) and bool(b - a)


@dataclass(slots=True)
class Merger:
    """Grows clusters; feed it all claims of a build, then call `clusters`."""

    ontology: Ontology
    keys: NameKeys
    identity: Identity
    claims: dict[Node, EntityClaim] = field(default_factory=dict)
    _parent: dict[Node, Node] = field(default_factory=dict)
    _cluster: dict[Node, Cluster] = field(default_factory=dict)
    _place_of: dict[str, str] = field(default_factory=dict)
    _synonyms: Mapping[tuple[str, str], str] = field(init=False)

    def __post_init__(self) -> None:
        self._synonyms = synonyms(self.ontology, self.identity)

    def add(self, extraction: Extraction) -> None:
        """Take in the entity claims of one document."""
        for claim in extraction.entities:
            self.claims[extraction.document.id, claim.key] = claim

    def clusters(self) -> Iterator[list[Node]]:
        """Lists of claims that speak of one thing, each sorted."""
        nodes = sorted(self.claims)
        places = [node for node in nodes if self._tells_apart(node)]
        self._merge(places)
        self._place_of = dict(self._name_places(places))
        self._merge([node for node in nodes if not self._tells_apart(node)])
        members: defaultdict[Node, list[Node]] = defaultdict(list)
        for node in nodes:
            members[self._find(node)].append(node)
        yield from (members[root] for root in sorted(members))

    def is_local(self, node: Node) -> bool:
        """Whether the thing can only be told inside its document: a group, or nothing but words for its class."""
        claim = self.claims[node]
        return claim.generic or not any(True for _ in self._strong_keys(claim))

    # -- keys --------------------------------------------------------------------------------------------------------

    def _tells_apart(self, node: Node) -> bool:
        return self._is_any(self.claims[node].cls, self.identity.tells_apart)

    def _is_any(self, cls: str, classes: tuple[str, ...]) -> bool:
        return any(self.ontology.is_a(cls, broader) for broader in classes)

    def _strong_keys(self, claim: EntityClaim) -> Iterator[str]:
        """The names by which other documents may mean the same thing, as keys."""
        shared_kind = self._is_any(claim.cls, self.identity.shared_kinds)
        by_context = self._is_any(claim.cls, self.identity.told_by_context)
        by_role = self._is_any(claim.cls, self.identity.called_by_role)
        for name in claim.names:
            key = self.keys.key(name)
            known = self._synonyms.get((claim.cls, key))
            if known:
                yield f"={known}"
            if not (self.keys.distinctive(key) or (shared_kind and self.keys.is_head(key))):
                continue
            if by_context and self.keys.leans_on_head(key) and not self._places_in(key):
                continue
            if not (by_role and self.keys.is_role(key)):
                yield key

    def _name_places(self, nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
        """(key of a place's name, one spelling that stands for that place)."""
        for node in nodes:
            stands = "{}#{}".format(*self._find(node))
            for key in self._strong_keys(self.claims[node]):
                yield key, stands
                rest, _ = self.keys.split_head(key)
                if rest:
                    yield rest, stands

    def _places_in(self, key: str) -> frozenset[str]:
        if not self._place_of:
            return frozenset()
        parts = key.split() if not has_han(key) else list(key)
        glue = "" if has_han(key) else " "
        longest = _LONGEST_PLACE + (2 if has_han(key) else 0)
        spans = (
            glue.join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, min(len(parts), i + longest) + 1)
        )
        return frozenset(self._place_of[span] for span in spans if span in self._place_of)

    # -- joining -----------------------------------------------------------------------------------------------------

    def _merge(self, nodes: list[Node]) -> None:
        by_key: defaultdict[tuple[int, str], list[Node]] = defaultdict(list)
        by_rest: defaultdict[str, list[tuple[Node, str]]] = defaultdict(list)
        local: defaultdict[tuple[str, str, str], list[Node]] = defaultdict(list)
        for node in nodes:
            claim = self.claims[node]
            self._start(node)
            if self.is_local(node):
                for name in claim.names:
                    local[node[0], self.ontology.top(claim.cls), self.keys.full(name)].append(node)
                continue
            for key in dict.fromkeys(self._strong_keys(claim)):
                by_key[-len(key), key].append(node)
                rest, head = self.keys.split_head(key)
                if rest not in self._place_of:  # the bank of a town is not short for the town
                    by_rest[rest or key].append((node, head))
        for _, same in sorted(local.items()):
            for node in same[1:]:
                self._join(same[0], node)
        for _, same in sorted(by_key.items()):
            self._join_all(same)
        for _, headed in sorted(by_rest.items()):
            self._join_headed(headed)

    def _join_headed(self, headed: list[tuple[Node, str]]) -> None:
        """Join "Beibei District" and "Beibei", unless "Beibei" could as well be short for something else."""
        by_top: defaultdict[str, list[tuple[Node, str]]] = defaultdict(list)
        for node, head in headed:
            by_top[self.ontology.top(self.claims[node].cls)].append((node, head))
        for _, group in sorted(by_top.items()):
            meanings = [self.keys.classes_of(head) for _, head in group if head]
            if meanings and len(meanings) < len(group) and frozenset.intersection(*meanings):
                self._join_all([node for node, _ in group])

    def _join_all(self, nodes: list[Node]) -> None:
        """Join the claims that share a name, class by class; a name that contradicting things share joins none."""
        groups: list[list[Node]] = []
        for node in nodes:
            for group in groups:
                if self._agree(group[0], node):
                    group.append(node)
                    break
            else:
                groups.append([node])
        for group in groups:
            roots = list(dict.fromkeys(self._find(node) for node in group))
            kinds = {(self._cluster[root].numbers, self._cluster[root].places): self._cluster[root] for root in roots}
            if not any(a.contradicts(b) for a, b in combinations(kinds.values(), 2)):
                for root in roots[1:]:
                    self._join(roots[0], root)

    def _agree(self, a: Node, b: Node) -> bool:
        one, other = self.claims[a].cls, self.claims[b].cls
        is_a, top = self.ontology.is_a, self.ontology.top
        return top(one) == top(other) or is_a(one, other) or is_a(other, one)

    def _start(self, node: Node) -> None:
        keys = [fold(name) for name in self.claims[node].names]
        self._parent[node] = node
        carried = frozenset[str]().union(*map(numbers, keys))
        self._cluster[node] = Cluster([node], carried, frozenset[str]().union(*map(self._places_in, keys)))

    def _find(self, node: Node) -> Node:
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def _join(self, a: Node, b: Node) -> None:
        first, second = sorted((self._find(a), self._find(b)))
        if first == second:
            return
        one, other = self._cluster[first], self._cluster.pop(second)
        self._parent[second] = first
        one.nodes.extend(other.nodes)
        one.numbers |= other.numbers
        one.places |= other.places
