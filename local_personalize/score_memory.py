"""Remembers what a model said last: filters, re-rankings and another look at a user ask for the same scores again.

Scores depend on the query alone, and a new event makes it another query, so that nothing here can be out of date.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from local_personalize.recommenders.base import Floats, Query, Recommender

MOST_BYTES = 2**26
"""Bytes of scores kept of one model: of all users of a small data set, of 400 users of one with 20,000 items."""


class ScoreMemory:
    """The scores of a recommender, those of the newest queries from memory."""

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender
        self._most = MOST_BYTES // (8 * max(1, len(recommender.item_ids)))
        self._lock = threading.Lock()
        self._known: OrderedDict[object, Floats] = OrderedDict()

    def __call__(self, query: Query) -> Floats:
        """Return a score per item, (items,), not to be written to."""
        traits = None if query.traits is None else frozenset(query.traits.items())
        told = frozenset(query.context.items()), frozenset(query.influence.items())
        key = (query.user_id, query.item_id, query.events, told, traits)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        scores = self._recommender.scores(query)
        scores.flags.writeable = False
        with self._lock:
            self._known[key] = scores
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return scores
