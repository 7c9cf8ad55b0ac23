"""Next-Best-Action: propensities from what was taken and what was not, values, and what a user took."""

from __future__ import annotations

import numpy as np
import pytest

from local_personalize.recommenders.base import Event, Query
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.evaluation import evaluate
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.next_best_action import NextBestAction

ACTIONS = [f"a{action}" for action in range(8)]


def history() -> Interactions:
    """Even users take actions 0, 2, 4, 6 when asked and refuse the odd ones; odd users the other way round.

    Action 7 is refused by half of those who like the odd ones as well.
    """
    random, rows = np.random.default_rng(2), []
    for user in range(60):
        for step, action in enumerate(random.permutation(8).tolist()):
            likes = (action - user) % 2 == 0 and not (action == 7 and user % 4 == 1)
            rows.append((f"u{user}", f"a{action}", 100 * step + user, "Taken" if likes else "Not Taken"))
    users, items, times, types = zip(*rows, strict=True)
    return Interactions.from_columns(users, items, times, types)


def table(values: list[float | None]) -> Table:
    return Table(ACTIONS, {"VALUE": values, "REPEAT_FREQUENCY": [30.0] * 8})


@pytest.fixture(scope="module")
def model() -> NextBestAction:
    return NextBestAction.fit(Dataset(history(), table([None] * 8)))


def propensities(model: NextBestAction, query: Query) -> dict[str, float]:
    return dict(zip(model.item_ids, model.publish(model.scores(query)).tolist(), strict=True))


def test_a_stranger_is_told_how_often_actions_are_taken(model: NextBestAction) -> None:
    found = propensities(model, Query("stranger"))
    assert all(0 < chance < 1 for chance in found.values())
    for action in ACTIONS[:7]:
        assert found[action] == pytest.approx(0.5, abs=0.03)
    assert found["a7"] == pytest.approx((15 + 20 * 0.47) / 80, abs=0.01)


def test_what_was_taken_makes_its_like_likely_and_what_was_refused_does_not(model: NextBestAction) -> None:
    taken = propensities(model, Query("new", (Event("a2", 1e6, "Taken"),)))
    assert min(taken["a4"], taken["a6"]) > 0.5 > max(taken["a1"], taken["a3"], taken["a5"])
    assert propensities(model, Query("new", (Event("a2", 1e6, "Not Taken"),))) == propensities(model, Query("other"))
    assert model.is_cold(Query("new", (Event("a2", 1e6, "Viewed"),)))


def test_of_equally_likely_actions_the_worthier_leads() -> None:
    values = [1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0, None]
    worth = NextBestAction.fit(Dataset(history(), table(values)))
    assert worth.item_ids[best(worth.scores(Query("stranger")), 1)[0]] == "a2"
    plain = propensities(NextBestAction.fit(Dataset(history(), table([5.0] * 8))), Query("stranger"))
    assert propensities(worth, Query("stranger"))["a2"] == pytest.approx(plain["a2"])
    assert propensities(worth, Query("stranger"))["a4"] == pytest.approx(plain["a4"] / 9)


def test_only_taken_actions_are_truth() -> None:
    found = evaluate("aws-next-best-action", Dataset(history()))
    rows = history()
    assert rows.event_types is not None
    types = zip(rows.users, rows.event_types, strict=True)
    newest = {rows.user_ids[user]: rows.event_type_names[code] for user, code in types}
    assert found.test_users
    assert {newest[user] for user in found.test_users} == {"Taken"}
    assert np.mean(found.metrics["mean_reciprocal_rank_at_25"]) > 0.3
