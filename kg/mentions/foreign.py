"""Names written in another language than their text."""

from __future__ import annotations

import re

from kg import ontology
from kg.mentions.classes import compatible
from kg.mentions.language import Language, language

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_NAME = re.compile(r"[^\W\d_][^\u4e00-\u9fff]{3,}$")


def foreign_name(name: str, lang: Language, cls: str) -> bool:
    """Whether a bracketed stretch reads as the same thing's name in another script, or by another lexicon's head words."""
    han = bool(_HAN.search(name))
    if lang.han:
        return not han and bool(_LATIN_NAME.match(name)) and name[:1].isupper() and " " in name
    if han:
        return len(_HAN.findall(name)) > 1
    words = re.findall(r"[^\W\d_]+", name)
    if len(words) < 2 or not name[:1].isupper():
        return False
    others = [language(code) for code in ontology.load().languages if code != lang.code]
    return any(
        sense.kind == "head" and compatible(sense.value, cls)
        for other in others
        if not other.han
        for word in words
        if word[:1].isupper()
        for sense in other.lexicon.senses(word.lower())
    ) and not any(s.kind == "head" and s.whole for w in words for s in lang.lexicon.senses(w.lower()))
