"""Room 4: names -> one IRI per real thing across documents.

>>> entities = identify(extractions, ontology)
>>> entities.of(document_id, claim_key).iri

Entities are told by their names alone, never by likeness of spelling (see `merge`); what cannot be told apart safely
("the company", "several banks", two letters) stays in its document. The order of documents does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.claims import EntityClaim, Extraction
from kg.entities.merge import Merger, Node
from kg.entities.model import BASE, Entities, Entity
from kg.entities.names import NameKeys, has_han
from kg.entities.slugs import slug, tell_apart
from kg.entities.tables import Identity
from kg.ontology import Ontology

__all__ = ["BASE", "Entities", "Entity", "identify"]


def identify(extractions: Iterable[Extraction], ontology: Ontology, base: str = BASE) -> Entities:
    """Give every entity claim of every document its entity; equal input in any order gives equal output."""
    keys = NameKeys(ontology)
    merger = Merger(ontology, keys, Identity.of(ontology))
    languages: dict[str, str] = {}
    for extraction in extractions:
        languages[extraction.document.id] = extraction.document.lang
        merger.add(extraction)
    clusters = list(merger.clusters())
    classes = [_class([merger.claims[node] for node in cluster], ontology) for cluster in clusters]
    names = [_Names(cluster, merger, keys, languages, ontology) for cluster in clusters]
    wanted = []
    for cluster, cls, named in zip(clusters, classes, names, strict=True):
        ending = slug(named.best) + ("-" + cluster[0][0][:8] if merger.is_local(cluster[0]) else "")
        wanted.append((ending, ontology.top(cls), "|".join(f"{document}#{key}" for document, key in cluster)))
    entities = [
        Entity(base + ending, cls, named.labels, named.aliases, _generic(cluster, merger), tuple(cluster))
        for ending, cls, named, cluster in zip(tell_apart(wanted), classes, names, clusters, strict=True)
    ]
    entities.sort(key=lambda entity: entity.iri)
    return Entities(tuple(entities), {node: entity for entity in entities for node in entity.members})


def _generic(cluster: list[Node], merger: Merger) -> bool:
    return all(merger.claims[node].generic for node in cluster)


def _class(claims: list[EntityClaim], ontology: Ontology) -> str:
    """The finest class that most claims support; a broader class supports every class below it."""
    votes = Counter(claim.cls for claim in claims)
    finest = [c for c in votes if not any(other != c and ontology.is_a(other, c) for other in votes)]
    return min(finest, key=lambda cls: (-votes[cls], -len(ontology.ancestors(cls)), cls))


class _Names:
    """The names of a cluster, told apart by language and worth."""

    def __init__(
        self, cluster: list[Node], merger: Merger, keys: NameKeys, languages: dict[str, str], ontology: Ontology
    ) -> None:
        fullest: Counter[tuple[str, str]] = Counter()
        others: Counter[tuple[str, str]] = Counter()
        for document, key in cluster:
            shown = (" ".join(name.split()) for name in merger.claims[document, key].names)
            for place, name in enumerate(dict.fromkeys(shown)):
                tagged = (keys.language(name, languages[document]), name)
                (others if place else fullest)[tagged] += 1
        forms = {name for _, name in (*fullest, *others)}
        order = {code: place for place, code in enumerate(ontology.languages)}
        counted = others + fullest
        ranked = sorted(
            counted,
            key=lambda n: (
                order.get(n[0], len(order)),
                n[0],
                _is_inflected(n[1], forms),
                n not in fullest,
                -counted[n],
                -len(n[1]),
                n[1],
            ),
        )
        # "the company" is no name to list a thing under, unless it has no other
        worthy = [n for n in ranked if keys.distinctive(keys.key(n[1]))] or ranked[:1]
        by_language: dict[str, tuple[str, str]] = {}
        for tagged in worthy:
            by_language.setdefault(tagged[0], tagged)
        self.labels = tuple(by_language.values())
        self.aliases = tuple(sorted(set(worthy) - set(self.labels)))
        # the one that the IRI is made of: in letters that every keyboard has, if there is one
        self.best = max(self.labels, key=lambda n: (not has_han(n[1]), fullest[n], -order.get(n[0], len(order)), n))[1]


def _is_inflected(name: str, forms: set[str]) -> bool:
    """Whether another form of the name has the same words, one of them without its last letter or two."""
    words = name.split(" ")
    return any(
        " ".join((*words[:i], word[:-cut], *words[i + 1 :])) in forms
        for i, word in enumerate(words)
        for cut in (1, 2)
        if len(word) > cut + 2
    )
