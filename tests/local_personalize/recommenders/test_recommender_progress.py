"""A training says how far it is at every step that takes long, and never goes back."""

from __future__ import annotations

import numpy as np
import pytest

from local_personalize.recommenders import ease, recommender_for, transitions
from local_personalize.recommenders.dataset import Dataset, Interactions


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    random = np.random.default_rng(0)
    users, items = random.integers(60, size=1500), random.integers(40, size=1500)
    return Dataset(Interactions.from_columns(map(str, users), map(str, items), range(1500)))


@pytest.mark.parametrize("recipe", ["aws-user-personalization", "aws-similar-items"])
def test_progress_ascends_and_tells_of_each_block(
    dataset: Dataset, recipe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transitions, "BLOCK_PAIRS", 32 * 300)  # 300 of 1,500 events a block
    monkeypatch.setattr(ease, "BLOCK", 10)  # of 40 items
    told: list[tuple[float, str]] = []
    recommender_for(recipe).fit(dataset, progress=lambda fraction, text: told.append((fraction, text)))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < 0.2
    assert 0.8 < fractions[-1] <= 1
    texts = [text for _, text in told]
    assert texts.count("Learning which items go together") >= 4
    assert texts.count("Learning which items follow") >= 5
    assert ("Choosing weights on an inner split of the users" in texts) == (recipe == "aws-user-personalization")
