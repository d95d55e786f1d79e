"""What every page has in common: its template's values, its links, the prefixes of the build."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from kg.ask import label, library
from kg.ask.resolve import PREFIXES
from kg.ontology import load
from kg.serve import linked, negotiate, sparql, web
from kg.serve.reply import Problem, Reply
from kg.serve.snapshot import Loaded

HTML = "text/html; charset=utf-8"
Job = dict[str, Any]
"""path, parameters, lang, accept, origin and query as the server sends them; root and prefix as `pages` adds them."""


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
        "search": f"{linked.VOCABULARY}search/",
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


def href(build: Loaded, job: Job, iri: str) -> str:
    """Where an IRI is told of on this server; "" for what is no address."""
    path = linked.path_of(iri, build.manifest["base"], job["prefix"])
    if not path and iri.startswith(("http:", "https:", "urn:")):
        path = "/about?iri=" + quote(iri, safe="")
    return job["root"] + path if path else ""


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
        "root": job["root"],
        "parameters": job["parameters"],
        "href": lambda iri: href(build, job, iri),
        "fragment": quote,
        "class_label": lambda name: ontology.label(name, lang) if name else "",
        "build": build.manifest,
    }
    return Reply(status, HTML, web.render(template, {**shared, **values}), keep=status == 200)


def not_found(build: Loaded, job: Job) -> Reply:
    """A 404 that a person can read."""
    if negotiate.choose(job["accept"], (negotiate.Offer("any", ("application/json",)), negotiate.PAGE)) in (
        None,
        ("any", "application/json"),
    ):
        raise Problem(404, "not-found", f"There is nothing at {job['path']}.", {"hint": "The overview is at /."})
    message = web.words()[job["lang"]]["not_found"]
    return page(build, job, "error.html.jinja", status=404, message=f"{message} {job['path']}")
