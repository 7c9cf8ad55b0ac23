"""Searches hyperparameters: trains with several choices and keeps the best, as performHPO asks."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from local_personalize.hyperparameters import Hyperparameter
from local_personalize.recipe_book import RECIPES
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.evaluation import USUAL_NDCG, evaluate
from local_personalize.recommenders.splitting import TEST_USERS, hold_out

Report = Callable[[float, str], None]

TRIALS = 6
"""Trainings where the request names no maxNumberOfTrainingJobs; each takes as long as the training itself."""

REPORTED, SPLIT = 0, 1
"""Seeds of the user splits: of the reported metrics, and of the comparison, which sees none of their test users."""


def search(
    recipe: str, dataset: Dataset, parameters: Mapping[str, str], config: Mapping[str, Any], report: Report
) -> dict[str, str]:
    """Return the best values of the recipe's tunable hyperparameters; config is an hpoConfig.

    The defaults are tried first, then random choices within the ranges.
    """
    ranges = _ranges(RECIPES[recipe].hyperparameters, config.get("algorithmHyperParameterRanges", {}))
    if not ranges:
        return {}
    limit = int(config.get("hpoResourceConfig", {}).get("maxNumberOfTrainingJobs") or TRIALS)
    draw, dataset = random.Random(0), _without_test_users(dataset)
    best_score, best = -1.0, {}
    for trial in range(limit):
        report(trial / limit, f"Trying hyperparameters, {trial + 1} of {limit}")
        chosen = {one.name: _value(one, parameters, draw, first=trial == 0) for one in ranges}
        figures = evaluate(recipe, dataset, {**parameters, **chosen}, seed=SPLIT).per_user[USUAL_NDCG]
        score = sum(map(float, figures)) / max(len(figures), 1)
        if score > best_score:
            best_score, best = score, chosen
    return best


def _without_test_users(dataset: Dataset) -> Dataset:
    """Return the data of the users on whom the reported metrics are not measured."""
    rows = dataset.interactions
    reported = hold_out(rows.user_ids, TEST_USERS, REPORTED)
    return replace(dataset, interactions=rows.where(~reported[rows.users]))


def _ranges(known: tuple[Hyperparameter, ...], asked: Mapping[str, Any]) -> list[Hyperparameter]:
    """Return the tunable hyperparameters, with the ranges that the request gives for some or all."""
    given: dict[str, Mapping[str, Any]] = {entry["name"]: entry for entries in asked.values() for entry in entries}
    tunable = [one for one in known if one.tunable and (not given or one.name in given)]
    return [_narrowed(one, given.get(one.name, {})) for one in tunable]


def _narrowed(known: Hyperparameter, entry: Mapping[str, Any]) -> Hyperparameter:
    low, high = known.choices[0], known.choices[-1]
    choices = tuple(entry.get("values") or known.choices)
    if known.kind != "categorical":
        choices = (entry.get("minValue", low), entry.get("maxValue", high))
    return Hyperparameter(known.name, known.default, known.kind, choices)


def _value(one: Hyperparameter, parameters: Mapping[str, str], draw: random.Random, *, first: bool) -> str:
    if one.kind == "categorical":
        return one.default if first and one.default in one.choices else str(draw.choice(one.choices))
    low, high = (float(bound) for bound in one.choices)
    number = min(max(float(parameters.get(one.name, one.default)), low), high) if first else draw.uniform(low, high)
    return str(round(number)) if one.kind == "integer" else f"{number:.4g}"
