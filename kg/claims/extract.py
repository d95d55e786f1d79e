"""A document -> its claims: the sentences in order, each with what the text was about before it."""

from __future__ import annotations

from collections.abc import Iterable

from kg import ontology
from kg.claims.context import Context
from kg.claims.figures import observations
from kg.claims.frames import framed
from kg.claims.model import EntityClaim, Extraction, ObservationClaim, RelationClaim
from kg.claims.structure import by_topic, structural
from kg.claims.topic import Topic, main_things, speakers
from kg.documents import Document
from kg.mentions import Thing, Things, language, read
from kg.mentions.classes import unknown


def extract(document: Document) -> Extraction:
    """All claims of one document; none where its language has no lexicon.

    Entities are those named, and those that a relation or a figure needs.
    """
    if document.lang not in ontology.load().languages:
        return Extraction(document, (), (), ())
    sentences, things = read(document)
    _settle(things)
    relations: dict[tuple[int, str, int], RelationClaim] = {}
    figures: list[ObservationClaim] = []
    lang = language(document.lang)
    topic = Topic(main=main_things(sentences, things))
    voices = speakers(sentences, things, lang)
    for number, sentence in enumerate(sentences):
        context = Context(sentence, lang, things)
        topic.speaker = voices.get(number)
        for claim in (*framed(context, topic), *structural(context, topic)):
            if claim.subject != claim.object:
                relations.setdefault((claim.subject, claim.predicate, claim.object), claim)
        owned = {k for c in relations.values() for k in (c.subject, c.object)}
        for claim in by_topic(context, topic, owned):
            relations.setdefault((claim.subject, claim.predicate, claim.object), claim)
        figures += observations(context, topic, document.text)
        topic = topic.after(sentence, things)
    needed = {k for c in relations.values() for k in (c.subject, c.object)} | {c.subject for c in figures}
    entities = tuple(_entity(t) for t in things.all if t.key in needed or t.named and not t.generic)
    return Extraction(document, entities, tuple(relations.values()), tuple(figures))


def _settle(things: Things) -> None:
    """Classes for names that nothing classified."""
    for thing in things.all:
        thing.cls = thing.cls or unknown("name")


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
