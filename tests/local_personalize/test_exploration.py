from __future__ import annotations

import numpy as np
import pytest

from local_personalize.exploration import Exploration, explored, young
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.trained import Trained

BEST = list(range(25))
YOUNG = [3, *range(100, 120)]
DAY = 86_400


def test_weight_0_is_exactly_the_order_of_relevance() -> None:
    assert explored(BEST, YOUNG, 0.0, "seed") == (BEST, set())


def test_the_first_place_is_the_best_item_and_nothing_comes_twice() -> None:
    for seed in range(200):
        items, drawn = explored(BEST, YOUNG, 1.0, str(seed))
        assert items[0] == 0
        assert len(set(items)) == 25
        assert drawn <= set(YOUNG)
        kept = [item for item in items if item not in drawn]
        assert kept == [item for item in BEST if item not in drawn][: len(kept)]


def test_the_weight_sets_the_share_of_explored_places() -> None:
    shares = {
        weight: sum(len(explored(BEST, YOUNG, weight, str(seed))[1]) for seed in range(300)) / (300 * 24)
        for weight in (0.3, 1.0)
    }
    assert shares[0.3] == pytest.approx(0.1, abs=0.02)
    assert shares[1.0] == pytest.approx(1 / 3, abs=0.03)


def test_the_same_seed_draws_the_same_and_a_shorter_list_is_its_beginning() -> None:
    assert explored(BEST, YOUNG, 1.0, "a") == explored(BEST, YOUNG, 1.0, "a")
    assert explored(BEST[:9], YOUNG, 1.0, "a")[0] == explored(BEST, YOUNG, 1.0, "a")[0][:9]
    assert explored(BEST, YOUNG, 1.0, "a") != explored(BEST, YOUNG, 1.0, "b")


def test_items_that_were_shown_often_are_explored_less() -> None:
    shown = dict.fromkeys(YOUNG[1:11], 4)
    counts = [0, 0]
    for seed in range(400):
        for place in explored(BEST, YOUNG[1:], 1.0, str(seed), shown)[1]:
            counts[place in shown] += 1
    fresh, stale = counts
    assert 0.1 * fresh < stale < 0.5 * fresh  # a fifth stay candidates, and those lead their list
    assert explored(BEST, YOUNG, 0.0, "seed", shown) == (BEST, set())


def test_items_are_young_by_their_first_interaction_until_they_have_many() -> None:
    items = ["old", "new", "old", *["hit"] * 5]
    rows = Interactions.from_columns(["u"] * 8, items, [0, 90 * DAY, 100 * DAY, *[95 * DAY] * 5])
    trained = Trained.of(Dataset(rows, Table(["unseen"], {})))
    assert trained.item_ids == ["old", "new", "hit", "unseen"]
    unknown = np.full(4, np.nan)
    assert young(trained, 30, unknown).tolist() == [False, True, False, True]
    assert young(trained, 5, unknown).tolist() == [False, False, False, True]
    assert young(trained, 200, unknown).tolist() == [True, True, False, True]
    created = np.array([99 * DAY, 10 * DAY, 99 * DAY, 20 * DAY])  # what the Items dataset tells goes before the events
    assert young(trained, 30, created).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"explorationWeight": "1.2"}, "explorationWeight must be between 0 and 1, not 1.2."),
        ({"explorationWeight": "much"}, "explorationWeight must be a number from 0, not much."),
        ({"explorationItemAgeCutOff": "-1"}, "explorationItemAgeCutOff must be a number from 0, not -1."),
    ],
)
def test_configurations_out_of_range_are_named(config: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match="exploration") as caught:
        Exploration.of(config)
    assert str(caught.value) == message
