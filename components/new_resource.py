"""The forms that create resources; each offers only parents that fit, and shows the call before it is made."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from components import dialogs, session
from components.api_call import show_call
from components.lock import locked
from components.perform import perform
from services import creation
from services.connection import Connection
from services.filters import templates
from services.handbook import word
from services.recipes import Recipe, short_name
from services.resources import Resource, names_in_use
from services.service_call import ServiceCall

NAME = r"[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}"
NAME_RULE = "Letters, digits, - and _, at most 63, starting with a letter or digit."
KINDS = {
    "Solution": ":material/model_training: Solution",
    "Solution version": ":material/fitness_center: Solution version",
    "Campaign": ":material/rocket_launch: Campaign",
    "Recommender": ":material/recommend: Recommender",
    "Event tracker": ":material/sensors: Event tracker",
    "Filter": ":material/filter_alt: Filter",
}
EXPLORATION = "aws-user-personalization"


def free_name(connection: Connection, wanted: str, kind: str) -> str:
    """Return a name that no resource of the kind has in any dataset group: the wanted one, or with a number behind it.

    Raises ClientError.
    """
    taken = names_in_use(connection, kind)
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


@st.dialog("Create a solution", icon=":material/model_training:", width="medium", on_dismiss=dialogs.closed)
def create_solution(connection: Connection, group: str) -> None:
    """Ask for recipe and name."""
    domain = next(found.domain for found in session.dataset_groups(connection) if found.arn == group)
    recipes = {name: recipe for name, recipe in session.recipes(connection).items() if not recipe.domain}
    st.caption("A solution is a recipe applied to this dataset group; a version of it is what training makes.")
    chosen = recipes[
        st.selectbox(
            "Recipe",
            list(recipes),
            format_func=short_name,
            index=_first(recipes),
            key="new.recipe",
            help=word("recipe"),
        )
    ]
    st.caption(chosen.about)
    wanted = free_name(connection, chosen.name.removeprefix("aws-"), "solution")
    key = f"new.solution_{chosen.name}"
    _ask_name(wanted, key)
    hpo = st.toggle("Search the best hyperparameters", key="new.hpo", help="performHPO: trains longer, several times.")
    st.text_input("Only events of this type", key="new.event_type", placeholder="All types", help="eventType")
    if domain:
        st.caption(f"This is a {domain} dataset group; its use cases are recommenders, and custom solutions work too.")
    _submit(
        connection,
        lambda: creation.solution(group, _typed(key), chosen.arn, _typed("new.event_type"), hpo),
        lambda: f"Solution {_typed(key)} created",
        key,
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
        "Solution", list(names), index=_index(names, preset), format_func=names.__getitem__, key="new.of",
        help=word("solution"),
    )  # fmt: skip
    mode = st.segmented_control(
        "Training", ["FULL", "UPDATE"], default="FULL", required=True, key="new.mode",
        help="FULL trains anew; UPDATE brings new items in, for User-Personalization that was trained before.",
    )  # fmt: skip
    _submit(connection, lambda: creation.solution_version(arn, mode), lambda: "Training started")


@st.dialog("Create a campaign", icon=":material/rocket_launch:", on_dismiss=dialogs.closed)
def create_campaign(connection: Connection, group: str, preset: str = "") -> None:
    """Ask which version to deploy; preset is an ARN."""
    versions = [version for version in _of_kind(connection, group, "solution-version") if version.status == "ACTIVE"]
    if not versions:
        st.info("Train a solution version first; it can be deployed as soon as it is ACTIVE.", icon=":material/info:")
        return
    names = {version.arn: f"{version.name} · {short_name(version.recipe)}" for version in versions}
    arn = st.selectbox(
        "Solution version", list(names), index=_index(names, preset), format_func=names.__getitem__, key="new.version",
        help=word("solution version"),
    )  # fmt: skip
    version = next(found for found in versions if found.arn == arn)
    wanted = free_name(connection, version.name.split("/")[0], "campaign")
    key = f"new.campaign_{arn}"
    _ask_name(wanted, key)
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
    _submit(
        connection,
        lambda: creation.campaign(_typed(key), arn, weight),
        lambda: f"Campaign {_typed(key)} is being deployed",
        key,
    )


@st.dialog("Create an event tracker", icon=":material/sensors:", on_dismiss=dialogs.closed)
def create_tracker(connection: Connection, group: str) -> None:
    """Ask for a name; a group has one tracker at most."""
    if _of_kind(connection, group, "event-tracker"):
        st.info("This dataset group has its event tracker already; one is all it can have.", icon=":material/info:")
        return
    _ask_name("watch", "new.tracker")
    _submit(
        connection,
        lambda: creation.event_tracker(group, _typed("new.tracker")),
        lambda: f"Event tracker {_typed('new.tracker')} created",
        "new.tracker",
    )


@st.dialog("Create a recommender", icon=":material/recommend:", on_dismiss=dialogs.closed)
def create_recommender(connection: Connection, group: str) -> None:
    """Ask for the use case; only dataset groups of a domain have recommenders."""
    domain = next((found.domain for found in session.dataset_groups(connection) if found.arn == group), "")
    recipes = {name: recipe for name, recipe in session.recipes(connection).items() if recipe.domain == domain}
    if not domain:
        st.info(
            "Recommenders are for dataset groups of a domain (Video on demand, E-commerce). Here, train a solution and "
            "deploy it as a campaign.", icon=":material/info:",
        )  # fmt: skip
        return
    chosen = recipes[
        st.selectbox("Use case", list(recipes), format_func=short_name, key="new.use_case", help=word("use case"))
    ]
    st.caption(chosen.about)
    key = f"new.recommender_{chosen.name}"
    _ask_name(free_name(connection, short_slug(chosen.name), "recommender"), key)
    st.caption("A recommender is trained and deployed in one; on AWS it costs money for as long as it exists.")
    _submit(
        connection,
        lambda: creation.recommender(group, _typed(key), chosen.arn),
        lambda: f"Recommender {_typed(key)} is being created",
        key,
    )


@st.dialog("Create a filter", icon=":material/filter_alt:", width="medium", on_dismiss=dialogs.closed)
def create_filter(connection: Connection, group: str) -> None:
    """Ask for a filter's name and expression."""
    create_filter_form(connection, group)


def create_filter_form(connection: Connection, group: str) -> None:
    """Draw the fields of a filter, starting from an example."""
    examples = templates(session.catalog(connection, group))
    example = st.selectbox("Start from", list(examples), key="new.template")
    body, key = f"new.expression_{example}", f"new.filter_{example}"
    st.text_area("Expression", examples[example], key=body, max_chars=2500, height=90)
    _ask_name(free_name(connection, short_slug(example), "filter"), key)
    _submit(
        connection,
        lambda: creation.filter_(group, _typed(key), _typed(body)),
        lambda: f"Filter {_typed(key)} created",
        key,
    )


def short_slug(text: str) -> str:
    """Return words as a name that resources may have: "aws-vod-top-picks" is "vod-top-picks"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().removeprefix("aws-")).strip("-")


def _ask_name(wanted: str, key: str) -> None:
    st.text_input("Name", wanted, key=key, max_chars=63, validate=(f"^{NAME}$", NAME_RULE), live="300ms")


def _typed(key: str) -> str:
    """Return what a field holds now: in a callback, also what was typed since it was drawn."""
    return str(st.session_state.get(key) or "").strip()


def _submit(
    connection: Connection, build: Callable[[], ServiceCall], done: Callable[[], str], name_key: str = ""
) -> None:
    """Draw the button that makes the call, disabled while the name cannot be taken.

    The call is built when it is shown and again at the click, of what the fields hold then.
    """
    valid = not name_key or re.fullmatch(NAME, _typed(name_key)) is not None
    if not valid:
        st.caption(f":red[:material/error: {NAME_RULE}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        call = build()
        key = f"new.submit_{call.operation}"
        if st.button(
            "Create",
            type="primary",
            disabled=locked() or not valid,
            key=key,
            on_click=_make,
            args=(connection, build, done),
        ):
            st.rerun()
        show_call(connection, call.service, call.operation, call.parameters)


def _make(connection: Connection, build: Callable[[], ServiceCall], done: Callable[[], str]) -> None:
    perform(connection, build(), done())


def _of_kind(connection: Connection, group: str, kind: str) -> list[Resource]:
    return [resource for resource in session.resources(connection, group) if resource.kind == kind]


def _first(recipes: dict[str, Recipe]) -> int:
    return _index(recipes, EXPLORATION)


def _index(options: dict[str, object] | dict[str, str] | dict[str, Recipe], wanted: str) -> int:
    return list(options).index(wanted) if wanted in options else 0
