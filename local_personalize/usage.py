"""Counts what campaigns and recommenders are asked, minute by minute, since the endpoint began."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from local_personalize import clock

PATHS = ("/recommendations", "/personalize-ranking", "/action-recommendations")
MINUTE = 60
MOST = 10_000
"""Minutes of all campaigns together; the oldest are forgotten."""


@dataclass(slots=True)
class Minute:
    """What one campaign was asked within a minute."""

    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    """In all; of the answers alone, not of their way."""
    slowest: float = 0.0


class Usage:
    """The counts of one endpoint; they are in memory and begin anew with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minutes: OrderedDict[tuple[str, int], Minute] = OrderedDict()

    def note(self, path: str, body: bytes, status: int, seconds: float) -> None:
        """Count an answered request; those that name neither a campaign nor a recommender are none of theirs."""
        arn = _asked(body) if path in PATHS else ""
        if not arn:
            return
        with self._lock:
            minute = self._minutes.setdefault((arn, int(clock.now()) // MINUTE * MINUTE), Minute())
            minute.requests += 1
            minute.errors += status >= 400
            minute.seconds += seconds
            minute.slowest = max(minute.slowest, seconds)
            if len(self._minutes) > MOST:
                self._minutes.popitem(last=False)

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """Return the counts, the oldest first: {"minutes": [{"arn", "minute", "requests", "errors", ...}]}."""
        with self._lock:
            return {"minutes": [_row(arn, began, minute) for (arn, began), minute in self._minutes.items()]}


def _row(arn: str, began: int, minute: Minute) -> dict[str, Any]:
    return {
        "arn": arn,
        "minute": began,
        "requests": minute.requests,
        "errors": minute.errors,
        "meanMilliseconds": round(minute.seconds / minute.requests * 1000, 3),
        "slowestMilliseconds": round(minute.slowest * 1000, 3),
    }


def _asked(body: bytes) -> str:
    """Return the ARN that a request names, or "" where it cannot be read."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    arn = (request.get("campaignArn") or request.get("recommenderArn")) if isinstance(request, dict) else ""
    return arn if isinstance(arn, str) and len(arn) <= 256 else ""
