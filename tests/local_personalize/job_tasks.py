"""Tasks that misbehave in known ways, for the tests of jobs."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from local_personalize.tasks import TaskFailed
from local_personalize.worker import Report


def double(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Return twice the number."""
    print("what a library prints is no reply")
    report(0.5, "doubling")
    return {"number": 2 * payload["number"]}


def fail(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """End the job with a reason."""
    raise TaskFailed("The data is too sparse.")


def break_down(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Raise what nobody expects."""
    raise ZeroDivisionError("secret detail")


def die(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """End the process as the kernel does when memory runs out, as often as the payload says."""
    with Path(payload["deaths"]).open("a") as file:
        file.write("x")
    if Path(payload["deaths"]).stat().st_size <= payload["times"]:
        os._exit(9)
    return {"number": 1}


def linger(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Tell the process id and stay for a minute."""
    report(0.1, str(os.getpid()))
    time.sleep(60)
    return {}
