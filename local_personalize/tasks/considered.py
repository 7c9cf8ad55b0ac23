"""Which items a training considers where a dataset group has more than the quota of them, 750,000.

The guide (page item-dataset-requirements) puts weight on items that are new and on those with recent interactions, so
the items with the latest times are kept: of their last interaction, or of their creation where that is later. Items of
which no time is known come after all others, those that were added last first.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from local_personalize.novelty import creation_of
from local_personalize.recommenders.base import Floats
from local_personalize.recommenders.dataset import Interactions, Table
from local_personalize.tasks.chosen_events import compact


def newest(rows: Interactions, items: Table | None, most: int) -> tuple[Interactions, Table | None]:
    """Return the interactions and the Items dataset without items beyond the quota."""
    known = set(rows.item_ids)
    ids = [*rows.item_ids, *(item_id for item_id in (() if items is None else items.ids) if item_id not in known)]
    if len(ids) <= most:
        return rows, items
    order = np.lexsort((np.arange(len(ids)), _times(rows, items, ids)))  # ascending
    kept = np.zeros(len(ids), dtype=np.bool_)
    kept[order[len(ids) - most :]] = True
    names = {ids[place] for place in np.flatnonzero(kept)}
    return compact(rows.where(kept[rows.items])), None if items is None else _only(items, names)


def _times(rows: Interactions, items: Table | None, ids: list[str]) -> Floats:
    """Return the latest that is known of each item in seconds, (ids,), -inf where nothing is."""
    last = np.full(len(ids), -np.inf)
    np.maximum.at(last, rows.items, rows.timestamps.astype(np.float64))
    return np.asarray(np.fmax(last, creation_of(items, ids)))


def _only(items: Table, ids: set[str]) -> Table:
    """Return the rows of a table that have one of the ids."""
    chosen: NDArray[np.intp] = np.flatnonzero([row_id in ids for row_id in items.ids])
    columns = {name: [cells[row] for row in chosen] for name, cells in items.columns.items()}
    return replace(items, ids=[items.ids[row] for row in chosen], columns=columns)
