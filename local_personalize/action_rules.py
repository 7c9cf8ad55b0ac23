"""Which actions may be recommended to a user now (guide: actions-datasets)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from local_personalize import clock, group_data
from local_personalize.filtering import Place
from local_personalize.filters.columns import IndexedTable
from local_personalize.filters.evaluate import Mask
from local_personalize.history import EVENT_TYPE
from local_personalize.serving import Deployed, Streamed

EXPIRATION, REPEAT_FREQUENCY = "ACTION_EXPIRATION_TIMESTAMP", "REPEAT_FREQUENCY"
TAKEN = "taken"
DAY_SECONDS = 86_400


def streamed(place: Place, deployed: Deployed, user_id: str) -> list[Streamed]:
    """Return what a user did with actions after training, oldest first."""
    dataset = group_data.dataset_of(place.connection, place.group, "Action_Interactions")
    return [] if dataset is None else deployed.streamed(place.connection, group_data.stream_of(dataset), user_id)


def timely(place: Place, deployed: Deployed, user_id: str, newer: Sequence[Streamed]) -> Mask:
    """Return the actions that have not expired, and that the user took REPEAT_FREQUENCY days ago if at all."""
    now, table = clock.now(), place.models.table(place.connection, place.group, "Actions")
    events = deployed.events_of(user_id, newer)
    taken = events.columns[EVENT_TYPE].where("IN", [TAKEN])
    allowed = np.ones(len(deployed.places), dtype=np.bool_)
    for action, row in deployed.places.items():
        expires, days = (_number(table, action, name) for name in (EXPIRATION, REPEAT_FREQUENCY))
        since = np.inf if days is None else now - days * DAY_SECONDS
        recent = taken & events.columns["TIMESTAMP"].where(">", [since])
        allowed[row] = not (expires is not None and expires <= now) and row not in events.rows[recent]
    return allowed


def _number(table: IndexedTable, action: str, column: str) -> float | None:
    cell = table.cell(action, column) if column in table.columns else None
    return None if cell is None else float(cell)
