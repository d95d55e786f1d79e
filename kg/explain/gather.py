"""Reads a text once more, keeping what was weighed: which circumstances made each claim, and what nearly was one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property

from kg import ontology
from kg.claims import Extraction, ObservationClaim, RelationClaim, extract
from kg.claims.answers import SETTLED, Answer, best
from kg.claims.context import Context
from kg.claims.counts import completed
from kg.claims.extract import Reader
from kg.claims.figures import Figure
from kg.claims.proposals import Proposals
from kg.claims.relations import score as relation_score
from kg.claims.relations import threshold
from kg.claims.telling import Told as Before
from kg.claims.telling import said
from kg.claims.topic import Topic
from kg.claims.weights import score
from kg.documents import Document
from kg.explain.misses import (
    fullest,
    missed_cues,
    missed_figure,
    missed_numbers,
    missed_proposals,
    missed_references,
    strongest,
)
from kg.explain.model import Explanation, Passage, Question, Told
from kg.explain.spans import spans
from kg.facts import prior


def explain(document: Document) -> Explanation:
    """What the reader claims of a document, with the reasons, and what it nearly claimed."""
    found = extract(document)
    if document.lang not in ontology.load().languages:
        return Explanation(document, ())
    return _Explainer(found).run()


class _Explainer:
    """One pass over a document whose claims are known."""

    def __init__(self, found: Extraction) -> None:
        self.found, self.document = found, found.document
        self.reader = Reader(found.document)
        self.proposals = Proposals()
        self.before = Before()
        self.figures = {(o.value_start, o.value_end): o for o in found.observations}
        self.relations: defaultdict[int, list[RelationClaim]] = defaultdict(list)
        for claim in found.relations:
            self.relations[claim.start].append(claim)

    def run(self) -> Explanation:
        """All passages; relations come last, as the sentences of a text are weighed together."""
        passages = [self._passage(context, topic) for context, topic in self.reader.contexts()]
        self.proposals.whole(self.reader.things.all)
        near = missed_proposals(self.proposals, self.found, self.reader.things)
        done = []
        for passage in passages:
            related = tuple(self._related(claim) for claim in self.relations.get(passage.start, ()))
            misses = sorted((*passage.misses, *near.get(passage.start, ())), key=lambda miss: (miss.start, miss.kind))
            done.append(replace(passage, told=(*related, *passage.told), misses=tuple(misses)))
        return Explanation(self.document, tuple(done), threshold())

    def _passage(self, context: Context, topic: Topic) -> Passage:
        self.proposals.sentence(context, topic)
        sentence, claims = context.sentence, self.relations.get(context.sentence.start, [])
        told, misses = list[Told](), []
        whole = completed(context, self.document.text)
        for quantity in whole:
            figure = Figure(context, quantity, topic, self.document.text)
            claim = self.figures.get((quantity.start, quantity.end))
            if claim is not None:
                told.append(self._figure(figure, claim))
            else:
                misses.append(missed_figure(figure, self.before))
            self.before.add(said(quantity))
        misses += missed_numbers(sentence.quantities, whole, self.document.text)
        misses += missed_cues(context, topic, {claim.predicate for claim in claims})
        misses += missed_references(context)
        cues = {cue for claim in (*claims, *(one.claim for one in told)) for cue in claim.cues}
        return Passage(
            start=sentence.start,
            end=sentence.end,
            block=sentence.block.kind,
            page=sentence.block.page,
            spans=tuple(spans(context, self._told_keys, cues, self.figures.keys())),
            told=tuple(told),
            misses=tuple(misses),
        )

    @cached_property
    def _told_keys(self) -> frozenset[int]:
        return frozenset(entity.key for entity in self.found.entities)

    def _name(self, key: int) -> str:
        return fullest(self.reader.things.all[key])

    def _related(self, claim: RelationClaim) -> Told:
        key = (claim.subject, claim.predicate, claim.object)
        seen, own = self.proposals.features(key), relation_score(self.proposals, key)
        question = Question("relation", claim.predicate, own, strongest("relation", seen), claim.likely is None)
        belief = prior(claim, ontology.load())
        return Told(claim, self._name(claim.subject), self._name(claim.object), belief, (question,))

    def _figure(self, figure: Figure, claim: ObservationClaim) -> Told:
        questions = (
            _question("indicator", list(figure.indicators())),
            _question("status", list(figure.statuses(claim.indicator))),
            self._whose(list(figure.subjects(claim.indicator)), claim),
        )
        return Told(claim, self._name(claim.subject), "", prior(claim, ontology.load()), questions)

    def _whose(self, answers: list[Answer], claim: ObservationClaim) -> Question:
        """The answers about a subject, named by the things that they are rather than by where they stand."""
        taken = [a for a in answers if a.mention is not None and a.mention.entity == claim.subject]
        others = [a for a in answers if a.mention is not None and a.mention.entity != claim.subject]
        question = _question("subject", taken, others)
        rival = best("subject", others) if others else None
        following = self._name(rival.mention.entity) if rival is not None and rival.mention is not None else ""
        return replace(question, answer=self._name(claim.subject), next=following)


def _question(model: str, answers: list[Answer], others: list[Answer] | None = None) -> Question:
    if not answers:  # what was claimed of a thing that only the whole text tells of: there was nothing to weigh here
        return Question(name=model, answer="", score=0.0, weights=(), settled=True)
    taken = best(model, answers)
    rest = others if others is not None else [a for a in answers if a.value != taken.value]
    rival = best(model, rest) if rest else None
    return Question(
        name=model,
        answer=taken.value,
        score=score(model, taken.features),
        weights=strongest(model, taken.features),
        settled=taken.features in SETTLED,
        next=rival.value if rival is not None else "",
        next_score=score(model, rival.features) if rival is not None else 0.0,
    )
