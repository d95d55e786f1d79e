"""Linked data: which IRI a path of this server stands for, and which path leads to an IRI.

The vocabulary's own part of an IRI is its path here (``…/unit/kWh`` is ``/unit/kWh``, and a term of the ontology, whose
name follows a ``#`` that is never sent, is ``/ontology/NAME``). Data stand under ``/id/``, or, where the setting
`public_base` is the beginning of their IRIs, under their own path. What an IRI names is no page: it is answered by 303,
which leads to ``/page/…`` for people and to ``/data/….ttl`` (or another format) for programs.
"""

from __future__ import annotations

from urllib.parse import quote

from kg.ontology import GM
from kg.serve import negotiate

VOCABULARY = GM.removesuffix("ontology#")
PAGE, DATA = "/page", "/data"
SUFFIX = {
    "turtle": "ttl",
    "ntriples": "nt",
    "rdfxml": "rdf",
    "jsonld": "jsonld",
    "nquads": "nq",
    "trig": "trig",
}
OFFERS = (negotiate.PAGE, *negotiate.GRAPHS)
_SAFE = "/-._~"


def data_prefix(base: str, public_base: str) -> str:
    """The path under which data stand here: with a slash at its end."""
    public = public_base.rstrip("/") + "/"
    if public_base and base.startswith(public) and len(base) > len(public):
        return "/" + base.removeprefix(public)
    return "/id/"


def path_of(iri: str, base: str, prefix: str) -> str:
    """The path that leads to an IRI on this server; "" where it is not of the data and not of the vocabulary."""
    if iri.startswith(base):
        return prefix + quote(iri.removeprefix(base), safe=_SAFE)
    if iri.startswith(GM):
        return "/ontology/" + quote(iri.removeprefix(GM), safe=_SAFE)
    if iri.startswith(VOCABULARY):
        return "/" + quote(iri.removeprefix(VOCABULARY), safe=_SAFE)
    return ""


def iris_of(path: str, base: str, prefix: str) -> tuple[str, ...]:
    """The IRIs that a path may stand for: as it is, and percent-encoded."""
    for start, namespace in ((prefix, base), ("/ontology/", GM), ("/", VOCABULARY)):
        if path.startswith(start):
            rest = path.removeprefix(start)
            return tuple(dict.fromkeys((namespace + rest, namespace + quote(rest, safe=_SAFE))))
    return ()


def by_suffix(path: str) -> tuple[str, tuple[str, str]] | None:
    """A path below /data without its ending, and the format that the ending names."""
    stem, dot, ending = path.removeprefix(DATA).rpartition(".")
    for name, suffix in SUFFIX.items():
        if dot and ending == suffix:
            chosen = negotiate.by_name(name, negotiate.GRAPHS)
            return (stem, chosen) if chosen else None
    return None


def other(path: str, chosen: tuple[str, str]) -> str:
    """Where the 303 of a path (as `path_of` gives it) leads, for a chosen format."""
    if chosen[0] == negotiate.PAGE.name:
        return PAGE + path
    return f"{DATA}{path}.{SUFFIX[chosen[0]]}"
