"""Puts interactions from Parquet files and other tables together as columns of numbers, a million rows at a time.

Texts become codes on the way, as Arrow's dictionaries: nothing is ever a Python object per row, and what is held at
once is the finished columns, their order, and one chunk of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from local_personalize.recommenders.dataset import Interactions

pc: Any = pyarrow.compute  # its stubs tell apart more kinds of arrays than one function can take

CHUNK_ROWS = 2**20
IDS = ("USER_ID", "ITEM_ID", "ACTION_ID")

Coded = tuple[NDArray[np.int32], list[str]]
"""Codes and what they stand for."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Interactions with the further columns of their dataset, all in the same order."""

    interactions: Interactions
    texts: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]]
    """NaN where empty."""


def rows_of(path: Path) -> int:
    """Return how many rows a Parquet file has."""
    return int(pq.read_metadata(path).num_rows)


def chunks(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Yield those columns of a file that it has, some row groups at a time; actions are called items."""
    present = [name for name in pq.read_schema(path).names if name in columns]
    with pq.ParquetFile(path, read_dictionary=[name for name in present if name in IDS]) as file:
        for groups in _grouped([file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]):
            table = file.read_row_groups(groups, columns=present, use_threads=False)
            yield table.rename_columns(["ITEM_ID" if name == "ACTION_ID" else name for name in present])


def _grouped(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Put neighbouring row groups together up to CHUNK_ROWS rows; a larger one stands alone."""
    group, rows = list[int](), 0
    for number, size in enumerate(sizes):
        if group and rows + size > CHUNK_ROWS:
            yield group
            group, rows = [], 0
        group.append(number)
        rows += size
    if group:
        yield group


class InteractionColumns:
    """Columns of a known number of rows, to be filled by tables, then sorted."""

    def __init__(self, rows: int, texts: Sequence[str], numbers: Sequence[str]) -> None:
        """Make room for the columns that all interactions have, and for further ones by their names."""
        self._rows, self.filled = rows, 0
        self._times = np.empty(rows, dtype=np.int64)
        self._texts = {name: _Codes(rows) for name in ("USER_ID", "ITEM_ID", "EVENT_TYPE", *texts)}
        self._numbers = {name: _Numbers(rows, np.float64) for name in numbers}
        self._numbers["EVENT_VALUE"] = _Numbers(rows, np.float32)

    def add(self, table: pa.Table) -> None:
        """Append the rows of a table; a column that it lacks is empty."""
        place = slice(self.filled, self.filled + table.num_rows)
        self.filled = place.stop
        if not table.num_rows:
            return
        self._times[place] = table["TIMESTAMP"].to_numpy()
        for name, texts in self._texts.items():
            texts.add(place, table[name] if name in table.column_names else None)
        for name, numbers in self._numbers.items():
            numbers.add(place, table[name] if name in table.column_names else None)

    def sorted(self) -> Sorted:
        """Return everything by user, then time, then the order in which it came; the columns here are used up."""
        assert self.filled == self._rows
        texts = {name: self._texts.pop(name).finished() for name in list(self._texts)}
        users, user_ids = texts.pop("USER_ID")
        order = np.lexsort((self._times, users))
        users, self._times = users[order], self._times[order]
        for name in list(texts):
            texts[name] = texts[name][0][order], texts[name][1]
        numbers = {name: self._numbers.pop(name).finished(order) for name in list(self._numbers)}
        (items, item_ids), (types, type_names) = texts.pop("ITEM_ID"), texts.pop("EVENT_TYPE")
        interactions = Interactions(
            users=users,
            items=items,
            timestamps=self._times,
            event_types=types.astype(np.int16),
            event_type_names=tuple(type_names),
            values=numbers.pop("EVENT_VALUE"),
            user_ids=user_ids,
            item_ids=item_ids,
        )
        return Sorted(interactions, texts, numbers)


class _Codes:
    """A column of texts as codes, each chunk's into a dictionary of its own until all are there."""

    def __init__(self, rows: int) -> None:
        self._codes = np.zeros(rows, dtype=np.int32)
        self._names: list[Any] = []
        self._known = 0

    def add(self, place: slice, column: Any) -> None:
        if column is None:
            column = pa.chunked_array([pa.nulls(place.stop - place.start, pa.string())])
        encoded = _encoded(column)
        self._codes[place] = encoded.indices.to_numpy()
        self._codes[place] += self._known
        self._names.append(encoded.dictionary)
        self._known += len(encoded.dictionary)

    def finished(self) -> Coded:
        if not self._names:
            return self._codes, []
        whole = _encoded(pa.chunked_array(self._names))
        self._codes = whole.indices.to_numpy()[self._codes].astype(np.int32, copy=False)
        return self._codes, whole.dictionary.to_pylist()


def _encoded(column: Any) -> Any:
    """Return a column of texts as one dictionary array; what is missing is ""."""
    if not pa.types.is_dictionary(column.type):
        column = pc.fill_null(column.cast(pa.string()), "").dictionary_encode()
    return column.unify_dictionaries().combine_chunks()


class _Numbers:
    """A column of numbers, which takes no room as long as all of it is missing."""

    def __init__(self, rows: int, precision: type[np.floating[Any]]) -> None:
        self._rows, self._precision = rows, precision
        self._cells: NDArray[Any] | None = None

    def add(self, place: slice, column: Any) -> None:
        if column is None or column.null_count == len(column):
            return
        if self._cells is None:
            self._cells = np.full(self._rows, np.nan, dtype=self._precision)
        self._cells[place] = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()

    def finished(self, order: NDArray[np.intp]) -> NDArray[Any]:
        return np.broadcast_to(self._precision(np.nan), self._rows) if self._cells is None else self._cells[order]
