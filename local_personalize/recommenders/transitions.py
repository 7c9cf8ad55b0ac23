"""Which items follow which: decayed counts of ordered pairs, shrunk so that pairs seen once do not lead.

T_ij sums 0.5^((gap - 1) / half-life) over users where j came gap = 1..window events after i, times j's event weight;
S_ij = T_ij / sqrt((d_i + beta) (d_j + beta)), d the events of an item; the 300 largest S_ij of each i are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.base import Progress, silent
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.sparse_rows import Matrix, nearest

WINDOW = 32
HALF_LIFE = 10.0
SHRINKAGE = 20.0
NEIGHBOURS = 300
BLOCK_PAIRS = 4_000_000


def transitions(interactions: Interactions, width: int, *, window: int = WINDOW, progress: Progress = silent) -> Matrix:
    """Return S (items, items), built in blocks of items that hold a few million pairs each."""
    counts = np.bincount(interactions.items, minlength=width)
    places, ends = np.argsort(interactions.items, kind="stable"), np.concatenate([[0], np.cumsum(counts)])
    scale = 1 / np.sqrt(counts + SHRINKAGE)
    blocks: list[Matrix] = []
    start = 0
    while start < width:
        progress(ends[start] / max(1, ends[-1]), "Learning which items follow")
        room = ends[start] + BLOCK_PAIRS // window
        stop = max(start + 1, int(np.searchsorted(ends, room, side="right")) - 1)
        pairs = _pairs(interactions, places[ends[start] : ends[stop]], window, start, (stop - start, width))
        pairs.data *= np.repeat(scale[start:stop], np.diff(pairs.indptr)) * scale[pairs.indices]
        blocks.append(nearest(pairs, NEIGHBOURS))
        start = stop
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def _pairs(
    interactions: Interactions, places: NDArray[np.int64], window: int, first: int, shape: tuple[int, int]
) -> Matrix:
    """Sum the decayed pairs whose earlier event is at one of the places; rows count from the first item."""
    items, users, events = interactions.items, interactions.users, interactions.weights
    earlier, later, weights = [], [], []
    for gap in range(1, window + 1):
        places = places[places + gap < len(items)]
        places = places[users[places] == users[places + gap]]
        here, there = items[places], items[places + gap]
        differ = here != there
        earlier.append(here[differ] - first)
        later.append(there[differ])
        faded = np.full(int(differ.sum()), 0.5 ** ((gap - 1) / HALF_LIFE))
        weights.append(faded if events is None else faded * events[places + gap][differ])
    entries = (np.concatenate(weights), (np.concatenate(earlier), np.concatenate(later)))
    return sparse.csr_array(entries, shape=shape)
