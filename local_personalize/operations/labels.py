"""Tags that a resource is given, at its creation or later."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from local_personalize.errors import InvalidInputException, TooManyTagsException

Tag = dict[str, str]

MOST_TAGS = 50


def attach(connection: sqlite3.Connection, arn: str, tags: Sequence[Tag] | None) -> None:
    """Add tags ({"tagKey", "tagValue"}) to a resource, replacing values of known keys.

    Raises InvalidInputException, TooManyTagsException.
    """
    if not tags:
        return
    keys = [tag["tagKey"] for tag in tags]
    if len(set(keys)) != len(keys):
        raise InvalidInputException("A tag key may be given once only.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise InvalidInputException("A tag key must not begin with aws:, which is reserved.")
    if len(set(keys) | {tag["tagKey"] for tag in attached(connection, arn)}) > MOST_TAGS:
        raise TooManyTagsException(f"The resource {arn} can have at most {MOST_TAGS} tags.")
    rows = [(arn, tag["tagKey"], tag["tagValue"]) for tag in tags]
    connection.executemany("INSERT OR REPLACE INTO tags (arn, key, value) VALUES (?, ?, ?)", rows)


def attached(connection: sqlite3.Connection, arn: str) -> list[Tag]:
    """Return the tags of a resource, by key."""
    rows = connection.execute("SELECT key, value FROM tags WHERE arn = ? ORDER BY key", (arn,))
    return [{"tagKey": row["key"], "tagValue": row["value"]} for row in rows]


def detach(connection: sqlite3.Connection, arn: str, keys: Sequence[str]) -> None:
    """Remove tags by key; an unknown key is no error."""
    connection.executemany("DELETE FROM tags WHERE arn = ? AND key = ?", [(arn, key) for key in keys])
