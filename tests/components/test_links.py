from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page_after_the_way_back() -> None:
    import streamlit as st

    from components.links import still_chosen

    # The first run is the browser's way back: the widget is as before until it is drawn, and is empty then.
    lost = "seen" not in st.session_state
    st.session_state["seen"] = True
    st.caption(still_chosen(None if lost else "the first one"))


def test_what_the_way_back_took_away_is_chosen_anew_without_a_word_in_between() -> None:
    app = AppTest.from_function(page_after_the_way_back).run()
    assert not app.exception
    assert [caption.value for caption in app.caption] == ["the first one"]
