"""Pages, written by a worker from the store: the overview, things, documents, classes, queries, the graph view."""

from __future__ import annotations

from collections.abc import Callable

from kg.ask import label, resolve
from kg.errors import KgError
from kg.ontology import load
from kg.serve import compared, description, documentation, documents, linked, lookup, negotiate, queries, things
from kg.serve.frame import HTML, Job, href, names, not_found, page, prefixes
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded


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


def members(build: Loaded, job: Job, name: str) -> Reply:
    """The entities of one class."""
    if name not in load().classes:
        return not_found(build, job)
    found = lookup.members(build, name, job["lang"])
    return page(
        build,
        job,
        "members.html.jinja",
        cls=name,
        things=found,
        cut=len(found) >= lookup.MEMBERS,
        iri=load().class_iri(name),
    )


def graph(build: Loaded, job: Job) -> Reply:
    """The graph view, whole, of a query's result, or around an entity."""
    from kg import view  # it takes half a second to load, and most processes never show it

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
    return Reply(303, "text/plain; charset=utf-8", b"", (("location", href(build, job, iri)),))


def endpoint(build: Loaded, job: Job, settings: Settings) -> Reply:
    """/sparql for people (a form, an answer as a page), and its description for programs."""
    if job["query"]:
        return queries.sparql_page(build, job, settings, names(build), page)
    chosen = negotiate.choose(job["accept"], (*negotiate.GRAPHS, negotiate.PAGE))
    if chosen is None:
        raise Problem(406, "not-acceptable", f"The description can be had as {negotiate.listing(negotiate.GRAPHS)}.")
    if chosen[0] != negotiate.PAGE.name:
        return description.answer(build, job["origin"], chosen, prefixes(), settings, data=False)
    return page(build, job, "sparql.html.jinja", query="", answer=None, problem=None)


def void(build: Loaded, job: Job, settings: Settings) -> Reply:
    """The description of the data set, in VoID and DCAT."""
    # A browser takes no RDF by name, and is shown the same text.
    chosen = negotiate.choose(job["accept"], negotiate.GRAPHS) or (negotiate.GRAPHS[0].name, "text/plain")
    return description.answer(build, job["origin"], chosen, prefixes(), settings, data=True)


_FIXED: dict[str, Callable[[Loaded, Job], Reply]] = {
    "/": overview,
    "/view": graph,
    "/conflicts": compared.contradictions,
    "/gaps": compared.missing,
    "/diff": compared.changes,
    "/search": search,
    "/ontology": things.ontology,
}


def answer(build: Loaded, job: Job, settings: Settings) -> Reply:
    """The page at a path."""
    path: str = job["path"]
    prefix = linked.data_prefix(build.manifest["base"], settings.public_base)
    job = {**job, "root": settings.root_path, "prefix": prefix}
    if path.rstrip("/") == "/sparql":
        return endpoint(build, job, settings)
    if path == "/void":
        return void(build, job, settings)
    if path == "/.well-known/void":
        return Reply(302, "text/plain; charset=utf-8", b"", (("location", settings.root_path + "/void"),))
    if path in _FIXED:
        return _FIXED[path](build, job)
    if path == documentation.PATH or path.startswith(documentation.PATH + "/"):
        return documentation.answer(build, job)
    if path == "/about":
        return things.about(build, job, dict(job["parameters"]).get("iri", ""), settings)
    for start, kind in (("/class/", members), ("/queries/", _query)):
        if path.startswith(start):
            return kind(build, job, path.removeprefix(start))
    if path.startswith(linked.PAGE + "/"):
        return things.shown(build, job, path.removeprefix(linked.PAGE), settings)
    if path.startswith(linked.DATA + "/"):
        return things.data(build, job, path, settings)
    for short, inside in (("/entity/", prefix), ("/document/", f"{prefix}document/")):
        if path.startswith(short):
            path = inside + path.removeprefix(short)
    # A path that came percent-encoded may be meant so, or decoded.
    iri = things.known(build, path, settings) or things.known(build, job["raw_path"], settings)
    return things.resolved(build, job, iri, settings) if iri else not_found(build, job)


def _query(build: Loaded, job: Job, name: str) -> Reply:
    return queries.query_page(build, job, name, page)
