"""The terms of the ontology for those who want no OWL: SKOS, OntoLex, SHACL, JSON Schema, a table, GraphML."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kg.ontology import Ontology, all_shapes
from kg.ontology.model import ClassTerm, RelationTerm, Term

_ROOT = "https://w3id.org/green-manufacturing/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_ONTOLEX = "http://www.w3.org/ns/lemon/ontolex#"
_LIME = "http://www.w3.org/ns/lemon/lime#"
_SHAPES = "http://www.w3.org/ns/shacl#"
_PREFIXES = {"skos": _SKOS, "ontolex": _ONTOLEX, "lime": _LIME, "gm": _ROOT + "ontology#", "sh": _SHAPES}
_MARKS = re.compile(r"[~=*]")

COLUMNS = (
    "iri",
    "name",
    "kind",
    "module",
    "broader",
    "domain",
    "range",
    "inverse",
    "extracted",
    "sources",
    "replaced_by",
)
"""Of the table of terms; label, definition, other names and examples follow for each language."""
LANGUAGES = ("en", "de", "zh")


def _turtle(triples: list[ox.Triple]) -> bytes:
    out = io.BytesIO()
    ox.serialize(sorted(dict.fromkeys(triples), key=str), out, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    return out.getvalue()


def _triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    node = value if isinstance(value, ox.Literal) else ox.NamedNode(value)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node)


def _said(term: Term) -> Iterator[tuple[str, str, str]]:
    """(SKOS property, language, text) of a term's names, definitions and examples."""
    for lang, label in term.labels.items():
        yield "prefLabel", lang, label
    for lang, definition in term.definitions.items():
        yield "definition", lang, definition
    for prop, texts in (("altLabel", term.alternatives), ("example", term.examples)):
        for lang, several in texts.items():
            yield from ((prop, lang, text) for text in several)


def _retired(term: Term, subject: str) -> list[ox.Triple]:
    """That a term, or a word for it, is no longer to be used, and what is."""
    if not term.retired:
        return []
    true = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    instead = [_triple(subject, "http://purl.org/dc/terms/isReplacedBy", iri) for iri in term.replaced_by]
    return [_triple(subject, "http://www.w3.org/2002/07/owl#deprecated", true), *instead]


def skos(ontology: Ontology) -> bytes:
    """Indicators, statuses, roles and classes as concepts, each in the scheme of its kind, in Turtle."""
    groups: dict[str, dict[str, Any]] = {
        "indicators": ontology.indicators,
        "statuses": ontology.statuses,
        "roles": ontology.roles,
        "classes": ontology.classes,
    }
    made: list[ox.Triple] = []
    for scheme, table in groups.items():
        made.append(_triple(_ROOT + "scheme/" + scheme, _RDF + "type", _SKOS + "ConceptScheme"))
        for term in table.values():
            made.append(_triple(term.iri, _RDF + "type", _SKOS + "Concept"))
            made.append(_triple(term.iri, _SKOS + "inScheme", _ROOT + "scheme/" + scheme))
            made.append(_triple(term.iri, _SKOS + "notation", ox.Literal(term.name)))
            made += [_triple(term.iri, _SKOS + p, ox.Literal(text, language=lang)) for p, lang, text in _said(term)]
            made += _retired(term, term.iri)
            above = getattr(term, "parents", ()) or tuple(filter(None, [getattr(term, "broader", "")]))
            made += [_triple(term.iri, _SKOS + "broader", table[one].iri) for one in above if one in table]
    return _turtle(made)


def ontolex(ontology: Ontology) -> bytes:
    """How each class, relation, indicator and unit is said in each language, as OntoLex entries, in Turtle."""
    made: list[ox.Triple] = []
    for lang in ontology.languages:
        lexicon = f"{_ROOT}lexicon/{lang}"
        made.append(_triple(lexicon, _RDF + "type", _LIME + "Lexicon"))
        made.append(_triple(lexicon, _LIME + "language", ox.Literal(lang)))
        for term in ontology.terms.values():
            for number, word in enumerate(_words(ontology, term, lang)):
                entry = f"{lexicon}/{term.module}-{re.sub(r'[^A-Za-z0-9]+', '_', term.name)}-{number}"
                made.append(_triple(lexicon, _LIME + "entry", entry))
                made.append(_triple(entry, _RDF + "type", _ONTOLEX + "LexicalEntry"))
                made.append(_triple(entry, _ONTOLEX + "denotes", term.iri))
                made += _retired(term, entry)
                made.append(_triple(entry, _ONTOLEX + "canonicalForm", entry + "-form"))
                made.append(_triple(entry + "-form", _RDF + "type", _ONTOLEX + "Form"))
                made.append(_triple(entry + "-form", _ONTOLEX + "writtenRep", ox.Literal(word, language=lang)))
    return _turtle(made)


def _words(ontology: Ontology, term: Term, lang: str) -> list[str]:
    """Label, other names, and the words by which the lexicon knows it, without marks of inflection."""
    said = [term.labels.get(lang, ""), *term.alternatives.get(lang, ())]
    for table in ontology.lexicon(lang).get("words", {}).values():
        listed = table.get(term.name, ()) if isinstance(table, dict) else ()
        said += [word for word in listed if isinstance(word, str)] if isinstance(listed, list) else []
    return list(dict.fromkeys(word for one in said if (word := _MARKS.sub("", one).strip())))


def table(ontology: Ontology) -> bytes:
    """One row a term, with all that is said of it in each language."""
    texts = [f"{what}_{lang}" for lang in LANGUAGES for what in ("label", "definition", "other_names", "examples")]
    out = io.StringIO()
    rows = csv.DictWriter(out, [*COLUMNS, *texts], lineterminator="\r\n")
    rows.writeheader()
    for term in ontology.terms.values():
        row = {
            "iri": term.iri,
            "name": term.name,
            "kind": kind_of(term),
            "module": term.module,
            "broader": "|".join(getattr(term, "parents", ())) or getattr(term, "broader", ""),
            "sources": "|".join(term.sources),
            "replaced_by": "|".join(term.replaced_by) or "?" * term.retired,
        }
        if isinstance(term, RelationTerm):
            row |= {"domain": "|".join(sorted(term.domain)), "range": "|".join(sorted(term.range))}
            row |= {"inverse": term.inverse, "extracted": "yes" if term.relation else ""}
        for lang in LANGUAGES:
            row[f"label_{lang}"] = term.labels.get(lang, "")
            row[f"definition_{lang}"] = term.definitions.get(lang, "")
            row[f"other_names_{lang}"] = "|".join(term.alternatives.get(lang, ()))
            row[f"examples_{lang}"] = "|".join(term.examples.get(lang, ()))
        rows.writerow(row)
    return out.getvalue().encode()


def kind_of(term: Term) -> str:
    """What a term is, in a word: its table of the reader."""
    if isinstance(term, RelationTerm):
        return f"{term.kind} property"
    return {"ClassTerm": "class", "Term": "concept"}.get(type(term).__name__, type(term).__name__.lower())


def shacl(ontology: Ontology) -> bytes:
    """`shapes.ttl`, and the shapes that follow from domain, range, cardinality and keys, in Turtle."""
    return all_shapes(ontology).encode()


def json_schema(ontology: Ontology) -> bytes:
    """A JSON Schema (draft 2020-12): a definition for each class, with the properties that its members may have."""
    definitions = {name: _definition(ontology, term) for name, term in ontology.classes.items()}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _ROOT + "ontology/schema.json",
        "$defs": definitions,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in definitions],
    }
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def _definition(ontology: Ontology, term: ClassTerm) -> dict[str, Any]:
    single = {name for name, _, most in term.counts if most == 1}
    own = {p.name: _values(p, p.name in single) for p in ontology.properties.values() if term.name in p.domain}
    needed = [name for name, least, _ in term.counts if least]
    said: dict[str, Any] = {
        "title": term.labels.get("en", term.name),
        "description": term.definitions.get("en", ""),
        "type": "object",
    } | ({"required": needed} if needed else {})
    own |= {name: _values(ontology.properties[name], True) for name in sorted(single) if name not in own}
    if term.parents:
        return said | {"allOf": [{"$ref": f"#/$defs/{parent}"} for parent in term.parents], "properties": own}
    return said | {"properties": {"@id": {"type": "string", "format": "iri"}, "@type": {}} | own}


_JSON_TYPES = {"decimal": "number", "integer": "integer", "boolean": "boolean"}


def _values(prop: RelationTerm, single: bool) -> dict[str, Any]:
    """One value or, if it may have several, a list of values of what the range says."""
    if prop.kind == "object":
        one: dict[str, Any] = {"type": "string", "format": "iri"}
    else:
        one = {"type": _JSON_TYPES.get(next(iter(sorted(prop.range)), ""), "string")}
    said = {"title": prop.labels.get("en", prop.name), "description": prop.definitions.get("en", "")}
    return said | (one if single else {"anyOf": [one, {"type": "array", "items": one}]})


def context(ontology: Ontology) -> bytes:
    """A JSON-LD context for data in the shape of the JSON Schema: classes and properties by their plain names.

    Values of object properties are IRIs, those of others have the datatype of their range.
    """
    names: dict[str, Any] = {"@version": 1.1, **_CONTEXT}
    names |= {name: term.iri for name, term in ontology.classes.items()}
    for name, prop in ontology.properties.items():
        if prop.kind == "object":
            names[name] = {"@id": prop.iri, "@type": "@id"}
        else:
            (datatype,) = prop.range or {""}
            typed = {"@type": f"xsd:{datatype}"} if datatype in _TYPED else {}
            names[name] = {"@id": prop.iri, **typed}
    return (json.dumps({"@context": names}, ensure_ascii=False, indent=1) + "\n").encode()


_TYPED = ("decimal", "integer", "boolean", "date", "gYear", "anyURI", "nonNegativeInteger")
_CONTEXT = {
    "gm": _ROOT + "ontology#",
    "indicators": _ROOT + "indicator/",
    "units": _ROOT + "unit/",
    "statuses": _ROOT + "status/",
    "substances": _ROOT + "substance/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": _SKOS,
    "label": {"@id": "http://www.w3.org/2000/01/rdf-schema#label", "@container": "@language"},
    "altLabel": {"@id": _SKOS + "altLabel", "@container": ["@language", "@set"]},
}


def graphml(ontology: Ontology, module: str = "", lang: str = "en") -> bytes:
    """Classes as nodes, sub-classes and relations (domain to range) as edges, for yEd, Gephi and networkx.

    Of one module where one is named, with the classes of others that its own lead to; edges have their label in `lang`.
    """
    import networkx as nx

    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()

    def node(name: str) -> str:
        term = ontology.classes[name]
        labels = {f"label_{code}": label for code, label in term.labels.items()}
        drawn.add_node(name, iri=term.iri, module=term.module, **labels)
        return name

    for name, term in ontology.classes.items():
        if module in ("", term.module):
            node(name)
            for parent in term.parents:
                drawn.add_edge(name, node(parent), label="subClassOf")
    for prop in ontology.properties.values():
        if module in ("", prop.module):
            label = prop.labels.get(lang) or prop.name
            for subject in sorted(prop.domain & ontology.classes.keys()):
                for object_ in sorted(prop.range & ontology.classes.keys()):
                    drawn.add_edge(node(subject), node(object_), label=label, iri=prop.iri)
    out = io.BytesIO()
    nx.write_graphml(drawn, out, encoding="utf-8", prettyprint=True, named_key_ids=True)
    return out.getvalue()
