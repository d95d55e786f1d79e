"""A document -> its claims: the sentences in order, each with what the text was about before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import ontology
from kg.acyclic import acyclic
from kg.claims.context import Context, fits
from kg.claims.domain import of_domain
from kg.claims.figures import observations
from kg.claims.joining import join
from kg.claims.kinds import settle
from kg.claims.levels import may_hold
from kg.claims.model import EntityClaim, Extraction, ObservationClaim, RelationClaim
from kg.claims.noted import doubtful, kept, weigh
from kg.claims.proposals import Proposals
from kg.claims.relations import accepted, resolved, unweighed
from kg.claims.repeats import told_again
from kg.claims.telling import Told
from kg.claims.topic import Topic, first_things, main_things, speakers, told_most
from kg.documents import Document
from kg.mentions import Thing, is_head, language, read


@acyclic()
def extract(document: Document) -> Extraction:
    """All claims of one document; none where its language has no lexicon, or the text is not of the domain.

    Entities are those named, and those that a relation or a figure needs.
    """
    if document.lang not in ontology.load().languages or not of_domain(document):
        return Extraction(document, (), (), ())
    reader = Reader(document)
    doubted = {t.key for t in reader.things.all if doubtful(t)}
    proposals, before = Proposals(doubted), Told()
    told, rows = list[ObservationClaim](), list[ObservationClaim]()
    for context, topic in reader.contexts():
        proposals.sentence(context, topic)
        (rows if context.sentence.cells else told).extend(observations(context, topic, document.text, before))
    figures = sorted((*told_again(told), *rows), key=lambda claim: claim.value_start)
    proposals.whole(reader.things.all)
    relations = resolved(p for p in accepted(proposals, doubted) if not _ends(p[0]) & doubted and _sound(p[0], reader))
    needed = {k for c in relations for k in (c.subject, c.object)} | {c.subject for c in figures}
    entities = tuple(_entity(t) for t in reader.things.all if t.names and (t.key in needed or kept(t)))
    return Extraction(document, entities, tuple(relations), tuple(figures))


def _sound(claim: RelationClaim, reader: Reader) -> bool:
    """Whether the classes that the whole text gives to the two things still fit the relation."""
    subject, thing = reader.things.all[claim.subject].cls, reader.things.all[claim.object].cls
    return (
        may_hold(thing, subject, reader.lang)
        and fits(subject, claim.predicate, "subject")
        and fits(thing, claim.predicate, "object")
    )


def _ends(claim: RelationClaim) -> set[int]:
    """The things of a relation that must read like ones; nobody has annotated the objects of unweighed relations."""
    return {claim.subject} if claim.predicate in unweighed() else {claim.subject, claim.object}


class Reader:
    """One document read: its sentences, each with what the text was about before it."""

    def __init__(self, document: Document, *, joined: bool = True) -> None:
        self.document = document
        self.lang = language(document.lang)
        self.sentences, self.things = read(document)
        settle(self.sentences, self.things)
        if joined:
            join(self.sentences, self.things)
        weigh(self.sentences, self.things)

    def contexts(self) -> Iterator[tuple[Context, Topic]]:
        """The sentences in order."""
        main, coming = main_things(self.sentences, self.things), first_things(self.sentences, self.things)
        topic = Topic(main=main, coming=coming)
        ranks, begins = told_most(self.things), dict[int, list[int]]()
        voices = speakers(self.sentences, self.things, self.lang)
        for number, sentence in enumerate(self.sentences):
            if is_head(sentence):
                continue  # what it says is said of the rows below
            topic.speaker = voices.get(number)
            yield Context(sentence, self.lang, self.things, ranks, begins), topic
            topic = topic.after(sentence, self.things)


def _entity(thing: Thing) -> EntityClaim:
    names = sorted(thing.names, key=lambda n: (-len(n), n))
    return EntityClaim(
        key=thing.key,
        cls=thing.cls,
        names=tuple(names),
        spans=tuple(sorted(set(thing.spans))),
        generic=thing.generic,
        rule=thing.rule,
        cues=(thing.cue,) if thing.cue else (),
    )


def extract_all(documents: Iterable[Document]) -> list[Extraction]:
    """Extractions of many documents, in their order."""
    return [extract(document) for document in documents]
