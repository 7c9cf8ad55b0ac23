"""The overview's pipeline names what is ready, what moves and what comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.metrics import VersionMetrics
from services.overview import LEADING, ago, baseline, best, next_step, ready, recent, stages, tell_stories
from services.resources import Resource

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def resource(kind: str, status: str = "ACTIVE", minutes: int = 0) -> Resource:
    moment = NOW - timedelta(minutes=minutes)
    return Resource(f"arn:{kind}:{minutes}", kind, kind, status, "", moment, moment)


FULL = [
    resource(kind)
    for kind in ("dataset", "dataset-import-job", "solution", "solution-version", "campaign", "event-tracker")
]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([], "Upload interactions"),
        (FULL[:1], "Import data into the dataset"),
        (FULL[:2], "Create a solution"),
        (FULL[:3], "Train a solution version"),
        (FULL[:4], "Deploy a campaign"),
        (FULL[:5], "Create an event tracker"),
        (FULL, "Ask for recommendations"),
        ([*FULL[:1], resource("dataset-import-job", "CREATE IN_PROGRESS")], "Watch the imports come up"),
        ([*FULL[:1], resource("dataset-import-job", "CREATE FAILED")], "See why one of the imports failed"),
        ([*FULL, resource("dataset-import-job", "CREATE FAILED")], "Ask for recommendations"),
    ],
)
def test_the_next_step_is_the_first_that_is_missing(found: list[Resource], text: str) -> None:
    assert next_step(stages(found)).text == text


def test_a_domain_needs_no_solution_before_its_recommender() -> None:
    imported = stages(FULL[:2], "ECOMMERCE")
    assert [stage.label for stage in imported] == ["Datasets", "Imports", "Campaigns", "Trackers"]
    assert next_step(imported).text == "Create a recommender"
    assert next_step(stages([*FULL[:2], resource("recommender")], "ECOMMERCE")).text == "Create an event tracker"
    assert next_step(stages(FULL[:3], "ECOMMERCE")).text == "Train a solution version", "custom ones work there too"


def test_recommenders_count_as_campaigns() -> None:
    assert (
        ready(
            stages([resource("recommender"), resource("campaign"), resource("campaign", "CREATE PENDING")]), "Campaigns"
        )
        == 2
    )


def test_what_changed_last_comes_first() -> None:
    assert [found.arn for found in recent([resource("a", minutes=5), resource("b"), resource("c", minutes=2)], 2)] == [
        "arn:b:0", "arn:c:2",
    ]  # fmt: skip


def test_the_leader_is_found_among_those_that_report() -> None:
    def version(arn: str, recipe: str, **values: float) -> VersionMetrics:
        return VersionMetrics(arn, arn, recipe, NOW, values)

    popular = version("p", "aws-popularity-count", **{LEADING: 0.1})
    personal = version("u", "aws-user-personalization", **{LEADING: 0.3})
    segments = version("s", "aws-item-affinity", hits=0.9)
    assert best([popular, segments, personal]) is personal
    assert baseline([popular, segments, personal]) is popular
    assert best([segments]) is None
    assert baseline([personal]) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "just now"), (60, "1 minute ago"), (7200, "2 hours ago"), (90_000, "1 day ago"), (-3, "just now")],
)
def test_times_are_told_relative_to_now(seconds: int, text: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_stories_speak_of_users_that_exist() -> None:
    who = tell_stories(["7", "8", "9"])[1]
    assert "Users 7 and 8" in who.body
    assert [query for _, query in who.actions] == [{"user": "7"}, {"user": "8"}]
    assert "SIMS leads" in tell_stories([], "SIMS")[2].body
    assert tell_stories([])[1].actions == (("Ask for a user", {}),)
