"""What the imported data looks like: how many users and items, how dense, how long a tail, and from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from services.interactions import Interactions

HEAD = 0.1
"""Share of the items, the most popular ones, whose part of all interactions is told."""


@dataclass(frozen=True, slots=True)
class DataModel:
    """The three datasets in figures; per_user is the least, the median and the most interactions of a user."""

    users: int
    items: int
    interactions: int
    per_user: tuple[int, int, int]
    per_item: int
    """Median interactions of an item."""
    head: float
    """Which part of all interactions the most popular tenth of the items has."""
    first: date
    last: date

    @property
    def density(self) -> float:
        """Return the share of all pairs of a user and an item that interacted, if each pair did once."""
        return self.interactions / (self.users * self.items)


def data_model(events: Interactions) -> DataModel | None:
    """Return the figures of some interactions; None where there are none."""
    frame = events.frame
    if frame.empty:
        return None
    per_user = np.bincount(frame["USER_ID"].cat.codes.to_numpy())
    per_item = np.sort(np.bincount(frame["ITEM_ID"].cat.codes.to_numpy()))[::-1]
    head = per_item[: max(1, round(len(per_item) * HEAD))].sum() / len(frame)
    first, last = (datetime.fromtimestamp(int(moment), UTC).date() for moment in _ends(events))
    spread = (int(per_user.min()), int(np.median(per_user)), int(per_user.max()))
    return DataModel(
        len(per_user), len(per_item), len(frame), spread, int(np.median(per_item)), float(head), first, last
    )


def _ends(events: Interactions) -> tuple[int, int]:
    times = events.frame["TIMESTAMP"]
    return int(times.min()), int(times.max())
