"""Recommenders: the use cases of domain dataset groups, trained and deployed in one."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, clock, jobs, resources
from local_personalize import recommenders as engine
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException, ResourceInUseException
from local_personalize.jobs import JobKind, Statuses, nothing_to_prepare
from local_personalize.operations import labels, paging, states, trained_models
from local_personalize.operations.recipes import recipe_of
from local_personalize.resources import Document, Resource

KIND = "recommender"
UPDATE, RETRAINING, START, STOP = (f"recommender-{what}" for what in ("update", "retraining", "start", "stop"))
_WITHIN = "latestRecommenderUpdate"


def create_recommender(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the training and deployment of a use case."""
    arn = arns.build(call.region, KIND, request["name"])
    recipe = recipe_of(request["recipeArn"])
    trained_models.check_exploration(request.get("recommenderConfig"))

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        if recipe.domain is None or group.doc.get("domain") != recipe.domain:
            raise InvalidInputException(
                f"The recipe {request['recipeArn']} is not a use case of the domain of {group.arn}."
            )
        states.ensure_room(KIND, resources.count(connection, KIND, group.arn))
        doc = {**request, "recommenderArn": arn, "status": "CREATE PENDING", "_training": trained_models.new_id()}
        doc.setdefault("recommenderConfig", {}).setdefault("minRecommendationRequestsPerSecond", 1)
        doc.pop("tags", None)
        resources.insert(connection, Resource(arn, KIND, group.arn, doc))
        labels.attach(connection, arn, request.get("tags"))
        call.app.jobs.queue(connection, arn, KIND)

    _ensure_trainable(recipe.name)
    call.app.store.write(write)
    return {"recommenderArn": arn}


def describe_recommender(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a recommender with its metrics and its latest update."""
    return {"recommender": resources.get(call.app.store.reader(), request["recommenderArn"], KIND).doc}


def list_recommenders(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the recommenders of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")
    return paging.list_resources(call, request, KIND, "recommenders", lambda one: group in (None, one.parent))


def update_recommender(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue a change of configuration; other columns to train on mean a full retraining."""
    trained_models.check_exploration(request["recommenderConfig"])

    def write(connection: sqlite3.Connection) -> None:
        recommender = _settled(connection, request)
        if recommender.doc["status"] not in ("ACTIVE", "INACTIVE"):
            raise ResourceInUseException(f"Resource Arn {recommender.arn} is in {recommender.doc['status']} state.")
        config = {**recommender.doc["recommenderConfig"], **request["recommenderConfig"]}
        retrains = config.get("trainingDataConfig") != recommender.doc["recommenderConfig"].get("trainingDataConfig")
        now = clock.now()
        times = {"status": "CREATE PENDING", "creationDateTime": now, "lastUpdatedDateTime": now}
        changes: Document = {_WITHIN: {"recommenderConfig": config, **times}}
        if retrains:
            changes["_training"] = trained_models.new_id()
        resources.update(connection, recommender.arn, changes)
        call.app.jobs.queue(connection, recommender.arn, RETRAINING if retrains else UPDATE)

    call.app.store.write(write)
    return {"recommenderArn": request["recommenderArn"]}


def stop_recommender(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Stop an ACTIVE recommender; it answers no longer."""
    return _switch(call, request, "ACTIVE", STOP)


def start_recommender(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Start an INACTIVE recommender again."""
    return _switch(call, request, "INACTIVE", START)


def delete_recommender(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a recommender, active or not."""

    def write(connection: sqlite3.Connection) -> None:
        call.app.jobs.queue_deletion(connection, _settled(connection, request))

    call.app.store.write(write)
    return {}


def _ensure_trainable(recipe: str) -> None:
    try:
        engine.recommender_for(recipe)
    except KeyError:
        raise InvalidInputException(f"The recipe {recipe} cannot be trained on this endpoint.") from None


def _settled(connection: sqlite3.Connection, request: dict[str, Any]) -> Resource:
    recommender = resources.get(connection, request["recommenderArn"], KIND)
    states.ensure_settled(recommender)
    if recommender.doc.get(_WITHIN, {}).get("status") in ("CREATE PENDING", "CREATE IN_PROGRESS"):
        raise ResourceInUseException(f"Resource Arn {recommender.arn} is being updated.")
    return recommender


def _switch(call: Call, request: dict[str, Any], before: str, job: str) -> dict[str, Any]:
    def write(connection: sqlite3.Connection) -> None:
        recommender = _settled(connection, request)
        if recommender.doc["status"] != before:
            raise InvalidInputException(f"Resource Arn {recommender.arn} is not in {before} state.")
        resources.update(connection, recommender.arn, {"status": jobs.KINDS[job].statuses.pending})
        call.app.jobs.queue(connection, recommender.arn, job)

    call.app.store.write(write)
    return {"recommenderArn": request["recommenderArn"]}


def _prepare(app: Application, recommender: Resource) -> dict[str, Any]:
    return _payload(app, recommender, recommender.doc["recommenderConfig"])


def _prepare_retraining(app: Application, recommender: Resource) -> dict[str, Any]:
    return _payload(app, recommender, recommender.doc[_WITHIN]["recommenderConfig"])


def _payload(app: Application, recommender: Resource, config: Document) -> dict[str, Any]:
    recipe = arns.name_of(recommender.doc["recipeArn"])
    return trained_models.payload(app, recommender.parent, [recipe], recommender.doc["_training"], config)


def _finish(app: Application, recommender: Resource, result: dict[str, Any]) -> Document:
    model = recommender.doc["_training"]
    app.models.get(model)
    return {"modelMetrics": result["metrics"], "_model": model}


def _finish_retraining(app: Application, recommender: Resource, result: dict[str, Any]) -> Document:
    """Put the new model in the place of the present one, which answers until then and is removed the next time."""
    if "_replaced" in recommender.doc:
        trained_models.remove(app, recommender.doc["_replaced"])
    config = recommender.doc[_WITHIN]["recommenderConfig"]
    return {**_finish(app, recommender, result), "recommenderConfig": config, "_replaced": recommender.doc["_model"]}


def _finish_update(app: Application, recommender: Resource, payload: dict[str, Any]) -> Document:
    return {"recommenderConfig": recommender.doc[_WITHIN]["recommenderConfig"]}


def _finish_switch(app: Application, recommender: Resource, payload: dict[str, Any]) -> Document:
    return {}


def _forget_model(app: Application, recommender: Resource) -> None:
    for member in ("_model", "_training", "_replaced"):
        if member in recommender.doc:
            trained_models.remove(app, recommender.doc[member])


jobs.KINDS[KIND] = JobKind(_prepare, trained_models.TASK, _finish)
jobs.KINDS[UPDATE] = JobKind(nothing_to_prepare, None, _finish_update, within=_WITHIN)
jobs.KINDS[RETRAINING] = JobKind(_prepare_retraining, trained_models.TASK, _finish_retraining, within=_WITHIN)
jobs.KINDS[STOP] = JobKind(
    nothing_to_prepare, None, _finish_switch, Statuses("STOP PENDING", "STOP IN_PROGRESS", "INACTIVE", "ACTIVE")
)
jobs.KINDS[START] = JobKind(
    nothing_to_prepare, None, _finish_switch, Statuses("START PENDING", "START IN_PROGRESS", "ACTIVE", "INACTIVE")
)
jobs.KINDS["recommender-deletion"] = jobs.deletion(_forget_model)
