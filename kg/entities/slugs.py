"""Readable IRIs: a name as the last part of an IRI, the same on every run."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from kg.entities.names import fold

_LONGEST = 80
_UNFIT = re.compile(r"[\ue000-\uf8ff\U000e0000-\U0010ffff]")


def slug(name: str) -> str:
    """`Chongqing Fuhuang Co., Ltd.` -> `chongqing-fuhuang-co-ltd`; Han characters stay, as IRIs allow them."""
    if not name:
        return ""
    folded = unicodedata.normalize("NFC", _UNFIT.sub("", fold(name))).replace(" ", "-")
    if len(folded) <= _LONGEST:
        return folded
    return folded[:_LONGEST].rstrip("-") + "-" + short_hash(folded)


@cache
def kebab(local_name: str) -> str:
    """`IndustrialPark` -> `industrial-park`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", local_name).casefold()


def short_hash(*parts: str, length: int = 8) -> str:
    """The first hex digits of the hash of some strings; a separator that no text holds keeps them apart."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]


def tell_apart(wanted: Sequence[tuple[str, ...]]) -> list[str]:
    """IRI endings: each wants a slug, and says what to add to it, one after the other, as long as another wants it too.

    The last addition must be its own; all but the slug may be "".
    """
    slugs = [first for first, *_ in wanted]
    for step in range(1, max(map(len, wanted), default=0)):
        seen = Counter(slugs)
        slugs = [
            f"{name}-{additions[step]}" if seen[name] > 1 and additions[step] else name
            for name, additions in zip(slugs, wanted, strict=True)
        ]
    return slugs
