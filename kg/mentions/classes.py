"""How the classes of the ontology behave in text (`ontology/reading.toml`)."""

from __future__ import annotations

from functools import lru_cache

from kg import ontology
from kg.mentions.language import reading


@lru_cache(maxsize=512)
def mode(cls: str) -> str:
    """ "named", "described" or "term": see `reading.toml`, classes."""
    modes = reading()["classes"]
    return next((str(modes[a]) for a in ontology.load().ancestors(cls) if a in modes), "named") if cls else "named"


def unknown(kind: str) -> str:
    """The class of what nothing in the text classifies, by how it shows."""
    return str(reading()["unknown"][kind])


@lru_cache(maxsize=4096)
def top(cls: str) -> str:
    """The class by which texts are annotated that a class counts as; "" for none."""
    return ontology.load().top(cls) if cls else ""


@lru_cache(maxsize=4096)
def compatible(a: str, b: str) -> bool:
    """Whether one thing may carry both classes: one is above the other, or both share their top class."""
    if not a or not b:
        return True
    known = ontology.load()
    return known.is_a(a, b) or known.is_a(b, a) or known.top(a) == known.top(b)


@lru_cache(maxsize=4096)
def finer(a: str, b: str) -> str:
    """The more specific of two compatible classes."""
    if not a or not b:
        return a or b
    return a if len(ontology.load().ancestors(a)) >= len(ontology.load().ancestors(b)) else b


@lru_cache(maxsize=512)
def depth(cls: str) -> int:
    """How many steps a class lies below the class by which texts are annotated; 0 for that class itself."""
    known = ontology.load()
    ancestors = known.ancestors(cls) if cls else ()
    return ancestors.index(known.top(cls)) if cls else 0


@lru_cache(maxsize=1)
def company_classes() -> frozenset[str]:
    """Classes that a name with a legal form may have by its head word ("Industriebank AG")."""
    known = ontology.load()
    tops = reading()["unknown"]["company_classes"]
    return frozenset(c for c in known.classes if any(known.is_a(c, t) for t in tops))
