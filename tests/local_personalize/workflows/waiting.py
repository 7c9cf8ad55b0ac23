"""Waits for what happens by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """Ask until the answer is true, and return it."""
    limit = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < limit
        time.sleep(0.1)
    return answer
