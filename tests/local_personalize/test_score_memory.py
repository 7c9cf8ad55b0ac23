"""Scores from memory are those that the model would give."""

from __future__ import annotations

import numpy as np
import pytest

from local_personalize import score_memory
from local_personalize.recommenders.base import Event, Query
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.user_personalization import UserPersonalization
from local_personalize.score_memory import ScoreMemory


@pytest.fixture(scope="module")
def recommender() -> UserPersonalization:
    users, items = [f"u{row % 6}" for row in range(48)], [f"i{row * 7 % 11}" for row in range(48)]
    return UserPersonalization.fit(Dataset(Interactions.from_columns(users, items, range(48))))


def test_the_same_query_is_scored_once(recommender: UserPersonalization) -> None:
    memory = ScoreMemory(recommender)
    first = memory(Query("u1", context={"DEVICE": "tv"}))
    assert memory(Query("u1", context={"DEVICE": "tv"})) is first
    np.testing.assert_array_equal(first, recommender.scores(Query("u1", context={"DEVICE": "tv"})))


@pytest.mark.parametrize(
    "other",
    [
        Query("u2"),
        Query("u1", (Event("i3", 60.0),)),
        Query("u1", (Event("i4", 60.0),)),
        Query("u1", item_id="i3"),
        Query("u1", context={"DEVICE": "tv"}),
    ],
)
def test_another_query_is_scored_anew(recommender: UserPersonalization, other: Query) -> None:
    memory = ScoreMemory(recommender)
    first = memory(Query("u1"))
    found = memory(other)
    assert found is not first
    np.testing.assert_array_equal(found, recommender.scores(other))


def test_the_oldest_scores_make_room(recommender: UserPersonalization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_memory, "MOST_BYTES", 2 * 8 * len(recommender.item_ids))
    memory = ScoreMemory(recommender)
    first, second = memory(Query("u1")), memory(Query("u2"))
    assert memory(Query("u1")) is first
    memory(Query("u3"))
    assert memory(Query("u1")) is first
    assert memory(Query("u2")) is not second


def test_nobody_can_spoil_what_is_remembered(recommender: UserPersonalization) -> None:
    with pytest.raises(ValueError, match="read-only"):
        ScoreMemory(recommender)(Query("u1"))[0] = 1.0
