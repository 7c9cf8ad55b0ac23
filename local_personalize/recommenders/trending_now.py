"""Trending-Now: the items whose interactions grow fastest from one window of time to the next.

score = log((n + k) / (b + k)), n the events of the newest window, b those of the window before, k a shrinkage that
keeps single events from leading. Where the newest windows of the asked length hold too little, longer ones are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, Query, Recommender, silent
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.trained import Arrays, Trained

HOUR = 3600
FREQUENCIES = {
    **dict.fromkeys(("30 min", "30 minutes"), HOUR // 2),
    **dict.fromkeys(("1h", "1 hour"), HOUR),
    **dict.fromkeys(("3h", "3 hours"), 3 * HOUR),
    "1 day": 24 * HOUR,
}
"""The guide writes them one way, Amazon's own notebook another."""

USUAL_FREQUENCY = "3h"
FEWEST_EVENTS = 100
SHRINKAGE = 5.0


class TrendingNow(Recommender):
    """Scores an item by its growth; of items that do not grow the popular ones come first."""

    has_scores: ClassVar[bool] = False

    def __init__(self, trained: Trained, growth: Floats) -> None:
        super().__init__(trained)
        self.growth = growth

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        window = FREQUENCIES[parameters.get("trend_discovery_frequency", USUAL_FREQUENCY).lower()]
        return cls(Trained.of(dataset), _growth(dataset.interactions, len(dataset.item_ids), window))

    def scores(self, query: Query) -> Floats:
        popular = self.popularity()
        spread = np.ptp(popular) or 1.0
        return np.asarray(self.growth + 1e-6 * (popular - popular.min()) / spread)

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return {"growth": self.growth}, {}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained, arrays["growth"])


def _growth(interactions: Interactions, width: int, window: int) -> Floats:
    """Return each item's growth over the shortest doubling of the window whose newest span holds 100 events."""
    times = interactions.timestamps
    if not times.size:
        return np.zeros(width)
    age = times.max() - times
    while (age < window).sum() < min(FEWEST_EVENTS, len(times)):
        window *= 2
    newest = np.bincount(interactions.items[age < window], minlength=width)
    before = np.bincount(interactions.items[(age >= window) & (age < 2 * window)], minlength=width)
    return np.asarray(np.log((newest + SHRINKAGE) / (before + SHRINKAGE)))
