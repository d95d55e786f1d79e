"""Why the graph holds a triple: the rule that concluded it, and what it was concluded from, down to sentences.

>>> for step in derive(build, "Quarry Cement"):      # all that rules concluded about a thing
...     print(told(step, build, "en"))

A rule is a CONSTRUCT query. With the triple in the place of its template, its WHERE part gives what the triple was
concluded from: axioms of the ontology, what reports state (told with their sentences), and what rules concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pyoxigraph as ox

from kg.ask import Snapshot, label, resolve
from kg.entities import BASE
from kg.errors import KgError
from kg.explain.words import Words
from kg.graph import GM, OA, RDF
from kg.infer import SparqlFile, inferred_graph, read_queries
from kg.ontology import queries_dir

_TEMPLATE = re.compile(r"CONSTRUCT\s*\{[^}]*\}", re.IGNORECASE)
_NO_NAME = "/.well-known/genid/"
_MOST_WAYS = 20
"""Ways to conclude one triple that are looked at before it is left unexplained."""
_SENTENCES = f"""
SELECT DISTINCT * WHERE {{
  ?fact <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o ; <{GM}hasEvidence> ?evidence .
  GRAPH ?document {{ ?evidence <{OA}hasSelector>/<{OA}exact> ?quote . ?document <{GM}sourcePath> ?path }}
}} ORDER BY ?path ?quote"""
_OF_FIGURE = f"""
SELECT DISTINCT * WHERE {{
  ?s <{GM}hasEvidence> ?evidence .
  GRAPH ?document {{ ?evidence <{OA}hasSelector>/<{OA}exact> ?quote . ?document <{GM}sourcePath> ?path }}
}} ORDER BY ?path ?quote"""
_NAMED_IN = f"""
SELECT DISTINCT * WHERE {{
  ?fact <{RDF}subject>|<{RDF}object>|<{GM}about> ?s ; <{GM}hasEvidence> ?evidence .
  GRAPH ?document {{ ?evidence <{OA}hasSelector>/<{OA}exact> ?quote . ?document <{GM}sourcePath> ?path }}
}} ORDER BY ?path ?quote LIMIT 1"""

_RULE_SAID = f"""
SELECT * WHERE {{
  GRAPH ?g {{ ?node <{RDF}subject> ?s ; <{RDF}predicate> ?p ; <{RDF}object> ?o ; <{GM}rule> ?rule }}
}}"""

Statement = tuple[str, str, str]
"""Subject, predicate, object: IRIs."""


@dataclass(frozen=True, slots=True)
class Step:
    """A triple with why it holds."""

    triple: Statement
    kind: Literal["inferred", "stated", "axiom"]
    rule: str = ""
    """Name of the rule, for what is inferred."""
    premises: tuple[Step, ...] = ()
    sentences: tuple[tuple[str, str], ...] = ()
    """(sentence, path of its document) of what is stated; of a type, one sentence that tells of the thing."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        said = dict(zip(("subject", "predicate", "object"), self.triple, strict=True)) | {"kind": self.kind}
        premises = [premise.to_dict() for premise in self.premises]
        sentences = [{"sentence": quote, "document": path} for quote, path in self.sentences]
        return said | {"rule": self.rule, "premises": premises, "sentences": sentences}


def derive(build: Snapshot, thing: str, base: str = BASE) -> tuple[Step, ...]:
    """Steps for what `thing` names: a node of an inference or a fact, or all that is concluded about an entity."""
    graph = ox.NamedNode(inferred_graph(base))
    if thing.startswith(base + "inference/"):
        triples = _reified(build.store, ox.NamedNode(thing), graph)
        if not triples:
            raise KgError(f"No rule concluded {thing}. Inferences are listed in the graph {graph.value}.")
    else:
        iri = resolve(build, thing)
        triples = _reified(build.store, ox.NamedNode(iri), ox.DefaultGraph()) or [
            (iri, quad.predicate.value, quad.object.value)
            for quad in build.store.quads_for_pattern(ox.NamedNode(iri), None, None, graph)
            if isinstance(quad.object, ox.NamedNode)
        ]
    search = _Search(build.store, graph)
    return tuple(search.explained(triple, frozenset()) or Step(triple, "inferred") for triple in sorted(triples))


def _reified(store: ox.Store, node: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph) -> list[Statement]:
    found = []
    for end in ("subject", "predicate", "object"):
        values = [quad.object for quad in store.quads_for_pattern(node, ox.NamedNode(RDF + end), None, graph)]
        found += [value.value for value in values[:1] if isinstance(value, ox.NamedNode)]
    return [(found[0], found[1], found[2])] if len(found) == 3 else []


class _Search:
    def __init__(self, store: ox.Store, graph: ox.NamedNode) -> None:
        self.store, self.graph = store, graph

    def explained(self, triple: Statement, above: frozenset[Statement]) -> Step | None:
        """Why a triple holds; None where it does not, or only because of what it is itself to explain."""
        quad = _quad(triple)
        if quad not in self.store:
            return None
        if ox.Quad(quad.subject, quad.predicate, quad.object, self.graph) not in self.store:
            return self._stated(triple)
        if triple in above:
            return None
        for rule in self._rules(triple):
            for premises in self._ways(rule, triple, above | {triple}):
                return Step(triple, "inferred", rule.name, premises)
        return None

    def _stated(self, triple: Statement) -> Step:
        if triple[0].startswith(GM):
            return Step(triple, "axiom")
        ends: dict[ox.Variable, Any] = _ends(triple)
        asked, node = _SENTENCES, ox.NamedNode(triple[0])
        if next(iter(self.store.quads_for_pattern(node, ox.NamedNode(GM + "hasEvidence"), None, None)), None):
            asked = _OF_FIGURE
        elif triple[1] == RDF + "type":
            asked = _NAMED_IN
        if asked != _SENTENCES:
            ends = {ox.Variable("s"): node}
        rows: Any = self.store.query(asked, substitutions=ends)
        return Step(triple, "stated", sentences=tuple((row["quote"].value, row["path"].value) for row in rows))

    def _rules(self, triple: Statement) -> Iterator[SparqlFile]:
        """Those that can conclude such a triple; where the graph says which one did, that one alone."""
        rows: Any = self.store.query(_RULE_SAID, substitutions={**_ends(triple), ox.Variable("g"): self.graph})
        named = {row["rule"].value for row in rows}
        for rule in read_queries(queries_dir() / "infer"):
            if (rule.name in named or not named) and _unified(rule, triple) is not None:
                yield rule

    def _ways(self, rule: SparqlFile, triple: Statement, above: frozenset[Statement]) -> Iterator[tuple[Step, ...]]:
        """What the rule concluded the triple from: each way in which everything it needs can be explained."""
        bound = _unified(rule, triple) or {}
        rows = self.store.query(_TEMPLATE.sub("SELECT DISTINCT *", rule.text), substitutions=bound)
        assert isinstance(rows, ox.QuerySolutions)
        names = [variable.value for variable in rows.variables]
        for number, row in enumerate(rows):
            if number == _MOST_WAYS:
                return
            values = {name: row[name] for name in names if row[name] is not None}
            values |= {variable.value: term for variable, term in bound.items()}
            steps = [self.explained(one, above) for one in self._premises(rule, values)]
            if steps and None not in steps:
                yield tuple(dict.fromkeys(step for step in steps if step is not None))

    def _premises(self, rule: SparqlFile, values: dict[str, Any]) -> list[Statement]:
        """The triples of the WHERE part with their values; a fact's node stands for what the fact says."""
        found: list[Statement] = []
        for pattern in _patterns(rule.text):
            ends = [values.get(str(part)[1:]) if str(part).startswith("?") else part for part in pattern]
            named = [end.value for end in ends if isinstance(end, ox.NamedNode) and _NO_NAME not in end.value]
            if len(named) < len(ends):
                continue  # a path of axioms, a list in the ontology, or the way that was not gone
            triple = (named[0], named[1], named[2])
            about_fact = triple[1].startswith(RDF) or triple[1] == GM + "statedStatus"
            reified = _reified(self.store, ox.NamedNode(triple[0]), ox.DefaultGraph()) if about_fact else []
            if reified or _quad(triple) in self.store:
                found += reified or [triple]
        return list(dict.fromkeys(found))


def _quad(triple: Statement) -> ox.Quad:
    return ox.Quad(*map(ox.NamedNode, triple))


def _ends(triple: Statement) -> dict[ox.Variable, Any]:
    return {ox.Variable(name): ox.NamedNode(iri) for name, iri in zip("spo", triple, strict=True)}


def _unified(rule: SparqlFile, triple: Statement) -> dict[ox.Variable, Any] | None:
    """What the variables of the rule's template stand for in a triple; None where it cannot conclude it."""
    bound: dict[ox.Variable, Any] = {}
    for part, iri in zip(_parsed(rule.text)[0], triple, strict=True):
        if str(part).startswith("?"):
            bound[ox.Variable(str(part)[1:])] = ox.NamedNode(iri)
        elif part.value != iri:
            return None
    return bound


def _patterns(text: str) -> tuple[tuple[Any, Any, Any], ...]:
    return _parsed(text)[1]


@cache
def _parsed(text: str) -> tuple[tuple[Any, Any, Any], tuple[tuple[Any, Any, Any], ...]]:
    """The triple of a rule's template and those of its WHERE part; variables as "?name", paths as None."""
    from rdflib import URIRef, Variable
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    def part(term: Any) -> Any:
        if isinstance(term, Variable):
            return f"?{term}"
        return ox.NamedNode(str(term)) if isinstance(term, URIRef) else None

    def collected(node: Any) -> Iterator[Any]:
        if getattr(node, "name", "") == "BGP":
            yield from node.triples
        for below in ("p", "p1", "p2"):
            if isinstance(node, dict) and below in node:
                yield from collected(node[below])

    query = translateQuery(parseQuery(text)).algebra
    template, *_ = ((part(s), part(p), part(o)) for s, p, o in query.template)
    patterns = sorted(collected(query.p), key=str)
    return template, tuple((part(s), part(p), part(o)) for s, p, o in patterns)


def told(step: Step, build: Snapshot, lang: str = "en", depth: int = 0) -> str:
    """A step as indented lines in the words of a language."""
    words, indent = Words(lang), "  " * depth
    subject, object_ = label(build, step.triple[0], lang), label(build, step.triple[2], lang)
    predicate = words["is_a"] if step.triple[1] == RDF + "type" else label(build, step.triple[1], lang).rsplit("#")[-1]
    lines = [f"{indent}{subject} – {predicate} → {object_}"]
    if step.kind == "inferred":
        rules = {rule.name: rule for rule in read_queries(queries_dir() / "infer")}
        header = rules[step.rule].header if step.rule else {}
        summary = header.get(f"summary@{words.lang}", "")
        lines.append(f"{indent}  {words['inferred'].format(rule=step.rule or '?', summary=summary)}")
    elif step.kind == "axiom":
        lines[0] += f" ({words['axiom']})"
    lines += [f"{indent}  “{quote}” [{path}]" for quote, path in step.sentences]
    lines += [told(premise, build, lang, depth + 2) for premise in step.premises]
    return "\n".join(lines)
