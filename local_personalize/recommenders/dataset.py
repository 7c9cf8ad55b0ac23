"""What a recommender is trained on: interactions as columns of codes, metadata as tables, and both together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

BLOCK = 2**20
"""Events that are sorted at once: many times quicker than all of them, and with little memory."""


@dataclass(frozen=True, slots=True)
class Interactions:
    """Events as parallel columns of codes into the ids, sorted by user, then time, then input order."""

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    timestamps: NDArray[np.int64]
    event_types: NDArray[np.int16] | None
    event_type_names: tuple[str, ...]
    values: NDArray[np.float32] | None
    user_ids: list[str]
    item_ids: list[str]
    contexts: Mapping[str, tuple[NDArray[np.int32], list[str]]] = field(default_factory=dict)
    """Metadata of events by column: codes (N,) and what they stand for, "" where there is none."""
    measures: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """Numbers that events carry by column, (N,), NaN where there is none."""
    weights: NDArray[np.float32] | None = None
    """How much each event counts in training, from 0 to 1; None for all the same."""

    @classmethod
    def from_columns(
        cls,
        user_ids: Iterable[str],
        item_ids: Iterable[str],
        timestamps: ArrayLike,
        event_types: Iterable[str] | None = None,
        values: ArrayLike | None = None,
    ) -> Interactions:
        """Build from columns of ids, seconds since the epoch, event types and event values, one entry per event."""
        users, user_names = _codes(user_ids)
        items, item_names = _codes(item_ids)
        types, type_names = (None, []) if event_types is None else _codes(event_types)
        return cls.from_codes(
            (users, user_names), (items, item_names), timestamps, (types, tuple(type_names)), values=values
        )

    @classmethod
    def from_codes(
        cls,
        users: tuple[NDArray[np.int32], list[str]],
        items: tuple[NDArray[np.int32], list[str]],
        timestamps: ArrayLike,
        event_types: tuple[NDArray[np.int32] | None, tuple[str, ...]] = (None, ()),
        values: ArrayLike | None = None,
    ) -> Interactions:
        """Build from dictionary-encoded columns, each a pair of codes and the ids they stand for."""
        times = np.asarray(timestamps, dtype=np.int64)
        order = np.lexsort((times, users[0]))
        types = event_types[0]
        return cls(
            users=users[0][order],
            items=items[0][order],
            timestamps=times[order],
            event_types=None if types is None else types[order].astype(np.int16),
            event_type_names=event_types[1],
            values=None if values is None else np.asarray(values, dtype=np.float32)[order],
            user_ids=users[1],
            item_ids=items[1],
        )

    def __len__(self) -> int:
        return len(self.users)

    def where(self, keep: NDArray[np.bool_]) -> Interactions:
        """Return the rows of a mask; users and items keep their codes."""
        return replace(
            self,
            users=self.users[keep],
            items=self.items[keep],
            timestamps=self.timestamps[keep],
            event_types=None if self.event_types is None else self.event_types[keep],
            values=None if self.values is None else self.values[keep],
            contexts={name: (codes[keep], names) for name, (codes, names) in self.contexts.items()},
            measures={name: numbers[keep] for name, numbers in self.measures.items()},
            weights=None if self.weights is None else self.weights[keep],
        )

    def counts(self, width: int) -> NDArray[np.float64]:
        """Return the events of each item, by their weights: (width,)."""
        return np.bincount(self.items, self.weights, minlength=width).astype(np.float64)

    def user_offsets(self) -> NDArray[np.int64]:
        """Return where each user's rows begin, with the number of rows at the end: (users + 1,)."""
        return np.searchsorted(self.users, np.arange(len(self.user_ids) + 1)).astype(np.int64)

    def distinct_pairs(self) -> NDArray[np.int64]:
        """Return every pair that has an event once, as user * number of items + item, in ascending order."""
        found, count = np.empty(len(self), dtype=np.int64), 0
        for rows in self._blocks():
            pairs = self.users[rows] * np.int64(len(self.item_ids)) + self.items[rows]
            pairs.sort()
            distinct = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])]
            found[count : count + len(distinct)] = distinct
            count += len(distinct)
        return found[:count]

    def _blocks(self) -> Iterator[slice]:
        """Yield neighbouring histories together up to BLOCK events; a longer one stands alone."""
        offsets = np.unique(self.user_offsets())
        start = 0
        while start < len(self):
            within = int(offsets[np.searchsorted(offsets, start + BLOCK, side="right") - 1])
            stop = within if within > start else int(offsets[np.searchsorted(offsets, start, side="right")])
            yield slice(start, stop)
            start = stop


@dataclass(frozen=True, slots=True)
class Table:
    """Metadata of items or users: one row per id; categorical values hold several categories between bars."""

    ids: Sequence[str]
    columns: Mapping[str, Sequence[str | float | None]]
    categorical: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dataset:
    """What one dataset group holds for training; item_ids are those of the interactions, then the rest."""

    interactions: Interactions
    items: Table | None = None
    users: Table | None = None
    item_ids: list[str] = field(init=False)

    def __post_init__(self) -> None:
        known = self.interactions.item_ids
        extra = [] if self.items is None else sorted(set(self.items.ids).difference(known))
        object.__setattr__(self, "item_ids", [*known, *extra])


def _codes(ids: Iterable[str]) -> tuple[NDArray[np.int32], list[str]]:
    known: dict[str, int] = {}
    codes = np.fromiter((known.setdefault(value, len(known)) for value in ids), dtype=np.int32)
    return codes, list(known)
