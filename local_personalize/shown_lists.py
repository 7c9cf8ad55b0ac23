"""Remembers what was recommended under each recommendation ID, so that an event that names one tells what was shown.

The lists are in memory: one that no event named before the endpoint ends is forgotten, as is all but the newest.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

MOST = 5_000


class ShownLists:
    """The newest recommendations by their IDs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: OrderedDict[str, Sequence[str]] = OrderedDict()

    def remember(self, recommendation_id: str, item_ids: Sequence[str]) -> None:
        """Keep a list, and forget the oldest beyond 5,000."""
        with self._lock:
            self._lists[recommendation_id] = item_ids
            if len(self._lists) > MOST:
                self._lists.popitem(last=False)

    def items_of(self, recommendation_id: str) -> Sequence[str]:
        """Return what was recommended; nothing where the ID is unknown."""
        with self._lock:
            return self._lists.get(recommendation_id, ())
