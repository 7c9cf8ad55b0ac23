"""What solution versions and recommenders share: how a training is described, and where its model lies."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from typing import Any

from local_personalize import resources
from local_personalize.application import Application
from local_personalize.errors import InvalidInputException
from local_personalize.exploration import Exploration
from local_personalize.operations import objectives
from local_personalize.recipe_book import METRICS, RECIPES
from local_personalize.resources import Document
from local_personalize.tasks import TaskFailed

TASK = "local_personalize.tasks.training:run"


def new_id() -> str:
    """Return a new model id: 8 hexadecimal digits."""
    return secrets.token_hex(4)


def payload(
    app: Application, group: str, recipes: Sequence[str], model: str, config: Document, *, tune: bool = False
) -> dict[str, Any]:
    """Return what the training task needs; of several recipes it keeps the best.

    config is a solutionConfig with eventType in it, or a recommenderConfig.
    """
    if resources.find(app.store.reader(), group, "dataset-group") is None:
        raise TaskFailed(f"Resource Arn {group} does not exist.")
    training = config.get("trainingDataConfig", {})
    return {
        "data": str(app.data),
        "group": group,
        "recipes": list(recipes),
        "model": model,
        "events": _events(recipes[0], config),
        "parameters": {
            **config.get("featureTransformationParameters", {}),
            **config.get("algorithmHyperParameters", {}),
            **objectives.parameters(config),
        },
        "tune": config.get("hpoConfig", {}) if tune else None,
        "metric": config.get("autoMLConfig", {}).get("metricName") or METRICS[4],
        "included": _by_type(training.get("includedDatasetColumns", {})),
        "excluded": _by_type(training.get("excludedDatasetColumns", {})),
    }


def _by_type(columns: dict[str, list[str]]) -> dict[str, list[str]]:
    return {kind.upper(): [name.upper() for name in names] for kind, names in columns.items()}


def _events(recipe: str, config: Document) -> list[dict[str, Any]]:
    """Return which events to train on; none named means all."""
    listed = config.get("eventsConfig", {}).get("eventParametersList", [])
    if listed:
        names = {"type": "eventType", "threshold": "eventValueThreshold", "weight": "weight"}
        return [{name: event.get(member) for name, member in names.items()} for event in listed]
    event_type = config.get("eventType") or RECIPES[recipe].trains_on
    threshold = config.get("eventValueThreshold")
    if event_type is None and not threshold:
        return []
    return [{"type": event_type, "threshold": float(threshold) if threshold else None}]


def remove(app: Application, model: str) -> None:
    """Remove a model from memory and from the disk."""
    app.models.forget(model)
    shutil.rmtree(app.models.folder(model), ignore_errors=True)


def check_exploration(config: Document | None) -> None:
    """Raise InvalidInputException where the itemExplorationConfig in a configuration is out of range."""
    try:
        Exploration.of((config or {}).get("itemExplorationConfig", {}))
    except ValueError as failure:
        raise InvalidInputException(str(failure)) from failure
