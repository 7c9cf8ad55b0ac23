"""The forms that create resources; each offers only parents that fit, and shows the call before it is made."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from components import dialogs, session
from components.api_call import show_call
from components.perform import perform
from services import creation
from services.connection import Connection
from services.filters import TEMPLATES
from services.recipes import Recipe, short_name
from services.resources import Resource
from services.service_call import ServiceCall

NAME = r"[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}"
NAME_RULE = "Letters, digits, - and _, at most 63, starting with a letter or digit."
KINDS = {
    "Solution": ":material/model_training: Solution",
    "Solution version": ":material/fitness_center: Solution version",
    "Campaign": ":material/rocket_launch: Campaign",
    "Event tracker": ":material/sensors: Event tracker",
    "Filter": ":material/filter_alt: Filter",
}
EXPLORATION = "aws-user-personalization"


def free_name(wanted: str, resources: Sequence[Resource], kind: str) -> str:
    """Return a name that no resource of the kind has: the wanted one, or with a number behind it."""
    taken = {resource.name for resource in resources if resource.kind == kind}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


@st.dialog("Create a solution", icon=":material/model_training:", width="medium", on_dismiss=dialogs.closed)
def create_solution(connection: Connection, group: str) -> None:
    """Ask for recipe and name; training starts at once, in the same step."""
    domain = next(found.domain for found in session.dataset_groups(connection) if found.arn == group)
    recipes = {name: recipe for name, recipe in session.recipes(connection).items() if not recipe.domain}
    st.caption("A solution is a recipe applied to this dataset group; a version of it is what training makes.")
    chosen = recipes[
        st.selectbox("Recipe", list(recipes), format_func=short_name, index=_first(recipes), key="new.recipe")
    ]
    st.caption(chosen.about)
    wanted = free_name(chosen.name.removeprefix("aws-"), session.resources(connection, group), "solution")
    name = _ask_name(wanted, f"new.solution_{chosen.name}")
    hpo = st.toggle("Search the best hyperparameters", key="new.hpo", help="performHPO: trains longer, several times.")
    event = st.text_input("Only events of this type", key="new.event_type", placeholder="All types", help="eventType")
    if domain:
        st.caption(f"This is a {domain} dataset group; its use cases are recommenders, and custom solutions work too.")
    _submit(
        connection, creation.solution(group, name, chosen.arn, event.strip(), hpo), f"Solution {name} created", name
    )


@st.dialog("Train a solution version", icon=":material/fitness_center:", on_dismiss=dialogs.closed)
def create_version(connection: Connection, group: str, preset: str = "") -> None:
    """Ask which solution to train; preset is an ARN."""
    solutions = _of_kind(connection, group, "solution")
    if not solutions:
        st.info("Create a solution first.", icon=":material/info:")
        return
    names = {solution.arn: f"{solution.name} · {short_name(solution.recipe)}" for solution in solutions}
    arn = st.selectbox(
        "Solution", list(names), index=_index(names, preset), format_func=names.__getitem__, key="new.of"
    )
    mode = st.segmented_control(
        "Training", ["FULL", "UPDATE"], default="FULL", required=True, key="new.mode",
        help="FULL trains anew; UPDATE brings new items in, for User-Personalization that was trained before.",
    )  # fmt: skip
    _submit(connection, creation.solution_version(arn, mode), "Training started", "version")


@st.dialog("Create a campaign", icon=":material/rocket_launch:", on_dismiss=dialogs.closed)
def create_campaign(connection: Connection, group: str, preset: str = "") -> None:
    """Ask which version to deploy; preset is an ARN."""
    versions = [version for version in _of_kind(connection, group, "solution-version") if version.status == "ACTIVE"]
    if not versions:
        st.info("Train a solution version first; it can be deployed as soon as it is ACTIVE.", icon=":material/info:")
        return
    names = {version.arn: f"{version.name} · {short_name(version.recipe)}" for version in versions}
    arn = st.selectbox(
        "Solution version", list(names), index=_index(names, preset), format_func=names.__getitem__, key="new.version"
    )
    version = next(found for found in versions if found.arn == arn)
    wanted = free_name(version.name.split("/")[0], session.resources(connection, group), "campaign")
    name = _ask_name(wanted, f"new.campaign_{arn}")
    weight = None
    if version.recipe.startswith(EXPLORATION):
        weight = st.slider(
            "Exploration",
            0.0,
            1.0,
            0.0,
            0.1,
            key="new.weight",
            help="How often new items get a chance: 0 never, AWS starts with 0.3.",
        )
    st.caption("A deployed campaign costs money on AWS for as long as it exists; on this computer it costs nothing.")
    _submit(connection, creation.campaign(name, arn, weight), f"Campaign {name} is being deployed", name)


@st.dialog("Create an event tracker", icon=":material/sensors:", on_dismiss=dialogs.closed)
def create_tracker(connection: Connection, group: str) -> None:
    """Ask for a name; a group has one tracker at most."""
    if _of_kind(connection, group, "event-tracker"):
        st.info("This dataset group has its event tracker already; one is all it can have.", icon=":material/info:")
        return
    name = _ask_name("watch", "new.tracker")
    _submit(connection, creation.event_tracker(group, name), f"Event tracker {name} created", name)


@st.dialog("Create a filter", icon=":material/filter_alt:", width="medium", on_dismiss=dialogs.closed)
def create_filter(connection: Connection, group: str) -> None:
    """Ask for a filter's name and expression."""
    create_filter_form(connection, group)


def create_filter_form(connection: Connection, group: str) -> None:
    """Draw the fields of a filter, starting from an example."""
    example = st.selectbox("Start from", list(TEMPLATES), key="new.template")
    expression = st.text_area(
        "Expression", TEMPLATES[example], key=f"new.expression_{example}", max_chars=2500, height=90
    )
    slug = re.sub(r"[^a-z0-9]+", "-", example.lower()).strip("-")
    name = _ask_name(free_name(slug, session.resources(connection, group), "filter"), f"new.filter_{example}")
    _submit(connection, creation.filter_(group, name, expression), f"Filter {name} created", name)


def _ask_name(wanted: str, key: str) -> str:
    return st.text_input("Name", wanted, key=key, max_chars=63, validate=(f"^{NAME}$", NAME_RULE)).strip()


def _submit(connection: Connection, call: ServiceCall, done: str, name: str) -> None:
    """Draw the button that makes the call, disabled while the name cannot be taken."""
    valid = re.fullmatch(NAME, name) is not None
    if not valid:
        st.caption(f":red[:material/error: {NAME_RULE}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        key = f"new.submit_{call.operation}"
        if st.button(
            "Create", type="primary", disabled=not valid, key=key, on_click=perform, args=(connection, call, done)
        ):
            st.rerun()
        show_call(connection, call.service, call.operation, call.parameters)


def _of_kind(connection: Connection, group: str, kind: str) -> list[Resource]:
    return [resource for resource in session.resources(connection, group) if resource.kind == kind]


def _first(recipes: dict[str, Recipe]) -> int:
    return _index(recipes, EXPLORATION)


def _index(options: dict[str, object] | dict[str, str] | dict[str, Recipe], wanted: str) -> int:
    return list(options).index(wanted) if wanted in options else 0
