"""Checks a table against the rules of Amazon Personalize before anything is uploaded, naming row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

MINIMUM_ROWS, MINIMUM_USERS = 1000, 25
ADVISED_ROWS, ADVISED_USERS = 50_000, 1000
ID_LENGTH = 256
MILLISECONDS = 100_000_000_000
"""Seconds reach this number in the year 5138, milliseconds reached it in 1973."""
FIRST_ROW = 2
"""Row of a spreadsheet that holds the first record, below the header."""

Level = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule; remedy names a conversion that mends it."""

    level: Level
    text: str
    remedy: Literal["", "milliseconds", "dates"] = ""


def check(table: pd.DataFrame, dataset_type: str) -> list[Finding]:
    """Return what each rule found in a table whose columns carry the fields' names."""
    rules = _interactions if dataset_type == "Interactions" else _metadata
    return list(rules(table))


def is_importable(findings: list[Finding]) -> bool:
    """Tell whether no rule is broken."""
    return all(finding.level != "bad" for finding in findings)


def converted(table: pd.DataFrame, remedy: str) -> pd.DataFrame:
    """Return the table with TIMESTAMP in seconds: out of milliseconds, or out of dates taken as UTC."""
    if remedy == "milliseconds":
        seconds = pd.to_numeric(table["TIMESTAMP"]) // 1000
    else:
        moments = pd.to_datetime(table["TIMESTAMP"], errors="coerce", utc=True, format="mixed")
        seconds = moments.dt.as_unit("s").astype("int64").where(moments.notna())
    return table.assign(TIMESTAMP=seconds.astype("Int64").astype("str").where(seconds.notna(), table["TIMESTAMP"]))


def _interactions(table: pd.DataFrame) -> Iterator[Finding]:
    yield from _ids(table, ("USER_ID", "ITEM_ID"))
    yield _timestamps(table["TIMESTAMP"])
    yield _enough_rows(len(table))
    yield _enough_users(table["USER_ID"])
    if duplicates := int(table.duplicated().sum()):
        first = FIRST_ROW + int(table.duplicated().to_numpy().argmax())
        yield Finding(
            "note", f"{duplicates:,} rows repeat an earlier one (the first is row {first}); each counts once."
        )
    if "EVENT_TYPE" in table.columns:
        yield _event_types(table["EVENT_TYPE"])
    if "EVENT_VALUE" in table.columns:
        yield from _numbers(table["EVENT_VALUE"], "EVENT_VALUE")


def _metadata(table: pd.DataFrame) -> Iterator[Finding]:
    identity = "ITEM_ID" if "ITEM_ID" in table.columns else "USER_ID"
    yield from _ids(table, (identity,))
    repeated = table[identity].duplicated()
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        value = table[identity].iloc[row]
        yield Finding(
            "note", f"{identity} {value} in row {row + FIRST_ROW} is there before; the last row of an id counts."
        )
    fields = len(table.columns) - 1
    if fields:
        yield Finding("good", f"{len(table):,} rows with {fields} {'field' if fields == 1 else 'fields'} about each")
    else:
        yield Finding("bad", f"There is nothing beside {identity}: add at least one more column, such as a category.")


def _ids(table: pd.DataFrame, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in names:
        empty, long = table[name] == "", table[name].str.len() > ID_LENGTH
        if empty.any():
            yield Finding("bad", f"{name} is empty in {_rows(empty)}. Fill it in or remove these rows.")
        elif long.any():
            yield Finding("bad", f"{name} is longer than {ID_LENGTH} characters in {_rows(long)}. Shorten it.")
        else:
            yield Finding("good", f"{name}: {table[name].nunique():,} different ones, none missing")


def _timestamps(values: pd.Series) -> Finding:
    numbers = pd.to_numeric(values, errors="coerce")
    unreadable = numbers.isna()
    if unreadable.any():
        row = int(unreadable.to_numpy().argmax())
        moments = pd.to_datetime(values[unreadable].head(1000), errors="coerce", utc=True, format="mixed")
        dates = bool(moments.notna().all())
        what = f"TIMESTAMP in row {row + FIRST_ROW} is '{values.iloc[row][:40]}', not a number of seconds since 1970"
        advice = "Convert the dates with the switch below." if dates else f"This is so in {_rows(unreadable)}."
        return Finding("bad", f"{what}. {advice}", "dates" if dates else "")
    if (late := numbers >= MILLISECONDS).any():
        what = f"TIMESTAMP in row {int(late.to_numpy().argmax()) + FIRST_ROW} is in milliseconds"
        return Finding("bad", f"{what}; the service wants seconds. Convert them with the switch below.", "milliseconds")
    odd = (numbers < 0) | (numbers % 1 != 0)
    if odd.any():
        return Finding("bad", f"TIMESTAMP is no whole number of seconds in {_rows(odd)}.")
    first, last = (pd.to_datetime(moment, unit="s").strftime("%-d %b %Y") for moment in (numbers.min(), numbers.max()))
    return Finding("good", f"TIMESTAMP: seconds since 1970, from {first} to {last}")


def _enough_rows(count: int) -> Finding:
    if count < MINIMUM_ROWS:
        return Finding("bad", f"{count:,} rows are too few: the service trains on {MINIMUM_ROWS:,} or more.")
    if count < ADVISED_ROWS:
        return Finding("note", f"{count:,} rows are enough; {ADVISED_ROWS:,} or more give better recommendations.")
    return Finding("good", f"{count:,} rows")


def _enough_users(users: pd.Series) -> Finding:
    repeated = int((users.value_counts() >= 2).sum())
    if repeated < MINIMUM_USERS:
        text = f"{repeated} users have 2 or more interactions; the service needs {MINIMUM_USERS} such users."
        return Finding("bad", text)
    if users.nunique() < ADVISED_USERS:
        return Finding("note", f"{repeated:,} users have 2 or more interactions; {ADVISED_USERS:,} users are advised.")
    return Finding("good", f"{repeated:,} users have 2 or more interactions")


def _event_types(values: pd.Series) -> Finding:
    empty = values == ""
    if empty.any():
        return Finding("bad", f"EVENT_TYPE is empty in {_rows(empty)}. Fill it in, or leave the column out.")
    kinds = values.value_counts()
    if len(kinds) > 10:
        return Finding(
            "bad", f"EVENT_TYPE has {len(kinds)} different values; the service takes 10. Merge some of them."
        )
    return Finding("good", "EVENT_TYPE: " + ", ".join(f"{kind} ({count:,})" for kind, count in kinds.items()))


def _numbers(values: pd.Series, name: str) -> Iterator[Finding]:
    wrong = pd.to_numeric(values, errors="coerce").isna() & (values != "")
    if wrong.any():
        yield Finding("bad", f"{name} is not a number in {_rows(wrong)}. Mend these rows, or leave the column out.")


def _rows(mask: pd.Series) -> str:
    """Return "row 7", or "rows 7, 9, 12 and 40 more"."""
    found = [int(position) + FIRST_ROW for position in mask.to_numpy().nonzero()[0]]
    shown = ", ".join(f"{row:,}" for row in found[:3])
    more = f" and {len(found) - 3:,} more" if len(found) > 3 else ""
    return f"{'row' if len(found) == 1 else 'rows'} {shown}{more}"
