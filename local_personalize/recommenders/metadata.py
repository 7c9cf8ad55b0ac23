"""Metadata of items or users as one-hot columns: a category each, and bins of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.dataset import Dataset, Table
from local_personalize.recommenders.sparse_rows import Matrix

BINS = 10
CATEGORIES = 1_000


def item_features(dataset: Dataset) -> Matrix:
    """Return the metadata of items as ones, (items, columns); a column holds for at least two items."""
    return features_of(dataset.items, dataset.item_ids)


def features_of(table: Table | None, ids: Sequence[str]) -> Matrix:
    """Return the metadata of a table in the order of these ids as ones, (ids, columns)."""
    places = {row_id: place for place, row_id in enumerate(ids)}
    pairs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    width = 0
    if table is not None:
        rows = np.array([places[row_id] for row_id in table.ids], dtype=np.int64)
        for name, values in table.columns.items():
            found = _category_columns(values) if name in table.categorical else _number_columns(values)
            pairs.append((rows[found[0]], found[1] + width))
            width += int(found[1].max(initial=-1)) + 1
    items = np.concatenate([pair[0] for pair in pairs]) if pairs else np.zeros(0, dtype=np.int64)
    columns = np.concatenate([pair[1] for pair in pairs]) if pairs else np.zeros(0, dtype=np.int64)
    features = sparse.csr_array((np.ones(len(items), dtype=np.float32), (items, columns)), (len(places), width))
    features.data[:] = 1  # an id listed twice, or a category named twice, counts once
    return features


def _category_columns(values: Sequence[str | float | None]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, column) of each category, for the 1,000 most frequent that two rows or more have."""
    parts = [set(str(value).split("|")) - {""} if value is not None else set() for value in values]
    counted = Counter(category for row in parts for category in row)
    frequent = sorted((category for category in counted if counted[category] > 1), key=lambda c: (-counted[c], c))
    columns = {category: column for column, category in enumerate(frequent[:CATEGORIES])}
    pairs = [(row, columns[c]) for row, categories in enumerate(parts) for c in sorted(categories) if c in columns]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _number_columns(values: Sequence[str | float | None]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, column) of each number, in ten bins of about equal counts; text that is no category has none."""
    if any(isinstance(value, str) for value in values):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    numbers = np.array([np.nan if value is None else float(value) for value in values])
    rows = np.flatnonzero(np.isfinite(numbers))
    if not rows.size:
        return rows, rows
    edges = np.unique(np.quantile(numbers[rows], np.linspace(0, 1, BINS + 1)[1:-1]))
    _, bins = np.unique(np.searchsorted(edges, numbers[rows], side="right"), return_inverse=True)
    return rows, bins
