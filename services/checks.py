"""Checks a table against the rules of Amazon Personalize before anything is uploaded, naming row and column.

The rules are those of the developer guide's pages limits, data-prep-formatting, how-it-works-dataset-schema and the
*-dataset-requirements; what the service would say is what its import or training ends with.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from data.schemas import REQUIRED, Field
from services.cells import Fault, faults

MINIMUM_ROWS, MINIMUM_USERS = 1000, 25
ADVISED_ROWS, ADVISED_USERS = 50_000, 1000
MOST_KINDS = 10
"""Event types, in any case, and optional fields that interactions may have together; EVENT_TYPE is such a field."""
UNCOUNTED = frozenset({*REQUIRED["Interactions"], "IMPRESSION", "RECOMMENDATION_ID", "EVENT_ATTRIBUTION_SOURCE"})
"""Fields of interactions that are not counted."""
MOST_ITEMS = 750_000
"""Items that a training considers."""
FIRST_ROW = 2
"""Row of a spreadsheet that holds the first record, below the header."""
SEPARATORS = {",": "commas", ";": "semicolons", "/": "slashes"}

_WORDS = {
    "is not a valid long": "no whole number",
    "is not a valid int": "no whole number",
    "is not a valid float": "no number",
    "is not a valid double": "no number",
}

Level = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule."""

    level: Level
    text: str
    remedy: str = ""
    """What mends it at a click: a name of services.remedies."""
    service: str = ""
    """What the service would say if the file were sent as it is."""


def check(table: pd.DataFrame, dataset_type: str, fields: Sequence[Field], *, adds: bool = False) -> list[Finding]:
    """Return what each rule found in a table whose columns carry the fields' names.

    adds says that the rows come on top of what was imported before.
    """
    cells = broken_cells(table, fields)
    broken = {finding.text.split(" ", 1)[0] for finding in cells}
    rest = _interactions(table, broken, adds) if dataset_type == "Interactions" else _metadata(table, broken)
    bars = [finding for field in fields if field.categorical for finding in _separated(table[field.name], field.name)]
    return [*cells, *rest, *bars]


def broken_cells(table: pd.DataFrame, fields: Sequence[Field]) -> list[Finding]:
    """Return a finding for every column in which cells break the schema."""
    return [finding for field in fields for finding in _cells(table[field.name], field)]


def is_importable(findings: Sequence[Finding]) -> bool:
    """Tell whether no rule is broken."""
    return all(finding.level != "bad" for finding in findings)


def _cells(values: pd.Series[str], field: Field) -> Iterator[Finding]:
    """Yield a finding for the first way in which a column's cells break the schema."""
    fault = next((fault for fault in faults(values, field) if fault.wrong.any()), None)
    if fault is not None:
        place = int(fault.wrong.to_numpy().argmax())
        told = f": {values.iloc[place][:50]!r}" if fault.quoted else ""
        service = f"row {place + FIRST_ROW}, column {field.name}{told} {fault.service}."
        # Leaving out every row is no repair.
        remedy = "" if fault.remedy == "incomplete" and fault.wrong.all() else fault.remedy
        yield Finding("bad", _described(values, field.name, fault, place), remedy, service)


def _described(values: pd.Series[str], name: str, fault: Fault, place: int) -> str:
    if not fault.quoted:
        return f"{name} {fault.service.split(',')[0]} in {_rows(fault.wrong)}."
    what = f"{name} in row {_first(fault.wrong):,} is '{values.iloc[place][:40]}'"
    if fault.remedy == "milliseconds":
        return f"{what}, which is in milliseconds; the service wants seconds. This is so in {_rows(fault.wrong)}."
    reason = "no number of seconds since 1970" if fault.remedy == "dates" else _WORDS.get(fault.service)
    return f"{what}: {reason or fault.service.removeprefix('is ').split(':')[0]}. This is so in {_rows(fault.wrong)}."


def _interactions(table: pd.DataFrame, broken: set[str], adds: bool) -> Iterator[Finding]:
    yield from _ids(table, ("USER_ID", "ITEM_ID"), broken)
    if "TIMESTAMP" not in broken:
        yield from _times(pd.to_numeric(table["TIMESTAMP"]))
    yield _enough_rows(len(table))
    if not adds:
        yield _enough_users(table["USER_ID"])
    yield from _repeated(table)
    if "EVENT_TYPE" in table.columns and "EVENT_TYPE" not in broken:
        yield _event_types(table)
    if "EVENT_VALUE" in table.columns and "EVENT_VALUE" not in broken:
        yield from _event_values(pd.to_numeric(table["EVENT_VALUE"], errors="coerce"))


def _metadata(table: pd.DataFrame, broken: set[str]) -> Iterator[Finding]:
    identity = "ITEM_ID" if "ITEM_ID" in table.columns else "USER_ID"
    yield from _ids(table, (identity,), broken)
    again = table[identity].duplicated()
    if again.any():
        first = table[identity][again].iloc[0]
        text = f"{identity} {first} in row {_first(again)} is there before; the last row of an id counts."
        yield Finding("note", text, "distinct")
    fields = len(table.columns) - 1
    if fields:
        yield Finding("good", f"{len(table):,} rows with {fields} {'field' if fields == 1 else 'fields'} about each")
    else:
        text = f"There is nothing beside {identity}: add at least one more column, such as a category."
        service = f"Schema for {identity[:4]}S must have at least one metadata field."
        yield Finding("bad", text, service=service)
    if identity == "ITEM_ID" and len(table) > MOST_ITEMS:
        yield Finding("note", f"{len(table):,} items are more than the {MOST_ITEMS:,} that a training considers.")


def _ids(table: pd.DataFrame, names: Sequence[str], broken: set[str]) -> Iterator[Finding]:
    for name in names:
        if name not in broken:
            yield Finding("good", f"{name}: {table[name].nunique():,} different ones, none missing")


def _times(seconds: pd.Series[int]) -> Iterator[Finding]:
    if seconds.empty:
        return
    if (ahead := seconds > time.time() + 86_400).any():
        yield Finding("note", f"TIMESTAMP is in the future in {_rows(ahead)}.")
    if len(seconds) > 1 and seconds.nunique() == 1:
        yield Finding("note", "TIMESTAMP is the same in every row: nobody can tell what came after what.")
    first, last = (pd.to_datetime(moment, unit="s").strftime("%-d %b %Y") for moment in (seconds.min(), seconds.max()))
    yield Finding("good", f"TIMESTAMP: seconds since 1970, from {first} to {last}")


def _enough_rows(count: int) -> Finding:
    if count < MINIMUM_ROWS:
        service = f"The input has {count} interactions; an import needs at least {MINIMUM_ROWS} interactions records."
        text = f"{count:,} rows are too few: the service takes {MINIMUM_ROWS:,} or more."
        return Finding("bad", text, service=service if count else "The input has no rows below its header.")
    if count < ADVISED_ROWS:
        return Finding("note", f"{count:,} rows are enough; {ADVISED_ROWS:,} or more give better recommendations.")
    return Finding("good", f"{count:,} rows")


def _enough_users(users: pd.Series[str]) -> Finding:
    repeated = int((users.value_counts() >= 2).sum())
    if repeated < MINIMUM_USERS:
        text = f"{repeated} users have 2 or more interactions; the service needs {MINIMUM_USERS} such users."
        service = f"Dataset has fewer than {MINIMUM_USERS} users with at least 2 interactions each"
        return Finding("bad", text, service=service)
    if users.nunique() < ADVISED_USERS:
        return Finding("note", f"{repeated:,} users have 2 or more interactions; {ADVISED_USERS:,} users are advised.")
    return Finding("good", f"{repeated:,} users have 2 or more interactions")


def _repeated(table: pd.DataFrame) -> Iterator[Finding]:
    again = table.duplicated()
    if count := int(again.sum()):
        text = f"{count:,} rows repeat an earlier one (the first is row {_first(again)}); each counts once."
        yield Finding("note", text, "distinct")


def _event_types(table: pd.DataFrame) -> Finding:
    kinds = table["EVENT_TYPE"].value_counts()
    distinct, fields = table["EVENT_TYPE"].str.lower().nunique(), [one for one in table.columns if one not in UNCOUNTED]
    if distinct + len(fields) > MOST_KINDS:
        together = f"the service takes {MOST_KINDS} together with the fields {', '.join(fields)}."
        text = f"EVENT_TYPE has {distinct} different values; {together}"
        return Finding("bad", f"{text} Merge some of them, or leave columns out.")
    return Finding("good", "EVENT_TYPE: " + ", ".join(f"{kind} ({count:,})" for kind, count in kinds.items()))


def _event_values(numbers: pd.Series[float]) -> Iterator[Finding]:
    if numbers.max() > 1 and numbers.min() >= 0:
        found = f"EVENT_VALUE goes from {numbers.min():g} to {numbers.max():g}"
        text = f"{found}; as a share of the best, up to 1, thresholds are easier to choose."
        yield Finding("note", text, "normalise")


def _separated(values: pd.Series[str], name: str) -> Iterator[Finding]:
    """Yield a note where a categorical column seems to list values, but not with the service's sign."""
    if values.str.contains("|", regex=False).any():
        return
    for sign, words in SEPARATORS.items():
        if values.str.contains(sign, regex=False).mean() > 0.2:
            text = f"{name} seems to list several values with {words}; the service tells them apart by vertical bars."
            yield Finding("note", text, "bars")
            return


def _first(mask: pd.Series[bool]) -> int:
    """Return the first row that is meant, as the file counts them."""
    return int(mask.index[mask][0]) + FIRST_ROW


def _rows(mask: pd.Series[bool]) -> str:
    """Return "row 7", or "rows 7, 9, 12 and 40 more", as the file counts them."""
    found = [int(place) + FIRST_ROW for place in mask.index[mask]]
    shown = ", ".join(f"{row:,}" for row in found[:3])
    more = f" and {len(found) - 3:,} more" if len(found) > 3 else ""
    return f"{'row' if len(found) == 1 else 'rows'} {shown}{more}"
