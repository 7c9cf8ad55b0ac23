"""Amazon Personalize's protocol: who is kept from training, what is given, what is truth."""

from __future__ import annotations

import numpy as np
import pytest

from local_personalize.recommenders.base import Query
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.evaluation import USUAL_NDCG, evaluate, evaluate_all, figures_of, query_of
from local_personalize.recommenders.splitting import folds, held_out, hold_out, newest_share, within_percentiles
from local_personalize.recommenders.user_personalization import UserPersonalization

IDS = [f"u{user}" for user in range(250)]
METRICS = {
    "coverage",
    "mean_reciprocal_rank_at_25",
    *(f"normalized_discounted_cumulative_gain_at_{k}" for k in (5, 10, 25)),
    *(f"precision_at_{k}" for k in (5, 10, 25)),
}


def habit(users: int = 60, others: int = 40) -> Dataset:
    """Everyone takes three of forty items, each in turn, and at last the same one."""
    rows = [(f"u{user}", f"i{(3 * user + step) % others}") for user in range(users) for step in range(3)]
    rows += [(f"u{user}", "last") for user in range(users)]
    names, items = zip(*rows, strict=True)
    return Dataset(Interactions.from_columns(names, items, range(len(rows))))


def test_a_tenth_of_the_users_is_held_out_by_a_hash() -> None:
    chosen = hold_out(IDS, 0.1, seed=3)
    assert chosen.sum() == 25
    backwards = hold_out(IDS[::-1], 0.1, seed=3)[::-1]
    np.testing.assert_array_equal(chosen, backwards)
    assert (hold_out(IDS, 0.1, seed=4) != chosen).any()


def test_the_newest_tenth_is_truth_but_at_least_one_event() -> None:
    users = ["long"] * 25 + ["short"] * 3 + ["single"]
    items = [f"i{place}" for place in range(29)]
    times = [*range(24, -1, -1), 5, 5, 4, 9]  # the long history comes newest first
    rows = Interactions.from_columns(users, items, times)
    cuts = {rows.user_ids[cut.user]: cut for cut in held_out(rows, np.ones(3, dtype=np.bool_))}
    parts = {name: [rows.item_ids[place] for place in rows.items[cut.truth]] for name, cut in cuts.items()}
    assert parts == {"long": ["i1", "i0"], "short": ["i26"], "single": ["i28"]}
    asked = query_of(rows, cuts["short"])
    assert [event.item_id for event in asked.events] == ["i27", "i25"]
    assert (asked.user_id, asked.item_id) == (None, "i25")
    assert query_of(rows, cuts["single"]).events == ()


def test_the_newest_share_is_taken_of_each_user() -> None:
    rows = Interactions.from_columns(["a"] * 10 + ["b"] * 4, ["i"] * 14, range(14))
    assert np.flatnonzero(newest_share(rows, 0.2)).tolist() == [8, 9]


def test_popularity_on_a_habit_is_perfect() -> None:
    found = evaluate("aws-popularity-count", habit())
    assert found.metrics.keys() == METRICS
    assert found.metrics["mean_reciprocal_rank_at_25"] == 1
    assert found.metrics["normalized_discounted_cumulative_gain_at_5"] == 1
    assert found.metrics["precision_at_5"] == pytest.approx(1 / 5)
    assert found.metrics["precision_at_25"] == pytest.approx(1 / 25)
    assert 25 / 41 <= found.metrics["coverage"] <= 29 / 41  # of the 29 best each list lacks what its user had
    assert (len(found.test_users), found.train_users) == (6, 54)


@pytest.mark.parametrize("recipe", ["aws-popularity-count", "aws-user-personalization", "aws-similar-items"])
def test_where_nobody_returns_no_list_is_spoilt_by_seen_items(recipe: str) -> None:
    shared = [f"common {place}" for place in range(25)]  # everyone takes these 25, and at last one of ten others
    rows = [(f"u{user}", item) for user in range(60) for item in [*shared, f"then {user % 10}"]]
    names, items = zip(*rows, strict=True)
    found = evaluate(recipe, Dataset(Interactions.from_columns(names, items, range(len(rows)))))
    truth = np.asarray(found.per_user["precision_at_25"], dtype=float)
    np.testing.assert_allclose(truth, 2 / 25)  # of 26 events the newest two: the last common one, and the other


def test_where_everyone_returns_seen_items_stay_in_the_lists() -> None:
    rows = [(f"u{user}", f"i{user % 5}") for user in range(60) for _ in range(12)]
    names, items = zip(*rows, strict=True)
    found = evaluate("aws-popularity-count", Dataset(Interactions.from_columns(names, items, range(len(rows)))))
    assert found.metrics["precision_at_5"] == pytest.approx(1 / 5)


def test_the_fuller_measurement_judges_everyone_once_and_first_the_reported_users() -> None:
    found, reported = evaluate_all("aws-popularity-count", habit()), evaluate("aws-popularity-count", habit())
    assert sorted(map(str, found["users"])) == sorted(habit().interactions.user_ids)
    assert list(found["users"])[:6] == reported.test_users
    for name in METRICS - {"coverage"}:
        assert np.shape(found[name]) == (60,)
        np.testing.assert_array_equal(np.asarray(found[name])[:6], reported.per_user[name])


def test_segments_have_no_fuller_measurement() -> None:
    with pytest.raises(KeyError, match="aws-item-affinity"):
        evaluate_all("aws-item-affinity", habit())


def test_folds_hold_out_everyone_once_even_where_users_are_fewer() -> None:
    for count in (1, 7, 250):
        masks = folds(IDS[:count], 10, seed=3)
        np.testing.assert_array_equal(np.sum(masks, axis=0), np.ones(count))
    np.testing.assert_array_equal(folds(IDS, 10, seed=3)[0], hold_out(IDS, 0.1, seed=3))


@pytest.mark.parametrize("recipe", ["aws-user-personalization", "aws-similar-items", "aws-sims"])
def test_the_figures_of_users_are_what_the_metrics_average(recipe: str) -> None:
    found = evaluate(recipe, habit(), seed=2)
    assert found.per_user["users"] == found.test_users
    assert found.per_user.keys() == {"users", USUAL_NDCG, *METRICS} - {"coverage"}
    for name in METRICS - {"coverage"}:
        assert found.metrics[name] == pytest.approx(np.mean(np.asarray(found.per_user[name], dtype=float)))


def test_what_only_a_test_user_did_is_not_learned() -> None:
    dataset = habit()
    kept = evaluate("aws-popularity-count", dataset).test_users[0]
    rows = dataset.interactions
    stream = [(kept, "secret", 1_000 + step) for step in range(40)]
    columns = (
        [*(rows.user_ids[user] for user in rows.users), *(user for user, _, _ in stream)],
        [*(rows.item_ids[item] for item in rows.items), *(item for _, item, _ in stream)],
        [*rows.timestamps.tolist(), *(time for _, _, time in stream)],
    )
    found = evaluate("aws-popularity-count", Dataset(Interactions.from_columns(*columns)))
    assert found.test_users[0] == kept
    assert np.asarray(found.per_user["precision_at_25"], dtype=float)[0] == 0


def test_figures_of_known_lists() -> None:
    figures = figures_of([np.array([7, 1, 8, 9, 2]), np.array([5, 6])], [np.array([1, 2, 3]), np.array([4])])
    assert figures["mean_reciprocal_rank_at_25"].tolist() == [0.5, 0]
    assert figures["normalized_discounted_cumulative_gain_at_5"] == pytest.approx([0.6241, 0], abs=5e-5)
    assert figures["precision_at_5"].tolist() == [0.4, 0]


def test_segments_are_judged_by_hits_and_recall() -> None:
    found = evaluate("aws-item-affinity", habit(users=200))
    assert found.metrics.keys() == {"hit_at_k", "recall_at_k"}
    assert 0 <= found.metrics["recall_at_k"] <= 1


@pytest.mark.parametrize(
    ("parameters", "users"),
    [
        ({}, {"u1", "u2", "u3", "u4", "u5"}),
        ({"max_user_history_length_percentile": "0.8"}, {"u1", "u2", "u3", "u4"}),
        ({"min_user_history_length_percentile": "0.25"}, {"u2", "u3", "u4", "u5"}),
        ({"min_item_interaction_count_percentile": "0.9"}, {"u1", "u2", "u3", "u4", "u5"}),
    ],
)
def test_percentiles_leave_out_short_and_long_histories(parameters: dict[str, str], users: set[str]) -> None:
    rows = [(f"u{user}", f"i{step}") for user in range(1, 6) for step in range(user)]
    names, items = zip(*rows, strict=True)
    kept = within_percentiles(Interactions.from_columns(names, items, range(len(rows))), parameters)
    assert {kept.user_ids[user] for user in kept.users} == users
    if "min_item_interaction_count_percentile" in parameters:
        assert {kept.item_ids[item] for item in kept.items} == {"i0"}


def test_a_user_left_out_of_training_still_has_a_history() -> None:
    rows = [(f"u{user}", f"i{(user + step) % 20}") for user in range(40) for step in range(5)]
    rows += [("fan", f"i{step}") for step in range(15)] + [("fan", "rare")]
    names, items = zip(*rows, strict=True)
    dataset = Dataset(Interactions.from_columns(names, items, range(len(rows))))
    model = UserPersonalization.fit(dataset, {"max_user_history_length_percentile": "0.95"})
    counted = dict(zip(model.item_ids, np.exp(model.signals.popularity) - 0.5, strict=True))
    assert counted["rare"] == pytest.approx(0)
    assert counted["i3"] == pytest.approx(10)
    assert len(model.history("fan")) == 16
    assert not model.is_cold(Query("fan"))
