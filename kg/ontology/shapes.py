"""SHACL that follows from the axioms: domain, range, datatype, cardinality and keys, with messages in each language.

`shapes.ttl` holds what OWL cannot say. A reasoner infers from a domain or a number; SHACL finds the data that break it.
Where a hand-written shape counts a property of a class already, with a message of its own, none is derived.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kg.ontology.merge import shapes_graph
from kg.ontology.model import ClassTerm, RelationTerm
from kg.ontology.namespaces import GM
from kg.ontology.reader import Ontology, load

if TYPE_CHECKING:
    import rdflib

_HEAD = """
#### Derived from the axioms: domain, range, cardinality, keys

"""
_PREFIXES = """@prefix gm: <https://w3id.org/green-manufacturing/ontology#> .
@prefix shape: <https://w3id.org/green-manufacturing/shape/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

Ends = Literal["all", "unread", "none"]
"""Of which properties domain and range are checked: of all, of those that texts are not read for, of none."""


@cache
def _messages() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))


def all_shapes(ontology: Ontology) -> str:
    """`shapes.ttl` and all derived shapes, as Turtle."""
    written = (ontology.root / "shapes.ttl").read_text(encoding="utf-8")
    return written + _HEAD + "\n".join(_derived(ontology))


def all_shapes_graph(root: Path | None = None, ends: Ends = "all") -> rdflib.Graph:
    """The same as a graph, with domain and range of the properties that `ends` names."""
    ontology = load(root)
    graph = shapes_graph(root)
    graph.parse(data=_PREFIXES + "\n".join(_derived(ontology, ends)), format="turtle")
    return graph


def _derived(ontology: Ontology, ends: Ends = "all") -> Iterator[str]:
    for term in ontology.properties.values():
        if term.kind != "annotation" and ends != "none" and (ends == "all" or not term.relation):
            yield from _ends(ontology, term)
    counted = _counted(ontology.root)
    for cls in ontology.classes.values():
        for name, least, most in cls.counts:
            if (cls.name, name) not in counted:
                yield _count(ontology, cls, name, least, most)
        if cls.key:
            yield _key(ontology, cls)


def _ends(ontology: Ontology, term: RelationTerm) -> Iterator[str]:
    """The shapes of a property's domain and range."""
    domain = sorted(name for name in term.domain if name in ontology.classes)
    if domain:
        yield _classes(ontology, term, "domain", "targetSubjectsOf", domain)
    if term.kind == "object":
        yield _classes(ontology, term, "range", "targetObjectsOf", sorted(term.range & ontology.classes.keys()))
    for datatype in sorted(term.range - {"Literal"}) if term.kind == "datatype" else ():
        yield (
            f"shape:{term.name}-range a sh:NodeShape ;\n    sh:targetSubjectsOf gm:{term.name} ;\n"
            f"    sh:property shape:{term.name}-datatype .\n"
            f"shape:{term.name}-datatype a sh:PropertyShape ;\n    sh:path gm:{term.name} ;\n"
            f"    sh:datatype xsd:{datatype} ;\n"
            f"    sh:message {_said(ontology, 'datatype', term=term.name, datatype=datatype)} .\n"
        )


def _classes(ontology: Ontology, term: RelationTerm, end: str, target: str, names: list[str]) -> str:
    either = " ".join(f"[ sh:class gm:{name} ]" for name in names)
    return (
        f"shape:{term.name}-{end} a sh:NodeShape ;\n    sh:{target} gm:{term.name} ;\n"
        f"    sh:or ( {either} ) ;\n    sh:message {_said(ontology, end, term=term.name, names=names)} .\n"
    )


def _count(ontology: Ontology, cls: ClassTerm, name: str, least: int, most: int | None) -> str:
    which = "exactly" if least == most else "least" if most is None else "most"
    bounds = [f"sh:minCount {least} ;\n    "] * bool(least) + [f"sh:maxCount {most} ;\n    "] * (most is not None)
    own = f"{cls.name}-{name}-count"
    said = _said(ontology, which, term=name, cls=cls.name, number=least if most is None else most)
    return (
        f"shape:{own} a sh:NodeShape ;\n    sh:targetClass gm:{cls.name} ;\n    sh:property shape:{own}ed .\n"
        f"shape:{own}ed a sh:PropertyShape ;\n    sh:path gm:{name} ;\n    {''.join(bounds)}sh:message {said} .\n"
    )


def _key(ontology: Ontology, cls: ClassTerm) -> str:
    """Two members that agree in all properties of the key are one thing twice."""
    pairs = " ".join(f"$this <{GM}{name}> ?v{n} . ?other <{GM}{name}> ?v{n} ." for n, name in enumerate(cls.key))
    kind = f"?other a <{GM}{cls.name}>"
    return (
        f"shape:{cls.name}-key a sh:NodeShape ;\n    sh:targetClass gm:{cls.name} ;\n"
        f'    sh:sparql [ sh:select "SELECT $this WHERE {{ {pairs} {kind} . FILTER(?other != $this) }}" ] ;\n'
        f"    sh:message {_said(ontology, 'key', cls=cls.name, names=list(cls.key))} .\n"
    )


def _said(
    ontology: Ontology, which: str, *, term: str = "", names: list[str] | None = None, cls: str = "",
    datatype: str = "", number: int = 0,
) -> str:  # fmt: skip
    """The message in each language, as Turtle."""
    said = []
    for lang, templates in _messages().items():
        listed = ", ".join(ontology.label(name, lang) for name in names or ())
        text = templates[which].format(
            property=ontology.label(term, lang) if term else "", cls=ontology.label(cls, lang) if cls else "",
            classes=listed, properties=listed, datatype=datatype, number=number,
        )  # fmt: skip
        said.append(f"{json.dumps(text, ensure_ascii=False)}@{lang}")
    return " , ".join(said)


def _counted(root: Path) -> set[tuple[str, str]]:
    """(class, property) that a shape of `shapes.ttl` counts."""
    from rdflib import SH, URIRef

    graph = shapes_graph(root)
    found = set()
    for shape, target in graph.subject_objects(SH.targetClass):
        for inner in graph.objects(shape, SH.property):
            path = graph.value(inner, SH.path)
            counts = graph.value(inner, SH.minCount) or graph.value(inner, SH.maxCount)
            if counts is not None and isinstance(path, URIRef):
                found.add((str(target).removeprefix(GM), str(path).removeprefix(GM)))
    return found
