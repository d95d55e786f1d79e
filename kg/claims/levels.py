"""What the kinds of two places say of whether one can be part of the other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kg.mentions import Language
from kg.mentions.language import reading


def may_hold(whole: str, part: str, lang: Language) -> bool:
    """Whether a place of one class can hold one of another: no province a country, no city a city.

    Of a language that calls places of two levels alike, `nested_places` of its lexicon says which (a 市 has 市).
    """
    levels = _levels()
    if whole not in levels or part not in levels:
        return True
    if whole == part:
        return whole in lang.lexicon.settings.get("nested_places", ())
    return levels[whole] < levels[part]


@lru_cache(maxsize=1)
def _levels() -> Mapping[str, int]:
    return {cls: number for number, cls in enumerate(reading()["place_levels"])}
