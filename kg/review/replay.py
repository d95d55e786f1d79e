"""Decisions on facts, carried out: accepted ones are believed, rejected ones leave the default graph and stay visible.

A rejected or corrected fact stands in the graph `.../graph/rejected` with who decided so, when and why; what its
document states, with its evidence, stays in the document's graph. A corrected fact stands in the default graph as
corrected, on the evidence of the one that it replaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.claims import EntityClaim, Extraction, ObservationClaim
from kg.decisions import Decision, Decisions, FactKey, Key
from kg.entities import BASE, Entities, Entity
from kg.entities.decided import find
from kg.facts import Fact, Facts, Figure, digest, plain, to_base
from kg.graph import GM, XSD, Literal, Quad, fact_lines, quads
from kg.ontology import Ontology

GRAPH = "graph/rejected"
"""End of the IRI of the graph that holds what people rejected."""

Said = Fact | Figure


@dataclass(frozen=True, slots=True)
class Replayed:
    """Facts after the decisions."""

    facts: Facts
    """What is accepted."""
    rejected: Facts
    """What is not, or not as it stands."""
    decided: tuple[tuple[str, Decision, str], ...] = ()
    """(IRI of a fact, the decision on it, IRI of the fact that stands instead or "")."""
    notes: tuple[str, ...] = ()
    """Decisions that could not be carried out, and why."""


def replay(
    facts: Facts,
    decisions: Decisions | None,
    entities: Entities,
    extractions: Iterable[Extraction],
    ontology: Ontology,
    base: str = BASE,
) -> Replayed:
    """Carry out what people decided on facts."""
    chosen = decisions.facts() if decisions else []
    if not chosen:
        return Replayed(facts, Facts((), ()))
    return _Replay(_Things(chosen, entities, extractions, ontology), ontology, base).run(facts, chosen)


class _Things:
    """Which entities the keys of decisions name."""

    def __init__(
        self, decisions: Sequence[Decision], entities: Entities, extractions: Iterable[Extraction], ontology: Ontology
    ) -> None:
        claims: dict[tuple[str, int], EntityClaim] = {
            (one.document.id, claim.key): claim for one in extractions for claim in one.entities
        }
        keys = {key for one in decisions for key in _keys(one)}
        found = find(keys, sorted(claims), claims, ontology)
        self._by_key = {key: {entities.of(*node).iri: entities.of(*node) for node in found[key]} for key in found}

    def named(self, key: Key) -> Mapping[str, Entity]:
        """IRI -> entity of what a key names."""
        return self._by_key.get(key, {})


def _keys(decision: Decision) -> Iterator[Key]:
    if isinstance(decision.about, FactKey):
        yield decision.about.subject
        if not decision.about.is_figure:
            yield Key.parse(decision.about.object)
    for name in ("subject", "object"):
        if name in decision.corrections:
            yield Key.parse(decision.corrections[name])


@dataclass(slots=True)
class _Replay:
    things: _Things
    ontology: Ontology
    base: str
    kept: dict[str, Said] = field(default_factory=dict)
    rejected: dict[str, Said] = field(default_factory=dict)
    decided: list[tuple[str, Decision, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(self, facts: Facts, decisions: Sequence[Decision]) -> Replayed:
        said: list[Said] = [*facts.relations, *facts.figures]
        self.kept = {fact.iri: fact for fact in said}
        for decision in sorted(decisions, key=lambda one: (str(one.about), one.author, one.verdict)):
            about = decision.about
            assert isinstance(about, FactKey)  # `Decisions.facts` gives no others
            matching = [fact for fact in self.kept.values() if self._is_meant(fact, about)]
            for fact in matching:
                self._carry_out(decision, fact)
            if not matching:
                self._note(decision, "no document says that")
        rejected = _facts(self.rejected.values())
        return Replayed(_facts(self.kept.values()), rejected, tuple(self.decided), tuple(self.notes))

    def _carry_out(self, decision: Decision, fact: Said) -> None:
        corrected = self._corrected(fact, decision) if decision.verdict == "correct" else None
        if decision.verdict == "correct" and corrected is None:
            return self._note(
                decision, "what stands instead is not in the documents or the ontology, or is several things"
            )
        instead = ""
        if decision.verdict == "accept" or (corrected is not None and corrected.iri == fact.iri):
            self.kept[fact.iri] = replace(fact, belief=Decimal(1))
        else:
            self.rejected[fact.iri] = self.kept.pop(fact.iri)
        if corrected is not None and corrected.iri != fact.iri:
            instead = corrected.iri
            self.kept[instead] = _united(corrected, self.kept.get(instead))
        self.decided.append((fact.iri, decision, instead))

    def _note(self, decision: Decision, why: str) -> None:
        about = decision.about
        said = f"{about.subject} {about.predicate} {about.object}" if isinstance(about, FactKey) else str(about)
        self.notes.append(f"The decision “{decision.verdict}” on {said} has no effect: {why}.")

    def _is_meant(self, fact: Said, key: FactKey) -> bool:
        if fact.subject.iri not in self.things.named(key.subject):
            return False
        if isinstance(fact, Fact):
            return (
                not key.is_figure
                and (fact.predicate, fact.status) == (key.predicate, key.status)
                and fact.object.iri in self.things.named(Key.parse(key.object))
            )
        claims = [fact.claim, *(evidence.claim for evidence in fact.evidence)]
        return any(isinstance(one, ObservationClaim) and key == figure_key(key.subject, one) for one in claims)

    def _corrected(self, fact: Said, decision: Decision) -> Said | None:
        new = dict(decision.corrections)
        subject, object_ = (self._one(new.pop(name, "")) for name in ("subject", "object"))
        if None in (subject, object_):
            return None
        if isinstance(fact, Fact):
            return self._relation(fact, new, subject, object_)
        return self._figure(fact, new, subject)

    def _one(self, key: str) -> Entity | bool | None:
        """The thing that a key names; False for no key, None where there is none or are several."""
        if not key:
            return False
        found = self.things.named(Key.parse(key))
        return next(iter(found.values())) if len(found) == 1 else None

    def _relation(
        self, fact: Fact, new: Mapping[str, str], subject: Entity | bool | None, object_: Entity | bool | None
    ) -> Fact | None:
        made = replace(
            fact,
            subject=subject if isinstance(subject, Entity) else fact.subject,
            object=object_ if isinstance(object_, Entity) else fact.object,
            predicate=new.get("predicate", fact.predicate),
            status=new.get("status", fact.status),
            belief=Decimal(1),
        )
        if made.predicate not in self.ontology.relations or made.status not in self.ontology.statuses:
            return None
        meaning = (made.subject.iri, made.predicate, made.object.iri, made.status)
        return replace(made, iri=f"{self.base}fact/{digest(*meaning)}")

    def _figure(self, figure: Figure, new: Mapping[str, str], subject: Entity | bool | None) -> Figure | None:
        about = subject if isinstance(subject, Entity) else figure.subject
        try:
            claim = _changed(figure.claim, new)
            evidence = tuple(
                replace(one, claim=_changed(one.claim, new)) if isinstance(one.claim, ObservationClaim) else one
                for one in figure.evidence
            )
        except InvalidOperation:
            return None
        if claim.indicator not in self.ontology.indicators or claim.status not in self.ontology.statuses:
            return None
        value, upper, unit = to_base(claim, self.ontology)
        written = (plain(value), "" if upper is None else plain(upper), unit)
        meaning = (about.iri, claim.indicator, *written, claim.status, claim.period, claim.substance)
        return replace(
            figure,
            iri=f"{self.base}observation/{digest(*meaning)}",
            subject=about,
            claim=claim,
            base_value=value,
            base_max=upper,
            base_unit=unit,
            belief=Decimal(1),
            evidence=evidence,
        )


def _changed(claim: ObservationClaim, new: Mapping[str, str]) -> ObservationClaim:
    """A figure's claim with what was corrected; `InvalidOperation` where a number is none."""
    return replace(
        claim,
        indicator=new.get("predicate", claim.indicator),
        value=Decimal(new.get("value", claim.value)),
        max=Decimal(new["max"]) if new.get("max") else None if "max" in new else claim.max,
        unit=new.get("unit", claim.unit),
        status=new.get("status", claim.status),
        period=new.get("period", claim.period),
        substance=new.get("substance", claim.substance),
    )


def figure_key(subject: Key, claim: ObservationClaim) -> FactKey:
    """The key of a figure as a claim gives it."""
    upper = f"-{plain(claim.max)}" if claim.max is not None else ""
    written = f"{plain(claim.value)}{upper} {claim.unit}"
    return FactKey(subject, claim.indicator, written, claim.status, claim.period, claim.substance)


def _united(fact: Said, known: Said | None) -> Said:
    """A corrected fact, with the evidence of the same fact where documents state that too."""
    if known is None:
        return fact
    evidence = {one.iri: one for one in (*known.evidence, *fact.evidence)}
    sources = max(known.sources, fact.sources)
    return replace(known, belief=Decimal(1), sources=sources, evidence=tuple(evidence[iri] for iri in sorted(evidence)))


def _facts(facts: Iterable[Said]) -> Facts:
    ordered = sorted(facts, key=lambda fact: fact.iri)
    return Facts(
        tuple(fact for fact in ordered if isinstance(fact, Fact)),
        tuple(fact for fact in ordered if isinstance(fact, Figure)),
    )


def decided_quads(replayed: Replayed, ontology: Ontology, base: str = BASE) -> Iterator[Quad]:
    """What the graph says of decisions, and of the facts that were rejected."""
    gone: list[Said] = [*replayed.rejected.relations, *replayed.rejected.figures]
    rejected = {fact.iri for fact in gone}
    for quad in quads((), Entities((), {}), replayed.rejected, ontology, base):
        if quad.subject in rejected and not quad.graph:
            yield quad._replace(graph=base + GRAPH)
        elif quad.subject.startswith(f"{base}evidence/"):
            yield quad
    for iri, decision, instead in replayed.decided:
        graph = base + GRAPH if iri in rejected else ""
        yield Quad(iri, GM + "decision", Literal(decision.verdict), graph)
        yield Quad(iri, GM + "decidedBy", Literal(decision.author), graph)
        yield Quad(iri, GM + "decidedOn", Literal(decision.date, datatype=XSD + "date"), graph)
        if decision.comment:
            yield Quad(iri, GM + "decisionReason", Literal(decision.comment), graph)
        if instead:
            yield Quad(iri, GM + "correctedTo", instead, graph)


def decided_lines(
    replayed: Replayed, extractions: Sequence[Extraction], entities: Entities, ontology: Ontology, base: str = BASE
) -> Iterator[dict[str, Any]]:
    """The lines of the fact table: those of accepted facts, then those of rejected ones as kind `rejected`."""
    by_iri: dict[str, dict[str, str]] = {}
    for iri, one, instead in replayed.decided:
        by_iri[iri] = {"verdict": one.verdict, "by": one.author, "on": one.date, "why": one.comment, "instead": instead}
    for line in fact_lines(extractions, entities, replayed.facts, ontology, base):
        told = by_iri.get(line["iri"])
        yield line | {"decision": told} if told else line
    if by_iri:
        for line in fact_lines(extractions, entities, replayed.rejected, ontology, base):
            if line["kind"] != "entity":
                yield line | {"kind": "rejected", "rejected_kind": line["kind"], "decision": by_iri[line["iri"]]}
