"""The data in the terms of other vocabularies, by the CONSTRUCT queries of `queries/publish/`.

>>> export_as(build, "schema.org", "ttl")
"""

from __future__ import annotations

import io

import pyoxigraph as ox

from kg.errors import KgError
from kg.infer import read_queries
from kg.ontology import queries_dir
from kg.store import Build

_SYNTAX = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "ent": "https://w3id.org/green-manufacturing/id/",
    "gm": "https://w3id.org/green-manufacturing/ontology#",
    "ind": "https://w3id.org/green-manufacturing/indicator/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}


def vocabularies() -> tuple[str, ...]:
    """Names of the vocabularies in whose terms the data can be told: the files of `queries/publish/`."""
    return tuple(query.name for query in read_queries(queries_dir() / "publish"))


def export_as(build: Build, vocabulary: str, fmt: str) -> bytes:
    """What a build holds in the terms of `vocabulary`, sorted, as ttl, nt, rdfxml or jsonld."""
    queries = {query.name: query for query in read_queries(queries_dir() / "publish")}
    if vocabulary not in queries:
        raise KgError(f"There is no vocabulary {vocabulary!r} to tell the data in. Known: {', '.join(queries)}.")
    if fmt not in _SYNTAX:
        raise KgError(f"There is no format {fmt!r} for data in another vocabulary. Formats: {', '.join(_SYNTAX)}.")
    found = build.store.query(queries[vocabulary].text)
    if not isinstance(found, ox.QueryTriples):
        raise KgError(f"The query {vocabulary} of queries/publish/ must be a CONSTRUCT query.")
    triples = sorted(dict.fromkeys(found), key=str)
    out = io.BytesIO()
    ox.serialize(triples, out, format=_SYNTAX[fmt], prefixes=None if fmt == "nt" else _PREFIXES)
    return out.getvalue()
