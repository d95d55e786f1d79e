"""Arithmetic of units: ratios are built from their parts, and only units of one kind turn into each other."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from kg.errors import KgError
from kg.ontology.model import Unit

_EXACT = Context(prec=40)
"""Own context, so that no caller's precision changes a figure."""
_MULTIPLE = re.compile(r"\d+(?=\D)")


def resolve(units: dict[str, Unit], code: str) -> Unit:
    """The unit of a code: a listed one, or a ratio of listed ones, where parts below the line may carry a number."""
    if known := units.get(code):
        return known
    head, slash, tail = code.partition("/")
    parts = [_MULTIPLE.sub("", part, count=1) for part in tail.split("/")]
    unknown = [part for part in (head, *parts) if part not in units] if slash else [code]
    if unknown:
        raise KgError(f"No unit {unknown[0]!r} in the ontology; add it to measures.ttl, or use one that is there.")
    top = units[head]
    return Unit(
        name=code,
        iri=top.iri.removesuffix(head) + code.replace("/", "%2F"),
        labels={lang: f"{label} / {_tail_label(units, tail, lang)}" for lang, label in top.labels.items()},
        definitions={},
        alternatives={},
        examples={},
        module=top.module,
        dimension=f"{top.dimension}/{tail}",
        base=f"{top.base}/{tail}",
        factor=top.factor,
        divisor=top.divisor,
        substance=top.substance,
        numerator=head,
        denominator=tail,
    )


def _tail_label(units: dict[str, Unit], tail: str, lang: str) -> str:
    said = []
    for part in tail.split("/"):
        multiple = _MULTIPLE.match(part)
        number = multiple.group() if multiple else ""
        said.append(f"{number} {units[part[len(number) :]].labels.get(lang, part)}".strip())
    return " / ".join(said)


def to_base(value: Decimal, unit: Unit) -> Decimal:
    """`value` of `unit` in its base unit, without trailing zeros."""
    scaled = _EXACT.divide(_EXACT.multiply(value, unit.factor), unit.divisor)
    return plain(scaled)


def between(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """`value` of `source` in `target`; refuses units of unlike kinds."""
    if source.dimension != target.dimension:
        raise KgError(
            f"{source.name} does not convert into {target.name}: "
            f"they measure different things ({source.dimension}, {target.dimension})."
        )
    scaled = _EXACT.divide(_EXACT.multiply(value, source.factor), source.divisor)
    return plain(_EXACT.divide(_EXACT.multiply(scaled, target.divisor), target.factor))


def plain(value: Decimal) -> Decimal:
    """The same number with 28 digits at most, no exponent and no trailing zeros: one way to write each figure."""
    return Decimal(format(Context(prec=28).plus(value).normalize(_EXACT), "f"))
