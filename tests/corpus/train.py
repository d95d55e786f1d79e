#!/usr/bin/env python3
"""Learns `ontology/weights.tsv` from annotated texts: how much each circumstance speaks for a reading.

    python tests/corpus/train.py REAL [FOLDER ...]         each with texts/ and gold/

The first folder holds real texts, which are the norm: they count several times, as the own ones are many.
Logistic regression with a penalty on large weights; where one of several answers is due, over the answers together.
What a model is told by another one comes from one that was learned without the text, as it will be with unseen texts.
Needs numpy and scipy (the extra "train").
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from fitting import Least, Question, fit

from kg import ontology
from kg.claims.answers import SETTLED
from kg.claims.counts import completed
from kg.claims.extract import Reader
from kg.claims.figures import Figure, unit_of
from kg.claims.joining import questions
from kg.claims.kinds import answers, forms
from kg.claims.noted import seen_of
from kg.claims.proposals import Key, Proposals
from kg.claims.telling import Told, said
from kg.claims.telling import seen_of as seen_of_figure
from kg.claims.weights import adopt
from kg.documents import Document, document, read_file
from kg.evaluate.same import alike, same_figure, scope
from kg.graph.table import in_guide_unit
from kg.mentions import Quantity, Thing
from kg.mentions.language import reading

MODELS = ("relation", "entity", "kind", "same", "figure", "indicator", "status", "subject")
TOLD = ("entity", "kind", "same")
"""Models that tell others something."""
Annotated = tuple[Document, dict[str, Any]]


class Examples(NamedTuple):
    """What one text teaches."""

    questions: dict[str, list[Question]]
    """Model -> its questions."""
    norm: bool
    """Whether it is a real text."""


def examples(text: Document, gold: dict[str, Any]) -> Iterator[tuple[str, Question]]:
    """(model, its examples: features and whether the annotation says so) of one text."""
    reader = Reader(text)
    names = {e["id"]: e["names"] for e in gold["entities"]}
    classes = {e["id"]: e["class"] for e in gold["entities"]}
    things = reader.things.all
    known = ontology.load()

    @cache
    def like(identifier: str, key: int) -> float:
        return alike(names[identifier], things[key].names)

    def same(identifier: str, key: int) -> bool:
        return like(identifier, key) >= 0.5

    proposals, before = Proposals(), Told()
    figures: list[tuple[Figure, frozenset[Any]]] = []
    for context, topic in reader.contexts():
        proposals.sentence(context, topic)
        for quantity in completed(context, text.text):
            figures.append((Figure(context, quantity, topic, text.text), frozenset(before)))
            before.add(said(quantity))
            yield from _figure(figures[-1][0], gold, same)
    yield from _told(figures, gold)
    proposals.whole(things)
    yield from _relations(proposals, gold, like)
    yield from _kinds(reader, gold)
    yield from _joined(Reader(text, joined=False), gold)
    seen = seen_of(reader.sentences, reader.things)
    asked = [t for t in things if t.names and known.top(t.cls) in scope()["classes"]]
    pairs = [(like(i, t.key), i, t.key) for t in asked for i in names if classes[i] in known.ancestors(t.cls)]
    there = {key for _, key in one_to_one(pairs)}
    for thing in asked:
        # what the guide does not ask for is neither right nor wrong when it is found
        yield "entity", ((frozenset(seen[thing.key]), thing.key in there),)


def one_to_one(pairs: Iterable[tuple[float, Any, Any]]) -> set[tuple[Any, Any]]:
    """Of (likeness, annotated, found) the pairs that are alike, best first, each side once."""
    taken: set[tuple[Any, Any]] = set()
    for likeness, wanted, found in sorted(pairs, key=lambda p: (-p[0], str(p[1:]))):
        if likeness >= 0.5 and not any(wanted == w or found == f for w, f in taken):
            taken.add((wanted, found))
    return taken


def _relations(
    proposals: Proposals, gold: dict[str, Any], like: Callable[[str, int], float]
) -> Iterator[tuple[str, Question]]:
    """Proposals that the annotation states and that it does not; of several that say the same of names alike only the
    one nearest to it: to claim the others would be to say it twice, but what they look like is not wrong either."""
    stated: dict[int, list[tuple[float, Key]]] = {}
    asked = [key for key in proposals if key[1] not in reading()["unweighed"]]
    for s, p, o in asked:
        for number, r in enumerate(gold["relations"]):
            if r["p"] == p:
                close = min(like(r["s"], s), like(r["o"], o))
                if p in _SYMMETRIC:
                    close = max(close, min(like(r["s"], o), like(r["o"], s)))
                if close >= 0.5:
                    stated.setdefault(number, []).append((close, (s, p, o)))
    nearest = {max(found, key=lambda f: f[0])[1] for found in stated.values()}
    likewise = {key for found in stated.values() for _, key in found} - nearest
    for key in asked:
        if key not in likewise:
            yield "relation", ((frozenset(proposals.features(key)), key in nearest),)


def _kinds(reader: Reader, gold: dict[str, Any]) -> Iterator[tuple[str, Question]]:
    """What all names of the text teach for those that nothing classifies."""
    named = {t.key: t for t in reader.things.all if t.named and t.names}
    for key, seen in forms(reader.sentences, reader.things, set(named)).items():
        close = max(((alike(e["names"], named[key].names), e["class"]) for e in gold["entities"]), default=(0.0, ""))
        if close[0] >= _SURELY:
            yield "kind", tuple((frozenset(a.features), a.value == close[1]) for a in answers(seen))


def _joined(apart: Reader, gold: dict[str, Any]) -> Iterator[tuple[str, Question]]:
    """Which things that were read apart the annotation has as one; what it does not have at all says nothing."""
    known: dict[int, set[int]] = {}

    def of(thing: Thing) -> set[int]:
        if thing.key not in known:
            kind = ontology.load().top(thing.cls)
            close = [alike(e["names"], thing.names) if e["class"] == kind else 0.0 for e in gold["entities"]]
            best = max(close, default=0.0)
            known[thing.key] = {n for n, likeness in enumerate(close) if likeness == best >= 0.5}
        return known[thing.key]

    for thing, asked in questions(apart.sentences, apart.things):
        if of(thing):
            right = [other is not None and not of(thing).isdisjoint(of(other)) for _, other in asked]
            right[0] = not any(right)
            yield "same", tuple((frozenset(a.own), holds) for (a, _), holds in zip(asked, right, strict=True))


_SURELY = 0.9
"""How alike names must be for the annotation to tell the class of a thing."""
_SYMMETRIC = frozenset(name for name, term in ontology.load().relations.items() if term.symmetric)


def _same(o: dict[str, Any], q: Quantity) -> int:
    """How far an annotated figure is the one found, in the units of the guide."""
    value, unit = in_guide_unit(q.value, unit_of(q), ontology.load())
    return same_figure(o["unit"], o["value"], unit, value)


def _quoted(o: dict[str, Any], figure: Figure) -> bool:
    """Whether an annotated figure is quoted from the sentence of the one found, or from around it."""
    text = figure.text[figure.context.sentence.start : figure.context.sentence.end]
    return o["quote"] in text or text in o["quote"]


def _told(figures: list[tuple[Figure, Any]], gold: dict[str, Any]) -> Iterator[tuple[str, Question]]:
    """Which figures the annotation notes, each once."""
    pairs = []
    for place, (figure, _) in enumerate(figures):
        for number, o in enumerate(gold["observations"]):
            alike_by, here = _same(o, figure.quantity), _quoted(o, figure)
            pairs.append(((0.5 + alike_by / 10 + here) * bool(alike_by), number, place))
    there = {place for _, place in one_to_one(pairs)}
    for place, (figure, before) in enumerate(figures):
        yield "figure", ((frozenset(seen_of_figure(figure, before)), place in there),)


def _figure(figure: Figure, gold: dict[str, Any], same: Any) -> Iterator[tuple[str, Question]]:
    fitting = [(_quoted(o, figure), o) for o in gold["observations"] if _same(o, figure.quantity)]
    if not fitting:
        return
    o = max(fitting, key=lambda pair: pair[0])[1]
    yield "indicator", tuple((frozenset(a.features), a.value == o["indicator"]) for a in figure.indicators())
    open_ = [a for a in figure.statuses(o["indicator"]) if a.features not in SETTLED]
    yield "status", tuple((frozenset(a.features), a.value == o["status"]) for a in open_)
    owners = []
    for answer in figure.subjects(o["indicator"]):
        assert answer.mention is not None
        right = any(same(s, answer.mention.entity) for s in o["subject"])
        owners.append((frozenset(answer.features), right))
    if owners:
        yield "subject", tuple(owners)


PENALTY = {
    "relation": 20.0,
    "entity": 4.0,
    "kind": 1.0,
    "same": 8.0,
    "figure": 3.0,
    "indicator": 2.0,
    "status": 3.0,
    "subject": 4.0,
}
"""How much large weights cost, a model: chosen by scoring texts left out of the training."""
COUNTED = {"relation": 3, "entity": 3, "kind": 3, "same": 3, "figure": 3, "indicator": 3, "status": 3, "subject": 6}
"""Times that a real text counts."""
SEEN = {"relation": 3}
"""Times that a feature must be seen to get a weight, where it is not `_SEEN`."""
SMALLEST = {"relation": 0.04, "kind": 0.3}
"""Weights nearer to nothing than this are left out, where it is not `_SMALLEST`: words of many texts are told apart by
few large weights, relations by many small ones."""
_SEEN, _SMALLEST = 4, 0.1
THRESHOLD = {"relation": -1.3, "entity": 0.0, "figure": -0.3}
"""Scores from which on a claim is made. On texts left out of the training the F1 of relations is about the same between
-1.6 and -1.1, that of entities between -0.5 and 0.1; these lie where precision is higher, as a false claim costs an
analyst more than a missed one."""


FOLDS = 5
"""Texts of one language follow each other, so that every fold has texts of each."""


def gathered(texts: Sequence[tuple[Document, dict[str, Any], bool]]) -> list[Examples]:
    """What the texts teach, each read with kinds and worth of things as learned from the other folds."""
    adopt({})
    first = _read(texts, TOLD)
    found = list(first)
    for fold in range(FOLDS):
        others = [one for n, one in enumerate(first) if n % FOLDS != fold]
        adopt({model: learn_model(model, others) for model in TOLD})
        found[fold::FOLDS] = _read(texts[fold::FOLDS], MODELS)
    return found


def _read(texts: Sequence[tuple[Document, dict[str, Any], bool]], wanted: tuple[str, ...]) -> list[Examples]:
    """What each text teaches, in their order: processes made now have the weights of now."""
    with get_context("fork").Pool() as pool:
        return pool.map(partial(_examples, wanted=wanted), texts, chunksize=4)


def _examples(one: tuple[Document, dict[str, Any], bool], wanted: tuple[str, ...]) -> Examples:
    text, gold, norm = one
    found = Examples({model: [] for model in wanted}, norm)
    for model, question in examples(text, gold):
        if model in wanted:
            found.questions[model].append(question)
    return found


def learn(texts: Sequence[Examples]) -> dict[str, dict[str, float]]:
    """Model -> weights, from the examples of each text."""
    return {model: learn_model(model, texts) for model in MODELS}


def learn_model(model: str, texts: Sequence[Examples]) -> dict[str, float]:
    """Weights of one model; of relations, the lexicons' own examples teach too."""
    times = COUNTED[model]
    data = [q for text in texts for q in text.questions[model] * (times if text.norm else 1)]
    if model in WORDED:
        data += [_unworded(q) for text in texts[::_STRANGE] for q in text.questions[model]]
    least = Least(SEEN.get(model, _SEEN), SMALLEST.get(model, _SMALLEST))
    if model in TAUGHT:
        data += [question for which, question in taught() if which == model]
    found = fit(data, PENALTY[model], least)
    if model in THRESHOLD:
        found["threshold"] = THRESHOLD[model]
    return found


WORDED = ("entity", "kind", "figure", "indicator", "status", "subject")
"""Models that know words of the texts."""
_STRANGE = 3
"""Of so many texts one is read a second time as if nobody knew its words: so are those of a language that has no
annotated texts, and they are not to miss what only known words give."""


def _unworded(question: Question) -> Question:
    codes = "|".join(ontology.load().languages)
    words = re.compile(rf"(?:^|[:<])(?:{codes})[:<>]")
    return tuple((frozenset(f for f in seen if not words.search(f)), holds) for seen, holds in question)


def train(real: Iterable[Annotated], own: Iterable[Annotated]) -> dict[str, dict[str, float]]:
    """All models from annotated documents."""
    return learn(gathered([*((text, gold, True) for text, gold in real), *((text, gold, False) for text, gold in own)]))


TAUGHT = ("relation", "entity")
"""Models to which the lexicons' examples of frames tell something."""
_TIMES = 3
"""Texts that one example of a frame is worth."""


def taught() -> Iterator[tuple[str, Question]]:
    """What the lexicons' examples of frames show: a cue with both slots says its relation, however short the text, and
    what fills the slots is to be noted."""
    for lang in ontology.load().languages:
        for frame in ontology.load().lexicon(lang).get("frames", ()):
            reader, proposals = Reader(replace(document(frame["example"]), lang=lang)), Proposals()
            for context, topic in reader.contexts():
                proposals.sentence(context, topic)
            proposals.whole(reader.things.all)
            seen = seen_of(reader.sentences, reader.things)
            for key in proposals:
                if key[1] == frame["relation"] and proposals.claim(key).rule == f"frame-{key[1]}":
                    yield from [("relation", ((frozenset(proposals.features(key)), True),))] * _TIMES
                    for thing in (key[0], key[2]):
                        yield from [("entity", ((frozenset(seen[thing]), True),))] * _TIMES


def annotated(folders: Iterable[Path]) -> list[Annotated]:
    """Documents with their annotations."""
    found = []
    for folder in folders:
        for path in sorted((folder / "gold").glob("*.json")):
            read = read_file(folder / "texts" / f"{path.stem}.txt")
            assert isinstance(read, Document), read
            found.append((read, json.loads(path.read_text(encoding="utf-8"))))
    return found


def written(models: dict[str, dict[str, float]]) -> str:
    """The file's text."""
    lines = ["# model\tfeature\tweight; made by tests/corpus/train.py from annotated development texts"]
    lines += [f"{m}\t{f}\t{w:.3f}" for m in sorted(models) for f, w in sorted(models[m].items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-o", "--out", type=Path, default=ontology.ontology_dir() / "weights.tsv")
    options = parser.parse_args()
    options.out.write_text(
        written(train(annotated(options.folders[:1]), annotated(options.folders[1:]))), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
