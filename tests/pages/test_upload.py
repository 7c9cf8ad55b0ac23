"""Upload data: from a file to an ACTIVE import, or one sentence that says what is wrong with it."""

from __future__ import annotations

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT, Clients
from tests.services import sample_films

FILE = "upload.file.Interactions"


def ratings() -> bytes:
    lines = [f"{user},{film},{rating},{time}" for user, film, rating, time in sample_films.ratings()]
    return "\n".join(["userId,movieId,rating,timestamp", *lines]).encode()


def text_of(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*app.markdown, *app.subheader, *app.caption))


@pytest.fixture
def group(clients: Clients) -> str:
    """The name of an empty dataset group."""
    name = clients.unique("page")
    clients.personalize.create_dataset_group(name=name)
    st.cache_data.clear()
    return name


@pytest.fixture
def app(clients: Clients, group: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MARQUEE_DATA", str(clients.endpoint.data))
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.session_state["group"] = group
    return app.run().switch_page("pages/upload.py").run()


def test_an_empty_page_says_what_a_file_needs(app: AppTest) -> None:
    assert not app.exception
    assert app.title[0].value == "Upload data"
    assert "USER_ID, ITEM_ID and TIMESTAMP" in text_of(app)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04 a workbook", "This is not a CSV file"),
        (b"a,b\n1,\xff\n", "The file is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(app: AppTest, content: bytes, title: str) -> None:
    app.file_uploader(key=FILE).upload("x.csv", content, "text/csv").run()
    assert not app.exception
    assert [error.proto.title for error in app.error] == [title]
    assert "upload.import" not in [button.key for button in app.button]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (ratings().replace(b"movieId", b"whatever"), "No column is matched to ITEM\\_ID"),
        (b"\n".join(ratings().split(b"\n")[:1000]), "999 rows are too few"),
        (ratings().replace(b"15000", b"x5000", 1), "TIMESTAMP in row 2 is 'x500"),
    ],
)
def test_a_broken_rule_keeps_the_button_shut(app: AppTest, content: bytes, complaint: str) -> None:
    app.file_uploader(key=FILE).upload("x.csv", content, "text/csv").run()
    assert not app.exception
    assert complaint in text_of(app)
    assert app.button(key="upload.import").disabled


def test_milliseconds_are_converted_at_a_switch(app: AppTest) -> None:
    content = b"\n".join(line + b"000" if line[:1].isdigit() else line for line in ratings().split(b"\n"))
    app.file_uploader(key=FILE).upload("x.csv", content, "text/csv").run()
    assert app.button(key="upload.import").disabled
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert not app.button(key="upload.import").disabled
    preview = next(table.value for table in app.dataframe if "TIMESTAMP" in table.value)
    assert preview["TIMESTAMP"].iloc[0] == "1500001000"


def test_a_file_becomes_an_active_dataset(app: AppTest, clients: Clients, group: str) -> None:
    app.selectbox(key="upload.group").set_value(group).run()
    app.file_uploader(key=FILE).upload("ratings.csv", ratings(), "text/csv").run()
    assert not app.exception
    assert app.button(key="upload.import").label == "Import 1,200 rows"
    app.button(key="upload.import").click().run()
    deadline = time.monotonic() + 60
    while "upload.stop" in [button.key for button in app.button]:
        assert time.monotonic() < deadline
        time.sleep(0.3)
        app.run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="group").value == group
    arn = f"arn:aws:personalize:us-east-1:123456789012:dataset/{group}/INTERACTIONS"
    jobs = clients.personalize.list_dataset_import_jobs(datasetArn=arn)["datasetImportJobs"]
    assert [job["status"] for job in jobs] == ["ACTIVE"]
