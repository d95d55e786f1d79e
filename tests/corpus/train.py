#!/usr/bin/env python3
"""Learns `ontology/weights.tsv` from annotated texts: how much each circumstance speaks for a reading.

    python tests/corpus/train.py REAL [FOLDER ...]         each with texts/ and gold/

The first folder holds real texts, which are the norm: they count several times, as the own ones are many.
Logistic regression with a penalty on large weights.
Needs numpy and scipy (the extra "train").
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

from kg import ontology
from kg.claims.counts import completed
from kg.claims.extract import Reader, entity_features
from kg.claims.figures import Figure
from kg.claims.proposals import Proposals
from kg.documents import Document, document, read_file
from kg.evaluate.same import alike, same_figure, scope
from kg.mentions.language import reading

MODELS = ("relation", "entity", "indicator", "status", "subject")
Example = tuple[frozenset[str], bool]


def examples(text: Document, gold: dict[str, Any]) -> Iterator[tuple[str, Example]]:
    """(model, (features, whether the annotation says so)) of one text."""
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
        yield "relation", (frozenset(proposals.features((s, p, o))), holds)
    for thing in things:
        # what the guide does not ask for is neither right nor wrong when it is found
        if thing.names and known.top(thing.cls) in scope()["classes"]:
            there = any(classes[i] in known.ancestors(thing.cls) and same(i, thing.key) for i in names)
            yield "entity", (frozenset(entity_features(thing)), there)


_SYMMETRIC = frozenset(name for name, term in ontology.load().relations.items() if term.symmetric)


def _figure(figure: Figure, gold: dict[str, Any], same: Any) -> Iterator[tuple[str, Example]]:
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
        yield "indicator", (frozenset(answer.features), answer.value == o["indicator"])
    for answer in figure.statuses(o["indicator"]):
        if answer.features not in (("dropped",), ("certain",)):
            yield "status", (frozenset(answer.features), answer.value == o["status"])
    for answer in figure.subjects(o["indicator"]):
        assert answer.mention is not None
        right = any(same(s, answer.mention.entity) for s in o["subject"])
        yield "subject", (frozenset(answer.features), right)


PENALTY = {"relation": 20.0, "entity": 2.0, "indicator": 1.0, "status": 2.0, "subject": 1.0}
"""How much large weights cost, a model: chosen by scoring texts left out of the training."""
COUNTED = {"relation": 3, "entity": 3, "indicator": 3, "status": 3, "subject": 6}
"""Times that a real text counts."""
_SEEN = 3
"""Times that a feature must be seen to get a weight."""
_SMALLEST = 0.03
"""Weights nearer to nothing than this are left out."""


def fit(data: list[Example], penalty: float) -> dict[str, float]:
    """Weights of a logistic regression with a quadratic penalty."""
    seen = Counter(feature for found, _ in data for feature in found)
    index = {f: n for n, f in enumerate(sorted(f for f, times in seen.items() if f and times >= _SEEN))}
    rows, columns = [], []
    for row, (found, _) in enumerate(data):
        known = sorted(index[f] for f in found if f in index)
        rows += [row] * len(known)
        columns += known
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(data), len(index)))
    truth = np.array([1.0 if holds else -1.0 for _, holds in data])

    def loss(weight: Any) -> tuple[float, Any]:
        margin = truth * (matrix @ weight)
        slope = -(matrix.T @ (truth / (1 + np.exp(np.clip(margin, -30, 30))))) + penalty * weight
        return float(np.logaddexp(0, -margin).sum() + 0.5 * penalty * (weight @ weight)), slope

    found = optimize.minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {f: round(float(found[n]), 3) for f, n in index.items() if abs(found[n]) >= _SMALLEST}


THRESHOLD = {"relation": -1.0, "entity": 0.35}
"""Scores from which on a claim is made. On texts left out of the training the F1 of relations is highest near -1.1 and
falls slowly; these lie where precision is higher, as a false claim costs an analyst more than a missed one."""


def train(
    real: Iterable[tuple[Document, dict[str, Any]]], own: Iterable[tuple[Document, dict[str, Any]]]
) -> dict[str, dict[str, float]]:
    """All models from annotated documents."""
    data: dict[str, list[list[Example]]] = {model: [] for model in MODELS}
    texts = [*((text, gold, True) for text, gold in real), *((text, gold, False) for text, gold in own)]
    for text, gold, norm in texts:
        by_model: dict[str, list[Example]] = {model: [] for model in MODELS}
        for model, example in examples(text, gold):
            by_model[model].append(example)
        for model in MODELS:
            data[model] += [by_model[model]] * (COUNTED[model] if norm else 1)
    return learn(data)


def learn(data: dict[str, list[list[Example]]]) -> dict[str, dict[str, float]]:
    """Model -> weights, from the examples of each text."""
    data["relation"] = [*data["relation"], list(taught())]
    models = {model: fit([e for text in texts for e in text], PENALTY[model]) for model, texts in data.items()}
    for model, score in THRESHOLD.items():
        models[model]["threshold"] = score
    return models


_TIMES = 3
"""Texts that one example of a frame is worth."""


def taught() -> Iterator[Example]:
    """What the lexicons' examples of frames show: a cue with both slots says its relation, however short the text."""
    for lang in ontology.load().languages:
        for frame in ontology.load().lexicon(lang).get("frames", ()):
            reader, proposals = Reader(replace(document(frame["example"]), lang=lang)), Proposals()
            for context, topic in reader.contexts():
                proposals.sentence(context, topic)
            proposals.whole(reader.things.all)
            for key in proposals:
                if key[1] == frame["relation"] and proposals.claim(key).rule == f"frame-{key[1]}":
                    yield from [(frozenset(proposals.features(key)), True)] * _TIMES


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
