"""Keeps the state in one SQLite file: one writer thread with group commit, many readers.

What `write` returned from is on the disk (WAL, synchronous=FULL) and survives kill -9. Writers queue for one thread,
which commits all that is waiting at once: 32 clients share one fsync instead of starving one another.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

GROUP = 256
"""Writes that one commit takes at most."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    arn TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,      -- ARN of the resource that this one lives in, '' at the top
    created REAL NOT NULL,
    doc TEXT NOT NULL          -- the resource as Describe shows it, in JSON
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_by_kind ON resources (kind, created, arn);
CREATE INDEX IF NOT EXISTS resources_by_parent ON resources (parent, kind);
CREATE TABLE IF NOT EXISTS tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY,
    arn TEXT NOT NULL,
    kind TEXT NOT NULL,        -- a key of jobs.KINDS
    due REAL NOT NULL,
    state TEXT NOT NULL,       -- queued, running
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: models remember up to which event they were trained
    dataset_group TEXT NOT NULL,  -- its ARN; of action interactions the ARN of their dataset
    user TEXT NOT NULL,
    session TEXT NOT NULL,
    item TEXT NOT NULL,
    type TEXT NOT NULL,
    sent REAL NOT NULL,        -- seconds since the epoch
    value REAL,
    body TEXT NOT NULL,        -- the event as it was sent, in JSON, without what has a column
    UNIQUE (dataset_group, user, session, item, type, sent, body)
);
CREATE INDEX IF NOT EXISTS events_by_user ON events (dataset_group, user, id);
CREATE TABLE IF NOT EXISTS put_records (
    dataset TEXT NOT NULL,     -- ARN of the Items, Users or Actions dataset
    id TEXT NOT NULL,
    body TEXT NOT NULL,        -- the record's columns by schema name, in JSON
    put REAL NOT NULL,
    PRIMARY KEY (dataset, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS put_records_by_time ON put_records (dataset, put);
"""


class Store:
    """The state of one data directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: queue.SimpleQueue[tuple[Callable[[sqlite3.Connection], Any], Future[Any]] | None]
        self._waiting = queue.SimpleQueue()
        self._readers = threading.local()
        with self._connect() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)
        connection.close()
        self._writer = threading.Thread(target=self._write_forever, name="store-writer", daemon=True)
        self._writer.start()

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work in a transaction and return its result once it is durable; what work raises is raised here."""
        outcome: Future[T] = Future()
        self._waiting.put((work, outcome))
        return outcome.result()

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Return the rows that a SELECT finds in the newest committed state."""
        return self.reader().execute(sql, parameters).fetchall()

    def reader(self) -> sqlite3.Connection:
        """Return this thread's connection for reading."""
        if not hasattr(self._readers, "connection"):
            self._readers.connection = self._connect()
            self._readers.connection.execute("PRAGMA query_only = ON")
        connection: sqlite3.Connection = self._readers.connection
        return connection

    def close(self) -> None:
        """Finish what is waiting and stop the writer."""
        self._waiting.put(None)
        self._writer.join()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _write_forever(self) -> None:
        connection = self._connect()
        while (first := self._waiting.get()) is not None:
            group = [first]
            stopping = False
            while len(group) < GROUP and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    stopping = True
                    break
                group.append(following)
            _commit(connection, group)
            if stopping:
                break
        connection.close()


def _commit(
    connection: sqlite3.Connection, group: list[tuple[Callable[[sqlite3.Connection], Any], Future[Any]]]
) -> None:
    """Do the work in one transaction; where SQLite itself ends that, as on a full disk, all of it fails."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        done = [(outcome, _attempt(connection, work, outcome)) for work, outcome in group]
        connection.execute("COMMIT")
    except sqlite3.Error as failure:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for _, outcome in group:
            if not outcome.done():
                outcome.set_exception(failure)
        return
    for outcome, result in done:
        if not outcome.done():
            outcome.set_result(result)


def _attempt(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any], outcome: Future[Any]) -> Any:
    """Run one piece of work in its own savepoint, so that its failure leaves its neighbours alone."""
    connection.execute("SAVEPOINT work")
    try:
        result = work(connection)
    except Exception as failure:  # handed to the caller, who waits for it
        outcome.set_exception(failure)
        if not connection.in_transaction:
            raise sqlite3.OperationalError("The transaction ended with a write that failed") from failure
        connection.execute("ROLLBACK TO work")
        result = None
    connection.execute("RELEASE work")
    return result
