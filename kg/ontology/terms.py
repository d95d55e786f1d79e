"""The Turtle modules -> tables of terms; whatever the files say wrongly is told with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from kg.errors import KgError
from kg.ontology.model import (
    ClassTerm,
    Dimension,
    Factor,
    Indicator,
    PropertyKind,
    RelationTerm,
    Status,
    Style,
    Substance,
    Term,
    Unit,
)
from kg.ontology.namespaces import DCTERMS, GM, OWL, RDFS, SKOS
from kg.ontology.source import Source, local
from kg.ontology.tables import Tables
from kg.ontology.units import resolve

_KINDS: dict[str, PropertyKind] = {
    OWL + "ObjectProperty": "object",
    OWL + "DatatypeProperty": "datatype",
    OWL + "AnnotationProperty": "annotation",
}


def read_tables(root: Path) -> Tables:
    """All modules of a folder as tables."""
    source, tables = Source(root), Tables()
    readers: dict[str, Callable[[Source, str, Tables], None]] = {
        GM + "Indicator": _indicator,
        GM + "Unit": _unit,
        GM + "Dimension": _dimension,
        GM + "Status": _status,
        GM + "Factor": _factor,
        GM + "Role": _role,
        SKOS + "ConceptScheme": _scheme,
    }
    for iri in source.home:
        types = source.types(iri)
        if OWL + "Class" in types and iri.startswith(GM):
            _class(source, iri, tables)
        elif iri.startswith(GM) and (kind := next((_KINDS[t] for t in types if t in _KINDS), None)):
            _property(source, iri, kind, tables)
        elif OWL + "Ontology" in types:
            if not source.values(iri, OWL + "imports"):  # the core module
                tables.version = source.one(iri, OWL + "versionInfo")
        elif reader := next((readers[t] for t in types if t in readers), None):
            reader(source, iri, tables)
    _hierarchy(source, tables)
    _inverses(tables)
    _ratios(source, tables)
    _substances(source, tables)
    _styles(source, tables)
    tables.index()
    return tables


def _class(source: Source, iri: str, tables: Tables) -> None:
    name = iri.removeprefix(GM)
    parents = source.names(iri, RDFS + "subClassOf")
    top = source.flag(iri, GM + "topClass") or False
    counts, key = source.counts(iri), source.key(iri)
    tables.classes[name] = ClassTerm(**source.term(iri, name), parents=parents, top=top, counts=counts, key=key)


def _property(source: Source, iri: str, kind: PropertyKind, tables: Tables) -> None:
    name = iri.removeprefix(GM)
    types = source.types(iri)
    made = RelationTerm(
        **source.term(iri, name),
        kind=kind,
        relation=source.flag(iri, GM + "relation") or False,
        parents=source.names(iri, RDFS + "subPropertyOf"),
        domain=source.union(iri, RDFS + "domain"),
        range=source.union(iri, RDFS + "range"),
        inverse=next(iter(source.names(iri, OWL + "inverseOf")), ""),
        symmetric=OWL + "SymmetricProperty" in types,
        transitive=OWL + "TransitiveProperty" in types,
        shares_figures=source.flag(iri, GM + "sharesFigures") or False,
    )
    tables.properties[name] = made


def _notation(source: Source, iri: str) -> str:
    code = source.one(iri, SKOS + "notation")
    if not code:
        source.fail(iri, "has no skos:notation, which is its code")
    return code


def _indicator(source: Source, iri: str, tables: Tables) -> None:
    code = _notation(source, iri)
    tables.indicators[code] = Indicator(
        **source.term(iri, code),
        dimensions=tuple(
            source.one(value.value, SKOS + "notation") for value in source.values(iri, GM + "unitDimension")
        ),
        kind=source.one(iri, GM + "quantityKind"),
        more_is_better=source.flag(iri, GM + "moreIsBetter"),
        substance=source.code(iri, GM + "substance"),
        comparable=source.flag(iri, GM + "comparable") is not False,
        broader=source.code(iri, SKOS + "broader"),
    )


def _unit(source: Source, iri: str, tables: Tables) -> None:
    code = _notation(source, iri)
    if "/" in code:
        tables.units[code] = Unit(**source.term(iri, code))
        return
    if not source.values(iri, GM + "dimension") or not source.values(iri, GM + "baseUnit"):
        source.fail(iri, "needs a gm:dimension and a gm:baseUnit")
    tables.units[code] = Unit(
        **source.term(iri, code),
        dimension=source.code(iri, GM + "dimension"),
        base=source.code(iri, GM + "baseUnit"),
        factor=source.number(iri, GM + "conversionFactor", "1"),
        divisor=source.number(iri, GM + "conversionDivisor", "1"),
        substance=source.code(iri, GM + "substance"),
    )


def _dimension(source: Source, iri: str, tables: Tables) -> None:
    code = _notation(source, iri)
    tables.dimensions[code] = Dimension(**source.term(iri, code), broader=source.code(iri, SKOS + "broader"))


def _status(source: Source, iri: str, tables: Tables) -> None:
    code = _notation(source, iri)
    tables.statuses[code] = Status(
        **source.term(iri, code),
        accepted=source.flag(iri, GM + "accepted") is not False,
        denies=tuple(source.one(value.value, SKOS + "notation") for value in source.values(iri, GM + "denies")),
    )


def _factor(source: Source, iri: str, tables: Tables) -> None:
    code = _notation(source, iri)
    upper = source.one(iri, GM + "factorUpper")
    tables.factors[code] = Factor(
        **source.term(iri, code),
        source_unit=source.code(iri, GM + "fromUnit"),
        target_unit=source.code(iri, GM + "toUnit"),
        value=source.number(iri, GM + "factorValue"),
        upper=Decimal(upper) if upper else None,
        year=int(source.number(iri, GM + "year", "0")),
        substance=source.code(iri, GM + "substance"),
        region=source.one(iri, GM + "region"),
        source=source.one(iri, DCTERMS + "source"),
    )


def _role(source: Source, iri: str, tables: Tables) -> None:
    code = _notation(source, iri)
    tables.roles[code] = Term(**source.term(iri, code))


def _scheme(source: Source, iri: str, tables: Tables) -> None:
    name = local(iri)
    tables.schemes[name] = Term(**source.term(iri, name))


def _hierarchy(source: Source, tables: Tables) -> None:
    for table in (tables.classes, tables.properties):
        parents = {name: term.parents for name, term in table.items()}
        for name, term in table.items():
            tables.ancestors[name] = _upward(name, parents, source, term.iri)


def _upward(name: str, parents: dict[str, tuple[str, ...]], source: Source, iri: str) -> tuple[str, ...]:
    """Breadth first, so that nearer ones come before farther ones."""
    reached = [name]
    for current in reached:
        for parent in parents[current]:
            if parent not in parents:
                source.fail(iri, f"is a kind of {parent}, which no module declares")
            if parent not in reached:
                reached.append(parent)
    return tuple(reached)


def _inverses(tables: Tables) -> None:
    """The files say it of one of the two; here both know each other."""
    for name, term in list(tables.properties.items()):
        if term.inverse and (other := tables.properties.get(term.inverse)) and not other.inverse:
            tables.properties[other.name] = replace(other, inverse=name)


def _ratios(source: Source, tables: Tables) -> None:
    """Listed ratios get kind, base and factor from their parts; the files only name them."""
    parts = {code: unit for code, unit in tables.units.items() if "/" not in code}
    for code, unit in tables.units.items():
        if code not in parts:
            try:
                built = resolve(parts, code)
            except KgError as error:
                source.fail(unit.iri, f"is a ratio of units that are not there: {error}")
            tables.units[code] = replace(built, **source.term(unit.iri, code))


def _substances(source: Source, tables: Tables) -> None:
    """After the hierarchy: a substance may be stated as one of a finer class only."""
    for iri in source.home:
        kinds = tuple(t.removeprefix(GM) for t in source.types(iri) if t.startswith(GM))
        if any("Substance" in tables.ancestors.get(kind, ()) for kind in kinds):
            code = _notation(source, iri)
            tables.substances[code] = Substance(**source.term(iri, code), kinds=kinds)


def _styles(source: Source, tables: Tables) -> None:
    for name, term in tables.classes.items():
        if color := source.one(term.iri, GM + "color"):
            shape = source.one(term.iri, GM + "shape") or "dot"
            tables.styles[name] = Style(color, shape, int(source.number(term.iri, GM + "order", "99")))
    for name, relation in tables.properties.items():
        if color := source.one(relation.iri, GM + "color"):
            tables.edge_colors[name] = color
