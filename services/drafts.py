"""An upload before it is sent: which columns become what, how values are mended, and what the checks say to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.schemas import DEFAULTS, Field
from services.checks import Finding, check, is_importable
from services.columns import Column, faults, renamed
from services.remedies import mended

FULL, INCREMENTAL = "FULL", "INCREMENTAL"


@dataclass(frozen=True, slots=True)
class Draft:
    """The user's choices for a file; hashable, so that what follows from them can be kept."""

    dataset_type: str
    columns: tuple[Column, ...]
    remedies: frozenset[str] = frozenset()
    """Repairs that were asked for, by their names in services.remedies."""
    event_type: str = ""
    """The EVENT_TYPE of every row, for a file that has none."""
    least_value: float = 0.0
    """Rows whose EVENT_VALUE is lower are left out."""
    domain: str = ""
    percent: int = 100
    """Share of the users whose interactions are kept."""
    mode: str = FULL
    """Whether the rows replace what was imported before or come on top."""
    in_place: bool = False
    """Whether the service reads the file where it is, so that nothing in it can be changed."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What would be imported, and what the checks say to it."""

    table: pd.DataFrame
    fields: tuple[Field, ...]
    findings: list[Finding]

    @property
    def importable(self) -> bool:
        """Tell whether nothing speaks against the import."""
        return is_importable(self.findings)


def prepare(table: pd.DataFrame, draft: Draft) -> Prepared:
    """Return the table with its fields' names and mended values, and the result of every check."""
    wrong = [Finding("bad", fault) for fault in faults(draft.columns, draft.dataset_type)]
    if wrong:
        return Prepared(table, (), wrong)
    ready, fields = shaped(table, draft)
    findings = check(ready, draft.dataset_type, fields, adds=draft.mode == INCREMENTAL)
    return Prepared(ready, fields, [*_domain(draft, ready), *_fixed_names(draft), *findings])


def shaped(table: pd.DataFrame, draft: Draft) -> tuple[pd.DataFrame, tuple[Field, ...]]:
    """Return rows as they are to be sent, with their fields; the draft's matching has no faults."""
    fields = [column.as_field() for column in draft.columns if column.field]
    ready = renamed(table, draft.columns)
    if draft.in_place:
        return ready, tuple(fields)
    if draft.least_value > 0 and "EVENT_VALUE" in ready.columns:
        ready = ready[pd.to_numeric(ready["EVENT_VALUE"], errors="coerce") >= draft.least_value]
    if draft.event_type and "EVENT_TYPE" not in ready.columns:
        ready = ready.assign(EVENT_TYPE=draft.event_type)
        fields.append(Field("EVENT_TYPE"))
    if draft.percent < 100 and draft.dataset_type == "Interactions":
        ready = ready[_drawn(ready["USER_ID"], draft.percent)]
    ready = mended(ready, fields, draft.remedies)
    return ready, tuple(fields)


def _fixed_names(draft: Draft) -> list[Finding]:
    """Columns of a file that is read where it is must be called as the fields are."""
    other = [column for column in draft.columns if column.field and column.field != column.source]
    if not draft.in_place or not other:
        return []
    names = ", ".join(column.field for column in other)
    text = (
        f"{other[0].source} would have to be called {other[0].field}: a file of this size is imported from where it is "
        "on S3, with its own names. Rename its columns, or give its path on this computer."
    )
    return [Finding("bad", text, service=f"Input CSV is missing the following columns:[{names}].")]


def _drawn(users: pd.Series[str], percent: int) -> pd.Series[bool]:
    """Tell which rows belong to the drawn users: always the same ones, with all that they did."""
    numbers = pd.util.hash_array(users.to_numpy(dtype=object), categorize=True) % np.uint64(1000)
    return pd.Series(numbers < percent * 10, index=users.index)


def _domain(draft: Draft, table: pd.DataFrame) -> list[Finding]:
    """A domain's dataset group asks for more fields than a custom one."""
    if not draft.domain or draft.dataset_type == "Users":
        return []
    needed = [field.name for field in DEFAULTS[draft.domain, draft.dataset_type] if field.name not in table.columns]
    service = (
        f"Schema is missing the following fields, which the domain {draft.domain} requires: [{', '.join(needed)}]."
    )
    return [Finding("bad", f"The domain {draft.domain} needs a column {name}.", service=service) for name in needed]
