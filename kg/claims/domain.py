"""Whether a text is of the domain at all: general news tells of ministries, money and towns too."""

from __future__ import annotations

from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from kg.documents import Document
from kg.mentions import language
from kg.mentions.language import reading

_THOUSAND = 1000


def of_domain(document: Document) -> bool:
    """Whether enough different words of the domain stand in the text, and often enough; too short a text always is.

    How many stands in `ontology/reading.toml`, domain; the words in each lexicon; one without any takes all texts.
    """
    limits, words = reading()["domain"], _words(document.lang)
    script = "_han" if language(document.lang).han else ""
    if words is None or len(document.text) < limits[f"short{script}"]:
        return True
    found = [index for index, _, _ in words.find_matches_as_indexes(document.text.lower())]
    often = limits[f"per_thousand{script}"]
    return bool(len(set(found)) >= limits["words"] and len(found) * _THOUSAND >= often * len(document.text))


@lru_cache(maxsize=16)
def _words(code: str) -> AhoCorasick | None:
    words = language(code).lexicon.settings.get("domain_words", ())
    return AhoCorasick(list(words)) if words else None
