"""Matches the columns of a file to the fields of a dataset, and guesses what their values are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data.schemas import MOST_METADATA, REQUIRED, RESERVED, Field, FieldType

LEFT_OUT = ""
NAMED = 12
"""How many columns a sentence names; there may be thousands."""
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_KNOWN = {
    "USER_ID": (
        "userid",
        "user",
        "customerid",
        "customer",
        "memberid",
        "visitorid",
        "guest",
        "guestid",
        "viewer",
        "viewerid",
        "personid",
        "accountid",
        "subscriberid",
    ),
    "ITEM_ID": (
        "itemid",
        "item",
        "movieid",
        "filmid",
        "film",
        "bookid",
        "songid",
        "trackid",
        "articleid",
        "productid",
        "product",
        "asin",
        "restaurantid",
        "placeid",
        "videoid",
        "sku",
    ),
    "TIMESTAMP": (
        "timestamp",
        "unixtime",
        "epoch",
        "time",
        "datetime",
        "date",
        "ts",
        "when",
        "ratedat",
        "createdat",
        "visitedat",
        "watchedat",
        "orderedat",
        "boughtat",
        "purchasedat",
    ),
    "EVENT_TYPE": ("eventtype", "event", "action", "behavior", "behaviour"),
    "EVENT_VALUE": ("eventvalue", "rating", "stars", "score", "ratingoverall"),
    "GENRES": ("genres", "genre"),
}
_FILES = {
    "MovieLens ratings": frozenset({"userid", "movieid", "rating", "timestamp"}),
    "MovieLens films": frozenset({"movieid", "title", "genres"}),
}
"""Columns by which a file is recognised."""
_ONLY_IN = {
    "Items": {"USER_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"},
    "Users": {"ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"},
}
"""Interactions' names that mean nothing in the other datasets."""
TITLES = frozenset({"title", "name", "movietitle", "productname"})
"""Columns that name an item: the catalogue keeps them, a schema cannot."""

TEXTS = frozenset({"DESCRIPTION", "PRODUCT_DESCRIPTION", "OVERVIEW", "SYNOPSIS", "PLOT", "SUMMARY"})
"""Fields of prose: textual rather than categorical."""
LONG_TEXT = 80
"""Characters that values have on average which are prose and no categories."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file and the field that it becomes; a field "" leaves it out."""

    source: str
    field: str
    type: FieldType = "string"
    categorical: bool = False
    nullable: bool = False
    textual: bool = False

    def as_field(self) -> Field:
        """Return the schema's field."""
        return Field(self.field, self.type, categorical=self.categorical, nullable=self.nullable, textual=self.textual)


def recognised(table: pd.DataFrame) -> str:
    """Return what a well-known file is called: "MovieLens ratings"; empty for any other."""
    names = frozenset(str(name).lower() for name in table.columns)
    return next((label for label, wanted in _FILES.items() if wanted <= names), "")


def match(table: pd.DataFrame, dataset_type: str) -> list[Column]:
    """Return a proposal for every column of the file."""
    taken: set[str] = set()
    found = []
    for source in map(str, table.columns):
        field = _field_for(source, dataset_type)
        field = LEFT_OUT if field in taken else field
        taken.add(field)
        found.append(_described(table[source], source, field))
    return _one_text(found, dataset_type)


def _one_text(found: list[Column], dataset_type: str) -> list[Column]:
    """Leave out prose where the service takes none: anywhere but in items, and after the first there."""
    kept = next((column.source for column in found if column.textual), "") if dataset_type == "Items" else ""
    return [
        replace(column, field=LEFT_OUT, textual=False) if column.textual and column.source != kept else column
        for column in found
    ]


def faults(columns: Sequence[Column], dataset_type: str) -> list[str]:
    """Return what is wrong with a matching, as sentences; none where it makes a schema that the service takes."""
    matched = [column for column in columns if column.field != LEFT_OUT]
    own = [column for column in matched if column.field not in RESERVED]
    return [*_name_faults(columns, matched, dataset_type), *_own_faults(own, dataset_type)]


def _name_faults(columns: Sequence[Column], matched: Sequence[Column], dataset_type: str) -> Iterator[str]:
    names = [column.field for column in matched]
    free = [column for column in columns if column.field not in RESERVED] or columns
    more = f" and {len(free) - NAMED} others" if len(free) > NAMED else ""
    sources = ", ".join(column.source for column in free[:NAMED]) + more
    for name in REQUIRED[dataset_type]:
        if name not in names:
            yield f"No column is matched to {name}. Type {name} as the field of one of these: {sources}."
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"{name} is matched twice."
        if not _NAME.fullmatch(name):
            yield f"'{name}' cannot be a field: use letters, digits and _."
    alike = _alike(names)
    if len(alike) > 1:
        yield f"{' and '.join(alike)} differ only by their underscores, which the service does not tell apart."


def _alike(names: Sequence[str]) -> list[str]:
    """Return the first group of different names that are one name without underscores and capitals."""
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        groups.setdefault(name.replace("_", "").lower(), []).append(name)
    return next((group for group in groups.values() if len(group) > 1), [])


def _own_faults(own: Sequence[Column], dataset_type: str) -> Iterator[str]:
    """Yield what is wrong with the fields that the service does not prescribe."""
    most = MOST_METADATA[dataset_type]
    if len(own) > most:
        yield f"{dataset_type} can have {most} fields beside the reserved ones; here are {len(own)}. Leave some out."
    textual = [column.field for column in own if column.textual]
    if textual and (dataset_type != "Items" or len(textual) > 1):
        yield f"{', '.join(textual)}: only Items can have a textual field, and only one."
    for column in own:
        if column.type == "string" and not column.categorical and not column.textual:
            yield f"{column.field} is text: mark it as categorical or leave it out; {dataset_type} take no other text."


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
    described = field in TEXTS or (field not in _KNOWN and bool(filled.str.len().mean() > LONG_TEXT))
    return Column(
        source, field, "string", categorical=field != LEFT_OUT and not described, nullable=nullable, textual=described
    )
