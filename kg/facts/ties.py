"""What lies inside what, and whose a plant is: the facts by which facts about other things are judged.

That a park is in a district and the district in a city makes "the park is in the city" no contradiction and no news.
All other comparisons of facts look at one subject only, so who knows the ties of all can judge the facts of a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.facts.model import Fact
from kg.ontology import Ontology

Tie = tuple[str, str, str]
"""(predicate, IRI of the subject, IRI of the object) of an accepted fact."""


def tying(ontology: Ontology) -> frozenset[str]:
    """The predicates that tie: transitive ones, those of which a thing can have but so many, and `sharing` ones."""
    exclusive = {ontology.name_of(one.path) for one in ontology.expectations if one.most is not None}
    return frozenset(
        name
        for name, term in ontology.properties.items()
        if term.transitive or any(ontology.is_a(name, broader) for broader in exclusive)
    ) | sharing(ontology)


def sharing(ontology: Ontology) -> frozenset[str]:
    """The predicates whose ends may share figures: what a plant saves, its owner saves."""
    flagged = [name for name, term in ontology.properties.items() if term.shares_figures]
    return frozenset(name for name in ontology.properties if any(ontology.is_a(name, broad) for broad in flagged))


def partners(tied: Iterable[Tie], ontology: Ontology) -> Mapping[str, set[str]]:
    """Thing -> the things with which it may share figures."""
    predicates = sharing(ontology)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for predicate, subject, object_ in tied:
        if predicate in predicates:
            found[subject].add(object_)
            found[object_].add(subject)
    return found


def ties(facts: Iterable[Fact], ontology: Ontology) -> set[Tie]:
    """The ties among some facts."""
    predicates = tying(ontology)
    return {
        (fact.predicate, fact.subject.iri, fact.object.iri)
        for fact in facts
        if fact.predicate in predicates and ontology.statuses[fact.status].accepted
    }


def holders(changed: Iterable[Tie], known: Iterable[Tie]) -> set[str]:
    """The things whose facts have to be judged anew when ties change: all tied to their subjects, however far."""
    tied_to: defaultdict[str, list[str]] = defaultdict(list)
    for _, subject, object_ in known:
        tied_to[object_].append(subject)
    found: set[str] = set()
    waiting = [subject for _, subject, _ in changed]
    while waiting:
        for holder in tied_to.get(waiting.pop(), ()):
            if holder not in found:
                found.add(holder)
                waiting.append(holder)
    return found


def by_subject(known: Iterable[Tie]) -> Mapping[tuple[str, str], list[str]]:
    """(predicate, subject) -> objects."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for predicate, subject, object_ in sorted(known):
        found[predicate, subject].append(object_)
    return found
