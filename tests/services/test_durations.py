"""How long things took: from creation to the last update, where that is still the end of the making."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from botocore.stub import Stubber

from services.connection import Connection
from services.durations import Duration, read_durations, totals
from services.resources import Resource

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def resource(kind: str, seconds: float | None, status: str = "ACTIVE") -> Resource:
    updated = None if seconds is None else BEGUN + timedelta(seconds=seconds)
    return Resource(f"arn:{kind}", kind, kind, status, "", BEGUN, updated)


def test_only_what_is_ready_and_known_of_aws_is_told() -> None:
    found = read_durations(
        Connection(),
        [
            resource("dataset-import-job", 12.5),
            resource("dataset-group", None),
            resource("dataset-import-job", 3.0, "CREATE FAILED"),
            resource("dataset-import-job", 3.0, "CREATE IN_PROGRESS"),
            resource("filter", 1.0),
        ],
    )
    assert [(one.resource.kind, one.seconds) for one in found] == [
        ("dataset-import-job", 12.5),
        ("dataset-group", None),
    ]


def test_a_campaign_that_was_updated_does_not_tell_how_long_it_took() -> None:
    connection = Connection(endpoint="http://127.0.0.1:9")
    campaigns = [replace(resource("campaign", 900.0), arn=f"arn:campaign/{name}") for name in ("updated", "new")]
    with Stubber(connection.client("personalize")) as personalize:
        for campaign, described in zip(campaigns, ({"latestCampaignUpdate": {"status": "ACTIVE"}}, {}), strict=True):
            personalize.add_response("describe_campaign", {"campaign": described}, {"campaignArn": campaign.arn})
        found = read_durations(connection, campaigns)
    assert [one.seconds for one in found] == [None, 900.0]


def test_the_sum_leaves_out_what_is_unknown_on_both_sides() -> None:
    durations = [
        Duration(resource("dataset-import-job", 2.0), 2.0),
        Duration(resource("solution-version", 3.5), 3.5),
        Duration(resource("campaign", 900.0), None),
    ]
    assert totals(durations) == (5.5, 37, 75)
    assert totals([]) == (0, 0, 0)
