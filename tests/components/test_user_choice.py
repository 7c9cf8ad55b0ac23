from __future__ import annotations

from streamlit.testing.v1 import AppTest


def crowd() -> None:
    import pandas as pd
    import streamlit as st

    from components.user_choice import about_user, choose_user
    from services.people import People

    users = [str(number) for number in range(12)]
    people = People(pd.DataFrame({"GENDER": ["F", "M", "M"] * 4}, index=users))
    chosen = choose_user(users, people)
    st.caption(about_user(people, chosen or ""))


def test_next_and_previous_stay_within_the_chosen_group() -> None:
    app = AppTest.from_function(crowd).run()
    app.multiselect(key="who_GENDER").select("F").run()
    assert app.selectbox(key="user").options == ["0", "3", "6", "9"]
    assert any("4 of 12 users" in caption.value for caption in app.caption)
    for expected in ("3", "6", "9", "0"):
        app.button(key="user_chevron_right").click().run()
        assert app.selectbox(key="user").value == expected
    assert app.caption[-1].value == "gender F"
    app.button(key="dice").click().run()
    assert app.selectbox(key="user").value in {"0", "3", "6", "9"}


def test_the_way_back_to_a_link_that_names_nobody_chooses_the_first_user() -> None:
    app = AppTest.from_function(crowd).run()
    app.selectbox(key="user").select("7").run()
    app.selectbox(key="user").set_value(None).run()
    assert app.selectbox(key="user").value == "0"
