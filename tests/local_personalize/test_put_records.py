"""When items that were put join the models that explore."""

from __future__ import annotations

import pytest

from local_personalize import clock, pace, put_records

NOON = 1_763_812_800.0


@pytest.mark.parametrize(
    ("chosen", "minutes", "expected"), [("fast", 17, 17), ("aws", 0, 0), ("aws", 119, 0), ("aws", 121, 120)]
)
def test_new_items_join_at_once_or_at_awss_pace_every_two_hours(
    monkeypatch: pytest.MonkeyPatch, chosen: str, minutes: int, expected: int
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + 60 * minutes)
    monkeypatch.setattr(pace, "pace", lambda: chosen)
    assert put_records.moment() == NOON + 60 * expected
