from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.catalog import Item
from services.events import SentEvent
from services.past import Past
from services.recommendations import RankedItem, Recommendations
from services.service_call import ServiceCall
from services.timeline import AWS, Beside, Moment, Timeline, Waiting, look, opened, opened_beside, personal_after

CALL = ServiceCall("personalize-runtime", "get_recommendations", {})


def answer(items: str) -> Recommendations:
    return Recommendations(tuple(RankedItem(rank, Item(item, item)) for rank, item in enumerate(items, 1)), CALL, "", 0)


def test_a_list_is_personal_when_most_of_it_is_not_everybodys() -> None:
    timeline = Timeline("777", moments=[Moment(answer(items)) for items in ("abcd", "abxy", "axyz", "vxyz")])
    assert timeline.distances("abcd") == [0, 0.5, 0.75, 1]
    assert personal_after(timeline.distances("abcd")) == 2
    assert personal_after([0, 0.5]) is None


def test_another_deployment_is_asked_once_a_moment_and_never_about_the_past() -> None:
    beside, asked = Beside(), []

    def ask() -> Recommendations:
        asked.append(1)
        return answer("abcd")

    assert beside.at(2, ask, 2) is beside.at(2, ask, 3)
    assert beside.at(1, ask, 3) is None
    assert len(asked) == 1


def past(*lists: str) -> Past:
    events = tuple(SentEvent("777", str(number), "watch", datetime.now(UTC)) for number in range(len(lists) - 1))
    return Past(events, tuple(answer(items).items for items in lists))


def test_a_timeline_opens_with_what_other_sessions_did_and_ends_with_the_answer_of_now() -> None:
    now = answer("wxyz")
    timeline = opened("777", now, past("abcd", "abxy", "wxyz"))
    assert ["".join(moment.answer.item_ids) for moment in timeline.moments] == ["abcd", "abxy", "wxyz"]
    assert timeline.moments[-1].answer is now
    assert [event.item_id for event in timeline.events] == ["0", "1"]
    assert not any(moment.measured for moment in timeline.moments)
    assert len(opened("777", now, None).moments) == 1


def test_another_deployment_is_known_as_far_back_as_the_endpoint_tells() -> None:
    beside = opened_beside(answer("wxyz"), past("abcd", "wxyz"), now=3)
    told = [beside.at(place, lambda: answer("none"), 3) for place in range(4)]
    assert [found and "".join(found.item_ids) for found in told] == [None, None, "abcd", "wxyz"]


def test_a_list_is_looked_at_every_five_seconds_until_it_changes_or_patience_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, asked = [100.0], []
    monkeypatch.setattr("services.timeline.time.monotonic", lambda: clock[0])

    def wait_for(later: str, seconds: int) -> Timeline:
        asked.clear()
        event = SentEvent("777", "1", "watch", datetime.now(UTC))
        timeline = Timeline("777", moments=[Moment(answer("abcd")), Moment(answer("abcd"), event)])
        timeline.waiting, begun = Waiting(clock[0], clock[0]), clock[0]
        while timeline.waiting:
            look(
                timeline, lambda: asked.append(clock[0]) or answer(later if clock[0] - begun > seconds else "abcd"), AWS
            )
            clock[0] += 1
        return timeline

    changed = wait_for("abxy", seconds=18).moments[-1]
    assert (changed.delay, changed.measured, len(asked)) == (20, True, 5)
    assert "".join(changed.answer.item_ids) == "abxy"
    never = wait_for("abcd", seconds=0).moments[-1]
    assert (never.delay, never.waited, len(asked)) == (None, 90, 19)


def test_a_change_that_was_found_late_has_no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.timeline.time.monotonic", lambda: 400.0)
    timeline = Timeline("777", moments=[Moment(answer("abcd"))], waiting=Waiting(100, due=105))
    look(timeline, lambda: answer("wxyz"), AWS)
    assert not timeline.moments[-1].measured
    assert timeline.waiting is None
