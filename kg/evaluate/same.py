"""When two names are of one thing, and two figures one figure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from kg.ontology import load, ontology_dir
from kg.ontology.files import toml


@cache
def scope() -> dict[str, Any]:
    """What annotated texts cover, from `ontology/annotation.toml`."""
    return toml(ontology_dir() / "annotation.toml")


def alike(names: Iterable[str], others: Iterable[str]) -> float:
    """0 to 1: how well two lists of names name the same thing; 0.5 and more is the same."""
    known = [_key(name) for name in others]
    return max((_likeness(_key(name), other) for name in names for other in known), default=0.0)


@cache
def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    written_without_spaces = re.search("[\u4e00-\u9fff]", one + other)
    parts, others = (set(one), set(other)) if written_without_spaces else (set(one.split()), set(other.split()))
    shared = len(parts & others) / len(parts | others)
    short, long = sorted((len(one), len(other)))
    if (one in other or other in one) and short > (1 if written_without_spaces else 3):
        shared = max(shared, 0.5 + 0.4 * short / long)
    return 0.95 * shared


@cache
def _key(name: str) -> str:
    words = re.sub(r"[^\w]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()
    first, _, rest = words.partition(" ")
    return rest if rest and first in scope()["articles"] else words


def same_figure(unit: str | None, value: Any, other_unit: str | None, other_value: Any) -> int:
    """0: not the same; 1: the same but for what it is divided by; 2: the same. Both values within 0.5 %."""
    (sort, number), (other_sort, other) = _in_base(unit, value), _in_base(other_unit, other_value)
    if sort.partition("/")[0] != other_sort.partition("/")[0]:
        return 0
    if abs(number - other) > Decimal("0.005") * max(abs(number), Decimal("1e-12")):
        return 0
    return 1 + (sort == other_sort)


def _in_base(unit: str | None, value: Any) -> tuple[str, Decimal]:
    """The sort of unit and the value in its base unit: a ratio is scaled by what stands above the line."""
    ontology = load()
    head, slash, tail = (unit or scope()["no_unit"]).partition("/")
    number = Decimal(str(value))
    if head in ontology.units:
        number, _ = ontology.unit_convert(number, head)
        head = ontology.unit(head).dimension
    return f"{scope()['one_kind'].get(head, head)}{slash}{tail}", number
