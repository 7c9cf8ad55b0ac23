"""Upload data: a CSV or MovieLens, checked against the service's rules, into a dataset group."""

from __future__ import annotations

import re

import streamlit as st

from components import session, upload_cache
from components.feedback import show_error
from components.lock import locked
from components.rfm_panel import show_rfm
from components.upload_mapping import ask_choices, draft_of, edit_schema, match_columns, offer_matches
from components.upload_plan import choose_share, show_ready
from components.upload_run import show_upload, start_movielens
from components.upload_sources import FILE, SAMPLE, SOURCES, choose_file, offer_encoding, table_of
from components.upload_view import show_findings, show_needs, show_preview
from data.movielens import CITATION, LICENCE
from data.schemas import DATASET_TYPES
from services.errors import Problem
from services.handbook import word
from services.resources import has_data
from services.tables import NotUtf8

DOMAINS = {"Custom": "", "Video on demand": "VIDEO_ON_DEMAND", "E-commerce": "ECOMMERCE"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")

connection = session.connection()
groups = {group.name: group for group in session.dataset_groups(connection)}
if show_upload():
    st.stop()

with st.container(border=True), st.grid(2, min_column_width=240):
    dataset_type = st.segmented_control(
        "Dataset", DATASET_TYPES, default="Interactions", required=True, key="dataset", bind="query-params",
        help=word("dataset"),
    )  # fmt: skip
    source = st.segmented_control("Source", SOURCES, default=FILE, required=True, key="source", bind="query-params")
    names = list(groups)
    current = st.session_state.get(session.GROUP)
    target = st.selectbox(
        "Dataset group, or a new name", names, index=names.index(current) if current in names else None,
        accept_new_options=True, placeholder="Type a name", key="into", bind="query-params",
        help=f"Choose one, or type a new name. {word('dataset group')}",
    ) or "my-data"  # fmt: skip
    known = groups.get(target)
    domain = known.domain if known else DOMAINS[
        st.selectbox("Domain", list(DOMAINS), key="domain", bind="query-params", help="It brings ready use cases")
    ]  # fmt: skip
if not NAME.fullmatch(target):
    show_error(Problem("This name cannot be used", "A dataset group's name has letters, digits, - and _, at most 63."))
    st.stop()
into = (
    f"the dataset group **{target}**; for other data, type a new name" if known else f"a new dataset group **{target}**"
)
st.caption(f":material/folder: Goes into {into}")

if source == SAMPLE:
    with st.container(border=True):
        st.header(":material/movie: MovieLens", anchor=False)
        st.markdown("Real ratings of real films. Each rating becomes one *watch* event; films bring genres and years.")
        st.caption(f"{LICENCE} {CITATION}")
        with st.container(horizontal=True):
            st.button(
                "Import films and ratings", type="primary", icon=":material/download:", key="upload.both",
                on_click=start_movielens, args=[connection, target, domain, ["Items", "Interactions"]],
                disabled=locked(),
            )  # fmt: skip
            st.button(
                f"Only {dataset_type.lower()}", icon=":material/download:", key="upload.sample",
                on_click=start_movielens, args=[connection, target, domain, [dataset_type]], disabled=locked(),
            )  # fmt: skip
    st.stop()

file = choose_file(connection, source, dataset_type)
if dataset_type == "Users":
    show_rfm(connection, known.arn if known else None)
if file is None:
    show_needs(dataset_type, domain)
    st.stop()
try:
    table = table_of(file)
except Problem as problem:
    show_error(problem)
    if isinstance(problem, NotUtf8):
        offer_encoding(file, problem)
        st.stop()
    show_needs(dataset_type, domain)
    st.stop()

sides = st.grid(5, min_column_width=150, gap="medium")
with sides.cell(column_span=3):
    st.header(":material/swap_horiz: Match the columns", anchor=False)
    columns = match_columns(file, table.rows, dataset_type)
    offer_matches(file, columns, dataset_type)
    there = known is not None and has_data(session.resources(connection, known.arn), dataset_type)
    ask_choices(file, columns, dataset_type, target, there=there)
    draft = draft_of(dataset_type, file, columns, domain)
    prepared = upload_cache.prepared(file.digest, draft, table.rows)
    if prepared.fields and dataset_type == "Interactions":
        choose_share(file, prepared, draft)
with sides.cell(column_span=2):
    st.header(":material/checklist: Checks", anchor=False)
    show_findings(prepared.findings, table.mended, draft, file)
    show_ready(dataset_type, connection, target, domain)
    if prepared.fields:
        edit_schema(prepared, file, dataset_type)

show_preview(prepared, draft, file)
