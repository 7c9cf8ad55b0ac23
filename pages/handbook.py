"""Handbook: the words of Amazon Personalize and the project's documents, readable and searched without a network."""

from __future__ import annotations

import streamlit as st

from components.text import plain
from services.handbook import FILES, read_chapter, search


def end_search() -> None:
    """Show the chapter that was chosen instead of what was found."""
    st.session_state["search"] = ""


query = (st.text_input(
    "Search", type="search", key="search", bind="query-params", live="300ms",
    placeholder="A word, or some: campaign, cold start, put_events ...",
) or "").strip()  # fmt: skip
name = st.segmented_control(
    "Chapter", list(FILES), default="Words", required=True, key="chapter", bind="query-params", on_change=end_search
)
if query:
    found = search(query)
    if not found:
        st.info(f"No chapter has {plain(query)}.", icon=":material/search_off:")
    for title, text in found.items():
        with st.container(border=True):
            st.header(title, anchor=False)
            st.markdown(text)
    st.stop()
chapter = read_chapter(name)
with st.container(border=True):
    st.markdown(chapter.readable)
st.download_button(
    "Markdown", chapter.text, chapter.file_name, "text/markdown", icon=":material/download:", on_click="ignore",
    key="handbook.download",
)  # fmt: skip
