#!/usr/bin/env python3
"""Counts how often each rule is right on annotated texts that its weights were not learned from.

    python tests/corpus/precision.py FOLDER [FOLDER ...]         each with texts/ and gold/

It writes `ontology/precision.tsv`, and prints how well several beliefs fit (Brier scores, without the texts judged).
The texts are parted into folds; the claims of each fold are made with weights learned from the others. Of each rule the
file says how many of its claims were right, and how what the weights say of a single claim has to be taken
(`scale`). Needs numpy and scipy (the extra "train").
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import train
from scipy import optimize  # type: ignore[import-untyped]
from train import Annotated

from kg import ontology
from kg.claims import Extraction, ObservationClaim, RelationClaim, extract
from kg.claims import weights as model
from kg.evaluate.same import alike, same_figure

FOLDS = 4
"""Texts of one language follow each other, so that every fold has texts of each."""


class Seen(NamedTuple):
    """One claim on a text that its weights were not learned from."""

    kind: str
    """"relation" or "observation"."""
    rule: str
    likely: float
    right: bool
    text: int


def held_out(texts: Sequence[Annotated]) -> list[Seen]:
    """The claims of all texts, each made with weights learned from other folds."""
    kept = {name: dict(table) for name, table in model.weights().items()}
    seen: list[Seen] = []
    try:
        data = train.gathered([(text, gold, False) for text, gold in texts])
        for fold in range(FOLDS):
            model.adopt(train.learn([found for n, found in enumerate(data) if n % FOLDS != fold]))
            for n, (document, gold) in enumerate(texts):
                if n % FOLDS == fold:
                    seen += judged(extract(document), gold, n)
    finally:
        model.adopt(kept)
    return seen


def judged(found: Extraction, gold: dict[str, Any], text: int) -> Iterator[Seen]:
    """Each relation and figure of one text, with whether the annotation has it."""
    told = {e.key: e.names for e in found.entities}
    names = {e["id"]: e["names"] for e in gold["entities"]}

    def same(identifier: str, key: int) -> bool:
        return alike(names[identifier], told[key]) >= 0.5

    for claim in found.relations:
        right = any(_states(r, claim, same) for r in gold["relations"])
        yield Seen("relation", claim.rule, float(claim.likely or 0.5), right, text)
    for figure in found.observations:
        right = any(_gives(o, figure, same) for o in gold["observations"])
        yield Seen("observation", figure.rule, float(figure.likely or 0.5), right, text)


Same = Callable[[str, int], bool]


def _states(wanted: dict[str, Any], claim: RelationClaim, same: Same) -> bool:
    known = ontology.load()
    if wanted["p"] not in known.ancestors(claim.predicate):
        return False
    forth = same(wanted["s"], claim.subject) and same(wanted["o"], claim.object)
    back = same(wanted["s"], claim.object) and same(wanted["o"], claim.subject)
    return forth or (back and known.relations[wanted["p"]].symmetric)


def _gives(wanted: dict[str, Any], claim: ObservationClaim, same: Same) -> bool:
    return (
        bool(same_figure(wanted["unit"], wanted["value"], claim.unit, claim.value))
        and (wanted["indicator"], wanted["status"]) == (claim.indicator, claim.status)
        and any(same(s, claim.subject) for s in wanted["subject"])
    )


_PRIOR_CLAIMS = 5
"""A rule with few claims is taken to be as good as its kind: so many claims of its precision are added to each."""


def scale(seen: Sequence[Seen]) -> tuple[float, float]:
    """Shift and slope that make the log odds of `likely` those of being right (Platt scaling)."""
    odds = np.array([model.log_odds(one.likely) for one in seen])
    truth = np.array([1.0 if one.right else -1.0 for one in seen])

    def loss(x: Any) -> float:
        return float(np.logaddexp(0, -truth * (x[0] + x[1] * odds)).sum())

    shift, slope = optimize.minimize(loss, np.array([0.0, 1.0]), method="BFGS").x
    return float(shift), float(slope)


def table(seen: Iterable[Seen]) -> str:
    """The text of `ontology/precision.tsv`."""
    kinds: defaultdict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        kinds[one.kind].append(one)
    lines = [
        "# rule\tclaims\tright\tprecision; counted by tests/corpus/precision.py on texts that the weights were not",
        "# learned from. A line of a kind (relation, observation) has all its rules, and the shift and slope by which",
        "# the log odds of a weighed claim become those of its being right.",
    ]
    rules = []
    for kind, claims in kinds.items():
        rate = sum(c.right for c in claims) / len(claims)
        shift, slope = scale(claims)
        lines.append(f"{kind}\t{len(claims)}\t{sum(c.right for c in claims)}\t{rate:.3f}\t{shift:.3f}\t{slope:.3f}")
        for rule in {c.rule for c in claims}:
            own = [c.right for c in claims if c.rule == rule]
            smooth = (sum(own) + _PRIOR_CLAIMS * rate) / (len(own) + _PRIOR_CLAIMS)
            rules.append(f"{rule}\t{len(own)}\t{sum(own)}\t{smooth:.3f}")
    return "\n".join([*lines, *sorted(rules)]) + "\n"


def brier(seen: Sequence[Seen]) -> dict[str, float]:
    """Mean squared distance of several beliefs from what is so (0 is best), each made without the text judged."""
    errors: defaultdict[str, list[float]] = defaultdict(list)
    for fold in range(FOLDS):
        known = [one for one in seen if one.text % FOLDS != fold]
        rate = sum(one.right for one in known) / len(known)
        own: defaultdict[str, list[bool]] = defaultdict(list)
        for one in known:
            own[one.rule].append(one.right)
        shift, slope = scale(known)
        for one in seen:
            if one.text % FOLDS == fold:
                right, count = sum(own[one.rule]), len(own[one.rule])
                beliefs = {
                    "0.8 for all": 0.8,
                    "precision of the kind": rate,
                    "precision of the rule": (right + _PRIOR_CLAIMS * rate) / (count + _PRIOR_CLAIMS),
                    "the weights' own": one.likely,
                    "the weights', scaled": model.probability(shift + slope * model.log_odds(one.likely)),
                }
                for name, belief in beliefs.items():
                    errors[name].append((belief - one.right) ** 2)
    return {name: sum(squares) / len(squares) for name, squares in errors.items()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-o", "--out", type=Path, default=ontology.ontology_dir() / "precision.tsv")
    options = parser.parse_args()
    seen = held_out(train.annotated(options.folders))
    options.out.write_text(table(seen), encoding="utf-8")
    for kind in ("relation", "observation"):
        for name, error in brier([one for one in seen if one.kind == kind]).items():
            print(f"{kind:12} {name:24} {error:.3f}")


if __name__ == "__main__":
    main()
