"""What every recommender remembers of its training data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.dataset import Dataset, Interactions

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Trained:
    """Ids, histories by user, and how popular each item is."""

    item_ids: list[str]
    user_ids: list[str]
    event_type_names: list[str]
    offsets: NDArray[np.int64] = field(repr=False)
    items: NDArray[np.int32] = field(repr=False)
    timestamps: NDArray[np.int64] = field(repr=False)
    event_types: NDArray[np.int16] | None = field(repr=False)
    item_events: NDArray[np.int64] = field(repr=False)
    item_users: NDArray[Any] = field(repr=False)

    @classmethod
    def of(cls, dataset: Dataset) -> Trained:
        """Remember a dataset; item_events counts events, item_users distinct users, by the weight of their events."""
        rows, width = dataset.interactions, len(dataset.item_ids)
        return cls(
            item_ids=dataset.item_ids,
            user_ids=rows.user_ids,
            event_type_names=list(rows.event_type_names),
            offsets=rows.user_offsets(),
            items=rows.items,
            timestamps=rows.timestamps,
            event_types=rows.event_types,
            item_events=np.bincount(rows.items, minlength=width),
            item_users=_users_of_items(rows, width),
        )

    @cached_property
    def item_index(self) -> dict[str, int]:
        """The place of each item id in score arrays."""
        return {item_id: place for place, item_id in enumerate(self.item_ids)}

    @cached_property
    def user_index(self) -> dict[str, int]:
        """The place of each user id in offsets."""
        return {user_id: place for place, user_id in enumerate(self.user_ids)}

    def rows_of(self, user_id: str | None) -> slice:
        """Return where the user's history lies; an empty slice for a user whom training did not know."""
        place = -1 if user_id is None else self.user_index.get(user_id, -1)
        return slice(0, 0) if place < 0 else slice(int(self.offsets[place]), int(self.offsets[place + 1]))

    def arrays(self) -> Arrays:
        """Return the columns by name, for saving."""
        names = ["offsets", "items", "timestamps", "event_types", "item_events", "item_users"]
        return {f"trained.{name}": getattr(self, name) for name in names if getattr(self, name) is not None}

    @classmethod
    def from_saved(cls, arrays: Arrays, ids: Mapping[str, list[str]]) -> Trained:
        """Rebuild from what arrays() gave and the lists of ids."""
        columns = {
            name.removeprefix("trained."): array for name, array in arrays.items() if name.startswith("trained.")
        }
        return cls(
            item_ids=ids["item_ids"],
            user_ids=ids["user_ids"],
            event_type_names=ids["event_type_names"],
            event_types=columns.pop("event_types", None),
            **columns,
        )


def _users_of_items(rows: Interactions, width: int) -> NDArray[Any]:
    """Return the distinct users of each item, times the mean weight of its events where events have weights."""
    pairs = rows.distinct_pairs()
    pairs %= max(len(rows.item_ids), 1)
    users = np.bincount(pairs, minlength=width)
    if rows.weights is None:
        return users
    return users * rows.counts(width) / np.maximum(np.bincount(rows.items, minlength=width), 1)
