"""RFM on Upload data: computed from the interactions that wait or were imported, and put into a file of users."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from components import session, upload_cache
from components.feedback import show_error
from components.figures import CONFIG, figure
from components.item_table import download
from components.theme import Palette, palette
from components.upload_mapping import drafted
from components.upload_sources import File, files, forget_file, keep, table_of
from services.connection import Connection
from services.errors import SERVICE_FAILURES, Problem
from services.rfm import SCORES, rfm, users_file, with_rfm

PREVIEW_ROWS = 200
_MEANING = (
    "How recently (R), how often (F) and for how much (M) each user came, as scores from 1 to 5: each fifth of the "
    "users has one, and 5 is best. RFM puts the three digits together, so 555 came lately, often and for much. "
    "The much is the sum of EVENT_VALUE, or the number of events where there is none."
)


def show_rfm(connection: Connection, group: str | None) -> None:
    """Draw the builder of users' RFM; group is the ARN of the dataset group whose interactions can be read."""
    with st.expander("RFM from the interactions", icon=":material/leaderboard:", key="rfm", on_change="rerun") as box:
        if not box.open:
            return
        st.caption(_MEANING)
        try:
            found = _scores(connection, group)
        except (Problem, *SERVICE_FAILURES) as failure:
            show_error(failure, "compute RFM")
            return
        if found is None:
            st.info(
                "Choose a file of interactions that passes its checks, or import one into this dataset group first.",
                icon=":material/info:",
            )
            return
        scores, origin = found
        st.markdown(f"**{len(scores):,} users**, from {origin}", width="content")
        _show_scores(scores)
        _offer(scores, files().get("Users"))


def grid(scores: pd.DataFrame, palette: Palette) -> Figure:
    """Draw how many users have each pair of recency and frequency scores."""
    names = list(range(1, SCORES + 1))
    counts = pd.crosstab(scores["F"], scores["R"]).reindex(index=names, columns=names, fill_value=0)
    cells = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": counts.to_numpy(),
        "text": counts.to_numpy(),
        "texttemplate": "%{text:,}",
        "showscale": False,
        "colorscale": [[0, palette.surface], [1, palette.accent]],
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "Recency %{x}, frequency %{y}: %{z:,} users<extra></extra>",
    }
    recency = {"title": "Recency: 5 came last", "dtick": 1}
    return figure(palette, 280, [cells], xaxis=recency, yaxis={"title": "Frequency: 5 came most", "dtick": 1})


def _show_scores(scores: pd.DataFrame) -> None:
    chart, table = st.columns([2, 3], gap="medium")
    best = int((scores["RFM"] == 555).sum())
    alt = f"Users by recency and frequency; {best:,} of {len(scores):,} have the best RFM, 555"
    chart.plotly_chart(grid(scores, palette()), key="rfm.grid", config=CONFIG, alt=alt)
    days = st.column_config.NumberColumn("Recency (days)", format="%.1f")
    table.dataframe(
        scores.head(PREVIEW_ROWS), hide_index=True, height=280, column_config={"Recency": days},
        alt=f"RFM of the first {min(PREVIEW_ROWS, len(scores))} users",
    )  # fmt: skip
    with table:
        download(scores, "rfm", key="rfm.csv")


def _offer(scores: pd.DataFrame, users: File | None) -> None:
    """Draw the button that makes a file of users, or adds a column to the one that waits."""
    if users is not None and users.place:
        st.caption(":material/info: This users file is too large to be changed here; RFM can go into a smaller one.")
        return
    label = "Make a users file with RFM" if users is None else "Add RFM to the users file"
    st.button(
        label, icon=":material/add_chart:", key="rfm.take", type="primary", on_click=_take, args=[scores, users]
    )  # fmt: skip


def _take(scores: pd.DataFrame, users: File | None) -> None:
    if users is None:
        name, content = "users-rfm.csv", users_file(scores)
    else:
        draft = drafted("Users", users)
        try:
            name, content = users.name, with_rfm(table_of(users).rows, draft.columns if draft else (), scores)
        except Problem as problem:
            show_error(problem)
            return
    # The browser's own file would come back at the next run, so its field is emptied.
    forget_file("Users")
    keep("Users", name, content)


def _scores(connection: Connection, group: str | None) -> tuple[pd.DataFrame, str] | None:
    """Return the scores and where they come from: the file that waits, else what was imported. Raises Problem."""
    file = files().get("Interactions")
    draft = drafted("Interactions", file) if file is not None and not file.place else None
    if file is not None and draft is not None:
        prepared = upload_cache.prepared(file.digest, draft, table_of(file).rows)
        if prepared.importable:
            return upload_cache.scores(file.digest, draft, prepared.table), f"{file.name}, as it would be imported"
    events = session.interactions(connection, group).frame if group else None
    return None if events is None or events.empty else (rfm(events), "what was imported")
