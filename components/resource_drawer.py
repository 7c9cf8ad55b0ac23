"""The drawer of one resource, and the dialog that deletes it with what depends on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from components.api_call import show_call
from components.theme import status_color, status_icon
from services.connection import Connection
from services.deletion import delete_plan, dependents, vanishing
from services.recipes import short_name
from services.resources import KINDS, Resource

DELETING = "resources.deleting"
"""Session key of the ARNs that are still to be deleted, in order."""
_SHOWN_ELSEWHERE = {"status", "failureReason", "name", "jobName", "schema", "filterExpression"}


@st.dialog("Details", position="right", width="medium", icon=":material/info:")
def show_drawer(
    connection: Connection, resource: Resource, described: Mapping[str, Any], resources: Sequence[Resource]
) -> None:
    """Draw everything about a resource; described is Describe's answer."""
    st.subheader(f"{resource.label} {resource.name}", anchor=False)
    st.badge(resource.status, icon=status_icon(resource.status), color=status_color(resource.status))
    if resource.failure:
        st.error(resource.failure, title="Why it failed", icon=":material/error:")
    st.code(resource.arn, language=None, wrap_lines=True)
    st.table(_facts(resource, described))
    for member in ("filterExpression", "schema"):
        if member in described:
            st.code(described[member], language="sql" if member == "filterExpression" else "json", wrap_lines=True)
    _relations(resource, resources)
    with st.expander("Everything that Describe answers", icon=":material/data_object:"):
        st.code(json.dumps(described, indent=2, default=str), language="json")
    kind = KINDS[resource.kind]
    show_call(connection, "personalize", f"describe_{kind.operation}", {kind.arn: resource.arn})


@st.dialog("Delete", icon=":material/delete:", width="medium")
def show_delete(connection: Connection, resource: Resource, resources: Sequence[Resource]) -> None:
    """Draw the plan and ask for confirmation: by name where more than one resource goes, and on AWS always."""
    plan = delete_plan(resources, resource.arn)
    st.markdown(
        f"**{resource.label} {resource.name}** goes, and what depends on it goes before it:"
        if plan[1:]
        else f"**{resource.label} {resource.name}** goes; nothing depends on it."
    )
    for place, step in enumerate(plan, start=1):
        st.markdown(f"{place}. {step.label} **{step.name}**")
    if along := vanishing(resources, plan):
        st.caption("With them go " + ", ".join(f"{gone.label.lower()} {gone.name}" for gone in along) + ".")
    busy = [step for step in (*plan, *dependents(resources, resource.arn)) if step.moving]
    if busy:
        st.warning(
            f"{busy[0].label} {busy[0].name} is {busy[0].status}; wait until it is done.", icon=":material/hourglass:"
        )
    sure = len(plan) == 1 and connection.is_local
    if not sure:
        typed = st.text_input(f"Type {resource.name} to confirm", key="resources.confirm", live="300ms")
        sure = typed.strip() == resource.name
    arns = [step.arn for step in plan]
    label = "Delete" if len(plan) == 1 else f"Delete {len(plan)} resources"
    if st.button(
        label,
        type="primary",
        icon=":material/delete:",
        disabled=bool(busy) or not sure,
        key="resources.delete_now",
        on_click=_start,
        args=(arns,),
    ):
        st.rerun()


def _start(arns: list[str]) -> None:
    st.session_state[DELETING] = arns


def _facts(resource: Resource, described: Mapping[str, Any]) -> dict[str, str]:
    """Return what is worth reading at a glance, configuration included."""
    facts = {"Recipe": short_name(resource.recipe)} if resource.recipe else {}
    for member, value in described.items():
        if member not in _SHOWN_ELSEWHERE and not member.endswith("Arn") and value not in (None, "", {}, []):
            facts[_words(member)] = _value(value)
    return facts


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone():%-d %b %Y, %H:%M:%S}"
    return json.dumps(value, default=str) if isinstance(value, (dict, list)) else str(value)


def _words(member: str) -> str:
    """Write minProvisionedTPS as "Min provisioned TPS"."""
    text = "".join(
        f" {letter}" if letter.isupper() and not before.isupper() else letter
        for before, letter in zip(" " + member, member, strict=False)
    )
    words = [word if word.isupper() else word.lower() for word in text.split()]
    return " ".join([words[0].capitalize(), *words[1:]])


def _relations(resource: Resource, resources: Sequence[Resource]) -> None:
    parent = next((found for found in resources if found.arn == resource.parent), None)
    below = [found for found in resources if found.parent == resource.arn]
    if parent:
        st.markdown(f":material/north_west: Made from {parent.label.lower()} **{parent.name}**")
    if below:
        st.markdown(
            ":material/south_east: Used by " + ", ".join(f"{found.label.lower()} **{found.name}**" for found in below)
        )
