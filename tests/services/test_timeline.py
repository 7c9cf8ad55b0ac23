from __future__ import annotations

from services.catalog import Item
from services.recommendations import RankedItem, Recommendations
from services.service_call import ServiceCall
from services.timeline import Beside, Moment, Timeline, personal_after

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
