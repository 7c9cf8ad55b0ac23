"""Metadata tables as columns that filters read, each built when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from local_personalize.filters.evaluate import Column, NumberColumn, TextColumn
from local_personalize.recommenders.dataset import Table

Cell = str | float | None


class IndexedTable:
    """A table whose rows are found by id."""

    def __init__(self, table: Table) -> None:
        self.columns = table.columns
        self._rows = {row_id: row for row, row_id in enumerate(table.ids)}

    def row(self, row_id: str) -> int | None:
        """Return the row of an id, or None."""
        return self._rows.get(row_id)

    def cell(self, row_id: str, name: str) -> Cell:
        """Return one value; None where there is no such row. Raises KeyError for an unknown column."""
        column, row = self.columns[name], self.row(row_id)
        return None if row is None else column[row]


class TableColumns(Mapping[str, Column]):
    """The columns of a table in the order of other ids, by name in upper case; rows that the table lacks are empty."""

    def __init__(self, table: IndexedTable, ids: Sequence[str]) -> None:
        self._table = table
        self._ids = ids
        self._names = {name.upper(): name for name in table.columns}
        self._built: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._built:
            cells = [self._table.cell(row_id, self._names[name]) for row_id in self._ids]
            self._built[name] = _column(cells)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _column(cells: Sequence[Cell]) -> Column:
    if any(isinstance(cell, str) for cell in cells):
        return TextColumn([cell if isinstance(cell, str) else None for cell in cells])
    return NumberColumn(np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64))
