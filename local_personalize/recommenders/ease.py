"""EASE^R (Steck, WWW 2019): which items go together, in closed form, with metadata as further rows.

A = [X; side * G'], X users x items of ones, G items x columns of metadata. P = (A'A + lam I)^-1, and a history h
scores h (I - P / diag P). With fewer rows than items the Woodbury form never builds items x items:
K = (A A' + lam I)^-1, P = (I - A' K A) / lam.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from local_personalize.recommenders.base import Progress, silent
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.sparse_rows import Matrix, packed, product, unpacked
from local_personalize.recommenders.trained import Arrays

REGULARISATION = 300.0
SIDE = 3.0
MOST_ROWS = 8_000
MOST_ITEMS = 10_000
BLOCK = 1_000
TOGETHER = "Learning which items go together"


@dataclass(frozen=True, slots=True)
class DualEase:
    """The Woodbury form: A' (items, rows), K (rows, rows), diag P (items,)."""

    rows_of_items: Matrix
    kernel: NDArray[np.float64]
    diagonal: NDArray[np.float64]
    regularisation: float

    @classmethod
    def fit(cls, rows_of_items: Matrix, regularisation: float, progress: Progress = silent) -> DualEase:
        """Train on A', with memory of rows squared."""
        progress(0, TOGETHER)
        gram = (rows_of_items.T @ rows_of_items).toarray()
        gram.flat[:: len(gram) + 1] += regularisation
        progress(0.3, TOGETHER)
        kernel = linalg.inv(gram, overwrite_a=True)
        explained = np.empty(rows_of_items.shape[0])
        for start in range(0, len(explained), BLOCK):
            progress(0.6 + 0.4 * start / len(explained), TOGETHER)
            block = rows_of_items[start : start + BLOCK]
            explained[start : start + BLOCK] = block.multiply(block @ kernel).sum(axis=1)
        return cls(rows_of_items, kernel, (1 - explained) / regularisation, regularisation)

    def scores(self, histories: Matrix) -> NDArray[np.float64]:
        """Score histories (queries, items) of weights: (queries, items)."""
        projected = product(histories, self.rows_of_items) @ self.kernel
        dense = histories.toarray()
        covered = (dense - (self.rows_of_items @ projected.T).T) / self.regularisation
        return np.asarray(dense - covered / self.diagonal)

    def towards(self, item: int) -> NDArray[np.float64]:
        """Return what each item of a history adds to the score of one item: (items,)."""
        covered = self.rows_of_items @ (self.kernel @ self.rows_of_items[[item]].toarray()[0])
        answer = covered / (self.regularisation * self.diagonal[item])
        answer[item] = 0
        return np.asarray(answer)

    def arrays(self) -> Arrays:
        """Return the arrays to save."""
        lam = np.array([self.regularisation])
        rest = {"ease.kernel": self.kernel, "ease.diagonal": self.diagonal, "ease.regularisation": lam}
        return {**packed("ease.rows", self.rows_of_items), **rest}


@dataclass(frozen=True, slots=True)
class PrimalEase:
    """The plain form on the items with most rows: weights (chosen, chosen), chosen places of items."""

    weights: NDArray[np.float32]
    chosen: NDArray[np.int64]
    width: int

    @classmethod
    def fit(cls, rows_of_items: Matrix, regularisation: float, progress: Progress = silent) -> PrimalEase:
        """Train on A', with memory of the chosen items squared."""
        chosen = np.sort(np.argsort(-np.diff(rows_of_items.indptr), kind="stable")[:MOST_ITEMS])
        part = rows_of_items[chosen].astype(np.float32)
        items_of_rows = part.T.tocsr()
        gram = np.empty((len(chosen), len(chosen)), dtype=np.float32)
        for start in range(0, len(chosen), BLOCK):
            progress(0.6 * start / len(chosen), TOGETHER)
            gram[start : start + BLOCK] = (part[start : start + BLOCK] @ items_of_rows).toarray()
        gram.flat[:: len(gram) + 1] += regularisation
        progress(0.6, TOGETHER)
        inverse = _symmetric_inverse(gram)
        inverse /= -inverse.diagonal()[None, :].copy()
        np.fill_diagonal(inverse, 0)
        return cls(inverse, chosen, rows_of_items.shape[0])

    def scores(self, histories: Matrix) -> NDArray[np.float64]:
        """Score histories (queries, items) of weights: (queries, items), 0 for items outside the chosen."""
        answer, known = np.zeros(histories.shape), histories[:, self.chosen]
        if histories.shape[0] == 1:  # one request is summed in full precision, so that its parts add up to it
            answer[0, self.chosen] = known.data @ self.weights[known.indices]
        else:
            answer[:, self.chosen] = known.astype(np.float32) @ self.weights
        return answer

    def towards(self, item: int) -> NDArray[np.float64]:
        """Return what each item of a history adds to the score of one item: (items,)."""
        answer = np.zeros(self.width)
        place = int(np.searchsorted(self.chosen, item))
        if place < len(self.chosen) and self.chosen[place] == item:
            answer[self.chosen] = self.weights[:, place]
        return answer

    def arrays(self) -> Arrays:
        """Return the arrays to save."""
        return {"ease.weights": self.weights, "ease.chosen": self.chosen, "ease.width": np.array([self.width])}


Ease: TypeAlias = DualEase | PrimalEase


def fit_ease(
    interactions: Interactions,
    features: Matrix,
    *,
    regularisation: float = REGULARISATION,
    side: float = SIDE,
    progress: Progress = silent,
) -> Ease:
    """Train on interactions and the metadata of items (items, columns), in the form that takes less."""
    shape = (features.shape[0], len(interactions.user_ids))
    pairs = taken(interactions, shape)
    used = pairs[:, np.flatnonzero(np.diff(pairs.tocsc().indptr))]
    rows_of_items = sparse.csr_array(sparse.hstack([used, side * features.astype(np.float64)], format="csr"))
    few = rows_of_items.shape[1] <= min(MOST_ROWS, rows_of_items.shape[0])
    return (DualEase if few else PrimalEase).fit(rows_of_items, regularisation, progress)


def taken(interactions: Interactions, shape: tuple[int, int]) -> Matrix:
    """Return who took what, (items, users): 1, or the weight of the heaviest event where events have weights."""
    places = (interactions.items, interactions.users)
    if interactions.weights is None:
        ones = sparse.csr_array((np.ones(len(interactions)), places), shape=shape)
        ones.sum_duplicates()
        ones.data[:] = 1
        return ones
    order = np.argsort(-interactions.weights, kind="stable")
    pairs = interactions.items[order].astype(np.int64) * shape[1] + interactions.users[order]
    _, first = np.unique(pairs, return_index=True)
    kept = order[first]
    entries = (interactions.weights[kept].astype(np.float64), (interactions.items[kept], interactions.users[kept]))
    return sparse.csr_array(entries, shape=shape)


def ease_from(arrays: Arrays) -> Ease:
    """Rebuild from what arrays() gave."""
    if "ease.weights" in arrays:
        return PrimalEase(arrays["ease.weights"], arrays["ease.chosen"], int(arrays["ease.width"][0]))
    kernel, diagonal, lam = arrays["ease.kernel"], arrays["ease.diagonal"], arrays["ease.regularisation"]
    return DualEase(unpacked("ease.rows", arrays), kernel, diagonal, float(lam[0]))


def _symmetric_inverse(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Invert a positive definite matrix in its own memory."""
    factor, failed = linalg.lapack.spotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("The item matrix is not positive definite.")
    inverse, failed = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise np.linalg.LinAlgError("The item matrix could not be inverted.")
    upper = np.asarray(inverse.T)
    for start in range(0, len(upper), BLOCK):
        stop = start + BLOCK
        upper[start:stop, :start] = upper[:start, start:stop].T
        corner = np.triu(upper[start:stop, start:stop])
        upper[start:stop, start:stop] = corner + np.triu(corner, 1).T
    return upper
