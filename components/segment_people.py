"""Who is in the segments of a batch job: the share of each group of a field of the Users dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components.item_table import ROW_HEIGHT, download
from services.batch_output import Answer, makeup
from services.catalog import Catalog

COMPARED = 12
"""Segments that are held against one another, here and in the map of overlaps."""


def show_makeup(segments: Sequence[Answer], catalog: Catalog, fields: Mapping[str, pd.Series[str]]) -> None:
    """Draw one row per segment, and all users for comparison; fields are the groups of each user by field."""
    if not fields:
        return
    st.subheader("Who they are", anchor=False)
    field = st.segmented_control(
        "Field of the Users dataset", list(fields), default=next(iter(fields)), required=True, key="field",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    shares = makeup({answer.label(catalog): answer.ids for answer in segments[:COMPARED]}, fields[field])
    columns = {
        name: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1) for name in shares.columns
    }
    st.dataframe(
        shares.reset_index(names="Segment"),
        hide_index=True,
        row_height=ROW_HEIGHT,
        key="batch.makeup",
        alt=f"Share of each {field} in {len(shares) - 1} segments and among all users",
        column_config=columns | {"Segment": st.column_config.TextColumn(width=230, pinned=True)},
    )
    download(shares.reset_index(names="Segment"), "segment-make-up", key="batch.makeup_csv")
    st.caption(f"Share of each group of {field} among the users of a segment of whom it is known; the largest groups.")
