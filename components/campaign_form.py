"""The dialog of one campaign: deploy another version on it, and say how the pages call it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import dialogs
from components.api_call import show_call
from components.lock import locked
from components.new_resource import EXPLORATION
from components.perform import perform
from services import creation
from services.connection import Connection
from services.handbook import word
from services.labels import MODES, Labels, label_call
from services.resources import Resource
from services.service_call import ServiceCall


@st.dialog("Update the campaign", icon=":material/rocket_launch:", width="medium", on_dismiss=dialogs.closed)
def update_campaign(connection: Connection, campaign: Resource, resources: Sequence[Resource], labels: Labels) -> None:
    """Draw both forms; labels are the campaign's own."""
    st.markdown(f"Campaign **{campaign.name}**")
    version, names = st.tabs(["Version", "Name on the pages"])
    with version:
        _deploy(connection, campaign, resources)
    with names:
        _label(connection, campaign, labels)


def _deploy(connection: Connection, campaign: Resource, resources: Sequence[Resource]) -> None:
    solution = campaign.parent.rpartition("/")[0]
    versions = [
        found.arn
        for found in resources
        if found.kind == "solution-version" and found.status == "ACTIVE" and found.parent == solution
    ]
    if not versions:
        st.info("The solution has no other version that is ready.", icon=":material/info:")
        return
    chosen = st.selectbox(
        "Solution version",
        versions,
        index=versions.index(campaign.parent) if campaign.parent in versions else 0,
        format_func=lambda arn: arn.rpartition("/")[2] + (" · answers now" if arn == campaign.parent else ""),
        key="update.version",
        help=word("solution version"),
    )
    weight = None
    if campaign.recipe.startswith(EXPLORATION):
        weight = st.slider(
            "Exploration", 0.0, 1.0, 0.0, 0.1, key="update.weight", help="How often new items get a chance."
        )
    st.caption("The version that answers now goes on answering until the other one is ready.")
    call = creation.update_campaign(campaign.arn, chosen, weight)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Deploy", type="primary", key="update.deploy", disabled=locked(), on_click=perform,
            args=(connection, call, f"Campaign {campaign.name} is being updated"),
        ):  # fmt: skip
            st.rerun()
        show_call(connection, call.service, call.operation, call.parameters)


def _label(connection: Connection, campaign: Resource, labels: Labels) -> None:
    st.text_input("Display name", labels.name, key="update.name", max_chars=60, placeholder=campaign.name)
    st.number_input(
        "Place among the campaigns", 1, 999, int(labels.order) if labels.order.isdecimal() else 1, key="update.order",
        help=f"1 is offered first. {word('campaign')}",
    )  # fmt: skip
    st.selectbox(
        "What it is for", MODES, index=MODES.index(labels.mode) if labels.mode in MODES else 0, key="update.mode"
    )
    st.caption("Kept as tags of the campaign, so that everybody who opens this dataset group sees them.")
    call = _label_call(campaign)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Save", type="primary", key="update.save", disabled=locked(), on_click=_save, args=(connection, campaign)
        ):
            st.rerun()
        show_call(connection, call.service, call.operation, call.parameters)


def _label_call(campaign: Resource) -> ServiceCall:
    """Return the call for what the fields hold now."""
    name, order, mode = (st.session_state[f"update.{field}"] for field in ("name", "order", "mode"))
    return label_call(campaign.arn, Labels(name.strip() or campaign.name, str(order), mode))


def _save(connection: Connection, campaign: Resource) -> None:
    # Read only now: whoever types and clicks at once has not seen the fields drawn with the new text.
    perform(connection, _label_call(campaign), "Saved")
