"""Handbook: the words of Amazon Personalize and the project's documents, readable without a network."""

from __future__ import annotations

import streamlit as st

from services.handbook import FILES, read_chapter

name = st.segmented_control("Chapter", list(FILES), default="Words", required=True, key="chapter", bind="query-params")
chapter = read_chapter(name)
with st.container(border=True):
    st.markdown(chapter.readable)
st.download_button(
    "Markdown", chapter.text, chapter.file_name, "text/markdown", icon=":material/download:", on_click="ignore",
    key="handbook.download",
)  # fmt: skip
