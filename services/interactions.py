"""What the imported interactions say: who watched what, and what is popular.

They are read from the CSV files on S3 that the group's import jobs name, so this works on AWS as it does here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd

from services.connection import Connection
from services.errors import Problem
from services.objects import csv_objects, open_object, split_uri
from services.service_call import ServiceCall

MAX_BYTES = 1_000_000_000
"""More than this is not read into the dashboard: MovieLens 25M has 680 MB."""
UNREADABLE = "Histories cannot be shown"
COLUMNS = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE")
_IDS = {"USER_ID": "str", "ITEM_ID": "str"}


@dataclass(frozen=True, slots=True)
class Watched:
    """One event of a user's history."""

    item_id: str
    timestamp: int
    """Seconds since the epoch."""
    event_type: str = ""
    value: float | None = None
    """A rating, say; None where the data has none."""


def value_counts(history: Sequence[Watched]) -> dict[float, int]:
    """Return how many events have each value, the largest value first."""
    values = Counter(event.value for event in history if event.value is not None)
    return dict(sorted(values.items(), reverse=True))


@dataclass(frozen=True, eq=False)
class Interactions:
    """All imported events, sorted by user and time.

    The frame has USER_ID, ITEM_ID, TIMESTAMP, EVENT_TYPE, and EVENT_VALUE where the data has it.
    """

    frame: pd.DataFrame
    call: ServiceCall | None = None
    """What reads the first file of them; None where there is none."""

    @cached_property
    def user_ids(self) -> list[str]:
        """Return every known user, numbers in the order of their value."""
        return sorted(self.frame["USER_ID"].cat.categories, key=lambda user: (not user.isdecimal(), len(user), user))

    @property
    def item_ids(self) -> list[str]:
        """Return every item that somebody interacted with."""
        return list(self.frame["ITEM_ID"].cat.categories)

    @property
    def event_type(self) -> str:
        """Return the commonest event type, or "watch" where the data has none."""
        counts = self.frame["EVENT_TYPE"].value_counts()
        return str(counts.index[0]) if len(counts) and counts.index[0] else "watch"

    @property
    def event_types(self) -> list[str]:
        """Return every event type, commonest first; empty where the data has none."""
        return [str(name) for name in self.frame["EVENT_TYPE"].value_counts().index if name]

    def history(self, user_id: str) -> list[Watched]:
        """Return a user's events, newest first; empty for a stranger."""
        code = self.frame["USER_ID"].cat.categories.get_indexer(pd.Index([user_id]))[0]
        if code < 0:
            return []
        codes = self.frame["USER_ID"].cat.codes.to_numpy()
        first, last = codes.searchsorted(np.array([code, code + 1], dtype=codes.dtype))
        rows = self.frame.iloc[first:last][::-1]
        columns = [rows[name].tolist() for name in ("ITEM_ID", "TIMESTAMP", "EVENT_TYPE")]
        return [Watched(*row) for row in zip(*columns, _values(rows), strict=True)]

    def popular(self, count: int, among: Iterable[str] | None = None) -> list[str]:
        """Return the items with most users, of all or of some."""
        return list(self.users_of_popular(count, among))

    def users_of_popular(self, count: int, among: Iterable[str] | None = None) -> dict[str, int]:
        """Return the items with most users, of all or of some, and how many each has."""
        counts = self._users_per_item
        if among is not None:
            counts = counts[counts.index.isin(list(among))]
        return {str(item): int(users) for item, users in counts.iloc[:count].items()}

    @cached_property
    def _users_per_item(self) -> pd.Series[int]:
        pairs = self.frame.drop_duplicates(["USER_ID", "ITEM_ID"])
        return pairs["ITEM_ID"].astype("str").value_counts(sort=True)


def _values(rows: pd.DataFrame) -> list[float | None]:
    if "EVENT_VALUE" not in rows:
        return [None] * len(rows)
    return [None if np.isnan(value) else value for value in rows["EVENT_VALUE"].tolist()]


def empty() -> Interactions:
    """Return no interactions."""
    return _interactions([])


def imported_files(connection: Connection, dataset_group: str) -> list[tuple[str, int]]:
    """Return the URI and bytes of every CSV that the active imports of interactions took. Raises ClientError."""
    jobs = import_jobs(connection, dataset_group, "interactions")
    found = [file for job in jobs for file in csv_objects(connection, job)]
    return list(dict.fromkeys(found))


def read_interactions(connection: Connection, dataset_group: str) -> Interactions:
    """Read what the active import jobs of the interactions dataset imported. Raises Problem, ClientError."""
    files = imported_files(connection, dataset_group)
    size = sum(size for _, size in files)
    if size > MAX_BYTES:
        raise Problem(UNREADABLE, f"The imported CSV files have {size / 1e9:.1f} GB; histories are shown up to 1 GB.")
    found = _interactions([_read(connection, uri) for uri, _ in files])
    return replace(found, call=_call(files[0][0])) if files else found


def _call(uri: str) -> ServiceCall:
    bucket, key = split_uri(uri)
    return ServiceCall("s3", "get_object", {"Bucket": bucket, "Key": key})


def import_jobs(connection: Connection, dataset_group: str, dataset_type: str) -> list[str]:
    """Return the data locations that count: the last full import and the incremental ones after it.

    The type of the dataset is in lower case: "interactions", "users". Raises ClientError.
    """
    client = connection.client("personalize")
    datasets = client.get_paginator("list_datasets").paginate(datasetGroupArn=dataset_group).search("datasets[]")
    arns = [found["datasetArn"] for found in datasets if found["datasetType"].lower() == dataset_type]
    if not arns:
        return []
    listed = client.get_paginator("list_dataset_import_jobs").paginate(datasetArn=arns[0]).search("datasetImportJobs[]")
    jobs = sorted((job for job in listed if job["status"] == "ACTIVE"), key=lambda job: job["creationDateTime"])
    full = [place for place, job in enumerate(jobs) if job.get("importMode", "FULL") == "FULL"]
    return [_location(client, job["datasetImportJobArn"]) for job in jobs[full[-1] if full else 0 :]]


def _location(client: Any, job: str) -> str:
    described = client.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
    return cast(str, described["dataSource"]["dataLocation"])


def _read(connection: Connection, uri: str) -> pd.DataFrame:
    body = open_object(connection, uri)
    try:
        # Only an empty cell is no value, as for the service: somebody may be called NA, and a film None.
        frame = pd.read_csv(
            body, usecols=lambda name: name in COLUMNS, dtype=_IDS, keep_default_na=False, na_values=[""]
        )
    except (ValueError, pd.errors.ParserError) as wrong:
        raise Problem(UNREADABLE, f"{uri} is not a CSV of interactions: {wrong}") from wrong
    missing = [name for name in COLUMNS[:3] if name not in frame]
    if missing:
        raise Problem(UNREADABLE, f"{uri} has no column {missing[0]}.")
    return frame


def _interactions(frames: Sequence[pd.DataFrame]) -> Interactions:
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({name: [] for name in COLUMNS[:3]})
    if "EVENT_TYPE" not in frame:
        frame["EVENT_TYPE"] = ""
    typed = {"USER_ID": "category", "ITEM_ID": "category", "EVENT_TYPE": "category", "TIMESTAMP": "int64"}
    strings = frame.astype(_IDS).fillna({"EVENT_TYPE": ""}).astype(typed)
    return Interactions(strings.sort_values(["USER_ID", "TIMESTAMP"], kind="stable", ignore_index=True))
