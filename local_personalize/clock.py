"""The one source of time, so that tests can set it."""

from __future__ import annotations

import time


def now() -> float:
    """Return the seconds since the epoch."""
    return time.time()
