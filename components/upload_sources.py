"""Where an upload comes from: the browser, pasted text, or a path; whatever it is, it is kept until it is imported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st

from components import upload_cache
from components.feedback import show_error
from components.s3_browser import browse
from components.text import plain
from services.connection import Connection
from services.errors import SERVICE_FAILURES, Problem
from services.large_files import READ_WHOLE, Found, find
from services.tables import WESTERN, NotUtf8, Table

FILE, PASTE, PLACE, SAMPLE = "File", "Paste", "Path or S3", "MovieLens"
SOURCES = (FILE, PASTE, PLACE, SAMPLE)
_KEPT = "upload.kept"
_ENCODINGS = "upload.encodings"
"""Session key: what files are written in that are not UTF-8, by digest, as their owner says."""
NEEDS = {
    "Interactions": "USER_ID, ITEM_ID and TIMESTAMP (seconds since 1970; dates are converted at a click); EVENT_TYPE "
    "and EVENT_VALUE if there are any. "
    "Columns named otherwise, such as userId and movieId, are recognised or can be matched.",
    "Items": "ITEM_ID and at least one more column, such as GENRES or PRICE. A column title is kept as the catalogue.",
    "Users": "USER_ID and at least one more column, such as AGE or GENDER.",
}
EXAMPLES = {
    "Interactions": "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\n1,242,881250949,watch\n2,242,881251200,watch",
    "Items": "ITEM_ID,title,GENRES\n242,Kolya (1996),Comedy\n302,L.A. Confidential (1997),Crime|Thriller",
    "Users": "USER_ID,AGE,GENDER\n1,24,M\n2,53,F",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file that survives a visit to other pages; of one that is too large, its first rows."""

    name: str
    content: bytes
    digest: str
    size: int
    place: str = ""
    """Path or S3 URI of a file that is larger than what was read of it."""

    @property
    def in_place(self) -> bool:
        """Tell whether the service is to read it where it is, on S3."""
        return self.place.startswith("s3://")

    @property
    def share(self) -> float:
        """Return which part of the file was read."""
        return len(self.content) / max(self.size, 1)


def files() -> dict[str, File]:
    """Return the kept files by dataset type."""
    kept: dict[str, File] = st.session_state.setdefault(_KEPT, {})
    return kept


def choose_file(connection: Connection, source: str, dataset_type: str) -> File | None:
    """Draw the source's field and return the file of this dataset type, also one from before."""
    {FILE: _browse, PASTE: _paste, PLACE: _locate}[source](connection, dataset_type)
    kept = files().get(dataset_type)
    if kept is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/draft: **{plain(kept.name)}** · {_size(kept.size)}", width="content")
            st.button(
                "Remove", icon=":material/close:", key="upload.remove", on_click=forget_file, args=[dataset_type],
                type="tertiary",
            )  # fmt: skip
    return kept


def forget_file(dataset_type: str) -> None:
    """Put the file of a dataset type away."""
    gone = files().pop(dataset_type, None)
    if gone is not None:
        _encodings().pop(gone.digest, None)
    number = st.session_state.get("upload.cleared", 0)
    st.session_state["upload.cleared"] = number + 1


def table_of(file: File) -> Table:
    """Return the file's rows. Raises Problem."""
    found = upload_cache.uploaded_table(file.digest, _encodings().get(file.digest, ""), file.content)
    if file.in_place and found.mended:
        raise Problem(
            "The service could not read this file",
            "A file of this size is imported from where it is on S3, as it is: plain UTF-8 without a mark before its "
            "header, with commas. Write it so, or give its path on this computer, to have that done while it is sent.",
        )
    return found


def offer_encoding(file: File, problem: NotUtf8) -> None:
    """Draw how the file would read in the encoding that such files mostly have, and the button that reads it so."""
    if not problem.reads or file.place:
        return
    with st.container(border=True):
        st.markdown(":material/translate: As Windows-1252, which Excel writes in the West, its line would read:")
        st.code(problem.reads[:200], language=None, wrap_lines=True)
        st.button(
            "Read it so, send UTF-8", icon=":material/build:", type="primary", key="upload.western",
            on_click=_encodings().update, args=[{file.digest: WESTERN}],
        )  # fmt: skip
        st.caption("Where that looks wrong, save the file as *CSV UTF-8* and upload it again.")


def keep(dataset_type: str, name: str, content: bytes) -> None:
    """Keep a file of this dataset type, instead of the one before."""
    files()[dataset_type] = File(name, content, _digest(content), len(content))


def _encodings() -> dict[str, str]:
    found: dict[str, str] = st.session_state.setdefault(_ENCODINGS, {})
    return found


def _browse(_connection: Connection, dataset_type: str) -> None:
    number = st.session_state.get("upload.cleared", 0)
    key = f"upload.file.{dataset_type}" + (f".{number}" if number else "")
    uploaded = st.file_uploader(
        "CSV file", type=["csv", "txt", "zip", "gz"], key=key, help=NEEDS[dataset_type],
    )  # fmt: skip
    if uploaded is not None:
        keep(dataset_type, uploaded.name, uploaded.getvalue())
    elif dataset_type not in files():
        st.caption(f"A zip or gz must hold one CSV. Take *{PLACE}* for a file of more than 200 MB.")


def _paste(_connection: Connection, dataset_type: str) -> None:
    key = f"upload.paste.{dataset_type}"
    st.text_area(
        "Rows with a header", key=key, height=160, persist_state="session", help=NEEDS[dataset_type],
        placeholder="USER_ID,ITEM_ID,TIMESTAMP\n1,242,881250949", on_change=_take_pasted, args=[key, dataset_type],
    )  # fmt: skip


def _take_pasted(key: str, dataset_type: str) -> None:
    text = st.session_state[key]
    if text and text.strip():
        keep(dataset_type, "Pasted rows", text.encode())


def _locate(connection: Connection, dataset_type: str) -> None:
    key = f"upload.place.{dataset_type}"
    browse(connection, key)
    with st.form(f"upload.places.{dataset_type}", border=False), st.container(horizontal=True):
        st.text_input(
            "Path on this computer, or S3 URI", key=key, persist_state="session",
            placeholder="/data/ratings.csv or s3://bucket/ratings.csv",
            help=f"Up to {READ_WHOLE // 1_000_000} MB is read whole. Of more, the first rows are checked now and the "
            "others while they are sent. An S3 URI may name a folder.",
        )  # fmt: skip
        taken = st.form_submit_button("Look", icon=":material/search:")
    if taken and (place := st.session_state[key].strip()):
        try:
            _take_found(dataset_type, find(connection, place))
        except (Problem, OSError, *SERVICE_FAILURES) as failure:
            show_error(failure, "read it")


def _take_found(dataset_type: str, found: Found) -> None:
    place = found.name if found.partial else ""
    files()[dataset_type] = File(
        found.name.rpartition("/")[2] or found.name, found.content, _digest(found.content), found.size, place
    )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1000:,.1f} kB"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
