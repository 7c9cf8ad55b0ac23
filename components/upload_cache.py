"""Uploaded files, read and checked once: by their digest, whoever uploaded them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from services.drafts import Draft, Prepared, prepare
from services.profile import Profile, profiles
from services.rfm import rfm
from services.tables import Table, read_table


@st.cache_resource(max_entries=6, ttl=3600, show_spinner="Reading the file ...")
def uploaded_table(digest: str, encoding: str, _content: bytes) -> Table:
    """Return an uploaded file as a table of text; digest tells files apart. Raises Problem."""
    return read_table(_content, encoding)


@st.cache_resource(max_entries=6, ttl=3600, show_spinner="Checking every row ...")
def prepared(digest: str, draft: Draft, _table: pd.DataFrame) -> Prepared:
    """Return an uploaded table as it would be imported, with what the checks found."""
    return prepare(_table, draft)


@st.cache_resource(max_entries=6, ttl=3600, show_spinner="Looking at every column ...")
def profiled(digest: str, draft: Draft, _prepared: Prepared) -> list[Profile]:
    """Return what the columns of an uploaded table hold, as they would be imported."""
    return profiles(_prepared.table, _prepared.fields)


@st.cache_resource(max_entries=6, ttl=3600, show_spinner="Computing RFM ...")
def scores(digest: str, draft: Draft, _table: pd.DataFrame) -> pd.DataFrame:
    """Return the RFM of every user of interactions as they would be imported. Raises Problem."""
    return rfm(_table)
