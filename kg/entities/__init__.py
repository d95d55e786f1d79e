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
from kg.decisions import Decisions
from kg.entities.decided import Decided
from kg.entities.identity import Identity
from kg.entities.merge import Merger, Node
from kg.entities.model import BASE, Entities, Entity
from kg.entities.names import NameKeys, has_han
from kg.entities.slugs import kebab, short_hash, slug, tell_apart
from kg.ontology import Ontology

__all__ = ["BASE", "Entities", "Entity", "identify"]


def identify(
    extractions: Iterable[Extraction], ontology: Ontology, base: str = BASE, decisions: Decisions | None = None
) -> Entities:
    """Give every entity claim of every document its entity; equal input in any order gives equal output.

    What people decided on identity and names (`decisions`) comes before all rules.
    """
    keys = _keys(ontology)
    decided = Decided.of(decisions)
    merger = Merger(ontology, keys, Identity.of(ontology), decided)
    languages: dict[str, str] = {}
    for extraction in extractions:
        languages[extraction.document.id] = extraction.document.lang
        merger.add(extraction)
    clusters = list(merger.clusters())
    classes = [_class([merger.claims[node] for node in cluster], ontology) for cluster in clusters]
    order = {code: place for place, code in enumerate(ontology.languages)}
    names = [_Names(cluster, merger, keys, languages, order) for cluster in clusters]
    wanted = [_wanted(*item, merger, ontology) for item in zip(clusters, classes, names, strict=True)]
    entities = [
        Entity(
            base + ending,
            cls,
            *decided.names(cluster, named.labels, named.aliases),
            _generic(cluster, merger),
            tuple(cluster),
        )
        for ending, cls, named, cluster in zip(tell_apart(wanted), classes, names, clusters, strict=True)
    ]
    entities.sort(key=lambda entity: entity.iri)
    by_claim = {node: entity for entity in entities for node in entity.members}
    return Entities(tuple(entities), by_claim, decided.unmet(by_claim))


def _keys(ontology: Ontology) -> NameKeys:
    """Reading all words of all lexicons takes longer than a small build, so what was read last is kept."""
    if not _read or _read[0][0] is not ontology:
        _read[:] = [(ontology, NameKeys(ontology))]
    return _read[0][1]


_read: list[tuple[Ontology, NameKeys]] = []


def _wanted(cluster: list[Node], cls: str, named: _Names, merger: Merger, ontology: Ontology) -> tuple[str, ...]:
    """The end of an IRI, and what to add to it where a namesake wants the same; none depends on other things."""
    first = cluster[0]
    local = f"-{first[0][:8]}" if merger.is_local(first) else ""
    context = min(merger.traits(first).contexts, default="")
    additions = slug(named.form), slug(context), short_hash(first[0], str(first[1]))
    kind = kebab(ontology.top(cls))
    ends = not named.stem or f"-{named.stem}".endswith(f"-{kind}")
    return (named.stem or kebab(cls)) + ("" if ends else f"-{kind}") + local, *additions


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
        self, cluster: list[Node], merger: Merger, keys: NameKeys, languages: dict[str, str], order: dict[str, int]
    ) -> None:
        fullest: Counter[tuple[str, str]] = Counter()
        others: Counter[tuple[str, str]] = Counter()
        for document, key in cluster:
            shown = (" ".join(name.split()) for name in merger.claims[document, key].names)
            for place, name in enumerate(dict.fromkeys(shown)):
                tagged = (keys.language(name, languages[document]), name)
                (others if place else fullest)[tagged] += 1
        forms = {name for _, name in (*fullest, *others)}
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
        self.stem, self.form = self._stem(worthy, fullest, merger, cluster)

    @staticmethod
    def _stem(
        worthy: list[tuple[str, str]], fullest: Counter[tuple[str, str]], merger: Merger, cluster: list[Node]
    ) -> tuple[str, str]:
        """(what the IRI is made of, the legal form that goes with it): how most documents call it, in Latin letters
        if any does, whatever the legal form; where the ontology's folder lists it, as it is called there."""
        listed = min(filter(None, map(merger.listed, cluster)), default="")
        if listed:
            return slug(listed), ""
        votes: Counter[str] = Counter()
        forms: Counter[tuple[str, str]] = Counter()
        for tagged in worthy:
            key = merger.keys.key(tagged[1])
            votes[key] += fullest[tagged]
            form = merger.keys.incorporated(tagged[1]).removeprefix(key).strip()
            forms[key, form if merger.keys.has_form(tagged[1]) else ""] += fullest[tagged]
        best = min(votes, key=lambda key: (has_han(key), -votes[key], -len(key), key))
        return slug(best), max((f for f in forms if f[0] == best), key=lambda f: (bool(f[1]), forms[f], f))[1]


def _is_inflected(name: str, forms: set[str]) -> bool:
    """Whether another form of the name has the same words, one of them without its last letter or two."""
    words = name.split(" ")
    return any(
        " ".join((*words[:i], word[:-cut], *words[i + 1 :])) in forms
        for i, word in enumerate(words)
        for cut in (1, 2)
        if len(word) > cut + 2
    )
