"""How much was imported: counted where the files are small, estimated from a sample where they are not."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from services.connection import Connection
from services.interactions import Interactions
from services.objects import read_head

COUNTED_UP_TO = 100_000_000
"""Bytes of CSV that are read to be counted: a second or two; MovieLens 25M has seven times as much."""
SAMPLE = 200_000
"""Bytes read of each file that is only estimated."""


@dataclass(frozen=True, slots=True)
class Volume:
    """The size of the imported interactions; users and items are None where only reading everything could tell."""

    interactions: int
    users: int | None
    items: int | None
    some_users: tuple[str, ...] = ()
    """Up to two ids, to be asked for."""
    exact: bool = True


def counted(events: Interactions) -> Volume:
    """Return the volume of interactions that were read."""
    users = events.user_ids
    return Volume(len(events.frame), len(users), len(events.item_ids), tuple(users[:2]))


def estimated(connection: Connection, files: Iterable[tuple[str, int]]) -> Volume:
    """Return the volume of CSV files, given with their bytes, from the first rows of each. Raises ClientError."""
    rows, users = 0, []
    for uri, size in files:
        head = read_head(connection, uri, SAMPLE)
        whole = head[: head.rfind(b"\n") + 1]
        sample = pd.read_csv(io.BytesIO(whole), dtype="str", keep_default_na=False)
        rows += round(len(sample) * size / len(whole)) if whole else 0
        users += list(sample["USER_ID"].unique()) if "USER_ID" in sample else []
    return Volume(rows, None, None, tuple(users[:2]), exact=False)
