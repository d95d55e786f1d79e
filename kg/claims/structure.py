"""Relations said by mere position: a place inside a name, "X in Y", "the Y of X", a title beside a name.

Which relation two classes have in which position stands in `ontology/reading.toml`, structure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kg.claims.context import Context, fits
from kg.claims.model import RelationClaim, Slot
from kg.claims.topic import Topic
from kg.mentions import Mention, Token
from kg.mentions.classes import top, unknown
from kg.mentions.language import reading

_GAP = 4
"""Words that may stand between two things side by side."""


def structural(context: Context, topic: Topic) -> Iterator[RelationClaim]:
    """Claims from the positions of the sentence's mentions."""
    yield from _inner(context)
    outer = sorted((m for m in context.mentions if not m.inner), key=lambda m: m.start)
    for a, b in pairwise(outer):
        if b.start >= a.end:
            yield from _side_by_side(context, a, b)
    yield from _owned(context, topic, outer)
    yield from _verbal(context, topic, outer)
    yield from _persons(context, topic, outer)


def _inner(context: Context) -> Iterator[RelationClaim]:
    """A place inside a name: the bureau of a district is there."""
    rules = reading()["structure"]["inner"]
    for inner in (m for m in context.mentions if m.inner):
        outer = next(
            (m for m in context.mentions if not m.inner and m.start <= inner.start and inner.end <= m.end), None
        )
        if outer is None or outer.entity == inner.entity:
            continue
        relation = rules.get(top(context.thing(outer).cls), "")
        if top(context.thing(outer).cls) == unknown("place"):
            relation = reading()["structure"]["in"].get(f"{unknown('place')}>{unknown('place')}", "")
        if relation:
            yield _claim(context, outer, inner, relation, "inner-place", inner.cue)


def _side_by_side(context: Context, a: Mention, b: Mention) -> Iterator[RelationClaim]:
    tokens = context.tokens
    i, j = context.position(a.end - 1) + 1, context.position(b.start)
    between = tokens[i:j]
    if len(between) > _GAP or any(t.kind in ("open", "close") and t.text not in "(（" for t in between):
        return
    position = _position(context, between)
    if position == "of":
        a, b = b, a
    table = "of" if position in ("of", "possessive") else position
    relation = reading()["structure"].get(table, {}).get(f"{top(context.thing(a).cls)}>{top(context.thing(b).cls)}", "")
    if not position or not relation:
        return
    subject, thing = (b, a) if relation.startswith("-") else (a, b)
    cue = between[0].text if between else ""
    yield _claim(context, subject, thing, relation.lstrip("-"), f"side-{position}", cue)


def _position(context: Context, between: list[Token]) -> str:
    """What the words between two things make of them: "in", "of", "possessive", or "" for nothing known."""
    if not between:
        return "possessive" if context.lang.han else ""
    if any(t.kind == "punct" and t.low != "'s" for t in between[:1]):
        return ""
    settings = context.lang.lexicon.settings
    if between[0].low in ("'s", *settings.get("possessive_mark", ())):
        return "possessive"
    roles = {s.value for t in between for s in t.senses if s.kind == "preposition"}
    if between[0].low in settings.get("genitives", ()):
        return "of"
    if not any(t.has("preposition") for t in between[:2]):
        return ""
    return next((role for role in ("in", "agent", "for", "with") if role in roles), "")


def _owned(context: Context, topic: Topic, outer: list[Mention]) -> Iterator[RelationClaim]:
    """ "Its Y": Y is the sentence's first actor's, or the topic's."""
    rules = reading()["structure"]["own"]
    for mention in outer:
        at = context.position(mention.start)
        before = context.tokens[at - 1] if at else None
        possessive = before is not None and any(
            s.kind == "determiner" and s.value == "possessive" for s in before.senses
        )
        if not possessive or before is None:
            continue
        spoken = before.has("speaker") and topic.speaker is not None
        owners = (
            [topic.speaker] if spoken else [*(m for m in reversed(outer) if m.end <= mention.start), *topic.mentions]
        )
        for owner in owners:
            relation = (
                rules.get(f"{top(context.thing(owner).cls)}>{top(context.thing(mention).cls)}")
                if owner is not None
                else None
            )
            if relation and owner is not None and owner.entity != mention.entity:
                subject, thing = (mention, owner) if relation.startswith("-") else (owner, mention)
                yield _claim(context, subject, thing, relation.lstrip("-"), "own", before.text)
                break


def _verbal(context: Context, topic: Topic, outer: list[Mention]) -> Iterator[RelationClaim]:
    """Things that a verb phrase says ("surplus is fed into the grid"): who the sentence is about does them."""
    rules = reading()["structure"]["verbal"]
    for mention in outer:
        relation = rules.get(context.thing(mention).cls)
        if not relation:
            continue
        for owner in (*(m for m in reversed(outer) if m.end <= mention.start), *topic.mentions):
            thing = context.thing(owner)
            if (
                thing.named
                and not thing.generic
                and fits(thing.cls, relation, "subject")
                and owner.entity != mention.entity
            ):
                yield _claim(context, owner, mention, relation, "verbal", mention.text)
                break


def _persons(context: Context, topic: Topic, outer: list[Mention]) -> Iterator[RelationClaim]:
    """The organisation of a person: beside the title, else the one that the text is about."""
    relation = next(
        (r for pair, r in reading()["structure"]["of"].items() if pair.endswith(">" + unknown("person"))), ""
    )
    employers = {pair.split(">")[0] for pair, r in reading()["structure"]["of"].items() if r == relation}
    for person in outer:
        if top(context.thing(person).cls) != unknown("person"):
            continue
        near = [m for m in outer if top(context.thing(m).cls) in employers]
        at = context.position(person.start)
        near.sort(key=lambda m: (context.cost(context.position(m.start), at), m.start))
        if near and context.cost(context.position(near[0].start), at) <= 12:
            yield _claim(context, near[0], person, relation, "title-beside", person.cue)
            continue
        carried = next((m for m in topic.mentions if top(context.thing(m).cls) in employers), None)
        if carried is not None:
            yield _claim(context, carried, person, relation, "title-carried", person.cue)


def _claim(context: Context, subject: Mention, thing: Mention, relation: str, rule: str, cue: str) -> RelationClaim:
    sentence = context.sentence
    return RelationClaim(
        subject=subject.entity,
        predicate=relation,
        object=thing.entity,
        start=sentence.start,
        end=sentence.end,
        rule=rule,
        cues=(cue,) if cue else (),
        slots=(
            Slot("subject", subject.start, subject.end, subject.text, "name"),
            Slot("object", thing.start, thing.end, thing.text, "name"),
        ),
    )
