"""Popularity-Count: the items that most users interacted with, the same list for everyone.

The e-commerce use cases for views and purchases count every event: how often an item was viewed or bought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, Query, Recommender, silent
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.explanation import Explanation
from local_personalize.recommenders.trained import Arrays, Trained


class Popularity(Recommender):
    """Scores an item by the number of distinct users."""

    has_scores: ClassVar[bool] = False

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        return cls(Trained.of(dataset))

    def scores(self, query: Query) -> Floats:
        return self.popularity()

    def explain(self, query: Query, item_ids: Sequence[str]) -> list[Explanation]:
        scores, index = self.scores(query), self.trained.item_index
        known = [(item_id, float(scores[index[item_id]])) for item_id in item_ids if item_id in index]
        return [Explanation(item_id, score, popularity=score) for item_id, score in known]

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return {}, {}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained)


class EventCount(Popularity):
    """Scores an item by the number of its events."""

    def popularity(self) -> Floats:
        return np.asarray(self.temperature * np.log(self.trained.item_events + 0.5))
