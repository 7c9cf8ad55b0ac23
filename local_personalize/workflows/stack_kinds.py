"""What a kind of resource in stacks of CloudFormation is, and the kinds that Amazon Personalize itself makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore import xform_name
from moto.settings import test_server_mode_endpoint

from local_personalize import arns
from local_personalize.workflows.spelling import as_the_service_spells

Properties = Mapping[str, Any]

SECONDS_TO_DELETE = 60


class NotMadeError(Exception):
    """A resource cannot be made, or is not gone in time."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stack is."""

    account: str
    region: str
    repeated: bool
    """The call is repeated after a restart: what Amazon Personalize keeps by itself is there, or gone, already."""

    def personalize(self) -> Any:
        """Return a client of this endpoint."""
        session: Any = boto3.Session("local", "local", region_name=self.region)
        return session.client("personalize", endpoint_url=test_server_mode_endpoint())


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of resource."""

    type: str
    name: str
    """The property that names it, or ""."""
    attributes: Mapping[str, Callable[[str], str]]
    """What Fn::GetAtt may ask for, and how it follows from the identity."""
    make: Callable[[Place, Properties], str]
    """Makes it and returns its identity, as Ref gives it. Raises NotMadeError, and errors of botocore and moto."""
    remove: Callable[[Place, str, Properties], None]
    in_place: bool = True
    """Another of the same name may take its place when its properties change."""


def of_personalize(name: str, arn: Callable[[Place, Properties], str]) -> Kind:
    """Return a kind of Amazon Personalize: "DatasetGroup" is made by CreateDatasetGroup."""
    attribute = f"{name}Arn"
    member = attribute[0].lower() + attribute[1:]

    def make(place: Place, properties: Properties) -> str:
        if "DatasetImportJob" in properties:
            raise NotMadeError("Stacks do not import here: create the dataset import job when the stack is there")
        if not place.repeated:
            ask(place, f"Create{name}", properties)
        return arn(place, properties)

    def remove(place: Place, identity: str, _: Properties) -> None:
        if not place.repeated:
            delete(place.personalize(), name, {member: identity})

    return Kind(f"AWS::Personalize::{name}", "Name", {attribute: str}, make, remove, in_place=False)


def ask(place: Place, operation: str, properties: Properties) -> None:
    """Let Amazon Personalize do an operation with the properties of a template."""
    client = place.personalize()
    shape = client.meta.service_model.operation_model(operation).input_shape
    getattr(client, xform_name(operation))(**as_the_service_spells(properties, shape))


def delete(client: Any, name: str, which: dict[str, str]) -> None:
    """Delete a resource and wait until it is gone."""
    absent, limit = client.exceptions.ResourceNotFoundException, time.monotonic() + SECONDS_TO_DELETE
    try:
        getattr(client, f"delete_{xform_name(name)}")(**which)
        while time.monotonic() < limit:
            getattr(client, f"describe_{xform_name(name)}")(**which)
            time.sleep(0.1)
    except absent:
        return
    raise NotMadeError(f"{next(iter(which.values()))} was not deleted in {SECONDS_TO_DELETE} seconds")


def named(kind: str) -> Callable[[Place, Properties], str]:
    """Return how the ARN of a resource follows from its name."""
    return lambda place, properties: arns.build(place.region, kind, properties["Name"])


def dataset_arn(place: Place, properties: Properties) -> str:
    """Return the ARN of a dataset, which follows from its group and type."""
    return arns.build(
        place.region, "dataset", arns.name_of(properties["DatasetGroupArn"]), properties["DatasetType"].upper()
    )


PERSONALIZE = (
    of_personalize("DatasetGroup", named("dataset-group")),
    of_personalize("Schema", named("schema")),
    of_personalize("Dataset", dataset_arn),
    of_personalize("Solution", named("solution")),
)
