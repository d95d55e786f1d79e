"""Whether a thing reads like one that an analyst would note: weighed by how it is named and how often it is told of."""

from __future__ import annotations

from kg import ontology
from kg.claims.weights import Features, score, weights
from kg.mentions import Thing
from kg.mentions.classes import depth

_DOUBT = 0.4
"""How far under the threshold a thing may read before its relations are doubted too."""


def entity_features(thing: Thing) -> Features:
    """What speaks for a thing being one that an analyst would note."""
    top = ontology.load().top(thing.cls)
    return (
        "bias",
        f"rule={thing.rule}",
        f"{top}:{thing.rule}",
        f"{top}:named={thing.named}:generic={thing.generic}",
        f"mentions{min(len(thing.spans), 3)}",
        f"{top}:mentions{min(len(thing.spans), 2)}",
        f"depth{depth(thing.cls)}",
        f"inside={ontology.load().top(thing.inside) if thing.inside else ''}",
        f"{thing.rule}:words{min(3, len(thing.words))}",
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
