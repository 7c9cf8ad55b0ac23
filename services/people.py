"""What the Users dataset says of the users: read from the CSV files on S3 that its import jobs name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from services.connection import Connection
from services.errors import Problem
from services.interactions import MAX_BYTES, import_jobs
from services.objects import csv_objects, open_object

USER_ID = "USER_ID"
BINS = 5
FEW = 12
"""A numeric column with no more values than this is offered value by value, any other in ranges."""
MANY = 200
"""A column of text with more values than this tells users apart rather than groups them."""


@dataclass(frozen=True, eq=False)
class People:
    """One row per user by USER_ID, one column per field of the Users dataset."""

    frame: pd.DataFrame

    @cached_property
    def groups(self) -> dict[str, pd.Series[str]]:
        """Return for each field that groups users the group of each user; numbers of many values in ranges."""
        found = {str(name): _grouped(self.frame[name]) for name in self.frame.columns}
        return {name: column for name, column in found.items() if 1 < column.nunique() <= MANY}

    def options(self, field: str) -> list[str]:
        """Return the groups of a field, in their order."""
        return sorted((str(group) for group in self.groups[field].dropna().unique()), key=_order)

    def chosen(self, users: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> list[str]:
        """Return those users who are in one of the wanted groups of every field; a field without any wants all."""
        kept = pd.Series(True, index=self.frame.index)
        for field, groups in wanted.items():
            if groups:
                kept &= self.groups[field].isin(list(groups))
        allowed = set(self.frame.index[kept])
        return [user for user in users if user in allowed]

    def about(self, user_id: str) -> dict[str, str]:
        """Return what is known of a user: field and value, without empty ones."""
        if user_id not in self.frame.index:
            return {}
        cells = self.frame.loc[user_id].dropna()
        return {str(field): _text(cell) for field, cell in cells.items()}


def read_people(connection: Connection, dataset_group: str) -> People:
    """Read what the active imports of the Users dataset imported; nobody where there are none, or more than MAX_BYTES.

    Raises Problem, ClientError.
    """
    uris = [file for job in import_jobs(connection, dataset_group, "users") for file in csv_objects(connection, job)]
    if sum(size for _, size in uris) > MAX_BYTES:
        return People(pd.DataFrame())
    frames = [_read(connection, uri) for uri, _ in dict.fromkeys(uris)]
    whole = pd.concat(frames) if frames else pd.DataFrame()
    return People(whole[~whole.index.duplicated(keep="last")])


def _read(connection: Connection, uri: str) -> pd.DataFrame:
    body = open_object(connection, uri)
    try:
        return pd.read_csv(body, dtype={USER_ID: "str"}, keep_default_na=False, na_values=[""]).set_index(USER_ID)
    except (ValueError, KeyError, pd.errors.ParserError) as wrong:
        raise Problem("Users cannot be shown", f"{uri} is not a CSV of users: {wrong}") from wrong


def _grouped(column: pd.Series[Any]) -> pd.Series[str]:
    """Return text as it is, and numbers as they are or in ranges of about as many users each: "20 to 29"."""
    if column.dtype.kind not in "iuf":
        return column.astype("str").where(column.notna())
    if column.nunique() <= FEW:
        return column.map(_text, na_action="ignore")
    parts = pd.qcut(column, BINS, duplicates="drop", labels=False)
    edges = column.groupby(parts).agg(["min", "max"])
    names = {part: f"{_text(row['min'])} to {_text(row['max'])}" for part, row in edges.iterrows()}
    return parts.map(names, na_action="ignore")


def _text(cell: object) -> str:
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _order(group: str) -> tuple[bool, float, str]:
    """Sort ranges and numbers by their beginning, before words."""
    try:
        return (False, float(group.split(" to ")[0]), group)
    except ValueError:
        return (True, 0.0, group)
