"""Upload data: users' RFM computed from a waiting file of interactions, and put into a file of users."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.upload_sources import File
from tests.conftest import ROOT, Clients, Endpoint
from tests.pages.cinema import open_page, told
from tests.services import sample_films


@pytest.fixture
def app(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Upload data with RFM open, for a dataset group without data."""
    monkeypatch.setenv("MARQUEE_DATA", str(clients.endpoint.data))
    name = clients.unique("rfm")
    clients.personalize.create_dataset_group(name=name)
    st.cache_data.clear()
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.session_state["group"] = name
    app.session_state["rfm"] = True
    app.run().switch_page("pages/upload.py").run()
    return app.segmented_control(key="dataset").set_value("Users").run()


def read_interactions(app: AppTest, folder: Path) -> None:
    rows = [f"{user},{film},{rating},{time}" for user, film, rating, time in sample_films.ratings()]
    app.segmented_control(key="dataset").set_value("Interactions").run()
    app.file_uploader(key="upload.file.Interactions").upload(
        "ratings.csv", "\n".join(["userId,movieId,rating,timestamp", *rows]).encode(), "text/csv"
    ).run()
    app.segmented_control(key="dataset").set_value("Users").run()
    assert not app.exception


def users_of(app: AppTest) -> File:
    found: File = app.session_state["upload.kept"]["Users"]
    return found


def test_without_interactions_it_says_what_it_needs(app: AppTest) -> None:
    assert not app.exception
    assert any("Choose a file of interactions" in info.value for info in app.info)
    assert "rfm.take" not in [button.key for button in app.button]


def test_a_users_file_is_made_and_then_another_is_added_to(app: AppTest, tmp_path: Path) -> None:
    read_interactions(app, tmp_path)
    shown = next(table.value for table in app.dataframe if "RFM" in table.value)
    # User n comes 1,000 n seconds later than user 0; all come 30 times and give the same.
    assert shown["R"].tolist() == [(user + 7) // 8 for user in range(1, 41)]
    assert set(shown["F"]) == set(shown["M"]) == {3}
    app.button(key="rfm.take").click().run()
    assert not app.exception
    assert users_of(app).content.decode().splitlines()[:2] == ["USER_ID,RFM", "1,133"]
    assert app.button(key="upload.import").label == "Import Interactions and Users"
    app.button(key="upload.remove").click().run()
    number = app.session_state["upload.cleared"]
    field = app.file_uploader(key=f"upload.file.Users.{number}")
    field.upload("people.csv", b"userId,age\n40,31\nnobody,50\n", "text/csv").run()
    assert app.button(key="rfm.take").label == "Add RFM to the users file"
    app.button(key="rfm.take").click().run()
    assert not app.exception
    assert users_of(app).content.decode().split() == ["userId,age,RFM", "40,31,533", "nobody,50,"]


def test_imported_interactions_are_computed_too(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("upload", monkeypatch, cinema, dataset="Users")
    app.session_state["rfm"] = True
    app.run()
    assert not app.exception
    assert "from what was imported" in told(app)
    shown = next(table.value for table in app.dataframe if "RFM" in table.value)
    assert shown["RFM"].between(111, 555).all()
    assert shown["Frequency"].min() >= 1
    assert app.button(key="rfm.take").label == "Make a users file with RFM"
