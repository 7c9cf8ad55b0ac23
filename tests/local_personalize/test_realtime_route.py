"""GET /dev?user_id=: the fourth tutorial's API, asked as curl asks it."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from tests.local_personalize.conftest import Cinema


def get(cinema: Cinema, **asked: str) -> tuple[int, dict[str, Any]]:
    url = f"{cinema.clients.endpoint.url}/dev?{urllib.parse.urlencode(asked)}"
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def named(cinema: Cinema, recipe: str) -> str:
    return cinema.campaigns[recipe].rpartition("/")[2]


@pytest.fixture
def titled(cinema: Cinema) -> Cinema:
    """The cinema with a catalogue that names one film."""
    s3, bucket = cinema.clients.s3, cinema.clients.unique("titles")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="catalog.csv", Body=b"item_id,title,genres\naction-0,Heat (1995),Action|Crime\n")
    tag = {"tagKey": "marquee:catalog", "tagValue": f"s3://{bucket}/catalog.csv"}
    cinema.clients.personalize.tag_resource(resourceArn=cinema.ground.group, tags=[tag])
    return cinema


def test_a_users_list_comes_with_titles(titled: Cinema) -> None:
    campaign = named(titled, "aws-user-personalization")
    status, answer = get(titled, user_id="u4", campaign=campaign, num_results="80")
    assert status == 200
    ids = [item["itemId"] for item in answer["itemList"]]
    assert ids == titled.recommend("aws-user-personalization", "u4", numResults=80)
    first = next(item for item in answer["itemList"] if item["itemId"] == "action-0")
    assert (first["title"], first["genres"]) == ("Heat (1995)", "Action|Crime")
    assert answer["campaignArn"] == titled.campaigns["aws-user-personalization"]
    assert answer["recommendationId"]


def test_titles_that_are_gone_are_told(titled: Cinema) -> None:
    personalize, group = titled.clients.personalize, titled.ground.group
    personalize.tag_resource(resourceArn=group, tags=[{"tagKey": "marquee:catalog", "tagValue": "s3://gone/c.csv"}])
    status, answer = get(titled, user_id="u4", campaign=named(titled, "aws-user-personalization"))
    personalize.untag_resource(resourceArn=group, tagKeys=["marquee:catalog"])
    assert status == 404
    assert answer["message"].startswith("The titles cannot be read at s3://gone/c.csv")


def test_ten_results_of_a_campaign_for_users_are_the_default(cinema: Cinema) -> None:
    status, answer = get(cinema, user_id="u4")
    assert status == 200
    assert len(answer["itemList"]) == 10
    assert "similar" not in answer["campaignArn"]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({}, 400, "user_id"),
        ({"user_id": "u4", "num_results": "many"}, 400, "num_results"),
        ({"user_id": "u4", "num_results": "9" * 5000}, 400, "num_results"),
        ({"user_id": "u4", "campaign": "nowhere"}, 404, "nowhere"),
    ],
)
def test_what_cannot_be_answered_is_said(cinema: Cinema, asked: dict[str, str], status: int, words: str) -> None:
    code, answer = get(cinema, **asked)
    assert code == status
    assert words in answer["message"]


def test_a_bucket_of_that_name_is_still_a_bucket(cinema: Cinema) -> None:
    cinema.clients.s3.create_bucket(Bucket="dev")
    cinema.clients.s3.put_object(Bucket="dev", Key="a", Body=b"")
    assert [found["Key"] for found in cinema.clients.s3.list_objects_v2(Bucket="dev")["Contents"]] == ["a"]
