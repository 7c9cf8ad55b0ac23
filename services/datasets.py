"""Makes dataset groups, schemas, datasets and import jobs where they are missing, and waits for them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from services import statuses
from services.connection import Connection
from services.errors import Problem
from services.local_insights import read_progress
from services.progress import Progress, Step

ROLE_SECONDS = 60.0
"""How long AWS may take until a new role can be used."""
Undo = list[Callable[[], object]]
"""What takes back what was made, in the order in which it was made."""


def ensure_dataset_group(connection: Connection, name: str, domain: str, undo: Undo, progress: Progress) -> str:
    """Return the ARN of the dataset group of that name, made where it is missing and waited for. Raises Problem."""
    personalize = connection.client("personalize")
    pages = personalize.get_paginator("list_dataset_groups").paginate()
    arn = next(pages.search(f"datasetGroups[?name=='{name}'].datasetGroupArn"), None)
    if arn is None:
        arn = personalize.create_dataset_group(name=name, **({"domain": domain} if domain else {}))["datasetGroupArn"]
        undo.append(lambda: remove(connection, "dataset_group", arn))
    wait(connection, "dataset_group", arn, progress)
    return str(arn)


def ensure_dataset(
    connection: Connection, group: str, dataset_type: str, schema: str, undo: Undo, progress: Progress
) -> str:
    """Return the ARN of the group's dataset of that type, made with its schema where it is missing.

    Raises Problem where the dataset is there with other columns.
    """
    personalize = connection.client("personalize")
    pages = personalize.get_paginator("list_datasets").paginate(datasetGroupArn=group)
    for found in pages.search("datasets[]"):
        if found["datasetType"].casefold() == dataset_type.casefold():
            _check_columns(connection, found["datasetArn"], schema)
            return str(found["datasetArn"])
    name = f"{group.rsplit('/', 1)[-1]}-{dataset_type.lower()}"
    schema_arn = _ensure_schema(connection, name, schema, undo)
    arn = personalize.create_dataset(
        name=name, schemaArn=schema_arn, datasetGroupArn=group, datasetType=dataset_type
    )["datasetArn"]  # fmt: skip
    undo.append(lambda: remove(connection, "dataset", arn))
    wait(connection, "dataset", arn, progress)
    return str(arn)


def import_data(connection: Connection, dataset: str, uri: str, role: str, mode: str = "FULL") -> str:
    """Start importing the object or folder into the dataset and return the job's ARN.

    FULL replaces what was imported before, INCREMENTAL adds to it.
    """
    parameters = {
        "jobName": f"{dataset.rsplit('/', 2)[-2]}-{dataset.rsplit('/', 1)[-1].lower()}-{int(time.time() * 1000)}"[-63:],
        "datasetArn": dataset,
        "dataSource": {"dataLocation": uri},
        "roleArn": role,
        "importMode": mode,
    }
    personalize = connection.client("personalize")
    deadline = time.monotonic() + (0 if connection.is_local else ROLE_SECONDS)
    while True:
        try:
            return str(personalize.create_dataset_import_job(**parameters)["datasetImportJobArn"])
        except ClientError as refused:
            # IAM takes a while to spread a new role; until then the service cannot assume it.
            if "role" not in str(refused).lower() or time.monotonic() > deadline:
                raise
        time.sleep(5)


def ensure_import(connection: Connection, dataset: str, start: Callable[[], str]) -> str:
    """Return the ARN of the newest import job that has not failed, or of the one that start begins."""
    pages = connection.client("personalize").get_paginator("list_dataset_import_jobs").paginate(datasetArn=dataset)
    jobs = sorted(pages.search("datasetImportJobs[]"), key=lambda job: job["creationDateTime"])
    usable = [job for job in jobs if not statuses.is_failed(job["status"])]
    return str(usable[-1]["datasetImportJobArn"]) if usable else start()


def wait(connection: Connection, resource: str, arn: str, progress: Progress, step: Step | None = None) -> None:
    """Wait until a resource is ACTIVE; resource is its name in operations, "dataset_import_job". Raises Problem."""
    while True:
        found = describe(connection, resource, arn)
        if found["status"] == statuses.ACTIVE:
            return
        if not statuses.is_moving(found["status"]):
            reason = found.get("failureReason") or f"It ended as {found['status']}."
            raise Problem(f"The {resource.replace('_', ' ')} failed", str(reason))
        if step is not None:
            show_job(connection, arn, found["status"], step)
        progress.sleep(0.2 if connection.is_local else 10)


def describe(connection: Connection, resource: str, arn: str) -> dict[str, Any]:
    """Return what Describe says of a resource."""
    member = _member(resource)
    operation = getattr(connection.client("personalize"), f"describe_{resource}")
    found: dict[str, Any] = operation(**{f"{member}Arn": arn})[member]
    return found


def remove(connection: Connection, resource: str, arn: str) -> None:
    """Delete a resource, once nothing holds it any more, and wait until it is gone."""
    personalize = connection.client("personalize")
    delete = getattr(personalize, f"delete_{resource}")
    pause = 0.2 if connection.is_local else 5.0
    try:
        while not _deleted(delete, {f"{_member(resource)}Arn": arn}):
            time.sleep(pause)
        while describe(connection, resource, arn):
            time.sleep(pause)
    except personalize.exceptions.ResourceNotFoundException:
        return


def _deleted(delete: Callable[..., object], parameters: dict[str, str]) -> bool:
    """Tell whether the deletion was accepted; it is not while an import into the resource still runs."""
    try:
        delete(**parameters)
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "ResourceInUseException":
            raise
        return False
    return True


def take_back(undo: Undo) -> None:
    """Undo what was made, the newest first."""
    while undo:
        undo.pop()()


def show_job(connection: Connection, arn: str, status: str, step: Step) -> None:
    """Copy a running job's progress into a step; AWS tells only the status."""
    step.detail = status.removeprefix("CREATE ").replace("_", " ").lower()
    try:
        known = read_progress(connection, arn)
    except OSError:  # the status is known all the same
        return
    if known is not None:
        step.fraction, step.detail = known.fraction, known.text or step.detail


def _member(resource: str) -> str:
    """Return how requests name a resource: "dataset_import_job" is datasetImportJob."""
    first, *rest = resource.split("_")
    return first + "".join(part.title() for part in rest)


def _ensure_schema(connection: Connection, name: str, schema: str, undo: Undo) -> str:
    personalize = connection.client("personalize")
    pages = personalize.get_paginator("list_schemas").paginate()
    taken = {found["name"]: found["schemaArn"] for found in pages.search("schemas[]")}
    for candidate in (name, *(f"{name}-{number}" for number in range(2, 500))):
        if candidate not in taken:
            return _create_schema(connection, candidate, schema, undo)
        if describe(connection, "schema", taken[candidate])["schema"] == schema:
            return str(taken[candidate])
    raise Problem("No name is left for the schema", f"Delete some of the schemas named {name}.")


def _create_schema(connection: Connection, name: str, schema: str, undo: Undo) -> str:
    personalize = connection.client("personalize")
    arn = str(personalize.create_schema(name=name, schema=schema)["schemaArn"])
    undo.append(lambda: personalize.delete_schema(schemaArn=arn))
    return arn


def _check_columns(connection: Connection, dataset: str, schema: str) -> None:
    schema_arn = describe(connection, "dataset", dataset)["schemaArn"]
    there = _names(describe(connection, "schema", schema_arn)["schema"])
    if there != _names(schema):
        raise Problem(
            "The dataset has other columns",
            f"It was made with {', '.join(sorted(there))}; this file brings {', '.join(sorted(_names(schema)))}. "
            "Match the columns to those, or delete the dataset on the Resources page first.",
        )


def _names(schema: str) -> set[str]:
    return {field["name"] for field in json.loads(schema)["fields"]}
