from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from services import buckets
from services.connection import Connection
from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables

NAME = "marquee-123456789012-us-east-1"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """An endpoint with nothing but the bucket of the app."""
    endpoint = Endpoint(tmp_path_factory.mktemp("place") / "data").start()
    with pytest.MonkeyPatch.context() as patch:
        app = open_page("connection", patch, endpoint)
        app.button(key="bucket.make").click().run()
        assert not errors(app)
        yield endpoint
    endpoint.stop()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, place: Endpoint) -> AppTest:
    return open_page("connection", monkeypatch, place)


def test_a_public_policy_is_warned_of_and_the_safe_one_is_a_click_away(app: AppTest, place: Endpoint) -> None:
    warned = "This bucket is public"
    assert warned not in titles(app)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{NAME}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    app.text_area(key="bucket.policy").set_value(policy)
    app.button(key="bucket.apply").click().run()
    assert not errors(app)
    assert warned in titles(app)
    app.button(key="bucket.safe").click().run()
    assert warned not in titles(app)
    kept = json.loads(place.client("s3").get_bucket_policy(Bucket=NAME)["Policy"])
    assert kept["Statement"][0]["Principal"] == {"Service": "personalize.amazonaws.com"}
    app.text_area(key="bucket.policy").set_value("{")
    app.button(key="bucket.apply").click().run()
    assert "Mend that place" in errors(app)[0]


def test_acceleration_is_kept_and_shown(app: AppTest, place: Endpoint) -> None:
    app.toggle(key="bucket.accelerated").set_value(True).run()
    assert not errors(app)
    assert place.client("s3").get_bucket_accelerate_configuration(Bucket=NAME)["Status"] == "Enabled"
    app.toggle(key="bucket.accelerated").set_value(False).run()
    assert place.client("s3").get_bucket_accelerate_configuration(Bucket=NAME)["Status"] == "Suspended"


def test_a_folder_arrives_below_its_prefix_in_parts(
    app: AppTest, place: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = Connection(endpoint=place.url)
    files = [("ml/movies.csv", b"movieId"), ("ml/../ratings.csv", b"x" * (9 << 20))]
    keys = buckets.put_folder(connection, NAME, "/movie-lens//raw_data/", files)
    assert keys == ["movie-lens/raw_data/ml/movies.csv", "movie-lens/raw_data/ml/ratings.csv"]
    head = place.client("s3").head_object(Bucket=NAME, Key=keys[1])
    assert head["ContentLength"] == 9 << 20
    assert head["ETag"].endswith('-2"'), "sent in two parts"
    app.run()
    assert list(tables(app, "objects of the bucket")[0]["Key"]) == keys


@pytest.mark.parametrize(
    ("principal", "condition", "public"),
    [
        ("*", {}, True),
        ({"AWS": "*"}, {}, True),
        ({"AWS": ["arn:aws:iam::1:root", "*"]}, {}, True),
        ({"Service": "personalize.amazonaws.com"}, {}, False),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o"}}, False),
    ],
)
def test_public_is_whom_everybody_can_be(principal: object, condition: dict[str, object], *, public: bool) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Condition": condition}
    assert buckets.is_public({"Statement": [statement]}) is public
    assert buckets.is_public({"Statement": statement}) is public
    assert not buckets.is_public({"Statement": {**statement, "Effect": "Deny"}})


def titles(app: AppTest) -> list[str]:
    """Return the titles of the warnings."""
    return [getattr(warning.proto, "title", "") for warning in app.warning]
