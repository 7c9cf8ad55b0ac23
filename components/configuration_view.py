"""The settings of several versions side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from components.plain_table import show_table
from services.configurations import differing


def show_configurations(configurations: Mapping[str, Mapping[str, str]]) -> None:
    """Draw a row per setting and a column per version; at first only the rows in which they differ."""
    only = st.toggle("Only what differs", value=True, key="differing", bind="query-params")
    names = dict.fromkeys(name for settings in configurations.values() for name in settings)
    rows = differing(configurations) if only else list(names)
    if not rows:
        st.info("All settings are the same.", icon=":material/drag_handle:")
        return
    table = {label: [settings.get(name, "–") for name in rows] for label, settings in configurations.items()}
    alt = f"{len(rows)} settings of {len(configurations)} versions"
    show_table(pd.DataFrame({"Setting": rows, **table}), "settings", alt=alt)
