"""Which claims speak of one thing: union-find over names, with guards, and never by mere likeness of spelling.

Claims join when they share a distinctive name (names of one claim are aliases of each other, so a document that gives a
name in two languages joins both) and their classes agree. They stay apart when their names carry different numbers,
places or legal forms, when they belong to different organisations, or when the name that they share is short for two
different ones (`cluster`). Unnamed groups join inside their document only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from kg.claims import EntityClaim, Extraction
from kg.entities.cluster import Node, Traits, fullest
from kg.entities.decided import Decided
from kg.entities.identity import Identity
from kg.entities.names import NameKeys
from kg.entities.places import Places
from kg.entities.slugs import kebab
from kg.entities.spelling import fold
from kg.entities.tables import places, synonyms
from kg.ontology import Ontology

__all__ = ["Merger", "Node"]

_MOST_KINDS = 60
"""Kinds of bearers of one name above which it is taken to tell nobody apart, without comparing them all."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the names of a claim say, whatever its document: worked out once for all claims with the same names."""

    keys: tuple[str, ...]
    """By which other documents may mean the same thing; none for what can only be told inside its document."""
    stripped: tuple[str, ...]
    """The same without the place that they begin with."""
    headed: tuple[tuple[str, str], ...]
    """The same in (name, word for its class)."""
    traits: Traits


@dataclass(slots=True)
class Merger:
    """Grows clusters; feed it all claims of a build, then call `clusters`."""

    ontology: Ontology
    keys: NameKeys
    identity: Identity
    decided: Decided = field(default_factory=Decided)
    claims: dict[Node, EntityClaim] = field(default_factory=dict)
    _languages: dict[str, str] = field(default_factory=dict)
    _contexts: dict[Node, frozenset[str]] = field(default_factory=dict)
    _parent: dict[Node, Node] = field(default_factory=dict)
    _traits: dict[Node, Traits] = field(default_factory=dict)
    _places: Places = field(init=False)
    _synonyms: Mapping[tuple[str, str], str] = field(init=False)
    _is: dict[tuple[str, tuple[str, ...]], bool] = field(default_factory=dict)
    _profiles: dict[tuple[str, tuple[str, ...], str], Profile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._synonyms = synonyms(self.ontology, self.identity)
        self._places = Places(self.keys)

    def add(self, extraction: Extraction) -> None:
        """Take in the entity claims of one document."""
        document = extraction.document
        self._languages[document.id] = document.lang
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
        located = [node for node in nodes if self._is_any(self.claims[node].cls, self.identity.tells_apart)]
        self._merge(located)
        self._learn_places(located)
        self._profiles.clear()
        self._merge([node for node in nodes if not self._is_any(self.claims[node].cls, self.identity.tells_apart)])
        members: defaultdict[Node, list[Node]] = defaultdict(list)
        for node in nodes:
            members[self._find(node)].append(node)
        yield from (members[root] for root in sorted(members))

    def traits(self, node: Node) -> Traits:
        """What tells the cluster of a claim from others."""
        return self._traits[self._find(node)]

    def listed(self, node: Node) -> str:
        """How the ontology's folder calls the place or kind that a claim names, or ""."""
        claim = self.claims[node]
        known = (self._synonyms.get((claim.cls, self.keys.full(name)), "") for name in claim.names)
        kind, _, listed = next(filter(None, known), "").partition(" ")
        return listed.partition("|")[0] if kind in self.ontology.classes else kebab(listed)

    def is_local(self, node: Node) -> bool:
        """Whether the thing can only be told inside its document: a group, or nothing but words for its class."""
        return self.claims[node].generic or not self._profile(node).keys

    # -- keys --------------------------------------------------------------------------------------------------------

    def _is_any(self, cls: str, classes: tuple[str, ...]) -> bool:
        known = self._is.get((cls, classes))
        if known is None:
            known = self._is[cls, classes] = any(self.ontology.is_a(cls, broader) for broader in classes)
        return known

    def _key(self, name: str, cls: str) -> str:
        bodiless = self._is_any(cls, self.identity.unincorporated)
        return self.keys.incorporated(name) if bodiless else self.keys.key(name)

    def _profile(self, node: Node) -> Profile:
        claim, language = self.claims[node], self._languages.get(node[0], "")
        known = self._profiles.get((claim.cls, claim.names, language))
        if known is None:
            known = self._profiles[claim.cls, claim.names, language] = self._look_at(claim, language)
        return known

    def _look_at(self, claim: EntityClaim, language: str) -> Profile:
        strong = tuple(dict.fromkeys(self._strong_keys(claim)))
        may_lack = strong if self._is_any(claim.cls, self.identity.place_may_lack) else ()
        heads = ((key, *self.keys.split_head(key)) for key in strong)
        # the bank of a town is not short for the town
        headed = tuple((rest or key, head) for key, rest, head in heads if not self._places.of(rest))
        folded = list(map(fold, claim.names))
        named = [(self.keys.language(name, language), self._key(name, claim.cls)) for name in claim.names]
        traits = Traits(
            numbers=frozenset[str]().union(*map(self.keys.numbers, claim.names)),
            places=frozenset[str]().union(*(self._places.inside(self.keys.spelled(key)) for key in folded)),
            forms=frozenset[str]().union(*map(self.keys.forms, claim.names)),
            fulls=fullest(named),
            complete=frozenset(self.keys.key(name) for name in claim.names if self.keys.has_form(name)),
            classes=frozenset((claim.cls,)),
        )
        return Profile(strong, tuple(self._places.stripped(key) or key for key in may_lack), headed, traits)

    def _strong_keys(self, claim: EntityClaim) -> Iterator[str]:
        shared_kind = self._is_any(claim.cls, self.identity.shared_kinds)
        by_context = self._is_any(claim.cls, self.identity.told_by_context)
        by_role = self._is_any(claim.cls, self.identity.called_by_role)
        for name in claim.names:
            key = self._key(name, claim.cls)
            known = self._synonyms.get((claim.cls, self.keys.full(name))) or self._synonyms.get((claim.cls, key))
            if known:
                yield f"={known}"
            if not (self.keys.distinctive(key) or (shared_kind and self.keys.is_head(key))):
                continue
            weak = by_context and self.keys.leans_on_head(key) and not self._places.inside(key)
            if weak and not self.keys.is_apposed(name):
                continue
            if not (by_role and self.keys.is_role(key)):
                yield self.keys.incorporated(name)
                yield key

    def _learn_places(self, nodes: Iterable[Node]) -> None:
        lacking = self.identity.places_that_may_lack
        stands: dict[Node, str] = {}
        listed: dict[str, str] = {}
        for cls, key, meaning in places(self.ontology):
            listed.setdefault(key, meaning)
            self._places.add(self.keys.spelled(key), meaning, may_lack=self._is_any(cls, lacking))
        for node in nodes:
            root, claim = self._find(node), self.claims[node]
            known = next((listed[key] for key in map(fold, claim.names) if key in listed), "")
            if known or root not in stands:
                stands[root] = known or "{}#{}".format(*root)
        for node in nodes:
            may_lack = self._is_any(self.claims[node].cls, lacking)
            for key in self._profile(node).keys:
                self._places.add(key, stands[self._find(node)], may_lack=may_lack)

    # -- joining -----------------------------------------------------------------------------------------------------

    def _merge(self, nodes: list[Node]) -> None:
        by_key: defaultdict[str, list[Node]] = defaultdict(list)
        by_stripped: defaultdict[str, list[Node]] = defaultdict(list)
        by_rest: defaultdict[str, list[tuple[Node, str]]] = defaultdict(list)
        local: defaultdict[tuple[str, str, str], list[Node]] = defaultdict(list)
        for node in nodes:
            profile = self._profile(node)
            self._parent[node] = node
            context = self._contexts.get(node)
            decided = self.decided.marks.get(node)
            self._traits[node] = profile.traits
            if context or decided:
                self._traits[node] = replace(
                    profile.traits, contexts=context or frozenset(), decided=decided or frozenset()
                )
            if self.is_local(node):
                claim = self.claims[node]
                for name in claim.names:
                    local[node[0], self.ontology.top(claim.cls), self.keys.full(name)].append(node)
                continue
            for groups, keys in ((by_key, profile.keys), (by_stripped, profile.stripped)):
                for key in keys:
                    groups[key].append(node)
            for rest, head in profile.headed:
                by_rest[rest].append((node, head))
        for same in self.decided.same:
            started = [node for node in same if node in self._parent]
            for node in started[1:]:
                self._join(started[0], node)
        for _, same in sorted(local.items()):
            for node in same[1:]:
                self._join(same[0], node)
        for groups in (by_key, by_stripped):
            for key in sorted(groups, key=lambda key: (-len(key), key)):
                self._join_all(groups[key], key)
        for rest in sorted(by_rest):
            self._join_headed(by_rest[rest], rest)

    def _join_headed(self, headed: list[tuple[Node, str]], rest: str) -> None:
        """Join "Beibei District" and "Beibei", unless "Beibei" could as well be short for something else."""
        by_top: defaultdict[str, list[tuple[Node, str]]] = defaultdict(list)
        for node, head in headed:
            by_top[self.ontology.top(self.claims[node].cls)].append((node, head))
        for _, group in sorted(by_top.items()):
            meanings = [self.keys.classes_of(head) for _, head in group if head]
            if meanings and len(meanings) < len(group) and frozenset.intersection(*meanings):
                self._join_all([node for node, _ in group], rest)

    def _join_all(self, nodes: list[Node], key: str) -> None:
        """Join the claims that share a name, class by class; a name that contradicting things share joins none."""
        if len(nodes) < 2:
            return
        groups: list[list[Node]] = []
        of_class: dict[str, list[Node]] = {}
        for node in nodes:
            cls = self.claims[node].cls
            if cls not in of_class:
                of_class[cls] = next((group for group in groups if self._agree(group[0], node)), [])
                if not of_class[cls]:
                    groups.append(of_class[cls])
            of_class[cls].append(node)
        for group in groups:
            roots = list(dict.fromkeys(self._find(node) for node in group))
            kinds = list(dict.fromkeys(self._traits[root] for root in roots))
            if len(kinds) > _MOST_KINDS or any(a.contradicts(b, key) for a, b in combinations(kinds, 2)):
                self._join_confirmed(roots[: _MOST_KINDS * _MOST_KINDS])
            else:
                for root in roots[1:]:
                    self._join(roots[0], root)

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

    def _join(self, a: Node, b: Node) -> None:
        first, second = sorted((self._find(a), self._find(b)))
        if first == second or self._traits[first].is_decided_to_differ(self._traits[second]):
            return
        self._parent[second] = first
        one, other = self._traits[first], self._traits.pop(second)
        if one != other:
            self._traits[first] = one | other
