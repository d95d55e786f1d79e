"""Which mentions of one document are one thing: aliases, repeated and shortened names, references.

"the company" is the company spoken of last; "(hereinafter X)" makes X an alias; a part of a name that is the name's own
("Fuhuang Building Materials" in "Chongqing Fuhuang Building Materials Co., Ltd.") stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.mentions.aliases import bracketed_names, is_acronym
from kg.mentions.classes import compatible, depth, finer, mode, top, unknown
from kg.mentions.language import Language, reading
from kg.mentions.model import Mention, Sentence, Thing, Token
from kg.mentions.names import Names
from kg.mentions.shorter import lone_head, plural, short_or_long, spelled

_BRACKET = re.compile(r"\s*[(（\[,，]\s*[„“”\"«‚‘'「『]*$")
_WORDS_OPENED = re.compile(r"((?: [^\W\d_]+){1,6}) ?\($")
_OPENED = re.compile(r"(?:['’]s?)?\s*[(（]")


class Things:
    """The entities of one document, filled by `add` in text order."""

    def __init__(self, lang: Language, text: str) -> None:
        self.lang, self.text = lang, text
        self.all: list[Thing] = []
        self._by_name: dict[str, Thing] = {}
        self._previous: Mention | None = None
        self._earlier: Mention | None = None
        self._merged: dict[int, int] = {}
        self.names = Names(lang)

    def add(self, mention: Mention, sentence: Sentence) -> None:
        """Gives the mention its entity: a known one, a new one, or none (`entity` stays -1)."""
        place = mention.cls != "" and compatible(mention.cls, unknown("place"))
        if mention.how == "generic" and place:
            return
        if mention.how == "reference" and plural(mention, self.text, self.lang):
            mention.how = "generic"
        refers = mention.how == "reference" and mode(mention.cls) == "named"
        thing = self._referent(mention) if refers else self._find(mention)
        if thing is None and mention.how in ("generic", "description") and mode(mention.cls) == "named":
            thing = self._predicated(mention, sentence)
        if thing is None and mention.how == "reference":
            thing = self._referent(mention)
            if thing is None and mode(mention.cls) == "named":
                if not self._first_told(mention):
                    return
                mention.how, mention.rule = "name", "head-word"
        if thing is None:
            thing = self._new(mention)
        self._join(thing, mention)
        if mention.how == "name" and not mention.inner:
            self._bracketed(thing, mention)
        if not mention.inner:
            self._earlier, self._previous = self._previous, mention

    def _first_told(self, mention: Mention) -> bool:
        """Whether a body is told of by its head word alone and no other is meant ("das Ministerium")."""
        if self.lang.han or not mention.definite or (mention.modified and self.lang.noun_capitals):
            return False
        plurals = tuple(self.lang.lexicon.settings.get("body_plurals", ()))
        kinds = reading()["seated"] + (reading()["lawful"] if mention.modified else [])
        return top(mention.cls) in kinds and not mention.head.endswith(plurals)

    def settle(self, sentences: Iterable[Sentence]) -> None:
        """Points the mentions of merged things to what they were merged with."""
        for sentence in sentences if self._merged else ():
            for mention in sentence.mentions:
                while mention.entity in self._merged:
                    mention.entity = self._merged[mention.entity]

    def _new(self, mention: Mention) -> Thing:
        thing = Thing(len(self.all), mention.cls, head=mention.head, rule=mention.rule, cue=mention.cue)
        thing.generic = mention.how not in ("name", "alias")
        if mention.inner and self._previous is not None and self._previous.entity >= 0:
            thing.inside = self.all[self._previous.entity].cls or unknown("name")
        self.all.append(thing)
        return thing

    def _join(self, thing: Thing, mention: Mention) -> None:
        mention.entity = thing.key
        if not mention.inner:
            thing.inside = ""
        thing.cls = finer(thing.cls, mention.cls) if compatible(thing.cls, mention.cls) else thing.cls
        thing.last = max(thing.last, mention.start)
        if mention.how in ("reference", "generic") and thing.named and mode(thing.cls) == "named":
            thing.spans.append((mention.start, mention.end))
            return
        if not compatible(thing.cls, mention.cls):
            thing.spans.append((mention.start, mention.end))
            return
        name = mention.text
        if name not in thing.names:
            thing.names.append(name)
        thing.spans.append((mention.start, mention.end))
        if mention.how in ("name", "alias") or (mention.how == "term" and (depth(mention.cls) > 0 or mention.modified)):
            thing.named, thing.generic = True, False
        self._by_name.setdefault(self.names.mention_key(mention.text, mention.cls, mention.how), thing)
        thing.words = thing.words | frozenset(self.names.key(name).split())

    def _bracketed(self, thing: Thing, mention: Mention) -> None:
        """Names in other languages in brackets behind the name ("X Bank (某某银行)") are the thing's too."""
        if thing.cls and compatible(thing.cls, unknown("person")):
            return
        for name, start in bracketed_names(self.text, mention.end, self.lang, thing.cls):
            if name not in thing.names:
                thing.names.append(name)
                thing.spans.append((start, start + len(name)))
                self._by_name.setdefault(self.names.key(name), thing)

    # -- finding -----------------------------------------------------------------------------------------------------

    def _find(self, mention: Mention) -> Thing | None:
        if mention.rule in _WEAK:
            stronger = self._strong(mention)
            if stronger is not None:
                mention.cls = stronger.cls
                return stronger
        if mention.anaphoric and mention.how == "name" and not mention.inner:
            # "this Hydrogen Hub": of the hubs spoken of the last one, whichever was called so before
            latest = short_or_long(self.all, mention, self.names)
            if latest is not None:
                return latest
        known = self._by_name.get(self.names.mention_key(mention.text, mention.cls, mention.how))
        if known is not None and (mention.rule == "acronym" or mention.text.isupper()) and not mention.inner:
            whole = self._alias_of(mention)
            if whole is not None and whole is not known:
                self.merge(known, whole)
                return whole
        if known is not None and mention.text.isupper() and known.named and mention.text in known.names:
            mention.cls = known.cls  # the short form that the text gave to a body, whatever word it spells
        if known is not None and compatible(known.cls, mention.cls):
            described = self._apposed(mention)
            if described is not None and described is not known:
                self.merge(described, known)
            return known
        alias = self._alias_of(mention) or self._apposed(mention)
        if alias is not None:
            return alias
        if mention.how in ("name", "alias") and not mention.inner:
            things, names = self.all, self.names
            short = short_or_long(things, mention, names) or lone_head(things, mention, names)
            return short or spelled(things, mention)
        if mention.how in ("description", "term", "reference", "generic"):
            same = self._same_head(mention)
            return (self._referent(mention) or self._across(mention)) if same is None and mention.anaphoric else same
        return None

    def _strong(self, mention: Mention) -> Thing | None:
        """The named thing that a lone word stands for, whatever the words around it make of that ("at Sample")."""
        known = self._by_name.get(self.names.key(mention.text))
        if known is not None and known.named:
            return known
        if mention.rule == "bare-place" or mention.inner:
            return None
        cls, mention.cls = mention.cls, ""
        short = short_or_long(self.all, mention, self.names)
        mention.cls = cls
        return short if short is not None and mode(short.cls) == "named" else None

    def _alias_of(self, mention: Mention) -> Thing | None:
        """The thing whose name stands right before "(hereinafter" or "(" and this mention."""
        before = self._previous
        if before is None or before.entity < 0 or mention.start < before.end:
            return None
        if mention.how not in ("name", "alias") and not mention.text.isupper():
            return None
        between = self.text[before.end : mention.start]
        if len(between) > 40 or ("(" not in between and "（" not in between):
            return None
        thing = self.all[before.entity]
        # initials may spell a common word: the agency is no arena
        spelled = mention.text.isupper() and is_acronym(mention.text, before.text)
        free = mention.cls == unknown("name") or mention.rule == "acronym" or spelled
        if not compatible(thing.cls, mention.cls) and not free:
            return None
        defined = any(
            entry.lower() in between.lower()
            for entries in self.lang.lexicon.raw["words"].get("alias", {}).values()
            for entry in entries
        )
        mention.cls = thing.cls if spelled else mention.cls
        opened = bool(_BRACKET.search(between)) and bool(_OPENED.match(between))
        if defined or (opened and (is_acronym(mention.text, before.text) or is_acronym(before.text, mention.text))):
            mention.how = "alias"
            return thing
        whole = _WORDS_OPENED.match(between)
        if whole is not None and is_acronym(mention.text, before.text + whole[1]):
            mention.how = "alias"
            thing.names.append(before.text + whole[1])
            return thing
        return None

    def _apposed(self, mention: Mention) -> Thing | None:
        """The description right before a quoted name ("the initiative “X”")."""
        before = self._previous
        if before is None or before.entity < 0 or mention.rule != "quoted-name" or before.how in ("name", "alias"):
            return None
        thing = self.all[before.entity]
        gap = self.text[before.end : mention.start]
        return thing if len(gap) <= 2 and not thing.named and compatible(thing.cls, mention.cls) else None

    def merge(self, one: Thing, other: Thing) -> None:
        """Makes the other thing of one that turned out to be it, or to be its description."""
        if one.named or not other.named or mode(other.cls) != "named":
            other.names += [n for n in one.names if n not in other.names]
        other.named, other.generic = one.named or other.named, one.generic and other.generic
        other.cls = finer(other.cls, one.cls) if compatible(other.cls, one.cls) else other.cls
        other.words |= one.words
        other.spans += one.spans
        other.last = max(one.last, other.last)
        one.names, one.spans, one.generic, one.named = [], [], True, False
        self._merged[one.key] = other.key
        self._by_name = {name: other if thing is one else thing for name, thing in self._by_name.items()}
        if self._previous is not None and self._previous.entity == one.key:
            self._previous.entity = other.key

    def _predicated(self, mention: Mention, sentence: Sentence) -> Thing | None:
        """The subject of "X is a maker of cement": what the copula says of it is no other thing."""
        words = [t for t in sentence.tokens if t.end <= mention.start]
        owned = bool(words) and any(s.kind == "function" and s.value == "relative" for s in words[-1].senses)
        # "X is Y's subsidiary": what it is called by its owner stands between (X公司是Y集团的子公司)
        for before, most in ((self._previous, 6), (self._earlier if owned else None, 12)):
            if before is None or before.entity < 0 or before.start < sentence.start:
                continue
            thing = self.all[before.entity]
            between = [t for t in words if before.end <= t.start]
            copula = any(s.kind == "function" and s.value == "copula" for t in between[:6] for s in t.senses)
            named = before.how in ("name", "alias")
            near = len(between) <= most or self._one_of_a_kind(between)
            if named and copula and near and compatible(thing.cls, mention.cls):
                return thing
        return None

    def _one_of_a_kind(self, between: list[Token]) -> bool:
        """Whether a thing "is one that …", however long that is told, before its head word comes (是一家…的企业)."""
        opening = tuple(self.lang.lexicon.settings.get("one_of_a_kind", ()))
        return len(between) > 1 and between[1].text.startswith(opening) and all(t.kind != "punct" for t in between)

    def _same_head(self, mention: Mention) -> Thing | None:
        """A description repeats a thing of the same head word unless it adds something of its own."""
        style = mode(mention.cls)
        near = [t for t in self.all if t.last >= mention.start - _REACH and t.names]
        for thing in sorted(near, key=lambda t: -t.last):
            if not compatible(thing.cls, mention.cls):
                if mention.how == "reference" and thing.named and thing.head == mention.head and not mention.modified:
                    return thing
                continue
            if style == "term":
                continue
            repeats = not mention.modified or (mention.definite and mention.how != "name")
            if mention.definite and self.names.ends(thing.head, mention.head):
                return thing
            if thing.head and self.names.akin(thing.head, mention.head) and (repeats or self._likewise(thing, mention)):
                return thing
            if mention.how != "generic" or mention.modified or not thing.generic:
                continue
            if (style == "named" or thing.cls == mention.cls) and self.names.broad(mention.head):
                return thing
        return None

    def _likewise(self, thing: Thing, mention: Mention) -> bool:
        """Whether a description has a word beside the head that the thing was described with before."""
        words = set(self.names.key(mention.text).split()) - {self.names.stem(mention.head)}
        return not self.lang.han and any(len(w) > 5 and w in thing.words for w in words if not w[0].isdigit())

    def _referent(self, mention: Mention) -> Thing | None:
        """What "the company" refers to: the thing of a fitting class spoken of last, a named one before others."""
        akin = mode(mention.cls) == "described" and not self.names.broad(mention.head)
        best: Thing | None = None
        for t in self.all:
            if t.last >= mention.start or (best is not None and (t.named, t.last) <= (best.named, best.last)):
                continue
            if t.names and t.cls and compatible(t.cls, mention.cls):
                best = t if not akin or (t.head and self.names.akin(t.head, mention.head)) else best
        return best

    def _across(self, mention: Mention) -> Thing | None:
        """What "this project" points to where none was told of: the plant or scheme named last."""
        kinds = reading()["pointed_to"].get(top(mention.cls), ())
        fitting = [t for t in self.all if t.names and t.named and top(t.cls) in kinds and t.last < mention.start]
        return max(fitting, key=lambda t: t.last) if fitting else None


_WEAK = frozenset(("lone", "speaking", "bare-place", "vague-place", "of-place", "listed-place", "placed"))
"""Rules that read a lone word by what stands beside it: a thing of that name goes first."""
_REACH = 6000
"""Characters after which a description no longer repeats what was spoken of."""
