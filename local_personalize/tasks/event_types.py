"""How many event types a model can tell apart (developer guide, pages limits and interactions-dataset-requirements)."""

from __future__ import annotations

import sqlite3

from local_personalize import group_data
from local_personalize.group_data import UNFILTERED_COLUMNS, History
from local_personalize.quotas import quota
from local_personalize.tasks import TaskFailed

NOT_COUNTED = {"USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_ATTRIBUTION_SOURCE", *UNFILTERED_COLUMNS}


def check(connection: sqlite3.Connection, group: str, held: History) -> None:
    """Raise TaskFailed where event types and optional columns of the interactions are together too many."""
    dataset = group_data.dataset_of(connection, group, "Interactions")
    columns = group_data.fields_of(connection, dataset).keys() - NOT_COUNTED if dataset is not None else set()
    types = {name.lower() for name in held.interactions.event_type_names} - {""}
    most = quota("event-types-and-columns")
    if len(types) + len(columns) > most:
        raise TaskFailed(
            f"Dataset has more than {most} distinct event types and optional columns: "
            f"{len(types)} event types, and the columns {', '.join(sorted(columns))}."
        )
