from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from services import creation
from services.connection import Connection
from services.datasets import wait as wait_until_active
from services.objects import split_uri
from services.progress import Progress
from services.resources import list_resources
from tests.conftest import Endpoint
from tests.local_personalize.operations.conftest import gone
from tests.pages.cinema import TASTES, errors, films, open_page, opened_cinema, run_until, tables, told


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A cinema of this module's own: its jobs stay for ever."""
    with opened_cinema(tmp_path_factory.mktemp("studio")) as endpoint:
        yield endpoint


NAMED = {str(film): f"{title} ({genre})" for film, title, genre in films()}


def campaign_of(endpoint: Endpoint, version: str) -> str:
    """Return the ARN of the campaign that deploys a solution version, named as the page names it."""
    personalize = endpoint.client("personalize")
    arns = [found["campaignArn"] for found in personalize.list_campaigns()["campaigns"]]
    described = (personalize.describe_campaign(campaignArn=arn)["campaign"] for arn in arns)
    return next(doc["campaignArn"] for doc in described if doc["solutionVersionArn"].endswith(version))


def settled(app: AppTest) -> AppTest:
    """Run the page until nothing on it moves."""
    deadline = time.monotonic() + 60
    while "This page goes on by itself" in told(app) or app.main.get("progress"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
        app.run()
    return app


def start(app: AppTest) -> AppTest:
    return settled(app.button(key="batch.start").click().run())


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("batch", monkeypatch, bare)
    assert not errors(app)
    assert "No dataset group yet" in told(app)


def test_without_a_version_it_says_what_to_train(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    bare.client("personalize").create_dataset_group(name="films")
    app = open_page("batch", monkeypatch, bare)
    assert not errors(app)
    assert "Train a solution version first" in told(app)
    app = open_page("batch", monkeypatch, bare, work="User segments")
    assert app.button(key="batch.train").label == "Train Item-Affinity"


def subscribe(endpoint: Endpoint) -> None:
    """Let S3 tell a topic, and the topic an address, of every file that a batch job writes."""
    sns, s3 = endpoint.client("sns"), endpoint.client("s3")
    topic = sns.create_topic(Name="batch-done")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="shop@example.com")
    rules = {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".out"}]}}
    told = [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"], "Filter": rules}]
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"TopicConfigurations": told}, SkipDestinationValidation=True
    )


def test_picked_users_get_the_lists_of_the_campaign(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    subscribe(studio)
    app = open_page("batch", monkeypatch, studio, users="7", inference_results="6")
    app = start(app)
    app.session_state["mails"] = True
    run_until(app, lambda: "By SNS to its subscribers" in told(app))
    assert "shop@example.com" in told(app)
    assert any(app.selectbox(key="job").value in code.value for code in app.code)
    assert not errors(app)
    table = tables(app, "lists, one a row")[0]
    campaign = campaign_of(studio, app.selectbox(key="inference_version").value.rpartition(" · ")[2])
    asked = studio.client("personalize-runtime").get_recommendations(campaignArn=campaign, userId="7", numResults=6)
    assert table["User"].tolist() == ["7"]
    assert table["Recommendations"][0].split(" | ") == [NAMED[one["itemId"]] for one in asked["itemList"]]
    assert {button.label for button in app.get("download_button")} >= {"CSV", "Parquet", "JSON lines"}


def test_a_job_belongs_to_its_version_and_to_no_other_dataset_group(
    monkeypatch: pytest.MonkeyPatch, studio: Endpoint
) -> None:
    open_page("batch", monkeypatch, studio, users="8").button(key="batch.start").click().run()
    connection, personalize = Connection(endpoint=studio.url), studio.client("personalize")
    group = personalize.list_dataset_groups()["datasetGroups"][0]["datasetGroupArn"]
    jobs = personalize.list_batch_inference_jobs()["batchInferenceJobs"]
    listed = {found.arn: found.parent for found in list_resources(connection, group)}
    assert jobs
    assert {job["batchInferenceJobArn"]: job["solutionVersionArn"] for job in jobs}.items() <= listed.items()
    other = personalize.create_dataset_group(name="elsewhere")["datasetGroupArn"]
    assert [found.arn for found in list_resources(connection, other)] == [other]
    personalize.delete_dataset_group(datasetGroupArn=other)
    gone(lambda: personalize.describe_dataset_group(datasetGroupArn=other), personalize)


def test_a_filter_gets_its_values_in_every_line(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    app = open_page("batch", monkeypatch, studio, users="7", inference_filter="genre", inference_results="5")
    app.multiselect(key="batch_genre_GENRE").set_value(["Film-Noir"]).run()
    table = tables(start(app), "lists, one a row")[0]
    titles = table["Recommendations"][0].split(" | ")
    assert len(titles) == 5
    assert all(title.endswith("(Film-Noir)") for title in titles)


def test_lists_are_put_in_the_order_that_fits_each_user(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    app = open_page("batch", monkeypatch, studio, users="4")
    label = next(option for option in app.selectbox(key="inference_version").options if "Ranking" in option)
    app.selectbox(key="inference_version").select(label).run()
    listed = [str(film) for film, _, genre in films() if genre in ("Film-Noir", "Sci-Fi")][::3]
    app.multiselect(key="items").set_value(listed).run()
    table = tables(start(app), "lists, one a row")[0]
    campaign = campaign_of(studio, label.rpartition(" · ")[2])
    runtime = studio.client("personalize-runtime")
    asked = runtime.get_personalized_ranking(campaignArn=campaign, userId="4", inputList=listed)["personalizedRanking"]
    assert table["Recommendations"][0].split(" | ") == [NAMED[one["itemId"]] for one in asked]


def test_bad_lines_are_told_and_the_others_sent(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    app = open_page("batch", monkeypatch, studio, input="Paste or upload")
    app.text_area(key="batch.text_user").input('{"userId": "1"}\n{"userId": 2}\n{"userId": "newcomer"}').run()
    assert errors(app) == ["Mend them, or send the others only."]
    assert "Line 2: userId must be text in quotation marks, not 2." in [code.value for code in app.code]
    assert app.button(key="batch.start").label == "Start with 2 lines"
    assert tables(start(app), "lists, one a row")[0]["User"].tolist() == ["1", "newcomer"]


def test_a_file_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    app = open_page("batch", monkeypatch, studio, input="Paste or upload")
    app.file_uploader(key="batch.file_user").upload("users.json", b'{"userId": "3"}\n{"userId": "4"}').run()
    assert not errors(app)
    assert app.button(key="batch.start").label == "Start with 2 lines"
    app.file_uploader(key="batch.file_user").upload("users.json", b"\x89PNG\r\n\x1a\n").run()
    assert errors(app) == ["Mend them and try again."]
    assert app.button(key="batch.start").disabled


def test_an_input_that_is_not_there_fails_the_job_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, studio: Endpoint
) -> None:
    app = open_page("batch", monkeypatch, studio, input="S3 path", path="users.json")
    assert errors(app) == ["An S3 path looks like s3://bucket/folder/users.json."]
    assert app.button(key="batch.start").disabled
    bucket = studio.client("s3").list_buckets()["Buckets"][0]["Name"]
    app.text_input(key="path").input(f"s3://{bucket}/nowhere/users.json").run()
    start(app)
    assert len(errors(app)) == 1
    assert "There is nothing at" in errors(app)[0]


def test_a_file_on_s3_brings_answers_and_errors_of_single_lines(
    monkeypatch: pytest.MonkeyPatch, studio: Endpoint
) -> None:
    s3 = studio.client("s3")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    s3.put_object(Bucket=bucket, Key="mine/users.json", Body=b'{"userId": "5"}\n{"itemId": "5"}')
    app = start(open_page("batch", monkeypatch, studio, input="S3 path", path=f"s3://{bucket}/mine/users.json"))
    assert not errors(app)
    assert tables(app, "lists, one a row")[0]["User"].tolist() == ["5"]
    failed = tables(app, "not answered")[0]
    assert failed.to_dict("records") == [{"Line": "itemId: 5", "Why": "userId is required, as a string."}]


def test_results_that_were_deleted_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    app = start(open_page("batch", monkeypatch, studio, users="9"))
    name = app.selectbox(key="job").value
    personalize = studio.client("personalize")
    jobs = personalize.list_batch_inference_jobs()["batchInferenceJobs"]
    arn = next(job["batchInferenceJobArn"] for job in jobs if job["jobName"] == name)
    described = personalize.describe_batch_inference_job(batchInferenceJobArn=arn)["batchInferenceJob"]
    bucket, folder = split_uri(described["jobOutput"]["s3DataDestination"]["path"])
    studio.client("s3").delete_object(Bucket=bucket, Key=f"{folder}lines.json.out")
    st.cache_resource.clear()
    app = open_page("batch", monkeypatch, studio, job=name)
    assert len(errors(app)) == 1
    assert "There is nothing at" in errors(app)[0]


def test_segments_are_the_people_of_the_taste(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    app = open_page("batch", monkeypatch, studio, work="User segments", segment_results="8")
    settled(app.button(key="batch.train").click().run())
    chosen = [str(film) for film, _, genre in films() if genre == "Sci-Fi"][:2]
    chosen += [str(film) for film, _, genre in films() if genre == "Romance"][:1]
    app.multiselect(key="items").set_value(chosen).run()
    start(app)
    assert not errors(app)
    table = tables(app, "segments with their size")[0]
    assert table["Users"].tolist() == [8, 8, 8]
    for users, taste in zip(table["Most likely first"], ("Sci-Fi", "Sci-Fi", "Romance"), strict=True):
        of_taste = [user for user in users if TASTES[int(user) % len(TASTES)] == taste]
        assert len(of_taste) >= 6  # by chance 2
    assert [button.proto.id for button in app.get("download_button") if "batch.segments_csv" in button.proto.id]
    chart = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert chart["data"][0]["type"] == "heatmap"


def test_genres_make_segments(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    connection = Connection(endpoint=studio.url)
    group = studio.client("personalize").list_dataset_groups()["datasetGroups"][0]["datasetGroupArn"]
    recipe = "arn:aws:personalize:::recipe/aws-item-attribute-affinity"
    solution = creation.solution(group, "by-genre", recipe).run(connection)["solutionArn"]
    version = creation.solution_version(solution).run(connection)["solutionVersionArn"]
    wait_until_active(connection, "solution_version", version, Progress())
    app = open_page("batch", monkeypatch, studio, work="User segments", segment_results="8")
    label = next(option for option in app.selectbox(key="segment_version").options if "by-genre" in option)
    app.selectbox(key="segment_version").select(label).run()
    app.pills(key="kinds").set_value(["Children", "Film-Noir"]).run()
    table = tables(start(app), "segments with their size")[0]
    assert table["Segment"].tolist() == ["genres: Children", "genres: Film-Noir"]
    for users, taste in zip(table["Most likely first"], ("Children", "Film-Noir"), strict=True):
        assert sum(TASTES[int(user) % len(TASTES)] == taste for user in users) >= 6


def test_nonsense_in_a_link_does_no_harm(monkeypatch: pytest.MonkeyPatch, studio: Endpoint) -> None:
    query = {"work": "x", "job": "y", "input": "z", "inference_version": "v", "inference_results": "-5", "users": "<b>"}
    app = open_page("batch", monkeypatch, studio, **query)
    assert not errors(app)
    assert app.button(key="batch.start").label == "Start with 1 line"
