"""An upload before it is sent: which columns become what, how values are mended, and what the checks say to it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.schemas import DEFAULTS, Field
from services.checks import Finding, check, converted, is_importable
from services.columns import Column, faults, renamed


@dataclass(frozen=True, slots=True)
class Draft:
    """The user's choices for a file; hashable, so that what follows from them can be kept."""

    dataset_type: str
    columns: tuple[Column, ...]
    remedy: str = ""
    """A conversion of TIMESTAMP: "milliseconds", "dates" or none."""
    event_type: str = ""
    """The EVENT_TYPE of every row, for a file that has none."""
    least_value: float = 0.0
    """Rows whose EVENT_VALUE is lower are left out."""
    domain: str = ""


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
    fields = [column.as_field() for column in draft.columns if column.field]
    ready = renamed(table, draft.columns)
    if draft.remedy and "TIMESTAMP" in ready.columns:
        ready = converted(ready, draft.remedy)
    if draft.least_value > 0 and "EVENT_VALUE" in ready.columns:
        ready = ready[pd.to_numeric(ready["EVENT_VALUE"], errors="coerce") >= draft.least_value]
    if draft.event_type and "EVENT_TYPE" not in ready.columns:
        ready = ready.assign(EVENT_TYPE=draft.event_type)
        fields.append(Field("EVENT_TYPE"))
    findings = [*_domain(draft, ready), *check(ready, draft.dataset_type)]
    return Prepared(ready, tuple(fields), findings)


def _domain(draft: Draft, table: pd.DataFrame) -> list[Finding]:
    """A domain's dataset group asks for more fields than a custom one."""
    if not draft.domain or draft.dataset_type == "Users":
        return []
    needed = [field.name for field in DEFAULTS[draft.domain, draft.dataset_type] if field.name not in table.columns]
    return [Finding("bad", f"The domain {draft.domain} needs a column {name}.") for name in needed]
