"""What a report should have told of a thing and none did, by `ontology/expectations.ttl`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ask import Snapshot, label
from kg.ontology import GM, Expectation, Ontology, load


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing, and what is missing of it."""

    about: str
    """IRI of the thing."""
    name: str
    expectation: str
    """Name of the expectation."""
    missing: str
    """What is missing, in words."""
    cls: str
    """Local name of the class of which it is expected."""

    def __str__(self) -> str:
        return f"{self.name}: {self.missing}"


def gaps(
    build: Snapshot, lang: str = "en", cls: str = "", about: str = "", ontology: Ontology | None = None
) -> list[Gap]:
    """Everything that is missing, thing by thing; only of the members of a class, or of one thing, where given."""
    known = ontology or load()
    found = [gap for one in known.expectations if one.least for gap in _missing(build, one, lang, known)]
    chosen = (gap for gap in found if (not about or gap.about == about) and (not cls or known.is_a(gap.cls, cls)))
    return sorted(chosen, key=lambda gap: (gap.cls, gap.name, gap.about, gap.expectation))


def _missing(build: Snapshot, expectation: Expectation, lang: str, ontology: Ontology) -> Iterator[Gap]:
    words = expectation.labels.get(lang) or expectation.labels.get("en") or expectation.name
    for target in expectation.targets:
        rows = build.store.query(sparql(expectation, target))
        assert isinstance(rows, ox.QuerySolutions)
        for row in rows:
            iri = row["thing"].value
            yield Gap(iri, label(build, iri, lang), expectation.name, words, ontology.name_of(target))


def sparql(expectation: Expectation, target: str) -> str:
    """The query for the members of a class that lack what is expected of them; unnamed groups are left out."""
    ends = ("?value", "?thing") if expectation.inverse else ("?thing", "?value")
    wanted = [f"{ends[0]} <{expectation.path}> {ends[1]} ."]
    for cls in expectation.classes:
        wanted.append(f"?value a <{cls}> .")
    if expectation.by:
        values = " ".join(f"<{iri}>" for iri in expectation.values)
        wanted.append(f"VALUES ?counted {{ {values} }} ?value <{expectation.by}> ?counted .")
    return f"""SELECT ?thing (COUNT(DISTINCT ?value) AS ?n) WHERE {{
      ?thing a <{target}> FILTER NOT EXISTS {{ ?thing <{GM}generic> true }}
      OPTIONAL {{ {" ".join(wanted)} }}
    }} GROUP BY ?thing HAVING(COUNT(DISTINCT ?value) < {expectation.least})"""
