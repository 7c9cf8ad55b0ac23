"""The table of resources: chips, progress, reasons, relative times and row actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from components.figures import mix
from components.lock import locked
from components.theme import Palette
from services import statuses
from services.deletion import deletable
from services.handbook import word
from services.local_insights import Progress
from services.recipes import short_name
from services.resources import Resource

DETAILS = ":material/visibility: Details"
DELETE = ":material/delete: Delete"
TRAIN = ":material/model_training: Train a version"
DEPLOY = ":material/rocket_launch: Deploy"
CHANGE = ":material/edit: Update"
STOP = ":material/stop_circle: Stop"


def order(resources: Sequence[Resource]) -> list[Resource]:
    """Put what failed first, then what moves, then the rest as it came."""
    return sorted(resources, key=lambda resource: (not statuses.is_failed(resource.status), not resource.moving))


def actions(resource: Resource) -> list[str]:
    """Return what can be done with a resource now."""
    active = resource.status == statuses.ACTIVE
    found = [DETAILS]
    if locked():
        return found
    found += [TRAIN] if resource.kind == "solution" and active else []
    found += [DEPLOY] if resource.kind == "solution-version" and active else []
    found += [CHANGE] if resource.kind == "campaign" and active else []
    found += [STOP] if resource.kind == "solution-version" and resource.moving else []
    return found + ([DELETE] if deletable(resource) else [])


def frame(resources: Sequence[Resource], progress: Mapping[str, Progress]) -> pd.DataFrame:
    """Return the table's values."""
    return pd.DataFrame(
        {
            "Type": [resource.label for resource in resources],
            "Name": [resource.name for resource in resources],
            "Actions": [actions(resource) for resource in resources],
            "Status": [[resource.status] for resource in resources],
            "Progress": [_fraction(resource, progress) for resource in resources],
            "Doing": [_doing(resource, progress) for resource in resources],
            "Recipe": [short_name(resource.recipe) if resource.recipe else "" for resource in resources],
            "Updated": [resource.updated for resource in resources],
        }
    )


def show_resources(
    table: pd.DataFrame,
    palette: Palette,
    *,
    key: str,
    on_click: Callable[..., None],
    args: tuple[object, ...],
    click_key: str,
) -> None:
    """Draw the table; on_click reads the row and the action from the session under click_key."""
    quiet = {"Progress"} if table["Progress"].isna().all() else set()
    quiet |= {"Doing"} if not table["Doing"].astype(bool).any() else set()
    button = st.column_config.ButtonColumn(type="tertiary", on_click=on_click, args=args, key=click_key, width=80)
    st.dataframe(
        table,
        column_order=[name for name in table.columns if name not in quiet],
        hide_index=True,
        key=key,
        height="content",
        row_height=38,
        alt=f"{len(table)} resources with type, name, status, progress, recipe and age",
        column_config=_columns(table, palette) | {"Actions": button},
    )


def _columns(table: pd.DataFrame, palette: Palette) -> dict[str, ColumnConfig]:
    config = st.column_config
    chips = sorted({status for cell in table["Status"] for status in cell})
    return {
        "Type": config.TextColumn(width=115),
        "Name": config.TextColumn(width=185),
        "Status": status_column(chips, palette),
        "Progress": config.ProgressColumn(format="percent", min_value=0, max_value=1, width=100),
        "Doing": config.TextColumn("Doing, or why it failed", width=190),
        "Recipe": config.TextColumn(width=140, help=word("recipe")),
        "Updated": config.DatetimeColumn(format="distance", width=120),
    }


def status_column(statuses: Sequence[str], palette: Palette) -> ColumnConfig:
    """Return a column of status chips; each cell is a list of one."""
    return st.column_config.MultiselectColumn(
        options=list(statuses),
        color=[mix(palette.surface, _chip(status, palette), 0.22) for status in statuses],
        format_func=_chip_text,
        width=160,
    )


def _fraction(resource: Resource, progress: Mapping[str, Progress]) -> float | None:
    if resource.arn in progress:
        return progress[resource.arn].fraction
    return None


def _doing(resource: Resource, progress: Mapping[str, Progress]) -> str:
    if resource.failure:
        return resource.failure
    return progress[resource.arn].text if resource.arn in progress else ""


def _chip(status: str, palette: Palette) -> str:
    if statuses.is_failed(status):
        return palette.bad
    return (
        palette.warning if statuses.is_moving(status) else palette.good if status == statuses.ACTIVE else palette.muted
    )


def _chip_text(status: str) -> str:
    """Give failing and moving statuses a sign besides their colour."""
    sign = "✕ " if statuses.is_failed(status) else "◌ " if statuses.is_moving(status) else ""
    return f"{sign}{status}"
