"""Content negotiation (RFC 9110, section 12.5): which of the formats on offer the client likes best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Offer:
    """A format that can be written: its short name, and its media types, the proper one first."""

    name: str
    types: tuple[str, ...]


RESULTS: tuple[Offer, ...] = (
    Offer("json", ("application/sparql-results+json", "application/json")),
    Offer("xml", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Offer("csv", ("text/csv",)),
    Offer("tsv", ("text/tab-separated-values",)),
)
GRAPHS: tuple[Offer, ...] = (
    Offer("turtle", ("text/turtle", "application/x-turtle")),
    Offer("ntriples", ("application/n-triples", "text/plain")),
    Offer("rdfxml", ("application/rdf+xml", "application/xml", "text/xml")),
    Offer("jsonld", ("application/ld+json", "application/json")),
    Offer("nquads", ("application/n-quads",)),
    Offer("trig", ("application/trig",)),
)
PAGE = Offer("html", ("text/html", "application/xhtml+xml"))


@lru_cache(maxsize=512)
def _ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """Media ranges of an Accept header with their weights; what cannot be read counts for nothing."""
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" not in name:
            continue
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    weight = 0.0
        found.append((name, weight))
    return tuple(found)


def _weight(media_type: str, ranges: Sequence[tuple[str, float]], *, proper: bool) -> float:
    """The weight of the most specific range that covers a type; a type beside the proper one must be named in full."""
    family = media_type.split("/")[0] + "/*"
    best = (0, 0.0)
    for name, weight in ranges:
        rank = 3 if name == media_type else 2 if name == family and proper else 1 if name == "*/*" and proper else 0
        if rank:
            best = max(best, (rank, weight))
    return best[1]


def choose(accept: str | None, offers: Sequence[Offer]) -> tuple[str, str] | None:
    """(name, media type) of the best offer, the earlier of equals; None where the client takes none of them."""
    if not accept or not accept.strip():
        return offers[0].name, offers[0].types[0]
    ranges = _ranges(accept)
    best: tuple[float, str, str] | None = None
    for offer in offers:
        for media_type in offer.types:
            weight = _weight(media_type, ranges, proper=media_type == offer.types[0])
            if weight > 0 and (best is None or weight > best[0]):
                best = (weight, offer.name, media_type)
    return None if best is None else best[1:]


def by_name(name: str, offers: Sequence[Offer]) -> tuple[str, str] | None:
    """The offer of that short name or media type (`?format=csv`)."""
    for offer in offers:
        if name == offer.name or name in offer.types:
            return offer.name, offer.types[0]
    return None


def listing(*groups: Sequence[Offer]) -> str:
    """The proper media types, for a message."""
    return ", ".join(offer.types[0] for offers in groups for offer in offers)
