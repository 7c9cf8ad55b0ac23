"""Explanations: the parts of a score add up to it, whatever the score is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from local_personalize.recommenders import recommender_for
from local_personalize.recommenders.base import Event, Query, Recommender
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.ease import PrimalEase
from local_personalize.recommenders.explanation import Explanation
from local_personalize.recommenders.user_personalization import UserPersonalization

from .conftest import Films, checkerboard_of

EXACT = 1e-9
PAIRS = 100


def explained(model: Recommender, query: Query, item_id: str) -> Explanation:
    parts = model.explain(query, [item_id])
    assert parts is not None
    return parts[0]


def assert_adds_up(model: Recommender, query: Query, item_id: str) -> Explanation:
    found = explained(model, query, item_id)
    assert found.score == model.scores(query)[model.item_ids.index(item_id)]
    assert abs(found.total - found.score) < EXACT
    return found


def with_circumstances(dataset: Dataset) -> Dataset:
    """Every event came from a phone or a television; users are young or old."""
    rows = dataset.interactions
    codes = (np.arange(len(rows)) % 2).astype(np.int32)
    users = Table(rows.user_ids, {"AGE": ["young" if place % 4 < 2 else "old" for place in range(len(rows.user_ids))]})
    users = replace(users, categorical=frozenset({"AGE"}))
    rows = replace(rows, contexts={"DEVICE": (codes, ["phone", "television"])})
    return Dataset(rows, dataset.items, users)


def test_parts_add_up_for_a_hundred_pairs_of_users_and_films(films: Films) -> None:
    model = UserPersonalization.fit(with_circumstances(films.dataset), {"tuned_half_life": "10", **USUAL})
    random = np.random.default_rng(3)
    for user, place in zip(random.choice(model.user_ids, PAIRS), random.integers(9_000, size=PAIRS), strict=True):
        query = Query(str(user), (Event("260", 2e9),), context={"DEVICE": "phone"})
        found = assert_adds_up(model, query, model.item_ids[place])
        assert "260" in {part.item_id for part in found.watched}


USUAL = {
    "tuned_transitions": "1",
    "tuned_content": "1",
    "tuned_temperature": "2",
    "tuned_seen_offset": "8",
}


def test_parts_add_up_where_ease_holds_single_precision() -> None:
    random = np.random.default_rng(5)
    users, items = random.integers(200, size=6_000), random.integers(60, size=6_000)
    rows = Interactions.from_columns([f"u{u}" for u in users], [f"i{i}" for i in items], np.arange(6_000))
    model = UserPersonalization.fit(Dataset(rows))
    assert isinstance(model.signals.together, PrimalEase)
    for user, item in random.integers((200, 60), size=(PAIRS, 2)):
        assert_adds_up(model, Query(f"u{user}"), f"i{item}")


def everything() -> Dataset:
    """Skewed popularity and activity, genres, years and prices, repeats, contexts of both kinds, and users' traits."""
    random = np.random.default_rng(8)
    users = np.repeat(np.arange(150), random.geometric(0.04, 150) + 1)
    items = np.minimum(random.geometric(0.02, len(users)) - 1, 299)
    rows = Interactions.from_columns([f"u{u}" for u in users], [f"i{i}" for i in items], np.arange(len(users)))
    ids = [f"i{item}" for item in range(320)]
    genres = ["|".join(random.choice(["Drama", "Comedy", "Action", "War"], 2)) for _ in ids]
    prices = random.lognormal(size=len(ids)).tolist()
    table = Table(ids, {"GENRES": genres, "PRICE": prices}, frozenset({"GENRES"}))
    dataset = with_circumstances(Dataset(rows, table))
    hours = random.uniform(0, 24, len(rows))
    return replace(dataset, interactions=replace(dataset.interactions, measures={"HOUR": hours}))


@pytest.fixture(scope="module")
def all_at_once() -> Dataset:
    return everything()


EXPLAINED = ("aws-user-personalization", "aws-personalized-ranking", "aws-hrnn", "aws-popularity-count")


@pytest.mark.parametrize("recipe", EXPLAINED)
def test_parts_add_up_for_every_recipe_that_has_any(all_at_once: Dataset, recipe: str) -> None:
    wanted = {"objective_attribute": "PRICE", "objective_sensitivity": "HIGH"} if "personal" in recipe else {}
    model = recommender_for(recipe).fit(all_at_once, wanted)
    random = np.random.default_rng(9)
    for user, place in random.integers((170, len(model.item_ids)), size=(PAIRS, 2)).tolist():
        events = tuple(Event(f"i{item}", 1e6 + item) for item in random.integers(340, size=user % 4).tolist())
        query = Query(f"u{user}", events, context={"DEVICE": "phone", "HOUR": str(place % 24)})
        assert_adds_up(model, query, model.item_ids[place])


def test_parts_add_up_for_strangers_contexts_and_seen_items() -> None:
    model = UserPersonalization.fit(with_circumstances(checkerboard_of()))
    stranger = assert_adds_up(model, Query("stranger", context={"device": "phone"}), "i3")
    assert (stranger.watched, stranger.user) == ((), 0)
    assert stranger.context != 0
    seen = assert_adds_up(model, Query("u4", (Event("i3", 1e6),)), "i3")
    assert seen.seen == -model.choice.seen_offset < 0
    assert seen.user != 0
    assert len(seen.watched) == len(model.history("u4")) + 1


def test_the_history_of_the_same_taste_speaks_for_an_item(checkerboard: Dataset) -> None:
    model = UserPersonalization.fit(checkerboard)
    mixed = Query("new", tuple(Event(f"i{item}", 1e6 + item) for item in (2, 3)))
    for item, friend in (("i8", "i2"), ("i9", "i3")):
        assert explained(model, mixed, item).watched[0].item_id == friend


def test_contributions_do_not_depend_on_the_size_of_blocks(
    checkerboard: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = UserPersonalization.fit(checkerboard)
    whole = explained(model, Query("u1"), "i4")
    monkeypatch.setattr("local_personalize.recommenders.signals.MOST_CELLS", 1)
    assert explained(model, Query("u1"), "i4") == whole


def test_popularity_is_all_that_explains_the_popular(checkerboard: Dataset) -> None:
    found = assert_adds_up(recommender_for("aws-popularity-count").fit(checkerboard), Query("u1"), "i4")
    assert (found.popularity, found.watched) == (found.score, ())


def test_unknown_items_and_related_items_have_no_parts(checkerboard: Dataset) -> None:
    assert UserPersonalization.fit(checkerboard).explain(Query("u1"), ["unheard of"]) == []
    assert recommender_for("aws-similar-items").fit(checkerboard).explain(Query(item_id="i1"), ["i3"]) is None
