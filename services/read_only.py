"""What keeps this app from changing anything: MARQUEE_READ_ONLY, or an AWS account whose visitor did not allow it."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from services.errors import Problem

SETTING = "MARQUEE_READ_ONLY"
WHY = f"{SETTING} is set where the app runs, so nothing can be created, changed or deleted here."
WHY_ON_AWS = "An AWS account is only read until you allow changes, at the top of every page."
READS = ("Get", "List", "Describe", "Head")
"""How the names of operations begin that leave everything as it is; GetRecommendations is one of them."""


def is_read_only() -> bool:
    """Tell whether the lock is set, to anything but 0 or nothing."""
    return os.environ.get(SETTING, "") not in ("", "0")


def refuse_when_read_only(*, allowed: bool = True) -> None:
    """Raise Problem while the lock is set, or where the visitor did not allow changes."""
    if is_read_only():
        raise Problem("This app is locked", WHY)
    if not allowed:
        raise Problem("This account is locked", WHY_ON_AWS)


def attach(client: Any, *, allowed: bool) -> None:
    """Let a boto3 client refuse every operation that is no read, while the lock is set or changes are not allowed."""
    client.meta.events.register("provide-client-params.*.*", partial(_guard, allowed))


def _guard(allowed: bool, model: Any, **_: object) -> None:
    if not str(model.name).startswith(READS):
        refuse_when_read_only(allowed=allowed)
