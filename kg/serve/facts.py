"""Facts with their sentences, as plain data for programs: /api/describe and /api/evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.ask import resolve
from kg.errors import KgError
from kg.serve import documents, lookup
from kg.serve.reply import Problem, Reply, as_json
from kg.serve.snapshot import Loaded

Json = dict[str, Any]
MOST = 100
"""Facts of one answer."""


def _thing(thing: lookup.Thing | None) -> Json | None:
    return {"iri": thing.iri, "label": thing.label, "class": thing.cls} if thing else None


def _quote(quote: lookup.Quote) -> Json:
    return {
        "sentence": quote.text,
        "document": quote.document,
        "title": quote.title,
        "start": quote.start,
        "end": quote.end,
        "rule": quote.rule,
        "cue": quote.cue,
        "reprintOf": quote.reprint.iri if quote.reprint else "",
    }


def _fact(fact: lookup.Fact) -> Json:
    told: Json = {
        "iri": fact.iri,
        "subject": _thing(fact.subject),
        "relation": _thing(fact.relation),
        "status": fact.status.label if fact.status else "",
        "belief": fact.belief,
        "sources": fact.sources,
        "evidence": [_quote(one) for one in fact.quotes],
    }
    if fact.object is not None:
        return told | {"object": _thing(fact.object)}
    return told | {"figure": fact.figure, "unit": fact.unit, "substance": fact.substance, "period": fact.period}


def _named(build: Loaded, job: Json, parameter: str) -> str:
    """The IRI that a parameter names, by name or IRI."""
    text = dict(job["parameters"]).get(parameter, "")
    if not text.strip() or len(text) > 1000:
        raise Problem(400, "bad-parameter", f"{parameter} is a name or an IRI, of at most 1000 characters.")
    try:
        return resolve(build, text, "entity")
    except KgError as error:
        raise Problem(404, "no-such-name", str(error), {"hint": "/api/entities?q= finds names."}) from error


def described(build: Loaded, job: Json) -> Reply:
    """What is known of an entity, each fact with its sentences."""
    iri, lang = _named(build, job, "entity"), job["lang"]
    facts = lookup.facts_about(build, iri, lang, MOST + 1)
    content = {
        "entity": _thing(lookup.thing(build, iri, lang)),
        "names": [{"name": name, "languages": codes} for name, codes in documents.names(build, iri)],
        "facts": [_fact(one) for one in facts[:MOST]],
        "truncated": len(facts) > MOST,
    }
    return _cut(as_json(content, keep=True), facts)


def evidence(build: Loaded, job: Json) -> Reply:
    """The sentences behind a fact, or behind all facts of an entity."""
    iri, lang = _named(build, job, "iri"), job["lang"]
    fact = lookup.fact(build, iri, lang)
    facts = [fact] if fact else lookup.facts_about(build, iri, lang, MOST + 1)
    told = [{"fact": one.iri, **_quote(quote)} for one in facts[:MOST] for quote in one.quotes]
    return _cut(as_json(told, keep=True), facts)


def _cut(reply: Reply, facts: list[lookup.Fact]) -> Reply:
    """Said in the headers, too, where an entity has more facts than one answer."""
    if len(facts) <= MOST:
        return reply
    return replace(reply, headers=(("x-result-truncated", f"at {MOST} facts; the query who-says-so has all"),))
