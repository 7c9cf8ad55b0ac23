"""Finds the cells that an import would stumble over, in the order and the words in which the service would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from data.schemas import Field

LONGEST = {"USER_ID": 256, "ITEM_ID": 256}
LONGEST_CATEGORY = 1000
LATEST_SECOND = 10**11 - 1
"""The year 5138 in seconds, 1973 in milliseconds: a larger number cannot be meant as seconds."""
TIMES = ("TIMESTAMP", "CREATION_TIMESTAMP")
_WHOLE = r"-?\d{1,19}"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ENDLESS = r"[+-]?(?i:inf|infinity|nan)"
_LIMITS = {"int": 2**31 - 1, "long": 2**63 - 1}


@dataclass(frozen=True, eq=False)
class Fault:
    """One way in which cells of a column break the schema."""

    wrong: pd.Series[bool]
    """Which rows."""
    service: str
    """What the service says of the first one, after its row and column."""
    quoted: bool
    """Whether the service quotes the cell."""
    remedy: str = "incomplete"
    """What mends it: a name of services.remedies."""


def faults(values: pd.Series[str], field: Field) -> Iterator[Fault]:
    """Yield what is wrong with a column of text, "" being no value; an import fails at the first."""
    empty = values == ""
    if not field.nullable:
        yield Fault(empty, "is empty, but the schema does not allow null", quoted=False)
    if field.textual:  # the service cuts what is too long
        return
    if field.type == "string":
        yield _too_long(values, field)
    elif field.type == "boolean":
        wrong = ~values.isin(["true", "false"]) & ~empty
        remedy = "booleans" if values[wrong].str.lower().isin(["true", "false"]).all() else "incomplete"
        yield Fault(wrong, "is neither true nor false", quoted=True, remedy=remedy)
    else:
        yield from _numbers(values, field, empty)


def longest(field: Field) -> int:
    """Return how many characters a field's values may have."""
    return LONGEST.get(field.name, LONGEST_CATEGORY)


def looks_like_dates(values: pd.Series[str]) -> bool:
    """Tell whether the values that are no numbers are dates."""
    unreadable = values[pd.to_numeric(values, errors="coerce").isna() & (values != "")].head(1000)
    moments = pd.to_datetime(unreadable, errors="coerce", utc=True, format="mixed")
    return len(unreadable) > 0 and bool(moments.notna().all())


def _too_long(values: pd.Series[str], field: Field) -> Fault:
    limit = longest(field)
    # A shortened id would be another id.
    remedy = "incomplete" if field.name in LONGEST else "shorten"
    return Fault(values.str.len() > limit, f"is longer than {limit} characters", quoted=False, remedy=remedy)


def _numbers(values: pd.Series[str], field: Field, empty: pd.Series[bool]) -> Iterator[Fault]:
    whole, endless = field.type in _LIMITS, values.str.fullmatch(_ENDLESS)
    unreadable = ~values.str.fullmatch(_WHOLE if whole else f"{_NUMBER}|{_ENDLESS}") & ~empty
    numbers = pd.to_numeric(values.where(~unreadable & ~empty & ~endless), errors="coerce")
    if whole:
        unreadable = unreadable | (numbers.abs() > _LIMITS[field.type])
    yield Fault(unreadable, f"is not a valid {field.type}", quoted=True, remedy=_mending(values[unreadable], field))
    if field.name in TIMES:
        late = "is too large: timestamps must be in Unix epoch time format in seconds, this looks like milliseconds"
        yield Fault(numbers > LATEST_SECOND, late, quoted=True, remedy="milliseconds")
    if field.name == "TIMESTAMP":
        yield Fault(numbers < 0, "is negative: seconds since 1970 are expected", quoted=True)
    if not whole:
        yield Fault(endless, "is not a finite number", quoted=True)


def _mending(unreadable: pd.Series[str], field: Field) -> str:
    """Return the remedy for values that are no number of the field's type."""
    if field.name in TIMES and looks_like_dates(unreadable):
        return "dates"
    numbers = pd.to_numeric(unreadable, errors="coerce")
    # A fraction of a second tells nothing; a fraction of anything else may.
    fractions = field.name in TIMES or bool((numbers % 1 == 0).all())
    whole = field.type in _LIMITS and fractions and bool(numbers.notna().all())
    return "whole" if whole else "incomplete"
