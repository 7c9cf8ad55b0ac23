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
from scipy import sparse

from local_personalize.recommenders.base import Progress, silent
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.inverse import symmetric_inverse
from local_personalize.recommenders.progress import part
from local_personalize.recommenders.sparse_rows import Matrix, packed, product, unpacked
from local_personalize.recommenders.trained import Arrays

REGULARISATION = 300.0
SIDE = 3.0
MOST_ROWS = 8_000
MOST_ITEMS = 10_000
BLOCK = 1_000
REPORTED = 250
"""Rows of the items' products between two reports of progress; the columns are cut to the rest once a block."""
FEW_ROWS, BLOCK_OF_FEW = 8, 50_000
"""Items of so few rows need but so few squared entries of the kernel, of so many items at once."""
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
        exact = rows_of_items.astype(np.float64)
        gram = (exact.T @ exact).toarray()
        gram.flat[:: len(gram) + 1] += regularisation
        kernel = symmetric_inverse(gram, TOGETHER, part(progress, 0.2, 0.6))
        explained = _explained(exact, kernel, part(progress, 0.6, 1))
        return cls(exact, kernel, (1 - explained) / regularisation, regularisation)

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
        gram = _upper_gram(rows_of_items[chosen], part(progress, 0, 0.5))
        gram.flat[:: len(gram) + 1] += regularisation
        inverse = symmetric_inverse(gram, TOGETHER, part(progress, 0.5, 1))
        inverse /= -inverse.diagonal()[None, :].copy()
        np.fill_diagonal(inverse, 0)
        return cls(inverse, chosen, rows_of_items.shape[0])

    def scores(self, histories: Matrix) -> NDArray[np.float64]:
        """Score histories (queries, items) of weights: (queries, items), 0 for items outside the chosen."""
        answer, known = np.zeros(histories.shape), histories[:, self.chosen]
        if histories.shape[0] == 1:  # one request is summed in full precision, so that its parts add up to it
            answer[0, self.chosen] = self._summed(known)
        else:
            answer[:, self.chosen] = known.astype(np.float32) @ self.weights
        return answer

    def _summed(self, history: Matrix) -> NDArray[np.float64]:
        """Add row to row, which stay in the processor's memory, instead of copying them all to another precision."""
        answer = np.zeros(len(self.chosen))
        for place, weight in zip(history.indices, history.data, strict=True):
            answer += weight * self.weights[place]
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
    progress(0, TOGETHER)
    pairs = taken(interactions, (features.shape[0], len(interactions.user_ids)))
    users = np.flatnonzero(np.diff(interactions.user_offsets()))
    few = len(users) + features.shape[1] <= min(MOST_ROWS, features.shape[0])
    rows_of_items = _beside(pairs[:, users] if few else pairs, side * features)
    del pairs
    return (DualEase if few else PrimalEase).fit(rows_of_items, regularisation, progress)


def taken(interactions: Interactions, shape: tuple[int, int]) -> Matrix:
    """Return who took what, (items, users): 1, or the weight of the heaviest event where events have weights."""
    weights = interactions.weights
    if weights is None:
        weights = np.ones(len(interactions), dtype=np.float32)
    by_user = sparse.csr_array((weights, interactions.items, interactions.user_offsets()), shape=shape[::-1])
    events = by_user.T.tocsr()  # of each item in the order of users, so that the events of a pair lie together
    first = np.concatenate([[True], events.indices[1:] != events.indices[:-1]])[: events.nnz]
    begin = events.indptr[:-1]
    first[begin[begin < events.indptr[1:]]] = True
    places = np.flatnonzero(first)
    heaviest = np.maximum.reduceat(events.data, places) if places.size else events.data
    pointers = np.searchsorted(places, events.indptr)
    return sparse.csr_array((heaviest, events.indices[places], pointers), shape=shape)


def _beside(pairs: Matrix, features: Matrix) -> Matrix:
    """Return the columns of both, (items, rows); without metadata nothing is copied."""
    if not features.shape[1]:
        return pairs
    return sparse.csr_array(sparse.hstack([pairs, features.astype(np.float32)], format="csr"))


def _upper_gram(rows_of_items: Matrix, progress: Progress) -> NDArray[np.float32]:
    """Return the upper half of A'A; the rest is left as memory was."""
    width = rows_of_items.shape[0]
    items_of_rows = rows_of_items.astype(np.float32).T.tocsr()
    gram = np.empty((width, width), dtype=np.float32)
    for start in range(0, width, BLOCK):
        for row in range(start, min(start + BLOCK, width), REPORTED):
            progress(row / width, TOGETHER)
            stop = min(row + REPORTED, start + BLOCK)
            gram[row:stop, start:] = (rows_of_items[row:stop] @ items_of_rows).toarray()
        items_of_rows = items_of_rows[:, BLOCK:]
    return gram


def _explained(rows_of_items: Matrix, kernel: NDArray[np.float64], progress: Progress) -> NDArray[np.float64]:
    """Return a' K a of each item's rows a: (items,)."""
    answer, counts = np.zeros(rows_of_items.shape[0]), np.diff(rows_of_items.indptr)
    for count in range(1, FEW_ROWS + 1):
        items = np.flatnonzero(counts == count)
        for start in range(0, len(items), BLOCK_OF_FEW):
            block = items[start : start + BLOCK_OF_FEW]
            rows = rows_of_items.indices[rows_of_items.indptr[block, None] + np.arange(count)]
            weights = rows_of_items.data[rows_of_items.indptr[block, None] + np.arange(count)]
            answer[block] = np.einsum("ij,ijk,ik->i", weights, kernel[rows[:, :, None], rows[:, None, :]], weights)
    many = np.flatnonzero(counts > FEW_ROWS)
    for start in range(0, len(many), BLOCK):
        progress(start / len(many), TOGETHER)
        some = rows_of_items[many[start : start + BLOCK]]
        answer[many[start : start + BLOCK]] = some.multiply(some @ kernel).sum(axis=1)
    return answer


def ease_from(arrays: Arrays) -> Ease:
    """Rebuild from what arrays() gave."""
    if "ease.weights" in arrays:
        return PrimalEase(arrays["ease.weights"], arrays["ease.chosen"], int(arrays["ease.width"][0]))
    kernel, diagonal, lam = arrays["ease.kernel"], arrays["ease.diagonal"], arrays["ease.regularisation"]
    return DualEase(unpacked("ease.rows", arrays), kernel, diagonal, float(lam[0]))
