"""Figures that are told as less than nothing: losses, falling sales, jobs that go.

What falls and is better high ("sales fell by 9 percent") grows by a negative rate; what is better low ("emissions
fell by 9 percent") is reduced. Which words say so stands in the lexicons (`words.turn`), which figures they turn in
`ontology/reading.toml`, signs.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.mentions.language import reading


def turned(kind: str, indicator: str, near: Mapping[str, float], rival: float) -> str | None:
    """The indicator of a figure that counts below zero, or None.

    `near`: kind of turning word -> its distance from the figure; `rival`: distance of the nearest word for something
    that is better low.
    """
    for rule in reading()["signs"]:
        told = [near.get(word, 99.0) for word in rule["words"]]
        if kind in rule["kinds"] and indicator in rule["of"] and max(told) <= rule["within"]:
            return str(rule.get("becomes", indicator)) if min(told) < rival else None
    return None
