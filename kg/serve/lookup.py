"""What pages show, read from the store: things, facts with their evidence, documents. Plain values, labels included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.ask import label
from kg.ask.resolve import specific_types
from kg.ontology import GM, load
from kg.serve.snapshot import Loaded

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FACTS, MEMBERS = 500, 1000
"""What one page shows of a thing or document, and of a class; a page that is full says that there may be more."""
PROLOGUE = f"""PREFIX gm: <{GM}>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX oa: <http://www.w3.org/ns/oa#>
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """An IRI with its label and the local name of its class ("" for none)."""

    iri: str
    label: str
    cls: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence that states a fact: where it stands, and how it was recognised."""

    document: str
    title: str
    start: int
    end: int
    text: str
    rule: str
    cue: str
    written: str
    page: str = ""
    """The page on which it begins, "" where the document has none."""
    reprint: Thing | None = None
    """The document of which this one is a reprint: both are one source."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement or a figure, with labels in one language, and its evidence."""

    iri: str
    subject: Thing
    relation: Thing
    object: Thing | None
    figure: str
    unit: str
    status: Thing | None
    period: str
    substance: str
    belief: str
    sources: str
    quotes: list[Quote] = field(default_factory=list)


def rows(build: Loaded, query: str) -> Iterator[dict[str, str]]:
    """Solutions as text by variable; unbound variables are ""."""
    found = build.store.query(PROLOGUE + query)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: "" if (term := solution[name]) is None else _text(term) for name in names}


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def values(iris: Iterable[str]) -> str:
    """IRIs for a VALUES block; each is checked to be one."""
    return " ".join(str(ox.NamedNode(iri)) for iri in iris)


def local(iri: str) -> str:
    """The local name of a class of the ontology, or ""."""
    return iri.removeprefix(GM) if iri.startswith(GM) else ""


def class_of(build: Loaded, iri: str) -> str:
    """The most specific class that is the ontology's and not just about evidence."""
    names = [local(one) for one in specific_types(build.store, iri)]
    return next((name for name in names if name in load().classes), "")


def thing(build: Loaded, iri: str, lang: str) -> Thing:
    """An IRI ready to be shown."""
    return Thing(iri, label(build, iri, lang), class_of(build, iri))


def term(build: Loaded, iri: str, lang: str) -> Thing | None:
    """A word of the ontology ready to be shown."""
    return Thing(iri, label(build, iri, lang)) if iri else None


_FACT = """SELECT DISTINCT ?fact ?s ?p ?o ?value ?upper ?unit ?status ?period ?qualifier ?substance ?belief ?sources
WHERE {
  %s
  { ?fact rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }
  UNION { ?fact gm:about ?s ; gm:indicator ?p ; gm:numericValue ?value
    OPTIONAL { ?fact gm:upperValue ?upper } OPTIONAL { ?fact gm:unit ?unit } OPTIONAL { ?fact gm:period ?period }
    OPTIONAL { ?fact gm:qualifier ?qualifier } OPTIONAL { ?fact gm:substance ?substance } }
  OPTIONAL { ?fact gm:statedStatus ?status } OPTIONAL { ?fact gm:belief ?belief }
  OPTIONAL { ?fact gm:sourceCount ?sources }
} ORDER BY ?p DESC(?belief) ?fact %s"""
_ABOUT = "{ ?fact rdf:subject %(iri)s } UNION { ?fact rdf:object %(iri)s } UNION { ?fact gm:about %(iri)s }"
_QUOTES = """SELECT ?fact ?document ?text ?start ?end ?rule ?cue ?written ?page ?reprint WHERE {
  VALUES ?fact { %s } ?fact gm:hasEvidence ?evidence .
  GRAPH ?document { ?evidence oa:hasSelector ?quote , ?position . ?quote oa:exact ?text .
    ?position oa:start ?start ; oa:end ?end
    OPTIONAL { ?evidence gm:rule ?rule } OPTIONAL { ?evidence gm:cue ?cue }
    OPTIONAL { ?evidence gm:writtenAs ?written } OPTIONAL { ?evidence gm:page ?page }
    OPTIONAL { ?document gm:reprintOf ?reprint } }
} ORDER BY ?fact ?document ?start ?cue"""


def facts_about(build: Loaded, iri: str, lang: str, limit: int = FACTS) -> list[Fact]:
    """Facts in which a thing takes part."""
    return _facts(build, _ABOUT % {"iri": ox.NamedNode(iri)}, lang, limit)


def fact(build: Loaded, iri: str, lang: str) -> Fact | None:
    """One fact by its IRI."""
    return next(iter(_facts(build, f"VALUES ?fact {{ {values([iri])} }}", lang, 1)), None)


def facts_in(build: Loaded, document: str, lang: str, limit: int = FACTS) -> list[Fact]:
    """Facts that a document states."""
    stated = f"GRAPH {values([document])} {{ ?e a gm:Evidence }} ?fact gm:hasEvidence ?e"
    return _facts(build, f"{{ SELECT DISTINCT ?fact WHERE {{ {stated} }} }}", lang, limit)


def facts_to_start_with(build: Loaded, lang: str, limit: int = 8) -> list[Fact]:
    """The facts that most sources state, and of these the most certain."""
    best = rows(
        build,
        f"""SELECT ?fact WHERE {{ ?fact a gm:Fact ; gm:belief ?belief ; gm:sourceCount ?sources ; gm:hasEvidence ?e }}
        GROUP BY ?fact ?sources ?belief ORDER BY DESC(?sources) DESC(?belief) ?fact LIMIT {limit}""",
    )
    wanted = [row["fact"] for row in best]
    found = {one.iri: one for one in _facts(build, f"VALUES ?fact {{ {values(wanted)} }}", lang, 10 * limit)}
    return [found[iri] for iri in wanted if iri in found]


def _facts(build: Loaded, pattern: str, lang: str, limit: int) -> list[Fact]:
    found: dict[str, Fact] = {}
    for row in rows(build, _FACT % (pattern, f"LIMIT {limit}")):
        found.setdefault(row["fact"], _fact(build, row, lang))
    titles: dict[str, str] = {}
    seen: set[tuple[str, str, str, str]] = set()
    for row in rows(build, _QUOTES % values(found)) if found else ():
        key = (row["fact"], row["document"], row["start"], row["end"])
        if key in seen:
            continue
        seen.add(key)
        document = row["document"]
        title = titles.setdefault(document, label(build, document, lang))
        place = (int(row["start"]), int(row["end"]))
        first = term(build, row["reprint"], lang)
        found[row["fact"]].quotes.append(
            Quote(document, title, *place, row["text"], row["rule"], row["cue"], row["written"], row["page"], first)
        )
    return list(found.values())


def _fact(build: Loaded, row: dict[str, str], lang: str) -> Fact:
    figure = _number(row["value"])
    if row["upper"]:
        figure += f"–{_number(row['upper'])}"
    figure = _EXACTNESS.get(row["qualifier"], "") + figure
    unit, substance = (term(build, row[name], lang) for name in ("unit", "substance"))
    named = substance.label if substance else ""
    return Fact(
        row["fact"],
        thing(build, row["s"], lang),
        Thing(row["p"], label(build, row["p"], lang)),
        thing(build, row["o"], lang) if row["o"] else None,
        figure,
        unit.label if unit else "",
        term(build, row["status"], lang),
        row["period"],
        "" if unit and named in unit.label else named,
        row["belief"],
        row["sources"],
    )


_EXACTNESS = {"atLeast": "≥ ", "atMost": "≤ ", "about": "≈ "}


def _number(text: str) -> str:
    """A decimal number with its digits in groups, which reads the same in every language."""
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u202f") if whole.lstrip("-").isdigit() and len(whole) > 4 else whole
    return grouped + point + rest


def counts(build: Loaded, lang: str) -> list[tuple[Thing, int]]:
    """The annotation-level classes that have entities, most first, with how many."""
    ontology = load()
    tops = [name for name, cls in ontology.classes.items() if cls.top and ontology.is_a(name, "Entity")]
    query = f"""SELECT ?c (COUNT(DISTINCT ?e) AS ?n) WHERE {{ VALUES ?c {{ {values(GM + name for name in tops)} }}
      ?e a ?c }} GROUP BY ?c"""
    found = [
        (Thing(row["c"], label(build, row["c"], lang), local(row["c"])), int(row["n"])) for row in rows(build, query)
    ]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: (-pair[1], pair[0].iri))


def statuses(build: Loaded, lang: str) -> list[tuple[Thing, int]]:
    """How many figures have which status."""
    query = """SELECT ?c (COUNT(DISTINCT ?o) AS ?n) WHERE { ?o a gm:Observation ; gm:statedStatus ?c } GROUP BY ?c"""
    found = [(Thing(row["c"], label(build, row["c"], lang)), int(row["n"])) for row in rows(build, query)]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: (-pair[1], pair[0].iri))


def members(build: Loaded, cls: str, lang: str, limit: int = MEMBERS) -> list[Thing]:
    """Entities of a class of the ontology, by label."""
    query = f"SELECT DISTINCT ?e WHERE {{ ?e a {values([GM + cls])} }} ORDER BY ?e LIMIT {limit}"
    return sorted((thing(build, row["e"], lang) for row in rows(build, query)), key=lambda one: one.label.casefold())
