"""Dataset groups: the workspaces of Amazon Personalize."""

from __future__ import annotations

from dataclasses import dataclass

from services.connection import Connection
from services.statuses import is_leaving


@dataclass(frozen=True, slots=True)
class DatasetGroup:
    """One dataset group as the list shows it; domain is "" for a custom one."""

    arn: str
    name: str
    status: str
    domain: str = ""

    @property
    def is_leaving(self) -> bool:
        """Tell whether the dataset group is being deleted."""
        return is_leaving(self.status)


def list_dataset_groups(connection: Connection) -> list[DatasetGroup]:
    """Return all dataset groups of the account and region, newest first."""
    pages = connection.client("personalize").get_paginator("list_dataset_groups").paginate()
    found = [group for page in pages for group in page["datasetGroups"]]
    found.sort(key=lambda group: group["creationDateTime"], reverse=True)
    return [
        DatasetGroup(group["datasetGroupArn"], group["name"], group["status"], group.get("domain", ""))
        for group in found
    ]
