from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def play(app: AppTest) -> None:
    """Press Play all and let the page run, as its fragment does, until everything was watched."""
    app.button(key="simulator.play").click().run()
    while is_playing(app):
        app.run()


def is_playing(app: AppTest) -> bool:
    return "simulator.pause" in {button.key for button in app.button}


def scifi(listed: pd.DataFrame) -> int:
    return sum("Sci-Fi" in genres for genres in listed["Genres"])


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, bare)
    assert not errors(app)
    assert "Nobody to watch yet" in told(app)


def test_six_films_turn_a_newcomers_list_to_science_fiction(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema)
    assert not errors(app)
    assert app.text_input(key="viewer").value == "777"
    before = tables(app, "recommendations")[0]
    play(app)
    assert not errors(app)
    after, control = tables(app, "recommendations")[0], tables(app, "somebody new")[0]
    assert scifi(after) > scifi(before)
    assert list(control["Id"]) == list(before["Id"])
    assert {metric.label for metric in app.metric} == {
        "New in the list",
        "Sci-Fi in the list",
        "Until the list changed",
        "Became personal",
    }
    became = next(metric.value for metric in app.metric if metric.label == "Became personal")
    assert became == "not yet" or became.startswith("after")
    assert "New" in set(after["Move"])
    other = open_page("simulator", monkeypatch, cinema)
    assert other.text_input(key="viewer").value == "778", "nobody else is given a newcomer who is being played"
    assert len(app.get("download_button")) == 4, "the journey, the genres and both lists"
    assert "1. **The Day the Earth Stood Still (1951)**" in told(app)
    app.button(key="simulator.new_user").click().run()
    assert app.text_input(key="viewer").value == "779"
    assert list(tables(app, "recommendations")[0]["Title"]) == list(before["Title"])
    app.text_input(key="viewer").set_value("").run()  # as the browser's way back to a link that names nobody
    assert app.text_input(key="viewer").value == "780"


def test_a_single_film_is_found_by_title_and_watched(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="one-film-only")
    app.button(key="simulator.search").click().run()
    app.selectbox(key="item").select("11").run()
    app.button(key="simulator.watch").click().run()
    assert not errors(app)
    assert "User one-film-only after 1 event" in told(app)


def test_a_link_to_a_film_has_it_found_already(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="searched-for", item="Silent Running (1972)")
    assert not errors(app)
    assert not app.button(key="simulator.watch").disabled
    app.button(key="simulator.watch").click().run()
    assert "1. **Silent Running (1972)**" in told(app)


def test_going_back_in_time_shows_the_first_list(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="traveller")
    before = tables(app, "recommendations")[0]
    play(app)
    app.select_slider[0].set_value(0).run()
    assert not errors(app)
    assert list(tables(app, "recommendations")[0]["Title"]) == list(before["Title"])
    app.select_slider[0].set_value(2).run()
    app.button(key="simulator.search").click().run()
    app.selectbox(key="item").select("11").run()
    app.button(key="simulator.watch").click().run()
    app.run()
    assert app.select_slider[0].value == len(app.select_slider[0].options) - 1, "a new event is looked at"


def test_a_link_opens_the_moment_that_somebody_looked_at(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    first = open_page("simulator", monkeypatch, cinema, viewer="shown-around")
    play(first)
    first.select_slider(key="moment").set_value(2).run()
    second = open_page("simulator", monkeypatch, cinema, viewer="shown-around", moment="after 2")
    assert not errors(second)
    assert "User shown-around after 2 events" in told(second)
    assert list(tables(second, "recommendations")[0]["Id"]) == list(tables(first, "recommendations")[0]["Id"])


def test_a_recipe_that_hears_no_events_says_so(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="deaf", at="popular")
    app.button(key="simulator.next").click().run()
    assert not errors(app)
    assert "gives everybody the same list" in told(app)


@pytest.mark.parametrize("user", ["🦖" * 20, "a b/c?d=e&f", "'; DROP TABLE users --"])
def test_any_id_is_a_user(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint, user: str) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer=user)
    assert not errors(app)
    assert len(tables(app, "recommendations")[0]) == 10


def test_pausing_leaves_the_rest_unwatched_and_playing_goes_on(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="pausing")
    app.button(key="simulator.play").click().run()
    app.button(key="simulator.pause").click().run()
    assert not errors(app)
    assert "User pausing after 1 event" in told(app)
    assert app.button(key="simulator.play").label == "Play all 5"
    play(app)
    assert "User pausing after 6 events" in told(app)


def test_another_campaign_answers_the_same_events(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="both", beside="popular")
    play(app)
    assert not errors(app)
    mine, other = tables(app, "recommendations")[0], tables(app, "on the same events")[0]
    assert list(other["Id"]) != list(mine["Id"])
    common = len(set(mine["Id"]) & set(other["Id"]))
    assert f"{common} of 10 are in the first list too" in told(app)
    app.select_slider[0].set_value(0).run()
    assert not errors(app)


def test_a_link_opens_what_another_session_did_event_by_event(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    first = open_page("simulator", monkeypatch, cinema, viewer="linked")
    before = tables(first, "recommendations")[0]
    play(first)
    after = tables(first, "recommendations")[0]
    app = open_page("simulator", monkeypatch, cinema, viewer="linked", beside="popular")
    assert not errors(app)
    assert list(tables(app, "recommendations")[0]["Id"]) == list(after["Id"])
    assert "6. **" in told(app)
    assert "ersonal " in [*app.success, *app.info][0].proto.title
    app.select_slider[0].set_value(0).run()
    assert list(tables(app, "recommendations")[0]["Id"]) == list(before["Id"])
    assert len(tables(app, "on the same events")[0]) == 10  # the endpoint knows what the other one answered then
