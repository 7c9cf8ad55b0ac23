"""Avro schemas of the datasets: the defaults of each domain, and one for columns that were found in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

FieldType = Literal["string", "long", "int", "float", "double", "boolean"]
DATASET_TYPES = ("Interactions", "Items", "Users")
REQUIRED: dict[str, tuple[str, ...]] = {
    "Interactions": ("USER_ID", "ITEM_ID", "TIMESTAMP"),
    "Items": ("ITEM_ID",),
    "Users": ("USER_ID",),
}
"""Fields that every schema of the dataset type needs, whatever the domain."""
RESERVED: dict[str, FieldType] = {
    "USER_ID": "string",
    "ITEM_ID": "string",
    "TIMESTAMP": "long",
    "EVENT_TYPE": "string",
    "EVENT_VALUE": "float",
    "CREATION_TIMESTAMP": "long",
    "IMPRESSION": "string",
    "RECOMMENDATION_ID": "string",
    "EVENT_ATTRIBUTION_SOURCE": "string",
}
"""Names whose type the service prescribes."""
MOST_METADATA = {"Interactions": 5, "Items": 100, "Users": 25}
"""Fields beside the required and reserved ones that a schema may have (quotas of 2024 and later)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a dataset as its schema names it."""

    name: str
    type: FieldType = "string"
    categorical: bool = False
    nullable: bool = False
    textual: bool = False

    def avro(self) -> dict[str, Any]:
        """Return the field as the schema writes it."""
        written: dict[str, Any] = {"name": self.name, "type": ["null", self.type] if self.nullable else self.type}
        if self.categorical:
            written["categorical"] = True
        if self.textual:
            written["textual"] = True
        return written


def schema(dataset_type: str, fields: Sequence[Field]) -> str:
    """Return the Avro schema of a dataset type (Interactions, Items or Users) with these fields, in this order."""
    document = {
        "type": "record",
        "name": dataset_type,
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [field.avro() for field in fields],
        "version": "1.0",
    }
    return json.dumps(document, indent=2)


_INTERACTIONS = (Field("USER_ID"), Field("ITEM_ID"), Field("EVENT_TYPE"), Field("TIMESTAMP", "long"))
DEFAULTS: dict[tuple[str, str], tuple[Field, ...]] = {
    ("", "Interactions"): (Field("USER_ID"), Field("ITEM_ID"), Field("TIMESTAMP", "long")),
    ("", "Items"): (Field("ITEM_ID"), Field("GENRES", categorical=True)),
    ("", "Users"): (Field("USER_ID"), Field("GENDER", categorical=True)),
    ("VIDEO_ON_DEMAND", "Interactions"): _INTERACTIONS,
    ("VIDEO_ON_DEMAND", "Items"): (
        Field("ITEM_ID"),
        Field("GENRES", categorical=True),
        Field("CREATION_TIMESTAMP", "long"),
    ),
    ("VIDEO_ON_DEMAND", "Users"): (Field("USER_ID"), Field("SUBSCRIPTION_MODEL", categorical=True)),
    ("ECOMMERCE", "Interactions"): _INTERACTIONS,
    ("ECOMMERCE", "Items"): (Field("ITEM_ID"), Field("PRICE", "float"), Field("CATEGORY_L1", categorical=True)),
    ("ECOMMERCE", "Users"): (Field("USER_ID"), Field("MEMBERSHIP_STATUS", categorical=True)),
}
"""Default fields by domain ("" is a custom dataset group) and dataset type."""


def default_schema(dataset_type: str, domain: str = "") -> str:
    """Return the schema that the service suggests for a dataset type in a domain."""
    return schema(dataset_type, DEFAULTS[domain, dataset_type])
