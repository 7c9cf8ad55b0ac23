"""Holds the deployed models: loads each once and adds what was streamed since its training."""

from __future__ import annotations

import copy
import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize import group_data, put_records, recommenders
from local_personalize.errors import InvalidInputException
from local_personalize.filters.columns import IndexedTable, TableColumns
from local_personalize.filters.evaluate import CodedColumn, Column, Events, Mask, NumberColumn
from local_personalize.group_data import Kind
from local_personalize.history import EVENT_TYPE, SavedHistory
from local_personalize.novelty import Novelty
from local_personalize.recipe_book import RECIPES, Recipe
from local_personalize.recommenders.base import Event, OutdatedModelError, Query, Recommender
from local_personalize.recommenders.dataset import Table
from local_personalize.recommenders.user_personalization import UserPersonalization
from local_personalize.score_memory import ScoreMemory

MOST_LOADED = 12
"""Models kept in memory; a group has five campaigns and five recommenders at most."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """An event that arrived after training."""

    item_id: str
    event_type: str
    timestamp: float
    value: float | None


class Deployed:
    """A trained model with the interactions beside it."""

    def __init__(self, folder: Path) -> None:
        recommender = recommenders.load(folder)
        about = json.loads((folder / "serving.json").read_text(encoding="utf-8"))
        self.recipe: Recipe = RECIPES[about["recipe"]]
        self.watermark: int = about["watermark"]
        self.trained: float = about["trained"]
        """When training read the data, in seconds since the epoch."""
        self.known = len(recommender.item_ids)
        """Places below are of items that training knew; from there on are those that came since."""
        self.history = SavedHistory(folder / "history")
        self._trained_on: list[dict[str, Any]] = about["events"]
        self._answer_with(recommender, Novelty.load(folder, recommender.trained, self.watermark))

    def _answer_with(self, recommender: Recommender, novelty: Novelty) -> None:
        self.recommender = recommender
        self.novelty = novelty
        self.scores = ScoreMemory(recommender)

    def with_items(self, items: Table) -> Deployed:
        """Return the same model with items that came since its training, where its recipe explores."""
        if not isinstance(self.recommender, UserPersonalization):
            return self
        further, recommender = copy.copy(self), self.recommender.with_items(items)
        for built in ("places", "_history_places"):
            further.__dict__.pop(built, None)
        further._answer_with(recommender, self.novelty.with_items(recommender.trained, items))
        return further

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each item id in score arrays."""
        return {item_id: place for place, item_id in enumerate(self.recommender.item_ids)}

    @cached_property
    def _history_places(self) -> NDArray[np.intp]:
        """The place in score arrays of each item of the history; -1 for one that was not trained on."""
        return np.array([self.places.get(item_id, -1) for item_id in self.history.item_ids], dtype=np.intp)

    def streamed(self, connection: sqlite3.Connection, group: str, user_id: str | None) -> list[Streamed]:
        """Return the events of a user that arrived after training, oldest first."""
        sql = """SELECT item, type, sent, value FROM events
                 WHERE dataset_group = ? AND user = ? AND id > ? AND item <> '' ORDER BY sent, id"""
        return [Streamed(*row) for row in connection.execute(sql, (group, user_id, self.watermark))]

    def query(
        self, user_id: str | None, item_id: str | None, streamed: Sequence[Streamed], context: Mapping[str, str]
    ) -> Query:
        """Return what to ask the recommender; a recipe that is not live, and types not trained on, see no events."""
        counted = [event for event in streamed if self.recipe.live and self._counts(event)]
        events = tuple(Event(event.item_id, event.timestamp, event.event_type) for event in counted)
        return Query(user_id=user_id, events=events, item_id=item_id, context=context)

    def _counts(self, event: Streamed) -> bool:
        return not self._trained_on or any(
            (chosen["type"] or event.event_type).lower() == event.event_type.lower()
            and (chosen["threshold"] is None or (event.value is not None and event.value >= chosen["threshold"]))
            for chosen in self._trained_on
        )

    def events_of(self, user_id: str | None, streamed: Sequence[Streamed]) -> Events:
        """Return all interactions of a user with items of the catalogue, as a filter sees them."""
        rows = self.history.rows_of(user_id)
        newer = [event for event in streamed if event.item_id in self.places]
        places = self._history_places[self.history.items[rows]]
        places = np.concatenate([places, np.array([self.places[event.item_id] for event in newer], dtype=np.intp)])
        names = [*self.history.texts[EVENT_TYPE], *(event.event_type for event in newer)]
        added = np.arange(len(names) - len(newer), len(names))
        codes = np.concatenate([self.history.columns[EVENT_TYPE][rows], added])
        kept = np.flatnonzero(places >= 0)
        columns: dict[str, Column] = {EVENT_TYPE: CodedColumn(codes[kept], names, ignore_case=True)}
        extra = {
            "TIMESTAMP": [event.timestamp for event in newer],
            "EVENT_VALUE": [np.nan if event.value is None else event.value for event in newer],
        }
        for name, column in self.history.columns.items():
            if name in self.history.texts:
                padded = np.concatenate([column[rows], np.full(len(newer), len(self.history.texts[name]))])
                columns.setdefault(name, CodedColumn(padded[kept], [*self.history.texts[name], ""]))
            else:
                cells = np.concatenate([column[rows], extra.get(name, np.full(len(newer), np.nan))])
                columns[name] = NumberColumn(cells[kept].astype(np.float64))
        return Events(places[kept], columns)

    def hidden(self, user_id: str | None, streamed: Sequence[Streamed]) -> Mask | None:
        """Return the items that the use case never shows again to this user, or None where it hides nothing."""
        if self.recipe.hides is None:
            return None
        events = self.events_of(user_id, streamed)
        mask = np.zeros(len(self.places), dtype=np.bool_)
        mask[events.rows[events.columns[EVENT_TYPE].where("IN", [self.recipe.hides])]] = True
        return mask


class Models:
    """The deployed models and their metadata, the most recently used in memory."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._loaded: OrderedDict[object, Any] = OrderedDict()

    def folder(self, model: str) -> Path:
        """Return where a model lies."""
        return self._data / "models" / model

    def get(self, model: str) -> Deployed:
        """Return a model, loaded from its folder if need be. Raises InvalidInputException for an outdated one."""
        try:
            deployed: Deployed = self._once(("model", model), lambda: Deployed(self.folder(model)))
        except OutdatedModelError as failure:
            advice = "Create a new solution version and deploy it, or for a use case the recommender anew."
            raise InvalidInputException(f"{failure} {advice}") from failure
        return deployed

    def renewed(self, connection: sqlite3.Connection, group: str, model: str) -> str:
        """Return the name of a model with the items that came since its training; get() knows it for now."""
        deployed = self.get(model)
        newest = put_records.newest_item(connection, group, deployed.trained) if deployed.recipe.explores else None
        if newest is None:
            return model

        def renew() -> Deployed:
            known = deployed.recommender.trained.item_index
            items = put_records.items_between(connection, self._data, group, deployed.trained, newest, known)
            return deployed if items is None else deployed.with_items(items)

        name = f"{model}@{newest}"
        self._once(("model", name), renew)
        return name

    def table(self, connection: sqlite3.Connection, group: str, kind: Kind) -> IndexedTable:
        """Return the newest Items or Users dataset of a group; empty where there is none."""

        def read() -> IndexedTable:
            return IndexedTable(group_data.read_table(connection, self._data, group, kind) or Table([], {}))

        table: IndexedTable = self._once(("table", *_version(connection, group, kind)), read)
        return table

    def columns(self, connection: sqlite3.Connection, group: str, kind: Kind, model: str) -> TableColumns:
        """Return that dataset as columns in the order of a model's items (or actions) or users."""
        recommender = self.get(model).recommender
        ids = recommender.user_ids if kind == "Users" else recommender.item_ids
        table = self.table(connection, group, kind)
        columns: TableColumns = self._once(("columns", model, id(table)), lambda: TableColumns(table, ids))
        return columns

    def forget(self, model: str) -> None:
        """Drop a model from memory."""
        with self._lock:
            self._loaded.pop(("model", model), None)

    def _once(self, key: object, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._loaded:
                self._loaded.move_to_end(key)
                return self._loaded[key]
        made = make()
        with self._lock:
            self._loaded[key] = made
            while len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
        return made


def _version(connection: sqlite3.Connection, group: str, kind: Kind) -> tuple[object, ...]:
    """Return what changes whenever a dataset's content does."""
    dataset = group_data.dataset_of(connection, group, kind)
    if dataset is None:
        return (group, kind)
    put = connection.execute("SELECT count(*), max(put) FROM put_records WHERE dataset = ?", (dataset.arn,)).fetchone()
    return (group, kind, dataset.doc["schemaArn"], *group_data.files_of(dataset), *put)
