from __future__ import annotations

from datetime import UTC

import pandas as pd
import pytest
from botocore.exceptions import ClientError

from components.theme import LIGHT
from components.usage_view import by_minute
from services.connection import Connection
from services.usage import read_usage, totals
from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables


def test_twenty_calls_and_a_refusal_are_counted_and_shown(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    campaigns = cinema.client("personalize").list_campaigns()["campaigns"]
    arn = next(found["campaignArn"] for found in campaigns if found["name"] == "popular")
    connection, runtime = Connection(endpoint=cinema.url), cinema.client("personalize-runtime")
    before = counted(connection, "popular")
    for user in range(20):
        runtime.get_recommendations(campaignArn=arn, userId=str(user))
    with pytest.raises(ClientError):
        runtime.get_recommendations(campaignArn=arn, userId="1", filterArn=arn)
    after = counted(connection, "popular")
    assert after["Requests"] - before["Requests"] == 21
    assert after["Errors"] - before["Errors"] == 1
    assert 0 < after["Mean ms"] <= after["Slowest ms"]
    assert pd.Timestamp.now(UTC) - after["Last asked"] < pd.Timedelta(minutes=3), "to the minute"

    app = open_page("costs", monkeypatch, cinema)
    assert not errors(app)
    shown = tables(app, "How often each campaign was asked")[0].set_index("Campaign")
    assert shown.loc["popular", "Requests"] == after["Requests"]


def counted(connection: Connection, campaign: str) -> pd.Series:
    """Return the totals of a campaign, zeros where nobody asked it."""
    usage = read_usage(connection)
    assert usage is not None
    known = totals(usage).set_index("Campaign")
    return known.loc[campaign] if campaign in known.index else pd.Series(0, index=known.columns)


def test_aws_is_not_asked() -> None:
    assert read_usage(Connection(profile="team")) is None


def test_each_campaign_has_a_bar_in_every_minute_in_which_it_was_asked() -> None:
    early, late = pd.Timestamp("2026-11-22 09:00"), pd.Timestamp("2026-11-22 09:07")
    asked = pd.DataFrame({"arn": ["c/a", "c/b", "c/a"], "minute": [early, early, late], "requests": [3, 1, 2]})
    drawn = by_minute(asked, LIGHT)
    assert {bar.name: list(bar.y) for bar in drawn.data} == {"a": [3, 2], "b": [1]}
    assert drawn.layout.barmode == "stack"
    assert drawn.layout.showlegend
    assert not by_minute(asked[asked["arn"] == "c/b"], LIGHT).layout.showlegend
