"""The graphs of the competency questions: the ontology with sample.trig and the broader classes of each entity, and the
ontology with wider.ttl and all that the rules infer."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.infer import infer
from kg.ontology import ntriples

HERE = Path(__file__).parent
ENT = "https://w3id.org/green-manufacturing/id/"
BROADER = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?thing a ?broader } WHERE { ?thing a ?class . ?class rdfs:subClassOf+ ?broader FILTER(isIRI(?broader)) }
"""


@dataclass(frozen=True)
class Sample:
    """What a question needs of a build."""

    store: ox.Store


@functools.cache
def sample() -> Sample:
    store = ox.Store()
    store.load(ntriples().encode(), format=ox.RdfFormat.N_TRIPLES)
    store.load(path=str(HERE / "sample.trig"), format=ox.RdfFormat.TRIG)
    store.update(BROADER)
    return Sample(store)


@functools.cache
def wider() -> Sample:
    store = ox.Store()
    store.load(ntriples().encode(), format=ox.RdfFormat.N_TRIPLES)
    store.load((Path(__file__).parents[2] / "ontology" / "view.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    store.load(path=str(HERE / "wider.ttl"), format=ox.RdfFormat.TURTLE)
    infer(store)
    return Sample(store)
