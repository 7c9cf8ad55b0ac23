from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.theme import LIGHT
from components.value_chart import shares, value_bars

STARS = {5.0: 21, 4.0: 33, 3.0: 30, 2.0: 16, 1.0: 5}
"""What user 776 of MovieLens 100K gave."""


def test_every_value_has_its_share() -> None:
    assert shares(STARS) == ["20.0 % (21)", "31.4 % (33)", "28.6 % (30)", "15.2 % (16)", "4.8 % (5)"]
    bars = value_bars(STARS, LIGHT).data[0]
    assert list(bars.y) == ["5", "4", "3", "2", "1"]
    assert list(bars.x) == [21, 33, 30, 16, 5]


def history_page() -> None:
    import streamlit as st

    from components.user_panel import show_history
    from services.catalog import Catalog, Item
    from services.connection import Connection
    from services.interactions import Watched

    films = {name: Item(name, f"Film {name}") for name in "abc"}
    values = st.session_state.get("values", (2.0, 5.0, None))
    events = [Watched(name, 1_600_000_000, value=value) for name, value in zip("abc", values, strict=True)]
    show_history(Connection(), "7", events, Catalog(films), None, cards=st.session_state.get("cards", False))


def test_the_best_rated_come_first_on_demand() -> None:
    app = AppTest.from_function(history_page).run()
    assert list(app.dataframe[0].value["Title"]) == ["Film a", "Film b", "Film c"]
    app.segmented_control(key="order").set_value("Best rated").run()
    assert not app.exception
    assert list(app.dataframe[0].value["Title"]) == ["Film b", "Film a", "Film c"]
    assert list(app.dataframe[0].value["Value"])[:2] == [5.0, 2.0]
    app.session_state["cards"] = True
    assert not app.run().exception
    assert not app.dataframe


def test_without_values_there_is_nothing_to_order_by() -> None:
    app = AppTest.from_function(history_page)
    app.session_state["values"] = (None, None, None)
    assert not app.run().exception
    assert not app.segmented_control
    assert "Value" not in app.dataframe[0].value
