#!/usr/bin/env python3
"""Learns `ontology/weights.tsv` from annotated texts: how much each circumstance speaks for a reading.

    python tests/corpus/train.py FOLDER [FOLDER ...]         each with texts/ and gold/
    python tests/corpus/train.py --folds 5 FOLDER ...        also scores texts that the weights have not seen

Logistic regression with a penalty on large weights, features in sorted order and a fixed number of passes: the same
texts give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg import ontology
from kg.claims import weights as learned
from kg.claims.extract import Reader, entity_features
from kg.claims.figures import Figure, completed
from kg.claims.relations import Proposals, features
from kg.documents import Document, read_file
from kg.evaluate import alike, base_unit

MODELS = ("relation", "entity", "indicator", "status", "subject")
Example = tuple[frozenset[str], bool]


def examples(document: Document, gold: dict[str, Any]) -> Iterator[tuple[str, Example]]:
    """(model, (features, whether the annotation says so)) of one text."""
    reader = Reader(document)
    names = {e["id"]: e["names"] for e in gold["entities"]}
    classes = {e["id"]: e["class"] for e in gold["entities"]}
    things = reader.things.all
    known = ontology.load()

    def same(identifier: str, key: int) -> bool:
        return alike(names[identifier], things[key].names) >= 0.5

    proposals = Proposals()
    for context, topic in reader.contexts():
        proposals.sentence(context, topic)
        for quantity in completed(context, document.text):
            yield from _figure(Figure(context, quantity, topic, document.text), gold, same)
    for (s, p, o), proposal in proposals.all.items():
        holds = any(
            r["p"] == p and (same(r["s"], s) and same(r["o"], o) or p in _SYMMETRIC and same(r["s"], o) and same(r["o"], s))
            for r in gold["relations"]
        )
        yield "relation", (frozenset(features(proposal)), holds)
    for thing in things:
        if thing.names:
            there = any(classes[i] in known.ancestors(thing.cls) and same(i, thing.key) for i in names)
            yield "entity", (frozenset(entity_features(thing)), there)


_SYMMETRIC = frozenset(name for name, term in ontology.load().relations.items() if term.symmetric)


def _figure(figure: Figure, gold: dict[str, Any], same: Any) -> Iterator[tuple[str, Example]]:
    q = figure.quantity
    unit, value = base_unit(f"{q.unit}/{q.per}" if q.per and q.per not in ("year", "month") else q.unit, float(q.value))
    text = figure.text[figure.context.sentence.start : figure.context.sentence.end]
    fitting = []
    for o in gold["observations"]:
        other, amount = base_unit(o["unit"], o["value"])
        close = abs(amount - value) <= 0.005 * max(abs(amount), 1e-12)
        here = o["quote"] in text or text in o["quote"] or any(len(part) > 8 and part in text for part in o["quote"].split("\n"))
        if other.split("/")[0] == unit.split("/")[0] and close:
            fitting.append((here, o))
    if not fitting:
        return
    o = max(fitting, key=lambda pair: pair[0])[1]
    for answer in figure.indicators():
        yield "indicator", (frozenset(answer.features), answer.value == o["indicator"])
    for answer in figure.statuses(o["indicator"]):
        if answer.features != ("dropped",):
            yield "status", (frozenset(answer.features), answer.value == o["status"])
    for answer in figure.subjects(o["indicator"]):
        assert answer.mention is not None
        right = any(same(s, answer.mention.entity) for s in o["subject"])
        yield "subject", (frozenset(answer.features), right)


def fit(data: list[Example], passes: int = 40, rate: float = 0.25, penalty: float = 0.02) -> dict[str, float]:
    """Weights by stochastic descent with per-feature rates; features seen once or twice weigh nothing."""
    seen: dict[str, int] = defaultdict(int)
    for found, _ in data:
        for feature in found:
            seen[feature] += 1
    rows = [(sorted(f for f in found if f and seen[f] > 2), holds) for found, holds in data]
    weight: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1e-6)
    for _ in range(passes):
        for found, holds in rows:
            error = float(holds) - learned.probability(sum(weight[f] for f in found))
            for f in found:
                slope = error - penalty * weight[f]
                squares[f] += slope * slope
                weight[f] += rate * slope / math.sqrt(squares[f])
    return {f: w for f, w in sorted(weight.items()) if abs(w) >= 0.005}


def threshold(data: list[Example], weight: dict[str, float], beta: float = 1.0) -> float:
    """The score above which the examples are best told apart (F1)."""
    scored = sorted(((sum(weight.get(f, 0.0) for f in found), holds) for found, holds in data), reverse=True)
    total, best, hits, cut = sum(h for _, h in scored), 0.0, 0, 0.0
    for n, (value, holds) in enumerate(scored, 1):
        hits += holds
        f1 = (1 + beta**2) * hits / (n + beta**2 * total)
        if f1 > best:
            best, cut = f1, value - 1e-6
    return cut


def train(texts: Iterable[tuple[Document, dict[str, Any]]]) -> dict[str, dict[str, float]]:
    """All models from annotated documents."""
    data: dict[str, list[Example]] = {model: [] for model in MODELS}
    for document, gold in texts:
        for model, example in examples(document, gold):
            data[model].append(example)
    models = {model: fit(rows) for model, rows in data.items()}
    for model in ("relation", "entity"):
        models[model]["threshold"] = threshold(data[model], models[model])
    return models


def annotated(folders: Iterable[Path]) -> list[tuple[Document, dict[str, Any]]]:
    """Documents with their annotations."""
    found = []
    for folder in folders:
        for path in sorted((folder / "gold").glob("*.json")):
            document = read_file(folder / "texts" / f"{path.stem}.txt")
            assert isinstance(document, Document), document
            found.append((document, json.loads(path.read_text(encoding="utf-8"))))
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
    options.out.write_text(written(train(annotated(options.folders))), encoding="utf-8")


if __name__ == "__main__":
    main()
