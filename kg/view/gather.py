"""Which part of a build one picture shows: all of it, what a query finds, or what lies around an entity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.ask import Snapshot, ask, library, resolve
from kg.errors import KgError
from kg.ontology import Ontology, Term, load
from kg.view.model import Edge, Kind, Node, Picture, Words
from kg.view.page import DRAWN, words
from kg.view.reading import Reader

HOPS = 2


def gather(
    build: Snapshot,
    *,
    query: str | None = None,
    params: Mapping[str, str] | None = None,
    around: str | None = None,
    hops: int = HOPS,
    limit: int = DRAWN,
) -> Picture:
    """The picture of a build, of the rows that a library query finds, or of what is `hops` facts away from an entity.

    `around` takes a name in any language or an IRI. The picture has at most `limit` nodes, the best connected ones.
    Raises `KgError` where both are asked for, where a name is unknown, and where `params` belong to no query.
    """
    if query is not None and around is not None:
        raise KgError(
            "A picture shows the result of a query or what lies around an entity: give --query or --around, not both."
        )
    if params and query is None:
        raise KgError(f"The parameters {', '.join(params)} belong to a query: give --query NAME with them.")
    reader = Reader(build.store, load())
    edges, figures = reader.facts(), reader.figures()
    title: Words = {}
    if around is not None:
        centre = resolve(build, around)
        names = _near(centre, edges, hops)
        node = reader.node(centre, ())
        title = {lang: own["around"].format(name=_called(node, lang)) for lang, own in words().items()}
    elif query is not None:
        names = _found(build, query, params or {}, edges, figures)
        title = library()[query].summary
    else:
        names = set(reader.entities())
    inner = tuple(edge for edge in edges if edge.source in names and edge.target in names)
    bare = Picture(title, tuple(Node(name, {}, "") for name in sorted(names)), inner, ()).cut(limit)
    nodes = tuple(reader.node(node.id, figures.get(node.id, ())) for node in bare.nodes)
    return _dressed(replace(bare, nodes=nodes, edges=tuple(reader.edge(edge) for edge in bare.edges)), reader.ontology)


def _near(centre: str, edges: Iterable[Edge], hops: int) -> set[str]:
    """An entity and all that is at most so many facts away, whichever way the facts point."""
    next_to: dict[str, set[str]] = {}
    for edge in edges:
        next_to.setdefault(edge.source, set()).add(edge.target)
        next_to.setdefault(edge.target, set()).add(edge.source)
    found = last = {centre}
    for _ in range(hops):
        last = {other for name in last for other in next_to.get(name, ())} - found
        found = found | last
    return found


def _found(
    build: Snapshot, query: str, params: Mapping[str, str], edges: Iterable[Edge], figures: Mapping[str, Iterable[str]]
) -> set[str]:
    """The entities in the rows of a query; a fact or figure in them brings its entities."""
    found = {iri for row in ask(build, query, params).iris for iri in row if iri}
    ends = {edge.id: {edge.source, edge.target} for edge in edges}
    known = {name for pair in ends.values() for name in pair} | figures.keys()
    owners = {figure: name for name, own in figures.items() for figure in own}
    names = found & known
    for iri in found:
        names |= ends.get(iri, set())
        if iri in owners:
            names.add(owners[iri])
    return names


def _called(node: Node, lang: str) -> str:
    return node.labels.get(lang) or node.labels.get("en") or next(iter(node.labels.values()), node.id)


def _dressed(picture: Picture, ontology: Ontology) -> Picture:
    """With colours, shapes and the labels of every term that the picture uses."""
    figures = [figure for node in picture.nodes for figure in node.figures]
    statuses = {edge.status for edge in picture.edges} | {figure.status for figure in figures}
    statuses |= {one.status for edge in picture.edges for one in edge.evidence}
    statuses |= {one.status for figure in figures for one in figure.evidence}
    predicates = {edge.predicate for edge in picture.edges}
    kinds = []
    for name in sorted({node.kind for node in picture.nodes} - {""}):
        style = ontology.style(name)
        kinds.append(Kind(name, ontology.classes[name].labels, style.color, style.shape, style.order))
    return replace(
        picture,
        kinds=tuple(kinds),
        lines={name: ontology.edge_color(name) for name in predicates if name in ontology.properties},
        terms={
            "class": _labels(ontology.classes, {node.cls for node in picture.nodes}),
            "predicate": _labels(ontology.properties, predicates),
            "indicator": _labels(ontology.indicators, {figure.indicator for figure in figures}),
            "status": _labels(ontology.statuses, statuses),
            "substance": _labels(ontology.substances, {figure.substance for figure in figures}),
            "unit": {code: _unit(ontology, code) for code in {figure.unit for figure in figures} if code},
        },
    )


def _labels(table: Mapping[str, Term], names: Iterable[str]) -> dict[str, Words]:
    return {name: table[name].labels for name in names if name in table}


def _unit(ontology: Ontology, code: str) -> Words:
    """What stands behind a number: short codes are the signs that people write, all others have their label."""
    if re.fullmatch(r"[a-z]{1,2}\d?|(?=.*[A-Z])[A-Za-z]{1,4}", code):
        return {"": re.sub(r"\d", lambda found: "²³"[int(found[0]) - 2] if found[0] in "23" else found[0], code)}
    try:
        return ontology.unit(code).labels
    except KgError:  # a unit that the ontology does not describe is shown by its code
        return {"": code}
