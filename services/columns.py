"""Matches the columns of a file to the fields of a dataset, and guesses what their values are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data.schemas import REQUIRED, RESERVED, Field, FieldType

LEFT_OUT = ""
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_KNOWN = {
    "USER_ID": ("userid", "user", "customerid", "customer", "memberid", "visitorid"),
    "ITEM_ID": (
        "itemid",
        "item",
        "movieid",
        "productid",
        "product",
        "asin",
        "restaurantid",
        "placeid",
        "videoid",
        "sku",
    ),
    "TIMESTAMP": ("timestamp", "unixtime", "epoch", "time", "datetime", "date", "ts", "ratedat", "createdat"),
    "EVENT_TYPE": ("eventtype", "event", "action", "behavior", "behaviour"),
    "EVENT_VALUE": ("eventvalue", "rating", "stars", "score", "ratingoverall"),
    "GENRES": ("genres", "genre"),
}
_ONLY_IN = {
    "Items": {"USER_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"},
    "Users": {"ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"},
}
"""Interactions' names that mean nothing in the other datasets."""
TITLES = frozenset({"title", "name", "movietitle", "productname"})
"""Columns that name an item: the catalogue keeps them, a schema cannot."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file and the field that it becomes; a field "" leaves it out."""

    source: str
    field: str
    type: FieldType = "string"
    categorical: bool = False
    nullable: bool = False

    def as_field(self) -> Field:
        """Return the schema's field."""
        return Field(self.field, self.type, categorical=self.categorical, nullable=self.nullable)


def match(table: pd.DataFrame, dataset_type: str) -> list[Column]:
    """Return a proposal for every column of the file."""
    taken: set[str] = set()
    found = []
    for source in map(str, table.columns):
        field = _field_for(source, dataset_type)
        field = LEFT_OUT if field in taken else field
        taken.add(field)
        found.append(_described(table[source], source, field))
    return found


def faults(columns: Sequence[Column], dataset_type: str) -> list[str]:
    """Return what is wrong with a matching, as sentences; none where it makes a schema that the service takes."""
    names = [column.field for column in columns if column.field != LEFT_OUT]
    missing = [name for name in REQUIRED[dataset_type] if name not in names]
    sources = ", ".join(column.source for column in columns)
    found = [f"No column is matched to {name}. The file has: {sources}." for name in missing]
    found += [f"{name} is matched twice." for name in dict.fromkeys(names) if names.count(name) > 1]
    found += [f"'{name}' cannot be a field: use letters, digits and _." for name in names if not _NAME.fullmatch(name)]
    found += [
        f"{column.field} is text: mark it as categorical or leave it out; {dataset_type} take no other text."
        for column in columns
        if column.field not in (LEFT_OUT, *RESERVED) and column.type == "string" and not column.categorical
    ]
    return found


def renamed(table: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return the table with the fields' names, without the columns that are left out."""
    names: Mapping[str, str] = {column.source: column.field for column in columns if column.field != LEFT_OUT}
    return table[list(names)].rename(columns=dict(names))


def _field_for(source: str, dataset_type: str) -> str:
    plain = "".join(letter for letter in source.lower() if letter.isalnum())
    if plain in TITLES and dataset_type == "Items":
        return LEFT_OUT
    for name, aliases in _KNOWN.items():
        if plain in aliases and name not in _ONLY_IN.get(dataset_type, ()):
            return name
    if plain == "id" and dataset_type != "Interactions":
        return REQUIRED[dataset_type][0]
    cleaned = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in source.upper()).strip("_")
    return f"F_{cleaned}" if cleaned[:1].isdigit() else cleaned


def _described(values: pd.Series, source: str, field: str) -> Column:
    if field in RESERVED:
        return Column(source, field, RESERVED[field], nullable=field == "EVENT_VALUE")
    filled = values[values != ""]
    nullable = len(filled) < len(values)
    numbers = pd.to_numeric(filled, errors="coerce")
    if len(filled) and bool(numbers.notna().all()):
        whole = bool((numbers % 1 == 0).all()) and not filled.str.contains(".", regex=False).any()
        return Column(source, field, "long" if whole else "float", nullable=nullable)
    if len(filled) and set(filled.str.lower()) <= {"true", "false"}:
        return Column(source, field, "boolean", nullable=nullable)
    return Column(source, field, "string", categorical=field != LEFT_OUT, nullable=nullable)
