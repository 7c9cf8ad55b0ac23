"""The optimizationObjective of a solution: which column of the items counts beside relevance, and how much.

The rules are those of the guide's page optimizing-solution-for-objective.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, group_data
from local_personalize.errors import InvalidInputException
from local_personalize.group_data import NUMBERS
from local_personalize.recommenders.objective import ATTRIBUTE, SENSITIVITY
from local_personalize.resources import Document

RECIPES = (
    "aws-user-personalization",
    "aws-user-personalization-v2",
    "aws-personalized-ranking",
    "aws-personalized-ranking-v2",
)
USUAL_SENSITIVITY = "MEDIUM"
"""Where a request names a column and no sensitivity; the guide leaves it open."""


def parameters(config: Document) -> dict[str, str]:
    """Return what a solutionConfig says of the objective as parameters of training; nothing without one."""
    objective = config.get("optimizationObjective") or {}
    if "itemAttribute" not in objective:
        return {}
    sensitivity = objective.get("objectiveSensitivity", USUAL_SENSITIVITY)
    return {ATTRIBUTE: objective["itemAttribute"], SENSITIVITY: sensitivity}


def check(connection: sqlite3.Connection, group: str, request: dict[str, Any]) -> None:
    """Raise InvalidInputException where a solution's objective does not fit its recipe or the Items dataset."""
    config = request.get("solutionConfig", {})
    objective = config.get("optimizationObjective")
    if not objective:
        return
    name = objective.get("itemAttribute")
    if name is None:
        raise InvalidInputException("optimizationObjective needs an itemAttribute.")
    if arns.name_of(request.get("recipeArn", "")) not in RECIPES:
        raise InvalidInputException(f"optimizationObjective can be used only with the recipes {', '.join(RECIPES)}.")
    _check_column(connection, group, name)
    if not _is_trained_on(name, config.get("trainingDataConfig", {})):
        raise InvalidInputException(f"The itemAttribute {name} must be among the columns used in training.")


def _check_column(connection: sqlite3.Connection, group: str, name: str) -> None:
    items = group_data.dataset_of(connection, group, "Items")
    field = None if items is None else group_data.fields_of(connection, items).get(name)
    if field is None:
        raise InvalidInputException(f"The itemAttribute {name} is not a column of an Items dataset in {group}.")
    if field.type not in NUMBERS or field.nullable:
        raise InvalidInputException(f"The itemAttribute {name} must have a numerical type and can't be null.")


def _is_trained_on(name: str, config: Document) -> bool:
    included = _of_items(config.get("includedDatasetColumns", {}))
    excluded = _of_items(config.get("excludedDatasetColumns", {})) or set()
    return name.upper() not in excluded and (included is None or name.upper() in included)


def _of_items(columns: dict[str, list[str]]) -> set[str] | None:
    """Return the columns named for the Items dataset, in upper case; None where it is not named."""
    return next(({name.upper() for name in names} for kind, names in columns.items() if kind.upper() == "ITEMS"), None)
