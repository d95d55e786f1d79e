"""Which facts say the same as others and more: `provides GreenLoan` refines `provides FinancialInstrument`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.facts.model import Fact, Facts
from kg.facts.ties import Tie, by_subject, ties
from kg.ontology import Ontology

MOST_CHOICES = 8
"""Where more facts than that would refine one, no text says which is meant, unless they stand in one document."""

Bucket = defaultdict[tuple[str, ...], list[Fact]]


def refinements(facts: Facts, ontology: Ontology, tied: Iterable[Tie] | None = None) -> Iterator[tuple[str, str]]:
    """(finer, more general) of all relations of one subject and status.

    A relation is finer by its predicate (a narrower one, of the same object), by its object (a named thing, or an
    unnamed one of a narrower class, where the other names only a class), or, for transitive relations, by an object
    that stands in that relation to the other's: in the district, and so in the city. `tied` are the ties of all things,
    where `facts` are those of a few.
    """
    index = _Index(facts.relations, ontology, ties(facts.relations, ontology) if tied is None else tied)
    found = {(fine.iri, fact.iri) for fact in facts.relations for fine in index.finer(fact)}
    yield from found


class _Index:
    def __init__(self, facts: Sequence[Fact], ontology: Ontology, tied: Iterable[Tie]) -> None:
        self.ontology = ontology
        self.by_object: Bucket = defaultdict(list)
        """(subject, status, object) -> facts."""
        self.by_class: Bucket = defaultdict(list)
        """(subject, status, predicate, class), both with all broader ones -> facts."""
        self.inside: Bucket = defaultdict(list)
        """(predicate, subject) -> facts of a transitive predicate."""
        self.above = by_subject(tied)
        wanted = {(f.subject.iri, f.status, f.predicate, f.object.cls) for f in facts if f.object.generic}
        for fact in facts:
            self.by_object[fact.subject.iri, fact.status, fact.object.iri].append(fact)
            if ontology.properties[fact.predicate].transitive and ontology.statuses[fact.status].accepted:
                self.inside[fact.predicate, fact.subject.iri].append(fact)
            for predicate in ontology.ancestors(fact.predicate):
                for cls in ontology.ancestors(fact.object.cls):
                    key = (fact.subject.iri, fact.status, predicate, cls)
                    if key in wanted:
                        self.by_class[key].append(fact)

    def finer(self, fact: Fact) -> Iterator[Fact]:
        """The facts that refine one."""
        for other in self.by_object[fact.subject.iri, fact.status, fact.object.iri]:
            if other.predicate != fact.predicate and self.ontology.is_a(other.predicate, fact.predicate):
                yield other
        if fact.object.generic:
            yield from self._named(fact)
        if self.ontology.properties[fact.predicate].transitive:
            yield from self._within(fact)

    def _named(self, fact: Fact) -> Iterator[Fact]:
        key = (fact.subject.iri, fact.status, fact.predicate, fact.object.cls)
        finer = [
            other
            for other in self.by_class[key]
            if other is not fact and (not other.object.generic or other.object.cls != fact.object.cls)
        ]
        if len(finer) > MOST_CHOICES:
            here = {item.document for item in fact.evidence}
            finer = [other for other in finer if not here.isdisjoint(item.document for item in other.evidence)]
        yield from finer

    def _within(self, fact: Fact) -> Iterator[Fact]:
        for other in self.inside[fact.predicate, fact.subject.iri]:
            if other.status == fact.status and fact.object.iri in self._above(fact.predicate, other.object.iri):
                yield other

    def _above(self, predicate: str, thing: str) -> Mapping[str, None]:
        """All that a thing stands in a transitive relation to, itself left out."""
        seen: dict[str, None] = {}
        waiting = [thing]
        while waiting:
            for wider in self.above.get((predicate, waiting.pop()), ()):
                if wider not in seen and wider != thing:
                    seen[wider] = None
                    waiting.append(wider)
        return seen
