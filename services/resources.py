"""Everything in a dataset group: what it is, how it is doing, and what depends on what."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from services import statuses
from services.connection import Connection

READERS = 6
"""Calls that are under way at once; boto3 keeps ten connections."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of resource as boto3 names it."""

    name: str
    """As ARNs have it, "solution-version" apart: dataset-group, campaign."""
    label: str
    operation: str
    """The part of an operation's name: describe_<operation>."""
    arn: str
    """The request member that carries its ARN."""

    @property
    def answer(self) -> str:
        """Return the member of Describe's answer that holds the resource."""
        return self.arn.removesuffix("Arn")

    @property
    def name_member(self) -> str:
        """Return the member that holds the resource's name."""
        return "jobName" if self.arn.endswith("JobArn") else "name"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("dataset-group", "Dataset group", "dataset_group", "datasetGroupArn"),
        Kind("schema", "Schema", "schema", "schemaArn"),
        Kind("dataset", "Dataset", "dataset", "datasetArn"),
        Kind("dataset-import-job", "Import job", "dataset_import_job", "datasetImportJobArn"),
        Kind("solution", "Solution", "solution", "solutionArn"),
        Kind("solution-version", "Solution version", "solution_version", "solutionVersionArn"),
        Kind("campaign", "Campaign", "campaign", "campaignArn"),
        Kind("recommender", "Recommender", "recommender", "recommenderArn"),
        Kind("event-tracker", "Event tracker", "event_tracker", "eventTrackerArn"),
        Kind("filter", "Filter", "filter", "filterArn"),
        Kind("batch-inference-job", "Batch inference job", "batch_inference_job", "batchInferenceJobArn"),
        Kind("batch-segment-job", "Batch segment job", "batch_segment_job", "batchSegmentJobArn"),
    )
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as lists show it."""

    arn: str
    kind: str
    name: str
    status: str
    parent: str
    """ARN of what it was made from: a campaign's is its solution version; a dataset group has none."""
    created: datetime | None
    updated: datetime | None
    recipe: str = ""
    failure: str = ""

    @property
    def label(self) -> str:
        """Return its type in words."""
        return KINDS[self.kind].label

    @property
    def moving(self) -> bool:
        """Tell whether its status will change by itself."""
        return statuses.is_moving(self.status)


def name_of(arn: str) -> str:
    """Return the last part of an ARN, of a version the solution's name too: "top-picks/1bbe77cf"."""
    parts = arn.split(":", 5)[-1].split("/")
    return "/".join(parts[1:]) if parts[0] == "solution" else parts[-1]


def list_resources(connection: Connection, dataset_group: str) -> list[Resource]:
    """Return the dataset group and everything in it, parents before children. Raises ClientError."""
    personalize = connection.client("personalize")
    kinds = ("dataset", "solution", "recommender", "event-tracker", "filter")
    group, inference, segments, datasets, solutions, *others = _at_once(
        partial(_dataset_group, personalize, dataset_group),
        # These name their solution version, so all of the account take fewer calls than those of each version.
        *(partial(_children, personalize, kind) for kind in ("batch-inference-job", "batch-segment-job")),
        *(partial(_children, personalize, kind, datasetGroupArn=dataset_group) for kind in kinds),
    )
    made = _at_once(
        *(partial(_children, personalize, "dataset-import-job", datasetArn=dataset.arn) for dataset in datasets),
        *(partial(_of_solution, personalize, solution) for solution in solutions),
    )
    found = list(chain(group, datasets, *made, *others))
    known = {resource.arn for resource in found}
    return found + [job for job in (*inference, *segments) if job.parent in known]


def names_in_use(connection: Connection, kind: str) -> set[str]:
    """Return the names of all resources of a kind: they are unique in the account, not in a dataset group.

    Raises ClientError.
    """
    return {found.name for found in _children(connection.client("personalize"), kind)}


def has_data(resources: Iterable[Resource], dataset_type: str) -> bool:
    """Tell whether an import into the dataset of that type has succeeded, so that more can be added."""
    jobs = (found for found in resources if found.kind == "dataset-import-job" and found.status == statuses.ACTIVE)
    return any(job.parent.endswith(f"/{dataset_type.upper()}") for job in jobs)


def describe(connection: Connection, resource: Resource) -> dict[str, Any]:
    """Return what Describe says of a resource. Raises ClientError."""
    kind = KINDS[resource.kind]
    operation = getattr(connection.client("personalize"), f"describe_{kind.operation}")
    answer: dict[str, Any] = operation(**{kind.arn: resource.arn})[kind.answer]
    return answer


def _at_once(*readers: Callable[[], list[Resource]]) -> list[list[Resource]]:
    """Read side by side: on AWS a call takes as long as many others do. Whoever hears of calls hears of these."""
    with ThreadPoolExecutor(READERS) as pool:
        begun = [pool.submit(contextvars.copy_context().run, reader) for reader in readers]
        return [reading.result() for reading in begun]


def _dataset_group(personalize: Any, arn: str) -> list[Resource]:
    group = personalize.describe_dataset_group(datasetGroupArn=arn)["datasetGroup"]
    return [_resource(KINDS["dataset-group"], group, "")]


def _of_solution(personalize: Any, solution: Resource) -> list[Resource]:
    versions = _children(personalize, "solution-version", solutionArn=solution.arn)
    campaigns = _children(personalize, "campaign", solutionArn=solution.arn)
    return [
        solution,
        *(replace(version, name=name_of(version.arn), recipe=solution.recipe) for version in versions),
        *(_campaign(personalize, campaign, solution.recipe) for campaign in campaigns),
    ]


def _campaign(personalize: Any, campaign: Resource, recipe: str) -> Resource:
    """Take the version from Describe: the list does not say it."""
    described = personalize.describe_campaign(campaignArn=campaign.arn)["campaign"]
    update = described.get("latestCampaignUpdate", {})
    # A campaign that is being updated serves, and is ACTIVE; the update's own status tells that something moves.
    shown = (
        {**described, "status": update["status"]} if statuses.is_moving(update.get("status", "ACTIVE")) else described
    )
    return _resource(KINDS["campaign"], {**shown, "recipeArn": recipe}, described["solutionVersionArn"])


def _children(personalize: Any, kind_name: str, **parent: str) -> list[Resource]:
    kind = KINDS[kind_name]
    operation = f"list_{kind.operation}s"
    key = "Filters" if kind_name == "filter" else kind.answer + "s"
    listed = personalize.get_paginator(operation).paginate(**parent).search(f"{key}[]")
    return [_resource(kind, summary, next(iter(parent.values()), "")) for summary in listed]


def _resource(kind: Kind, doc: dict[str, Any], parent: str) -> Resource:
    return Resource(
        arn=doc[kind.arn],
        kind=kind.name,
        name=doc.get(kind.name_member) or name_of(doc[kind.arn]),
        status=doc["status"],
        parent=parent or doc.get("solutionVersionArn", ""),
        created=doc.get("creationDateTime"),
        updated=doc.get("lastUpdatedDateTime"),
        recipe=doc.get("recipeArn", "").rsplit("/", 1)[-1],
        failure=doc.get("failureReason", ""),
    )
