"""Clicks in the table, the graph and the menu: each is kept until the page's next run opens what was asked for."""

from __future__ import annotations

import streamlit as st

from components import resource_table as table
from components.perform import perform
from components.resource_drawer import DELETE, OPEN, UPDATE
from services.connection import Connection
from services.creation import stop_training
from services.resources import Resource

DEPLOY, TRAIN, CREATE = (f"resources.{name}" for name in ("deploy", "train", "create"))
CLICK = "resources.click"
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
    resource = shown[click["row"]]
    if click["label"] == table.STOP:
        perform(connection, stop_training(resource.arn), f"Stopping {resource.name}")
    else:
        st.session_state[_KEYS[click["label"]]] = resource.arn


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
