"""A thing that was told of by a longer or shorter name: a part of the name, its head word alone, its initials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.mentions.aliases import all_initials, initials, may_be_initials
from kg.mentions.classes import compatible, mode, top, unknown
from kg.mentions.language import Language, reading
from kg.mentions.model import Mention
from kg.mentions.names import Names

if TYPE_CHECKING:
    from kg.mentions.model import Thing


_UNCOUNTED = frozenset(("plain", "bare", "compound"))
"""Rules that find a head word without an article or a figure."""
_NEAR = 400
"""Characters within which "das Land" is the state that was named."""
_LONG_WORD = 80
"""Characters; most words are shorter."""


def short_or_long(things: Sequence[Thing], mention: Mention, names: Names) -> Thing | None:
    """A thing that one of the two names shortens: all words of the shorter stand in the longer, one is its own."""
    words = names.parts(mention.text)
    best: Thing | None = None
    # a long text has thousands of things and few classes
    fitting = {cls for cls in {thing.cls for thing in things} if _by_name(cls, mention.cls)}
    for thing in [t for t in things if t.cls in fitting and t.named and not t.generic]:
        if (best is not None and thing.last <= best.last) or not _shortened(words, thing, names):
            continue
        # both "A Hub" and "B Hub" may be called "Hub"; that does not make them one
        full = max(map(names.parts, thing.names), key=_length if names.lang.han else len)
        if names.lang.han:
            whole = _kin(words, mention.text, full, thing, names)
        else:
            whole = words <= full or full <= words or len(words) == len(full)
        if whole:
            best = thing
    return best


def _length(own: frozenset[str]) -> int:
    return max(map(len, own), default=0)


def _kin(words: frozenset[str], text: str, full: frozenset[str], thing: Thing, names: Names) -> bool:
    """Whether a long name has to do with a thing's fullest one, not with a short one alone that both may have: "A
    Group" and "A (North) Energy Ltd." may each be called "A"."""
    return names.shortens(words, full) or any(
        len(text) <= len(name) and names.shortens(words, names.parts(name)) for name in thing.names
    )


def _by_name(cls: str, other: str) -> bool:
    """Whether a thing of a class may be one of another class, and its names tell which."""
    return compatible(cls, other) and mode(cls) != "term" and mode(other or cls) != "term"


def _shortened(words: frozenset[str], thing: Thing, names: Names) -> bool:
    """Whether a name of that many words is a short form of one of the thing's, or the reverse."""
    for name in thing.names:
        other = names.parts(name)
        if (names.lang.han or not words.isdisjoint(other)) and names.shortens(words, other):
            return True
    return False


def lone_head(things: Sequence[Thing], mention: Mention, names: Names) -> Thing | None:
    """The body spoken of last whose head word a capitalised word alone repeats ("the Agency"), or the reverse."""
    if not mention.head or mode(mention.cls) != "named" or names.lang.han:
        return None
    head, alone = names.stem(mention.head), names.is_head(mention.text)
    place = compatible(mention.cls, unknown("place"))
    best: Thing | None = None
    for thing in [t for t in things if t.head] if alone else _perhaps_heads(things, names):
        if best is not None and thing.last <= best.last:
            continue
        if (
            not (alone or all(map(names.is_head, thing.names)))
            or not (thing.named or _announced(thing, names))
            or not compatible(thing.cls, mention.cls)
        ):
            continue
        heads = {names.stem(thing.head), *(names.key(n).split()[-1] for n in thing.names)}
        long, short = (heads, (mention.head,)) if alone else ((mention.head,), heads)
        if place and alone:
            # "das Land" is the state spoken of last, and no country whose name ends so
            longer = thing.named and thing.cls == mention.cls and mention.start - _named_at(thing) < _NEAR
        else:
            longer = any(names.ends(one, other) for one in long for other in short)
        if head in heads or longer:
            best = thing
    return best


def _named_at(thing: Thing) -> int:
    """Where a thing was told of last by its name, or by as many letters."""
    lengths = {len(name) for name in thing.names}
    return max((end for start, end in thing.spans if end - start in lengths), default=0)


def _perhaps_heads(things: Sequence[Thing], names: Names) -> list[Thing]:
    """The things not known to have a name that is more than a head word, as most things of a long text have."""
    heads = names.heads
    return [t for t in things if t.head and (not t.names or heads.get(t.names[0], True))]


def _announced(thing: Thing, names: Names) -> bool:
    """Whether a body was told of by its head word alone before it was named ("Verband warnt" in a heading)."""
    if not names.lang.noun_capitals or top(thing.cls) not in reading()["seated"] or thing.rule not in _UNCOUNTED:
        return False
    return len(thing.names) == 1 and names.is_head(thing.names[0])


def plural(mention: Mention, text: str, lang: Language) -> bool:
    """Whether a head word behind an article tells of several: "die Hersteller" are no firm spoken of before."""
    endings = tuple(lang.lexicon.settings.get("plural_endings", ()))
    if not endings or mention.anaphoric or mode(mention.cls) != "named" or compatible(mention.cls, unknown("place")):
        return False
    single = mention.cue.strip("~=").lower().rpartition(" ")[2]
    article = _word_before(text, mention.start).lower()
    articles = lang.lexicon.settings.get("plural_articles", ())
    if mention.head.endswith(single) and not single.endswith("en"):
        # "der große Hersteller" is one, "der großen Hersteller" and "die Hersteller" are many
        several = article == articles[0] or (
            article == articles[-1] and mention.modified and mention.text.split()[0].endswith("en")
        )
        return several and single.endswith("er") and compatible(mention.cls, unknown("name"))
    return article in articles and mention.head.endswith(endings)


def _word_before(text: str, end: int) -> str:
    """The last word of a text up to `end`; a long one is not taken apart as a whole for it."""
    near = text[max(0, end - _LONG_WORD) : end].split()
    words = near if len(near) > 1 else text[:end].split()
    return words[-1] if words else ""


def spelled(things: Sequence[Thing], mention: Mention) -> Thing | None:
    """The thing whose name has the mention's letters as its words' first ones, or the reverse."""
    short, long = may_be_initials(mention.text), all_initials(mention.text)
    for thing in things if short or long else ():
        if not thing.named or not compatible(thing.cls, mention.cls):
            continue
        if any((n in long and may_be_initials(n)) or (short and initials(mention.text, n)) for n in thing.names):
            return thing
    return None
