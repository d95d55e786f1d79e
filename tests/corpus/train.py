#!/usr/bin/env python3
"""Learns `ontology/weights.tsv` from annotated texts: how much each circumstance speaks for a reading.

    python tests/corpus/train.py REAL [FOLDER ...]         each with texts/ and gold/

The first folder holds real texts, which are the norm: they count several times, as the own ones are many.
Logistic regression with a penalty on large weights; where one of several answers is due, over the answers together.
Needs numpy and scipy (the extra "train").
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

from kg import ontology
from kg.claims.counts import completed
from kg.claims.extract import Reader
from kg.claims.figures import Figure
from kg.claims.noted import entity_features
from kg.claims.proposals import Proposals
from kg.claims.weights import weights
from kg.documents import Document, document, read_file
from kg.evaluate.same import alike, same_figure, scope
from kg.mentions.language import reading

MODELS = ("relation", "entity", "indicator", "status", "subject")
Example = tuple[frozenset[str], bool]
Question = tuple[Example, ...]
"""The examples of which one is to be chosen: all possible owners of one figure; else one example alone."""


def examples(text: Document, gold: dict[str, Any]) -> Iterator[tuple[str, Question]]:
    """(model, its examples: features and whether the annotation says so) of one text."""
    reader = Reader(text)
    names = {e["id"]: e["names"] for e in gold["entities"]}
    classes = {e["id"]: e["class"] for e in gold["entities"]}
    things = reader.things.all
    known = ontology.load()

    def same(identifier: str, key: int) -> bool:
        return alike(names[identifier], things[key].names) >= 0.5

    proposals = Proposals()
    for context, topic in reader.contexts():
        proposals.sentence(context, topic)
        for quantity in completed(context, text.text):
            yield from _figure(Figure(context, quantity, topic, text.text), gold, same)
    proposals.whole(things)
    for s, p, o in proposals:
        if p in reading()["unweighed"]:
            continue
        holds = any(
            r["p"] == p
            and ((same(r["s"], s) and same(r["o"], o)) or (p in _SYMMETRIC and same(r["s"], o) and same(r["o"], s)))
            for r in gold["relations"]
        )
        yield "relation", ((frozenset(proposals.features((s, p, o))), holds),)
    for thing in things:
        # what the guide does not ask for is neither right nor wrong when it is found
        if thing.names and known.top(thing.cls) in scope()["classes"]:
            there = any(classes[i] in known.ancestors(thing.cls) and same(i, thing.key) for i in names)
            yield "entity", ((frozenset(entity_features(thing)), there),)


_SYMMETRIC = frozenset(name for name, term in ontology.load().relations.items() if term.symmetric)


def _figure(figure: Figure, gold: dict[str, Any], same: Any) -> Iterator[tuple[str, Question]]:
    q = figure.quantity
    unit = f"{q.unit}/{q.per}" if q.per and q.per not in ("year", "month") else q.unit
    text = figure.text[figure.context.sentence.start : figure.context.sentence.end]
    fitting = []
    for o in gold["observations"]:
        here = o["quote"] in text or text in o["quote"]
        if same_figure(o["unit"], o["value"], unit, q.value):
            fitting.append((here, o))
    if not fitting:
        return
    o = max(fitting, key=lambda pair: pair[0])[1]
    for answer in figure.indicators():
        yield "indicator", ((frozenset(answer.features), answer.value == o["indicator"]),)
    for answer in figure.statuses(o["indicator"]):
        if answer.features not in (("dropped",), ("certain",)):
            yield "status", ((frozenset(answer.features), answer.value == o["status"]),)
    owners = []
    for answer in figure.subjects(o["indicator"]):
        assert answer.mention is not None
        right = any(same(s, answer.mention.entity) for s in o["subject"])
        owners.append((frozenset(answer.features), right))
    if owners:
        yield "subject", tuple(owners)


PENALTY = {"relation": 20.0, "entity": 2.0, "indicator": 1.0, "status": 2.0, "subject": 3.0}
"""How much large weights cost, a model: chosen by scoring texts left out of the training."""
COUNTED = {"relation": 3, "entity": 3, "indicator": 3, "status": 3, "subject": 6}
"""Times that a real text counts."""
_SEEN = 3
"""Times that a feature must be seen to get a weight."""
_SMALLEST = 0.03
"""Weights nearer to nothing than this are left out."""


def fit(data: list[Question], penalty: float) -> dict[str, float]:
    """Weights of a logistic regression with a quadratic penalty: of examples alone or of choices."""
    rows = [example for question in data for example in question]
    seen = Counter(feature for found, _ in rows for feature in found)
    index = {f: n for n, f in enumerate(sorted(f for f, times in seen.items() if f and times >= _SEEN))}
    columns = [sorted(index[f] for f in found if f in index) for found, _ in rows]
    ends = np.cumsum([0, *map(len, columns)])
    matrix = sparse.csr_matrix((np.ones(ends[-1]), np.concatenate(columns), ends), shape=(len(rows), len(index)))
    truth = np.array([holds for _, holds in rows], dtype=float)
    sizes = [len(question) for question in data]
    loss = _chosen(matrix, truth, sizes) if max(sizes) > 1 else _alone(matrix, truth)

    def penalised(weight: Any) -> tuple[float, Any]:
        cost, slope = loss(weight)
        return cost + 0.5 * penalty * float(weight @ weight), slope + penalty * weight

    best = optimize.minimize(penalised, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {f: round(float(best[n]), 3) for f, n in index.items() if abs(best[n]) >= _SMALLEST}


Loss = Callable[[Any], tuple[float, Any]]


def _alone(matrix: Any, truth: Any) -> Loss:
    """Each example is right or not."""
    sign = 2 * truth - 1

    def loss(weight: Any) -> tuple[float, Any]:
        margin = sign * (matrix @ weight)
        return float(np.logaddexp(0, -margin).sum()), -(matrix.T @ (sign / (1 + np.exp(np.clip(margin, -30, 30)))))

    return loss


def _chosen(matrix: Any, truth: Any, sizes: list[int]) -> Loss:
    """Of each question's answers one is chosen, any of the right ones; where none is right, nothing is learned."""
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)
    told = (np.add.reduceat(truth, starts) > 0)[of]

    def loss(weight: Any) -> tuple[float, Any]:
        score = matrix @ weight
        odds = np.exp(score - np.maximum.reduceat(score, starts)[of])
        chance = odds / np.add.reduceat(odds, starts)[of]
        right = np.add.reduceat(chance * truth, starts)[of]
        hit = np.where(told, chance * truth / np.where(told, np.maximum(right, 1e-300), 1), 0)
        cost = -np.log(np.maximum(right[starts][told[starts]], 1e-300)).sum()
        return float(cost), matrix.T @ np.where(told, chance - hit, 0)

    return loss


THRESHOLD = {"relation": -1.0, "entity": 0.35}
"""Scores from which on a claim is made. On texts left out of the training the F1 of relations is highest near -1.1 and
falls slowly; these lie where precision is higher, as a false claim costs an analyst more than a missed one."""


def train(
    real: Iterable[tuple[Document, dict[str, Any]]], own: Iterable[tuple[Document, dict[str, Any]]]
) -> dict[str, dict[str, float]]:
    """All models from annotated documents."""
    texts = [*((text, gold, True) for text, gold in real), *((text, gold, False) for text, gold in own)]
    things = learn(_collected(texts, ("entity",)))
    weights()["entity"] = things["entity"]  # the other models ask how much a thing reads like one
    return learn(_collected(texts, MODELS))


def _collected(
    texts: list[tuple[Document, dict[str, Any], bool]], models: tuple[str, ...]
) -> dict[str, list[list[Question]]]:
    """Model -> the questions of each text, those of a text that is the norm several times."""
    data: dict[str, list[list[Question]]] = {model: [] for model in models}
    for text, gold, norm in texts:
        by_model: dict[str, list[Question]] = {model: [] for model in models}
        for model, question in examples(text, gold):
            if model in by_model:
                by_model[model].append(question)
        for model in models:
            data[model] += [by_model[model]] * (COUNTED[model] if norm else 1)
    return data


def learn(data: dict[str, list[list[Question]]]) -> dict[str, dict[str, float]]:
    """Model -> weights, from the examples of each text."""
    if "relation" in data:
        data["relation"] = [*data["relation"], list(taught())]
    models = {model: fit([q for text in texts for q in text], PENALTY[model]) for model, texts in data.items()}
    for model, score in THRESHOLD.items():
        if model in models:
            models[model]["threshold"] = score
    return models


_TIMES = 3
"""Texts that one example of a frame is worth."""


def taught() -> Iterator[Question]:
    """What the lexicons' examples of frames show: a cue with both slots says its relation, however short the text."""
    for lang in ontology.load().languages:
        for frame in ontology.load().lexicon(lang).get("frames", ()):
            reader, proposals = Reader(replace(document(frame["example"]), lang=lang)), Proposals()
            for context, topic in reader.contexts():
                proposals.sentence(context, topic)
            proposals.whole(reader.things.all)
            for key in proposals:
                if key[1] == frame["relation"] and proposals.claim(key).rule == f"frame-{key[1]}":
                    yield from [((frozenset(proposals.features(key)), True),)] * _TIMES


def annotated(folders: Iterable[Path]) -> list[tuple[Document, dict[str, Any]]]:
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
