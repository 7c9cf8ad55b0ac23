"""How new the items of a model are: when they came, and how often users were shown them.

Exploration draws young items, and the less likely the more often an item was among impressions: those imported with the
interactions (items between bars in IMPRESSION), and those of streamed events, whether an event lists them itself or
names the recommendation that was shown (guide: interactions-datasets). Streamed interactions make an item known, so
that exploration leaves it (guide: native-recipe-new-item-USER_PERSONALIZATION, automatic updates).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from local_personalize import group_data
from local_personalize.exploration import FEW_EVENTS, young
from local_personalize.filters.evaluate import Mask
from local_personalize.recommenders.dataset import Table
from local_personalize.recommenders.trained import Trained

pc: Any = pyarrow.compute  # its stubs tell apart more kinds of arrays than one function can take

CREATED, IMPRESSION = "CREATION_TIMESTAMP", "IMPRESSION"
IMPLICIT = "implicitImpression"
"""What a streamed event's row calls the recommendations that the event named by their ID."""

FILE = "novelty.npz"


class Novelty:
    """What is known of a model's items: seconds of their creation, NaN where unknown, and imported impressions."""

    def __init__(
        self, trained: Trained, created: NDArray[np.float64], imported: NDArray[np.int64], watermark: int
    ) -> None:
        self._trained = trained
        self._created = created
        self._imported = imported
        self._watermark = watermark
        self._young: dict[float, Mask] = {}
        self._shown: tuple[int, Counter[int]] = (0, _counter(imported))
        self._taken: tuple[int, Counter[int]] = (watermark, Counter())

    @classmethod
    def load(cls, folder: Path, trained: Trained, watermark: int) -> Novelty:
        """Read what save() wrote about a model, which was trained on the events up to the watermark."""
        with np.load(folder / FILE, allow_pickle=False) as saved:
            return cls(trained, saved["created"], saved["imported"], watermark)

    def with_items(self, trained: Trained, items: Table) -> Novelty:
        """Return the same for a catalogue that goes on with further items."""
        created = np.concatenate([self._created, creation_of(items, list(items.ids))])
        more = np.zeros(len(items.ids), dtype=np.int64)
        return Novelty(trained, created, np.concatenate([self._imported, more]), self._watermark)

    def young(self, days: float) -> Mask:
        """Return the items that exploration may draw, by their age in days before the newest interaction."""
        if days not in self._young:
            self._young[days] = young(self._trained, days, self._created)
        return self._young[days]

    def impressions(self, connection: sqlite3.Connection, group: str) -> Mapping[int, int]:
        """Return how often each item, by its place, was shown."""
        last, counts = self._shown
        newest = _newest_event(connection)
        if newest > last:
            # The plus keeps SQLite to the newest rows by id, of which there are few, instead of the group's.
            sql = """SELECT body FROM events
                     WHERE +dataset_group = ? AND id > ? AND id <= ? AND body LIKE '%impression"%'"""
            places, rows = self._trained.item_index, connection.execute(sql, (group, last, newest))
            shown = (item for row in rows for item in _impression(json.loads(row["body"])))
            counts = counts + Counter(places[item] for item in shown if item in places)
            self._shown = (newest, counts)
        return counts

    def well_known(self, connection: sqlite3.Connection, group: str) -> frozenset[int]:
        """Return the places of items with many interactions, when those streamed since training are counted too."""
        last, counts = self._taken
        newest = _newest_event(connection)
        if newest > last:
            sql = "SELECT item, count(*) FROM events WHERE +dataset_group = ? AND id > ? AND id <= ? GROUP BY item"
            places, rows = self._trained.item_index, connection.execute(sql, (group, last, newest))
            counts = counts + Counter({places[item]: count for item, count in rows if item in places})
            self._taken = (newest, counts)
        events = self._trained.item_events
        return frozenset(place for place, count in counts.items() if events[place] + count >= FEW_EVENTS)


def save(folder: Path, item_ids: list[str], items: Table | None, shown: Mapping[str, int]) -> None:
    """Write when a model's items came and how often they were shown before its training."""
    imported = np.array([shown.get(item_id, 0) for item_id in item_ids], dtype=np.int64)
    np.savez(folder / FILE, allow_pickle=False, created=creation_of(items, item_ids), imported=imported)


def creation_of(items: Table | None, item_ids: list[str]) -> NDArray[np.float64]:
    """Return the creation of items in seconds, (items,), NaN where the Items dataset does not tell."""
    cells = {} if items is None else dict(zip(items.ids, items.columns.get(CREATED, ()), strict=False))
    numbers = [cells.get(item_id) for item_id in item_ids]
    return np.array([np.nan if number is None else float(number) for number in numbers], dtype=np.float64)


def imported_impressions(connection: sqlite3.Connection, data: Path, group: str) -> Counter[str]:
    """Count the items in the IMPRESSION column of a group's imported interactions."""
    counts: Counter[str] = Counter()
    for name in group_data.files_of(group_data.dataset_of(connection, group, "Interactions")):
        counts.update(_in_file(data / "imports" / name))
    return counts


def _in_file(path: Path) -> Counter[str]:
    file, counts = pq.ParquetFile(path), Counter[str]()
    if IMPRESSION not in file.schema_arrow.names:
        return counts
    for batch in file.iter_batches(columns=[IMPRESSION]):
        for entry in pc.value_counts(batch.column(0)).to_pylist():
            for item in filter(None, (entry["values"] or "").split("|")):
                counts[item] += entry["counts"]
    return counts


def _newest_event(connection: sqlite3.Connection) -> int:
    """Return the number of the newest event of all dataset groups: what was looked through is not looked at again."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def _impression(body: Mapping[str, list[str]]) -> list[str]:
    """Return the impression of an event: its own list goes before that of the recommendation it names."""
    return body.get("impression") or body.get(IMPLICIT) or []


def _counter(counts: NDArray[np.int64]) -> Counter[int]:
    return Counter({int(place): int(counts[place]) for place in np.flatnonzero(counts)})
