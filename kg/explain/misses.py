"""What was nearly read, and why not: figures that are nobody's, cues without slots, claims below the threshold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from kg import ontology
from kg.claims import Extraction
from kg.claims.answers import best
from kg.claims.context import Context, fits
from kg.claims.figures import Figure
from kg.claims.frames import framed
from kg.claims.noted import doubtful
from kg.claims.proposals import Proposals
from kg.claims.relations import score, threshold, unweighed
from kg.claims.telling import Told, is_told, seen_of
from kg.claims.topic import Topic
from kg.claims.weights import thousandths
from kg.explain.model import Miss, Weight
from kg.mentions import Quantity, Thing, Things
from kg.mentions.language import reading

NEAR = 0.5
"""How far below the threshold a score may lie to be a near miss."""
LISTED = 4
"""Unmade relations told of under one sentence, the nearest ones."""
SHOWN = 5
"""Weights told for an answer: its strongest ones."""


def strongest(model: str, circumstances: Iterable[str]) -> tuple[Weight, ...]:
    """The circumstances that weigh most, for or against."""
    table = thousandths(model)
    found = {(c, table[c] / 1000) for c in circumstances if c in table}
    known = sorted(found, key=lambda pair: (-abs(pair[1]), pair[0]))
    return tuple(Weight(*pair) for pair in known[:SHOWN])


def fullest(thing: Thing) -> str:
    """The longest of a thing's names, as claims show it."""
    return min(thing.names, key=lambda name: (-len(name), name), default="")


# Figures


def missed_numbers(found: Iterable[Quantity], whole: Iterable[Quantity], text: str) -> Iterator[Miss]:
    """Numbers that count nothing: no unit, no noun behind them."""
    complete = {q.start for q in whole}
    for q in found:
        if q.start not in complete:
            yield Miss("no-unit", q.start, q.end, {"words": text[q.start : q.end]})


def missed_figure(figure: Figure, before: Told) -> Miss:
    """Why a figure that has all else gave no observation: it is denied or supposed, it reads like none that analysts
    note, or it is nobody's; `before`: the text's figures so far."""
    q, words = figure.quantity, figure.text[figure.quantity.start : figure.quantity.end]
    indicator = best("indicator", figure.indicators()).value
    status = best("status", figure.statuses(indicator))
    if status.value in reading()["status"]["dropped"]:
        about = {"words": words, "status": status.value, "cue": status.cue}
        return Miss("dropped", q.start, q.end, about)
    if not is_told(figure, before):
        said = [weight.circumstance for weight in strongest("figure", seen_of(figure, before)) if weight.weight < 0]
        return Miss("untold", q.start, q.end, {"words": words, "why": ", ".join(said)})
    order = reading()["subjects"].get(indicator, reading()["subjects"]["other"])
    return Miss("no-subject", q.start, q.end, {"words": words, "indicator": indicator, "classes": " ".join(order)})


# Cues


def missed_cues(context: Context, topic: Topic, claimed: Collection[str]) -> Iterator[Miss]:
    """Words that say a relation in a sentence that gives none of it; one miss a relation, at its first cue."""
    made = {claim.predicate for claim in framed(context, topic)}
    seen = set(claimed)
    for i, j, number, entry in context.cues("frame"):
        relation = context.lang.frames[int(number)]["relation"]
        start, end = context.tokens[i].start, context.tokens[j - 1].end
        if relation in seen or relation in made:  # what was proposed is told of by its score
            continue
        seen.add(relation)
        about = {"relation": relation, "entry": entry}
        lacking = [slot for slot in ("subject", "object") if not _filled(context, topic, relation, slot)]
        name = next((m.text for m in context.mentions if m.start <= start and end <= m.end), "")
        if name:
            yield Miss("in-name", start, end, about | {"name": name})
        elif lacking:
            known = ontology.load()
            classes = known.domain(relation) if lacking[0] == "subject" else known.range(relation)
            yield Miss("no-slot", start, end, about | {"slot": lacking[0], "classes": " ".join(sorted(classes))})
        else:
            yield Miss("unmade", start, end, about)


def _filled(context: Context, topic: Topic, relation: str, slot: str) -> bool:
    """Whether anything that the sentence names, or may leave unsaid as its subject, can stand in a slot."""
    here = list(context.mentions)
    unsaid = [*topic.mentions, *topic.heading, *topic.main] if slot == "subject" else []
    unsaid += [topic.speaker] if topic.speaker is not None else []
    return any(fits(context.thing(m).cls, relation, slot) for m in (*here, *unsaid))


def missed_references(context: Context) -> Iterator[Miss]:
    """Words that point back to a thing that was never named."""
    for mention in context.sentence.mentions:
        if mention.how == "reference" and mention.entity < 0:
            yield Miss("nowhere", mention.start, mention.end, {"words": mention.text, "class": mention.cls})


# Proposals


def missed_proposals(proposals: Proposals, found: Extraction, things: Things) -> Mapping[int, list[Miss]]:
    """Start of a sentence -> relations that it nearly gave: just below the threshold, or above and yet not made."""
    claimed = {(c.subject, c.predicate, c.object) for c in found.relations}
    joined = {frozenset((c.subject, c.object)) for c in found.relations}
    misses: defaultdict[int, list[Miss]] = defaultdict(list)
    doubted = {thing.key for thing in things.all if doubtful(thing)}
    for key in proposals:
        if key in claimed or key[1] in unweighed():
            continue
        value = score(proposals, key)
        if value <= threshold() - NEAR:
            continue
        subject, relation, thing = key
        pair = frozenset((subject, thing))
        if value <= threshold() and pair in joined:
            continue  # what joins the two is told already
        doubt = next((k for k in (subject, thing) if k in doubted), None)
        kind = "below" if value <= threshold() else "doubted" if doubt is not None else "rival"
        about = {"subject": fullest(things.all[subject]), "relation": relation, "object": fullest(things.all[thing])}
        claim = proposals.claim(key)
        about["rule"] = claim.rule
        if kind == "doubted" and doubt is not None:
            about["name"] = fullest(things.all[doubt])
        weighed = strongest("relation", proposals.features(key))
        misses[claim.start].append(Miss(kind, claim.start, claim.end, about, value, weighed))  # type: ignore[arg-type]
    return {start: sorted(listed, key=lambda miss: -(miss.score or 0))[:LISTED] for start, listed in misses.items()}
