"""SPARQL 1.1 Graph Store HTTP Protocol: whole graphs, read by GET and changed by PUT, POST and DELETE.

A graph is named by ``/graphs?graph=IRI``, by ``/graphs?default``, or by its own address below ``/graphs/``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from email import policy
from email.parser import BytesParser
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.serve import negotiate, results
from kg.serve.protocol import Pairs, media_type_of, offset_of
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings

PATH = "/graphs"
READ, METHODS = "GET, HEAD, OPTIONS", "GET, HEAD, PUT, POST, DELETE, OPTIONS"
TRIPLES = tuple(offer for offer in negotiate.GRAPHS if offer.name not in ("nquads", "trig"))


def is_graph_store(path: str) -> bool:
    """Whether a path is that of the graph store, or of a graph in it."""
    return path == PATH or path.startswith(PATH + "/")


def _named(path: str, parameters: Pairs, address: str) -> str | None:
    """The IRI of the graph that a request is about; "" for the default graph, None where it names none."""
    graphs = [value for name, value in parameters if name == "graph"]
    default = any(name == "default" for name, _ in parameters)
    inside = path.removeprefix(PATH).strip("/")
    if len(graphs) + default + bool(inside) > 1:
        raise Problem(400, "one-graph", "A request is about one graph: ?graph=IRI, ?default, or a path.")
    if default:
        return ""
    found = graphs[0] if graphs else address + path if inside else None
    if found is not None:
        try:
            ox.NamedNode(found)
        except ValueError as error:
            raise Problem(400, "bad-graph", f"graph={found!r} is not an absolute IRI: {error}") from error
    return found


def job(
    method: str, path: str, parameters: Pairs, headers: Mapping[str, str], body: bytes, address: str
) -> dict[str, Any]:
    """The job of a request; `address` is that of this server, without a slash at its end."""
    graph = _named(path, parameters, address)
    if method in ("GET", "HEAD"):
        if graph is None:
            raise Problem(400, "one-graph", "Name a graph: ?graph=IRI or ?default.", {"hint": "/sparql lists them."})
        wanted = next((value for name, value in parameters if name == "format"), None)
        offset = offset_of(parameters)
        return {"kind": "graph", "graph": graph, "accept": headers.get("accept"), "format": wanted, "offset": offset}
    new = ""
    if graph is None:
        if method != "POST":
            raise Problem(400, "one-graph", "Name a graph: ?graph=IRI or ?default.")
        graph = new = f"{address}{PATH}/{secrets.token_hex(8)}"
    contents = [] if method == "DELETE" else _contents(headers, body)
    base = graph or address + PATH
    asked = {"kind": "update", "method": method, "graph": graph, "contents": contents, "base": base, "new": new}
    return {**asked, **_conditions(headers)}


def _conditions(headers: Mapping[str, str]) -> dict[str, bool]:
    """Whether a graph is to be changed only where there is none (`If-None-Match: *`) or one (`If-Match: *`)."""
    wanted = headers.get("if-match", "").strip()
    if wanted not in ("", "*"):
        # Tags here tell answers apart, not graphs: none is strong enough to change a graph by it.
        raise Problem(412, "precondition", "If-Match is heard with * only.", {"hint": "Leave it out, or send *."})
    return {"unless": headers.get("if-none-match", "").strip() == "*", "only_if": wanted == "*"}


def _contents(headers: Mapping[str, str], body: bytes) -> list[dict[str, str]]:
    """Media type and text of each part of the body."""
    media_type = media_type_of(headers)
    if media_type != "multipart/form-data":
        return [{"type": media_type, "text": _text(body)}]
    head = f"content-type: {headers['content-type']}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise Problem(400, "multipart", "The body is not the multipart/form-data that its Content-Type says.")
    parts = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        parts.append({"type": part.get_content_type(), "text": _text(content if isinstance(content, bytes) else b"")})
    return parts


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "not-utf-8", f"The body is not UTF-8 (byte {error.start}).") from error


def answer(store: ox.Store, job: dict[str, Any], settings: Settings, prefixes: dict[str, str]) -> Reply:
    """A whole graph in the format that the client likes best; 404 where there is none of that name."""
    graph = ox.NamedNode(job["graph"]) if job["graph"] else ox.DefaultGraph()
    if isinstance(graph, ox.NamedNode) and not store.contains_named_graph(graph):
        raise Problem(404, "no-such-graph", f"There is no graph <{job['graph']}>.")
    wanted = job["format"]
    chosen = negotiate.by_name(wanted, TRIPLES) if wanted else negotiate.choose(job["accept"], TRIPLES)
    if chosen is None:
        raise Problem(406, "not-acceptable", f"A graph can be had as {negotiate.listing(TRIPLES)}.")
    name, media_type = chosen
    triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    limits = results.Limits(settings.max_rows, settings.max_bytes, job["offset"])
    written = results.write_triples(triples, name, limits, prefixes)
    following = ""
    if written.cut:
        which = {"graph": job["graph"]} if job["graph"] else {"default": ""}
        rest = urlencode({**which, "format": name, "offset": limits.offset + written.rows})
        following = f"{settings.root_path}{PATH}?{rest}"
    return results.reply(written, media_type, keep=True, following=following)
