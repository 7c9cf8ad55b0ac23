"""What is counted of the requests to campaigns, and what is forgotten."""

from __future__ import annotations

import json

import pytest

from local_personalize import clock, usage
from local_personalize.usage import Usage


def body(campaign: str) -> bytes:
    return json.dumps({"campaignArn": campaign}).encode()


def test_a_minute_counts_requests_errors_and_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: 90.0)
    counted = Usage()
    for status, seconds in ((200, 0.010), (200, 0.020), (400, 0.060)):
        counted.note("/recommendations", body("a"), status, seconds)
    expected = {"requests": 3, "errors": 1, "meanMilliseconds": 30.0, "slowestMilliseconds": 60.0}
    assert counted.told() == {"minutes": [{"arn": "a", "minute": 60, **expected}]}


@pytest.mark.parametrize("unread", [b"", b"[]", b"{", b"[" * 100_000, b'{"campaignArn": 5}', body("x" * 257)])
def test_what_names_no_campaign_is_not_counted(unread: bytes) -> None:
    counted = Usage()
    counted.note("/recommendations", unread, 400, 0.0)
    counted.note("/events", body("a"), 200, 0.0)
    assert counted.told() == {"minutes": []}


def test_the_oldest_minutes_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST", 2)
    counted = Usage()
    for campaign in ("a", "b", "a", "c"):
        counted.note("/recommendations", body(campaign), 200, 0.0)
    assert [minute["arn"] for minute in counted.told()["minutes"]] == ["b", "c"]
