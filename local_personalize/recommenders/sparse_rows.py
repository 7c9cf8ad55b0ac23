"""Sparse matrices: the largest entries of each row, histories as rows, and arrays to save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.trained import Arrays

Matrix: TypeAlias = "sparse.csr_array[Any, tuple[int, int]]"

LEAST_WEIGHT = 1e-6


def nearest(matrix: Matrix, count: int) -> Matrix:
    """Keep the largest entries of each row, as float32; of equal ones those of the first columns."""
    lengths = np.diff(matrix.indptr)
    kept = np.ones(matrix.nnz, dtype=np.bool_)
    for row in np.flatnonzero(lengths > count).tolist():
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        kept[entries] = _largest(matrix.data[entries], matrix.indices[entries], count)
    pointers = np.concatenate([[0], np.cumsum(np.minimum(lengths, count), dtype=np.int64)])
    data = matrix.data[kept].astype(np.float32)
    return sparse.csr_array((data, matrix.indices[kept], pointers), shape=matrix.shape)


def _largest(values: NDArray[Any], columns: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Mark the largest of more values than count; of equal ones those of the first columns."""
    least = np.partition(values, len(values) - count)[len(values) - count]
    chosen: NDArray[np.bool_] = values > least
    equal, room = np.flatnonzero(values == least), count - int(chosen.sum())
    chosen[equal if len(equal) == room else equal[np.argsort(columns[equal])[:room]]] = True
    return chosen


def weighted_histories(histories: Sequence[NDArray[Any]], half_life: float, width: int) -> Matrix:
    """Return histories (oldest first) as rows of weights 0.5^(events since / half-life): (histories, width).

    An item that came more than once counts by its latest event.
    """
    items, weights, ends = [], [], [0]
    for history in histories:
        latest, since = np.unique(history[::-1], return_index=True)
        weight = np.exp2(-since / half_life)
        items.append(latest[weight > LEAST_WEIGHT])
        weights.append(weight[weight > LEAST_WEIGHT])
        ends.append(ends[-1] + len(items[-1]))
    columns = np.concatenate(items).astype(np.int32) if items else np.zeros(0, dtype=np.int32)
    data = np.concatenate(weights) if weights else np.zeros(0)
    return sparse.csr_array((data, columns, np.array(ends, dtype=np.int32)), shape=(len(histories), width))


def product(rows: Matrix, matrix: Matrix) -> NDArray[np.float64]:
    """Return rows @ matrix as an array: (rows, columns).

    scipy's product would first copy the whole matrix to the rows' precision; one row needs but a few of its entries.
    """
    if rows.shape[0] == 1:
        return _weighted_sum(matrix, rows.indices, rows.data)[None, :]
    return np.asarray((rows @ matrix).toarray())


def _weighted_sum(matrix: Matrix, rows: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of some rows times their weights: (columns,)."""
    starts = matrix.indptr[rows]
    lengths = matrix.indptr[rows + 1] - starts
    ends = np.cumsum(lengths)
    entries = np.arange(lengths.sum()) + np.repeat(starts + lengths - ends, lengths)
    addends = matrix.data[entries] * np.repeat(weights, lengths)
    return np.asarray(np.bincount(matrix.indices[entries], addends, minlength=matrix.shape[1]), dtype=np.float64)


def packed(name: str, matrix: Matrix) -> Arrays:
    """Return the arrays of a matrix under names that begin with its own."""
    shape = np.array(matrix.shape, dtype=np.int64)
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices,
        f"{name}.indptr": matrix.indptr,
        f"{name}.shape": shape,
    }


def unpacked(name: str, arrays: Arrays) -> Matrix:
    """Rebuild the matrix that packed() took apart."""
    rows, columns = arrays[f"{name}.shape"].tolist()
    parts = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    return sparse.csr_array(parts, shape=(rows, columns))
