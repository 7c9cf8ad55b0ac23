"""The interactions that a model was trained beside, kept in its folder, so that filters can ask for a user's events.

A model remembers the events of the types it trained on; filters may ask for any. Columns are files of their own,
mapped into memory: only the rows of the user who asks are read.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize.group_data import History

EVENT_TYPE = "EVENT_TYPE"


def save(history: History, folder: Path) -> None:
    """Write the columns of a history to a folder."""
    folder.mkdir(parents=True)
    rows = history.interactions
    types = rows.event_types if rows.event_types is not None else np.zeros(len(rows), dtype=np.int16)
    values = rows.values if rows.values is not None else np.full(len(rows), np.nan)
    texts: dict[str, tuple[NDArray[Any], list[str]]] = {EVENT_TYPE: (types, list(rows.event_type_names))}
    texts.update({name.upper(): column for name, column in history.texts.items()})
    numbers = {
        "TIMESTAMP": rows.timestamps,
        "EVENT_VALUE": values,
        **{name.upper(): column for name, column in history.numbers.items()},
    }
    codes = {name: codes for name, (codes, _) in texts.items()}
    columns: dict[str, NDArray[Any]] = {**codes, **numbers}
    for name, column in {**columns, "_items": rows.items, "_offsets": rows.user_offsets()}.items():
        np.save(folder / f"{name}.npy", column, allow_pickle=False)
    meta = {
        "user_ids": rows.user_ids,
        "item_ids": rows.item_ids,
        "texts": {name: names for name, (_, names) in texts.items()},
        "numbers": list(numbers),
    }
    (folder / "columns.json").write_text(json.dumps(meta), encoding="utf-8")


class SavedHistory:
    """What `save` wrote: events by user, oldest first."""

    def __init__(self, folder: Path) -> None:
        meta = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
        self.user_ids: list[str] = meta["user_ids"]
        self.item_ids: list[str] = meta["item_ids"]
        self.texts: dict[str, list[str]] = meta["texts"]
        """The names behind the codes of each string column."""
        self._folder = folder
        self._offsets = self.column("_offsets")
        self.items = self.column("_items")
        """Places in item_ids."""
        self.columns: dict[str, NDArray[Any]] = {name: self.column(name) for name in [*self.texts, *meta["numbers"]]}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {user_id: place for place, user_id in enumerate(self.user_ids)}

    def column(self, name: str) -> NDArray[Any]:
        """Return a column, mapped from its file."""
        column: NDArray[Any] = np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return column

    def rows_of(self, user_id: str | None) -> slice:
        """Return where the events of a user lie; empty for an unknown one."""
        place = self._places.get(user_id or "")
        return slice(0, 0) if place is None else slice(int(self._offsets[place]), int(self._offsets[place + 1]))

    def users(self) -> NDArray[np.intp]:
        """Return the place in user_ids of each event."""
        return np.repeat(np.arange(len(self.user_ids)), np.diff(self._offsets))
