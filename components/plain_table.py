"""A table of figures as it stands, with its CSV below."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

from components.item_table import download

WHOLE = 25
"""Rows up to which a table is as high as they are; a longer one scrolls."""

Columns = dict[str, ColumnConfig | ButtonColumnResult | str | None]


def show_table(
    frame: pd.DataFrame, name: str, *, alt: str, columns: Columns | None = None, order: Sequence[str] | None = None
) -> None:
    """Draw a table; name is that of its CSV, which no other table of the page has."""
    st.dataframe(
        frame, hide_index=True, alt=alt, column_config=columns, column_order=order, placeholder="–",
        height="content" if len(frame) <= WHOLE else "auto",
    )  # fmt: skip
    download(frame, name, key=f"table.{name}")
