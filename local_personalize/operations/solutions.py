"""Solutions: a recipe with its configuration, on a dataset group.

A solution is ACTIVE at once. Versions are trained when asked for, and by schedule (auto_training).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from local_personalize import arns, clock, jobs, recommenders, resources
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException, ResourceInUseException
from local_personalize.hyperparameters import FEATURE_TRANSFORMATIONS, TREND, Hyperparameter
from local_personalize.operations import labels, objectives, paging, states, trained_models
from local_personalize.operations.recipes import recipe_of
from local_personalize.recipe_book import METRICS, Recipe
from local_personalize.resources import Document, Resource

AUTO_ML_RECIPES = ("aws-hrnn", "aws-hrnn-metadata", "aws-user-personalization")
"""What AutoML chooses from where the request names no recipes."""

MOST_DAYS = 30
"""Days between two automatic trainings at most."""


def create_solution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create a solution; nothing is trained yet."""
    _check(request)
    arn = arns.build(call.region, "solution", request["name"])
    doc = {
        "performHPO": False,
        "performAutoML": False,
        "performAutoTraining": True,
        "solutionConfig": {},
        **request,
        "solutionArn": arn,
        "status": "ACTIVE",
    }
    tags = doc.pop("tags", None)

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        objectives.check(connection, group.arn, request)
        states.ensure_room("solution", resources.count(connection, "solution", group.arn))
        resources.insert(connection, Resource(arn, "solution", group.arn, doc))
        labels.attach(connection, arn, tags)

    call.app.store.write(write)
    return {"solutionArn": arn}


def describe_solution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a solution with its latest version."""
    connection = call.app.store.reader()
    solution = resources.get(connection, request["solutionArn"], "solution")
    versions = resources.children(connection, solution.arn, "solution-version")
    latest = {"latestSolutionVersion": versions[-1].doc} if versions else {}
    return {"solution": {**solution.doc, **latest}}


def list_solutions(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the solutions of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")
    return paging.list_resources(call, request, "solution", "solutions", lambda one: group in (None, one.parent))


def update_solution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Change whether and how a solution trains by schedule, and which events it trains on."""
    now = clock.now()
    _check_schedule(request.get("solutionUpdateConfig", {}))

    def write(connection: sqlite3.Connection) -> None:
        solution = resources.get(connection, request["solutionArn"], "solution")
        states.ensure_settled(solution)
        changed: Document = {
            key: request[key] for key in ("performAutoTraining", "performIncrementalUpdate") if key in request
        }
        config: Document = request.get("solutionUpdateConfig", {})
        times = {"status": "ACTIVE", "creationDateTime": now, "lastUpdatedDateTime": now}
        changes = {
            **changed,
            "solutionConfig": {**(solution.doc.get("solutionConfig") or {}), **config},
            "latestSolutionUpdate": {**changed, "solutionUpdateConfig": config, **times},
        }
        resources.update(connection, solution.arn, changes)

    call.app.store.write(write)
    return {"solutionArn": request["solutionArn"]}


def delete_solution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a solution with its versions; not while one is trained or deployed."""

    def write(connection: sqlite3.Connection) -> None:
        solution = resources.get(connection, request["solutionArn"], "solution")
        states.ensure_settled(solution)
        for user in _users(connection, solution):
            raise ResourceInUseException(f"Resource Arn {solution.arn} is in use by {user.arn}.")
        call.app.jobs.queue_deletion(connection, solution)

    call.app.store.write(write)
    return {}


def _users(connection: sqlite3.Connection, solution: Resource) -> Iterator[Resource]:
    """Yield what keeps a solution from being deleted."""
    for version in resources.children(connection, solution.arn, "solution-version"):
        inside = [version, *resources.children(connection, version.arn)]
        yield from filter(states.moves, inside)
    for campaign in resources.children(connection, solution.parent, "campaign"):
        if campaign.doc["solutionVersionArn"].rsplit("/", 1)[0] == solution.arn:
            yield campaign


def _check(request: dict[str, Any]) -> None:
    """Raise InvalidInputException where recipe and configuration do not fit."""
    config = request.get("solutionConfig", {})
    if request.get("performAutoML"):
        if "recipeArn" in request:
            raise InvalidInputException("recipeArn must be omitted when performAutoML is true.")
        _check_auto_ml(config.get("autoMLConfig", {}))
    elif "recipeArn" not in request:
        raise InvalidInputException("recipeArn is required when performAutoML is false.")
    else:
        _check_parameters(_trainable(request["recipeArn"]), config)
    _check_schedule(config)
    try:
        float(config.get("eventValueThreshold") or 0)
    except ValueError:
        raise InvalidInputException(f"eventValueThreshold {config['eventValueThreshold']} is not a number.") from None


def _check_schedule(config: Document) -> None:
    rate = config.get("autoTrainingConfig", {}).get("schedulingExpression", "rate(7 days)")
    if not 1 <= int(rate.removeprefix("rate(").split()[0]) <= MOST_DAYS:
        raise InvalidInputException(f"schedulingExpression {rate} must name 1 to {MOST_DAYS} days.")


def _check_auto_ml(config: Document) -> None:
    for arn in config.get("recipeList", []):
        _trainable(arn)
    metric = config.get("metricName")
    if metric is not None and metric not in METRICS:
        raise InvalidInputException(f"metricName must be one of {', '.join(METRICS)}.")


def _trainable(arn: str) -> Recipe:
    recipe = recipe_of(arn)
    if recipe.domain is not None:
        raise InvalidInputException(f"The recipe {arn} is a use case of a domain: create a recommender with it.")
    try:
        recommenders.recommender_for(recipe.name)
    except KeyError:
        raise InvalidInputException(f"The recipe {arn} cannot be trained on this endpoint.") from None
    return recipe


def _check_parameters(recipe: Recipe, config: Document) -> None:
    featurization = FEATURE_TRANSFORMATIONS[recipe.feature_transformation]
    _check_values(config.get("algorithmHyperParameters", {}), recipe.hyperparameters)
    # AWS takes the trend discovery frequency among these.
    _check_values(config.get("featureTransformationParameters", {}), (*featurization, *TREND))


def _check_values(given: Mapping[str, str], known: tuple[Hyperparameter, ...]) -> None:
    by_name = {parameter.name: parameter for parameter in known}
    for name, value in given.items():
        parameter = by_name.get(name)
        if parameter is None:
            raise InvalidInputException(f"{name} is not a hyperparameter of this recipe.")
        if not _fits(value, parameter):
            low, high = parameter.choices[0], parameter.choices[-1]
            allowed = ", ".join(map(str, parameter.choices)) if parameter.kind == "categorical" else f"{low} to {high}"
            raise InvalidInputException(f"The value {value} of {name} is not among {allowed}.")


def _fits(value: str, parameter: Hyperparameter) -> bool:
    if parameter.kind == "categorical":
        return value.lower() in {str(choice).lower() for choice in parameter.choices}
    low, high = parameter.choices
    try:
        number = int(value) if parameter.kind == "integer" else float(value)
    except ValueError:
        return False
    return float(low) <= number <= float(high)


def _forget_models(app: Application, solution: Resource) -> None:
    for version in resources.children(app.store.reader(), solution.arn, "solution-version"):
        trained_models.remove(app, version.doc["_model"])


jobs.KINDS["solution-deletion"] = jobs.deletion(_forget_models)
