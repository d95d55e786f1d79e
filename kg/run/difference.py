"""What a change of stated lines changes in a build's graph: the lines themselves, and all that is inferred.

What a rule concludes from a triple is about the ends of that triple (`keeps: ends`). So a conclusion comes or goes only
with a line between its ends, and can still be drawn only from other lines between these.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.graph import RDF, ontology_lines
from kg.infer import axioms, conclude_by_triple, infer_later, inferred_graph
from kg.ontology import load
from kg.run.cells import LOOSE, Part, Parts
from kg.run.patch import split
from kg.run.state import Holding
from kg.store import change_store, copied_store

_OF_CLASS = f"<{RDF}type>"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is new in a graph."""

    removed: set[str]
    added: set[str]
    later: str
    """The lines of the new graph that no single triples lead to."""
    inferred: int
    """How many triples more are inferred."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two builds."""

    lines: set[str]
    """All about what is touched, but for what is inferred."""
    kinds: Mapping[str, str]
    """By IRI of a thing: the line that says what it is."""
    held: Holding

    def core(self, thing: str, parts: Iterable[Part]) -> Iterator[str]:
        """What rules over things look at, of some cells of a thing."""
        if thing in self.kinds:
            yield self.kinds[thing]
            held = self.held.get(thing, {})
            for part in parts:
                if part in held:
                    yield from split(held[part].core)

    def premises(self, pairs: _Pairs) -> Iterator[str]:
        """The lines of the default graph that are about some pairs."""
        for line in self.lines:
            subject = line[1 : line.index("> ")]
            is_told = subject in pairs.near and subject not in self.kinds and _pair(line) in pairs.all
            if is_told and not pairs.elsewhere.search(line):
                yield line
        for thing in pairs.near.keys() & self.kinds.keys():
            parts = pairs.near[thing] | pairs.touched.get(thing, set()) | {LOOSE}
            yield from (line for line in self.core(thing, parts) if _pair(line) in pairs.all)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What something else is said of in one of two builds: pairs of nodes, and nodes by themselves."""

    all: set[frozenset[str]]
    near: Mapping[str, set[Part]]
    """Node -> cells of those with which it makes a pair."""
    touched: Parts
    elsewhere: re.Pattern[str]
    """At the end of the lines of all graphs but the default one."""

    @classmethod
    def of(cls, old: Side, new: Side, touched: Parts, base: str) -> _Pairs:
        """What is said of things differs in the `touched` cells only."""
        elsewhere = re.compile(rf" <{re.escape(base)}(?:document|graph)/[^ <>]*> \.\n$")
        changed = {line for line in old.lines ^ new.lines if not elsewhere.search(line)}
        things = {line[1 : line.index("> ")] for line in changed} & (old.kinds.keys() | new.kinds.keys())
        # names of things lead to nothing, and their relations stand in their cores
        pairs = {_pair(line) for line in changed if line[1 : line.index("> ")] not in things}
        for thing in things:
            cores = ({*side.core(thing, touched.get(thing, ()))} for side in (old, new))
            pairs |= {_pair(line) for line in set.symmetric_difference(*cores)}
        near: defaultdict[str, set[Part]] = defaultdict(set)
        for one, *beside in map(tuple, pairs):
            near[one].update((two,) for two in beside)
            for two in beside:
                near[two].add((one,))
        return cls(pairs, near, touched, elsewhere)


def _pair(line: str) -> frozenset[str]:
    """What a line is about: both ends of a triple; its subject alone where the other end is a class."""
    subject, predicate, value = line.split(" ", 2)
    ends = (subject,) if predicate == _OF_CLASS else (subject, value.removesuffix(" .\n"))
    return frozenset(end[1:-1] for end in ends)


def difference(
    stores: tuple[Path, Path], sides: tuple[Side, Side], touched: Parts, later: str, base: str
) -> Difference:
    """Make the second store out of the first one, and tell what is new in it.

    The sides differ in the `touched` cells; `later` are the lines of the former graph that no single triples lead to.
    """
    given = axioms(ontology_lines(load()))
    old, new = sides
    pairs = _Pairs.of(old, new, touched, base)
    was = {*conclude_by_triple(old.premises(pairs), given, base), *split(later)}
    now = {*conclude_by_triple(new.premises(pairs), given, base)}
    with copied_store(*stores) as store:
        change_store(store, (old.lines | was) - (new.lines | now), (new.lines | now) - (old.lines | was))
        found = infer_later(store, given, base)
    now |= set(found)
    gone, come = old.lines | was, new.lines | now
    more = _in_default(now, base) - _in_default(was, base)
    return Difference(gone - come, come - gone, "".join(found), more)


def _in_default(inferred: Iterable[str], base: str) -> int:
    elsewhere = f" <{inferred_graph(base)}> .\n"
    return sum(not line.endswith(elsewhere) for line in inferred)
