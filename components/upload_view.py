"""The list of checks with their repairs, and the preview of what would be imported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from components import upload_cache
from components.plain_table import Columns, show_table
from components.text import plain
from components.upload_mapping import repair
from components.upload_sources import EXAMPLES, NEEDS, File, keep
from data.schemas import default_schema
from services.checks import Finding
from services.drafts import Draft, Prepared
from services.large_files import WHOLE_ONLY
from services.profile import Profile
from services.remedies import REMEDIES
from services.sample_files import sample_file

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
        st.header(f":material/table_view: What {dataset_type.lower()} need", anchor=False)
        st.markdown(NEEDS[dataset_type])
        st.code(EXAMPLES[dataset_type], language=None)
        _offer_sample(dataset_type, domain)
        with st.expander("Default schema", icon=":material/data_object:"):
            st.code(default_schema(dataset_type, domain), language=None)


def _offer_sample(dataset_type: str, domain: str) -> None:
    """Draw what a newcomer can take who has no file."""
    name, made = f"sample-{dataset_type.lower()}.csv", partial(sample_file, dataset_type, domain)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download a sample", made, name, "text/csv", icon=":material/download:", key="upload.sample_file",
            on_click="ignore",
        )  # fmt: skip
        st.button(
            "Try it with the sample", icon=":material/science:", key="upload.try_sample",
            on_click=_take_sample, args=[dataset_type, domain, name],
        )  # fmt: skip
        st.caption("Made up, and right in every point. For real ratings take *MovieLens* as the source.")


def _take_sample(dataset_type: str, domain: str, name: str) -> None:
    keep(dataset_type, name, sample_file(dataset_type, domain))


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


def show_preview(prepared: Prepared, draft: Draft, file: File) -> None:
    """Draw the first rows as they would be imported, and a profile of every column."""
    shown = min(PREVIEW_ROWS, len(prepared.table))
    rows, columns = st.tabs([f"First {shown} rows", "Columns"], on_change="rerun", key="upload.preview")
    if columns.open and prepared.fields:
        with columns:
            _show_columns(upload_cache.profiled(file.digest, draft, prepared))
    else:
        with rows:
            first = prepared.table.head(PREVIEW_ROWS)
            show_table(first, "first-rows", alt="The first rows as they would be imported")


def _show_columns(found: Sequence[Profile]) -> None:
    frame = pd.DataFrame(
        {
            "Field": [one.field.name for one in found],
            "Type": [one.field.type for one in found],
            "Filled": [one.filled for one in found],
            "Different values": [one.different for one in found],
            "Spread": [list(one.spread) for one in found],
            "Range, or the commonest": [one.told for one in found],
        }
    )
    spread = "Rows by range of a number or time; of anything else, rows of each of the commonest values"
    looks: Columns = {
        "Filled": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0, width=110),
        "Different values": st.column_config.NumberColumn(format="localized", width=120),
        "Spread": st.column_config.BarChartColumn(y_min=0, width=180, help=spread),
    }
    show_table(frame, "columns", alt=f"What the {len(frame)} columns hold", columns=looks)


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
