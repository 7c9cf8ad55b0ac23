"""The offer to train the popularity baseline where it is missing."""

from __future__ import annotations

import streamlit as st

from components import session
from components.feedback import errors_shown
from components.lock import locked
from components.new_resource import free_name
from components.perform import perform
from services.connection import Connection
from services.creation import solution, solution_version
from services.recipes import POPULARITY


def offer_baseline(connection: Connection, group: str) -> None:
    """Draw why a comparison wants popularity, and the button that trains it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/flag: Every comparison should have **popularity** as its baseline; it trains in seconds."
        )
        st.button(
            "Train the popularity baseline",
            type="primary",
            key="metrics.train_baseline",
            disabled=locked(),
            on_click=_train,
            args=(connection, group),
        )


def _train(connection: Connection, group: str) -> None:
    """Create the popularity solution where it is missing, and train a version of it."""
    solutions = _solutions(connection, group)
    if not solutions:
        with errors_shown("train the popularity baseline"):
            recipe = session.recipes(connection)[POPULARITY]
            name = free_name(connection, "popularity", "solution")
        perform(connection, solution(group, name, recipe.arn), "Popularity solution created")
        solutions = _solutions(connection, group)
    if solutions:
        perform(connection, solution_version(solutions[0]), "The popularity baseline is being trained")


def _solutions(connection: Connection, group: str) -> list[str]:
    everything = session.resources(connection, group)
    return [found.arn for found in everything if found.recipe == POPULARITY and found.kind == "solution"]
