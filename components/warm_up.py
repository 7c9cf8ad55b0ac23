"""Begins with the server what the first visitor would otherwise wait for: the endpoint, imports, boto3's clients."""

from __future__ import annotations

import contextlib
import gc
import importlib
import pkgutil
import threading
from collections.abc import AsyncIterator
from typing import Any

import components
from services.errors import Problem
from services.local_endpoint import data_directory, local_endpoint

CLIENTS = ("personalize", "sts", "s3", "personalize-runtime", "personalize-events")
"""Services that the pages call, in the order in which a visitor meets them."""


@contextlib.asynccontextmanager
async def warmed_up(_app: Any) -> AsyncIterator[None]:
    """Serve as the lifespan of an app that gets warm beside its first requests."""
    # First of all, since the endpoint is a process of its own that can load meanwhile.
    threading.Thread(target=start_endpoint, name="start-endpoint", daemon=True).start()
    threading.Thread(target=_warm_up_for_good, name="warm-up", daemon=True).start()
    yield


def start_endpoint() -> None:
    """Start the endpoint on this machine."""
    with contextlib.suppress(Problem):  # the first page meets the same and explains it
        local_endpoint(data_directory()).url()


def warm_up() -> None:
    """Import what every page needs, and make the clients that it will ask for."""
    for module in pkgutil.iter_modules(components.__path__, "components."):
        importlib.import_module(module.name)
    from services.connection import Connection

    with contextlib.suppress(Problem):
        connection = Connection(endpoint=local_endpoint(data_directory()).url())
        for service in CLIENTS:
            connection.client(service)


def _warm_up_for_good() -> None:
    gc.disable()  # imports make next to no garbage, and looking for it takes a fifth of their time
    try:
        warm_up()
    finally:
        gc.enable()
    # Nobody is answered while the collector looks for garbage: what was made until here stays anyway, so it need not
    # look at that again.
    gc.collect()
    gc.freeze()
