"""Pages, written by a worker from the store: the overview, things, documents, classes, queries, the graph view."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg import view
from kg.ask import label, library, resolve
from kg.ask.resolve import PREFIXES
from kg.errors import KgError
from kg.ontology import load
from kg.serve import description, documents, lookup, negotiate, queries, results, sparql, web
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

HTML = "text/html; charset=utf-8"
Job = dict[str, Any]


@cache
def prefixes() -> dict[str, str]:
    """Prefixes that a query need not declare, and that Turtle answers use."""
    standard = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "oa": "http://www.w3.org/ns/oa#",
        "dcterms": "http://purl.org/dc/terms/",
    }
    return {**PREFIXES, **standard}


def names(build: Loaded) -> sparql.Names:
    """What a query to this build need not say."""
    return sparql.Names(prefixes(), build.manifest["base"])


def warm(build: Loaded) -> None:
    """Read once, before processes are forked, what every page needs."""
    web.warm()
    library()
    load()
    _ = build.manifest
    label(build, "urn:x")


def href(build: Loaded, iri: str) -> str:
    """The page of an IRI on this server."""
    base: str = build.manifest["base"]
    if iri.startswith(base):
        return "/id/" + quote(iri.removeprefix(base), safe="/-._~")
    return "/about?iri=" + quote(iri, safe="") if iri.startswith(("http:", "https:", "urn:")) else ""


def page(build: Loaded, job: Job, template: str, *, status: int = 200, **values: Any) -> Reply:
    """One template with what all of them use."""
    lang: str = job["lang"]
    ontology = load()
    own = web.words()
    shared = {
        "w": own[lang],
        "lang": lang,
        "languages": [(code, own[code]["language"]) for code in own],
        "path": job["path"],
        "parameters": job["parameters"],
        "href": lambda iri: href(build, iri),
        "fragment": quote,
        "class_label": lambda name: ontology.label(name, lang) if name else "",
        "build": build.manifest,
    }
    return Reply(status, HTML, web.render(template, {**shared, **values}), keep=status == 200)


def overview(build: Loaded, job: Job) -> Reply:
    """Counts, facts to start with, the query library, the graph."""
    lang = job["lang"]
    by_language: dict[str, int] = {}
    for one in build.manifest["inputs"]:
        by_language[one["lang"]] = by_language.get(one["lang"], 0) + 1
    inputs = [(documents.document_iri(build, one["id"]), one["name"], one["lang"]) for one in build.manifest["inputs"]]
    return page(
        build,
        job,
        "overview.html.jinja",
        counts=build.manifest["counts"],
        classes=lookup.counts(build, lang),
        statuses=lookup.statuses(build, lang),
        by_language=sorted(by_language.items()),
        documents=[(iri, label(build, iri, lang), name, code) for iri, name, code in inputs[:50]],
        facts=lookup.facts_to_start_with(build, lang),
        queries=queries.listing(lang),
    )


def about(build: Loaded, job: Job, iri: str) -> Reply:
    """Whatever an IRI names: RDF for programs, and for people the page of its kind."""
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise Problem(404, "not-found", f"{iri!r} is not an IRI: {error}") from error
    known = next(iter(build.store.quads_for_pattern(node, None, None, None)), None)
    known = known or next(iter(build.store.quads_for_pattern(None, None, node, None)), None)
    chosen = negotiate.choose(job["accept"], (negotiate.PAGE, *negotiate.GRAPHS))
    if known is None:
        return not_found(build, job)
    if chosen is not None and chosen[0] != negotiate.PAGE.name:
        return _described(build, node, *chosen)
    lang = job["lang"]
    text = documents.document_of(build, iri)
    if text is not None:
        return _document(build, job, iri, text)
    fact = lookup.fact(build, iri, lang)
    if fact is not None:
        return page(build, job, "fact.html.jinja", fact=fact, title=f"{fact.subject.label} – {fact.relation.label}")
    thing = lookup.thing(build, iri, lang)
    ancestors = [name for name in load().ancestors(thing.cls)] if thing.cls else []
    facts = lookup.facts_about(build, iri, lang)
    return page(
        build,
        job,
        "thing.html.jinja",
        thing=thing,
        ancestors=ancestors,
        names=documents.names(build, iri),
        unnamed=documents.is_unnamed(build, iri),
        definition=documents.definition(build, iri, lang),
        facts=[one for one in facts if one.object is not None],
        figures=[one for one in facts if one.object is None],
    )


def _described(build: Loaded, node: ox.NamedNode, name: str, media_type: str) -> Reply:
    found = build.store.query(f"DESCRIBE {node}")
    assert isinstance(found, ox.QueryTriples)
    written = results.write_triples(found, name, 100_000, 1 << 26, prefixes())
    return Reply(200, media_type, written.body, keep=True)


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
        wanted=parameters.get("fact", ""),
        quoted=(start, start + len(quoted)) if start >= 0 else (0, 0),
    )


def members(build: Loaded, job: Job, name: str) -> Reply:
    """The entities of one class."""
    if name not in load().classes:
        return not_found(build, job)
    things = lookup.members(build, name, job["lang"])
    return page(build, job, "members.html.jinja", cls=name, things=things)


def graph(build: Loaded, job: Job) -> Reply:
    """The graph view, whole, of a query's result, or around an entity."""
    params = dict(job["parameters"])
    around, query = params.pop("around", None), params.pop("query", None)
    try:
        text = view.html(build, query=query, params=params, around=around, lang=job["lang"])
    except KgError as error:
        return page(build, job, "error.html.jinja", status=404, message=str(error))
    return Reply(200, HTML, text.encode("utf-8", "replace"), (("x-view", "1"),), keep=True)


def search(build: Loaded, job: Job) -> Reply:
    """The page of the entity that a name leads to, or what is near it."""
    text = dict(job["parameters"]).get("q", "")
    try:
        iri = resolve(build, text, "entity")
    except KgError as error:
        return page(build, job, "error.html.jinja", status=404, message=str(error))
    return Reply(303, "text/plain; charset=utf-8", b"", (("location", href(build, iri)),))


def endpoint(build: Loaded, job: Job, settings: Settings) -> Reply:
    """/sparql for people (a form, an answer as a page), and its description for programs."""
    if job["query"]:
        return queries.sparql_page(build, job, settings, names(build), page)
    chosen = negotiate.choose(job["accept"], (*negotiate.GRAPHS, negotiate.PAGE))
    if chosen is None:
        raise Problem(406, "not-acceptable", f"The description can be had as {negotiate.listing(negotiate.GRAPHS)}.")
    if chosen[0] != negotiate.PAGE.name:
        return description.answer(build, job["endpoint"], *chosen, prefixes())
    return page(build, job, "sparql.html.jinja", query="", answer=None, problem=None)


def not_found(build: Loaded, job: Job) -> Reply:
    """A 404 that a person can read."""
    if negotiate.choose(job["accept"], (negotiate.Offer("any", ("application/json",)), negotiate.PAGE)) in (
        None,
        ("any", "application/json"),
    ):
        raise Problem(404, "not-found", f"There is nothing at {job['path']}.", {"hint": "The overview is at /."})
    message = web.words()[job["lang"]]["not_found"]
    return page(build, job, "error.html.jinja", status=404, message=f"{message} {job['path']}")


_FIXED: dict[str, Callable[[Loaded, Job], Reply]] = {"/": overview, "/view": graph, "/search": search}


def answer(build: Loaded, job: Job, settings: Settings) -> Reply:
    """The page at a path."""
    path: str = job["path"]
    base: str = build.manifest["base"]
    if path.rstrip("/") == "/sparql":
        return endpoint(build, job, settings)
    if path in _FIXED:
        return _FIXED[path](build, job)
    if path == "/about":
        return about(build, job, dict(job["parameters"]).get("iri", ""))
    for start, inside in (("/id/", ""), ("/entity/", ""), ("/document/", "document/")):
        if path.startswith(start):
            return about(build, job, base + inside + path.removeprefix(start))
    if path.startswith("/class/"):
        return members(build, job, path.removeprefix("/class/"))
    if path.startswith("/queries/"):
        return queries.query_page(build, job, path.removeprefix("/queries/"), page)
    return not_found(build, job)
