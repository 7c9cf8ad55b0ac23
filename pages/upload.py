"""Upload data: a CSV or MovieLens, checked against the service's rules, into a dataset group."""

from __future__ import annotations

import re

import streamlit as st

from components import session
from components.feedback import show_error
from components.upload_run import show_upload, start_movielens, start_upload
from components.upload_view import choose_file, match_columns, show_findings, show_needs, show_preview, table_of
from data.movielens import CITATION, LICENCE
from data.schemas import DATASET_TYPES, schema
from services.drafts import Draft
from services.errors import Problem

DOMAINS = {"Custom": "", "Video on demand": "VIDEO_ON_DEMAND", "E-commerce": "ECOMMERCE"}
FILE, SAMPLE = "CSV file", "MovieLens sample"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")

connection = session.connection()
groups = {group.name: group for group in session.dataset_groups(connection)}
if show_upload():
    st.stop()

with st.container(border=True), st.grid(3, min_column_width=240):
    dataset_type = st.segmented_control(
        "Dataset", DATASET_TYPES, default="Interactions", required=True, key="dataset", bind="query-params"
    )
    source = st.segmented_control(
        "Source", [FILE, SAMPLE], default=FILE, required=True, key="source", bind="query-params"
    )
    names = list(groups)
    current = st.session_state.get(session.GROUP)
    target = st.selectbox(
        "Dataset group", names, index=names.index(current) if current in names else None, accept_new_options=True,
        placeholder="Type a name", key="upload.group", help="Choose one, or type a new name for a new dataset group",
    ) or "my-data"  # fmt: skip
    known = groups.get(target)
    if known is None:
        domain = DOMAINS[
            st.selectbox("Domain", list(DOMAINS), key="upload.domain", help="A domain brings ready use cases")
        ]
    else:
        domain = known.domain
st.caption(f":material/folder: Goes into {'the dataset group' if known else 'a new dataset group'} **{target}**")
if not NAME.fullmatch(target):
    show_error(Problem("This name cannot be used", "A dataset group's name has letters, digits, - and _, at most 63."))
    st.stop()

if source == SAMPLE:
    with st.container(border=True):
        st.subheader(":material/movie: MovieLens", anchor=False)
        st.markdown("Real ratings of real films. Each rating becomes one *watch* event; films bring genres and years.")
        st.caption(f"{LICENCE} {CITATION}")
        st.button(
            f"Import MovieLens {dataset_type.lower()}", type="primary", icon=":material/download:", key="upload.sample",
            on_click=start_movielens, args=[connection, target, domain, dataset_type],
        )  # fmt: skip
    st.stop()

file = choose_file(dataset_type)
if file is None:
    show_needs(dataset_type, domain)
    st.stop()
try:
    table = table_of(file)
except Problem as problem:
    show_error(problem)
    show_needs(dataset_type, domain)
    st.stop()

left, right = st.columns([3, 2], gap="medium")
with left:
    st.subheader(":material/swap_horiz: Match the columns", anchor=False)
    columns = match_columns(file, table, dataset_type)
    matched = {column.field for column in columns}
    event_type, least = "", 0.0
    if dataset_type == "Interactions" and "EVENT_TYPE" not in matched:
        event_type = (
            st.text_input("Event type of every row", "watch", key="upload.event_type", persist_state="session") or ""
        )
    if "EVENT_VALUE" in matched:
        least = st.number_input(
            "Leave out rows with an EVENT_VALUE below", 0.0, step=0.5, key="upload.least", persist_state="session"
        )

with right:
    st.subheader(":material/checklist: Checks", anchor=False)
    remedy = st.session_state.get("upload.remedy", "")
    draft = Draft(dataset_type, columns, remedy, event_type.strip(), least, domain)
    prepared = session.prepared(file.digest, draft, table)
    offered = remedy or next((finding.remedy for finding in prepared.findings if finding.remedy), "")
    show_findings(prepared.findings)
    if offered:
        what = "milliseconds to seconds" if offered == "milliseconds" else "dates (as UTC) to seconds"
        if st.toggle(f"Convert TIMESTAMP from {what}", value=bool(remedy), key=f"upload.convert.{file.digest}") != bool(
            remedy
        ):
            st.session_state["upload.remedy"] = "" if remedy else offered
            st.rerun()
    st.button(
        f"Import {len(prepared.table):,} rows", type="primary", icon=":material/upload:", key="upload.import",
        disabled=not prepared.importable, width="stretch",
        on_click=start_upload, args=[connection, target, domain, dataset_type, prepared, file],
    )  # fmt: skip
    if prepared.fields:
        with st.expander("Schema", icon=":material/data_object:"):
            st.code(schema(dataset_type, prepared.fields), language="json")

show_preview(prepared)
