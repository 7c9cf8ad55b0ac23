"""The list of checks with their repairs, and the preview of what would be imported."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.text import plain
from components.upload_mapping import repair
from components.upload_sources import EXAMPLES, NEEDS, File
from data.schemas import default_schema
from services.checks import Finding
from services.drafts import Draft, Prepared
from services.large_files import WHOLE_ONLY
from services.remedies import REMEDIES

_MARKS = {
    "good": ":green[:material/check_circle:]",
    "note": ":orange[:material/info:]",
    "bad": ":red[:material/error:]",
}
_ORDER = {"bad": 0, "note": 1, "good": 2}
PREVIEW_ROWS = 200


def show_needs(dataset_type: str, domain: str) -> None:
    """Say what a file of this type has to look like."""
    with st.container(border=True):
        st.subheader(f":material/table_view: What {dataset_type.lower()} need", anchor=False)
        st.markdown(NEEDS[dataset_type])
        st.code(EXAMPLES[dataset_type], language=None)
        st.caption("No file at hand? Take *MovieLens* as the source.")
        with st.expander("Default schema", icon=":material/data_object:"):
            st.code(default_schema(dataset_type, domain), language="json")


def show_findings(findings: Sequence[Finding], mended: Sequence[str], draft: Draft, file: File) -> None:
    """Draw the list of checks, what has to be mended first, each with its repair; mended is what reading did."""
    if file.place:
        read = f"{len(file.content) / 1e6:,.0f} of {file.size / 1e6:,.0f} MB"
        st.caption(f":material/info: Checked here: the first {read}. The rest is checked while it is sent.")
    for place, finding in enumerate(sorted(findings, key=lambda finding: _ORDER[finding.level])):
        _show_finding(finding, place, draft.dataset_type, file)
    for note in mended:
        st.markdown(f":green[:material/build:] {plain(note)}")
    if draft.remedies:
        _show_repairs(draft, file)


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


def _show_finding(finding: Finding, place: int, dataset_type: str, file: File) -> None:
    offered = finding.remedy and not file.in_place and not (file.place and finding.remedy in WHOLE_ONLY)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        service = f"  \n:gray[:small[The service would say: {plain(finding.service)}]]" if finding.service else ""
        st.markdown(f"{_MARKS[finding.level]} {plain(finding.text)}{service}", width="stretch")
        if offered:
            st.button(
                REMEDIES[finding.remedy].offer, icon=":material/build:", key=f"upload.repair.{place}.{finding.remedy}",
                on_click=repair, args=[dataset_type, file, finding.remedy], width="content",
            )  # fmt: skip


def _show_repairs(draft: Draft, file: File) -> None:
    """Draw what was repaired, each with a button that takes it back."""
    st.caption("Repaired; press to take back")
    with st.container(horizontal=True, gap="xsmall"):
        for name in sorted(draft.remedies):
            st.button(
                REMEDIES[name].done, icon=":material/undo:", key=f"upload.undo.{name}", type="tertiary",
                on_click=repair, args=[draft.dataset_type, file, name],
            )  # fmt: skip
