"""The documentation of the ontology, as `kg export docs` writes it, with examples from the data that are served."""

from __future__ import annotations

from urllib.parse import unquote

from kg.ontology import load
from kg.publish.instances import Instances
from kg.publish.pages import SHARED, Site, file_of, shared
from kg.serve import web
from kg.serve.frame import HTML, Job, href, not_found
from kg.serve.reply import Reply
from kg.serve.snapshot import Loaded

PATH = "/docs"
_MEDIA = {"html": HTML, "svg": "image/svg+xml", "png": "image/png"}


def address(iri: str, job: Job) -> str:
    """Where a term of the ontology is documented; "" for what is none."""
    term = load().terms.get(iri)
    return f"{job['root']}{PATH}/{job['lang']}/{file_of(term)}" if term else ""


def answer(build: Loaded, job: Job) -> Reply:
    """/docs/LANGUAGE/FILE, and the files that all languages share; /docs alone leads to the reader's language."""
    lang, _, name = unquote(job["path"].removeprefix(PATH).strip("/")).partition("/")
    if not name and lang in SHARED:
        return Reply(200, SHARED[lang], shared(lang), keep=True)
    if not name and lang in ("", *web.languages()):
        start = f"{job['root']}{PATH}/{lang or job['lang']}/index.html"
        return Reply(302, "text/plain; charset=utf-8", b"", (("location", start),))
    site = Site(load(), Instances(build), lambda iri: href(build, job, iri), f"{job['root']}/?lang={lang}")
    found = site.file(lang, name)
    if found is None:
        return not_found(build, job)
    return Reply(200, _MEDIA[name.rpartition(".")[2]], found, keep=True)
