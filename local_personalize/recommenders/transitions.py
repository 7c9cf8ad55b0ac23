"""Which items follow which: decayed counts of ordered pairs, shrunk so that pairs seen once do not lead.

T_ij sums 0.5^((gap - 1) / half-life) over users where j came gap = 1..window events after i, times j's event weight;
S_ij = T_ij / sqrt((d_i + beta) (d_j + beta)), d the events of an item; the 300 largest S_ij of each i are kept.
"""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.base import Floats, Progress, silent
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.sparse_rows import Matrix, nearest

Number = TypeVar("Number", bound=np.generic)

WINDOW = 32
HALF_LIFE = 10.0
SHRINKAGE = 20.0
NEIGHBOURS = 300
BLOCK_PAIRS = 2_000_000


def transitions(interactions: Interactions, width: int, *, window: int = WINDOW, progress: Progress = silent) -> Matrix:
    """Return S (items, items), built in blocks of items that hold a few million pairs each."""
    events = _Events.of(interactions, window)
    counts = np.bincount(interactions.items, minlength=width)
    places = np.argsort(interactions.items, kind="stable").astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(counts)])
    most = max(1, BLOCK_PAIRS // window)
    scale = 1 / np.sqrt(counts + SHRINKAGE)
    blocks: list[Matrix] = []
    start = 0
    while start < width:
        progress(ends[start] / max(1, ends[-1]), "Learning which items follow")
        stop = max(start + 1, int(np.searchsorted(ends, ends[start] + most, side="right")) - 1)
        parts = range(ends[start], max(ends[stop], ends[start] + 1), most)  # several where one item has too many events
        shape = (stop - start, width)
        chosen = (events.pairs(places[place : min(place + most, ends[stop])], start, shape) for place in parts)
        pairs = functools.reduce(operator.add, chosen)
        pairs.data *= np.repeat(scale[start:stop], np.diff(pairs.indptr)) * scale[pairs.indices]
        blocks.append(nearest(pairs, NEIGHBOURS))
        start = stop
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


@dataclass(frozen=True, slots=True)
class _Events:
    """Events beside those that follow them: every array below has a row for each event."""

    items: NDArray[np.int32]
    next_items: NDArray[np.int32]
    """(N, window), a view; rows near the end of a history run on into the next one."""
    next_weights: NDArray[np.float32] | None
    left: NDArray[np.int32]
    """How many events of the same user are still to come."""
    faded: Floats
    """What a pair counts by its gap, (window,)."""

    @classmethod
    def of(cls, interactions: Interactions, window: int) -> Self:
        last = (interactions.user_offsets()[1:] - 1).astype(np.int32)
        left = np.subtract(last[interactions.users], np.arange(len(interactions), dtype=np.int32))
        weights = None if interactions.weights is None else _following(interactions.weights, window)
        faded = 0.5 ** (np.arange(window) / HALF_LIFE)
        return cls(interactions.items, _following(interactions.items, window), weights, left, faded)

    def pairs(self, places: NDArray[np.int32], first: int, shape: tuple[int, int]) -> Matrix:
        """Sum the decayed pairs whose earlier event is at one of the places, in the order of their items.

        Rows count from the first item.
        """
        later, rows = self.next_items[places], self.items[places] - first
        gaps = np.arange(1, len(self.faded) + 1, dtype=np.int32)
        counted = (gaps <= self.left[places, None]) & (later != self.items[places, None])
        weights = np.broadcast_to(self.faded, counted.shape)[counted]
        if self.next_weights is not None:
            weights *= self.next_weights[places][counted]
        ends = np.concatenate([[0], np.cumsum(counted.sum(axis=1, dtype=np.int32))])
        following = sparse.csr_array((weights, later[counted], ends), shape=(len(places), shape[1]))
        of_item = (np.ones(len(places)), np.arange(len(places)), np.searchsorted(rows, np.arange(shape[0] + 1)))
        return sparse.csr_array(sparse.csr_array(of_item, shape=(shape[0], len(places))) @ following)


def _following(column: NDArray[Number], window: int) -> NDArray[Number]:
    """Return what follows each entry of a column, zeros behind its end: (N, window)."""
    padded = np.concatenate([column[1:], np.zeros(window, dtype=column.dtype)])
    return sliding_window_view(padded, window)
