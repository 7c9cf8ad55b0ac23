"""Deletes a whole dataset group in the order that the service accepts, and says what goes and what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from services.catalog import catalog_source
from services.connection import Connection
from services.deletion import delete, delete_plan, vanishing
from services.errors import Problem, explain, is_unreachable
from services.progress import Cancelled, Progress
from services.resources import Resource, describe, name_of
from services.statuses import ACTIVE


@dataclass(frozen=True, slots=True)
class TearDown:
    """A plan: the deletions in order, what goes along with them, what stays, and what must be waited for."""

    group: Resource
    steps: tuple[Resource, ...]
    """Schemas come last; one that another dataset group uses stays."""
    along: tuple[Resource, ...]
    files: tuple[str, ...]
    """S3 URIs of what was imported; they stay."""
    busy: tuple[Resource, ...]


def plan(connection: Connection, resources: Sequence[Resource]) -> TearDown:
    """Return what deleting the dataset group among the resources takes. Raises ClientError."""
    group = next(resource for resource in resources if resource.kind == "dataset-group")
    deletions = delete_plan(resources, group.arn)
    schemas = [describe(connection, resource)["schemaArn"] for resource in resources if resource.kind == "dataset"]
    kept = [_schema(arn) for arn in dict.fromkeys(schemas)]
    jobs = [found for found in resources if found.kind == "dataset-import-job" and found.status == ACTIVE]
    sources = [describe(connection, job)["dataSource"]["dataLocation"] for job in jobs]
    files = dict.fromkeys([*sources, catalog_source(connection, group.arn)])
    return TearDown(
        group=group,
        steps=(*deletions, *kept),
        along=tuple(vanishing(resources, deletions)),
        files=tuple(filter(None, files)),
        busy=tuple(resource for resource in resources if resource.moving),
    )


def tear_down(connection: Connection, wanted: TearDown, progress: Progress) -> None:
    """Do what the plan says, step by step; a failure stops it there and leaves the rest. Raises Problem, Cancelled."""
    for done, resource in enumerate(wanted.steps):
        try:
            with progress.step(f"Delete {resource.label.lower()} {resource.name}") as step:
                if not _deleted(connection, resource):
                    step.text = f"Keep {resource.label.lower()} {resource.name}: something else uses it"
        except Cancelled:
            raise
        except Exception as failure:
            if is_unreachable(failure):
                raise
            told = explain(failure)
            raise Problem(
                f"Stopped at {resource.label.lower()} {resource.name}",
                f"{told.body} {done} of {len(wanted.steps)} are deleted, the rest is untouched. Begin again to go on.",
            ) from failure


def _deleted(connection: Connection, resource: Resource) -> bool:
    """Delete a resource; a schema that is in use elsewhere is left."""
    try:
        delete(connection, resource)
    except ClientError as refused:
        if resource.kind != "schema" or refused.response["Error"]["Code"] != "ResourceInUseException":
            raise
        return False
    return True


def _schema(arn: str) -> Resource:
    return Resource(arn, "schema", name_of(arn), "ACTIVE", "", None, None)
