"""Relations of a document: what the rules propose, weighed.

Frames (a cue and its slots) and positions (side by side, inside a name) propose claims; so does mere nearness of two
things that a relation may join. The circumstances of all proposals of one claim are weighed together, and those that
the annotated texts show to hold more often than not are claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kg import ontology
from kg.claims.context import Context
from kg.claims.frames import fits, framed
from kg.claims.model import Filling, RelationClaim, Slot
from kg.claims.structure import structural
from kg.claims.topic import Topic
from kg.claims.weights import bucket, probability, score, weights
from kg.mentions import Mention, Thing
from kg.mentions.language import reading

_FARTHEST = 40.0
"""Cost beyond which two mentions of a sentence are not near."""
_THRESHOLD = "threshold"
_SAID = 3
"""Strength of a claim that a cue word makes."""

Key = tuple[int, str, int]


@dataclass(slots=True)
class Proposal:
    """One possible claim with all that was seen for it."""

    claim: RelationClaim
    features: set[str] = field(default_factory=set)
    sentences: set[int] = field(default_factory=set)
    strength: int = 0
    """How telling the rule of `claim` is: a cue before a position before nearness."""


class Proposals:
    """The possible claims of one document."""

    def __init__(self) -> None:
        self.all: dict[Key, Proposal] = {}

    def sentence(self, context: Context, topic: Topic) -> None:
        """Adds what one sentence proposes."""
        for claim in framed(context, topic):
            self._add(context, claim, _SAID)
        for claim in structural(context, topic):
            self._add(context, claim, 2)
        for claim, seen in _near(context, topic):
            self._add(context, claim, 1, seen)
        for claim, seen in _unsaid(context, topic):
            self._add(context, claim, 0, seen)

    def _add(self, context: Context, claim: RelationClaim, strength: int, extra: Iterable[str] = ()) -> None:
        if claim.subject == claim.object:
            return
        key = (claim.subject, claim.predicate, claim.object)
        proposal = self.all.setdefault(key, Proposal(claim, strength=strength))
        if strength > proposal.strength:
            proposal.claim, proposal.strength = claim, strength
        proposal.sentences.add(claim.start)
        proposal.features.update(_circumstances(context, claim, strength), extra)

    def accepted(self) -> Iterator[tuple[RelationClaim, float]]:
        """Claims that hold more likely than not, with their probability."""
        limit = weights().get("relation", {}).get(_THRESHOLD, 0.0)
        for proposal in self.all.values():
            if proposal.claim.predicate in reading()["unweighed"]:
                if proposal.strength == _SAID:
                    yield proposal.claim, 0.5
                continue
            value = score("relation", features(proposal))
            if value > limit:
                yield proposal.claim, probability(value)


def features(proposal: Proposal) -> set[str]:
    """All circumstances of a proposal."""
    return proposal.features | {f"sentences{min(len(proposal.sentences), 3)}", "bias"}


def _top(thing: Thing) -> str:
    return ontology.load().top(thing.cls) if thing.cls else ""


def _circumstances(context: Context, claim: RelationClaim, strength: int) -> set[str]:
    """What the claim's rule, classes and slots say of it."""
    r, rule = claim.predicate, claim.rule
    a, b = context.things.all[claim.subject], context.things.all[claim.object]
    pair = f"{r}:{_top(a)}>{_top(b)}"
    hows = [slot.how for slot in claim.slots]
    found = {
        f"rule={rule}",
        f"{pair}",
        f"{pair}:{strength}",
        f"{rule}:{'-'.join(hows)}",
        f"generic={a.generic}{b.generic}",
        f"{r}:generic={a.generic}{b.generic}",
        f"{rule}:{context.lang.code if context.lang.han else 'latin'}",
    }
    if claim.cues and strength == _SAID:
        found.add(f"{r}:{context.lang.code}:{claim.cues[0]}")
    if claim.status != "actual":
        found.add(f"{r}:{claim.status}")
    if all(slot.how not in ("carried", "heading", "speaker") for slot in claim.slots):
        gap = context.cost(context.position(claim.slots[0].start), context.position(claim.slots[1].start))
        order = claim.slots[0].start < claim.slots[1].start
        found |= {f"gap{bucket(gap)}", f"{rule}:gap{bucket(gap, (4, 12))}", f"{r}:order={order}:{context.lang.code}"}
    return found


def _near(context: Context, topic: Topic) -> Iterator[tuple[RelationClaim, set[str]]]:
    """Two things of a sentence that a relation may join, with what stands between them."""
    outer = sorted(context.mentions, key=lambda m: m.start)
    main = {m.entity for m in topic.main}
    for a in outer:
        for b in outer:
            if a.entity == b.entity or (a.start <= b.start < a.end) or (b.start <= a.start < b.end):
                continue
            i, j = context.position(a.start), context.position(b.start)
            gap = context.cost(i, j)
            if gap > _FARTHEST:
                continue
            for relation in joined(context.thing(a).cls, context.thing(b).cls):
                seen = set(_between(context, a, b, relation, outer))
                seen |= {f"near:gap{bucket(gap)}", f"near:{relation}:gap{bucket(gap, (4, 9, 16))}"}
                seen |= {f"near:main={a.entity in main}{b.entity in main}", f"near:{relation}:inner={a.inner}{b.inner}"}
                yield _pair(context, a, b, relation), seen


def _unsaid(context: Context, topic: Topic) -> Iterator[tuple[RelationClaim, set[str]]]:
    """A thing of the sentence with one that the text was about before: what the sentence may leave unsaid."""
    here = [m for m in context.mentions if not m.inner]
    present = {m.entity for m in here}
    before: list[tuple[Mention, str]] = [(topic.speaker, "speaker")] if topic.speaker is not None else []
    before += [(m, f"topic{rank}") for rank, m in enumerate(topic.mentions)]
    before += [(m, "heading") for m in topic.heading]
    before += [(m, f"main{min(rank, 2)}") for rank, m in enumerate(topic.main)]
    for mention in here:
        new = context.thing(mention).spans[0] == (mention.start, mention.end)
        for other, where in before:
            if other.entity in present or other.entity == mention.entity:
                continue
            for a, b, role in ((other, mention, "subject"), (mention, other, "object")):
                for relation in joined(context.thing(a).cls, context.thing(b).cls):
                    seen = set(_gap_seen(context, mention, relation, role, where))
                    seen |= {f"unsaid:{relation}:new={new}", f"unsaid:{relation}:{role}:{mention.how}"}
                    yield replace(_pair(context, a, b, relation), rule=f"topic-{relation}"), seen


def _gap_seen(context: Context, mention: Mention, relation: str, role: str, where: str) -> Iterator[str]:
    """What the sentence itself has for the slot that is left unsaid."""
    place = where.rstrip("0123456789")
    rivals = sum(fits(context.thing(m).cls, relation, role) for m in context.mentions if m.entity != mention.entity)
    cued = any(context.lang.frames[int(n)]["relation"] == relation for _, _, n, _ in context.cues("frame"))
    yield from (
        f"unsaid:{where}",
        f"unsaid:{relation}:{place}",
        f"unsaid:{relation}:{where}",
        f"unsaid:{relation}:{role}:{place}",
    )
    yield from (f"unsaid:rivals={min(rivals, 2)}", f"unsaid:{relation}:rivals={min(rivals, 1)}:cue={cued}")
    yield f"unsaid:{relation}:{context.sentence.block.kind}"


def _between(context: Context, a: Mention, b: Mention, relation: str, outer: list[Mention]) -> Iterator[str]:
    """How many rivals for each slot stand nearer, and whether a cue of the relation does."""
    low, high = sorted((a.start, b.start))
    rivals = [m for m in outer if low < m.start < high]
    subjects = sum(fits(context.thing(m).cls, relation, "subject") for m in rivals)
    objects = sum(fits(context.thing(m).cls, relation, "object") for m in rivals)
    yield f"near:rivals={min(subjects, 2)}{min(objects, 2)}"
    yield f"near:{relation}:rivals={min(subjects, 1)}{min(objects, 1)}"
    gaps = [
        min(abs(context.tokens[i].start - a.start), abs(context.tokens[i].start - b.start))
        for i, _, number, _ in context.cues("frame")
        if context.lang.frames[int(number)]["relation"] == relation
    ]
    yield f"near:{relation}:cue={'none' if not gaps else bucket(min(gaps), (20, 60))}"


_JOINED: dict[tuple[str, str], tuple[str, ...]] = {}


def joined(a: str, b: str) -> tuple[str, ...]:
    """Relations whose domain holds a thing of class `a` and whose range holds one of class `b`."""
    known = _JOINED.get((a, b))
    if known is None:
        names = [r for r, term in ontology.load().relations.items() if term.relation]
        known = tuple(r for r in names if fits(a, r, "subject") and fits(b, r, "object"))
        _JOINED[(a, b)] = known
    return known


def _pair(context: Context, a: Mention, b: Mention, relation: str) -> RelationClaim:
    sentence = context.sentence
    return RelationClaim(
        subject=a.entity,
        predicate=relation,
        object=b.entity,
        start=sentence.start,
        end=sentence.end,
        rule=f"near-{relation}",
        slots=(
            Slot("subject", a.start, a.end, a.text, _how(a)),
            Slot("object", b.start, b.end, b.text, _how(b)),
        ),
    )


def _how(mention: Mention) -> Filling:
    match mention.how:
        case "term" | "description":
            return "name"
        case how:
            return how


def resolved(claims: Iterable[tuple[RelationClaim, float]]) -> list[RelationClaim]:
    """One direction of a symmetric relation, and one of two relations that exclude each other."""
    best: dict[tuple[int, int, str], tuple[float, RelationClaim]] = {}
    known = ontology.load()
    rivals = reading()["exclusive"]
    for claim, weight in claims:
        term = known.relations[claim.predicate]
        pair = (claim.subject, claim.object)
        if term.symmetric or term.transitive:
            pair = (min(pair), max(pair))
        group = next((str(n) for n, names in enumerate(rivals) if claim.predicate in names), claim.predicate)
        key = (*pair, group)
        if key not in best or weight > best[key][0]:
            best[key] = (weight, claim)
    return [replace(claim) for _, claim in best.values()]
