"""Puts a filter to work: what it lets through of a model's items for a user, or of its users for a segment."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from local_personalize.filters.columns import TableColumns
from local_personalize.filters.evaluate import CodedColumn, Column, Events, Mask, NumberColumn, Scope, keep, read_values
from local_personalize.filters.grammar import Filter, FilterError, parse
from local_personalize.history import EVENT_TYPE
from local_personalize.serving import Models, Streamed

MOST_EVENTS = 100
"""Interactions per user and event type that a filter considers, the newest (developer guide, page limits)."""

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


def items_allowed(place: Place, wanted: Wanted, user_id: str | None, streamed: Sequence[Streamed]) -> Mask:
    """Return which items of the model the filter lets through for a user. Raises FilterError."""
    deployed, tree = place.models.get(place.model), _about(wanted.expression, "item")
    datasets = {condition.dataset for condition in tree.conditions}
    scope = Scope(
        count=len(deployed.places),
        metadata=_metadata(place, "Items") if "Items" in datasets else {},
        events=_newest(deployed.events_of(user_id, streamed)) if "Interactions" in datasets else _NO_EVENTS,
        user=_current_user(place, user_id) if "CurrentUser" in datasets else {},
    )
    return keep(tree, read_values(wanted.values), scope)


def users_allowed(place: Place, wanted: Wanted) -> Mask:
    """Return which users of the model the filter lets through. Raises FilterError."""
    deployed, tree = place.models.get(place.model), _about(wanted.expression, "user")
    datasets = {condition.dataset for condition in tree.conditions}
    scope = Scope(
        count=len(deployed.recommender.user_ids),
        metadata=_metadata(place, "Users") if "Users" in datasets else {},
        events=_all_events(place) if "Interactions" in datasets else _NO_EVENTS,
    )
    return keep(tree, read_values(wanted.values), scope)


def _about(expression: str, subject: str) -> Filter:
    tree = parsed(expression)
    if tree.expressions[0].subject != subject:
        wanted = "ItemID" if subject == "item" else "UserID"
        raise FilterError(f"this request needs a filter about {wanted}")
    return tree


def _metadata(place: Place, kind: str) -> TableColumns:
    return place.models.columns(place.connection, place.group, "Items" if kind == "Items" else "Users", place.model)


def _current_user(place: Place, user_id: str | None) -> Mapping[str, Column]:
    table = place.models.table(place.connection, place.group, "Users")
    return {} if user_id is None or table.row(user_id) is None else TableColumns(table, [user_id])


def _newest(events: Events) -> Events:
    column = events.columns[EVENT_TYPE]
    assert isinstance(column, CodedColumn)
    kept = column.last_of_each(MOST_EVENTS)
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
