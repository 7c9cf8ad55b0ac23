"""Clicks in the table, the graph and the menus: each is kept until the page's next run opens what was asked for."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import resource_table as table
from components.perform import perform
from components.resource_drawer import DELETE, OPEN, UPDATE
from services.connection import Connection
from services.creation import stop_training
from services.resources import Resource

DEPLOY, TRAIN, CREATE = (f"resources.{name}" for name in ("deploy", "train", "create"))
CLICK, ACTION = "resources.click", "resources.action"
ASKED = (OPEN, DELETE, UPDATE, DEPLOY, TRAIN)
"""Session keys that hold the ARN of what is asked for."""
_KEYS = {
    table.DETAILS: OPEN,
    table.DELETE: DELETE,
    table.CHANGE: UPDATE,
    table.DEPLOY: DEPLOY,
    table.TRAIN: TRAIN,
}


def clicked_row(connection: Connection, shown: list[Resource]) -> None:
    """Do what the button of a row says."""
    click = st.session_state[CLICK]
    _do(connection, shown[click["row"]], click["label"])


def offer_actions(connection: Connection, shown: list[Resource]) -> None:
    """Draw a field that finds each row's actions by name: no key presses a button inside a table."""
    offered = {
        f"{label.partition(': ')[2]} · {resource.label} {resource.name}": (resource, label)
        for resource in shown
        for label in table.actions(resource)
    }
    st.selectbox(
        "Find an action", list(offered), index=None, placeholder="Find an action by name", key=ACTION, width=320,
        label_visibility="collapsed", filter_mode="fuzzy", on_change=_take_action, args=(connection, offered),
    )  # fmt: skip


def _take_action(connection: Connection, offered: Mapping[str, tuple[Resource, str]]) -> None:
    if chosen := st.session_state[ACTION]:
        st.session_state[ACTION] = None
        _do(connection, *offered[chosen])


def _do(connection: Connection, resource: Resource, label: str) -> None:
    if label == table.STOP:
        perform(connection, stop_training(resource.arn), f"Stopping {resource.name}")
    else:
        st.session_state[_KEYS[label]] = resource.arn


def clicked_node(key: str, arns: list[str]) -> None:
    """Open the resource whose node of the graph was clicked."""
    selected = st.session_state[key]["selection"]["selected"]
    nodes = [place for part in selected if part["data_type"] == "node" for place in part["data_indices"]]
    if nodes and nodes[0] < len(arns):
        st.session_state[OPEN] = arns[nodes[0]]


def clicked_create(key: str) -> None:
    """Open the form of the kind that was chosen in the menu."""
    ask_create(st.session_state[key])


def ask_create(label: str) -> None:
    """Open the form of the kind that the menu calls so."""
    st.session_state[CREATE] = label
