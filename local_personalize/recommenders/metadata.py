"""Metadata of items, users or events as one-hot columns: a category each, and bins of numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders.dataset import Dataset, Table
from local_personalize.recommenders.sparse_rows import Matrix

BINS = 10
CATEGORIES = 1_000
RANGE_WEIGHT = 0.7
"""What an item's range of a number counts beside a category: that ranges are rare is but our making."""

Cell = str | float | None
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows and columns of ones."""


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories that have a column, the most frequent first."""

    names: Sequence[str]
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {name: place for place, name in enumerate(self.names)})

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Categories:
        """Take the 1,000 most frequent that two rows or more have."""
        counted = Counter(category for cell in cells for category in _parts(cell))
        frequent = [category for category, count in counted.items() if count > 1]
        return cls(sorted(frequent, key=lambda category: (-counted[category], category))[:CATEGORIES])

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.names)

    def columns_of(self, cell: Cell) -> list[int]:
        """Return the columns of one cell; unknown categories have none."""
        return [self._places[part] for part in _parts(cell) if part in self._places]

    def pairs(self, cells: Sequence[Cell]) -> Pairs:
        """Return (row, column) of every known category."""
        found = [(row, column) for row, cell in enumerate(cells) for column in self.columns_of(cell)]
        both = np.array(found, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def settings(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {"categories": list(self.names)}


@dataclass(frozen=True, slots=True)
class Bins:
    """Ranges of numbers with about equal counts: edges from the lowest, each the beginning of a range."""

    edges: Sequence[float]

    @classmethod
    def of(cls, numbers: NDArray[np.float64]) -> Bins:
        """Divide finite numbers into at most ten ranges, none of them empty; without numbers there is nothing."""
        known = numbers[np.isfinite(numbers)]
        if not known.size:
            return cls(())
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[:-1]))
        filled = np.unique(np.searchsorted(edges, known, side="right")) - 1
        return cls(tuple(edges[filled].tolist()))

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.edges)

    def columns_of(self, cell: Cell) -> list[int]:
        """Return the column of one number, or of a text that is one; what is no finite number has none."""
        try:
            number = math.nan if cell is None else float(cell)
        except ValueError:
            return []
        return [int(place) for place in self.places(np.array([number]))[1]]

    def places(self, numbers: NDArray[np.float64]) -> Pairs:
        """Return (row, column) of every finite number; what lies below all edges belongs to the lowest range."""
        rows = np.flatnonzero(np.isfinite(numbers)) if self.edges else np.zeros(0, dtype=np.int64)
        return rows, np.maximum(np.searchsorted(self.edges, numbers[rows], side="right") - 1, 0)

    def pairs(self, cells: Sequence[Cell]) -> Pairs:
        """Return (row, column) of every number."""
        return self.places(_numbers(cells))

    def settings(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {"edges": list(self.edges)}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How the cells of a table become columns, learned from one table and fit for others."""

    columns: Mapping[str, Categories | Bins]

    @classmethod
    def of(cls, table: Table | None) -> Vocabulary:
        """Learn from a table; text that is no category has no columns."""
        if table is None:
            return cls({})
        learned: dict[str, Categories | Bins] = {}
        for name, cells in table.columns.items():
            if name in table.categorical:
                learned[name] = Categories.of(cells)
            elif not any(isinstance(cell, str) for cell in cells):
                learned[name] = Bins.of(_numbers(cells))
        return cls(learned)

    @property
    def width(self) -> int:
        """Return the number of columns of all columns together."""
        return sum(column.width for column in self.columns.values())

    def features(self, table: Table | None, ids: Sequence[str]) -> Matrix:
        """Return a table's rows as ones, in the order of these ids, which may be more: (ids, width)."""
        places = {row_id: place for place, row_id in enumerate(ids)}
        rows, columns, start = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], 0
        for name, column in self.columns.items():
            if table is not None and name in table.columns:
                found = column.pairs(table.columns[name])
                rows.append(np.array([places[row_id] for row_id in table.ids], dtype=np.int64)[found[0]])
                columns.append(found[1] + start)
            start += column.width
        where = np.concatenate(rows), np.concatenate(columns)
        features = sparse.csr_array((np.ones(len(where[0]), dtype=np.float32), where), (len(ids), self.width))
        features.data[:] = 1  # an id listed twice counts once
        return features

    def weighted(self, table: Table | None, ids: Sequence[str]) -> Matrix:
        """Return the same with ranges of numbers counting less than categories."""
        widths = [column.width for column in self.columns.values()]
        counted = [RANGE_WEIGHT if isinstance(column, Bins) else 1.0 for column in self.columns.values()]
        return sparse.csr_array(self.features(table, ids).multiply(np.repeat(counted, widths)[None, :]))

    def columns_of(self, cells: Mapping[str, Cell]) -> list[int]:
        """Return the columns of one row, given by name; names and categories that are unknown have none."""
        found, start = list[int](), 0
        for name, column in self.columns.items():
            found += [start + place for place in column.columns_of(cells.get(name))]
            start += column.width
        return found

    def settings(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {name: column.settings() for name, column in self.columns.items()}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
        """Rebuild from what settings() gave."""
        return cls({name: column_from(told) for name, told in settings.items()})


def column_from(settings: Mapping[str, Any]) -> Categories | Bins:
    """Rebuild a column from what its settings() gave."""
    return Bins(settings["edges"]) if "edges" in settings else Categories(settings["categories"])


def item_features(dataset: Dataset) -> Matrix:
    """Return the metadata of items, (items, columns); a category's column holds for at least two items."""
    return Vocabulary.of(dataset.items).weighted(dataset.items, dataset.item_ids)


def _parts(cell: Cell) -> Iterable[str]:
    """Return the categories in a cell, each once."""
    if cell is None or cell == "":
        return ()
    text = str(cell)
    return (text,) if "|" not in text else dict.fromkeys(filter(None, text.split("|")))


def _numbers(cells: Sequence[Cell]) -> NDArray[np.float64]:
    return np.array([math.nan if cell is None else float(cell) for cell in cells], dtype=np.float64)
