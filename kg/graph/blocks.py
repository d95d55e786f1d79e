"""Facts -> sorted N-Quads at the speed that large builds need: the statements of `quads`, block by block.

>>> for text in united(*blocks(extractions, entities.all, facts, ontology), line_blocks(ontology_lines(ontology))):
...     file.write(text)

A block is all that one node is the subject of, as finished text. Sorted by the node's IRI as N-Quads writes it, the
blocks are the sorted file: no more than a block has to be sorted at a time, and the text is never whole in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from functools import cache
from heapq import merge
from itertools import chain
from operator import attrgetter, itemgetter

from kg.claims import EntityClaim, Extraction, ObservationClaim, models
from kg.claims.model import MODEL_RULE
from kg.entities import BASE, Entity
from kg.facts import Evidence, Fact, Facts, Figure, plain, to_base
from kg.graph.build import Builder, agent_iri, document_iri
from kg.graph.terms import Quad, line, term, text
from kg.ontology import Ontology
from kg.ontology.namespaces import GM, OA, PROV, RDF, SKOS, XSD

Block = tuple[str, str]
"""(what it is sorted by, its lines)."""

_EVIDENCE = "evidence/"
_DIGITS = 16
"""Of the hash that ends the IRI of an evidence node; those of its selectors go on behind it."""

_TYPE, _NAME = f"<{RDF}type>", f"<{SKOS}altLabel>"
_IS_PLACE, _IS_QUOTE = f"/position> {_TYPE} <{OA}TextPositionSelector>", f"/quote> {_TYPE} <{OA}TextQuoteSelector>"
_START, _END, _EXACT = f'/position> <{OA}start> "', f'/position> <{OA}end> "', f"/quote> <{OA}exact> "
_IS_EVIDENCE, _SELECTOR = f" {_TYPE} <{GM}Evidence>", f" <{OA}hasSelector> "
_CUE, _DOCUMENT, _PAGE = f" <{GM}cue> ", f" <{GM}inDocument>", f' <{GM}page> "'
_RULE, _STATED, _WRITTEN = f" <{GM}rule> ", f" <{GM}statedStatus> ", f" <{GM}writtenAs> "
_HAS_EVIDENCE = f" <{GM}hasEvidence> <"
_INTEGER, _DECIMAL = f'"^^<{XSD}integer>', f'"^^<{XSD}decimal>'


def united(*streams: Iterable[Block]) -> Iterator[str]:
    """The text of all blocks in order; where several speak of one node, each line once."""
    waiting, parts = "", [""]
    for key, lines in merge(*streams, key=itemgetter(0)):
        if key != waiting:
            yield _whole(parts)
            waiting, parts = key, [lines]
        else:
            parts.append(lines)
    yield _whole(parts)


def _whole(parts: list[str]) -> str:
    # not str.splitlines, which also breaks at U+2028 inside a text
    return parts[0] if len(parts) == 1 else _in_order("".join(parts).split("\n")[:-1])


def line_blocks(lines: Iterable[str], base: str = BASE) -> list[Block]:
    """Blocks of any lines of N-Quads."""
    by_subject: defaultdict[str, list[str]] = defaultdict(list)
    whole = f"<{base}{_EVIDENCE}"
    for one in lines:
        subject = one[: one.index("> ") + 1]
        if subject.startswith(whole):
            subject = subject[: len(whole) + _DIGITS] + "/"
        by_subject[subject].append(one.removesuffix("\n"))
    return sorted((subject, _in_order(group)) for subject, group in by_subject.items())


def quad_blocks(data: Iterable[Quad], base: str = BASE) -> list[Block]:
    """Blocks of any quads: for the few that have no template here."""
    return line_blocks(map(line, data), base)


def blocks(
    extractions: Iterable[Extraction],
    entities: Iterable[Entity],
    facts: Facts,
    ontology: Ontology,
    base: str = BASE,
    documents: Container[str] | None = None,
) -> list[Iterable[Block]]:
    """What `quads` says of the same, as sorted streams for `united`.

    The entities' names are looked up in the extractions; with `documents`, only those (by id) are described.
    """
    given = {extraction.document.id: _Given(extraction, base) for extraction in extractions}
    described = [one for identity, one in given.items() if documents is None or identity in documents]
    every: Iterable[Fact | Figure] = chain(facts.relations, facts.figures)
    said = [evidence for fact in every for evidence in fact.evidence]
    said.sort(key=attrgetter("iri"))
    writer = _Blocks(given, facts, ontology, base)
    return [
        map(writer.entity, sorted(entities, key=lambda entity: entity.iri + ">")),
        map(writer.document, sorted(described, key=attrgetter("iri"))),
        map(writer.relation, facts.relations),
        map(writer.figure, facts.figures),
        map(writer.evidence, said),
        quad_blocks(writer.agents(said), base),
    ]


def _in_order(lines: Iterable[str]) -> str:
    return "\n".join(sorted(set(lines))) + "\n"


class _Given:
    """A document, and how its graph is written."""

    __slots__ = ("claims", "document", "end", "iri")

    def __init__(self, extraction: Extraction, base: str) -> None:
        self.document = extraction.document
        self.claims = extraction.entities
        self.iri = f"<{document_iri(extraction.document.id, base)}>"
        self.end = f" {self.iri} ."

    def claim(self, key: int) -> EntityClaim:
        """An entity claim by its key, which mostly is its place, too."""
        if key < len(self.claims) and self.claims[key].key == key:
            return self.claims[key]
        return next(claim for claim in self.claims if claim.key == key)


class _Blocks:
    def __init__(self, given: dict[str, _Given], facts: Facts, ontology: Ontology, base: str) -> None:
        self.given = given
        self.base = base
        self.builder = Builder(ontology, base)
        self.statuses = {code: f"<{ontology.status_iri(code)}>" for code in ontology.statuses}
        self._ends: dict[str, str] = {}
        self._terms = _Terms(self.builder)
        self.classes = {name: f"<{ontology.class_iri(name)}>" for name in ontology.classes}
        self.predicates = {name: f"<{ontology.relation_iri(name)}>" for name in ontology.properties}
        self.stated: defaultdict[str, list[Fact]] = defaultdict(list)
        """Subject -> accepted facts."""
        for fact in facts.relations:
            if ontology.statuses[fact.status].accepted:
                self.stated[fact.subject.iri].append(fact)

    def entity(self, entity: Entity) -> Block:
        """Its class, its names, what it does, all over and by document."""
        subject = f"<{entity.iri}>"
        lines = [f"{subject} <{predicate}> {term(value)} ." for _, predicate, value in self.builder.entity(entity)]
        for document, key in entity.members:
            given = self.given.get(document)
            if given is None:  # documents of other builds
                continue
            claim = given.claim(key)
            lines.append(f"{subject} {_TYPE} {self.classes[claim.cls]}{given.end}")
            for name in claim.names:
                lines.append(f"{subject} {_NAME} {text(name)}@{given.document.lang}{given.end}")
        for fact in self.stated.get(entity.iri, ()):
            start = f"{subject} {self.predicates[fact.predicate]} <{fact.object.iri}>"
            lines.append(start + " .")
            lines += [start + self._end(one.document) for one in fact.evidence]
        return subject, _in_order(lines)

    def document(self, given: _Given) -> Block:
        """What is known of a document, in its own graph."""
        said = self.builder.document(given.document)
        return given.iri, _in_order(
            f"{given.iri} <{predicate}> {term(value)}{given.end}" for _, predicate, value in said
        )

    def relation(self, fact: Fact) -> Block:
        """A fact with its evidence."""
        subject = f"<{fact.iri}>"
        lines = [
            f"{subject} <{RDF}subject> <{fact.subject.iri}> .",
            f"{subject} <{RDF}predicate> {self.predicates[fact.predicate]} .",
            f"{subject} <{RDF}object> <{fact.object.iri}> .",
        ]
        return subject, _in_order(lines + self._support(subject, fact, fact.status))

    def figure(self, figure: Figure) -> Block:
        """A figure as it is accepted, and as each document gives it."""
        subject = f"<{figure.iri}>"
        written = {id(figure.claim): self._measured(subject, figure, figure.claim)}
        lines = [said + " ." for said in written[id(figure.claim)]]
        for one in figure.evidence:
            if isinstance(one.claim, ObservationClaim):
                if id(one.claim) not in written:
                    written[id(one.claim)] = self._measured(subject, figure, one.claim)
                end = self._end(one.document)
                lines += [said + end for said in written[id(one.claim)]]
        return subject, _in_order(lines + self._support(subject, figure, figure.claim.status))

    def _measured(self, subject: str, figure: Figure, claim: ObservationClaim) -> list[str]:
        known = self._terms
        value, upper, unit = to_base(claim, self.builder.ontology)
        lines = [
            f"{subject} {_TYPE} <{GM}Observation>",
            f"{subject} <{GM}about> <{figure.subject.iri}>",
            f"{subject} <{GM}indicator> {known.indicator(claim.indicator)}",
            f"{subject} <{GM}status> {self.statuses[claim.status]}",
            f'{subject} <{GM}numericValue> "{plain(claim.value)}{_DECIMAL}',
            f"{subject} <{GM}unit> {known.unit(claim.unit)}",
            f'{subject} <{GM}baseValue> "{plain(value)}{_DECIMAL}',
            f"{subject} <{GM}baseUnit> {known.unit(unit)}",
        ]
        if claim.max is not None:
            lines.append(f'{subject} <{GM}upperValue> "{plain(claim.max)}{_DECIMAL}')
        if upper is not None:
            lines.append(f'{subject} <{GM}baseUpperValue> "{plain(upper)}{_DECIMAL}')
        if claim.substance:
            lines.append(f"{subject} <{GM}substance> {known.substance(claim.substance)}")
        if claim.period:
            lines.append(f"{subject} <{GM}period> {text(claim.period)}")
        if claim.qualifier:
            lines.append(f"{subject} <{GM}qualifier> {text(claim.qualifier)}")
        return lines

    def _support(self, subject: str, fact: Fact | Figure, status: str) -> list[str]:
        lines = [
            f"{subject} {_TYPE} <{GM}Fact> .",
            f"{subject} <{GM}statedStatus> {self.statuses[status]} .",
            f'{subject} <{GM}belief> "{plain(fact.belief)}{_DECIMAL} .',
            f'{subject} <{GM}sourceCount> "{fact.sources}{_INTEGER} .',
        ]
        for one in fact.evidence:
            said = f"{subject}{_HAS_EVIDENCE}{one.iri}>"
            lines += (said + " .", said + self._end(one.document))
        return lines

    def evidence(self, evidence: Evidence) -> Block:
        """A sentence with its selectors, in the graph of its document; its lines are written in their order."""
        claim, end, start = evidence.claim, self._end(evidence.document), f"<{evidence.iri}"
        node = start + ">"
        agents = cues = page = written = ""
        if MODEL_RULE in claim.rule:
            named = (agent_iri(name, self.base) for name in models(claim.rule))
            agents = "".join(sorted(f"{node} <{PROV}wasAttributedTo> <{agent}>{end}\n" for agent in named))
        if claim.cues:
            cues = "".join(sorted({f"{node}{_CUE}{text(cue)}{end}\n" for cue in claim.cues}))
        if evidence.page is not None:
            page = f"{node}{_PAGE}{evidence.page}{_INTEGER}{end}\n"
        if evidence.written:
            written = f"{node}{_WRITTEN}{text(evidence.written)}{end}\n"
        return start + "/", (
            f"{start}{_IS_PLACE}{end}\n{start}{_END}{evidence.end}{_INTEGER}{end}\n"
            f"{start}{_START}{evidence.start}{_INTEGER}{end}\n"
            f"{start}{_IS_QUOTE}{end}\n{start}{_EXACT}{text(evidence.quote)}{end}\n"
            f"{node}{_IS_EVIDENCE}{end}\n{node}{_SELECTOR}{start}/position>{end}\n{node}{_SELECTOR}{start}/quote>{end}\n"
            f"{agents}{cues}{node}{_DOCUMENT}{end[:-2]}{end}\n{page}{node}{_RULE}{text(claim.rule)}{end}\n"
            f"{node}{_STATED}{self.statuses[claim.status]}{end}\n{written}"
        )

    def agents(self, said: Iterable[Evidence]) -> Iterator[Quad]:
        """The language models to which evidence is attributed."""
        told = {(name, one.document) for one in said if MODEL_RULE in one.claim.rule for name in models(one.claim.rule)}
        for name, document in sorted(told):
            for quad in self.builder.agent(name):
                yield Quad(*quad, document_iri(document, self.base))

    def _end(self, document: str) -> str:
        end = self._ends.get(document)
        if end is None:
            end = self._ends[document] = f" <{document_iri(document, self.base)}> ."
        return end


class _Terms:
    """IRIs of what figures name, as N-Quads writes them, each looked up once."""

    def __init__(self, builder: Builder) -> None:
        self.indicator = cache(lambda code: f"<{builder.ontology.indicator_iri(code)}>")
        self.unit = cache(lambda code: f"<{builder.unit(code)}>")
        self.substance = cache(lambda code: f"<{builder.substance(code)}>")
