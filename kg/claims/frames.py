"""Relations said with words: a frame's cue, and the things around it that fit its slots.

The lexicon's frames give the cues of a relation; the ontology's domain and range give the classes of its slots. Word
order, voice and prepositions tell who does and what is done; coordinated things share the relation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg import ontology
from kg.claims.context import Context, fits
from kg.claims.model import RelationClaim, Slot
from kg.claims.topic import Topic
from kg.mentions import Mention, Token
from kg.mentions.classes import top, unknown
from kg.mentions.language import reading

_FAR = 16.0
"""Cost beyond which a cue and a slot have nothing to do with each other."""


def framed(context: Context, topic: Topic) -> Iterator[RelationClaim]:
    """Claims of all frames whose cue stands in the sentence."""
    for i, j, number, entry in context.cues("frame"):
        if _inside_mention(context, i, j) or (j - i == 1 and _functional(context.tokens[i])):
            continue
        frame = context.lang.frames[int(number)]
        yield from _Frame(context, topic, str(frame["relation"]), (i, j), entry, int(number)).claims()


def _functional(token: Token) -> bool:
    return any(
        s.kind in ("preposition", "determiner") or (s.kind == "function" and s.value != "verb") for s in token.senses
    )


def _inside_mention(context: Context, i: int, j: int) -> bool:
    """Whether the cue is a part of a name or term ("Niedrigzinsfinanzierung"), not what is said of it."""
    start, end = context.tokens[i].start, context.tokens[j - 1].end
    return any(m.start <= start and end <= m.end and m.how != "description" for m in context.mentions)


class _Frame:
    """One cue on its way to claims."""

    def __init__(
        self, context: Context, topic: Topic, relation: str, cue: tuple[int, int], entry: str, number: int
    ) -> None:
        self.context, self.topic, self.relation, self.entry = context, topic, relation, entry
        self.i, self.j = cue
        self.rule = f"frame-{relation}"
        self.mentions = [m for m in context.mentions if not m.inner or top(m.cls) == unknown("place")]

    def claims(self) -> Iterator[RelationClaim]:
        """The relation for each pair of subject and object."""
        status = self._status()
        goal = (self._nearest("object", None) or self._spoken(None, "object")) if status is not None else None
        if goal is None or status is None:
            return
        doer = self._spoken(goal[0]) or self._nearest("subject", goal[0]) or self._carried(goal[0])
        if doer is None:
            return
        if self._turned(doer[0], goal[0]):
            doer, goal = goal, doer
        patient = self._spoken(doer[0], "object")
        if patient is not None and doer[1] != "speaker" and patient[0] is not goal[0]:
            yield self._claim(doer[0], doer[1], patient[0], patient[1], status)
        if ontology.load().relations[self.relation].symmetric:
            yield from self._mutual(doer, goal, status)
            return
        for subject in self._coordinated(doer[0], "subject", goal[0]):
            for thing in self._coordinated(goal[0], "object", subject):
                if subject.entity != thing.entity:
                    yield self._claim(subject, doer[1], thing, goal[1], status)

    def _turned(self, doer: Mention, goal: Mention) -> bool:
        """Whether two things of one kind stand around the cue the wrong way round: with nothing else said, X does Y."""
        known, (i, j) = ontology.load(), (self.context.extent(goal)[0], self.context.extent(doer)[0])
        alike = known.top(self.context.thing(doer).cls) == known.top(self.context.thing(goal).cls)
        here = goal in self.mentions and doer in self.mentions
        return alike and here and i < self.i < j and not self._role(i) and not self._role(j)

    def _mutual(self, doer: tuple[Mention, str], goal: tuple[Mention, str], status: str) -> Iterator[RelationClaim]:
        """A relation that goes both ways joins all that are listed on either side, each with each."""
        doers = self._coordinated(doer[0], "subject", None)
        every = [*doers, *self._coordinated(goal[0], "object", None)]
        # "A, B and C work together" says it of each, while partners of one firm need not be each other's
        rule = f"mutual-{self.relation}" if any(goal[0] is one for one in doers) else self.rule
        seen: set[frozenset[int]] = set()
        for n, one in enumerate(every):
            for other in every[n + 1 :]:
                pair = frozenset((one.entity, other.entity))
                if len(pair) == 2 and pair not in seen:
                    seen.add(pair)
                    how = doer[1] if one is doer[0] else _how(one)
                    yield replace(self._claim(one, how, other, _how(other), status), rule=rule)

    def _status(self) -> str | None:
        """Status of what is said here; None where it is denied or only supposed."""
        near = {code for i, j, code, _ in self.context.cues("status") if self._gap(i, j) <= 3}
        wide = {code for i, j, code, _ in self.context.cues("status") if self._gap(i, j) <= 10}
        if near & {"negated", "cancelled"} or "hypothetical" in near:
            return None
        return "projected" if "projected" in wide and "actual" not in near else "actual"

    def _gap(self, i: int, j: int) -> float:
        if j <= self.i:
            return self.context.cost(j - 1, self.i) - 1
        if i >= self.j:
            return self.context.cost(self.j - 1, i) - 1
        return 0.0

    def _nearest(self, slot: str, other: Mention | None) -> tuple[Mention, str] | None:
        best: tuple[float, Mention] | None = None
        for mention in self.mentions:
            thing = self.context.thing(mention)
            if not fits(thing.cls, self.relation, slot):
                continue
            if other is not None and (
                thing.key == other.entity or (mention.start < other.end and mention.end > other.start)
            ):
                continue
            score = self._slot_cost(mention, slot)
            if score <= _FAR and (best is None or score < best[0]):
                best = (score, mention)
        return (best[1], _how(best[1])) if best else None

    def _slot_cost(self, mention: Mention, slot: str) -> float:
        i, j = self.context.extent(mention)
        cost = self._gap(i, j) + self._unlikely(mention, slot)
        before = i < self.i
        role = self._role(i)
        if slot == "object" and role == "agent":
            cost += 6.0
        if slot == "subject":
            cost += 0.0 if before or role == "agent" else 2.0
            cost += {"agent": -6.0, "": -1.0}.get(role, 4.0)
        else:
            cost += 2.0 if before and not self.context.lang.noun_capitals else 0.0
            cost += 3.0 if role == "agent" else 0.0
        return cost

    def _unlikely(self, mention: Mention, slot: str) -> float:
        order = reading()["preference"][slot].get(self.relation, ())
        top = ontology.load().top(self.context.thing(mention).cls)
        return 1.5 * order.index(top) if top in order else 6.0 if order else 0.0

    def _role(self, i: int) -> str:
        """The preposition that rules the mention beginning at token i: its role, "" where there is none."""
        for k in range(i - 1, max(-1, i - 5), -1):
            token = self.context.tokens[k]
            sense = token.sense("preposition")
            if sense is not None:
                return sense.value
            if token.kind != "word" or (token.has("frame") and not token.has("determiner")):
                return ""
        return ""

    def _spoken(self, other: Mention | None, slot: str = "subject") -> tuple[Mention, str] | None:
        """The speaker, where "we" stands near the cue, in a slot that the speaker can fill."""
        speaker = self.topic.speaker
        if speaker is None or (other is not None and speaker.entity == other.entity):
            return None
        cls = self.context.thing(speaker).cls
        likely = reading()["preference"][slot].get(self.relation)
        if not fits(cls, self.relation, slot) or (likely and ontology.load().top(cls) not in likely):
            return None
        near = any(t.has("speaker") and self._gap(k, k + 1) <= 6 for k, t in enumerate(self.context.tokens))
        return (speaker, "speaker") if near else None

    def _carried(self, other: Mention) -> tuple[Mention, str] | None:
        """The doer where the clause names none: the speaker for "we", else what the text is about."""
        speaker = self.topic.speaker
        if speaker is not None and fits(self.context.thing(speaker).cls, self.relation, "subject"):
            return speaker, "speaker"
        for mention in (*self.topic.mentions, *self.topic.heading, *self.topic.main):
            thing = self.context.thing(mention)
            if thing.key != other.entity and fits(thing.cls, self.relation, "subject"):
                return mention, "carried"
        return None

    def _coordinated(self, mention: Mention, slot: str, other: Mention | None) -> list[Mention]:
        """The mention and those listed with it ("A, B and C")."""
        listed = [mention]
        links = (*self.context.lang.lexicon.settings.get("coordinators", ()), "")
        order = sorted(self.mentions, key=lambda m: m.start)
        if mention not in order:  # carried over from an earlier sentence
            return listed
        at = order.index(mention)
        for step in (1, -1):
            last, k = mention, at + step
            while 0 <= k < len(order):
                candidate = order[k]
                k += step
                if candidate.start < last.end and candidate.end > last.start:
                    continue
                between = self._between(last, candidate)
                if between is None or not all(w in links or w in ",、/;" for w in between):
                    break
                if not fits(self.context.thing(candidate).cls, self.relation, slot) or (
                    other is not None and candidate.entity == other.entity
                ):
                    break
                listed.append(candidate)
                last = candidate
        return listed

    def _between(self, a: Mention, b: Mention) -> list[str] | None:
        first, second = (a, b) if a.start < b.start else (b, a)
        i, j = self.context.extent(first)[1], self.context.extent(second)[0]
        if j - i > 4:
            return None
        return [t.low for t in self.context.tokens[i:j] if not t.has("determiner")]

    def _claim(self, subject: Mention, how_subject: str, thing: Mention, how_object: str, status: str) -> RelationClaim:
        sentence = self.context.sentence
        return RelationClaim(
            subject=subject.entity,
            predicate=self.relation,
            object=thing.entity,
            start=sentence.start,
            end=sentence.end,
            rule=self.rule,
            status=status,
            cues=(self.entry,),
            slots=(
                Slot("subject", subject.start, subject.end, subject.text, how_subject),  # type: ignore[arg-type]
                Slot("object", thing.start, thing.end, thing.text, how_object),  # type: ignore[arg-type]
            ),
        )


def _how(mention: Mention) -> str:
    return mention.how if mention.how in ("name", "alias", "reference", "generic") else "name"


def listed(context: Context) -> Iterator[tuple[int, int]]:
    """Pairs of things of one top class that a list names side by side, each way."""
    for a, b in context.listed:
        yield a.entity, b.entity
        yield b.entity, a.entity


def chained(context: Context) -> dict[int, tuple[int, int]]:
    """Start of a mention in a list -> where the list's first and last mentions begin, one object a list."""
    chains: list[list[Mention]] = []
    for a, b in context.listed:
        if not chains or chains[-1][-1] is not a:
            chains.append([a])
        chains[-1].append(b)
    found: dict[int, tuple[int, int]] = {}
    for chain in chains:
        ends = context.position(chain[0].start), context.position(chain[-1].start)
        found.update((mention.start, ends) for mention in chain)
    return found
