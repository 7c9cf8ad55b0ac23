"""What speaks beside the history: contexts, users' traits, and the weights of events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from local_personalize.recommenders import load, recommender_for
from local_personalize.recommenders.associations import SHRINKAGE, counted
from local_personalize.recommenders.base import Event, Query, Recommender
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.ease import taken
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.user_personalization import UserPersonalization

USERS, ITEMS = 60, 20
PHONE, TELEVISION = {"DEVICE": "phone"}, {"device": "television"}


def by_device() -> Dataset:
    """Items below ten are taken on the phone, others on television; young users take the even, old ones the odd."""
    random = np.random.default_rng(11)
    pairs = [
        (user, item) for user in range(USERS) for item in random.permutation(ITEMS).tolist() if (user - item) % 2 == 0
    ]
    rows = Interactions.from_columns([f"u{u}" for u, _ in pairs], [f"i{i}" for _, i in pairs], range(len(pairs)))
    devices = np.array([int(int(rows.item_ids[item][1:]) >= 10) for item in rows.items], dtype=np.int32)
    rows = replace(rows, contexts={"DEVICE": (devices, ["phone", "television"])})
    ids = [*(f"u{user}" for user in range(USERS)), "young newcomer", "old newcomer"]
    ages = [*(("young", "old")[user % 2] for user in range(USERS)), "young", "old"]
    return Dataset(rows, users=Table(ids, {"AGE": ages}, frozenset({"AGE"})))


@pytest.fixture(scope="module")
def model() -> UserPersonalization:
    return UserPersonalization.fit(by_device())


def top(recommender: Recommender, query: Query, count: int = 10) -> list[int]:
    return [int(recommender.item_ids[place][1:]) for place in best(recommender.scores(query), count)]


def test_a_context_brings_up_what_is_taken_in_it(model: UserPersonalization) -> None:
    assert set(top(model, Query("stranger", context=PHONE))) == set(range(10))
    assert set(top(model, Query("stranger", context=TELEVISION))) == set(range(10, 20))
    event = (Event("i4", 1e6),)
    phone, television = (model.scores(Query("new", event, context=context)) for context in (PHONE, TELEVISION))
    index = model.trained.item_index
    assert phone[index["i2"]] - television[index["i2"]] > 0 > phone[index["i12"]] - television[index["i12"]]


@pytest.mark.parametrize("context", [{}, {"DEVICE": "fridge"}, {"WEATHER": "rain"}, {"DEVICE": ""}])
def test_an_unseen_context_changes_nothing(model: UserPersonalization, context: dict[str, str]) -> None:
    for user in ("u1", "stranger"):
        np.testing.assert_array_equal(model.scores(Query(user, context=context)), model.scores(Query(user)))


def by_hour() -> Dataset:
    """Low items are taken before noon, high ones after it; the young take the even items, by their age in years."""
    dataset = by_device()
    rows, users = dataset.interactions, dataset.users
    assert users is not None
    random = np.random.default_rng(3)
    evening = rows.contexts["DEVICE"][0] * 12.0
    hours = np.where(random.random(len(rows)) < 0.05, np.nan, evening + random.uniform(0, 12, len(rows)))
    ages = [20.0 if age == "young" else 60.0 + place % 9 for place, age in enumerate(users.columns["AGE"])]
    return Dataset(replace(rows, contexts={}, measures={"HOUR": hours}), users=Table(users.ids, {"AGE": ages}))


@pytest.fixture(scope="module")
def hourly() -> UserPersonalization:
    return UserPersonalization.fit(by_hour())


def test_a_number_counts_by_the_range_it_lies_in(hourly: UserPersonalization) -> None:
    for hour, half in (("3", range(10)), ("9.5", range(10)), ("14", range(10, 20)), ("1e3", range(10, 20))):
        assert set(top(hourly, Query("stranger", context={"hour": hour}))) == set(half)
    for nothing in ("noon", "nan", ""):
        np.testing.assert_array_equal(
            hourly.scores(Query("stranger", context={"HOUR": nothing})), hourly.scores(Query("stranger"))
        )


def test_numeric_traits_count_and_newer_ones_replace_them(hourly: UserPersonalization, tmp_path: Path) -> None:
    hourly.save(tmp_path)
    for model in (hourly, load(tmp_path)):
        for name, age, parity in (("young newcomer", 20.0, 0), ("old newcomer", 64.0, 1)):
            assert {item % 2 for item in top(model, Query(name))} == {parity}
            assert {item % 2 for item in top(model, Query("put later", traits={"AGE": age}))} == {parity}
            changed = Query("young newcomer", traits={"AGE": age})
            assert {item % 2 for item in top(model, changed)} == {parity}
        for unknown in ({}, {"AGE": None}, {"HEIGHT": 20.0}):
            np.testing.assert_array_equal(
                model.scores(Query("put later", traits=unknown)), model.scores(Query("stranger"))
            )


def test_a_trait_helps_a_user_without_history_and_fades_with_events(model: UserPersonalization) -> None:
    for age, parity in (("young", 0), ("old", 1)):
        newcomer = f"{age} newcomer"
        assert {item % 2 for item in top(model, Query(newcomer))} == {parity}
        gains = []
        for count in (0, 1, 9):
            events = tuple(Event(f"i{number}", 1e6 + number) for number in range(count))
            known, unknown = (model.scores(Query(user, events)) for user in (newcomer, "stranger"))
            gains.append(np.abs(known - unknown).max())
        assert gains[0] > gains[1] > gains[2] > 0
        assert gains[1] == pytest.approx(gains[0] / 2)


def test_the_list_of_strangers_is_unmoved_by_what_others_are(model: UserPersonalization) -> None:
    plain = UserPersonalization.fit(Dataset(by_device().interactions))
    assert top(model, Query("stranger"), 20) == top(plain, Query("stranger"), 20)


def test_a_loaded_model_still_knows_contexts_and_traits(model: UserPersonalization, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = load(tmp_path)
    for query in (Query("stranger", context=PHONE), Query("young newcomer"), Query("u3", context=TELEVISION)):
        np.testing.assert_array_equal(loaded.scores(query), model.scores(query))


def test_the_legacy_recipe_knows_neither() -> None:
    hrnn = recommender_for("aws-hrnn").fit(by_device())
    stranger = hrnn.scores(Query("stranger"))
    for query in (Query("stranger", context=PHONE), Query("young newcomer")):
        np.testing.assert_array_equal(hrnn.scores(query), stranger)


def test_a_ratio_is_shrunk_for_items_of_few_events() -> None:
    values, items = [0] * 50 + [1] * 50 + [0], [0] * 50 + [1] * 50 + [2]
    found = counted(values, items, (2, 3)).boost([0])
    share = 51 / 101
    assert found[0] == pytest.approx(np.log((50 + SHRINKAGE * share) / (70 * share)))
    assert found[1] == pytest.approx(np.log(SHRINKAGE / 70))
    assert 0 < found[2] < 0.1 * found[0]  # one event says as good as nothing


def test_the_weight_of_an_event_type_is_what_its_events_count() -> None:
    """Views say that the first half of the items is liked, fewer purchases the second; weights decide who is heard."""
    pairs = [(user, item, 0) for user in range(40) for item in range(5)]
    pairs += [(user, item, 1) for user in range(0, 40, 2) for item in range(5, 10)]
    rows = Interactions.from_columns([f"u{u}" for u, _, _ in pairs], [f"i{i}" for _, i, _ in pairs], range(len(pairs)))
    bought = np.array([int(rows.item_ids[item][1:]) >= 5 for item in rows.items])
    weighed = replace(rows, weights=np.where(bought, 1.0, 0.1).astype(np.float32))
    for recipe in ("aws-popularity-count", "aws-user-personalization"):
        plain, heard = (recommender_for(recipe).fit(Dataset(data)) for data in (rows, weighed))
        assert set(top(plain, Query("stranger"), 5)) == set(range(5))
        assert set(top(heard, Query("stranger"), 5)) == set(range(5, 10))
    personal, plain = (UserPersonalization.fit(Dataset(data)) for data in (weighed, rows))
    ratio = personal.signals.follows.toarray() / np.maximum(plain.signals.follows.toarray(), 1e-9)
    viewed, purchased = personal.trained.item_index["i1"], personal.trained.item_index["i6"]
    first = personal.trained.item_index["i0"]
    assert ratio[first, viewed] == pytest.approx(0.1)
    assert ratio[first, purchased] == pytest.approx(1)


def test_the_heaviest_event_of_a_pair_counts_in_ease() -> None:
    rows = Interactions.from_columns(["a", "a", "b", "b"], ["x", "x", "x", "y"], range(4))
    weighed = replace(rows, weights=np.array([0.2, 0.9, 0.2, 0.5], dtype=np.float32))
    found = taken(weighed, (2, 2)).toarray()
    np.testing.assert_allclose(found, [[0.9, 0.2], [0, 0.5]])
    np.testing.assert_array_equal(taken(rows, (2, 2)).toarray(), [[1, 1], [0, 1]])
