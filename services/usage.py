"""What campaigns were asked on this machine: requests, errors and milliseconds by the minute."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from services.connection import Connection
from services.local_insights import get

COLUMNS = ["arn", "minute", "requests", "errors", "meanMilliseconds", "slowestMilliseconds"]


def read_usage(connection: Connection) -> pd.DataFrame | None:
    """Return a row per campaign or recommender and minute; None on AWS, where CloudWatch has it. Raises URLError."""
    answer = get(connection, "usage")
    if answer is None:
        return None
    table = pd.DataFrame(answer["minutes"], columns=COLUMNS)
    return table.assign(minute=pd.to_datetime(table["minute"], unit="s", utc=True))


def totals(usage: pd.DataFrame) -> pd.DataFrame:
    """Return a row per ARN: Campaign, Requests, Errors, Mean ms, Slowest ms and Last asked, the busiest first."""
    weighed = usage.assign(total=usage["meanMilliseconds"] * usage["requests"])
    groups = weighed.groupby("arn")
    table = pd.DataFrame(
        {
            "Requests": groups["requests"].sum(),
            "Errors": groups["errors"].sum(),
            "Mean ms": groups["total"].sum() / groups["requests"].sum(),
            "Slowest ms": groups["slowestMilliseconds"].max(),
            "Last asked": groups["minute"].max(),
        }
    )
    names = [str(arn).rpartition("/")[2] for arn in table.index]
    return table.assign(Campaign=names).sort_values("Requests", ascending=False).reset_index(drop=True)


def last_asked(usage: pd.DataFrame | None) -> dict[str, datetime] | None:
    """Return when each campaign or recommender was asked last, by ARN, to the minute; None where nobody counts."""
    if usage is None:
        return None
    return {str(arn): minute.to_pydatetime() for arn, minute in usage.groupby("arn")["minute"].max().items()}
