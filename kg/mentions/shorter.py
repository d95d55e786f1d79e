"""A thing that was told of by a longer or shorter name: a part of the name, its head word alone, its initials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.mentions.aliases import initials
from kg.mentions.classes import compatible, mode, top, unknown
from kg.mentions.language import Language, reading
from kg.mentions.model import Mention
from kg.mentions.names import Names

if TYPE_CHECKING:
    from kg.mentions.identity import Thing


_UNCOUNTED = frozenset(("plain", "bare", "compound"))
"""Rules that find a head word without an article or a figure."""


def short_or_long(things: Sequence[Thing], mention: Mention, names: Names) -> Thing | None:
    """A thing that one of the two names shortens: all words of the shorter stand in the longer, one is its own."""
    words = names.parts(mention.text)
    best: Thing | None = None
    for thing in things:
        if not thing.named or thing.generic or not compatible(thing.cls, mention.cls):
            continue
        if mode(thing.cls) == "term" or mode(mention.cls or thing.cls) == "term":
            continue
        if not any(names.shortens(words, names.parts(n)) for n in thing.names):
            continue
        # both "A Hub" and "B Hub" may be called "Hub"; that does not make them one
        full = max(map(names.parts, thing.names), key=len)
        whole = words <= full or full <= words or len(words) == len(full) or names.lang.han
        if whole and (best is None or thing.last > best.last):
            best = thing
    return best


def lone_head(things: Sequence[Thing], mention: Mention, names: Names) -> Thing | None:
    """The body spoken of last whose head word a capitalised word alone repeats ("the Agency"), or the reverse."""
    if not mention.head or mode(mention.cls) != "named" or names.lang.han:
        return None
    head, alone = names.stem(mention.head), _is_head(mention.text, names)
    for thing in sorted(things, key=lambda t: -t.last):
        if not (thing.named or _announced(thing, names)) or not thing.head or not compatible(thing.cls, mention.cls):
            continue
        if not (alone or all(_is_head(name, names) for name in thing.names)):
            continue
        heads = {names.stem(thing.head), *(names.key(n).split()[-1] for n in thing.names)}
        long, short = (heads, (mention.head,)) if alone else ((mention.head,), heads)
        if head in heads or any(names.ends(one, other) for one in long for other in short):
            return thing
    return None


def _announced(thing: Thing, names: Names) -> bool:
    """Whether a body was told of by its head word alone before it was named ("Verband warnt" in a heading)."""
    if not names.lang.noun_capitals or top(thing.cls) not in reading()["seated"] or thing.rule not in _UNCOUNTED:
        return False
    return len(thing.names) == 1 and _is_head(thing.names[0], names)


def _is_head(name: str, names: Names) -> bool:
    words = names.key(name).split()
    return len(words) == 1 and any(s.kind == "head" for s in names.lang.lexicon.senses(name.lower()))


def plural(mention: Mention, text: str, lang: Language) -> bool:
    """Whether a head word behind an article tells of several: "die Hersteller" are no firm spoken of before."""
    endings = tuple(lang.lexicon.settings.get("plural_endings", ()))
    if not endings or mention.anaphoric or mode(mention.cls) != "named" or compatible(mention.cls, unknown("place")):
        return False
    single = mention.cue.strip("~=").lower().rpartition(" ")[2]
    article = (text[: mention.start].split() or [""])[-1].lower()
    articles = lang.lexicon.settings.get("plural_articles", ())
    if mention.head.endswith(single) and not single.endswith("en"):
        # "der große Hersteller" is one, "der großen Hersteller" and "die Hersteller" are many
        several = article == articles[0] or (
            article == articles[-1] and mention.modified and mention.text.split()[0].endswith("en")
        )
        return several and single.endswith("er") and compatible(mention.cls, unknown("name"))
    return article in articles and mention.head.endswith(endings)


def spelled(things: Sequence[Thing], mention: Mention) -> Thing | None:
    """The thing whose name has the mention's letters as its words' first ones, or the reverse."""
    for thing in things:
        if not thing.named or not compatible(thing.cls, mention.cls):
            continue
        if any(initials(mention.text, n) or initials(n, mention.text) for n in thing.names):
            return thing
    return None
