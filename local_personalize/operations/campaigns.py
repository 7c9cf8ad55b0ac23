"""Campaigns: a solution version, loaded and ready to answer."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, clock, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException, ResourceInUseException
from local_personalize.jobs import JobKind
from local_personalize.operations import labels, paging, states, trained_models
from local_personalize.recipe_book import RECIPES, USER_SEGMENTATION
from local_personalize.resources import Document, Resource

KIND = "campaign"
UPDATE = "campaign-update"
LATEST = "$LATEST"
_UPDATED = ("solutionVersionArn", "minProvisionedTPS", "campaignConfig")


def create_campaign(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the deployment of a solution version."""
    arn = arns.build(call.region, KIND, request["name"])
    trained_models.check_exploration(request.get("campaignConfig"))

    def write(connection: sqlite3.Connection) -> None:
        version = _version(connection, request["solutionVersionArn"], request.get("campaignConfig", {}))
        group = version.doc["datasetGroupArn"]
        states.ensure_room(KIND, resources.count(connection, KIND, group))
        doc = {
            "minProvisionedTPS": 1,
            **request,
            "solutionVersionArn": version.arn,
            "campaignArn": arn,
            "status": "CREATE PENDING",
        }
        doc.pop("tags", None)
        resources.insert(connection, Resource(arn, KIND, group, doc))
        labels.attach(connection, arn, request.get("tags"))
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"campaignArn": arn}


def describe_campaign(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a campaign and its latest update."""
    return {"campaign": resources.get(call.app.store.reader(), request["campaignArn"], KIND).doc}


def list_campaigns(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the campaigns of the region, or of one solution."""
    solution = request.get("solutionArn")

    def is_wanted(campaign: Resource) -> bool:
        return solution in (None, _solution(campaign))

    return paging.list_resources(call, request, KIND, "campaigns", is_wanted)


def update_campaign(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the deployment of another version or configuration; the present one answers until then."""
    trained_models.check_exploration(request.get("campaignConfig"))

    def write(connection: sqlite3.Connection) -> None:
        campaign = resources.get(connection, request["campaignArn"], KIND)
        if not _is_there(campaign):
            raise ResourceInUseException(f"Resource Arn {campaign.arn} is in {campaign.doc['status']} state.")
        changes = {key: request[key] for key in _UPDATED if key in request}
        config = changes.get("campaignConfig") or campaign.doc.get("campaignConfig") or {}
        if "solutionVersionArn" in changes:
            version = _version(connection, changes["solutionVersionArn"], config)
            if version.doc["datasetGroupArn"] != campaign.parent:
                raise InvalidInputException(f"{version.arn} is not in the dataset group of {campaign.arn}.")
            changes["solutionVersionArn"] = version.arn
        _queue_update(call.app, connection, campaign, changes)

    call.app.store.write(write)
    return {"campaignArn": request["campaignArn"]}


def delete_campaign(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a campaign; the solution version stays."""

    def write(connection: sqlite3.Connection) -> None:
        campaign = resources.get(connection, request["campaignArn"], KIND)
        states.ensure_settled(campaign)
        if _updating(campaign):
            raise ResourceInUseException(f"Resource Arn {campaign.arn} is being updated.")
        call.app.jobs.queue_deletion(connection, campaign)

    call.app.store.write(write)
    return {}


def follow_latest(app: Application, connection: sqlite3.Connection, version_arn: str) -> None:
    """Queue the update of the campaigns that follow a solution's latest version, once there is one."""
    version = resources.get(connection, version_arn)
    for campaign in resources.children(connection, version.doc["datasetGroupArn"], KIND):
        if _solution(campaign) == version.parent:
            _catch_up(app, connection, campaign.arn)


def _catch_up(app: Application, connection: sqlite3.Connection, arn: str) -> None:
    """Queue the update of a campaign that follows its solution; one that moves catches up when it has settled."""
    campaign = resources.get(connection, arn)
    follows = campaign.doc.get("campaignConfig", {}).get("syncWithLatestSolutionVersion")
    if follows and _is_there(campaign) and not _updating(campaign):
        newest = _active(connection, _solution(campaign))[-1:]
        if newest and newest[0].arn != campaign.doc["solutionVersionArn"]:
            _queue_update(app, connection, campaign, {"solutionVersionArn": newest[0].arn})


def _queue_update(app: Application, connection: sqlite3.Connection, campaign: Resource, changes: Document) -> None:
    if _updating(campaign):
        raise ResourceInUseException(f"Resource Arn {campaign.arn} is being updated.")
    now = clock.now()
    present = {key: campaign.doc[key] for key in _UPDATED if key in campaign.doc}
    times = {"status": "CREATE PENDING", "creationDateTime": now, "lastUpdatedDateTime": now}
    resources.update(connection, campaign.arn, {"latestCampaignUpdate": {**present, **changes, **times}})
    app.jobs.queue(connection, campaign.arn, UPDATE)


def _solution(campaign: Resource) -> str:
    return str(campaign.doc["solutionVersionArn"].rsplit("/", 1)[0])


def _is_there(campaign: Resource) -> bool:
    return campaign.doc["status"] in ("ACTIVE", "CREATE FAILED")


def _updating(campaign: Resource) -> bool:
    return campaign.doc.get("latestCampaignUpdate", {}).get("status") in ("CREATE PENDING", "CREATE IN_PROGRESS")


def _version(connection: sqlite3.Connection, arn: str, config: Document) -> Resource:
    """Return the solution version to deploy; SOLUTION/$LATEST is the newest trained one."""
    solution, _, last = arn.rpartition("/")
    if last == LATEST:
        resources.get(connection, solution, "solution")
        active = _active(connection, solution)
        if not active:
            raise InvalidInputException(f"The solution {solution} has no ACTIVE solution version.")
        version = active[-1]
    elif config.get("syncWithLatestSolutionVersion"):
        raise InvalidInputException(
            f"syncWithLatestSolutionVersion needs a solutionVersionArn of the form SolutionArn/{LATEST}."
        )
    else:
        version = resources.get(connection, arn, "solution-version")
    states.ensure_active(version)
    if RECIPES[arns.name_of(version.doc["recipeArn"])].type == USER_SEGMENTATION:
        raise InvalidInputException(f"{version.arn} makes user segments, which a batch segment job asks for.")
    return version


def _active(connection: sqlite3.Connection, solution: str) -> list[Resource]:
    """Return the versions of a solution that can be deployed, the newest last."""
    versions = resources.children(connection, solution, "solution-version")
    return [version for version in versions if version.doc["status"] == "ACTIVE"]


def _load(app: Application, version_arn: str) -> Document:
    """Load the model of a version; returns what answering needs to know of it."""
    version = resources.get(app.store.reader(), version_arn, "solution-version")
    app.models.get(version.doc["_model"])
    return {"_model": version.doc["_model"]}


def _prepare(app: Application, campaign: Resource) -> dict[str, Any]:
    return _load(app, campaign.doc["solutionVersionArn"])


def _prepare_update(app: Application, campaign: Resource) -> dict[str, Any]:
    return _load(app, campaign.doc["latestCampaignUpdate"]["solutionVersionArn"])


def _finish(app: Application, campaign: Resource, loaded: dict[str, Any]) -> Document:
    return loaded


def _finish_update(app: Application, campaign: Resource, loaded: dict[str, Any]) -> Document:
    update = campaign.doc["latestCampaignUpdate"]
    deployed = {key: update[key] for key in _UPDATED if key in update}
    return {**deployed, **loaded, "status": "ACTIVE", "failureReason": None}


jobs.KINDS[KIND] = JobKind(_prepare, None, _finish, then=_catch_up)
jobs.KINDS[UPDATE] = JobKind(_prepare_update, None, _finish_update, within="latestCampaignUpdate", then=_catch_up)
jobs.KINDS["campaign-deletion"] = jobs.deletion()
