"""What a request can say about its circumstances: the fields of the interactions schema beyond the reserved ones."""

from __future__ import annotations

import json
from collections.abc import Iterable

from data.schemas import RESERVED
from services.connection import Connection
from services.resources import Resource, describe


def context_fields(connection: Connection, resources: Iterable[Resource]) -> list[str]:
    """Return the names of contextual metadata, such as DEVICE; empty where there is none. Raises ClientError."""
    personalize = connection.client("personalize")
    for dataset in (found for found in resources if found.kind == "dataset"):
        described = describe(connection, dataset)
        if described["datasetType"].lower() == "interactions":
            schema = personalize.describe_schema(schemaArn=described["schemaArn"])["schema"]["schema"]
            return [field["name"] for field in json.loads(schema)["fields"] if field["name"] not in RESERVED]
    return []
