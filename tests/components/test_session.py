from __future__ import annotations

from streamlit.testing.v1 import AppTest


def sidebar() -> None:
    import streamlit as st

    from components import session
    from services.dataset_groups import DatasetGroup

    states = st.session_state.get("states", {"leaving": "DELETE IN_PROGRESS", "newer": "ACTIVE", "older": "ACTIVE"})
    session.settle_dataset_group([DatasetGroup(name, name, status) for name, status in states.items()])
    st.caption(st.session_state[session.GROUP])


def test_the_newest_group_that_stays_is_shown_first() -> None:
    app = AppTest.from_function(sidebar).run()
    assert app.caption[0].value == "newer"
    app.session_state["states"] = {"leaving": "DELETE PENDING"}
    app.query_params.pop("group")
    app.session_state["group"] = "gone"
    assert app.run().caption[0].value == "leaving", "better than none"
    app.session_state["states"] = {"kept": "DELETE FAILED", "older": "ACTIVE"}
    app.session_state["group"] = "gone"
    assert app.run().caption[0].value == "kept", "its deletion failed"
    linked = AppTest.from_function(sidebar)
    linked.query_params["group"] = "older"
    linked.session_state["group"] = "older"
    assert linked.run().caption[0].value == "older"
