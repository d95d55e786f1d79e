"""Whether a thing reads like one that an analyst would note: weighed by how it is named and how often it is told of."""

from __future__ import annotations

from functools import lru_cache

from kg import ontology
from kg.claims.weights import REMEMBERED, Features, score, weights
from kg.mentions import Thing
from kg.mentions.classes import depth

_DOUBT = 0.4
"""How far under the threshold a thing may read before its relations are doubted too."""


def entity_features(thing: Thing) -> Features:
    """What speaks for a thing being one that an analyst would note."""
    named, times, words = (thing.named, thing.generic), min(len(thing.spans), 3), min(len(thing.words), 3)
    return _features(thing.cls, thing.rule, named, times, thing.inside, words)


@lru_cache(maxsize=REMEMBERED)
def _features(cls: str, rule: str, named: tuple[bool, bool], times: int, inside: str, words: int) -> Features:
    top = ontology.load().top(cls)
    return (
        "bias",
        f"rule={rule}",
        f"{top}:{rule}",
        f"{top}:named={named[0]}:generic={named[1]}",
        f"mentions{times}",
        f"{top}:mentions{min(times, 2)}",
        f"depth{depth(cls)}",
        f"inside={ontology.load().top(inside) if inside else ''}",
        f"{rule}:words{words}",
    )


def worth(thing: Thing) -> float:
    """The score of a thing: above 0 it is rather noted than not."""
    return score("entity", entity_features(thing))


def doubtful(thing: Thing) -> bool:
    """Whether a thing reads so little like one that analysts note that no relation of it is claimed."""
    return worth(thing) < _threshold() - _DOUBT


def kept(thing: Thing) -> bool:
    """Whether a thing that no claim needs is named clearly enough to be told of."""
    return worth(thing) > _threshold()


def _threshold() -> float:
    return weights().get("entity", {}).get("threshold", 0.0)
