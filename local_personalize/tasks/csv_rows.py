"""Reads a CSV file into typed Arrow batches as a schema says, naming row and column of what does not fit.

Columns are found by their header; others are left alone. Row 1 is the header, empty lines do not count.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pacsv

from local_personalize.avro import Field, Schema
from local_personalize.long_texts import cut
from local_personalize.quotas import quota
from local_personalize.tasks import TaskFailed

Column = Any
pc: Any = pyarrow.compute  # its stubs tell apart more kinds of arrays than one function can take

LINE_END = re.compile(r"[\r\n]")
RAGGED = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")

BLOCK_BYTES = 8 * 2**20
HEADER_BYTES = 2**20

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}

TIMESTAMPS = ("TIMESTAMP", "CREATION_TIMESTAMP")
LATEST_SECOND = 10**11 - 1
"""The year 5138 in seconds; 1973 in milliseconds, so that a larger number cannot be meant as seconds."""


def arrow_schema(schema: Schema) -> pa.Schema:
    """Return the columns that the batches have, in the schema's order."""
    return pa.schema([(field.name, ARROW_TYPES[field.type]) for field in schema.fields])


def read_batches(path: Path, schema: Schema, name: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a CSV file, typed. Raises TaskFailed with the name, row and column of the first fault."""
    _check_header(path, schema, name)
    columns = arrow_schema(schema)
    row = 2
    try:
        for batch in _open(path, schema):
            arrays = [_Cells(batch.column(field.name), field, row, name).typed() for field in schema.fields]
            yield pa.RecordBatch.from_arrays(arrays, schema=columns)
            row += batch.num_rows
    except pa.ArrowInvalid as wrong:
        raise TaskFailed(_told(name, row, str(wrong))) from wrong


def _told(name: str, row: int, fault: str) -> str:
    ragged = RAGGED.search(fault)
    if ragged:
        return f"{name}, row {ragged[1]}, has {ragged[3]} columns, but the header has {ragged[2]}."
    return f"{name} is not a valid CSV file after row {row - 1}: {fault}"


def _open(path: Path, schema: Schema) -> pacsv.CSVStreamingReader:
    """Open a CSV file with the columns as bytes: whether they are UTF-8 and of their type is checked later, by row."""
    names = [field.name for field in schema.fields]
    return pacsv.open_csv(
        path,
        read_options=pacsv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),  # else errors do not name a row
        # In files with texts a backslash stands before a quote or a backslash (guide: items-datasets).
        parse_options=pacsv.ParseOptions(newlines_in_values=True, escape_char="\\" if schema.has_texts else False),
        convert_options=pacsv.ConvertOptions(
            include_columns=names,
            column_types=dict.fromkeys(names, pa.binary()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _check_header(path: Path, schema: Schema, name: str) -> None:
    with path.open("rb") as file:
        first_line = file.readline(HEADER_BYTES)
    try:
        first_row = LINE_END.split(first_line.decode("utf-8-sig"))[0]
        header = next(csv.reader([first_row]), [])
    except UnicodeDecodeError as wrong:
        raise TaskFailed(f"{name} is not in UTF-8: row 1 has the byte {first_line[wrong.start]:#04x}.") from wrong
    except csv.Error as wrong:
        raise TaskFailed(f"{name} is not a valid CSV file: {wrong} in row 1.") from wrong
    if not any(header):
        raise TaskFailed(f"{name} is empty: the first row must be a header with the column names.")
    missing = [field.name for field in schema.fields if field.name not in header]
    if missing:
        raise TaskFailed(f"Input CSV is missing the following columns:[{', '.join(missing)}].")
    twice = [field.name for field in schema.fields if header.count(field.name) > 1]
    if twice:
        raise TaskFailed(f"Input CSV has the following columns more than once:[{', '.join(twice)}].")


class _Cells:
    """The cells of one column in one batch, on their way from bytes to their type."""

    def __init__(self, raw: Column, field: Field, first_row: int, name: str) -> None:
        self._raw, self._field, self._first_row, self._name = raw, field, first_row, name

    def typed(self) -> Column:
        """Return the cells as the field's type, or raise TaskFailed at the first that does not fit."""
        if not self._field.nullable and self._raw.null_count:
            self._fail(pc.index(pc.is_null(self._raw), True).as_py(), "is empty, but the schema does not allow null")
        texts = self._cast(self._raw, pa.string(), "is not in UTF-8")
        if self._field.textual:
            return _cut(texts)
        if self._field.type == "string":
            self._check_length(texts)
            return texts
        if self._field.type == "boolean":
            self._check(pc.is_in(texts, pa.array(["true", "false"])), texts, "is neither true nor false")
        kind = ARROW_TYPES[self._field.type]
        numbers = self._cast(texts, kind, f"is not a valid {self._field.type}", texts)
        if self._field.name in TIMESTAMPS:
            self._check_seconds(numbers)
        if pa.types.is_floating(kind):
            self._check(pc.is_finite(numbers), texts, "is not a finite number")
        return numbers

    def _cast(self, cells: Column, kind: pa.DataType, fault: str, texts: Column | None = None) -> Column:
        try:
            return pc.cast(cells, kind)
        except pa.ArrowInvalid:
            self._fail(_first_failing(cells, kind), fault, texts)

    def _check_length(self, texts: Column) -> None:
        longest = self._field.longest
        short = pc.less_equal(pc.utf8_length(texts), longest)
        self._check(short, None, f"is longer than {longest} characters")

    def _check_seconds(self, numbers: Column) -> None:
        hint = "is too large: timestamps must be in Unix epoch time format in seconds, this looks like milliseconds"
        self._check(pc.less_equal(numbers, LATEST_SECOND), numbers, hint)
        if self._field.name == "TIMESTAMP":
            self._check(pc.greater_equal(numbers, 0), numbers, "is negative: seconds since 1970 are expected")

    def _check(self, fine: Column, shown: Column | None, fault: str) -> None:
        """Fail at the first cell that is not fine; null cells are."""
        index = pc.index(fine, False).as_py()
        if index >= 0:
            self._fail(index, fault, shown)

    def _fail(self, index: int, fault: str, shown: Column | None = None) -> NoReturn:
        value = "" if shown is None else f": {str(shown[index].as_py())[:50]!r}"
        raise TaskFailed(f"{self._name}, row {self._first_row + index}, column {self._field.name}{value} {fault}.")


def _cut(texts: Column) -> Column:
    shortest_limit = min(quota("text-characters"), quota("chinese-japanese-text-characters"))
    if (pc.max(pc.utf8_length(texts)).as_py() or 0) <= shortest_limit:
        return texts
    return pa.array([None if text is None else cut(text) for text in texts.to_pylist()], pa.string())


def _first_failing(cells: Column, kind: pa.DataType) -> int:
    """Return the index of the first cell that cannot be cast; there is one."""
    low, high = 0, len(cells)
    while high - low > 1:
        middle = (low + high) // 2
        if _castable(cells.slice(low, middle - low), kind):
            low = middle
        else:
            high = middle
    return low


def _castable(cells: Column, kind: pa.DataType) -> bool:
    try:
        pc.cast(cells, kind)
    except pa.ArrowInvalid:
        return False
    return True
