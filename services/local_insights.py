"""What the endpoint on this machine tells beyond AWS's API: progress of jobs, and test results per user."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.connection import Connection

TIMEOUT = 3.0
# A proxy of the environment is for the world outside, not for this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: a fraction from 0 to 1, and what it is doing."""

    fraction: float
    text: str


@dataclass(frozen=True, eq=False)
class TestResults:
    """One number per test user and metric, under GetSolutionMetrics's names; every array is (users,)."""

    users: tuple[str, ...]
    values: dict[str, NDArray[np.float64]]


def read_progress(connection: Connection, arn: str) -> Progress | None:
    """Return the progress of a job on this machine; None on AWS and for what does not run."""
    answer = get(connection, "progress", arn=arn)
    if not answer or answer.get("fraction") is None:
        return None
    return Progress(float(answer["fraction"]), str(answer.get("text") or ""))


def read_test_results(connection: Connection, solution_version: str) -> TestResults | None:
    """Return the results per test user; None on AWS, which keeps them to itself, and for a version without them."""
    answer = get(connection, "insights/evaluation", solutionVersionArn=solution_version)
    return None if answer is None else results_of(answer)


def results_of(columns: dict[str, Any]) -> TestResults | None:
    """Return the endpoint's columns as results; None where it tells of no users."""
    users = tuple(map(str, columns.pop("users", ())))
    values = {name: np.array(column, dtype=float) for name, column in columns.items()}
    return TestResults(users, values) if users else None


class InsightRefused(ValueError):  # noqa: N818  (an answer, not a defect)
    """The endpoint will not answer such a question; the message says why."""


def ask(connection: Connection, path: str, request: dict[str, Any], *, method: str = "POST") -> dict[str, Any] | None:
    """Ask the endpoint with a JSON request; None on AWS. Raises InsightRefused, and URLError while it is down."""
    if connection.endpoint is None:
        return None
    url = f"{connection.endpoint}/_local/{path}"
    call = urllib.request.Request(url, json.dumps(request).encode(), method=method)
    try:
        with _direct.open(call, timeout=TIMEOUT) as answer:
            document: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            if refused.code not in (400, 404):
                raise
            raise InsightRefused(json.load(refused)["message"]) from refused
    return document


def get(connection: Connection, path: str, **query: str) -> dict[str, Any] | None:
    """Ask the endpoint; None where it has no such thing. Raises URLError while it is down."""
    if connection.endpoint is None:
        return None
    url = f"{connection.endpoint}/_local/{path}?{urllib.parse.urlencode(query)}"
    try:
        with _direct.open(url, timeout=TIMEOUT) as answer:
            document: dict[str, Any] | None = json.load(answer)
    except urllib.error.HTTPError as refused:
        if refused.code in (400, 404):
            return None
        raise
    return document
