"""SIMS: items that the same users had, from co-occurrence alone.

sim_ij = C_ij / (d_i^(1-a) d_j^a), C the users of both, d the users of one, a the popularity discount factor: 0 puts
the most popular items first, 1 forgets popularity. Pairs with too few common users are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from scipy import sparse

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, silent
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.related import RelatedItems
from local_personalize.recommenders.sparse_rows import Matrix, nearest, packed, unpacked
from local_personalize.recommenders.splitting import within_percentiles
from local_personalize.recommenders.trained import Arrays, Trained

NEIGHBOURS = 500
BLOCK = 500
LONGEST_HISTORY = 500


class Sims(RelatedItems):
    """Remembers the 500 nearest items of each item, as many as one request may ask for."""

    def __init__(self, trained: Trained, neighbours: Matrix) -> None:
        super().__init__(trained)
        self.neighbours = neighbours

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        discount = float(parameters.get("popularity_discount_factor", "0.5"))
        fewest = int(parameters.get("min_cointeraction_count", "3"))
        trained = Trained.of(dataset)
        rows = within_percentiles(dataset.interactions, parameters)
        users_of_items = _users_of_items(rows, len(dataset.item_ids))
        similar = _similarities(users_of_items, discount, fewest, progress)
        return cls(trained, similar)

    def relation(self, item: int) -> Floats:
        return np.asarray(self.neighbours[[item]].toarray()[0], dtype=np.float64)

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return packed("neighbours", self.neighbours), {}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained, unpacked("neighbours", arrays))


def _users_of_items(interactions: Interactions, width: int) -> Matrix:
    """Return ones (items, users) for the newest 500 events of each user, so that no history costs its square."""
    offsets = interactions.user_offsets()
    age = offsets[interactions.users + 1] - np.arange(len(interactions))
    recent = interactions.where(age <= LONGEST_HISTORY)
    entries = (np.ones(len(recent), dtype=np.float32), (recent.items, recent.users))
    taken = sparse.csr_array(entries, shape=(width, len(interactions.user_ids)))
    taken.sum_duplicates()
    taken.data[:] = 1
    return taken


def _similarities(users_of_items: Matrix, discount: float, fewest: int, progress: Progress) -> Matrix:
    width = users_of_items.shape[0]
    users = np.maximum(np.diff(users_of_items.indptr), 1).astype(np.float64)
    own, other = users ** (discount - 1), users**-discount
    items_of_users = users_of_items.T.tocsr()
    blocks: list[Matrix] = []
    for start in range(0, width, BLOCK):
        progress(start / width, "Counting the users whom items have in common")
        common = sparse.csr_array(users_of_items[start : start + BLOCK] @ items_of_users)
        rows = np.repeat(np.arange(start, start + common.shape[0]), np.diff(common.indptr))
        enough = (common.data >= fewest) & (common.indices != rows)
        common.data = np.where(enough, common.data * own[rows] * other[common.indices], 0)
        common.eliminate_zeros()
        blocks.append(nearest(common, NEIGHBOURS))
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))
