"""What holds for the recommender behind every recipe and use case of ListRecipes.

What is about training is asked of each class once, what is about answers of every name.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from local_personalize import recipe_book
from local_personalize.recommenders import load, recommender_for
from local_personalize.recommenders.base import Event, Query, Recommender
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.evaluation import evaluate
from local_personalize.recommenders.item_affinity import ItemAffinity
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.registry import RECIPES
from local_personalize.recommenders.related import RelatedItems
from local_personalize.recommenders.user_personalization import UserPersonalization

from .conftest import ITEMS, USERS, checkerboard_of, withheld

NAMES = sorted(recipe_book.RECIPES)
KINDS = sorted({kind.__name__: recipe for recipe, kind in RECIPES.items()}.values())
PERSONAL = [name for name in NAMES if issubclass(recommender_for(name), UserPersonalization)]
RELATED = [name for name in NAMES if issubclass(recommender_for(name), RelatedItems)]
EVEN_WORDS, ODD_WORDS = ("calm", "quiet", "gentle", "slow", "tender"), ("loud", "fierce", "wild", "rapid", "harsh")
QUERIES = [
    Query("u1"),
    Query("u1", (Event("i3", 1e6), Event("unheard of", 2e6))),
    Query("newcomer", (Event("i4", 1e6),)),
    Query("u2", item_id="i5"),
    Query("newcomer"),
    Query(item_id="unheard of"),
]


def board(recipe: str) -> Dataset:
    """The checkerboard; for a recipe that reads texts each item is described with three words of its taste."""
    random, items = np.random.default_rng(1), [f"i{item}" for item in range(ITEMS)]
    words = [" ".join(random.permutation(EVEN_WORDS if even(item) else ODD_WORDS)[:3]) for item in items]
    reads_texts = recipe_book.RECIPES[recipe].reads_texts
    return checkerboard_of(table=Table(items, {"DESCRIPTION": words}) if reads_texts else None)


@pytest.fixture(scope="module")
def trained() -> dict[str, Recommender]:
    """A trained recommender by recipe; recipes of the same class share one."""
    fitted = {recommender_for(recipe): recommender_for(recipe).fit(board(recipe)) for recipe in KINDS}
    return {recipe: fitted[recommender_for(recipe)] for recipe in NAMES}


def top(recommender: Recommender, query: Query, count: int) -> list[str]:
    return [recommender.item_ids[place] for place in best(recommender.scores(query), count)]


def even(name: str) -> bool:
    return int(name[1:]) % 2 == 0


def test_every_listed_recipe_has_a_recommender() -> None:
    assert set(RECIPES) == set(NAMES)


@pytest.mark.parametrize("recipe", NAMES)
def test_scores_are_finite_and_one_per_item(trained: dict[str, Recommender], recipe: str) -> None:
    for query in QUERIES:
        scores = trained[recipe].scores(query)
        assert scores.shape == (ITEMS,)
        assert np.isfinite(scores).all()


@pytest.mark.parametrize("recipe", KINDS)
def test_training_again_gives_the_same(trained: dict[str, Recommender], recipe: str) -> None:
    again = recommender_for(recipe).fit(board(recipe))
    for query in QUERIES:
        np.testing.assert_array_equal(again.scores(query), trained[recipe].scores(query))


@pytest.mark.parametrize("recipe", KINDS)
def test_training_with_what_was_tuned_gives_the_same(trained: dict[str, Recommender], recipe: str) -> None:
    again = recommender_for(recipe).fit(board(recipe), trained[recipe].tuned())
    np.testing.assert_array_equal(again.scores(QUERIES[0]), trained[recipe].scores(QUERIES[0]))


@pytest.mark.parametrize("recipe", KINDS)
def test_a_loaded_model_is_the_saved_one(trained: dict[str, Recommender], recipe: str, tmp_path: Path) -> None:
    saved = trained[recipe]
    saved.save(tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["meta.json", "model.npz"]
    assert type(loaded) is type(saved)
    assert (loaded.item_ids, loaded.user_ids, loaded.tuned()) == (saved.item_ids, saved.user_ids, saved.tuned())
    assert loaded.history("u3") == saved.history("u3")
    for query in QUERIES:
        np.testing.assert_array_equal(loaded.scores(query), saved.scores(query))
        np.testing.assert_array_equal(loaded.publish(saved.scores(query)), saved.publish(saved.scores(query)))


@pytest.mark.parametrize("recipe", NAMES)
def test_published_scores_are_probabilities_and_keep_the_order(trained: dict[str, Recommender], recipe: str) -> None:
    scores = trained[recipe].scores(QUERIES[1])
    published = trained[recipe].publish(scores)
    chosen = np.array([4, 2, 9])
    assert ((published > 0) & (published <= 1)).all()
    assert (np.diff(published[np.argsort(scores)]) >= 0).all()
    among = trained[recipe].publish(scores, chosen)
    if recipe != "aws-next-best-action":  # which tells how likely each action is, on its own
        assert published.sum() == pytest.approx(1)
        assert among.sum() == pytest.approx(1)
    assert list(np.argsort(among)) == list(np.argsort(scores[chosen]))


@pytest.mark.parametrize("recipe", NAMES)
def test_everyone_of_whom_nothing_is_known_gets_the_same(trained: dict[str, Recommender], recipe: str) -> None:
    first, *others = [Query("newcomer"), Query("somebody"), Query(), Query("other", (Event("unheard of", 1.0),))]
    for query in others:
        assert trained[recipe].is_cold(query)
        np.testing.assert_array_equal(trained[recipe].scores(query), trained[recipe].scores(first))


NOT_BY_USERS = ("aws-vod-trending-now", "aws-ecomm-popular-items-by-purchases")


@pytest.mark.parametrize("recipe", [recipe for recipe in KINDS if recipe not in NOT_BY_USERS])
def test_a_newcomer_gets_the_items_with_most_users(recipe: str) -> None:
    users = [f"u{user}" for item in range(12) for user in range(12 - item)]
    items = [f"i{item}" for item in range(12) for _ in range(12 - item)]
    often = [("u0", "i11")] * 30  # one user's habit is not popularity
    rows = Interactions.from_columns(
        [*users, *(u for u, _ in often)], [*items, *(i for _, i in often)], range(len(users) + 30)
    )
    recommender = recommender_for(recipe).fit(Dataset(rows))
    assert top(recommender, Query("newcomer"), 12) == [f"i{item}" for item in range(12)]


@pytest.mark.parametrize("recipe", ["aws-ecomm-popular-items-by-views", "aws-ecomm-popular-items-by-purchases"])
def test_most_viewed_and_best_sellers_count_every_event(recipe: str) -> None:
    items = ["often"] * 5 + ["many users"] * 4 + ["once"]
    users = ["u0"] * 5 + [f"u{user}" for user in range(5)]
    recommender = recommender_for(recipe).fit(Dataset(Interactions.from_columns(users, items, range(10))))
    assert top(recommender, Query("u1"), 3) == ["often", "many users", "once"]


@pytest.mark.parametrize("recipe", PERSONAL)
def test_the_withheld_item_leads_what_a_user_has_not_had(trained: dict[str, Recommender], recipe: str) -> None:
    recommender = trained[recipe]
    for user in range(USERS):
        had = {event.item_id for event in recommender.history(f"u{user}")}
        unseen = [item for item in top(recommender, Query(f"u{user}"), ITEMS) if item not in had]
        assert unseen[0] == withheld(user)


@pytest.mark.parametrize("recipe", PERSONAL)
def test_one_event_of_a_newcomer_shows_the_taste_at_once(trained: dict[str, Recommender], recipe: str) -> None:
    for item in range(ITEMS):
        first = top(trained[recipe], Query("newcomer", (Event(f"i{item}", 1e6),)), 9)
        assert {even(name) for name in first} == {item % 2 == 0}
        assert f"i{item}" not in first


@pytest.mark.parametrize("recipe", RELATED)
def test_related_items_are_of_the_same_taste(trained: dict[str, Recommender], recipe: str) -> None:
    for item in range(ITEMS):
        related = top(trained[recipe], Query(item_id=f"i{item}"), ITEMS)
        assert {even(name) for name in related[:9]} == {item % 2 == 0}
        assert related[-1] == f"i{item}"


def test_metadata_place_an_item_that_nobody_had() -> None:
    items = [f"i{item}" for item in range(ITEMS)]
    tastes: list[str | float | None] = ["even|plain" if even(item) else "odd|plain" for item in items]
    table = Table(
        [*items, "new even", "new odd"], {"TASTE": [*tastes, "even|plain", "odd|plain"]}, frozenset({"TASTE"})
    )
    recommender = recommender_for("aws-user-personalization").fit(checkerboard_of(table=table))
    similar = recommender_for("aws-similar-items").fit(checkerboard_of(table=table))
    for item in range(ITEMS):
        mine, other = ("new even", "new odd") if item % 2 == 0 else ("new odd", "new even")
        for order in (top(recommender, Query(f"u{item}"), 22), top(similar, Query(item_id=f"i{item}"), 22)):
            assert order.index(mine) < order.index(other)


def test_the_users_for_an_item_are_of_its_taste(trained: dict[str, Recommender]) -> None:
    recommender = trained["aws-item-attribute-affinity"]
    assert isinstance(recommender, ItemAffinity)
    for item in range(ITEMS):
        users = [recommender.user_ids[place] for place in best(recommender.user_scores(f"i{item}"), 2)]
        assert {withheld(int(user[1:])) for user in users} == {f"i{item}"}  # the others had it already


def test_users_are_known_by_all_they_took_however_long_ago() -> None:
    """The fan and the friend took the same items, and the fan the item in question too, before three hundred others."""
    rows = [
        (f"u{user}", f"i{item}") for user in range(20) for item in [*range(user, user + 4), "asked"][:: user % 2 + 1]
    ]
    rows += [("fan", "asked"), *((name, f"i{item}") for name in ("fan", "friend") for item in range(300))]
    users, items = zip(*rows, strict=True)
    model = ItemAffinity.fit(Dataset(Interactions.from_columns(users, items, range(len(rows)))))
    scores = dict(zip(model.user_ids, model.user_scores("asked").tolist(), strict=True))
    assert scores["friend"] == max(scores.values())
    had = {user for user, item in rows if item == "asked"}
    assert max(scores[user] for user in had) < min(score for user, score in scores.items() if user not in had)


@pytest.mark.parametrize("recipe", KINDS)
@pytest.mark.parametrize(
    ("users", "items"),
    [(["u"], ["i"]), (["u"] * 5, list("abcde")), (list("abcde"), ["i"] * 5), (["u"] * 5, ["i"] * 5)],
    ids=["one event", "one user", "one item", "one pair"],
)
def test_the_smallest_data_train_and_evaluate(recipe: str, users: list[str], items: list[str]) -> None:
    tables = Table(sorted(set(items)), {}), Table([], {})
    dataset = Dataset(Interactions.from_columns(users, items, range(len(users))), *tables)
    recommender = recommender_for(recipe).fit(dataset)
    for query in (Query(users[0]), Query("newcomer"), Query(users[0], item_id=items[0])):
        assert np.isfinite(recommender.scores(query)).all()
    assert all(0 <= value <= 1 for value in evaluate(recipe, dataset).metrics.values())


@pytest.mark.parametrize("recipe", KINDS)
def test_items_that_only_the_items_dataset_has_take_part(recipe: str) -> None:
    table = Table(["i0", "new"], {"SHAPE": ["square", "square"]}, frozenset({"SHAPE"}))
    recommender = recommender_for(recipe).fit(checkerboard_of(table=table))
    known = set(recommender.item_ids)
    assert known >= {f"i{item}" for item in range(ITEMS)}
    assert ("new" in known) == (recipe != "aws-hrnn")
    assert np.isfinite(recommender.scores(Query("u1", item_id="new"))).all()


@pytest.mark.parametrize("recipe", KINDS)
def test_a_history_reads_as_it_was_written(recipe: str) -> None:
    rows = Interactions.from_columns(["a", "b", "a"], ["x", "y", "z"], [20, 5, 10], ["Watch", "Click", "Click"])
    recommender = recommender_for(recipe).fit(Dataset(rows))
    assert recommender.history("a") == [Event("z", 10, "Click"), Event("x", 20, "Watch")]
    assert recommender.history("nobody") == []


def test_a_recipe_without_a_recommender_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="aws-none"):
        recommender_for("aws-none")
