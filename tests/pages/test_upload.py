"""Upload data: from a file to an ACTIVE import, or one sentence that says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

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
    return "\n".join(str(element.value) for element in (*app.markdown, *app.header, *app.caption))


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
        (b"PK\x03\x04 a broken zip", "The archive is broken"),
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


def test_a_column_of_another_name_is_matched_at_a_click(app: AppTest) -> None:
    content = ratings().replace(b"movieId", b"spot").replace(b"userId", b"guest")
    app.file_uploader(key=FILE).upload("restaurants.csv", content, "text/csv").run()
    assert app.button(key="upload.import").disabled
    app.button(key="upload.match.ITEM_ID.spot").click().run()
    assert not app.exception
    assert app.button(key="upload.import").label == "Import 1,200 rows"
    assert "upload.match.ITEM_ID.spot" not in [button.key for button in app.button]


@pytest.mark.parametrize(("named", "event_type"), [(b"restaurant_id", "visit"), (b"item", "click")])
def test_the_event_type_offered_follows_what_the_data_is_about(app: AppTest, named: bytes, event_type: str) -> None:
    app.file_uploader(key=FILE).upload("x.csv", ratings().replace(b"movieId", named), "text/csv").run()
    assert app.text_input(key="upload.event_type.Interactions").value == event_type


def test_milliseconds_are_converted_at_a_click_and_back(app: AppTest) -> None:
    content = b"\n".join(line + b"000" if line[:1].isdigit() else line for line in ratings().split(b"\n"))
    app.file_uploader(key=FILE).upload("x.csv", content, "text/csv").run()
    assert app.button(key="upload.import").disabled
    next(button for button in app.button if button.label == "Convert to seconds").click().run()
    assert not app.exception
    assert not app.button(key="upload.import").disabled
    preview = next(table.value for table in app.dataframe if "TIMESTAMP" in table.value)
    assert preview["TIMESTAMP"].iloc[0] == "1500001000"
    app.button(key="upload.undo.milliseconds").click().run()
    assert app.button(key="upload.import").disabled


def test_a_file_that_is_not_utf8_is_read_at_a_click(app: AppTest) -> None:
    content = "ITEM_ID,title,GENRES\n1,Café,Drama\n2,Élan,Comedy\n".encode("cp1252")
    app.segmented_control(key="dataset").set_value("Items").run()
    app.file_uploader(key="upload.file.Items").upload("x.csv", content, "text/csv").run()
    assert "1,Café,Drama" in [code.value for code in app.code]
    app.button(key="upload.western").click().run()
    assert not app.exception
    assert not app.error
    assert "read as Windows" in text_of(app)
    assert app.button(key="upload.import").label == "Import 2 rows"


def test_a_newcomer_takes_the_sample_and_sees_what_its_columns_hold(app: AppTest) -> None:
    app.button(key="upload.try_sample").click().run()
    assert app.button(key="upload.import").label == "Import 1,200 rows"
    assert list(app.dataframe[1].value) == ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"]
    app.session_state["upload.preview"] = "Columns"
    app.run()
    assert not app.exception
    columns = app.dataframe[1].value.set_index("Field")
    assert columns.loc["TIMESTAMP", "Range, or the commonest"] == "14 Nov 2023 to 13 Dec 2023"
    assert sum(columns.loc["TIMESTAMP", "Spread"]) == 1200
    assert columns.loc["EVENT_TYPE", "Different values"] == 1


def test_a_link_names_the_dataset_group_and_the_domain_of_a_new_one(
    clients: Clients, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_DATA", str(clients.endpoint.data))

    def linked(into: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
        app.query_params["into"], app.query_params["domain"] = into, "E-commerce"
        app.switch_page("pages/upload.py").run()
        assert not app.exception
        return app

    fresh = linked("new-shop")
    assert "a new dataset group **new-shop**" in text_of(fresh)
    assert fresh.selectbox(key="domain").value == "E-commerce"
    assert "domain" not in [box.key for box in linked(group).selectbox], "one that is there has its domain"
    assert [error.proto.title for error in linked("<b>no name</b>").error] == ["This name cannot be used"]


def import_now(app: AppTest) -> None:
    """Press the button and wait for the end."""
    app.button(key="upload.import").click().run()
    deadline = time.monotonic() + 60
    while "upload.stop" in [button.key for button in app.button]:
        assert time.monotonic() < deadline
        time.sleep(0.3)
        app.run()
    assert not app.exception


def test_a_file_becomes_an_active_dataset(app: AppTest, clients: Clients, group: str) -> None:
    app.selectbox(key="into").set_value(group).run()
    app.file_uploader(key=FILE).upload("ratings.csv", ratings(), "text/csv").run()
    assert not app.exception
    assert app.button(key="upload.import").label == "Import 1,200 rows"
    import_now(app)
    assert not app.error
    assert app.selectbox(key="group").value == group
    arn = f"arn:aws:personalize:us-east-1:123456789012:dataset/{group}/INTERACTIONS"
    jobs = clients.personalize.list_dataset_import_jobs(datasetArn=arn)["datasetImportJobs"]
    assert [job["status"] for job in jobs] == ["ACTIVE"]
    app.switch_page("pages/resources.py").run()
    app.button(key="resources.next").click().run()
    assert app.selectbox(key="new.recipe").value == "aws-user-personalization", "the next step opens its form"
    app.switch_page("pages/upload.py").run()
    app.button(key="upload.items").click().run()
    assert app.segmented_control(key="dataset").value == "Items", "interactions alone have no titles"
    app.segmented_control(key="dataset").set_value("Interactions").run()
    app.file_uploader(key=f"{FILE}.1").upload("more.csv", ratings().replace(b"15000", b"15100"), "text/csv").run()
    app.segmented_control(key="upload.mode.Interactions").set_value("INCREMENTAL").run()
    import_now(app)
    assert not app.error
    added = clients.personalize.list_dataset_import_jobs(datasetArn=arn)["datasetImportJobs"]
    assert sorted(job["importMode"] for job in added) == ["FULL", "INCREMENTAL"]


def test_files_and_mapping_survive_everything_and_arrive_together(
    app: AppTest, clients: Clients, group: str, tmp_path: Path
) -> None:
    app.selectbox(key="into").set_value(group).run()
    app.segmented_control(key="source").set_value("Path or S3").run()
    path = tmp_path / "ratings.csv"
    path.write_bytes(ratings())
    app.text_input(key="upload.place.Interactions").set_value(str(path))
    app.button(key="FormSubmitter:upload.places.Interactions-Look").click().run()
    editor = f"upload.columns.Interactions.{hashlib.sha256(ratings()).hexdigest()[:16]}"
    app.session_state[editor] = {"edited_rows": {2: {"Field": ""}}, "added_rows": [], "deleted_rows": []}
    app.run()
    app.text_input(key="upload.event_type.Interactions").set_value("rated").run()
    app.segmented_control(key="dataset").set_value("Items").run()
    app.segmented_control(key="source").set_value("Paste").run()
    films = [f"{film},Film {film},Comedy" for film in range(1, sample_films.FILMS + 1)]
    app.text_area(key="upload.paste.Items").set_value("\n".join(["movieId,title,genres", *films])).run()
    assert app.button(key="upload.import").label == "Import Interactions and Items"
    assert "Every interaction is with an item" in text_of(app)
    assert "**title** names the items" in text_of(app)
    app.switch_page("pages/connection.py").run()
    app.switch_page("pages/upload.py").run()
    app.segmented_control(key="dataset").set_value("Interactions").run()
    assert not app.exception
    assert app.text_input(key="upload.event_type.Interactions").value == "rated"
    preview = next(table.value for table in app.dataframe if "TIMESTAMP" in table.value)
    assert list(preview.columns) == ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"]
    import_now(app)
    assert not app.error
    prefix = f"arn:aws:personalize:us-east-1:123456789012:dataset/{group}"
    for dataset_type in ("INTERACTIONS", "ITEMS"):
        jobs = clients.personalize.list_dataset_import_jobs(datasetArn=f"{prefix}/{dataset_type}")["datasetImportJobs"]
        assert [job["status"] for job in jobs] == ["ACTIVE"]


def test_an_edited_schema_changes_the_import_and_a_broken_one_is_told(app: AppTest) -> None:
    app.file_uploader(key=FILE).upload("x.csv", ratings(), "text/csv").run()
    schema = next(area for area in app.text_area if area.label == "Schema")
    written = json.loads(schema.value)
    written["fields"][2]["type"] = ["null", "float"]
    schema.set_value(json.dumps({**written, "fields": written["fields"][:4]})).run()
    assert not app.exception
    preview = next(table.value for table in app.dataframe if "TIMESTAMP" in table.value)
    assert "EVENT_VALUE" in preview
    schema = next(area for area in app.text_area if area.label == "Schema")
    assert json.loads(schema.value)["fields"][2] == {"name": "EVENT_VALUE", "type": ["null", "float"]}
    schema.set_value("{ no json").run()
    assert [error.proto.title for error in app.error] == ["This schema cannot be used"]
    schema = next(area for area in app.text_area if area.label == "Schema")
    assert schema.value == "{ no json", "what was typed is still there"


def test_a_share_of_the_users_says_what_it_would_save(app: AppTest) -> None:
    app.file_uploader(key=FILE).upload("x.csv", ratings(), "text/csv").run()
    assert app.button(key="upload.import").label == "Import 1,200 rows"
    app.slider(key="upload.percent.Interactions").set_value(90).run()
    kept = int(app.button(key="upload.import").label.split()[1].replace(",", ""))
    assert 1000 <= kept < 1200
    assert kept % sample_films.EACH == 0, "whole histories"
    assert f"{kept:,} rows. Importing them" in text_of(app)
    assert "instead of $" in text_of(app)


def test_a_path_that_is_none_gets_a_sentence(app: AppTest, tmp_path: Path) -> None:
    app.segmented_control(key="source").set_value("Path or S3").run()
    (tmp_path / "secrets.env").write_text("x")
    for place, said in [
        (str(tmp_path / "none.csv"), "There is no such file"),
        (str(tmp_path / "secrets.env"), "This is no data file"),
        ("s3://nowhere-at-all/x.csv", "Could not read it"),
        ("s3://nowhere-at-all", "There is no such file"),
    ]:
        app.text_input(key="upload.place.Interactions").set_value(place)
        app.button(key="FormSubmitter:upload.places.Interactions-Look").click().run()
        assert not app.exception
        assert [error.proto.title for error in app.error] == [said]


def test_a_file_is_picked_by_walking_through_the_buckets(app: AppTest, clients: Clients) -> None:
    bucket = clients.unique("walk").lower()
    clients.s3.create_bucket(Bucket=bucket)
    clients.s3.put_object(Bucket=bucket, Key="films/raw/ratings.csv", Body=ratings())
    app.segmented_control(key="source").set_value("Path or S3")
    app.session_state["s3.browse"] = True
    app.run()
    app.selectbox(key="s3.bucket").set_value(bucket).run()
    app.selectbox(key=f"s3.entry.{bucket}/").set_value("films/").run()
    app.selectbox(key=f"s3.entry.{bucket}/films/").set_value("raw/").run()
    app.button(key="s3.up").click().run()
    assert app.selectbox(key=f"s3.entry.{bucket}/films/").options == ["raw/"]
    app.selectbox(key=f"s3.entry.{bucket}/films/").set_value("raw/").run()
    app.selectbox(key=f"s3.entry.{bucket}/films/raw/").set_value("ratings.csv").run()
    assert app.text_input(key="upload.place.Interactions").value == f"s3://{bucket}/films/raw/ratings.csv"
    app.button(key="FormSubmitter:upload.places.Interactions-Look").click().run()
    assert not app.exception
    assert not app.error
    assert any("ratings.csv" in part.value for part in app.markdown)
