"""The drawer of one resource, and the dialog that deletes it with what depends on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from components import dialogs
from components.api_call import show_call
from components.keep_copy import offer_copy
from components.lock import locked
from components.text import plain
from components.theme import status_color, status_icon
from services.api_calls import shell_call
from services.connection import Connection
from services.costs import Running
from services.deletion import deletable, delete_plan, dependents, vanishing
from services.provenance import changed, creation_call
from services.recipes import short_name
from services.resources import KINDS, Resource
from services.service_call import ServiceCall

OPEN, DELETE, UPDATE = "resources.open", "resources.delete", "resources.update"
"""Session keys of the ARN that a dialog is to show at the next run."""
DELETING = "resources.deleting"
"""Session key of the ARNs that are still to be deleted, in order."""
_SHOWN_ELSEWHERE = {"status", "failureReason", "name", "jobName", "schema", "filterExpression"}


@st.dialog("Details", position="right", width="medium", icon=":material/info:", on_dismiss=dialogs.closed)
def show_drawer(
    connection: Connection, resource: Resource, described: Mapping[str, Any], resources: Sequence[Resource]
) -> None:
    """Draw everything about a resource; described is Describe's answer."""
    st.header(f"{resource.label} {resource.name}", anchor=False)
    st.badge(resource.status, icon=status_icon(resource.status), color=status_color(resource.status))
    if resource.failure:
        st.error(plain(resource.failure), title="Why it failed", icon=":material/error:")
    st.code(resource.arn, language=None, wrap_lines=True)
    made = creation_call(connection, resource, described)
    _configuration(changed(made))
    st.table(_as_text(_facts(resource, described, made)))
    for member in ("filterExpression", "schema"):
        if member in described:
            st.code(described[member], language=None, wrap_lines=True)
    _relations(resource, resources)
    with st.expander("Everything that Describe answers", icon=":material/data_object:"):
        st.code(json.dumps(described, indent=2, default=str), language=None)
    kind = KINDS[resource.kind]
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, made.service, made.operation, made.parameters, label="The call that made it")
        show_call(connection, "personalize", f"describe_{kind.operation}", {kind.arn: resource.arn})
        if resource.kind == "campaign" and not resource.moving:
            _change("Update", ":material/edit:", UPDATE, resource.arn)
        if deletable(resource):
            _change("Delete", ":material/delete:", DELETE, resource.arn)


@st.dialog("Delete", icon=":material/delete:", width="medium", on_dismiss=dialogs.closed)
def show_delete(
    connection: Connection, resource: Resource, resources: Sequence[Resource], savings: Sequence[Running]
) -> None:
    """Draw the plan and ask for confirmation: by name where more than one resource goes, and on AWS always.

    savings are those of the plan's resources that cost money on AWS for as long as they are there.
    """
    plan = delete_plan(resources, resource.arn)
    along = vanishing(resources, plan)
    _show_plan(resource, plan, along)
    offer_copy(connection, resource.name, [*plan, *along])
    _savings(savings, local=connection.is_local)
    _delete_calls(connection, plan)
    busy = next((step for step in (*plan, *dependents(resources, resource.arn)) if step.moving), None)
    if busy:
        st.warning(f"{busy.label} {busy.name} is {busy.status}; wait until it is done.", icon=":material/hourglass:")
    sure = (len(plan) == 1 and connection.is_local) or _confirmed(resource.name)
    if st.button(
        "Delete" if len(plan) == 1 else f"Delete {len(plan)} resources",
        type="primary",
        icon=":material/delete:",
        disabled=locked() or bool(busy) or not sure,
        key="resources.delete_now",
        on_click=_start,
        args=([step.arn for step in plan],),
    ):
        st.rerun()


def _show_plan(resource: Resource, plan: Sequence[Resource], along: Sequence[Resource]) -> None:
    st.markdown(
        f"**{resource.label} {resource.name}** goes, and what depends on it goes before it:"
        if plan[1:]
        else f"**{resource.label} {resource.name}** goes; nothing depends on it."
    )
    st.markdown("\n".join(f"{place}. {step.label} **{plain(step.name)}**" for place, step in enumerate(plan, start=1)))
    if along:
        st.caption("With them go " + ", ".join(f"{gone.label.lower()} {gone.name}" for gone in along) + ".")


def _delete_calls(connection: Connection, plan: Sequence[Resource]) -> None:
    calls = [(KINDS[step.kind], step.arn) for step in plan]
    with st.expander("The calls, in order", icon=":material/code:"):
        lines = [
            shell_call(connection, "personalize", f"delete_{kind.operation}", {kind.arn: arn}) for kind, arn in calls
        ]
        st.code("\n".join(lines), language=None, wrap_lines=True)


def _confirmed(name: str) -> bool:
    return st.text_input(f"Type {name} to confirm", key="resources.confirm", live="300ms").strip() == name


def _savings(savings: Sequence[Running], *, local: bool) -> None:
    """Say what nobody has to pay for any more."""
    monthly = sum(running.monthly or 0 for running in savings)
    if not savings:
        st.caption(":material/payments: Nothing of this costs money while it stands idle.")
    elif monthly:
        st.markdown(
            f":material/savings: Saves about **\\${monthly:,.0f} a month** on AWS"
            + (" (on this computer it costs nothing)." if local else ".")
        )


def _start(arns: list[str]) -> None:
    st.session_state[DELETING] = arns


def _configuration(settings: Mapping[str, str]) -> None:
    """Draw how it was set up, as far as that is not what the service does by itself."""
    if not settings:
        st.caption(":material/tune: Set up as the service has it by default.")
        return
    st.markdown(":material/tune: Set up otherwise than by default")
    st.table(_as_text(settings))


def _as_text(table: Mapping[str, str]) -> dict[str, str]:
    """Keep what others wrote from being read as markdown."""
    return {name: plain(value) for name, value in table.items()}


def _facts(resource: Resource, described: Mapping[str, Any], made: ServiceCall) -> dict[str, str]:
    """Return what is worth reading at a glance beside how it was set up."""
    facts = {"Recipe": short_name(resource.recipe)} if resource.recipe else {}
    for member, value in described.items():
        if member in made.parameters and member != "domain":
            continue  # a setting: told above, or at its default
        if member not in _SHOWN_ELSEWHERE and not member.endswith("Arn") and value not in (None, "", {}, []):
            facts[_words(member)] = _value(value)
    return facts


def _value(value: Any) -> str:
    if isinstance(value, dict) and "status" in value:  # the newest version, or an update on its way
        newest = value.get("solutionVersionArn", "").rpartition("/")[2]
        return " · ".join(filter(None, (newest, value["status"], value.get("failureReason"))))
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
    """Draw what it was made from and what was made from it, as buttons that open those."""
    parents = [found for found in resources if found.arn == resource.parent]
    below = [found for found in resources if found.parent == resource.arn]
    for title, icon, related in (("Made from", "north_west", parents), ("Used by", "south_east", below)):
        if related:
            st.markdown(f":material/{icon}: {title}")
            with st.container(horizontal=True, gap="xsmall"):
                for found in related:
                    _link(found)


def _link(resource: Resource) -> None:
    if st.button(
        f"{resource.label} {resource.name}",
        key=f"resources.goto_{resource.arn}",
        on_click=_ask,
        args=(OPEN, resource.arn),
    ):
        st.rerun()


def _change(label: str, icon: str, key: str, arn: str) -> None:
    if st.button(label, icon=icon, key=f"{key}_here", disabled=locked(), on_click=_ask, args=(key, arn)):
        st.rerun()


def _ask(key: str, arn: str) -> None:
    st.session_state[key] = arn
