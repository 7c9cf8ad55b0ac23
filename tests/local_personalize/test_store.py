"""The state: what a failure of SQLite does to the writer, and what the numbers of events promise."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local_personalize.store import Store

SECONDS = 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A state of its own."""
    store = Store(tmp_path / "state.db")
    yield store
    store.close()


def put(connection: sqlite3.Connection, name: str, size: int = 1) -> None:
    """Add a record of so many characters."""
    connection.execute("INSERT INTO put_records (dataset, id, body, put) VALUES ('d', ?, ?, 1)", (name, "x" * size))


def fill(connection: sqlite3.Connection) -> None:
    """Write more than the disk has room for."""
    connection.execute("PRAGMA max_page_count = 40")
    for number in range(200):
        put(connection, f"large-{number}", 4000)


def test_a_full_disk_fails_the_write_and_not_those_that_come_later(store: Store) -> None:
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(sqlite3.OperationalError, match="full"):
            pool.submit(store.write, fill).result(SECONDS)
        pool.submit(store.write, lambda connection: put(connection, "small")).result(SECONDS)
    assert [row["id"] for row in store.read("SELECT id FROM put_records")] == ["small"]


def test_what_fails_leaves_its_neighbours_alone(store: Store) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        put(connection, "lost")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.write(fail)
    store.write(lambda connection: put(connection, "kept"))
    assert [row["id"] for row in store.read("SELECT id FROM put_records")] == ["kept"]


def test_the_number_of_an_event_is_never_given_again(store: Store) -> None:
    def add(connection: sqlite3.Connection) -> int | None:
        sql = "INSERT INTO events (dataset_group, user, session, item, type, sent, body) VALUES ('','','','','',0,'')"
        return connection.execute(sql).lastrowid

    first = store.write(add)
    store.write(lambda connection: connection.execute("DELETE FROM events"))
    assert first is not None
    assert (store.write(add) or 0) > first
