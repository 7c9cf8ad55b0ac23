"""Puts a filter together by choosing columns and values, shows it as an expression and in words, and creates it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from components import session
from components.api_call import show_call
from components.lock import locked
from components.new_resource import NAME, create_filter_form, free_name
from components.perform import perform
from components.text import plain
from services import creation
from services.catalog import Catalog
from services.connection import Connection
from services.filter_rules import FilterField, Rule, expression_of, read_aloud
from services.service_call import ServiceCall

MOST_RULES = 4
LEAVE_OUT = "Leave out"
NEXT = "builder.next"
"""Session key of the name of the filter that was created last, to be chosen as soon as it is ready."""


def show_new_filter(connection: Connection, group: str, catalog: Catalog, event_types: Sequence[str]) -> None:
    """Draw the two ways to a new filter: by rules, or by writing the expression."""
    fields = session.filter_fields(connection, group)
    rules, written = st.tabs(["By rules", "Written"], key="how", on_change="rerun", bind="query-params")
    if rules.open:
        with rules:
            if fields:
                _build(connection, group, fields, catalog, event_types)
            else:
                st.info("The datasets have no columns that a filter could ask about.", icon=":material/view_column:")
    if written.open:
        with written:
            create_filter_form(connection, group)


def _build(
    connection: Connection, group: str, fields: Sequence[FilterField], catalog: Catalog, event_types: Sequence[str]
) -> None:
    count = st.segmented_control(
        "Rules", range(1, MOST_RULES + 1), default=1, required=True, key="rules", bind="query-params",
        help="An item is listed when every rule lets it through.",
    )  # fmt: skip
    rules = [_ask_rule(number, fields, catalog, event_types) for number in range(count)]
    if not all(rule.complete for rule in rules):
        st.caption(":material/edit: Give each rule its values.")
        return
    expression = expression_of(rules)
    st.markdown(f":material/filter_alt: {plain(read_aloud(expression) or '')}.")
    st.code(expression, language=None, wrap_lines=True)
    wanted = free_name(connection, _slug(rules[0]), "filter")
    name = st.text_input("Name", wanted, key=f"builder.name_{wanted}", max_chars=63).strip()
    call = creation.filter_(group, name, expression)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Create the filter", type="primary", key="builder.create", on_click=_create, args=(connection, call, name),
            disabled=locked() or re.fullmatch(NAME, name) is None,
        )  # fmt: skip
        show_call(connection, call.service, call.operation, call.parameters)


def _create(connection: Connection, call: ServiceCall, name: str) -> None:
    perform(connection, call, f"Filter {name} created")
    st.session_state[NEXT] = name


def _ask_rule(number: int, fields: Sequence[FilterField], catalog: Catalog, event_types: Sequence[str]) -> Rule:
    """Draw one row: what to do, which column, how it is compared, and with what."""
    verb, column, how, what = st.columns([3, 4, 3, 5], vertical_alignment="bottom")
    key = f"rule{number + 1}"
    include = verb.selectbox("Do", [LEAVE_OUT, "Only"], key=f"{key}_do", bind="query-params") != LEAVE_OUT
    named = {field.name: field for field in fields}
    field = named[column.selectbox("Column", list(named), key=f"{key}_column", bind="query-params")]
    words, kind = field.operators, "number" if field.numeric else "text"
    operator = how.selectbox(
        "How", list(words), format_func=words.__getitem__, key=f"{key}_is_{kind}", bind="query-params"
    )
    if field.numeric:
        typed = what.text_input(
            "Number", key=f"{key}_number", bind="query-params", placeholder="2000, or $YEAR to ask each time"
        )
        return Rule(include, field, operator, (typed.strip(),) if typed.strip() else ())
    offered = _offered(field, catalog, event_types)
    picked = what.multiselect(
        "Values", offered, key=f"{key}_values_{field.name}", bind="query-params", accept_new_options=True
    )
    return Rule(include, field, operator, tuple(picked))


def _offered(field: FilterField, catalog: Catalog, event_types: Sequence[str]) -> list[str]:
    if field.name == "Interactions.EVENT_TYPE":
        return list(event_types)
    return catalog.genres() if field.name == f"Items.{catalog.kind_column}" else []


def _slug(rule: Rule) -> str:
    words = f"{'only' if rule.include else 'without'} {' '.join(rule.values)}"
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40]
