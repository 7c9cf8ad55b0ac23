"""Interactions read some row groups at a time are those that reading all of it at once gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_personalize import interaction_columns
from local_personalize.interaction_columns import InteractionColumns, Sorted, chunks, rows_of

Row = tuple[str, str, int, str | None, float | None, str | None]
NAMES = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE", "DEVICE")
TYPES = (pa.string(), pa.string(), pa.int64(), pa.string(), pa.float64(), pa.string())


def rows(seed: int, count: int = 200) -> list[Row]:
    random = np.random.default_rng(seed)

    def row() -> Row:
        user, item = f"{seed}ü{random.integers(9)}", f"i{random.integers(30)}"
        kind = [None, "watch", "buy"][random.integers(3)]
        value = None if random.random() < 0.3 else float(random.integers(5))
        return user, item, int(random.integers(40)), kind, value, [None, "tv", "phone"][random.integers(3)]

    return [row() for _ in range(count)]


def write(path: Path, given: list[Row], left_out: str = "") -> Path:
    columns = zip(NAMES, TYPES, zip(*given, strict=True), strict=True)
    table = pa.table({name: pa.array(cells, kind) for name, kind, cells in columns if name != left_out})
    pq.write_table(table, path, row_group_size=17)
    return path


def read(*paths: Path) -> Sorted:
    columns = InteractionColumns(sum(map(rows_of, paths)), ["DEVICE"], ["PRICE"])
    for path in paths:
        for chunk in chunks(path, [*NAMES, "PRICE"]):
            columns.add(chunk)
    return columns.sorted()


def listed(found: Sorted) -> Iterator[Row]:
    table, (devices, device_names) = found.interactions, found.texts["DEVICE"]
    assert table.event_types is not None
    assert table.values is not None
    for row in range(len(table)):
        kind, value = table.event_type_names[table.event_types[row]], float(table.values[row])
        user, item = table.user_ids[table.users[row]], table.item_ids[table.items[row]]
        device = device_names[devices[row]]
        yield user, item, int(table.timestamps[row]), kind or None, None if np.isnan(value) else value, device or None


def expected(given: list[Row]) -> list[Row]:
    place = {user: number for number, user in enumerate(dict.fromkeys(row[0] for row in given))}
    return sorted(given, key=lambda row: (place[row[0]], row[2]))


@pytest.mark.parametrize("at_once", [1, 40, 2**20])
def test_rows_come_by_user_then_time_then_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(interaction_columns, "CHUNK_ROWS", at_once)
    first, second = rows(1), [*rows(2), *rows(1, 50)]
    found = read(write(tmp_path / "first", first), write(tmp_path / "second", second))
    assert list(listed(found)) == expected([*first, *second])
    assert len(found.interactions.user_ids) == len({row[0] for row in [*first, *second]})
    assert np.isnan(found.numbers["PRICE"]).all()


def test_a_column_that_an_older_file_lacks_is_empty_there(tmp_path: Path) -> None:
    older = rows(1)
    found = read(write(tmp_path / "first", older, left_out="DEVICE"), write(tmp_path / "second", rows(2)))
    assert list(listed(found)) == expected([*[(*row[:5], None) for row in older], *rows(2)])


def test_no_more_than_the_wanted_rows_are_held_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interaction_columns, "CHUNK_ROWS", 40)
    sizes = [chunk.num_rows for chunk in chunks(write(tmp_path / "file", rows(1)), NAMES)]
    assert sum(sizes) == 200
    assert max(sizes) <= 40


def test_actions_are_called_items(tmp_path: Path) -> None:
    table = pa.table({"USER_ID": ["u"], "ACTION_ID": ["a"], "TIMESTAMP": [7]})
    pq.write_table(table, tmp_path / "file")
    columns = InteractionColumns(1, [], [])
    for chunk in chunks(tmp_path / "file", ["USER_ID", "ACTION_ID", "TIMESTAMP"]):
        columns.add(chunk)
    assert columns.sorted().interactions.item_ids == ["a"]


def test_there_may_be_no_rows_at_all() -> None:
    found = InteractionColumns(0, ["DEVICE"], ["PRICE"]).sorted()
    assert len(found.interactions) == 0
    assert found.texts["DEVICE"][1] == []
