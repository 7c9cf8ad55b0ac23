"""Matching a file's columns to fields, editing the schema that follows, and the choices beside it."""

from __future__ import annotations

from typing import Any, get_args

import pandas as pd
import streamlit as st

from components.feedback import show_error
from components.item_table import download
from components.text import plain
from components.upload_sources import File
from data.schemas import REQUIRED, RESERVED, FieldType, schema
from services.columns import LEFT_OUT, Column, match, recognised
from services.drafts import FULL, INCREMENTAL, Draft, Prepared
from services.errors import Problem
from services.nouns import ITEM, noun_for
from services.schema_text import with_schema
from services.uploads import title_column

_MATCHED, _BASE = "upload.matched", "upload.base"
"""Session keys: the matching as it is now, and the one that the editor started from, by dataset type and file."""
_SCHEMA_PROBLEM = "upload.schema_problem"
MOST_OFFERED = 4
_REMEDIES, _DRAFTS = "upload.remedies", "upload.drafts"


def match_columns(file: File, table: pd.DataFrame, dataset_type: str) -> tuple[Column, ...]:
    """Draw the table in which columns are matched to fields and return the matching."""
    if label := recognised(table):
        st.caption(f":material/auto_awesome: Looks like {label}, and is matched as such.")
    base, key = _base(file, table, dataset_type)
    edited = st.data_editor(
        _frame(base, table),
        hide_index=True,
        disabled=["Your column", "First value"],
        column_config={
            "First value": st.column_config.TextColumn(width=130),
            "Field": st.column_config.TextColumn(help="The field's name in the schema; empty leaves the column out"),
            "Type": st.column_config.SelectboxColumn(options=list(get_args(FieldType)), required=True),
            "Categorical": st.column_config.CheckboxColumn(help="Categories, several of them separated by |"),
            "Textual": st.column_config.CheckboxColumn(help="Prose that the service reads; one field of Items"),
            "Optional": st.column_config.CheckboxColumn(help="May be empty: null in the schema"),
        },
        column_order=[name for name in _frame(base, table).columns if name != "Textual" or dataset_type == "Items"],
        key=key,
        alt="Which column of the file becomes which field of the dataset",
    )
    download(edited, "matched-columns", key="upload.matched_csv")
    if dataset_type == "Items" and (title := title_column(table)):
        st.caption(f":material/label: **{plain(title)}** names the items: kept as their catalogue, beside the schema.")
    found = tuple(_column(*row) for row in edited.drop(columns="First value").itertuples(index=False))
    _store(_MATCHED)[dataset_type, file.digest] = found
    return found


def edit_schema(prepared: Prepared, file: File, dataset_type: str) -> None:
    """Draw the Avro schema that follows from the matching; what is changed in it changes the matching."""
    text = schema(dataset_type, prepared.fields)
    key = f"upload.schema.{dataset_type}.{file.digest}.{hash(text)}"
    with st.expander("Schema (Avro)", icon=":material/data_object:"):
        problem: Problem | None = st.session_state.pop(_SCHEMA_PROBLEM, None)
        if problem is not None:
            show_error(problem)
        st.text_area(
            "Schema", text, key=key, height=320, label_visibility="collapsed", on_change=_take_schema,
            args=[key, dataset_type, file.digest],
        )  # fmt: skip
        st.caption("Change types and flags here or in the table; a field taken out is left out of the import.")


def offer_matches(file: File, columns: tuple[Column, ...], dataset_type: str) -> None:
    """Draw, for each field that no column became, the columns that could be it, each matched at a click."""
    free = [column for column in columns if column.field not in RESERVED]
    missing = [name for name in REQUIRED[dataset_type] if name not in {column.field for column in columns}]
    for name in missing if free else ():
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f":material/build: Which one is **{name}**?", width="content")
            for column in free[:MOST_OFFERED]:
                st.button(
                    plain(column.source), key=f"upload.match.{name}.{column.source}", on_click=_match,
                    args=[(dataset_type, file.digest), columns, column, name],
                )  # fmt: skip


def ask_choices(file: File, columns: tuple[Column, ...], dataset_type: str, group: str, *, there: bool) -> None:
    """Draw what else can be chosen; there tells that the dataset holds data already."""
    matched = {column.field for column in columns}
    if there:
        st.segmented_control(
            "Import", [FULL, INCREMENTAL], default=FULL, required=True, key=_key("mode", dataset_type),
            persist_state="session", format_func={FULL: "Replace what is there", INCREMENTAL: "Add to it"}.__getitem__,
            help="FULL replaces all bulk data of the dataset; INCREMENTAL appends, same ids are overwritten.",
        )  # fmt: skip
    if dataset_type != "Interactions" or file.in_place:
        return
    if "EVENT_TYPE" not in matched:
        noun = noun_for([group, *(column.source for column in columns)])
        usual = "click" if noun is ITEM else noun.do
        st.text_input(
            "Event type of every row", usual, key=_key("event_type", dataset_type), persist_state="session",
            help="EVENT_TYPE: what people did. Solutions can be trained on one type alone.",
        )  # fmt: skip
    if "EVENT_VALUE" in matched:
        st.number_input(
            "Only rows with an EVENT_VALUE of at least", 0.0, step=0.5, key=_key("least_value", dataset_type),
            persist_state="session", help="Turns ratings into events: 4 keeps what people liked.",
        )  # fmt: skip


def draft_of(dataset_type: str, file: File, columns: tuple[Column, ...], domain: str) -> Draft:
    """Return and keep the draft as the fields say it now; also in callbacks, which see what was typed last."""
    wanted: dict[str, Any] = {
        name: st.session_state[_key(name, dataset_type)]
        for name in ("mode", "event_type", "least_value", "percent")
        if st.session_state.get(_key(name, dataset_type)) is not None
    }
    if "event_type" in wanted:
        wanted["event_type"] = wanted["event_type"].strip()
    repaired = _store(_REMEDIES).get((dataset_type, file.digest), frozenset())
    draft = Draft(dataset_type, columns, repaired, domain=domain, in_place=file.in_place, **wanted)
    _store(_DRAFTS)[dataset_type, file.digest] = draft
    return draft


def drafted(dataset_type: str, file: File) -> Draft | None:
    """Return the draft that was made of a file, None while nobody has looked at it."""
    found: Draft | None = _store(_DRAFTS).get((dataset_type, file.digest))
    return found


def repair(dataset_type: str, file: File, remedy: str) -> None:
    """Note a repair that was asked for, or take it back."""
    before: frozenset[str] = _store(_REMEDIES).get((dataset_type, file.digest), frozenset())
    _store(_REMEDIES)[dataset_type, file.digest] = before ^ {remedy}


def percent_key(dataset_type: str) -> str:
    """Return the key of the slider that draws a share of the users."""
    return _key("percent", dataset_type)


def _base(file: File, table: pd.DataFrame, dataset_type: str) -> tuple[tuple[Column, ...], str]:
    """Return what the editor starts from and its key: the proposal, or how a visit before left it."""
    place = (dataset_type, file.digest)
    columns, number = _store(_BASE).get(place, ((), 0))
    key = f"upload.columns.{dataset_type}.{file.digest}" + (f".{number}" if number else "")
    if not columns or key not in st.session_state:
        columns = _store(_MATCHED).get(place) or tuple(match(table, dataset_type))
        _store(_BASE)[place] = (columns, number)
    return columns, key


def _take_schema(key: str, dataset_type: str, digest: str) -> None:
    place = (dataset_type, digest)
    try:
        columns = with_schema(_store(_MATCHED)[place], st.session_state[key])
    except Problem as problem:
        st.session_state[_SCHEMA_PROBLEM] = problem
        return
    _begin_again(place, columns)


def _match(place: tuple[str, str], columns: tuple[Column, ...], chosen: Column, name: str) -> None:
    """Let a column become a field, with the type that the service prescribes for it."""
    named = Column(chosen.source, name, RESERVED[name])
    _begin_again(place, tuple(named if column == chosen else column for column in columns))


def _begin_again(place: tuple[str, str], columns: tuple[Column, ...]) -> None:
    """Let the editor begin with another matching."""
    _store(_MATCHED)[place] = columns
    _store(_BASE)[place] = (columns, _store(_BASE)[place][1] + 1)


def _frame(columns: tuple[Column, ...], table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Your column": [column.source for column in columns],
            "First value": [str(table[column.source].iloc[0])[:40] for column in columns],
            "Field": [column.field for column in columns],
            "Type": [column.type for column in columns],
            "Categorical": [column.categorical for column in columns],
            "Textual": [column.textual for column in columns],
            "Optional": [column.nullable for column in columns],
        }
    )


def _column(
    source: str, field: str | None, type_: FieldType, categorical: bool, textual: bool, nullable: bool
) -> Column:
    name = (field or "").strip().upper()
    if name in RESERVED:
        return Column(source, name, RESERVED[name], nullable=bool(nullable) and name in ("EVENT_VALUE", "IMPRESSION"))
    flags = {"categorical": bool(categorical), "textual": bool(textual)} if name else {}
    return Column(source, name or LEFT_OUT, type_, nullable=bool(nullable), **flags)


def _key(name: str, dataset_type: str) -> str:
    return f"upload.{name}.{dataset_type}"


def _store(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = st.session_state.setdefault(name, {})
    return found
