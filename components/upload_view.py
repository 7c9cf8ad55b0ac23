"""The parts of the upload page: choosing a file, matching its columns, and the list of checks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import pandas as pd
import streamlit as st

from components import session
from data.schemas import RESERVED, FieldType, default_schema
from services.checks import Finding
from services.columns import LEFT_OUT, Column, match
from services.drafts import Prepared

_KEPT = "upload.kept"
_MARKS = {
    "good": ":green[:material/check_circle:]",
    "note": ":orange[:material/info:]",
    "bad": ":red[:material/error:]",
}
PREVIEW_ROWS = 200
_NEEDS = {
    "Interactions": "USER_ID, ITEM_ID and TIMESTAMP (seconds since 1970); EVENT_TYPE and EVENT_VALUE if there are any. "
    "Columns named otherwise, such as userId and movieId, are recognised or can be matched.",
    "Items": "ITEM_ID and at least one more column, such as GENRES or PRICE. A column title is kept as the catalogue.",
    "Users": "USER_ID and at least one more column, such as AGE or GENDER.",
}


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file that survives a visit to other pages."""

    name: str
    content: bytes
    digest: str


def choose_file(dataset_type: str) -> File | None:
    """Draw the uploader and return the file of this dataset type, also the one from before a visit to other pages."""
    kept: dict[str, File] = st.session_state.setdefault(_KEPT, {})
    uploaded = st.file_uploader(
        "CSV file", type=["csv", "txt"], key=f"upload.file.{dataset_type}", help=_NEEDS[dataset_type]
    )
    if uploaded is not None:
        content = uploaded.getvalue()
        kept[dataset_type] = File(uploaded.name, content, hashlib.sha256(content).hexdigest()[:16])
    elif dataset_type in kept:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/draft: {kept[dataset_type].name}", width="content")
            st.button("Remove", key="upload.remove", on_click=forget_file, args=[dataset_type], type="tertiary")
    return kept.get(dataset_type)


def show_needs(dataset_type: str, domain: str) -> None:
    """Say what a file of this type has to look like."""
    with st.container(border=True):
        st.subheader(f":material/table_view: What {dataset_type.lower()} need", anchor=False)
        st.markdown(_NEEDS[dataset_type])
        with st.expander("Default schema", icon=":material/data_object:"):
            st.code(default_schema(dataset_type, domain), language="json")


def match_columns(file: File, table: pd.DataFrame, dataset_type: str) -> tuple[Column, ...]:
    """Draw the table in which columns are matched to fields and return the matching."""
    proposal = match(table, dataset_type)
    frame = pd.DataFrame(
        {
            "Your column": [column.source for column in proposal],
            "First value": [str(table[column.source].iloc[0])[:40] for column in proposal],
            "Field": [column.field for column in proposal],
            "Type": [column.type for column in proposal],
            "Categorical": [column.categorical for column in proposal],
            "Optional": [column.nullable for column in proposal],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["Your column", "First value"],
        column_config={
            "Field": st.column_config.TextColumn(help="The field's name in the schema; empty leaves the column out"),
            "Type": st.column_config.SelectboxColumn(options=list(get_args(FieldType)), required=True),
        },
        key=f"upload.columns.{dataset_type}.{file.digest}",
        alt="Which column of the file becomes which field of the dataset",
    )
    return tuple(_column(*row) for row in edited.drop(columns="First value").itertuples(index=False))


def _column(source: str, field: str | None, type_: FieldType, categorical: bool, nullable: bool) -> Column:
    name = (field or "").strip().upper()
    if name in RESERVED:
        return Column(source, name, RESERVED[name], nullable=nullable and name == "EVENT_VALUE")
    return Column(
        source, name or LEFT_OUT, type_, categorical=bool(categorical) and bool(name), nullable=bool(nullable)
    )


def show_findings(findings: Sequence[Finding]) -> None:
    """Draw the list of checks, what has to be mended first."""
    order = {"bad": 0, "note": 1, "good": 2}
    for finding in sorted(findings, key=lambda finding: order[finding.level]):
        st.markdown(f"{_MARKS[finding.level]} {_plain(finding.text)}")


def show_preview(prepared: Prepared) -> None:
    """Draw the first rows as they would be imported, and a profile of every column."""
    rows, profile = st.tabs([f"First {min(PREVIEW_ROWS, len(prepared.table))} rows", "Columns"])
    rows.dataframe(
        prepared.table.head(PREVIEW_ROWS), hide_index=True, height=320, alt="The first rows as they would be imported"
    )
    table = prepared.table
    summary = pd.DataFrame(
        {
            "Field": list(table.columns),
            "Filled": [float((table[name] != "").mean()) if len(table) else 0.0 for name in table.columns],
            "Different values": [int(table[name].nunique()) for name in table.columns],
            "Example": [str(table[name].iloc[0])[:60] if len(table) else "" for name in table.columns],
        }
    )
    filled = st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0)
    profile.dataframe(summary, hide_index=True, column_config={"Filled": filled}, alt="What the columns hold")


def forget_file(dataset_type: str) -> None:
    """Put the file of a dataset type away, after it was imported."""
    st.session_state.get(_KEPT, {}).pop(dataset_type, None)


def table_of(file: File) -> pd.DataFrame:
    """Return the file's rows. Raises Problem."""
    return session.uploaded_table(file.digest, file.content)


def _plain(text: str) -> str:
    """Take away what Markdown would read into a file's own words."""
    return text.translate({ord(sign): f"\\{sign}" for sign in "*_`[]<>$~:#"})
