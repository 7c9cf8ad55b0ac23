"""The signals of the personal score, each linear in the user's history: items together, items next, items alike.

relevance = z(E) + (1 - d) w z(T) + v z(C) + (p + (2.5 - p) d) popularity: E is EASE with metadata rows, T the
transitions, C the likeness to the history's metadata; z takes mean 0 and deviation 1 over the catalogue. T sees a
history that fades faster than that of C: what comes next hangs on what came last. For E it fades faster too, but never
below a tenth: old habits tell what goes together still. d is the doubt in a history behind which there are few events:
z makes as much of a chance as of a habit, so what once followed a rarity counts for less then, and popularity for more.
Elsewhere d is about 0, and popularity's small weight costs nothing in the lists and makes the published probabilities
likelier.

Items that came after training can stand behind those that were learned. They are known by their metadata alone: C
scores them and hears of them in a history, while to E and T they are in the middle, and say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.base import Floats, Progress, silent
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.ease import REGULARISATION, Ease, ease_from, fit_ease
from local_personalize.recommenders.progress import part
from local_personalize.recommenders.sparse_rows import Matrix, packed, product, unpacked, weighted_histories
from local_personalize.recommenders.trained import Arrays
from local_personalize.recommenders.transitions import WINDOW, transitions

POPULARITY_IN_DOUBT = 2.5
EVENTS_TO_TRUST = 50.0
"""Events of a history's items, the older counting less, at which doubt is one half; at three times as many a tenth."""
TRANSITIONS_SPAN = 0.3
"""The half-life of a history for T, as a share of that for E and C."""
TOGETHER_REST = 0.1
"""What an event counts for E however old it is, within the history that counts at all."""
NO_EVENTS = float(np.log(0.5))
"""The popularity of an item without events."""
ROUNDING = 1e-12
MOST_CELLS = 2_000_000
"""Scores held at once while contributions are computed."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is fixed before the signals are learned: how strongly E is held back, how far T looks ahead."""

    regularisation: float = REGULARISATION
    window: int = WINDOW


@dataclass(frozen=True, slots=True)
class Weights:
    """How the signals are put together: the half-life of a history in events, and what counts how much beside E."""

    half_life: float = 10.0
    transitions: float = 1.0
    content: float = 1.0
    popularity: float = 0.5

    def of_popularity(self, doubt: Any) -> Any:
        """Return what popularity counts beside a history in which there is so much doubt, a number or an array."""
        return self.popularity + (POPULARITY_IN_DOUBT - self.popularity) * doubt


@dataclass(frozen=True, slots=True)
class Parts:
    """E, T and C of histories, each standardised: (histories, items); and the doubt in each history, (histories, 1)."""

    together: Floats
    follows: Floats
    alike: Floats
    doubt: Floats


@dataclass(frozen=True, slots=True)
class Signals:
    """Learned signals over a catalogue; popularity is the log of each item's events.

    content and popularity may go on with items that came after training.
    """

    together: Ease
    follows: Matrix
    content: Matrix
    popularity: Floats

    @property
    def known(self) -> int:
        """Return how many items were learned."""
        return self.follows.shape[0]

    @classmethod
    def fit(cls, interactions: Interactions, features: Matrix, shape: Shape, *, progress: Progress = silent) -> Signals:
        """Learn from interactions and the metadata of items (items, columns)."""
        width = features.shape[0]
        first, second = part(progress, 0, 0.5), part(progress, 0.5, 1)
        return cls(
            together=fit_ease(interactions, features, regularisation=shape.regularisation, progress=first),
            follows=transitions(interactions, width, window=shape.window, progress=second),
            content=likeness(features),
            popularity=np.log(interactions.counts(width) + 0.5),
        )

    def with_newcomers(self, features: Matrix) -> Signals:
        """Return the same with further items, of whom there are metadata alone: (items, columns)."""
        further = _unit_rows(features, rarity(self.content))
        popularity = np.concatenate([self.popularity, np.full(features.shape[0], NO_EVENTS)])
        content = sparse.csr_array(sparse.vstack([self.content, further], format="csr"))
        return replace(self, content=content, popularity=popularity)

    def parts(self, histories: Sequence[NDArray[Any]], half_life: float) -> Parts:
        """Return what the signals say of histories (places of items, oldest first)."""
        whole, newest = self._weighted(histories, half_life)
        together, follows, alike = map(self._standardised, self._raw(lasting(whole), newest, whole))
        return Parts(together, follows, alike, self._doubt(whole))

    def relevance(self, histories: Sequence[NDArray[Any]], weights: Weights) -> Floats:
        """Return the weighted sum of the signals: (histories, items)."""
        return self.weighted(self.parts(histories, weights.half_life), weights)

    def weighted(self, parts: Parts, weights: Weights) -> Floats:
        """Put standardised parts together."""
        follows = (1 - parts.doubt) * weights.transitions * parts.follows
        personal = parts.together + follows + weights.content * parts.alike
        return np.asarray(personal + weights.of_popularity(parts.doubt) * self.popularity)

    def doubt(self, history: NDArray[Any], half_life: float) -> float:
        """Return how little is known of a history, 0 to 1."""
        return float(self._doubt(self._weighted([history], half_life)[0])[0, 0])

    def contributions(
        self, history: NDArray[Any], weights: Weights, items: Sequence[int]
    ) -> tuple[NDArray[Any], Floats]:
        """Split the personal part of items' relevance by the items of the history that still count.

        Returns their places (watched,) and the addends (watched, items, 3) of E, T and C. Every signal is linear before
        it is standardised, so the split is exact.
        """
        whole, newest = self._weighted([history], weights.half_life)
        old = lasting(whole)
        counted = (old.data, newest.toarray()[0, whole.indices], whole.data)
        answer = np.zeros((whole.nnz, len(items), 3))
        block = max(1, MOST_CELLS // whole.shape[1])
        for start in range(0, whole.nnz, block):
            rows = slice(start, min(start + block, whole.nnz))
            alone = _singles(whole.indices[rows], whole.shape[1])
            for number, signal in enumerate(self._raw(alone, alone, alone)):
                answer[rows, :, number] = counted[number][rows, None] * self._centred(signal)[:, list(items)]
        factors = (1.0, (1 - self._doubt(whole)[0, 0]) * weights.transitions, weights.content)
        spreads = [self._spread(signal)[0, 0] for signal in self._raw(old, newest, whole)]
        return whole.indices, answer * np.array(factors) / np.array(spreads)

    def _weighted(self, histories: Sequence[NDArray[Any]], half_life: float) -> tuple[Matrix, Matrix]:
        """Return histories as C sees them, and as T does."""
        width = len(self.popularity)
        newest = weighted_histories(histories, half_life * TRANSITIONS_SPAN, width)
        return weighted_histories(histories, half_life, width), newest

    def _raw(self, old: Matrix, newest: Matrix, whole: Matrix) -> tuple[Floats, Floats, Floats]:
        """Return E, T and C as they come, of histories as each of them sees them; E and T of the items learned."""
        alike = (self.content @ product(whole, self.content).T).T
        return self.together.scores(self._learned(old)), product(self._learned(newest), self.follows), np.asarray(alike)

    def _learned(self, histories: Matrix) -> Matrix:
        """Return what histories hold of the items that were learned."""
        return histories if histories.shape[1] == self.known else sparse.csr_array(histories[:, : self.known])

    def _standardised(self, signal: Floats) -> Floats:
        """Give each row mean 0 and deviation 1 over the items learned; a row of equal values becomes 0."""
        return np.asarray(self._centred(signal) / self._spread(signal))

    def _centred(self, signal: Floats) -> Floats:
        """Take the mean of the items learned off each row; items of which the signal tells nothing get 0."""
        centred = signal - signal[:, : self.known].mean(axis=1, keepdims=True)
        missing = len(self.popularity) - centred.shape[1]
        return np.pad(centred, ((0, 0), (0, missing))) if missing else centred

    def _spread(self, signal: Floats) -> Floats:
        """Return the deviation of each row over the items learned, (rows, 1); 1 where that is but rounding."""
        learned = signal[:, : self.known]
        apart = learned - learned.mean(axis=1, keepdims=True)
        deviation = np.sqrt(np.einsum("ij,ij->i", apart, apart) / max(1, self.known))[:, None]
        largest = np.maximum(learned.max(axis=1, initial=0), -learned.min(axis=1, initial=0))[:, None]
        return np.where(deviation > ROUNDING * largest, deviation, 1.0)

    def _doubt(self, whole: Matrix) -> Floats:
        """Return 1 / (1 + (n / 50)^2), n the events of a history's items as they fade: (histories, 1)."""
        events = np.exp(self.popularity) - 0.5
        return np.asarray(1 / (1 + np.square((whole @ events) / EVENTS_TO_TRUST)))[:, None]

    def arrays(self) -> Arrays:
        """Return the arrays to save."""
        rest = {"popularity": self.popularity}
        return {**self.together.arrays(), **packed("follows", self.follows), **packed("content", self.content), **rest}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Signals:
        """Rebuild from what arrays() gave."""
        return cls(ease_from(arrays), unpacked("follows", arrays), unpacked("content", arrays), arrays["popularity"])


def likeness(features: Matrix) -> Matrix:
    """Return metadata as rows of length 1, so that the product of two rows is their cosine."""
    return _unit_rows(features, rarity(features))


def rarity(features: Matrix) -> Floats:
    """Return what each column counts, (columns,): the root of the usual idf."""
    counts = np.bincount(features.indices, minlength=features.shape[1])
    return np.asarray(np.sqrt(np.log1p(features.shape[0] / np.maximum(counts, 1))))


def _unit_rows(features: Matrix, weights: Floats) -> Matrix:
    weighted = sparse.csr_array(features.multiply(weights[None, :]))
    lengths = np.sqrt(weighted.multiply(weighted).sum(axis=1))
    return sparse.csr_array(weighted.multiply(1 / np.where(lengths > 0, lengths, 1)[:, None]))


def lasting(histories: Matrix) -> Matrix:
    """Return histories as E sees them, which fade twice as fast, but to a tenth alone."""
    weights = TOGETHER_REST + (1 - TOGETHER_REST) * np.square(histories.data)
    return sparse.csr_array((weights, histories.indices, histories.indptr), shape=histories.shape)


def _singles(items: NDArray[Any], width: int) -> Matrix:
    """Return a history of one item in each row: (items, width)."""
    return sparse.csr_array((np.ones(len(items)), items, np.arange(len(items) + 1)), shape=(len(items), width))
