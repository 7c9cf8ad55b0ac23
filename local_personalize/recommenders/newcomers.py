"""Items that came after training, scored beside a model that does not know them.

Their metadata are compared with the history's as those of all items are; what the same users took, and what followed,
nobody knows yet, so there they stand in the middle. They are as popular as an item without events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.base import Floats
from local_personalize.recommenders.dataset import Table
from local_personalize.recommenders.metadata import Vocabulary
from local_personalize.recommenders.signals import Signals, Weights, spread
from local_personalize.recommenders.sparse_rows import Matrix, weighted_histories
from local_personalize.recommenders.trained import Trained

NO_EVENTS = float(np.log(0.5))
"""The popularity of an item without events, as signals.py counts it."""


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The metadata of further items as rows of length 1, alike to those of the signals: (items, columns)."""

    content: Matrix

    @classmethod
    def of(cls, items: Table, vocabulary: Vocabulary, signals: Signals) -> Newcomers:
        """Read the items' metadata as training would have, by the categories, ranges and rarities it learned."""
        known = signals.content
        counts = np.bincount(known.indices, minlength=known.shape[1])
        rarity = np.log1p(known.shape[0] / np.maximum(counts, 1))
        rows = sparse.csr_array(vocabulary.features(items, list(items.ids)).multiply(rarity[None, :]))
        lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
        return cls(sparse.csr_array(rows.multiply(1 / np.where(lengths > 0, lengths, 1)[:, None])))

    def contributions(self, history: NDArray[Any], signals: Signals, weights: Weights, rows: Sequence[int]) -> Floats:
        """Split what metadata add to some of their relevances by the items of the history: (watched, rows)."""
        whole = weighted_histories([history], weights.half_life, len(signals.popularity))
        watched = signals.content[whole.indices]
        mine = np.asarray((watched @ self.content[list(rows)].T).toarray())
        usual = np.asarray(watched @ np.asarray(signals.content.mean(axis=0)))
        profile = (whole @ signals.content).toarray()[0]
        deviation = spread(np.asarray(signals.content @ profile)[None, :])[0, 0]
        return np.asarray(weights.content * whole.data[:, None] * (mine - usual[:, None]) / deviation)

    def relevance(self, history: NDArray[Any], signals: Signals, weights: Weights) -> Floats:
        """Return their relevance for a history of places of items that the signals know, (items,)."""
        width = len(signals.popularity)
        profile = (weighted_histories([history], weights.half_life, width) @ signals.content).toarray()[0]
        alike = np.asarray(signals.content @ profile)[None, :]
        mine = np.asarray(self.content @ profile)
        standard = (mine - alike.mean()) / spread(alike)[0, 0]
        popularity = weights.of_popularity(signals.doubt(history, weights.half_life)) * NO_EVENTS
        return np.asarray(weights.content * standard + popularity)


def extended(trained: Trained, item_ids: list[str]) -> Trained:
    """Return what was trained on, with further items without events at the end of the catalogue."""
    none = np.zeros(len(item_ids), dtype=np.int64)
    return replace(
        trained,
        item_ids=[*trained.item_ids, *item_ids],
        item_events=np.concatenate([trained.item_events, none]),
        item_users=np.concatenate([trained.item_users, none]),
    )
