"""Reads an edited Avro schema back into the matching of columns that it was made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from data.schemas import FieldType
from services.columns import LEFT_OUT, Column
from services.errors import Problem

TITLE = "This schema cannot be used"


def with_schema(columns: Sequence[Column], text: str) -> tuple[Column, ...]:
    """Return the matching with the types of an edited schema; fields that it lacks are left out. Raises Problem."""
    fields = {str(field.get("name")): field for field in _fields(text)}
    known = {column.field for column in columns}
    if strange := [name for name in fields if name not in known]:
        raise Problem(TITLE, f"No column of the file is matched to {strange[0]}. Match one in the table first.")
    return tuple(_edited(column, fields.get(column.field)) for column in columns)


def _fields(text: str) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except ValueError as wrong:
        raise Problem(TITLE, f"It is no JSON: {wrong}.") from wrong
    fields = document.get("fields") if isinstance(document, dict) else None
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise Problem(TITLE, "It needs a list of fields, each with a name and a type.")
    return fields


def _edited(column: Column, field: dict[str, Any] | None) -> Column:
    if field is None:
        return replace(column, field=LEFT_OUT, categorical=False, textual=False)
    declared = field.get("type")
    types = declared if isinstance(declared, list) else [declared]
    own = [kind for kind in types if kind != "null"]
    if len(own) != 1 or own[0] not in get_args(FieldType):
        raise Problem(TITLE, f"{column.field} has the type {declared!r}; use one of {', '.join(get_args(FieldType))}.")
    return replace(
        column,
        type=cast(FieldType, own[0]),
        nullable="null" in types,
        categorical=field.get("categorical") is True,
        textual=field.get("textual") is True,
    )
