"""Measures a trained recipe on every user once, by ten trainings that each hold out a tenth of the users."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_personalize.recommenders.evaluation import evaluate_all
from local_personalize.tasks import TaskFailed
from local_personalize.tasks.publish import published
from local_personalize.tasks.training import columns_of, read

Report = Callable[[float, str], None]
FILE = "folds.json"


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Write folds.json into the model's folder at payload["folder"]: columns over all users; returns nothing.

    What was asked for at training is asked for again, of the data that the dataset group holds now.
    """
    folder = Path(payload["folder"])
    asked = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    _, dataset = read(asked, report)
    try:
        figures = evaluate_all(asked["recipes"][0], dataset, asked["parameters"], progress=report)
    except KeyError as failure:
        raise TaskFailed("User segments are measured at training alone.") from failure
    with published(folder / FILE) as draft:
        draft.write_text(json.dumps(columns_of(figures)), encoding="utf-8")
    return {}
