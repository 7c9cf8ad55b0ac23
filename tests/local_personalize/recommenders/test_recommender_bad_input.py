"""Data that no one would wish for: every recipe trains on them and answers with numbers, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from local_personalize.recommenders import load, recommender_for
from local_personalize.recommenders.base import Event, Query
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.evaluation import evaluate
from local_personalize.recommenders.metadata import CATEGORIES, Vocabulary, item_features
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.registry import RECIPES
from local_personalize.recommenders.user_personalization import UserPersonalization

KINDS = sorted({kind.__name__: recipe for recipe, kind in RECIPES.items()}.values())
USERS, ITEMS = 30, 25


def rows(
    user_id: Callable[[int], str] = "u{}".format,
    item_id: Callable[[int], str] = "i{}".format,
    times: Callable[[int], int] = lambda row: row,
) -> Interactions:
    random = np.random.default_rng(4)
    pairs = random.integers(0, (USERS, ITEMS), size=(USERS * 8, 2)).tolist()
    users, items = [user_id(user) for user, _ in pairs], [item_id(item) for _, item in pairs]
    return Interactions.from_columns(users, items, [times(row) for row in range(len(pairs))])


def long_id(number: int) -> str:
    return f"{number:04}" * 64


def table(**columns: list[str | float | None]) -> Table:
    count = len(next(iter(columns.values())))
    return Table([f"i{item}" for item in range(count)], columns, frozenset({"GENRES"}))


CASES: dict[str, Dataset] = {
    "one user": Dataset(rows(user_id=lambda _: "only")),
    "one item": Dataset(rows(item_id=lambda _: "only")),
    "one moment": Dataset(rows(times=lambda _: 1_600_000_000)),
    "the year 1970": Dataset(rows(times=lambda _: 0)),
    "256 characters": Dataset(rows(long_id, long_id)),
    "Arabic and emoji": Dataset(rows("مستخدم {}".format, "🎬🍿{}".format)),
    "signs of other grammars": Dataset(rows("\"'{}|,;\\".format, "<b>{}</b>\n".format)),
    "no genres": Dataset(rows(), table(GENRES=[None] * ITEMS)),
    "some genres": Dataset(rows(), table(GENRES=["", None, "|", "a|", "a|a|b"] * 5)),
    "numbers that are missing": Dataset(rows(), table(PRICE=[None] * ITEMS)),
    "numbers far apart": Dataset(rows(), table(PRICE=[1e-300, 1e300, -1e300, 0.0, None] * 5)),
    "items that are not in Items": Dataset(rows(), Table(["x", "y"], {"GENRES": ["a", "a"]}, frozenset({"GENRES"}))),
    "an item described twice": Dataset(rows(), Table(["i1", "i1"], {"GENRES": ["a", "b"]}, frozenset({"GENRES"}))),
    "an empty Items dataset": Dataset(rows(), Table([], {"GENRES": []}, frozenset({"GENRES"}))),
    "users without interactions": Dataset(rows(), None, Table(["z"], {"AGE": [3.0]})),
    "contexts without values": Dataset(replace(rows(), measures={"HOUR": np.full(USERS * 8, np.nan)})),
}


@pytest.mark.parametrize("recipe", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_scores_are_numbers_and_lists_have_no_duplicates(case: str, recipe: str, tmp_path: Path) -> None:
    dataset = CASES[case]
    model = recommender_for(recipe).fit(dataset)
    model.save(tmp_path)
    ids = model.item_ids
    assert len(set(ids)) == len(ids) >= 1
    queries = [
        Query(model.user_ids[0]),
        Query("nobody"),
        Query("nobody", tuple(Event(ids[0], 2e9) for _ in range(50)), ids[-1], {"HOUR": "3", "": ""}),
        Query(item_id=ids[0]),
    ]
    for query in queries:
        scores = model.scores(query)
        assert scores.shape == (len(ids),)
        assert np.isfinite(scores).all()
        assert np.isfinite(model.publish(scores)).all()
        np.testing.assert_array_equal(load(tmp_path).scores(query), scores)
        listed = best(scores, 25).tolist()
        assert len(listed) == len(set(listed)) == min(25, len(ids))


@pytest.mark.parametrize("case", CASES)
def test_metrics_of_such_data_are_numbers(case: str) -> None:
    for recipe in ("aws-user-personalization", "aws-item-affinity"):
        for name, value in evaluate(recipe, CASES[case]).metrics.items():
            assert 0 <= value <= 1 or name == "hit_at_k", name


def test_a_column_of_very_many_categories_keeps_the_thousand_most_frequent() -> None:
    count = 100_000
    cells: list[str | float | None] = [f"own {row}|pair {row // 2}|{'often' * (row % 3 == 0)}" for row in range(count)]
    items = Table([f"i{row}" for row in range(count)], {"GENRES": cells}, frozenset({"GENRES"}))
    vocabulary = Vocabulary.of(items)
    assert vocabulary.width == CATEGORIES
    features = vocabulary.features(items, list(items.ids))
    assert features.sum(axis=0).tolist() == [-(-count // 3), *[2] * (CATEGORIES - 1)]
    dataset = Dataset(rows(), table(GENRES=[f"own {item}" for item in range(ITEMS)]))
    assert item_features(dataset).shape == (ITEMS, 0)


def test_a_context_of_very_many_values_is_heard() -> None:
    plain = rows()
    codes = np.arange(len(plain), dtype=np.int32) + 100_000
    names = [f"session {number}" for number in range(100_000 + len(plain))]
    model = UserPersonalization.fit(Dataset(replace(plain, contexts={"SESSION": (codes, names)})))
    taken = model.trained.items[7]
    gain = model.scores(Query("x", context={"SESSION": names[100_007]})) - model.scores(Query("x"))
    assert gain.argmax() == taken
    assert gain[taken] > 0 > np.delete(gain, taken).max()
