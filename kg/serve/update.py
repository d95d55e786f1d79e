"""Updates, tried in a worker: its memory is its own, so that what it changes is nobody else's until it is accepted.

The worker's answer is the patch that the update amounts to. The nursery writes the patch to the journal and carries it
out; the worker, whose store is no longer that of the others, ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import pyoxigraph as ox

from kg.serve import journal, rewrite, syntax, touched, validate
from kg.serve.guard import Shape, check_targets, look
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.sparql import Names, no_new_files


def answer(store: ox.Store, job: dict[str, Any], settings: Settings, names: Names) -> Reply:
    """`job`: update, using, using_named, or graph, method, content, format -> the patch; a `Problem` where refused."""
    outside = "graph" not in job and _checked(job, settings, names)
    job = job if "graph" in job else {**job, "update": _asked(job)}
    content = touched.watched(store, job, names)
    before = content()
    status = _graph(store, job) if "graph" in job else _update(store, job, names, outside=outside)
    after = content()
    patch = journal.difference(before, after)
    if patch:
        undo = journal.difference(after, before)
        validate.accept(store, journal.changed_nodes(patch), undo)
    return Reply(status, journal.PATCH, patch)


def _checked(job: dict[str, Any], settings: Settings, names: Names) -> bool:
    """Whether an update reaches for other addresses; a `Problem` where it is not to be carried out."""
    text: str = job["update"]
    shape = look(text)
    if shape.depth > settings.max_depth:
        raise Problem(
            400, "too-deep", f"The update nests {shape.depth} brackets; at most {settings.max_depth} are taken."
        )
    try:
        return check_targets(text, settings.services, reaching=shape.service or shape.load)
    except Problem:
        _check_syntax(text, shape, names)
        raise


def _asked(job: dict[str, Any]) -> str:
    return rewrite.with_data_set(job["update"], job.get("using") or [], job.get("using_named") or [])


def _update(store: ox.Store, job: dict[str, Any], names: Names, *, outside: bool) -> int:
    text: str = job["update"]
    try:
        with nullcontext() if outside else no_new_files():
            store.update(text, prefixes=names.prefixes, base_iri=job.get("base") or names.base)
    except SyntaxError as error:
        raise syntax.problem(text, str(error), look(text), names.prefixes, what="update") from error
    except (ValueError, OSError, RuntimeError) as error:
        raise Problem(400, "update-failed", f"The update could not be carried out: {error}") from error
    return 204


def _check_syntax(text: str, shape: Shape, names: Names) -> None:
    """A `Problem` for an update that cannot be read, found on an empty store that can reach nothing."""
    try:
        with no_new_files():
            ox.Store().update(text, prefixes=names.prefixes, base_iri=names.base)
    except SyntaxError as error:
        raise syntax.problem(text, str(error), shape, names.prefixes, what="update") from error
    except (ValueError, OSError, RuntimeError):
        return


def _graph(store: ox.Store, job: dict[str, Any]) -> int:
    """The Graph Store Protocol's PUT, POST and DELETE; 201 where a graph came into being."""
    graph = ox.NamedNode(job["graph"]) if job["graph"] else ox.DefaultGraph()
    there = isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)
    if there if job["unless"] else job["only_if"] and not there:
        raise Problem(412, "precondition", "The graph is there already." if there else "There is no such graph.")
    if job["method"] == "DELETE":
        if not there:
            raise Problem(404, "no-such-graph", f"There is no graph <{job['graph']}>.")
        _empty(store, graph)
        if isinstance(graph, ox.NamedNode):
            store.remove_graph(graph)
        return 204
    # Everything is parsed before anything is changed.
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for content in job["contents"]
        for triple in _triples(content, job["base"])
    ]
    if job["method"] == "PUT":
        _empty(store, graph)
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    store.extend(quads)
    return 204 if there else 201


def _empty(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    for quad in list(store.quads_for_pattern(None, None, None, graph)):
        store.remove(quad)


def _triples(content: dict[str, str], base: str) -> Iterable[ox.Triple]:
    form = ox.RdfFormat.from_media_type(content["type"])
    if form is None or form.supports_datasets:
        raise Problem(
            415,
            "media-type",
            f"A graph is not read from {content['type'] or 'a body without Content-Type'}.",
            {"hint": "Send text/turtle, application/n-triples or application/rdf+xml."},
        )
    try:
        # Blank nodes of one request are not those of another.
        parsed = ox.parse(content["text"], format=form, base_iri=base, rename_blank_nodes=True)
        return [quad.triple for quad in parsed]
    except SyntaxError as error:
        place: dict[str, str | int] = {"line": error.lineno or 0, "column": error.offset or 0}
        raise Problem(
            400, "malformed-data", f"The body cannot be read as {content['type']}: {error.msg}", place
        ) from error
    except ValueError as error:
        raise Problem(400, "malformed-data", f"The body cannot be read as {content['type']}: {error}") from error
