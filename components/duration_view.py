"""A table of how long things took here and how long they take on AWS."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.plain_table import show_table
from services.connection import Connection
from services.durations import Duration, read_durations, totals
from services.resources import Resource

_HELP = "From MovieLens 100k, as a public tutorial of Amazon Personalize measured it; more data takes longer."


def show_durations(connection: Connection, resources: Sequence[Resource]) -> None:
    """Draw, on demand, what each import, training and campaign of these resources took."""
    label = "How long it took here and on AWS" if connection.is_local else "How long it took"
    with st.expander(label, icon=":material/timer:", key="times", on_change="rerun", bind="query-params") as box:
        if not box.open:
            return
        found = read_durations(connection, resources)
        show_table(
            frame(found), "durations", alt=f"How long {len(found)} resources took to become active",
            columns={"On AWS": st.column_config.TextColumn("On AWS, about", help=_HELP)},
        )  # fmt: skip
        seconds, least, most = totals(found)
        st.caption(f":material/functions: Added up: {words(seconds)}; on AWS about {least} to {most} minutes.")
        if any(one.seconds is None for one in found):
            st.caption("What was updated or measured after it was made does not tell any more how long that took.")


def frame(durations: Sequence[Duration]) -> pd.DataFrame:
    """Return the table's texts."""
    return pd.DataFrame(
        {
            "Type": [found.resource.label for found in durations],
            "Name": [found.resource.name for found in durations],
            "Took": ["" if found.seconds is None else words(found.seconds) for found in durations],
            "On AWS": ["{} to {} min".format(*found.aws_minutes) for found in durations],
        }
    )


def words(seconds: float) -> str:
    """Return a span as it is read best: "0.4 s", "14 s", "25 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
