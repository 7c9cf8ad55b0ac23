"""Begins with the server what the first visitor would otherwise wait for: what the pages import, and the endpoint."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Any


@contextlib.asynccontextmanager
async def warmed_up(_app: Any) -> AsyncIterator[None]:
    """Serve as the lifespan of an app that gets warm beside its first requests."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


def warm_up() -> None:
    """Import what every page needs, and start the endpoint on this machine."""
    from components.session import local_endpoint
    from services.errors import Problem

    with contextlib.suppress(Problem):  # the first page meets the same and explains it
        local_endpoint().url()
