"""Room 8: ordered SPARQL rules -> inferred triples.

>>> infer(store).triples

Each file `queries/infer/NN-name.rq` is a CONSTRUCT query over the default graph. They run in the order of their names,
again and again until none finds anything new. What they find joins the default graph, and is listed with its rule in
the graph `graph/inferred`, so that nobody takes it for something that a document says.

A rule whose header says `per: triple` concludes from one triple and the axioms; from the second round on it is asked
about what is new alone. If it says `keeps: ends`, too, each conclusion is about both ends of the triple, or is a class
concluded from a class. A rule that says `over: things` looks only at entities, their relations, and the facts that
state these (`kg.graph.core`). While all rules say one or the other, a build can grow out of the one before it; a rule
of your own that says neither is carried out all the same, and builds are then made as a whole.

`owl_rl()` gives the rules of OWL 2 RL that the axioms need, for who wants all that the axioms entail; a build
draws fewer conclusions (a wrong domain is to be found, not to become a type).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.entities import BASE
from kg.errors import KgError
from kg.facts import digest
from kg.graph import GM, RDF, RDFS
from kg.ontology import queries_dir

_HEADER = re.compile(r"^#\+\s*([\w@-]+):\s*(.*?)\s*$", re.MULTILINE)
_OWL = "http://www.w3.org/2002/07/owl#"
_AXIOMS = (*(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")), _OWL + "inverseOf")
"""Predicates of what a rule that looks at single triples needs of the ontology, besides kinds of property."""
_STATEMENT = f"<{RDF}Statement>"
_EXPLAINED = tuple(
    f"<{name}>" for name in (RDF + "type", RDF + "subject", RDF + "predicate", RDF + "object", GM + "rule")
)
_MOST_ROUNDS = 50
"""More rounds than any sound set of rules needs; rules that make new nodes for ever stop here with an error."""


@dataclass(frozen=True, slots=True)
class SparqlFile:
    """A query of the library with what its `#+ key: value` lines say of it."""

    name: str
    """The file's stem."""
    header: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Inferred:
    """What the rules found."""

    triples: int
    """How many triples joined the default graph."""
    lines: list[str]
    """All that was added, as lines of N-Quads."""
    later: list[str]
    """Of these, those that single triples do not lead to."""


def read_queries(folder: Path) -> tuple[SparqlFile, ...]:
    """The `.rq` files of a folder, in the order of their names."""
    try:
        return tuple(_read(path) for path in sorted(folder.glob("*.rq")))
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"Cannot read the queries in {folder}: {error}") from error


def _read(path: Path) -> SparqlFile:
    text = path.read_text(encoding="utf-8")
    return SparqlFile(path.stem, dict(_HEADER.findall(text)), text)


def inferred_graph(base: str = BASE) -> str:
    """IRI of the graph that lists what was inferred."""
    return base + "graph/inferred"


def owl_rl() -> tuple[SparqlFile, ...]:
    """The rules of OWL 2 RL that the axioms of the ontology need, but for those that find contradictions or equals."""
    return read_queries(queries_dir() / "owl-rl")


def by_triple(rules: Iterable[SparqlFile]) -> tuple[SparqlFile, ...]:
    """The rules that conclude from one triple and the axioms."""
    return tuple(filter(_per_triple, rules))


def _per_triple(rule: SparqlFile) -> bool:
    return rule.header.get("per") == "triple"


def is_local() -> bool:
    """Whether what the project's rules conclude can be kept where little changes.

    That is so where each rule's header says either `per: triple` and `keeps: ends`, or `over: things`. What all rules
    conclude is then what those of `by_triple` conclude, a triple at a time, and what follows from that and from the
    things (`kg.graph.core`), which is little.
    """
    return all(
        rule.header.get("keeps") == "ends" if _per_triple(rule) else rule.header.get("over") == "things"
        for rule in _rules()
    )


def infer(store: ox.Store, rules: Iterable[SparqlFile] | None = None, base: str = BASE) -> Inferred:
    """Add to `store` all that the rules (default: the project's) find, until nothing is new.

    Rules of single triples come first. A rule whose header says `explain: no` lists its triples only; for the others a
    node for each names the rule.
    """
    ordered = tuple(rules) if rules is not None else _rules()
    run = _Run(store, _axioms(store), base)
    run.until_nothing_is_new(by_triple(ordered))
    places = len(run.lines), len(run.listed)
    run.until_nothing_is_new(ordered)
    # no rule looks at what the graph of inferences says, so that can wait until now, and be read at once
    store.bulk_load("".join(run.listed).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    later = [*run.lines[places[0] :], *run.listed[places[1] :]]
    return Inferred(len(run.found), [*run.lines, *run.listed], later)


def infer_later(store: ox.Store, given: Sequence[ox.Quad], base: str = BASE) -> list[str]:
    """Add what more than single triples lead to; all that these lead to is there already, `given` are the axioms."""
    run = _Run(store, given, base)
    run.seen = {rule.name: 0 for rule in by_triple(_rules())}
    run.until_nothing_is_new(_rules())
    store.extend(ox.parse("".join(run.listed).encode(), format=ox.RdfFormat.N_QUADS, lenient=True))
    return [*run.lines, *run.listed]


def _rules() -> tuple[SparqlFile, ...]:
    return read_queries(queries_dir() / "infer")


@dataclass(slots=True)
class _Run:
    store: ox.Store
    given: Sequence[ox.Quad]
    base: str
    found: list[ox.Quad] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    """What the graph of inferences is to say."""
    seen: dict[str, int] = field(default_factory=dict)
    """How much of what was found a rule was asked about."""

    def until_nothing_is_new(self, rules: Sequence[SparqlFile]) -> None:
        """Ask one rule after the other, again and again."""
        for _ in range(_MOST_ROUNDS):
            before = len(self.found)
            for rule in rules:
                self._ask(rule)
            if len(self.found) == before:
                return
        raise KgError(
            f"The inference rules still find something new after {_MOST_ROUNDS} rounds: one of them never ends."
        )

    def _ask(self, rule: SparqlFile) -> None:
        asked, start = self.store, self.seen.get(rule.name)
        if start is not None and _per_triple(rule):
            if start == len(self.found):
                return
            asked = ox.Store()
            asked.extend([*self.given, *self.found[start:]])
        place = self.seen[rule.name] = len(self.found)
        for triple in _apply(rule, asked, self.store):
            self.found.append(ox.Quad(triple.subject, triple.predicate, triple.object))
            self.lines.append(f"{triple} .\n")
            self.listed += _listed(triple, rule, self.base)
        self.store.extend(self.found[place:])


def axioms(ontology: Iterable[str]) -> list[ox.Quad]:
    """What rules that look at single triples need of an ontology's lines."""
    known = ox.Store()
    known.bulk_load("".join(ontology).encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return _axioms(known)


def conclude_by_triple(lines: Iterable[str], given: Iterable[ox.Quad], base: str = BASE) -> list[str]:
    """What the rules of `by_triple` conclude from single triples, `given` the axioms; lines, too."""
    store = ox.Store()
    store.extend(given)
    store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    return infer(store, by_triple(_rules()), base).lines


def _axioms(store: ox.Store) -> list[ox.Quad]:
    """What the ontology in the default graph says of classes and properties."""
    ways: list[tuple[ox.NamedNode, ox.NamedNode | None]] = [(ox.NamedNode(name), None) for name in _AXIOMS]
    ways += [(ox.NamedNode(RDF + "type"), ox.NamedNode(_OWL + "SymmetricProperty"))]
    default = ox.DefaultGraph()
    return [quad for name, kind in ways for quad in store.quads_for_pattern(None, name, kind, default)]


def _apply(rule: SparqlFile, asked: ox.Store, store: ox.Store) -> list[ox.Triple]:
    """Triples that are new to the default graph of `store`."""
    try:
        result = asked.query(rule.text)
    except SyntaxError as error:
        raise KgError(f"Inference rule {rule.name}: {error}") from error
    if not isinstance(result, ox.QueryTriples):
        raise KgError(f"Inference rule {rule.name}: must be a CONSTRUCT query.")
    return [
        triple
        for triple in dict.fromkeys(result)
        if ox.Quad(triple.subject, triple.predicate, triple.object) not in store
    ]


def _listed(triple: ox.Triple, rule: SparqlFile, base: str) -> Iterator[str]:
    """What the graph of inferences says of a triple, as lines."""
    end = f"<{inferred_graph(base)}> .\n"
    yield f"{triple} {end}"
    if rule.header.get("explain") != "no":
        node = f"<{base}inference/{digest(str(triple))}>"
        said = (_STATEMENT, str(triple.subject), str(triple.predicate), str(triple.object), str(ox.Literal(rule.name)))
        for predicate, value in zip(_EXPLAINED, said, strict=True):
            yield f"{node} {predicate} {value} {end}"
