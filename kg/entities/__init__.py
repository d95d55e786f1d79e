"""Room 4: names -> one IRI per real thing across documents.

>>> entities = identify(extractions, ontology)
>>> entities.of(document_id, claim_key).iri

Entities are told by their names alone, never by likeness of spelling (see `merge`); what cannot be told apart safely
("the company", "several banks", two letters) stays in its document. The order of documents does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.claims import Extraction
from kg.decisions import Decisions
from kg.entities.decided import Decided
from kg.entities.identity import Identity
from kg.entities.merge import Merger, Node, Said
from kg.entities.model import Entities, Entity
from kg.entities.names import NameKeys, has_han
from kg.entities.slugs import kebab, short_hash, slug, tell_apart
from kg.ontology import BASE, Ontology

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
    for extraction in extractions:
        merger.add(extraction)
    clusters = list(merger.clusters())
    said = [merger.said(cluster) for cluster in clusters]
    classes = [_class(how, ontology) for how in said]
    order = {code: place for place, code in enumerate(ontology.languages)}
    names = [_Names(how, merger, order) for how in said]
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


def _class(said: Counter[Said], ontology: Ontology) -> str:
    """The finest class that most claims support; a broader class supports every class below it."""
    votes: dict[str, int] = {}
    for (cls, _, _), times in said.items():
        votes[cls] = votes.get(cls, 0) + times
    if len(votes) == 1:
        return next(iter(votes))
    finest = [c for c in votes if not any(other != c and ontology.is_a(other, c) for other in votes)]
    return min(finest, key=lambda cls: (-votes[cls], -len(ontology.ancestors(cls)), cls))


class _Names:
    """The names of a cluster, told apart by language and worth."""

    def __init__(self, said: Counter[Said], merger: Merger, order: dict[str, int]) -> None:
        keys = merger.keys
        counted: dict[tuple[str, str], int] = {}
        fullest: dict[tuple[str, str], int] = {}
        for (_, names, language), times in said.items():
            shown = dict.fromkeys(" ".join(name.split()) for name in names)
            first, *_ = tags = [(keys.language(name, language), name) for name in shown]
            for one in tags:
                counted[one] = counted.get(one, 0) + times
            fullest[first] = fullest.get(first, 0) + times
        forms = {name for _, name in counted}

        def rank(n: tuple[str, str]) -> tuple[object, ...]:
            inflected = len(forms) > 1 and _is_inflected(n[1], forms)
            return order.get(n[0], len(order)), n[0], inflected, n not in fullest, -counted[n], -len(n[1]), n[1]

        ranked = sorted(counted, key=rank)
        # "the company" is no name to list a thing under, unless it has no other
        worthy = [n for n in ranked if keys.distinctive(keys.key(n[1]))] or ranked[:1]
        by_language: dict[str, tuple[str, str]] = {}
        for tagged in worthy:
            by_language.setdefault(tagged[0], tagged)
        self.labels = tuple(by_language.values())
        self.aliases = tuple(sorted(set(worthy) - set(self.labels)))
        self.stem, self.form = self._stem(worthy, fullest, merger, said)

    @staticmethod
    def _stem(
        worthy: list[tuple[str, str]], fullest: dict[tuple[str, str], int], merger: Merger, said: Counter[Said]
    ) -> tuple[str, str]:
        """(what the IRI is made of, the legal form that goes with it): how most documents call it, in Latin letters
        if any does, whatever the legal form; where the ontology's folder lists it, as it is called there."""
        listed = min(filter(None, (merger.listed(cls, names) for cls, names, _ in said)), default="")
        if listed:
            return slug(listed), ""
        keys = merger.keys
        votes: dict[str, int] = {}
        forms: dict[tuple[str, str], int] = {}
        for tagged in worthy:
            key, times = keys.key(tagged[1]), fullest.get(tagged, 0)
            votes[key] = votes.get(key, 0) + times
            form = keys.incorporated(tagged[1]).removeprefix(key).strip() if keys.has_form(tagged[1]) else ""
            forms[key, form] = forms.get((key, form), 0) + times
        best = min(votes, key=lambda key: (has_han(key), -votes[key], -len(key), key))
        return slug(best), max((f for f in forms if f[0] == best), key=lambda f: (bool(f[1]), forms[f], f))[1]


def _is_inflected(name: str, forms: set[str]) -> bool:
    """Whether another form of the name has the same words, one of them without its last letter or two."""
    if not any(0 < len(name) - len(form) <= 2 for form in forms):
        return False
    words = name.split(" ")
    return any(
        " ".join((*words[:i], word[:-cut], *words[i + 1 :])) in forms
        for i, word in enumerate(words)
        for cut in (1, 2)
        if len(word) > cut + 2
    )
