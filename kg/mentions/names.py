"""When two names are alike: folded forms, stems, and whether one name is a short form of another."""

from __future__ import annotations

import re

from kg.mentions.classes import compatible, depth, mode, unknown
from kg.mentions.language import Language

_NOT_WORD = re.compile(r"[^\w]+")
_FIRST_PART = 12
"""Letters that two compounds share when one goes on where the other ends, or both name one undertaking."""


_LONGEST_SHORT = 5
"""Signs of the longest short form."""
_LONGEST_HEAD = 6
"""Signs of the longest head word of a place."""


class Names:
    """Compares names of one language."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self._endings = sorted(lang.lexicon.settings.get("inflections", ()), key=len, reverse=True)
        self._compounds = lang.noun_capitals
        broad = lang.lexicon.settings.get("broad_heads", ())
        self._broad = frozenset((*broad, *map(self.stem, broad)))
        self._ranks = frozenset(w for w in lang.lexicon.settings.get("levels", ()) if len(w) == 1)
        """Signs of rank that stand for a place named before ("the county government")."""
        self._group = str(lang.lexicon.settings.get("group_form", ""))
        self._branches = tuple(lang.lexicon.settings.get("branch_forms", ()))
        """What a branch's name ends in: the whole is not meant by it, nor the branch by the whole's name."""
        self._short: dict[str, str] = dict(lang.lexicon.settings.get("short_names", {}))
        self._forms: dict[str, str] = dict(lang.lexicon.settings.get("same_words", {}))
        self._written_twice = re.compile(rf"\b(?:{'|'.join(map(re.escape, self._forms))})\b")
        self._keys: dict[str, str] = {}
        """Name -> its key: each new name of a text is compared with all names before it."""
        self._parts: dict[str, frozenset[str]] = {}
        self.heads: dict[str, bool] = {}

    def key(self, name: str) -> str:
        """Normalised form for comparison: folded, without legal form, signs and inflection."""
        known = self._keys.get(name)
        if known is None:
            bare = self.lang.legal_forms.sub(" ", self._written_out(name))
            bare = bare if bare.strip(" .,") else name
            words = self._shortened(_NOT_WORD.sub(" ", bare.casefold())).split()
            known = self._keys[name] = " ".join(self.stem(w) for w in words)
        return known

    def _shortened(self, name: str) -> str:
        """A name with the short form of what is written in two ways (`same_words`: "United States", "U.S.", "US")."""
        return self._written_twice.sub(lambda found: self._forms[found[0]], name) if self._forms else name

    def mention_key(self, text: str, cls: str, how: str) -> str:
        """Key of a mention: a place without its head word ("Bezirk Beibei" is Beibei), a kind of thing by its class."""
        if mode(cls) == "term" and depth(cls) > 1 and how == "term":
            return f"kind {cls}"
        if cls and self.lang.han and compatible(cls, unknown("place")):
            return self._bare_place(self.key(text))
        if cls and compatible(cls, unknown("place")):
            # asked of the words as written: a stem is no head word any more
            own = [w for w in _NOT_WORD.sub(" ", text.casefold()).split() if not self._place_head(w)]
            return self.key(" ".join(own)) if own else self.key(text)
        return self.key(text)

    def _bare_place(self, name: str) -> str:
        """A place's name without the head words it ends in (吉林省 is 吉林), if two signs are left."""
        for size in range(min(len(name) - 2, _LONGEST_HEAD), 0, -1):
            if self._place_head(name[-size:]):
                return name[:-size]
        return name

    def _place_head(self, word: str) -> bool:
        senses = self.lang.lexicon.senses(word)
        return any(s.kind == "head" and s.whole and compatible(s.value, unknown("place")) for s in senses)

    def stem(self, word: str) -> str:
        """The word without an inflection of the language."""
        if not self._endings or len(word) < 5:
            return word
        for ending in self._endings:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
        return word

    def parts(self, name: str) -> frozenset[str]:
        """The words of a name; of a script without spaces the name itself."""
        known = self._parts.get(name)
        if known is None:
            known = self._parts[name] = self._taken_apart(name)
        return known

    def is_head(self, name: str) -> bool:
        """Whether a name is nothing but a head word."""
        known = self.heads.get(name)
        if known is None:
            senses = self.lang.lexicon.senses(name.lower()) if len(self.key(name).split()) == 1 else ()
            known = self.heads[name] = any(s.kind == "head" for s in senses)
        return known

    def _taken_apart(self, name: str) -> frozenset[str]:
        if not self.lang.han:
            return frozenset(self.key(name).split())
        name = self._written_out(name)
        bare = self.lang.legal_forms.sub(lambda form: self._kept(form[0]), name)
        return frozenset((_NOT_WORD.sub("", (bare or name).casefold()),))

    def shortens(self, a: frozenset[str], b: frozenset[str]) -> bool:
        """Whether one of two names (their `parts`) is a short form of the other."""
        if self.lang.han:
            return self._inside(next(iter(a)), next(iter(b)))
        small, large = (a, b) if len(a) <= len(b) else (b, a)
        if self._compounds and len(a) == len(b) > 1 and (a == b or self._shorter_head(a, b)):
            return True  # "Radolfzeller Stadtwerke" are the "Stadtwerke Radolfzell"
        if not small or not small < large:
            return False
        return any(self._own(word) for word in small) and len(small) / len(large) >= 0.3

    def _shorter_head(self, a: frozenset[str], b: frozenset[str]) -> bool:
        """Whether two names differ by a compound and its last part only ("Privatbrauerei X", "Brauerei X")."""
        one, other = a - b, b - a
        if len(one) != 1 or len(other) != 1 or not any(self._own(word) for word in a & b):
            return False
        short, long = sorted((*one, *other), key=len)
        return self.ends(long, short)

    def _written_out(self, name: str) -> str:
        """A name with the short form that everybody knows written out where it begins so (工行 is 工商银行)."""
        for size in range(min(len(name), _LONGEST_SHORT), 1, -1) if self._short else ():
            if name[:size] in self._short:
                return self._short[name[:size]] + name[size:]
        return name

    def _kept(self, form: str) -> str:
        """What of a legal form tells a firm from the one that shares its name: a group's, a branch's."""
        if form in self._branches:
            return form
        return self._group if self._group and self._group in form else ""

    def _inside(self, a: str, b: str) -> bool:
        small, large = sorted((a, b), key=len)
        if self._branches and large.endswith(self._branches) and not small.endswith(self._branches):
            return False
        if len(small) < 2 or small == large or len(small) / len(large) < 0.25:
            return False
        if small[0] in self._ranks and small[-1] == large[-1] and len(small) > 2 and small[0] in large:
            return _in_order(small, large[large.index(small[0]) :])
        if small not in large:
            return len(small) > 3 and small[:3] in large and _in_order(small, large[large.index(small[:3]) :])
        spelled = [
            (e - s)
            for s, e, senses in self.lang.lexicon.find(small)
            if any(x.kind in ("head", "place") for x in senses)
        ]
        return max(spelled, default=0) < len(small)

    def _own(self, word: str) -> bool:
        """Whether a word belongs to a name alone: neither a head word nor a place nor a small word."""
        senses = self.lang.lexicon.senses(word)
        return len(word) > 2 and not any(
            s.kind in ("head", "place", "preposition", "function", "determiner") for s in senses
        )

    def akin(self, a: str, b: str) -> bool:
        """Whether two head words are one: inflected, or one a compound that goes on ("Umstellungsprojekt")."""
        a, b = self.stem(a), self.stem(b)
        return a == b or (len(a) > 9 and len(b) > 9 and a[:_FIRST_PART] == b[:_FIRST_PART])

    def ends(self, name: str, word: str) -> bool:
        """Whether a head word is a compound that ends like another ("Bergkäserei" is "die Käserei")."""
        name, word = self.stem(name), self.stem(word)
        return self._compounds and len(word) > 3 and len(name) > len(word) and name.endswith(word)

    def broad(self, word: str) -> bool:
        """Whether a head word may stand for anything of its class ("die Anlage"); all do where no lexicon says."""
        return not self._broad or word in self._broad or self.stem(word) in self._broad


def _in_order(small: str, large: str) -> bool:
    """Whether the signs of one name stand in the other in the same order (北谷重机 in 北谷重型机械)."""
    signs = iter(large)
    return all(sign in signs for sign in small)
