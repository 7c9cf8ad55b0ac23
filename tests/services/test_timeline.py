from __future__ import annotations

from datetime import UTC, datetime

from services.catalog import Item
from services.events import SentEvent
from services.past import Past
from services.recommendations import RankedItem, Recommendations
from services.service_call import ServiceCall
from services.timeline import Beside, Moment, Timeline, opened, opened_beside, personal_after

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
