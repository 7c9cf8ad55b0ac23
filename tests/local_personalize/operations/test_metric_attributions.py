from __future__ import annotations

import csv as reader
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.conftest import Cinema
from tests.local_personalize.operations.conftest import Ground, csv, ground_for, wait_for

FIELDS = {
    "USER_ID": "string",
    "ITEM_ID": "string",
    "TIMESTAMP": "long",
    "EVENT_TYPE": "string",
    "EVENT_VALUE": ["float", "null"],
    "EVENT_ATTRIBUTION_SOURCE": ["string", "null"],
}
CLICKS = {"metricName": "clicks", "eventType": "click", "expression": "SAMPLECOUNT()"}
YEARS = {"metricName": "years", "eventType": "click", "expression": "SUM(Items.YEAR)"}
WATCHED = {"metricName": "watched", "eventType": "watch", "expression": "SUM(Interactions.EVENT_VALUE)"}


@pytest.fixture(scope="module")
def attributed(shared_clients: Clients) -> tuple[Ground, str, str]:
    """A group with an attribution of three metrics: (ground, interactions dataset, attribution)."""
    ground = ground_for(shared_clients)
    dataset = ground.dataset("Interactions", FIELDS)
    items = ground.dataset("Items")
    ground.clients.events.put_items(
        datasetArn=items, items=[{"itemId": "i1", "properties": '{"genres": "Drama", "year": 2000}'}]
    )
    return ground, dataset, attribute(ground, CLICKS, YEARS, WATCHED)


def attribute(ground: Ground, *metrics: dict[str, str], **output: Any) -> str:
    """Create an attribution and return its ARN when it is ACTIVE."""
    personalize = ground.clients.personalize
    config = {"roleArn": ground.role, "s3DataDestination": {"path": f"s3://{ground.bucket}/reports/"}, **output}
    arn = personalize.create_metric_attribution(
        name=ground.clients.unique("attribution"),
        datasetGroupArn=ground.group,
        metrics=list(metrics),
        metricsOutputConfig=config,
    )["metricAttributionArn"]
    describe = lambda: personalize.describe_metric_attribution(metricAttributionArn=arn)  # noqa: E731
    assert describe()["metricAttribution"]["status"] == "CREATE PENDING"
    found = wait_for(lambda: describe()["metricAttribution"])
    assert found["status"] == "ACTIVE", found
    return str(arn)


def reports(ground: Ground, method: str) -> list[tuple[str, ...]]:
    """Return the rows of the reports made by a method."""
    s3, rows = ground.clients.s3, []
    for entry in s3.list_objects_v2(Bucket=ground.bucket, Prefix="reports/").get("Contents", []):
        if f"AggregatedAttributionMetrics - {method} - " in entry["Key"]:
            text = s3.get_object(Bucket=ground.bucket, Key=entry["Key"])["Body"].read().decode()
            header, *found = reader.reader(text.splitlines())
            assert ",".join(header) == "METRIC_NAME,EVENT_TYPE,VALUE,MATH_FUNCTION,EVENT_ATTRIBUTION_SOURCE,TIMESTAMP"
            rows += [tuple(row) for row in found]
    return rows


def eventually(read: Callable[[], Any], expected: Any) -> None:
    """Read until it is as expected, at most 20 s."""
    deadline = time.monotonic() + 20
    while (found := read()) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def event(kind: str, sent: float, **more: Any) -> dict[str, Any]:
    """Return an event on item i1."""
    return {"eventType": kind, "itemId": "i1", "sentAt": sent, **more}


def test_streamed_events_are_added_up_by_source_and_window(attributed: tuple[Ground, str, str]) -> None:
    ground, _, _ = attributed
    tracker = ground.clients.personalize.create_event_tracker(name="t", datasetGroupArn=ground.group)["trackingId"]
    put = lambda *sent: ground.clients.events.put_events(  # noqa: E731
        trackingId=tracker, userId="u", sessionId="s", eventList=list(sent)
    )
    other = {"metricAttribution": {"eventAttributionSource": "newsletter"}}
    put(event("click", 1000), event("click", 1700, **other), event("click", 1799), event("click", 1800, **other))
    put(event("watch", 950, eventValue=2.5), event("watch", 951, eventValue=4), event("ignored", 951))
    eventually(
        lambda: sorted(reports(ground, "PUT")),
        sorted(
            [
                ("clicks", "click", "2.0", "samplecount", "SOURCE_NAME_UNDEFINED", "900"),
                ("clicks", "click", "1.0", "samplecount", "newsletter", "900"),
                ("clicks", "click", "1.0", "samplecount", "newsletter", "1800"),
                ("years", "click", "4000.0", "sum", "SOURCE_NAME_UNDEFINED", "900"),
                ("years", "click", "2000.0", "sum", "newsletter", "900"),
                ("years", "click", "2000.0", "sum", "newsletter", "1800"),
                ("watched", "watch", "6.5", "sum", "SOURCE_NAME_UNDEFINED", "900"),
            ]
        ),
    )


def test_an_import_publishes_where_asked(attributed: tuple[Ground, str, str]) -> None:
    ground, dataset, _ = attributed
    lines = [f"u{row % 50},i{row % 70},{900 * (row % 2)},watch,2,{'shop' if row < 400 else ''}" for row in range(1000)]
    body = csv(lines, ",".join(FIELDS))
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    assert reports(ground, "FULL") == []
    assert ground.imported(dataset, body, publishAttributionMetricsToS3=True)["status"] == "ACTIVE"
    assert sorted(reports(ground, "FULL")) == [
        ("watched", "watch", "400.0", "sum", "shop", "0"),
        ("watched", "watch", "400.0", "sum", "shop", "900"),
        ("watched", "watch", "600.0", "sum", "SOURCE_NAME_UNDEFINED", "0"),
        ("watched", "watch", "600.0", "sum", "SOURCE_NAME_UNDEFINED", "900"),
    ]


def test_a_recommendation_id_leads_to_its_campaign(cinema: Cinema) -> None:
    ground, campaign = cinema.ground, cinema.campaigns["aws-user-personalization"]
    arn = attribute(ground, {"metricName": "plays", "eventType": "play", "expression": "SAMPLECOUNT()"})
    answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, userId="u1")
    foreign = "00000000-0000-4000-8000-000000000000"
    sent = [event("play", 5000 + step, recommendationId=answer["recommendationId"]) for step in range(3)]
    ground.clients.events.put_events(
        trackingId=cinema.tracking_id,
        userId="someone",
        sessionId="s",
        eventList=[*sent, event("play", 5000, recommendationId=foreign)],
    )
    eventually(
        lambda: sorted(reports(ground, "PUT")),
        [
            ("plays", "play", "1.0", "samplecount", "SOURCE_NAME_UNDEFINED", "4500"),
            ("plays", "play", "3.0", "samplecount", campaign, "4500"),
        ],
    )
    ground.clients.personalize.delete_metric_attribution(metricAttributionArn=arn)


def let_role_put_metrics(ground: Ground) -> None:
    allowed = {"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"}
    ground.clients.iam.put_role_policy(
        RoleName=ground.role.rsplit("/", 1)[1],
        PolicyName="cloudwatch",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )


def minutes_watched(ground: Ground, hour: int) -> dict[int, float]:
    """Return CloudWatch's sums for the shop by window, in seconds from the hour."""
    cloudwatch: Any = ground.clients.endpoint.client("cloudwatch")
    found = cloudwatch.get_metric_statistics(
        Namespace="AWS/Personalize",
        MetricName="MINUTESWATCHED",
        Dimensions=[
            {"Name": "EventAttributionSource", "Value": "shop"},
            {"Name": "DatasetGroupArn", "Value": ground.group},
        ],
        StartTime=hour - 40 * 86_400,
        EndTime=hour + 7200,
        Period=900,
        Statistics=["Sum"],
    )
    return {int(point["Timestamp"].timestamp()) - hour: point["Sum"] for point in found["Datapoints"]}


def test_cloudwatch_gets_what_is_new_where_the_role_allows_it(ground: Ground) -> None:
    dataset, hour = ground.dataset("Interactions", FIELDS), int(time.time()) // 3600 * 3600 - 3600
    let_role_put_metrics(ground)
    attribute(ground, {**WATCHED, "metricName": "minutesWatched"})
    told = partial(minutes_watched, ground, hour)
    tracker = ground.clients.personalize.create_event_tracker(name="t", datasetGroupArn=ground.group)["trackingId"]
    put = partial(ground.clients.events.put_events, trackingId=tracker, userId="u", sessionId="s")
    shop = {"metricAttribution": {"eventAttributionSource": "shop"}}
    put(eventList=[event("Watch", hour + 5, eventValue=3, **shop), event("watch", hour + 901, eventValue=4, **shop)])
    eventually(told, {0: 3.0, 900: 4.0})
    old = event("watch", hour - 15 * 86_400, eventValue=1, **shop)
    put(eventList=[event("watch", hour + 6, eventValue=10, **shop), old])
    eventually(told, {0: 13.0, 900: 4.0})
    lines = [f"u{row % 50},i{row % 70},{hour + 1800 + row % 2},watch,2,shop" for row in range(1000)]
    body = csv(lines, ",".join(FIELDS))
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    assert told() == {0: 13.0, 900: 4.0}
    assert ground.imported(dataset, body, importMode="INCREMENTAL")["status"] == "ACTIVE"
    assert told() == {0: 13.0, 900: 4.0, 1800: 2000.0}


def test_metrics_are_listed_added_and_removed(ground: Ground) -> None:
    ground.dataset("Interactions", FIELDS)
    ground.dataset("Items")
    personalize = ground.clients.personalize
    arn = attribute(ground, CLICKS, WATCHED)
    [summary] = personalize.list_metric_attributions(datasetGroupArn=ground.group)["metricAttributions"]
    assert (summary["metricAttributionArn"], summary["status"]) == (arn, "ACTIVE")
    personalize.update_metric_attribution(metricAttributionArn=arn, addMetrics=[YEARS], removeMetrics=["clicks"])
    pages = personalize.get_paginator("list_metric_attribution_metrics").paginate(
        metricAttributionArn=arn, PaginationConfig={"PageSize": 1}
    )
    assert [page["metrics"] for page in pages] == [[WATCHED], [YEARS]]
    for changes, code in (
        ({"addMetrics": [YEARS]}, "ResourceAlreadyExistsException"),
        ({"removeMetrics": ["clicks"]}, "InvalidInputException"),
        ({"addMetrics": [{**CLICKS, "metricName": f"m{number}"} for number in range(9)]}, "InvalidInputException"),
    ):
        with pytest.raises(ClientError) as refused:
            personalize.update_metric_attribution(metricAttributionArn=arn, **changes)
        assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(personalize.exceptions.LimitExceededException):
        attribute(ground, CLICKS)
    personalize.delete_metric_attribution(metricAttributionArn=arn)
    eventually(lambda: personalize.list_metric_attributions(datasetGroupArn=ground.group)["metricAttributions"], [])
    attribute(ground, CLICKS)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("AVG(Items.YEAR)", "neither SUM"),
        ("SUM(Users.AGE)", "neither SUM"),
        ("SUM(Items.GENRES)", "no numeric column GENRES"),
        ("SUM(Items.LENGTH)", "no numeric column LENGTH"),
    ],
)
def test_expressions_that_cannot_be_added_up(
    attributed: tuple[Ground, str, str], expression: str, message: str
) -> None:
    ground, _, arn = attributed
    metric = {"metricName": "wrong", "eventType": "click", "expression": expression}
    with pytest.raises(ground.clients.personalize.exceptions.InvalidInputException, match=message):
        ground.clients.personalize.update_metric_attribution(metricAttributionArn=arn, addMetrics=[metric])


def test_a_bucket_that_may_not_be_written_fails_the_attribution(ground: Ground) -> None:
    ground.dataset()
    arn = ground.clients.personalize.create_metric_attribution(
        name="closed",
        datasetGroupArn=ground.group,
        metrics=[CLICKS],
        metricsOutputConfig={"roleArn": ground.role, "s3DataDestination": {"path": "s3://another-bucket/x"}},
    )["metricAttributionArn"]
    found = wait_for(
        lambda: ground.clients.personalize.describe_metric_attribution(metricAttributionArn=arn)["metricAttribution"]
    )
    assert (found["status"], found["failureReason"]) == (
        "CREATE FAILED",
        "Insufficient privileges for accessing data in Amazon S3.",
    )
