"""Puts a filter to work: what it lets through of a model's items for a user, or of its users for a segment."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from local_personalize.filters import rules
from local_personalize.filters.columns import Cell, TableColumns
from local_personalize.filters.evaluate import (
    CodedColumn,
    Column,
    Events,
    Mask,
    NumberColumn,
    Scope,
    Values,
    keep,
    read_values,
)
from local_personalize.filters.grammar import parse
from local_personalize.filters.tree import EVENT_DATASETS, Filter, Subject
from local_personalize.group_data import Kind
from local_personalize.history import EVENT_TYPE
from local_personalize.quotas import quota
from local_personalize.serving import Models, Streamed

_NO_EVENTS = Events(np.zeros(0, dtype=np.intp), {})

parsed = functools.lru_cache(maxsize=256)(parse)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a filter works: a model of a dataset group, and the state as one connection sees it."""

    models: Models
    connection: sqlite3.Connection
    group: str
    model: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter with the values of one request."""

    expression: str
    values: Mapping[str, str]
    item_id: str | None = None
    """The item of a request for related items."""


def items_allowed(place: Place, wanted: Wanted, user_id: str | None, streamed: Sequence[Streamed]) -> Mask:
    """Return which items (or actions) of the model the filter lets through for a user. Raises FilterError."""
    deployed, tree = place.models.get(place.model), _usable(place, wanted)
    datasets = tree.datasets
    events = _NO_EVENTS
    if datasets & set(EVENT_DATASETS):
        most = quota("filter-interactions" if tree.subject == "item" else "filter-action-interactions")
        events = _newest(deployed.events_of(user_id, streamed), most)
    scope = Scope(
        count=len(deployed.places),
        metadata=_metadata(place, tree),
        events=events,
        user=_current_user(place, user_id) if "CurrentUser" in datasets else {},
        item=_current_item(place, wanted.item_id) if "CurrentItem" in datasets else {},
    )
    return keep(tree, read_values(wanted.values), scope)


def users_allowed(place: Place, wanted: Wanted) -> Mask:
    """Return which users of the model the filter lets through. Raises FilterError."""
    deployed, tree = place.models.get(place.model), _usable(place, wanted)
    scope = Scope(
        count=len(deployed.recommender.user_ids),
        metadata=_metadata(place, tree),
        events=_all_events(place) if "Interactions" in tree.datasets else _NO_EVENTS,
    )
    return keep(tree, read_values(wanted.values), scope)


def _usable(place: Place, wanted: Wanted) -> Filter:
    tree = parsed(wanted.expression)
    rules.check_use(tree, place.models.get(place.model).recipe)
    return tree


def _metadata(place: Place, tree: Filter) -> Mapping[str, Column]:
    """Return the columns of Items, Actions or Users that the filter asks; none where it asks for events alone."""
    kinds: dict[Subject, Kind] = {"item": "Items", "action": "Actions", "user": "Users"}
    kind = kinds[tree.subject]
    return place.models.columns(place.connection, place.group, kind, place.model) if kind in tree.datasets else {}


def _current_item(place: Place, item_id: str | None) -> Values:
    """Return what the fields of an item hold, by name in upper case."""
    table = place.models.table(place.connection, place.group, "Items")
    return {name.upper(): _held(table.cell(item_id or "", name)) for name in table.columns}


def _held(cell: Cell) -> tuple[str | float, ...]:
    if cell is None:
        return ()
    return tuple(cell.split("|")) if isinstance(cell, str) else (cell,)


def _current_user(place: Place, user_id: str | None) -> Mapping[str, Column]:
    table = place.models.table(place.connection, place.group, "Users")
    return {} if user_id is None or table.row(user_id) is None else TableColumns(table, [user_id])


def _newest(events: Events, most: int) -> Events:
    column = events.columns[EVENT_TYPE]
    assert isinstance(column, CodedColumn)
    kept = column.last_of_each(most)
    return Events(events.rows[kept], {name: column.take(kept) for name, column in events.columns.items()})


def _all_events(place: Place) -> Events:
    """Return the interactions of all users, by the user's place in the model."""
    deployed = place.models.get(place.model)
    history = deployed.history
    places = {user_id: row for row, user_id in enumerate(deployed.recommender.user_ids)}
    by_user = np.array([places.get(user_id, -1) for user_id in history.user_ids], dtype=np.intp)
    rows = by_user[history.users()]
    kept = rows >= 0
    columns: dict[str, Column] = {}
    for name, column in history.columns.items():
        if name in history.texts:
            columns[name] = CodedColumn(column[kept], history.texts[name], ignore_case=name == EVENT_TYPE)
        else:
            columns[name] = NumberColumn(column[kept].astype(np.float64))
    return Events(rows[kept], columns)
