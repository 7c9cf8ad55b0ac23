"""The optional lock: with MARQUEE_READ_ONLY set, this app makes no call that changes anything."""

from __future__ import annotations

import os
from typing import Any

from services.errors import Problem

SETTING = "MARQUEE_READ_ONLY"
WHY = f"{SETTING} is set where the app runs, so nothing can be created, changed or deleted here."
READS = ("Get", "List", "Describe", "Head")
"""How the names of operations begin that leave everything as it is; GetRecommendations is one of them."""


def is_read_only() -> bool:
    """Tell whether the lock is set, to anything but 0 or nothing."""
    return os.environ.get(SETTING, "") not in ("", "0")


def refuse_when_read_only() -> None:
    """Raise Problem while the lock is set."""
    if is_read_only():
        raise Problem("This app is locked", WHY)


def attach(client: Any) -> None:
    """Let a boto3 client refuse, while the lock is set, every operation that is no read."""
    client.meta.events.register("provide-client-params.*.*", _guard)


def _guard(model: Any, **_: object) -> None:
    if not str(model.name).startswith(READS):
        refuse_when_read_only()
