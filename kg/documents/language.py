"""Which language a text is written in: by its script, and by the frequent words that each lexicon lists."""

from __future__ import annotations

import re
from functools import lru_cache

from kg import ontology

UNKNOWN = "und"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_EASTERN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000
"""Characters looked at: frequent words show within a page."""
_ENOUGH = 0.12
"""Least share of frequent words; running text in a language has 0.25 and more, lists and tables less."""


@lru_cache(maxsize=1)
def _frequent() -> dict[str, tuple[str, frozenset[str]]]:
    known = ontology.load()
    settings = {code: known.lexicon(code)["language"] for code in known.languages}
    return {code: (str(s["script"]), frozenset(s["frequent"])) for code, s in settings.items()}


def recognise(text: str) -> str:
    """Code of the text's language among those that have a lexicon, or "und".

    >>> recognise("Die Anlage wird von der Stadt betrieben und spart Strom.")
    'de'
    """
    sample = text[:_SAMPLE]
    if _EASTERN.search(sample):
        letters = sum(map(str.isalpha, sample)) or 1
        if len(_KANA_HANGUL.findall(sample)) / letters > 0.1:
            return UNKNOWN
        if len(_HAN.findall(sample)) / letters > 0.2:
            return next((code for code, (script, _) in _frequent().items() if script == "han"), UNKNOWN)
    words = [w.lower() for w in _WORD.findall(sample)]
    if not words:
        return UNKNOWN
    shares = {
        code: sum(map(frequent.__contains__, words)) / len(words)
        for code, (script, frequent) in _frequent().items()
        if script == "latin"
    }
    best = max(sorted(shares), key=lambda code: shares[code], default=UNKNOWN)
    return best if shares.get(best, 0) >= _ENOUGH else UNKNOWN
