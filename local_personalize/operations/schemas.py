"""Schemas: what the columns of a dataset are."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, avro, resources
from local_personalize.application import Call
from local_personalize.errors import ResourceInUseException
from local_personalize.operations import paging, states
from local_personalize.resources import Resource


def create_schema(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create a schema; its text is kept as it was sent, byte for byte."""
    avro.parse(request["schema"], request.get("domain"))
    arn = arns.build(call.region, "schema", request["name"])
    schema = Resource(arn, "schema", "", {**request, "schemaArn": arn})

    def write(connection: sqlite3.Connection) -> None:
        states.ensure_room("schema", resources.count_in_region(connection, "schema", call.region))
        resources.insert(connection, schema)

    call.app.store.write(write)
    return {"schemaArn": arn}


def describe_schema(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a schema."""
    return {"schema": resources.get(call.app.store.reader(), request["schemaArn"], "schema").doc}


def list_schemas(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the schemas of the region."""
    return paging.list_resources(call, request, "schema", "schemas")


def delete_schema(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a schema that no dataset uses."""

    def write(connection: sqlite3.Connection) -> None:
        arn = resources.get(connection, request["schemaArn"], "schema").arn
        users = [one.arn for one in resources.of_kind(connection, "dataset") if one.doc.get("schemaArn") == arn]
        if users:
            raise ResourceInUseException(f"Resource Arn {arn} is in use by {', '.join(users)}.")
        resources.delete(connection, arn)

    call.app.store.write(write)
    return {}
