"""The offline metrics of Amazon Personalize for one list, as its developer guide defines them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.base import Floats

LIST_LENGTH = 25


def reciprocal_rank(hits: NDArray[np.bool_]) -> float:
    """Return 1 / the rank of the first hit, 0 without one."""
    return 1 / (int(np.argmax(hits)) + 1) if hits.any() else 0.0


def precision(hits: NDArray[np.bool_], k: int) -> float:
    """Return the share of the first k places that are hits."""
    return float(hits[:k].sum()) / k


def own_hits_ndcg(hits: NDArray[np.bool_], k: int) -> float:
    """Return the gain of the hits over what they would gain in the first places, as GetSolutionMetrics does."""
    return usual_ndcg(hits, k, int(hits[:k].sum()))


def usual_ndcg(hits: NDArray[np.bool_], k: int, relevant: int) -> float:
    """Return the gain of the hits over that of a list which begins with every relevant item."""
    if relevant == 0:
        return 0.0
    discounts = 1 / np.log2(np.arange(2, k + 2))
    return float((hits[:k] * discounts[: len(hits[:k])]).sum() / discounts[: min(k, relevant)].sum())


def best(scores: Floats, count: int) -> NDArray[np.int64]:
    """Return the places of the highest scores, best first; of equal scores the earlier place."""
    count = min(count, len(scores))
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    candidates = np.flatnonzero(scores >= least)
    return candidates[np.argsort(-scores[candidates], kind="stable")[:count]]
