"""What a user sent, and how the list changed with it: told by this machine's endpoint alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.catalog import Catalog
from services.connection import Connection
from services.events import SentEvent
from services.insights import Asked
from services.local_insights import InsightRefused, ask
from services.recommendations import RankedItem


@dataclass(frozen=True, slots=True)
class Past:
    """A user's events since training, and the lists before the first and after each: one more than events."""

    events: tuple[SentEvent, ...]
    lists: tuple[tuple[RankedItem, ...], ...]


def heard_events(connection: Connection, asked: Asked) -> tuple[SentEvent, ...]:
    """Return every event that was streamed of a user, oldest first; none on AWS. Raises URLError."""
    try:
        answer = ask(connection, "insights/events", asked.members())
    except InsightRefused:
        return ()
    return () if answer is None else _events(answer, asked)


def read_past(connection: Connection, asked: Asked, count: int, catalog: Catalog) -> Past | None:
    """Return how a user's list changed with each event; None on AWS and for what cannot tell. Raises URLError."""
    try:
        answer = ask(connection, "insights/timeline", {**asked.members(), "numResults": count})
    except InsightRefused:
        return None
    if answer is None:
        return None
    return Past(_events(answer, asked), tuple(_ranked(listed, catalog) for listed in answer["lists"]))


def _events(answer: Mapping[str, Any], asked: Asked) -> tuple[SentEvent, ...]:
    return tuple(
        SentEvent(
            asked.user_id or "", event["itemId"], event["eventType"], datetime.fromtimestamp(event["sentAt"], UTC)
        )
        for event in answer["events"]
    )


def _ranked(listed: list[dict[str, Any]], catalog: Catalog) -> tuple[RankedItem, ...]:
    return tuple(
        RankedItem(rank, catalog.item(entry["itemId"]), entry["score"], entry["reason"] or "")
        for rank, entry in enumerate(listed, start=1)
    )
