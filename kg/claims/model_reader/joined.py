"""What the model's claims add to what the rules read: things united by name, equal claims made one with both rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from kg.claims.model import BOTH, EntityClaim, Extraction, ObservationClaim, RelationClaim
from kg.claims.model_reader.answers import Answers
from kg.claims.model_reader.gate import Gate, Named, Refused, folded, items
from kg.claims.model_reader.passages import Passage
from kg.claims.model_reader.words import find
from kg.ontology import load

Claim = TypeVar("Claim", RelationClaim, ObservationClaim)
T = TypeVar("T")


@dataclass(slots=True)
class Outcome:
    """How many claims of the model were taken and refused, over all documents."""

    taken: Counter[str] = field(default_factory=Counter)
    """entities, relations, observations."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason."""


def joined(extraction: Extraction, answers: Answers, outcome: Outcome) -> Extraction:
    """The extraction with what the gate takes of the model's answers; counts go into `outcome`."""
    found = answers.by_document.get(extraction.document.id)
    return _Joining(extraction, answers.endpoint.rule, outcome).done(found) if found else extraction


class _Joining:
    """One document's claims of both readers."""

    def __init__(self, extraction: Extraction, rule: str, outcome: Outcome) -> None:
        self.extraction, self.rule, self.outcome = extraction, rule, outcome
        self.gate = Gate(extraction.document, load(), rule)
        self.entities = {entity.key: entity for entity in extraction.entities}
        self.by_name: dict[str, int] = {}
        for entity in extraction.entities:
            for name in entity.names:
                self.by_name.setdefault(folded(name), entity.key)
        self.next_key = max(self.entities, default=-1) + 1

    def done(self, answered: list[tuple[Passage, dict[str, Any]]]) -> Extraction:
        """Things first: claims about them need their classes, whoever found them."""
        for passage, answer in answered:
            for named in self._taken("entities", answer, partial(self.gate.thing, passage=passage)):
                self._unite(named)
        relations = list(self.extraction.relations)
        observations = list(self.extraction.observations)
        for passage, answer in answered:
            things = {name: self.entities[key] for name, key in self.by_name.items()}
            for relation in self._taken(
                "relations", answer, partial(self.gate.relation, passage=passage, things=things)
            ):
                _add(relations, relation, _same_relation, self.rule)
            for figure in self._taken(
                "observations", answer, partial(self.gate.observation, passage=passage, things=things)
            ):
                _add(observations, figure, _same_figure, self.rule)
        return replace(
            self.extraction,
            entities=tuple(self.entities.values()),
            relations=tuple(relations),
            observations=tuple(observations),
        )

    def _taken(self, kind: str, answer: dict[str, Any], check: Callable[[Any], T]) -> Iterator[T]:
        for item in items(answer, kind):
            try:
                claim = check(item)
            except Refused as reason:
                self.outcome.refused[str(reason)] += 1
                continue
            self.outcome.taken[kind] += 1
            yield claim

    def _unite(self, named: Named) -> None:
        """The thing of that name, or a new one; what the rules say of its class stays unless the model is finer."""
        keys = (self.by_name.get(folded(name)) for name in named.names)
        key = next((key for key in keys if key is not None), None)
        if key is None:
            key, self.next_key = self.next_key, self.next_key + 1
            generic = not any(c.isupper() or c.isdigit() or "\u4e00" <= c <= "\u9fff" for c in "".join(named.names))
            self.entities[key] = EntityClaim(key, named.cls, named.names, named.spans, generic, self.rule)
        else:
            known = self.entities[key]
            # a name that another thing has already would make two things one in the graph
            own = [n for n in named.names if self.by_name.get(folded(n), key) == key]
            spans = {span for name in own for span in find(name, self.gate.text, whole=True)}
            self.entities[key] = replace(
                known,
                cls=named.cls if load().is_a(named.cls, known.cls) else known.cls,
                names=tuple(dict.fromkeys((*known.names, *own))),
                spans=tuple(sorted({*known.spans, *spans})),
                rule=_with(known.rule, self.rule),
            )
        for name in named.names:
            self.by_name.setdefault(folded(name), key)


def _add(claims: list[Claim], claim: Claim, same: Callable[[Claim, Claim], bool], rule: str) -> None:
    for n, known in enumerate(claims):
        if same(known, claim):
            claims[n] = replace(known, rule=_with(known.rule, rule))
            return
    claims.append(claim)


def _with(rule: str, other: str) -> str:
    return rule if other in rule.split(BOTH) else f"{rule}{BOTH}{other}"


def _same_relation(one: RelationClaim, other: RelationClaim) -> bool:
    ends, others = (one.subject, one.object), (other.subject, other.object)
    symmetric = load().relations[one.predicate].symmetric
    return one.predicate == other.predicate and (ends == others or (symmetric and ends == others[::-1]))


def _same_figure(one: ObservationClaim, other: ObservationClaim) -> bool:
    return (one.subject, one.indicator, one.value_start) == (other.subject, other.indicator, other.value_start)
