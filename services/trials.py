"""Tries a connection: who answers, how fast, and which of the calls that the app needs are allowed."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from services.connection import Connection
from services.errors import explain


@dataclass(frozen=True, slots=True)
class Trial:
    """One call that was tried."""

    action: str
    needed_for: str
    milliseconds: float
    failure: str = ""

    @property
    def allowed(self) -> bool:
        """Tell whether the call was answered."""
        return not self.failure


_TRIALS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("sts", "get_caller_identity", "sts:GetCallerIdentity", "Knowing the account", {}),
    ("personalize", "list_dataset_groups", "personalize:ListDatasetGroups", "Every page", {"maxResults": 1}),
    ("personalize", "list_recipes", "personalize:ListRecipes", "Recipes", {"maxResults": 1}),
    ("personalize", "list_solutions", "personalize:ListSolutions", "Solutions and versions", {"maxResults": 1}),
    ("personalize", "list_campaigns", "personalize:ListCampaigns", "Campaigns", {"maxResults": 1}),
    ("personalize", "list_event_trackers", "personalize:ListEventTrackers", "Watch simulator", {"maxResults": 1}),
    ("s3", "list_buckets", "s3:ListAllMyBuckets", "Uploading data", {}),
    ("iam", "list_roles", "iam:ListRoles", "The role that reads the data", {"MaxItems": 1}),
)


def try_connection(connection: Connection) -> list[Trial]:
    """Return how each call that the pages need was answered."""
    return [
        _tried(functools.partial(_call, connection, service, operation, parameters), action, needed_for)
        for service, operation, action, needed_for, parameters in _TRIALS
    ]


def profiles() -> list[str]:
    """Return the names of the AWS profiles that boto3 finds on this machine; nothing else of them is read."""
    return sorted(boto3.Session().available_profiles)


@functools.cache
def regions() -> tuple[str, ...]:
    """Return the regions that have Amazon Personalize, as boto3 knows them."""
    return tuple(sorted(boto3.Session().get_available_regions("personalize")))


def _call(connection: Connection, service: str, operation: str, parameters: dict[str, Any]) -> object:
    return getattr(connection.client(service), operation)(**parameters)


def _tried(call: Callable[[], object], action: str, needed_for: str) -> Trial:
    began = time.perf_counter()
    failure = ""
    try:
        call()
    except (ClientError, BotoCoreError) as refused:
        explained = explain(refused)
        failure = f"{explained.code}: {explained.body}" if explained.code else explained.body
    return Trial(action, needed_for, (time.perf_counter() - began) * 1000, failure)
