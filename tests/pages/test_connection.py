"""Connection: the choice of the service, whether it answers, and the way back from a bad choice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT, Clients


@pytest.fixture
def app(clients: Clients, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    monkeypatch.setenv("MARQUEE_DATA", str(clients.endpoint.data))
    config = tmp_path / "config"
    # A profile of a machine that cannot sign in: nothing of it reaches AWS.
    config.write_text("[profile team]\nregion = eu-west-1\nsso_session = none\nsso_account_id = 1\nsso_role_name = x\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    return app.switch_page("pages/connection.py").run()


def test_the_local_service_is_the_first_choice(app: AppTest, clients: Clients) -> None:
    assert not app.exception
    assert app.selectbox(key="connection.profile").options == ["team"]
    assert any(clients.endpoint.url in markdown.value for markdown in app.markdown)
    assert f"AWS_ENDPOINT_URL={clients.endpoint.url}" in app.code[0].value


def test_a_test_of_the_connection_lists_every_call(app: AppTest) -> None:
    app.button(key="connection.test").click().run()
    assert not app.exception
    assert app.success[0].value == "All 8 calls were answered."
    answers = app.dataframe[0].value
    assert set(answers["Answer"]) == {"allowed"}
    assert (answers["Milliseconds"] > 0).all()

    app.session_state["asked"] = True
    app.run()
    assert not app.exception
    assert f"Connection · {len(calls(app))} calls" in app.selectbox(key="trace.run").options[0]
    assert {"ListDatasetGroups", "ListRecipes"} <= set(calls(app)["Call"])
    assert calls(app)["Began"].is_monotonic_increasing
    assert (calls(app)["Milliseconds"] > 0).all()


def test_another_region_reaches_the_calls(app: AppTest) -> None:
    app.selectbox(key="connection.region").set_value("us-west-2")
    submit(app)
    assert not app.exception
    assert any("This computer · us-west-2" in caption.value for caption in app.sidebar.caption)


def test_a_profile_that_cannot_sign_in_leaves_a_way_back(app: AppTest) -> None:
    app.segmented_control(key="connection.place").set_value("AWS")
    submit(app)
    assert not app.exception
    assert "Nothing is changed there until you allow it" in app.info[0].value
    assert app.button(key="account.lock").label == "Allow changes"
    app.button(key="account.lock").click().run()
    assert "Creating resources there costs money" in app.warning[0].value
    assert any("It does not answer" in caption.value for caption in app.sidebar.caption)
    app.button(key="connection.test").click().run()
    assert not app.exception
    assert "8 of 8 calls were refused" in app.warning[1].value
    app.segmented_control(key="connection.place").set_value("This computer")
    submit(app)
    assert not app.exception
    assert not app.warning
    app.segmented_control(key="connection.place").set_value("AWS")
    submit(app)
    assert app.button(key="account.lock").label == "Allow changes", "a choice of the account begins with reading"


def test_aws_without_any_profile_is_no_choice(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    app.run()
    app.segmented_control(key="connection.place").set_value("AWS")
    submit(app)
    assert not app.exception
    assert "no AWS profile on this machine" in app.warning[0].value
    assert any("This computer" in caption.value for caption in app.sidebar.caption)


def test_a_page_under_a_bad_profile_explains_itself(app: AppTest) -> None:
    app.segmented_control(key="connection.place").set_value("AWS")
    submit(app)
    app.switch_page("pages/overview.py").run()
    assert not app.exception
    assert "Connection page" in app.error[0].value


def test_deleting_everything_wants_its_words(app: AppTest) -> None:
    assert app.button(key="connection.reset").disabled
    app.text_input(key="connection.erase").set_value("delete everything").run()
    assert not app.button(key="connection.reset").disabled


def calls(app: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "in their order" in frame.proto.alt)


def submit(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Use this").click().run()
