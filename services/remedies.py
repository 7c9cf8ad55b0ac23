"""What mends a table at one click; each takes the rows and the fields and returns the rows mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from data.schemas import REQUIRED, Field
from services.cells import LATEST_SECOND, LONGEST, TIMES, faults, longest

Mend = Callable[[pd.DataFrame, Sequence[Field]], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Remedy:
    """One repair: what its button says, what is said once it is done, and the repair."""

    offer: str
    done: str
    mend: Mend


def mended(table: pd.DataFrame, fields: Sequence[Field], wanted: Iterable[str]) -> pd.DataFrame:
    """Return the table after the repairs of these names, conversions first and what drops rows last."""
    chosen = set(wanted)
    for name, remedy in REMEDIES.items():
        if name in chosen:
            table = remedy.mend(table, fields)
    return table


def _seconds(table: pd.DataFrame, _fields: Sequence[Field]) -> pd.DataFrame:
    return _times(table, lambda values: (pd.to_numeric(values, errors="coerce") // 1000, _late(values)))


def _dates(table: pd.DataFrame, _fields: Sequence[Field]) -> pd.DataFrame:
    return _times(table, _moments)


def _late(values: pd.Series[str]) -> pd.Series[bool]:
    return pd.to_numeric(values, errors="coerce") > LATEST_SECOND


def _moments(values: pd.Series[str]) -> tuple[pd.Series[int], pd.Series[bool]]:
    text = values.where(pd.to_numeric(values, errors="coerce").isna(), "")
    moments = pd.to_datetime(text, errors="coerce", utc=True, format="mixed")
    return moments.dt.as_unit("s").astype("int64"), moments.notna()


def _times(
    table: pd.DataFrame, convert: Callable[[pd.Series[str]], tuple[pd.Series[int], pd.Series[bool]]]
) -> pd.DataFrame:
    """Convert the values of every time column that the conversion fits, and leave the others as they are."""
    for name in TIMES:
        if name in table.columns:
            numbers, fits = convert(table[name])
            text = numbers.where(fits).astype("Int64").astype("str")
            table = table.assign(**{name: text.where(fits, table[name])})
    return table


def _whole(table: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Write 5.0 as 5, and times without their fractions of a second."""
    for field in fields:
        if field.type in ("int", "long"):
            fraction = r"\.\d*$" if field.name in TIMES else r"\.0*$"
            values = table[field.name].str.strip().str.lstrip("+").str.replace(fraction, "", regex=True)
            table = table.assign(**{field.name: values})
    return table


def _booleans(table: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    names = [field.name for field in fields if field.type == "boolean"]
    return table.assign(**{name: table[name].str.lower() for name in names})


def _shorten(table: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    cut = [field for field in fields if field.type == "string" and not field.textual and field.name not in LONGEST]
    return table.assign(**{field.name: table[field.name].str.slice(0, longest(field)) for field in cut})


def _bars(table: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Write lists of categories with vertical bars, where a column has none yet."""
    for name in (field.name for field in fields if field.categorical):
        if not table[name].str.contains("|", regex=False).any():
            table = table.assign(**{name: table[name].str.replace(r"\s*[,;/]\s*", "|", regex=True)})
    return table


def _normalise(table: pd.DataFrame, _fields: Sequence[Field]) -> pd.DataFrame:
    """Divide EVENT_VALUE by its largest: ratings of 1 to 5 become .2 to 1, as the fifth tutorial has them."""
    numbers = pd.to_numeric(table["EVENT_VALUE"], errors="coerce")
    scaled = (numbers / numbers.max()).round(6).astype("str")
    return table.assign(EVENT_VALUE=scaled.where(numbers.notna(), table["EVENT_VALUE"]))


def _complete(table: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Leave out every row in which a cell breaks the schema."""
    for field in fields:
        for fault in faults(table[field.name], field):
            table = table[~fault.wrong.reindex(table.index)]
    return table


def _distinct(table: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Keep each row once; of rows about the same item or user the last."""
    names = [field.name for field in fields]
    if set(REQUIRED["Interactions"]) <= set(names):
        return table.drop_duplicates()
    identity = "ITEM_ID" if "ITEM_ID" in names else "USER_ID"
    return table.drop_duplicates(identity, keep="last")


REMEDIES = {
    "milliseconds": Remedy("Convert to seconds", "milliseconds to seconds", _seconds),
    "dates": Remedy("Convert the dates (as UTC)", "dates to seconds", _dates),
    "whole": Remedy("Write whole numbers", "5.0 to 5", _whole),
    "booleans": Remedy("Write true and false", "True to true", _booleans),
    "shorten": Remedy("Shorten", "long values shortened", _shorten),
    "bars": Remedy("Write vertical bars", "lists with vertical bars", _bars),
    "normalise": Remedy("Divide by the largest", "EVENT_VALUE to 0-1", _normalise),
    "incomplete": Remedy("Leave these rows out", "faulty rows left out", _complete),
    "distinct": Remedy("Keep one of each", "repeated rows left out", _distinct),
}
"""Every repair, in the order in which they are made."""
