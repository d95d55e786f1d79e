"""One SPARQL query against the store: runs inside a worker process, so that it can be killed."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, Store

from kg.serve import negotiate, results, streamed, syntax
from kg.serve.guard import Shape, admit
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings

LONGEST_LINK = 4000


@contextmanager
def no_new_files() -> Iterator[None]:
    """Nothing inside can open a file or a socket: the process may hold no descriptor more than it has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _graphs(names: list[str] | None, parameter: str) -> list[NamedNode] | None:
    if names is None:
        return None
    graphs = []
    for name in names:
        try:
            graphs.append(NamedNode(name))
        except ValueError as error:
            raise Problem(400, "bad-graph", f"{parameter}={name!r} is not an absolute IRI: {error}") from error
    return graphs


def _offer(job: dict[str, Any], offers: tuple[negotiate.Offer, ...], kind: str) -> tuple[str, str]:
    """The format for one kind of answer, or the problem that none suits."""
    wanted = job.get("format")
    chosen = negotiate.by_name(wanted, offers) if wanted else negotiate.choose(job.get("accept"), offers)
    if chosen is None:
        asked = f"format={wanted}" if wanted else f"Accept: {job.get('accept')}"
        raise Problem(
            406,
            "not-acceptable",
            f"A {kind} query cannot be answered as asked ({asked}).",
            {"hint": f"It can be answered as {negotiate.listing(offers)}."},
        )
    return chosen


@dataclass(frozen=True, slots=True)
class Names:
    """What a query need not say: prefixes, and where relative IRIs start."""

    prefixes: dict[str, str]
    base: str


def execute(store: Store, job: dict[str, Any], shape: Shape, names: Names) -> Any:
    """The engine's result object; its errors become problems."""
    default, named = _graphs(job.get("default"), "default-graph-uri"), _graphs(job.get("named"), "named-graph-uri")
    dataset: dict[str, Any] = {}
    if default is not None or named is not None:
        # The protocol's data set replaces the query's own; what it leaves out is empty.
        dataset = {"default_graph": default or [], "named_graphs": named or []}
    query: str = job["query"]
    # The engine reads each prefix that it is given anew; an escape may stand for a letter of one.
    every = "\\" in query
    prefixes = {name: iri for name, iri in names.prefixes.items() if every or name + ":" in query}
    try:
        return store.query(query, prefixes=prefixes, base_iri=names.base, **dataset)
    except SyntaxError as error:
        raise syntax.problem(query, str(error), shape, names.prefixes) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise Problem(400, "query-failed", f"The query could not be answered: {error}") from error


def answer(store: Store, job: dict[str, Any], settings: Settings, names: Names) -> Reply:
    """`job`: query, default, named, accept, format, offset -> the answer in the format that the client likes best."""
    shape = admit(job["query"], max_depth=settings.max_depth, services=settings.services)
    limits = results.Limits(settings.max_rows, settings.max_bytes, job.get("offset") or 0)
    # Only a query all of whose targets are allowed gets here with a SERVICE; a remote store evaluates by itself.
    guard = nullcontext if shape.service or settings.store else no_new_files
    with guard():
        found = execute(store, job, shape, names)
        try:
            pieces: Callable[[streamed.Ended], Iterator[bytes]] | None = None
            write: Callable[[], results.Written]
            if isinstance(found, QuerySolutions):
                name, media_type = _offer(job, negotiate.RESULTS, "SELECT")
                pieces = partial(streamed.rows, found, name, limits)
                again = partial(execute, store, job, shape, names)
                write = partial(results.write_solutions, found, again, name, limits)
            elif isinstance(found, QueryBoolean):
                name, media_type = _offer(job, negotiate.RESULTS, "ASK")
                write = partial(results.write_boolean, found, name)
            else:
                name, media_type = _offer(job, negotiate.GRAPHS, "CONSTRUCT or DESCRIBE")
                pieces = partial(streamed.triples, found, name, limits, names.prefixes)
                write = partial(results.write_triples, found, name, limits, names.prefixes)
            if pieces is not None and job.get("trailers"):
                told = partial(_truncation, job, settings, limits, name)
                return replace(streamed.answer(pieces, media_type, told, guard), keep=_same_again(job, shape))
            written = write()
        except (ValueError, OSError, RuntimeError) as error:
            raise Problem(400, "query-failed", f"The query could not be answered: {error}") from error
    keep = _same_again(job, shape)
    following = _following(job, settings, limits.offset + written.rows, name) if written.cut else ""
    return results.reply(written, media_type, keep=keep, following=following)


def _same_again(job: dict[str, Any], shape: Shape) -> bool:
    return shape.form != "" and not shape.service and not _varies(job["query"])


def _truncation(
    job: dict[str, Any], settings: Settings, limits: results.Limits, name: str, written: results.Written
) -> tuple[tuple[str, str], ...]:
    following = _following(job, settings, limits.offset + written.rows, name) if written.cut else ""
    return results.truncation(written, following)


def _following(job: dict[str, Any], settings: Settings, offset: int, name: str) -> str:
    """The address of the rest of an answer that was cut; "" for a query too long to stand in one."""
    parameters = [("query", job["query"]), ("offset", str(offset)), ("format", name)]
    parameters += [("default-graph-uri", iri) for iri in job.get("default") or ()]
    parameters += [("named-graph-uri", iri) for iri in job.get("named") or ()]
    address = f"{settings.root_path}/sparql?{urlencode(parameters)}"
    return address if len(address) <= LONGEST_LINK else ""


def _varies(query: str) -> bool:
    """True where the same query may answer differently the next time."""
    text = query.upper()
    return any(word in text for word in ("NOW", "RAND", "UUID", "BNODE"))
