from __future__ import annotations

import time

import pytest
import streamlit as st

from services.connection import Connection
from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def test_a_filter_lets_only_chosen_genres_in(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="With a filter", count="5")
    assert not errors(app)
    plain, kept = tables(app, "recommendations")
    assert plain["Genres"].tolist() != [["Children"]] * 5
    assert kept["Genres"].tolist() == [["Children"]] * 5  # the first of the catalogue's genres


def test_a_link_opens_the_rules_of_a_filter_that_is_being_built(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    rules = {"rules": "2", "rule1_do": "Only", "rule1_column": "Items.YEAR", "rule1_is_number": "is at least"}
    values = {"rule1_number": "1990", "rule2_column": "Items.GENRES", "rule2_values_Items.GENRES": "Romance"}
    app = open_page("recommendations", monkeypatch, cinema, view="With a filter", build="true", **rules, **values)
    assert not errors(app)
    wanted = 'EXCLUDE ItemID WHERE Items.GENRES IN ("Romance") | INCLUDE ItemID WHERE Items.YEAR >= 1990'
    assert wanted in [code.value for code in app.code]


def test_promotions_bring_in_a_share_of_the_list(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="With a filter", count="10", promoted="30")
    assert not errors(app)
    promoted = tables(app, "recommendations")[1]
    of_filter = [place for place, genres in enumerate(promoted["Genres"]) if "Children" in genres]
    assert len(of_filter) >= 3


def test_a_filter_is_put_together_by_rules_and_read_in_words(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="With a filter", count="5", build="true")
    assert not errors(app)
    app.segmented_control(key="rules").set_value(2).run()
    app.selectbox(key="rule1_column").select("Interactions.EVENT_TYPE").run()
    app.multiselect(key="rule1_values_Interactions.EVENT_TYPE").select("watch").run()
    app.selectbox(key="rule2_do").select("Only").run()
    app.multiselect(key="rule2_values_Items.GENRES").select("Romance").run()
    assert not errors(app)
    expression = (
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch") | INCLUDE ItemID WHERE Items.GENRES IN ("Romance")'
    )
    assert any(code.value == expression for code in app.code)
    assert "Only items where genres is one of Romance" in told(app)
    app.button(key="builder.create").click().run()
    assert not errors(app)
    assert [toast.value for toast in app.toast] == ["Filter without-watch created"]
    personalize = Connection(endpoint=cinema.url).client("personalize")
    try:
        limit = time.monotonic() + 60
        while "without-watch" not in app.selectbox(key="filter").options:
            assert time.monotonic() < limit
            st.cache_data.clear()
            app.run()
        assert app.selectbox(key="filter").value == "without-watch", "what was just made is what is looked at"
        kept = tables(app, "recommendations")[1]
        assert kept["Genres"].tolist() == [["Romance"]] * 5
    finally:
        arn = next(found["filterArn"] for found in personalize.list_filters()["Filters"] if "without" in found["name"])
        personalize.delete_filter(filterArn=arn)
