"""Whatever an IRI names, for people as a page of its kind and for programs as RDF."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg.ask import label
from kg.ontology import GM, load, ntriples
from kg.serve import documentation, documents, linked, lookup, negotiate, results
from kg.serve.frame import Job, not_found, page, prefixes
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise Problem(404, "not-found", f"{iri!r} is not an IRI: {error}") from error


def _known(build: Loaded, iri: str) -> bool:
    node = _node(iri)
    ways: tuple[tuple[ox.NamedNode | None, ox.NamedNode | None], ...] = ((node, None), (None, node))
    return any(next(iter(build.store.quads_for_pattern(s, None, o, None)), None) is not None for s, o in ways)


def known(build: Loaded, path: str, settings: Settings) -> str:
    """The IRI of the graph that a path stands for; "" where there is none."""
    base: str = build.manifest["base"]
    for iri in linked.iris_of(path, base, linked.data_prefix(base, settings.public_base)):
        try:
            if _known(build, iri):
                return iri
        except Problem:
            continue
    return ""


def resolved(build: Loaded, job: Job, iri: str, settings: Settings) -> Reply:
    """An IRI of the graph: a document is itself what is sent, anything else is told of elsewhere (303)."""
    chosen = negotiate.choose(job["accept"], linked.OFFERS)
    if chosen is None:
        raise Problem(406, "not-acceptable", f"This can be had as {negotiate.listing(linked.OFFERS)}.")
    if documents.document_of(build, iri) is not None:
        return _shown(build, job, iri) if chosen[0] == negotiate.PAGE.name else _described(build, iri, chosen)
    base: str = build.manifest["base"]
    path = linked.path_of(iri, base, linked.data_prefix(base, settings.public_base))
    where = job["origin"] + linked.other(path, chosen)
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in job["parameters"])
    where += f"?{query}" if query and chosen[0] == negotiate.PAGE.name else ""
    return Reply(303, "text/plain; charset=utf-8", f"{where}\n".encode(), (("location", where),))


def shown(build: Loaded, job: Job, path: str, settings: Settings) -> Reply:
    """The page about the IRI of a path."""
    iri = known(build, path, settings)
    return _shown(build, job, iri) if iri else not_found(build, job)


def data(build: Loaded, job: Job, path: str, settings: Settings) -> Reply:
    """RDF about the IRI of a path with an ending such as .ttl."""
    found = linked.by_suffix(path)
    if found and found[0] == "/ontology":
        return _whole_ontology(found[1])
    iri = known(build, found[0], settings) if found else ""
    return _described(build, iri, found[1]) if found and iri else not_found(build, job)


def about(build: Loaded, job: Job, iri: str, settings: Settings) -> Reply:
    """Any IRI of the graph, asked for by /about?iri=."""
    if not _known(build, iri):
        return not_found(build, job)
    chosen = negotiate.choose(job["accept"], linked.OFFERS)
    if chosen is not None and chosen[0] != negotiate.PAGE.name:
        return _described(build, iri, chosen)
    return _shown(build, job, iri)


def _described(build: Loaded, iri: str, chosen: tuple[str, str]) -> Reply:
    found = build.store.query(f"DESCRIBE {_node(iri)}", use_default_graph_as_union=True)
    assert not isinstance(found, ox.QuerySolutions | ox.QueryBoolean)
    written = results.write_triples(found, chosen[0], results.GENEROUS, prefixes())
    return results.reply(written, chosen[1], keep=True)


def _shown(build: Loaded, job: Job, iri: str) -> Reply:
    lang = job["lang"]
    text = documents.document_of(build, iri)
    if text is not None:
        return _document(build, job, iri, text)
    fact = lookup.fact(build, iri, lang)
    if fact is not None:
        return page(build, job, "fact.html.jinja", fact=fact, title=f"{fact.subject.label} – {fact.relation.label}")
    thing = lookup.thing(build, iri, lang)
    facts = lookup.facts_about(build, iri, lang)
    return page(
        build,
        job,
        "thing.html.jinja",
        thing=thing,
        ancestors=list(load().ancestors(thing.cls)) if thing.cls else [],
        names=documents.names(build, iri),
        unnamed=documents.is_unnamed(build, iri),
        definition=documents.definition(build, iri, lang),
        facts=[one for one in facts if one.object is not None],
        figures=[one for one in facts if one.object is None],
        cut=len(facts) >= lookup.FACTS,
        term=_term(iri, lang),
        documented=documentation.address(iri, job),
    )


def _term(iri: str, lang: str) -> dict[str, list[tuple[str, str]]]:
    """For a term of the ontology: broader and narrower classes, domain and range, each as (IRI, label)."""
    ontology, name = load(), iri.removeprefix(GM)

    def named(names: Any) -> list[tuple[str, str]]:
        return [(GM + one, ontology.label(one, lang)) for one in sorted(names) if one in ontology.classes]

    if not iri.startswith(GM):
        return {}
    if name in ontology.classes:
        below = [one for one, cls in ontology.classes.items() if name in cls.parents]
        found = {"broader": named(ontology.classes[name].parents), "narrower": named(below)}
    elif name in ontology.properties:
        found = {"domain": named(ontology.properties[name].domain), "range": named(ontology.properties[name].range)}
    else:
        return {}
    return {key: value for key, value in found.items() if value}


def _document(build: Loaded, job: Job, iri: str, document: dict[str, Any]) -> Reply:
    facts = documents.in_text_order(lookup.facts_in(build, iri, job["lang"]), iri)
    parameters = dict(job["parameters"])
    quoted = parameters.get("quote", "")
    start = document["text"].find(quoted) if quoted else -1
    return page(
        build,
        job,
        "document.html.jinja",
        document=document,
        iri=iri,
        title=label(build, iri, job["lang"]),
        pieces=documents.marked(document["text"], iri, facts),
        facts=facts,
        cut=len(facts) >= lookup.FACTS,
        wanted=parameters.get("fact", ""),
        quoted=(start, start + len(quoted)) if start >= 0 else (0, 0),
    )


def ontology(build: Loaded, job: Job) -> Reply:
    """The ontology as a document: a page that lists its terms, or all of it as RDF."""
    chosen = negotiate.choose(job["accept"], linked.OFFERS)
    if chosen is not None and chosen[0] != negotiate.PAGE.name:
        return _whole_ontology(chosen)
    known, lang = load(), job["lang"]
    groups = [
        (title, [(name, known.label(name, lang), GM + name) for name in sorted(terms) if _known(build, GM + name)])
        for title, terms in (("class", known.classes), ("relation", known.properties))
    ]
    return page(build, job, "ontology.html.jinja", groups=groups, version=known.version)


def _whole_ontology(chosen: tuple[str, str]) -> Reply:
    triples = (quad.triple for quad in ox.parse(ntriples(), format=ox.RdfFormat.N_TRIPLES))
    written = results.write_triples(triples, chosen[0], results.GENEROUS, prefixes())
    return results.reply(written, chosen[1], keep=True)
