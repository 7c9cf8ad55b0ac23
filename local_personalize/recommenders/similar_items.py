"""Similar-Items: items taken near one another, items that go together, and items whose metadata are alike.

score = z(T_ij + T_ji) + z(E_ij) + v z(cosine): E, T and the cosine are those of the personal score, for a history of
one item. item_id_hidden_dim says how freely E may fit, item_metadata_hidden_dim is v in hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from scipy import sparse

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, silent
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.ease import REGULARISATION
from local_personalize.recommenders.metadata import item_features
from local_personalize.recommenders.related import RelatedItems
from local_personalize.recommenders.signals import Shape, Signals, Weights
from local_personalize.recommenders.sparse_rows import nearest
from local_personalize.recommenders.trained import Arrays, Trained
from local_personalize.recommenders.transitions import NEIGHBOURS

USUAL_DIMENSION = 100


class SimilarItems(RelatedItems):
    """Holds the signals of the personal score with transitions that know no direction."""

    def __init__(self, trained: Trained, signals: Signals, metadata_weight: float) -> None:
        super().__init__(trained)
        self.signals = signals
        self.weights = Weights(half_life=np.inf, transitions=1.0, content=metadata_weight)

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        identity, metadata = (
            float(parameters.get(name, USUAL_DIMENSION)) / USUAL_DIMENSION
            for name in ("item_id_hidden_dim", "item_metadata_hidden_dim")
        )
        signals = Signals.fit(
            dataset.interactions, item_features(dataset), Shape(REGULARISATION / identity), progress=progress
        )
        both_ways = nearest(sparse.csr_array(signals.follows + signals.follows.T), NEIGHBOURS)
        undirected = Signals(signals.together, both_ways, signals.content, signals.popularity)
        return cls(Trained.of(dataset), undirected, metadata)

    def relation(self, item: int) -> Floats:
        parts = self.signals.parts([np.array([item])], self.weights.half_life)
        # However few took it, this is the item that was asked about: doubt in it made lists worse.
        certain = replace(parts, doubt=np.zeros_like(parts.doubt))
        return np.asarray(self.signals.weighted(certain, self.weights)[0])

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return self.signals.arrays(), {"metadata_weight": self.weights.content}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained, Signals.from_arrays(arrays), settings["metadata_weight"])
