"""Solution versions: trained models, and how well they do."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.errors import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
)
from local_personalize.jobs import JobKind, Statuses, nothing_to_prepare
from local_personalize.operations import campaigns, labels, paging, states, trained_models
from local_personalize.operations.solutions import AUTO_ML_RECIPES
from local_personalize.recipe_book import RECIPES
from local_personalize.resources import Document, Resource

KIND = "solution-version"
STOP = "solution-version-stop"
STOP_SECONDS = 0.15
STOPPING = Statuses("CREATE STOPPING", "CREATE STOPPING", "CREATE STOPPED", "CREATE STOPPED")
"""What a training that runs passes through when it is stopped; one that waits is stopped at once."""

_OF_THE_SOLUTION = (
    "performHPO",
    "performAutoML",
    "performIncrementalUpdate",
    "recipeArn",
    "eventType",
    "solutionConfig",
)


def create_solution_version(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the training of a new version of a solution."""
    arn = call.app.store.write(lambda connection: queue_version(call.app, connection, request))
    return {"solutionVersionArn": arn}


def queue_version(
    app: Application, connection: sqlite3.Connection, request: dict[str, Any], *, automatic: bool = False
) -> str:
    """Insert a version and queue its training, in a transaction; returns its ARN."""
    version_id = trained_models.new_id()
    arn = f"{request['solutionArn']}/{version_id}"
    solution = resources.get(connection, request["solutionArn"], "solution")
    states.ensure_settled(solution)
    siblings = resources.children(connection, solution.arn, KIND)
    states.ensure_few_moving(KIND, resources.of_kind(connection, KIND), arns.region_of(solution.arn))
    _check_name(request, siblings)
    own = {
        "solutionVersionArn": arn,
        "trainingType": "AUTOMATIC" if automatic else "MANUAL",
        "_model": version_id,
        "_events": group_data.last_event(connection, solution.parent),
    }
    resources.insert(connection, Resource(arn, KIND, solution.arn, {**_document(request, solution, siblings), **own}))
    labels.attach(connection, arn, request.get("tags"))
    app.jobs.queue(connection, arn, KIND)
    return arn


def _document(request: dict[str, Any], solution: Resource, siblings: list[Resource]) -> Document:
    mode = request.get("trainingMode", "FULL")
    if mode == "UPDATE":
        _check_updatable(solution, siblings)
    return {
        **{key: solution.doc[key] for key in _OF_THE_SOLUTION if key in solution.doc},
        "name": request.get("name"),
        "solutionArn": solution.arn,
        "datasetGroupArn": solution.parent,
        "trainingMode": mode,
        "status": "CREATE PENDING",
    }


def describe_solution_version(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a version; tunedHPOParams only where hyperparameters were to be searched."""
    return {"solutionVersion": _get(call, request).doc}


def list_solution_versions(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the versions of the region, or of one solution."""
    solution = request.get("solutionArn")
    if solution is not None:
        resources.get(call.app.store.reader(), solution, "solution")
    return paging.list_resources(call, request, KIND, "solutionVersions", lambda one: solution in (None, one.parent))


def get_solution_metrics(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Return the metrics of a trained version, by name and to four decimals as AWS does."""
    version = _get(call, request)
    if states.moves(version):
        raise ResourceInUseException(f"Resource Arn {version.arn} is in {version.doc['status']} state.")
    states.ensure_active(version)
    metrics = {name: round(value, 4) for name, value in sorted(version.doc["_metrics"].items())}
    return {"solutionVersionArn": version.arn, "metrics": metrics}


def stop_solution_version_creation(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Stop a training that waits or runs; it cannot be resumed."""

    def write(connection: sqlite3.Connection) -> None:
        version = resources.get(connection, request["solutionVersionArn"], KIND)
        if version.doc["status"] not in ("CREATE PENDING", "CREATE IN_PROGRESS"):
            raise InvalidInputException(
                f"Resource Arn {version.arn} is in {version.doc['status']} state; only a creation can be stopped."
            )
        if version.doc["status"] == "CREATE PENDING":
            resources.update(connection, version.arn, {"status": STOPPING.done})
        else:
            resources.update(connection, version.arn, {"status": STOPPING.pending})
            call.app.jobs.queue(connection, version.arn, STOP, STOP_SECONDS)

    call.app.store.write(write)
    call.app.jobs.stop_job(request["solutionVersionArn"])
    return {}


def _get(call: Call, request: dict[str, Any]) -> Resource:
    return resources.get(call.app.store.reader(), request["solutionVersionArn"], KIND)


def _check_name(request: dict[str, Any], siblings: list[Resource]) -> None:
    name = request.get("name")
    if name is not None and any(sibling.doc.get("name") == name for sibling in siblings):
        raise ResourceAlreadyExistsException(f"Another version of this solution is named {name}.")


def _check_updatable(solution: Resource, siblings: list[Resource]) -> None:
    recipe = RECIPES.get(arns.name_of(solution.doc.get("recipeArn", "")))
    full = [one for one in siblings if one.doc["trainingMode"] == "FULL" and one.doc["status"] == "ACTIVE"]
    if recipe is None or not recipe.updatable or not full:
        raise InvalidInputException(
            "The UPDATE training mode needs an ACTIVE solution version trained with FULL, and the recipe "
            "aws-user-personalization or aws-hrnn-coldstart."
        )


def _prepare(app: Application, version: Resource) -> dict[str, Any]:
    doc = version.doc
    config = {**doc.get("solutionConfig", {}), "eventType": doc.get("eventType")}
    if "recipeArn" in doc:
        recipes = [arns.name_of(doc["recipeArn"])]
    else:
        listed = config.get("autoMLConfig", {}).get("recipeList", [])
        recipes = [arns.name_of(arn) for arn in listed] or list(AUTO_ML_RECIPES)
    group, tune = doc["datasetGroupArn"], doc["performHPO"]
    return trained_models.payload(app, group, recipes, doc["_model"], config, tune=tune)


def _finish(app: Application, version: Resource, result: dict[str, Any]) -> Document:
    recipe = arns.built_in("recipe", result["recipe"])
    changes = {"recipeArn": recipe, "trainingHours": result["hours"], "_metrics": result["metrics"]}
    if version.doc["performHPO"]:
        changes["tunedHPOParams"] = {"algorithmHyperParameters": result["tuned"]}
    if version.doc["performAutoML"]:
        best = {"autoMLResult": {"bestRecipeArn": recipe}}
        app.store.write(lambda connection: resources.update(connection, version.parent, best))
    return changes


def _finish_stop(app: Application, version: Resource, payload: dict[str, Any]) -> Document:
    return {}


jobs.KINDS[STOP] = JobKind(nothing_to_prepare, None, _finish_stop, STOPPING)
jobs.KINDS[KIND] = JobKind(_prepare, trained_models.TASK, _finish, then=campaigns.follow_latest)
