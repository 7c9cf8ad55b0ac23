"""Similar-Items: items taken near one another, items that go together, and items whose metadata are alike.

score = z(T_ij + T_ji) + z(E_ij) + z(cosine): E, T and the cosine are those of the personal score, for a history of
one item. An item with few events leans on its metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from scipy import sparse

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, silent
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.metadata import item_features
from local_personalize.recommenders.related import RelatedItems
from local_personalize.recommenders.signals import Shape, Signals, Weights
from local_personalize.recommenders.sparse_rows import nearest
from local_personalize.recommenders.trained import Arrays, Trained
from local_personalize.recommenders.transitions import NEIGHBOURS

EQUAL_PARTS = Weights(half_life=np.inf, transitions=1.0, content=1.0)


class SimilarItems(RelatedItems):
    """Holds the signals of the personal score with transitions that know no direction."""

    def __init__(self, trained: Trained, signals: Signals) -> None:
        super().__init__(trained)
        self.signals = signals

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        progress(0.1, "Learning which items go together")
        signals = Signals.fit(dataset.interactions, item_features(dataset), Shape())
        both_ways = nearest(sparse.csr_array(signals.follows + signals.follows.T), NEIGHBOURS)
        undirected = Signals(signals.together, both_ways, signals.content, signals.popularity)
        return cls(Trained.of(dataset), undirected)

    def relation(self, item: int) -> Floats:
        return np.asarray(self.signals.relevance([np.array([item])], EQUAL_PARTS)[0])

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return self.signals.arrays(), {}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained, Signals.from_arrays(arrays))
