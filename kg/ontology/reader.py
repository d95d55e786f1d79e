"""Triples -> `Ontology`: the tables that all rooms look things up in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from kg.acyclic import acyclic
from kg.errors import KgError
from kg.ontology import units as unit_arithmetic
from kg.ontology.alignments import read_alignments
from kg.ontology.files import modules, ontology_dir, toml, tree_hash
from kg.ontology.model import (
    ClassTerm,
    Dimension,
    Expectation,
    Factor,
    Indicator,
    Mapping,
    RelationTerm,
    Status,
    Style,
    Substance,
    Term,
    Unit,
)
from kg.ontology.parsed import remembered
from kg.ontology.precision import Precisions, read_precisions
from kg.ontology.tables import Tables, frozen, thawed

T = TypeVar("T")


@dataclass(frozen=True)
class Ontology:
    """The ontology of one folder; look-ups raise `KgError` for a name that it does not have."""

    root: Path
    tables: Tables

    @property
    def version(self) -> str:
        """`owl:versionInfo` of the core module."""
        return self.tables.version

    @property
    def classes(self) -> dict[str, ClassTerm]:
        """Classes by local name, in the order of the files."""
        return self.tables.classes

    @property
    def relations(self) -> dict[str, RelationTerm]:
        """The properties that extraction looks for, by local name."""
        return self.tables.relations

    @property
    def properties(self) -> dict[str, RelationTerm]:
        """All properties, the relations among them."""
        return self.tables.properties

    @property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators by code."""
        return self.tables.indicators

    @property
    def coarse_indicators(self) -> dict[str, Indicator]:
        """The broadest indicators: those that texts are read for."""
        return {code: indicator for code, indicator in self.indicators.items() if not indicator.broader}

    @property
    def units(self) -> dict[str, Unit]:
        """The listed units by code; `unit` also builds ratios that are not listed."""
        return self.tables.units

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """Kinds of unit by code."""
        return self.tables.dimensions

    @property
    def statuses(self) -> dict[str, Status]:
        """Statuses by code, the surest first."""
        return self.tables.statuses

    @property
    def substances(self) -> dict[str, Substance]:
        """Substances by code."""
        return self.tables.substances

    @property
    def factors(self) -> dict[str, Factor]:
        """Conversion and emission factors by code."""
        return self.tables.factors

    @property
    def roles(self) -> dict[str, Term]:
        """As what entities take part in relationships, by code."""
        return self.tables.roles

    @property
    def terms(self) -> dict[str, Term]:
        """Every term by IRI: what documentation and exports go through."""
        return self.tables.terms

    # ---- what is a kind of what

    def ancestors(self, name: str) -> tuple[str, ...]:
        """A class or property and all broader ones, itself first, nearer ones before farther."""
        return _found(self.tables.ancestors, name, "class or property")

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether the class or property `name` is `ancestor` or a kind of it."""
        return ancestor in _found(self.tables.ancestors, name, "class or property")

    def descendants(self, name: str) -> tuple[str, ...]:
        """A class or property and all its kinds, itself first."""
        _found(self.tables.ancestors, name, "class or property")
        return (name, *(n for n, up in self.tables.ancestors.items() if n != name and name in up))

    def top(self, name: str) -> str:
        """The class by which texts are annotated that `name` is a kind of; `name` itself where it is above these."""
        return next((up for up in self.ancestors(name) if self.classes[up].top), name)

    def domain(self, relation: str) -> frozenset[str]:
        """Names of the classes whose members may be subjects (with all their kinds)."""
        return _found(self.properties, relation, "relation").domain

    def range(self, relation: str) -> frozenset[str]:
        """Names of the classes whose members may be objects (with all their kinds)."""
        return _found(self.properties, relation, "relation").range

    def accepts(self, relation: str, subject: str, object: str) -> bool:
        """Whether a `subject` of that class may stand in `relation` to an `object` of that class."""
        return not self.domain(relation).isdisjoint(self.ancestors(subject)) and not self.range(relation).isdisjoint(
            self.ancestors(object)
        )

    # ---- names and IRIs

    def class_iri(self, name: str) -> str:
        """IRI of a class."""
        return _found(self.classes, name, "class").iri

    def relation_iri(self, name: str) -> str:
        """IRI of a relation, or of any other property."""
        return _found(self.properties, name, "relation").iri

    def indicator_iri(self, code: str) -> str:
        """IRI of an indicator."""
        return _found(self.indicators, code, "indicator").iri

    def unit_iri(self, code: str) -> str:
        """IRI of a unit, listed or a ratio."""
        return self.unit(code).iri

    def status_iri(self, code: str) -> str:
        """IRI of a status."""
        return _found(self.statuses, code, "status").iri

    def substance_iri(self, code: str) -> str:
        """IRI of a substance."""
        return _found(self.substances, code, "substance").iri

    def name_of(self, iri: str) -> str:
        """Local name or code of a term's IRI."""
        return _found(self.terms, iri, "term").name

    def label(self, name: str, lang: str) -> str:
        """What a term (name, code or IRI) is called in a language; in English where that is not said."""
        term = self.terms.get(name) or self.tables.by_name.get(name) or self.unit(name)
        return term.labels.get(lang) or term.labels.get("en") or term.name

    def style(self, cls: str) -> Style:
        """How a class is drawn: its own style or that of the nearest broader class that has one."""
        styles = self.tables.styles
        return next((styles[up] for up in self.ancestors(cls) if up in styles), Style("#888888", "dot", 99))

    def edge_color(self, relation: str) -> str:
        """The colour of a relation's lines."""
        colors = self.tables.edge_colors
        return next((colors[up] for up in self.ancestors(relation) if up in colors), "#888888")

    # ---- figures

    def unit(self, code: str) -> Unit:
        """The unit of a code; a ratio is built from its parts."""
        return unit_arithmetic.resolve(self.units, code)

    def takes(self, indicator: str, unit: str) -> bool:
        """Whether figures of an indicator may have a unit; of a ratio the numerator tells."""
        wanted = _found(self.indicators, indicator, "indicator").dimensions
        kind = self.unit(unit).dimension.partition("/")[0]
        return kind in wanted or self.dimensions[kind].broader in wanted

    def unit_convert(self, value: Decimal, unit: str) -> tuple[Decimal, str]:
        """A value in its base unit, and that unit's code; a ratio keeps its denominator."""
        found = self.unit(unit)
        return unit_arithmetic.to_base(value, found), found.base

    def convert(self, value: Decimal, unit: str, target: str) -> Decimal:
        """A value in another unit of the same kind; `KgError` where the kinds are unlike."""
        return unit_arithmetic.between(value, self.unit(unit), self.unit(target))

    # ---- the other files

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that have a lexicon, sorted."""
        return tuple(sorted(path.stem for path in (self.root / "lexicon").glob("*.toml")))

    def lexicon(self, lang: str) -> dict[str, Any]:
        """`lexicon/<lang>.toml`; shared between callers, so read only."""
        if lang not in self.languages:
            raise KgError(
                f"No lexicon for {lang!r} in {self.root / 'lexicon'}; there are: {', '.join(self.languages)}."
            )
        return _lexicon(self.root / "lexicon" / f"{lang}.toml")

    @cached_property
    def alignments(self) -> tuple[Mapping, ...]:
        """The lines of `alignments.sssom.tsv`."""
        return read_alignments(self.root / "alignments.sssom.tsv")

    @cached_property
    def precision(self) -> Precisions:
        """`precision.tsv`: how often each rule is right."""
        return read_precisions(self.root / "precision.tsv")

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        """`expectations.ttl`: what one would expect to be told of a thing, and what it can have but once."""
        from kg.ontology.expectations import read_expectations  # reading texts needs none

        return read_expectations(self.root / "expectations.ttl")

    @cached_property
    def hash(self) -> str:
        """SHA-256 over all files of the folder, names and bytes."""
        return tree_hash(self.root)


def load(root: Path | None = None) -> Ontology:
    """The ontology of a folder (default: the project's own); each folder is read once a process."""
    return _default() if root is None else _load(root.resolve())


@cache
def _default() -> Ontology:
    # the folder does not move while the process lives, and this is asked for every word of a text
    return _load(ontology_dir().resolve())


@cache
@acyclic()
def _load(root: Path) -> Ontology:
    return Ontology(root, tables(root))


def tables(root: Path) -> Tables:
    """The tables of a folder, from what an earlier process kept of the same files where there is any."""
    code = Path(__file__).parent
    sources = [code / f"{name}.py" for name in ("files", "model", "source", "tables", "terms", "turtle", "units")]
    name = " ".join(path.name for path in modules(root))
    return thawed(remembered(name, [*modules(root), *sources], lambda: _tables(root)))


def _tables(root: Path) -> dict[str, Any]:
    from kg.ontology.terms import read_tables  # what was kept needs no reader of Turtle

    return frozen(read_tables(root))


@cache
def _lexicon(path: Path) -> dict[str, Any]:
    return toml(path)


def _found(table: dict[str, T], name: str, kind: str) -> T:
    try:
        return table[name]
    except KeyError:
        raise KgError(f"The ontology has no {kind} {name!r}.{_suggestion(table, name)}") from None


def _suggestion(names: Iterable[str], name: str) -> str:
    from difflib import get_close_matches  # only errors need it

    near = get_close_matches(name, list(names), n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""
