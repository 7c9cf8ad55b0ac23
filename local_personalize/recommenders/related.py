"""What recipes for related items share: the answer depends on one item, and an unknown item has popular ones."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from local_personalize.recommenders.base import Floats, Query, Recommender


class RelatedItems(Recommender):
    """Scores items by how they relate to the query's item; the item itself comes last."""

    has_scores: ClassVar[bool] = False

    @abstractmethod
    def relation(self, item: int) -> Floats:
        """Return how every item relates to the item at this place, (items,), 0 for not at all."""

    def scores(self, query: Query) -> Floats:
        popular = self.popularity()
        item = self.trained.item_index.get(query.item_id or "")
        if item is None:
            return popular
        answer = self.relation(item)
        if not answer.any():
            answer = popular
        spread = np.ptp(popular) or 1.0
        answer = answer + 1e-6 * (popular - popular.min()) / spread  # of unrelated items the popular ones come first
        answer[item] = answer.min() - 1
        return np.asarray(answer)
