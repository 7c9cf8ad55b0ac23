"""The actions that a user takes most likely next, such as signing up for something."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.api_call import show_call
from components.deployment_choice import choose_deployment, stop_unless_ready
from components.feedback import empty_state
from components.item_table import ROW_HEIGHT, download
from components.text import plain
from services.actions import NextAction, next_actions
from services.connection import Connection
from services.deployments import Deployment


def show_actions(
    connection: Connection, group: str, deployments: Sequence[Deployment], user_id: str, count: int
) -> None:
    """Draw the tab: the actions with their probabilities, or what it takes to have some."""
    if not deployments:
        empty_state(
            "No campaign for actions",
            "Import an Actions dataset (what users can be offered: a newsletter, a membership), train "
            "aws-next-best-action on it and deploy that: it tells which action each user takes most likely.",
            icon="touch_app",
            page="pages/resources.py",
            action="Create one on Resources",
        )
        return
    chosen = choose_deployment("Campaign for actions", deployments, key="actions")
    if chosen is None:
        return
    stop_unless_ready(connection, group, chosen)
    answer = next_actions(connection, chosen, user_id, count)
    st.header(f"What user {plain(user_id[:24])} does next, most likely", anchor=False)
    if not answer.actions:
        st.info("No action fits: they have expired, or were taken too short a time ago.", icon=":material/inbox:")
        return
    frame = _frame(answer.actions)
    _show_table(frame, answer.actions[0].action_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, answer.call.service, answer.call.operation, answer.call.parameters)
        download(frame, "actions", key="recommend.actions.csv")
        st.caption(f"{answer.seconds * 1000:.0f} ms · recommendation id {answer.recommendation_id}")


def _frame(actions: Sequence[NextAction]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "#": [action.rank for action in actions],
            "Action": [action.action_id for action in actions],
            "Probability": [action.score for action in actions],
        }
    )


def _show_table(frame: pd.DataFrame, leader: str) -> None:
    columns = {
        "#": st.column_config.NumberColumn(width=44),
        "Action": st.column_config.TextColumn(width=300),
        "Probability": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1, width=260),
    }
    st.dataframe(
        frame, hide_index=True, width="content", height=ROW_HEIGHT * (len(frame) + 1) + 3, row_height=ROW_HEIGHT,
        column_config=columns, key="recommend.actions", alt=f"{len(frame)} actions, led by {leader}",
    )  # fmt: skip
