"""Walks through the buckets, folder by folder, until an object or a folder is chosen."""

from __future__ import annotations

import streamlit as st

from components.feedback import errors_shown
from components.text import plain
from services.connection import Connection
from services.objects import MOST_ENTRIES, Folder, list_buckets, list_folder

_PREFIX = "s3.prefix"


def browse(connection: Connection, place: str) -> None:
    """Draw the way through the buckets; what is chosen is written as a URI into the field with the key `place`."""
    with st.expander("Browse S3", icon=":material/account_tree:", key="s3.browse", on_change="rerun") as box:
        if not box.open:
            return
        with errors_shown("look into S3"):
            buckets = list_buckets(connection)
        if not buckets:
            st.caption("There is no bucket yet; the first upload makes one.")
            return
        bucket = st.selectbox("Bucket", buckets, key="s3.bucket", on_change=_leave)
        prefix: str = st.session_state.get(_PREFIX, "")
        with errors_shown("look into the bucket"):
            folder = list_folder(connection, bucket, prefix)
        _show(folder, bucket, prefix, place)


def _show(folder: Folder, bucket: str, prefix: str, place: str) -> None:
    st.caption(f":material/folder_open: {plain(f's3://{bucket}/{prefix}')}")
    entries = {name: None for name in folder.folders} | dict(folder.files)
    key = f"s3.entry.{bucket}/{prefix}"
    st.selectbox(
        "Folder or file", list(entries), index=None, key=key, on_change=_take, args=[key, bucket, prefix, place],
        format_func=lambda name: _told(name, entries[name]),
        placeholder="Choose" if entries else "Nothing is here", disabled=not entries,
    )  # fmt: skip
    if folder.more:
        st.caption(f"The first {MOST_ENTRIES:,} are shown.")
    with st.container(horizontal=True):
        if prefix:
            st.button("Up", icon=":material/arrow_upward:", key="s3.up", on_click=_up)
        st.button(
            "Take this folder", icon=":material/check:", key="s3.folder", on_click=_fill,
            args=[place, f"s3://{bucket}/{prefix}"],
        )  # fmt: skip


def _told(name: str, size: int | None) -> str:
    return name if size is None else f"{name} · {size / 1000:,.1f} kB"


def _take(key: str, bucket: str, prefix: str, place: str) -> None:
    name = st.session_state[key]
    st.session_state[key] = None  # so that it can be chosen again
    if name.endswith("/"):
        st.session_state[_PREFIX] = prefix + name
    else:
        _fill(place, f"s3://{bucket}/{prefix}{name}")


def _fill(place: str, uri: str) -> None:
    st.session_state[place] = uri


def _up() -> None:
    parents = st.session_state[_PREFIX].rstrip("/").rpartition("/")[0]
    st.session_state[_PREFIX] = f"{parents}/" if parents else ""


def _leave() -> None:
    st.session_state[_PREFIX] = ""
