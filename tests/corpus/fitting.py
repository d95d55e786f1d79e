"""Weights from examples: logistic regression with a penalty on large weights.

Of examples alone, or of choices between the answers to one question.
Needs numpy and scipy (the extra "train").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

Example = tuple[frozenset[str], bool]
Question = tuple[Example, ...]
"""The examples of which one is to be chosen: all possible owners of one figure; else one example alone."""


class Least(NamedTuple):
    """What a feature needs to get a weight."""

    seen: int = 3
    """Times that it is seen."""
    weight: float = 0.04
    """Weights nearer to nothing than this are left out."""


def fit(data: list[Question], penalty: float, least: Least = Least()) -> dict[str, float]:  # noqa: B008 - it is fixed
    """Weights of a logistic regression with a quadratic penalty: of examples alone or of choices."""
    rows = [example for question in data for example in question]
    matrix, names = _matrix([found for found, _ in rows], least.seen)
    truth = np.array([holds for _, holds in rows], dtype=float)
    sizes = [len(question) for question in data]
    loss = _chosen(matrix, truth, sizes) if max(sizes) > 1 else _alone(matrix, truth)

    def penalised(weight: Any) -> tuple[float, Any]:
        cost, slope = loss(weight)
        return cost + 0.5 * penalty * float(weight @ weight), slope + penalty * weight

    best = optimize.minimize(penalised, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {f: round(float(best[n]), 3) for n, f in enumerate(names) if abs(best[n]) >= least.weight}


def _matrix(rows: Sequence[frozenset[str]], often: int) -> tuple[Any, list[str]]:
    """A row for each example, a column for each feature seen often enough; the features."""
    seen = Counter(feature for found in rows for feature in found)
    names = sorted(f for f, times in seen.items() if f and times >= often)
    index = {f: n for n, f in enumerate(names)}
    columns = [sorted(index[f] for f in found if f in index) for found in rows]
    ends = np.cumsum([0, *map(len, columns)])
    indices = np.array([n for row in columns for n in row], dtype=np.int64)
    return sparse.csr_matrix((np.ones(ends[-1]), indices, ends), shape=(len(rows), len(names))), names


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
