"""Room 5: claims -> facts, each with all the evidence for it and how far to believe it.

>>> facts = assemble(extractions, entities, ontology)
>>> links = connect(facts, ontology)

Claims of one meaning make one fact. A relation's meaning is subject, predicate, object, status; a figure's meaning is
whose it is, what it measures, its value in base units, status, period and substance, so that 32.6 million kWh and
32.6 GWh meet. Belief grows with independent sources only: two prints of one text are one source. `connect` says how
facts stand to each other: which refines which, which contradict each other, and which figures fit each other.
"""

from kg.facts.amounts import Reach, reach, to_base
from kg.facts.assemble import assemble
from kg.facts.belief import DEFAULT_PRIOR, believe, prior
from kg.facts.connect import Links, connect
from kg.facts.contradict import is_by_subject
from kg.facts.derived import Derived, reckonable
from kg.facts.model import Evidence, Fact, Facts, Figure, digest, plain
from kg.facts.sources import Sketch, Sources, grouped, independent, sketch
from kg.facts.ties import Tie, holders, partners, sharing, ties, tying

__all__ = [
    "DEFAULT_PRIOR",
    "Derived",
    "Evidence",
    "Fact",
    "Facts",
    "Figure",
    "Links",
    "Reach",
    "Sketch",
    "Sources",
    "Tie",
    "assemble",
    "believe",
    "connect",
    "digest",
    "grouped",
    "holders",
    "independent",
    "is_by_subject",
    "partners",
    "plain",
    "prior",
    "reach",
    "reckonable",
    "sharing",
    "sketch",
    "ties",
    "to_base",
    "tying",
]
