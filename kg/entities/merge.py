"""Which claims speak of one thing: union-find over names, with guards, and never by mere likeness of spelling.

Claims join when they share a distinctive name (names of one claim are aliases of each other, so a document that gives a
name in two languages joins both) and their classes agree. They stay apart when their names carry different numbers,
places or legal forms, when they belong to different organisations, or when the name that they share is short for two
different ones (`cluster`). Unnamed groups join inside their document only.

Claims with the same names (most of a large build) are taken for one from the start and looked at once, until a name of
theirs proves to be that of different things; then each of them is looked at by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from typing import TypeAlias

from kg.claims import EntityClaim, Extraction
from kg.entities.cluster import Node, Traits
from kg.entities.decided import Decided
from kg.entities.identity import Identity
from kg.entities.names import NameKeys
from kg.entities.profile import Profile, Profiles
from kg.ontology import Ontology

__all__ = ["Merger", "Node", "Said"]

Said: TypeAlias = tuple[str, tuple[str, ...], str]
"""(class, names, language of the document) of a claim."""

_MOST_KINDS = 60
"""Kinds of bearers of one name above which it is taken to tell nobody apart, without comparing them all."""


@dataclass(slots=True)
class Merger:
    """Grows clusters; feed it all claims of a build, then call `clusters`."""

    ontology: Ontology
    keys: NameKeys
    identity: Identity
    decided: Decided = field(default_factory=Decided)
    claims: dict[Node, EntityClaim] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    """Of the documents, by id."""
    _contexts: dict[Node, frozenset[str]] = field(default_factory=dict)
    _parent: dict[Node, Node] = field(default_factory=dict)
    _traits: dict[Node, Traits] = field(default_factory=dict)
    _profiles: Profiles = field(init=False)
    _alike: dict[Node, list[Node]] = field(default_factory=dict)
    """The first of some claims with the same names -> all of them, as long as they are only taken for one."""
    _parted: dict[Node, list[Node]] = field(default_factory=dict)
    """The same for those that proved to be namesakes."""

    def __post_init__(self) -> None:
        self._profiles = Profiles(self.ontology, self.keys, self.identity)

    def add(self, extraction: Extraction) -> None:
        """Take in the entity claims of one document."""
        document = extraction.document
        self.languages[document.id] = document.lang
        by_key = {claim.key: claim for claim in extraction.entities}
        for claim in extraction.entities:
            self.claims[document.id, claim.key] = claim
        telling = self.identity.told_by_relation
        for relation in extraction.relations:
            told = by_key.get(relation.object)
            if told is not None and relation.predicate in telling.get(told.cls, ()):
                node = document.id, relation.object
                names = frozenset(map(self.keys.key, by_key[relation.subject].names))
                self._contexts[node] = self._contexts.get(node, frozenset()) | names

    def clusters(self) -> Iterator[list[Node]]:
        """Lists of claims that speak of one thing, each sorted."""
        nodes = sorted(self.claims)
        self.decided.look_at(nodes, self.claims, self.ontology)
        located: list[Node] = []
        others: list[Node] = []
        classes = {claim.cls for claim in self.claims.values()}
        telling = {cls for cls in classes if self._profiles.is_any(cls, self.identity.tells_apart)}
        for node in nodes:
            (located if self.claims[node].cls in telling else others).append(node)
        self._merge(located)
        self._profiles.learn_places(
            (self.claims[node], self.languages[node[0]], "{}#{}".format(*self._find(node))) for node in located
        )
        self._merge(others)
        members: defaultdict[Node, list[Node]] = defaultdict(list)
        for node in nodes:
            members[self._find(node)].append(node)
        yield from (members[root] for root in sorted(members))

    def traits(self, node: Node) -> Traits:
        """What tells the cluster of a claim from others."""
        return self._traits[self._find(node)]

    def said(self, cluster: list[Node]) -> Counter[Said]:
        """How a thing is named, and how often so."""
        claims, languages = self.claims, self.languages
        return Counter([(claims[node].cls, claims[node].names, languages[node[0]]) for node in cluster])

    def listed(self, cls: str, names: tuple[str, ...]) -> str:
        """How the ontology's folder calls the place or kind that a claim of such names is about, or ""."""
        return self._profiles.listed(cls, names)

    def is_local(self, node: Node) -> bool:
        """Whether the thing can only be told inside its document: a group, or nothing but words for its class."""
        return self.claims[node].generic or not self._profile(node).keys

    def _profile(self, node: Node) -> Profile:
        return self._profiles.of(self.claims[node], self.languages[node[0]])

    # -- joining -----------------------------------------------------------------------------------------------------

    def _merge(self, nodes: list[Node]) -> None:
        profiled: list[tuple[Node, Profile]] = []
        local: defaultdict[tuple[str, str, str], list[Node]] = defaultdict(list)
        first: dict[Profile, Node] = {}
        single = {*self._contexts, *self.decided.marks, *chain.from_iterable(self.decided.same)}
        for node in nodes:
            claim, profile = self.claims[node], self._profile(node)
            if node in single or claim.generic or not profile.keys:
                self._start(node, profile)
            elif (before := first.setdefault(profile, node)) != node:
                self._parent[node] = before
                self._alike.setdefault(before, [before]).append(node)
                continue
            else:
                self._parent[node], self._traits[node] = node, profile.traits
            if claim.generic or not profile.keys:
                for name in claim.names:
                    local[node[0], self.ontology.top(claim.cls), self.keys.full(name)].append(node)
            else:
                profiled.append((node, profile))
        for same in self.decided.same:
            self._join_each([node for node in same if node in self._parent])
        for _, same in sorted(local.items()):
            self._join_each(same)
        self._join_by_names(profiled)

    def _start(self, node: Node, profile: Profile) -> None:
        """A claim stands for itself."""
        context, decided = self._contexts.get(node), self.decided.marks.get(node)
        traits = profile.traits
        if context or decided:
            traits = replace(traits, contexts=context or frozenset(), decided=decided or frozenset())
        self._parent[node], self._traits[node] = node, traits

    def _join_by_names(self, profiled: list[tuple[Node, Profile]]) -> None:
        by_key: defaultdict[str, list[Node]] = defaultdict(list)
        by_stripped: defaultdict[str, list[Node]] = defaultdict(list)
        by_rest: defaultdict[str, list[tuple[Node, str]]] = defaultdict(list)
        for node, profile in profiled:
            for key in profile.keys:
                by_key[key].append(node)
            for key in profile.stripped:
                by_stripped[key].append(node)
            for rest, head in profile.headed:
                by_rest[rest].append((node, head))
        for groups in (by_key, by_stripped):
            shared = [key for key, same in groups.items() if len(same) > 1 or same[0] in self._alike]
            for key in sorted(shared, key=lambda key: (-len(key), key)):
                self._join_all(groups[key], key)
        for rest in sorted(rest for rest, headed in by_rest.items() if len(headed) > 1):
            self._join_headed(by_rest[rest], rest)

    def _join_headed(self, headed: list[tuple[Node, str]], rest: str) -> None:
        """Join "Beibei District" and "Beibei", unless "Beibei" could as well be short for something else."""
        if not any(head for _, head in headed):
            return
        by_top: defaultdict[str, list[tuple[Node, str]]] = defaultdict(list)
        for node, head in headed:
            by_top[self.ontology.top(self.claims[node].cls)].append((node, head))
        for _, group in sorted(by_top.items()):
            meanings = [self.keys.classes_of(head) for _, head in group if head]
            if meanings and len(meanings) < len(group) and frozenset.intersection(*meanings):
                self._join_all([node for node, _ in group], rest)

    def _join_all(self, nodes: list[Node], key: str) -> None:
        """Join the claims that share a name, class by class; a name that contradicting things share joins none."""
        if any(node in self._parted for node in nodes):
            nodes = sorted(chain.from_iterable(self._parted.get(node, (node,)) for node in nodes))
        if len(nodes) < 2:
            self._alike.pop(nodes[0], None)
            return
        if len(set(map(self._find, nodes))) == 1:
            for node in nodes:
                self._alike.pop(node, None)
            return
        for group in self._by_class(nodes):
            roots = list(dict.fromkeys(map(self._find, group)))
            kinds = list(dict.fromkeys(self._traits[root] for root in roots)) if len(roots) > 1 else []
            if len(kinds) > _MOST_KINDS or any(a.contradicts(b, key) for a, b in combinations(kinds, 2)):
                roots = list(dict.fromkeys(map(self._find, self._part(group))))
                self._join_confirmed(roots[: _MOST_KINDS * _MOST_KINDS])
                continue
            for node in group:
                self._alike.pop(node, None)
            for root in roots[1:]:
                self._join(roots[0], root)

    def _by_class(self, nodes: list[Node]) -> list[list[Node]]:
        """Claims in groups of which the classes agree."""
        groups: list[list[Node]] = []
        of_class: dict[str, list[Node]] = {}
        for node in nodes:
            cls = self.claims[node].cls
            if cls not in of_class:
                of_class[cls] = next((group for group in groups if self._agree(group[0], node)), [])
                if not of_class[cls]:
                    groups.append(of_class[cls])
            of_class[cls].append(node)
        return groups

    def _part(self, nodes: list[Node]) -> list[Node]:
        """The claims of a group, those that were only taken for one each by itself."""
        for first in nodes:
            if first in self._alike:
                self._parted[first] = self._alike.pop(first)
                for node in self._parted[first]:
                    self._parent[node], self._traits[node] = node, self._traits[first]
        return sorted(set(chain.from_iterable(self._parted.get(node, (node,)) for node in nodes)))

    def _join_confirmed(self, roots: list[Node]) -> None:
        """Of namesakes, join those for which more than the name speaks."""
        by_trait: defaultdict[object, list[Node]] = defaultdict(list)
        for root in roots:
            traits = self._traits[root]
            for context in traits.contexts:
                by_trait[context].append(root)
            by_trait[traits.numbers, traits.places, traits.forms, traits.fulls].append(root)
        for same in by_trait.values():
            for other in same[1:]:
                one, two = self._find(same[0]), self._find(other)
                if one != two and self._traits[one].confirms(self._traits[two]):
                    self._join(one, two)

    def _agree(self, a: Node, b: Node) -> bool:
        one, other = self.claims[a].cls, self.claims[b].cls
        if one == other:
            return True
        is_a, top = self.ontology.is_a, self.ontology.top
        return top(one) == top(other) or is_a(one, other) or is_a(other, one)

    def _find(self, node: Node) -> Node:
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def _join_each(self, same: list[Node]) -> None:
        for node in same[1:]:
            self._join(same[0], node)

    def _join(self, a: Node, b: Node) -> None:
        first, second = sorted((self._find(a), self._find(b)))
        if first == second or self._traits[first].is_decided_to_differ(self._traits[second]):
            return
        self._parent[second] = first
        one, other = self._traits[first], self._traits.pop(second)
        if one != other:
            self._traits[first] = one | other
