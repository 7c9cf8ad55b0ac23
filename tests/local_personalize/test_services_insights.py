"""The dashboard's reading of explanations and previews, beside the fixtures of a trained endpoint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.connection import Connection
from services.insights import Asked, explain, preview
from services.local_insights import InsightRefused
from services.measurements import Measurement, measure, read_measurement, stop_measurement
from tests.local_personalize.conftest import Cinema, item
from tests.local_personalize.operations.conftest import wait_for

PERSONAL, SIMILAR = "aws-user-personalization", "aws-similar-items"


def local(cinema: Cinema) -> Connection:
    return Connection(endpoint=cinema.clients.endpoint.url)


def test_aws_tells_neither() -> None:
    asked = Asked("arn:aws:personalize:us-east-1:123456789012:campaign/films", "u1")
    assert preview(Connection(), asked) is None
    assert explain(Connection(), asked, ["i1"]) is None
    assert not measure(Connection(), asked.arn)
    assert not stop_measurement(Connection(), asked.arn)
    assert read_measurement(Connection(), asked.arn) is None


def test_a_preview_and_its_explanation(cinema: Cinema) -> None:
    for arn in (cinema.campaigns[PERSONAL], cinema.versions[PERSONAL]):
        asked = Asked(arn, history=[item("comedy", 2), "unheard of"])
        seen = preview(local(cinema), asked, count=6)
        assert seen is not None
        assert seen.unknown == ("unheard of",)
        assert all(name.startswith("comedy") for name in seen.item_ids)
        parts = explain(local(cinema), asked, seen.item_ids)
        assert parts is not None
        assert [part.item_id for part in parts] == list(seen.item_ids)
        assert [part.probability for part in parts] == list(seen.scores)
        first = parts[0]
        pushed = sum(influence.value for influence in first.influences)
        assert first.score == pytest.approx(pushed + first.popularity + first.context + first.user + first.seen)


def test_a_version_is_measured_on_every_user(cinema: Cinema) -> None:
    connection, version = local(cinema), cinema.versions["aws-popularity-count"]
    assert measure(connection, version)

    def state() -> dict[str, Any]:
        found = read_measurement(connection, version)
        return {"status": found.status, "found": found} if found else {"status": "CREATE PENDING"}

    found: Measurement = wait_for(state)["found"]
    assert found.failure == ""
    assert abs((found.asked - datetime.now(UTC)).total_seconds()) < 120
    assert not stop_measurement(connection, version), "it has ended"
    assert found.results is not None
    assert len(found.results.users) == len(found.results.values["precision_at_5"]) >= 40


def test_a_question_without_an_answer_says_why(cinema: Cinema) -> None:
    with pytest.raises(InsightRefused, match="no parts to tell of"):
        explain(local(cinema), Asked(cinema.campaigns[SIMILAR]), ["x"])
    with pytest.raises(InsightRefused, match="does not exist"):
        preview(local(cinema), Asked("arn:aws:personalize:us-east-1:123456789012:campaign/none"))
