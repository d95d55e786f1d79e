"""What a sentence may leave unsaid: things spoken of before, its heading, the document's main actors, who "we" is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from kg import ontology
from kg.mentions import Language, Mention, Sentence, Thing, Things
from kg.mentions.classes import mode, unknown
from kg.mentions.language import reading

_REMEMBERED = 4
"""Things of earlier sentences that a later one may leave unsaid."""
_EARLIER = 4
"""Things told of before those, of which a figure may still be."""
_BACK = 6
"""Sentences back to the organisation whose "we" it may be."""


@dataclass(slots=True)
class Topic:
    """What the text is about at one sentence."""

    mentions: list[Mention] = field(default_factory=list)
    """Of earlier sentences, the latest first."""
    earlier: list[Mention] = field(default_factory=list)
    """Those told of before them."""
    heading: list[Mention] = field(default_factory=list)
    main: list[Mention] = field(default_factory=list)
    """The things that the whole document speaks of most."""
    coming: list[Mention] = field(default_factory=list)
    """The first things named by a text: what its opening sentences may speak of before they name it."""
    last: int = 0
    """Where the sentence before begins."""
    speaker: Mention | None = None
    """Whose "we" the sentence's first person is."""

    def after(self, sentence: Sentence, things: Things) -> Topic:
        """The topic of the next sentence."""
        outer = [
            m for m in sentence.mentions if m.entity >= 0 and not m.inner and mode(things.all[m.entity].cls) != "term"
        ]
        outer = [m for m in outer if not things.all[m.entity].generic] or outer
        if sentence.block.kind in ("heading", "title"):
            return replace(self, heading=outer or self.heading, last=sentence.start, speaker=None)
        latest: list[Mention] = []
        for mention in (*outer, *self.mentions, *self.earlier):
            if all(mention.entity != m.entity for m in latest):
                latest.append(mention)
        earlier = latest[_REMEMBERED : _REMEMBERED + _EARLIER]
        return replace(self, mentions=latest[:_REMEMBERED], earlier=earlier, last=sentence.start, speaker=None)


def main_things(sentences: list[Sentence], things: Things) -> list[Mention]:
    """First mentions of the things most spoken of, one a top class of those that figures belong to."""
    known = ontology.load()
    count: Counter[int] = Counter()
    first: dict[int, Mention] = {}
    for sentence in sentences:
        for mention in sentence.mentions:
            if mention.entity >= 0 and not things.all[mention.entity].generic:
                count[mention.entity] += 1
                first.setdefault(mention.entity, mention)
    best: dict[str, int] = {}
    for entity in sorted(count, key=lambda e: (-count[e], e)):
        cls = things.all[entity].cls
        top = known.top(cls) if cls else ""
        if top in reading()["main"]["classes"]:
            best.setdefault(top, entity)
    return [first[best[top]] for top in reading()["main"]["classes"] if top in best][: len(best)]


def told_most(things: Things) -> dict[int, int]:
    """Named thing -> how many others the document speaks of more often."""
    named = (t for t in things.all if t.names and not t.generic)
    return {t.key: rank for rank, t in enumerate(sorted(named, key=lambda t: (-len(t.spans), t.key)))}


def first_things(sentences: list[Sentence], things: Things, wanted: int = 3) -> list[Mention]:
    """The first mentions of named things that are no mere kind, in text order."""
    found: list[Mention] = []
    for sentence in sentences[:8]:
        for mention in sentence.mentions:
            thing = things.all[mention.entity] if mention.entity >= 0 else None
            if thing is None or thing.generic or mention.inner or mode(thing.cls) == "term":
                continue
            if all(mention.entity != m.entity for m in found):
                found.append(mention)
    return found[:wanted]


def speakers(sentences: list[Sentence], things: Things, lang: Language) -> dict[int, Mention]:
    """Sentence number -> the organisation (or person) whose first person speaks there.

    A sentence with "we" or "our" is said by whom the same sentence, the next or the one before names as speaking.
    """
    found: dict[int, Mention] = {}
    for n, sentence in enumerate(sentences):
        if not any(t.has("speaker") for t in sentence.tokens):
            continue
        for near in (n, n + 1, n - 1, n + 2, n - 2):
            if 0 <= near < len(sentences) and (voice := _voice(sentences[near], things)):
                found[n] = voice
                break
        else:
            author = _author(sentences[max(0, n - _BACK) : n], things)
            if author is not None:
                found[n] = author
    return found


def _author(before: list[Sentence], things: Things) -> Mention | None:
    """The named organisation spoken of last: who "we" is where nobody is said to speak."""
    for sentence in reversed(before):
        for mention in reversed(sentence.mentions):
            thing = things.all[mention.entity] if mention.entity >= 0 else None
            if thing is not None and thing.named and not thing.generic and not mention.inner and _may_speak(thing):
                return mention
    return None


def _voice(sentence: Sentence, things: Things) -> Mention | None:
    """The organisation named with a word of speech in a sentence, after it rather than before it."""
    said = next((t for t in sentence.tokens if t.has("speech")), None)
    if said is None:
        return None
    named = [m for m in sentence.mentions if m.entity >= 0 and not m.inner and not things.all[m.entity].generic]
    actors = [m for m in named if _may_speak(things.all[m.entity])]
    after = [m for m in actors if m.start > said.start]
    return next(iter(after or actors), None)


def _may_speak(thing: Thing) -> bool:
    top = ontology.load().top(thing.cls or unknown("name"))
    return top in reading()["main"]["speakers"]
