"""The search of hyperparameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.evaluation import Evaluation, evaluate
from local_personalize.tasks import tuning


def test_the_search_sees_no_user_on_whom_metrics_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    pairs = random.integers((60, 30), size=(900, 2))
    rows = Interactions.from_columns((f"u{u}" for u, _ in pairs), (f"i{i}" for _, i in pairs), range(900))
    reported = set(evaluate("aws-sims", Dataset(rows)).test_users)
    seen: set[str] = set()

    def watched(recipe: str, dataset: Dataset, *arguments: Any, **options: Any) -> Evaluation:
        seen.update(dataset.interactions.user_ids[code] for code in dataset.interactions.users)
        return evaluate(recipe, dataset, *arguments, **options)

    monkeypatch.setattr(tuning, "evaluate", watched)
    config = {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "2"}}
    found = tuning.search("aws-sims", Dataset(rows), {}, config, lambda fraction, text: None)
    assert found.keys() >= {"popularity_discount_factor"}
    assert seen == set(rows.user_ids) - reported
