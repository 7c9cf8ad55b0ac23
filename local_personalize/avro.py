"""Reads schemas: Avro records with Personalize's own rules on top.

The rules are those of the developer guide's pages how-it-works-dataset-schema, custom-datasets-and-schemas,
VIDEO-ON-DEMAND-*-dataset and ECOMMERCE-*-dataset.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException

from local_personalize.errors import InvalidInputException
from local_personalize.quotas import quota

INTERACTIONS, ITEMS, USERS = "INTERACTIONS", "ITEMS", "USERS"
ACTIONS, ACTION_INTERACTIONS = "ACTIONS", "ACTION_INTERACTIONS"
DATASET_TYPES = (INTERACTIONS, ITEMS, USERS, ACTIONS, ACTION_INTERACTIONS)
EVENTS = (INTERACTIONS, ACTION_INTERACTIONS)
"""The types whose records are events; those of the others describe something with an id."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
TYPES = ("string", "int", "long", "float", "double", "boolean")

REQUIRED = {
    INTERACTIONS: {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long"},
    ITEMS: {"ITEM_ID": "string"},
    USERS: {"USER_ID": "string"},
    ACTIONS: {"ACTION_ID": "string"},
    ACTION_INTERACTIONS: {"USER_ID": "string", "ACTION_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"},
}
"""Type of each required field; none of them may be null."""

RESERVED: dict[str, dict[str, tuple[str, ...]]] = {
    INTERACTIONS: {
        "EVENT_TYPE": ("string",),
        "EVENT_VALUE": ("float", "null"),
        "IMPRESSION": ("string", "null"),
        "RECOMMENDATION_ID": ("string", "null"),
        "EVENT_ATTRIBUTION_SOURCE": ("string", "null"),
    },
    ITEMS: {"CREATION_TIMESTAMP": ("long", "null")},
    USERS: {},
    ACTIONS: {
        "VALUE": ("int", "long", "float", "double", "null"),
        "CREATION_TIMESTAMP": ("long", "null"),
        "ACTION_EXPIRATION_TIMESTAMP": ("long", "null"),
        "REPEAT_FREQUENCY": ("int", "long", "null"),
    },
    ACTION_INTERACTIONS: {"IMPRESSION": ("string", "null"), "RECOMMENDATION_ID": ("string", "null")},
}
"""Types that each reserved keyword may have; none of them may be categorical."""

DOMAIN_REQUIRED = {
    ("VIDEO_ON_DEMAND", INTERACTIONS): (("EVENT_TYPE",),),
    ("VIDEO_ON_DEMAND", ITEMS): (("GENRES", "GENRES_L1"), ("CREATION_TIMESTAMP",)),
    ("ECOMMERCE", INTERACTIONS): (("EVENT_TYPE",),),
    ("ECOMMERCE", ITEMS): (("PRICE",), ("CATEGORY_L1",)),
}
"""Further fields that a domain asks for; of alternatives one is enough (the guide itself spells genres in two ways)."""

LONGEST_ID = 256
ID_FIELDS = ("USER_ID", "ITEM_ID", "ACTION_ID")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a dataset."""

    name: str
    type: str
    """One of TYPES."""
    nullable: bool = False
    categorical: bool = False
    textual: bool = False

    @property
    def longest(self) -> int:
        """Return how many characters a value of a string field may have; textual ones are cut instead."""
        return LONGEST_ID if self.name in ID_FIELDS else quota("category-characters")


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema that keeps the rules of its dataset type."""

    dataset_type: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return the field with that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def metadata(self) -> tuple[Field, ...]:
        """Return the fields that are neither required nor reserved."""
        known = {*REQUIRED[self.dataset_type], *RESERVED[self.dataset_type]}
        return tuple(field for field in self.fields if field.name not in known)

    @property
    def has_texts(self) -> bool:
        """Tell whether a field is textual."""
        return any(field.textual for field in self.fields)


def parse(text: str, domain: str | None = None) -> Schema:
    """Read a schema for custom use or for a domain. Raises InvalidInputException saying which rule it breaks."""
    document = _record(text)
    dataset_type = str(document["name"]).rsplit(".", 1)[-1].upper()
    dataset_type = ACTION_INTERACTIONS if dataset_type == "ACTIONINTERACTIONS" else dataset_type
    if dataset_type not in DATASET_TYPES:
        raise InvalidInputException(
            "Schema name must be one of [Interactions, Items, Users, Actions, ActionInteractions], "
            f"not {document['name']!r}."
        )
    schema = Schema(dataset_type, tuple(_field(field) for field in document["fields"]))
    _check_names(schema.fields)
    _check_required(schema)
    _check_reserved(schema)
    _check_metadata(schema)
    check_domain(schema, domain)
    return schema


def check_domain(schema: Schema, domain: str | None) -> None:
    """Raise InvalidInputException where a schema misses fields that a domain asks for."""
    wanted = DOMAIN_REQUIRED.get((domain or "", schema.dataset_type), ())
    missing = [choices[0] for choices in wanted if not any(map(schema.field, choices))]
    if missing:
        raise InvalidInputException(
            f"Schema is missing the following fields, which the domain {domain} requires: [{', '.join(missing)}]."
        )


def _record(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise InvalidInputException(f"Input schema is not valid JSON: {wrong}") from wrong
    if not isinstance(document, dict) or document.get("type") != "record":
        raise InvalidInputException("Input schema must be an Avro record.")
    fields = document.get("fields")
    if not isinstance(fields, list) or not all(map(_is_named, [document, *fields])):
        raise InvalidInputException("Input schema must have a name and a list of fields, each with a name and a type.")
    try:
        fastavro.parse_schema(document)
    except (
        SchemaParseException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as wrong:  # all happen
        raise InvalidInputException(f"Input schema is not in valid Avro format: {wrong}") from wrong
    return document


def _is_named(part: object) -> bool:
    return (
        isinstance(part, dict)
        and "type" in part
        and NAME.fullmatch(part["name"] if isinstance(part.get("name"), str) else "") is not None
    )


def _field(document: dict[str, Any]) -> Field:
    name, declared = document["name"], document["type"]
    types = declared if isinstance(declared, list) else [declared]
    own = [kind for kind in types if kind != "null"]
    if len(own) != 1 or own[0] not in TYPES:
        raise InvalidInputException(
            f"The type of field {name} is not supported. Use one of {', '.join(TYPES)}, or a list of one and null."
        )
    flags = {flag: document.get(flag, False) for flag in ("categorical", "textual")}
    if not all(isinstance(value, bool) for value in flags.values()):
        raise InvalidInputException(f"categorical and textual of field {name} must be true or false.")
    return Field(name, own[0], nullable="null" in types, **flags)


def _check_names(fields: Sequence[Field]) -> None:
    """Names are unique without their underscores too, because events name the fields in camel case."""
    counts = Counter(field.name.replace("_", "").lower() for field in fields)
    twice = [field.name for field in fields if counts[field.name.replace("_", "").lower()] > 1]
    if twice:
        raise InvalidInputException(f"Schema fields must have unique names: [{', '.join(twice)}].")


def _check_required(schema: Schema) -> None:
    required = REQUIRED[schema.dataset_type]
    missing = [name for name in required if schema.field(name) is None]
    if missing:
        raise InvalidInputException(f"Schema is missing the following required fields: [{', '.join(missing)}].")
    for name, wanted in required.items():
        field = schema.field(name)
        assert field is not None
        if field.type != wanted or field.nullable or field.categorical:
            raise InvalidInputException(f"The required field {name} must be of type {wanted}, and not categorical.")


def _check_reserved(schema: Schema) -> None:
    for field in schema.fields:
        allowed = RESERVED[schema.dataset_type].get(field.name)
        if allowed is None:
            continue
        if field.type not in allowed or (field.nullable and "null" not in allowed):
            raise InvalidInputException(f"The reserved field {field.name} must be of type {' or '.join(allowed)}.")
        if field.categorical:
            raise InvalidInputException(f"The reserved field {field.name} can't be categorical.")


def _check_metadata(schema: Schema) -> None:
    metadata, most = schema.metadata, quota(f"{schema.dataset_type.lower().replace('_', '-')}-metadata")
    described = len(schema.fields) > len(REQUIRED[schema.dataset_type]) if schema.dataset_type == ACTIONS else metadata
    if schema.dataset_type not in EVENTS and not described:
        raise InvalidInputException(f"Schema for {schema.dataset_type} must have at least one metadata field.")
    if len(metadata) > most:
        raise InvalidInputException(f"Schema for {schema.dataset_type} can have at most {most} metadata fields.")
    textual = [field for field in schema.fields if field.textual]
    if textual and (schema.dataset_type != ITEMS or len(textual) > 1 or textual[0].type != "string"):
        raise InvalidInputException("Only schemas for ITEMS can have a textual field, only one, of type string.")
