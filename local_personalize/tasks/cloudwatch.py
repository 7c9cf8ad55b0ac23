"""Puts the totals of a metric attribution into CloudWatch, where AWS's own reports look for them.

Names as AWS makes them: the namespace AWS/Personalize, the metric in capitals, and the dimensions
EventAttributionSource and DatasetGroupArn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local_personalize import clock
from local_personalize.tasks import TaskFailed

NAMESPACE = "AWS/Personalize"
MOST_DATA = 1000
"""Data that one PutMetricData takes."""

OLDEST_SECONDS = 14 * 86_400
"""Records that are older are left out (guide: metric-attribution-requirements)."""


def put(url: str, region: str, group: str, totals: Mapping[tuple[str, str, str, str, int], float]) -> None:
    """Add totals by metric, event type, function, source and window to the metrics of a region."""
    session: Any = boto3.Session("local", "local", region_name=region)
    client = session.client("cloudwatch", endpoint_url=url)
    data = list(_data(group, totals))
    try:
        for first in range(0, len(data), MOST_DATA):
            client.put_metric_data(Namespace=NAMESPACE, MetricData=data[first : first + MOST_DATA])
    except ClientError as failure:
        raise TaskFailed(f"CloudWatch refused: {failure.response['Error']['Message']}") from failure


def _data(group: str, totals: Mapping[tuple[str, str, str, str, int], float]) -> Iterator[dict[str, Any]]:
    oldest = clock.now() - OLDEST_SECONDS
    for (name, _, _, source, window), value in totals.items():
        if window >= oldest:
            dimensions = {"EventAttributionSource": source, "DatasetGroupArn": group}
            yield {
                "MetricName": name.upper(),
                "Dimensions": [{"Name": key, "Value": one} for key, one in dimensions.items()],
                "Timestamp": window,
                "Value": value,
            }
