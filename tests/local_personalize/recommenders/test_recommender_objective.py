"""An objective beside relevance: the more it counts, the more of its column the recommendations bring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from local_personalize.recommenders import load
from local_personalize.recommenders.base import Query
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.evaluation import evaluate
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.objective import ATTRIBUTE, METRIC, SENSITIVITY, Objective, rewards_caught
from local_personalize.recommenders.user_personalization import UserPersonalization

TASTES, USERS, ITEMS, TAKEN = 3, 240, 150, 40
SENSITIVITIES = ("OFF", "LOW", "MEDIUM", "HIGH")


def wanting(sensitivity: str) -> dict[str, str]:
    return {ATTRIBUTE: "PRICE", SENSITIVITY: sensitivity}


@pytest.fixture(scope="module")
def shop() -> Dataset:
    """Users take some of the items of their taste at random; prices say nothing of taste."""
    draw = np.random.default_rng(2)
    pairs = [
        (f"u{user}", f"i{user % TASTES}-{item}")
        for user in range(USERS)
        for item in draw.permutation(ITEMS)[:TAKEN].tolist()
    ]
    users, items = zip(*pairs, strict=True)
    ids = [f"i{taste}-{item}" for taste in range(TASTES) for item in range(ITEMS)]
    prices = Table(ids, {"PRICE": draw.lognormal(2, 1, len(ids)).tolist()})
    return Dataset(Interactions.from_columns(users, items, range(len(pairs))), prices)


@pytest.fixture(scope="module")
def versions(shop: Dataset) -> dict[str, UserPersonalization]:
    plain = UserPersonalization.fit(shop)
    found = {name: UserPersonalization.fit(shop, {**plain.tuned(), **wanting(name)}) for name in SENSITIVITIES}
    return {"none": plain, **found}


def test_rewards_are_the_share_of_the_value_of_what_was_taken() -> None:
    values = np.array([10.0, 1.0, np.nan, 30.0, -5.0])
    lists = [np.array([0, 1, 2]), np.array([3]), np.array([2, 4]), np.array([0])]
    truths = [np.array([0, 3]), np.array([3, 4]), np.array([2, 4]), np.array([1])]
    assert rewards_caught(values, lists, truths).tolist() == [0.25, 1.0, 0.0, 0.0]


def test_the_more_the_objective_counts_the_higher_the_reward(shop: Dataset) -> None:
    figures = [evaluate("aws-user-personalization", shop, wanting(name)) for name in SENSITIVITIES]
    rewards = [figure.metrics[METRIC] for figure in figures]
    assert (np.diff(rewards) > 0.005).all()
    assert 0 < rewards[0] < rewards[0] + 0.1 < rewards[-1] <= 1
    assert len(figures[0].per_user[METRIC]) == len(figures[0].test_users)


def test_without_an_objective_there_is_no_such_metric_and_off_recommends_the_same(
    shop: Dataset, versions: dict[str, UserPersonalization]
) -> None:
    plain, off = evaluate("aws-user-personalization", shop), evaluate("aws-user-personalization", shop, wanting("OFF"))
    assert METRIC not in plain.metrics
    assert off.metrics == {**plain.metrics, METRIC: off.metrics[METRIC]}
    for query in (Query("u1"), Query("stranger")):
        np.testing.assert_array_equal(versions["OFF"].scores(query), versions["none"].scores(query))


@pytest.mark.parametrize("user", ["u1", "stranger"])
def test_lists_get_dearer_and_stay_to_the_taste(
    shop: Dataset, versions: dict[str, UserPersonalization], user: str
) -> None:
    assert shop.items is not None
    price = dict(zip(shop.items.ids, np.array(shop.items.columns["PRICE"], dtype=float), strict=True))
    lists = [
        [versions[name].item_ids[place] for place in best(versions[name].scores(Query(user)), 10)]
        for name in SENSITIVITIES
    ]
    means = [np.log([price[item] for item in found]).mean() for found in lists]
    assert means == sorted(means)
    assert means[-1] > means[0] + 0.5
    if user != "stranger":
        assert {item.split("-")[0] for item in lists[-1]} == {"i1"}


def test_the_part_of_the_objective_is_told(versions: dict[str, UserPersonalization]) -> None:
    for name in ("LOW", "HIGH"):
        scores = versions[name].scores(Query("u5"))
        for place in range(0, TASTES * ITEMS, 7):
            (found,) = versions[name].explain(Query("u5"), [versions[name].item_ids[place]])
            assert abs(found.total - scores[place]) < 1e-9
            assert found.objective != 0


def test_a_loaded_model_pursues_it_still(versions: dict[str, UserPersonalization], tmp_path: Path) -> None:
    versions["HIGH"].save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).scores(Query("u5")), versions["HIGH"].scores(Query("u5")))


def test_items_without_a_value_stand_in_the_middle_and_extremes_are_tamed() -> None:
    rows = Interactions.from_columns(list("abcd"), ["w", "x", "y", "unlisted"], range(4))
    items = Table(["w", "x", "y"], {"PRICE": [1.0, 2.0, 1e12]})
    standing = Objective.of(Dataset(rows, items), wanting("LOW")).standing
    assert standing.tolist() == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5), 0])
    flat = Table(["w", "x", "y"], {"PRICE": [3.0, 3.0, 3.0]})
    assert not Objective.of(Dataset(rows, flat), wanting("HIGH")).addend(2.0).any()
