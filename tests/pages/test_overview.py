"""Overview: the invitation while there is nothing, the demo while it runs, and the pipeline afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.session import local_endpoint
from services.connection import Connection
from services.local_endpoint import LocalEndpoint
from tests.conftest import ROOT, Endpoint
from tests.services import sample_films


def text_of(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*app.markdown, *app.header, *app.subheader, *app.caption))


@pytest.fixture
def app(data_dir: Path, start_endpoint: Callable[[Path], Endpoint], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MARQUEE_DATA", str(start_endpoint(data_dir).data))
    return AppTest.from_file(ROOT / "app.py", default_timeout=60)


def test_an_empty_service_invites_to_the_demo(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Overview"
    assert [header.value for header in app.header] == ["See it work in a minute"]
    assert "GroupLens" in text_of(app)
    assert not app.metric


def test_the_demo_fills_the_page(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_MOVIELENS", str(sample_films.write_latest(tmp_path / "ml")))
    app.run()
    app.button(key="overview.start").click().run()
    assert "The demo is being set up" in text_of(app)
    until(app, lambda: "The demo is being set up" not in text_of(app))
    assert not app.exception
    assert [toast.value for toast in app.toast] == ["All set up: the campaigns answer now"]
    assert {metric.label: metric.delta for metric in app.metric}["Interactions"] == "+1,200", "came in this visit"
    assert not app.error
    assert {metric.label: metric.value for metric in app.metric}.items() >= {
        ("Interactions", "1,200"),
        ("Users", "40"),
        ("Items", "60"),
        ("Active campaigns", "4"),
    }
    assert app.selectbox(key="group").value == "movielens"
    shown = text_of(app)
    assert "**Campaigns**" in shown
    assert "Users 1 and 2 have different histories" in shown
    assert "leads on NDCG@25: " in shown
    assert "too few to say whether this is chance" in shown, "four of forty people are tested"
    app.session_state["task.log"] = True
    assert "**CreateCampaign** for-you" in text_of(app.run())
    assert "**1,200 interactions**" in shown
    assert "50.0% of all pairs of user and film" in shown
    assert "**60 films**" in shown
    app.button(key="overview.close").click().run()
    assert "The demo is ready" not in text_of(app)
    later = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    assert "The demo is ready" not in text_of(later), "who comes later is spared the news"
    assert not later.toast
    [interactions] = [metric for metric in later.metric if metric.label == "Interactions"]
    assert (interactions.value, interactions.delta) == ("1,200", ""), "nothing has changed since they came"


def test_a_demo_without_movielens_says_what_to_do(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_MOVIELENS", "/nowhere/at/all")
    app.run()
    app.button(key="overview.start").click().run()
    until(app, lambda: bool(app.error))
    assert not app.exception
    assert "/nowhere/at/all does not exist" in app.error[0].value
    assert app.button(key="overview.start")


def test_a_dataset_group_without_data_names_the_next_step(app: AppTest, data_dir: Path) -> None:
    url = LocalEndpoint(data_dir.resolve()).url()
    Connection(endpoint=url).client("personalize").create_dataset_group(name="empty")
    app.run()
    assert not app.exception
    assert app.selectbox(key="group").value == "empty"
    assert "No metrics yet" in text_of(app)
    assert {metric.value for metric in app.metric} == {"0"}


def test_the_page_survives_the_death_of_its_endpoint(
    data_dir: Path, start_endpoint: Callable[[Path], Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = start_endpoint(data_dir)
    endpoint.client("personalize").create_dataset_group(name="kept")
    monkeypatch.setenv("MARQUEE_DATA", str(endpoint.data))
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    endpoint.kill()
    try:
        app.run()
        assert not app.exception
        assert not app.error
        assert app.selectbox(key="group").value == "kept"
    finally:
        local_endpoint().stop()


def until(app: AppTest, done: Callable[[], bool]) -> None:
    """Run the page, as its fragment does, until something is so."""
    deadline = time.monotonic() + 90
    while not done():
        assert time.monotonic() < deadline, text_of(app)
        time.sleep(0.3)
        app.run()
