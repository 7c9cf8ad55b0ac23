"""Which events a training takes: by type, by the value of each type, and how much each counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from local_personalize.recommenders.dataset import Interactions
from local_personalize.tasks.chosen_events import choose

TYPES = ["watch", "Click", "watch", "buy", "click", "Watch"]
VALUES = [0.2, 5.0, 0.5, np.nan, 1.0, 0.9]
ITEMS = list("abcdef")


@pytest.fixture
def rows() -> Interactions:
    return Interactions.from_columns(["u1", "u1", "u2", "u2", "u3", "u3"], ITEMS, range(6), TYPES, VALUES)


def event(kind: str | None = None, threshold: float | None = None, weight: float | None = None) -> dict[str, Any]:
    return {"type": kind, "threshold": threshold, "weight": weight}


@pytest.mark.parametrize(
    ("events", "kept"),
    [
        ([], "abcdef"),
        ([event("WATCH")], "acf"),
        ([event("watch", 0.5)], "cf"),
        ([event(None, 0.9)], "bef"),
        ([event("watch", 0.5), event("click", 2.0)], "bcf"),
        ([event("watch", 0.9), event("buy")], "df"),
        ([event("buy", 0.0)], ""),
        ([event("like")], ""),
    ],
)
def test_each_type_has_its_own_threshold(rows: Interactions, events: list[dict[str, Any]], kept: str) -> None:
    chosen = choose(rows, events)
    assert sorted(chosen.item_ids[item] for item in chosen.items) == list(kept)
    assert sorted(chosen.item_ids) == list(kept)  # nothing is left of what was not chosen
    assert chosen.weights is None


def test_each_type_has_its_own_weight_and_the_rest_count_fully(rows: Interactions) -> None:
    chosen = choose(rows, [event("watch", weight=0.25), event("buy"), event("click", 2.0, 0.5)])
    assert chosen.weights is not None
    weights = {chosen.item_ids[item]: float(weight) for item, weight in zip(chosen.items, chosen.weights, strict=True)}
    assert weights == {"a": 0.25, "c": 0.25, "f": 0.25, "d": 1.0, "b": 0.5}
