"""Asks a campaign for the next best actions of a user."""

from __future__ import annotations

import time
from dataclasses import dataclass

from services.connection import Connection
from services.deployments import Deployment
from services.service_call import ServiceCall


@dataclass(frozen=True, slots=True)
class NextAction:
    """One action with the probability that the user takes it."""

    rank: int
    action_id: str
    score: float | None


@dataclass(frozen=True, slots=True)
class NextActions:
    """One answer of GetActionRecommendations, and what is needed to repeat and trace it."""

    actions: tuple[NextAction, ...]
    call: ServiceCall
    recommendation_id: str
    seconds: float


def next_actions(connection: Connection, deployment: Deployment, user_id: str, count: int) -> NextActions:
    """Ask which actions a user takes most likely. Raises ClientError."""
    parameters = {"campaignArn": deployment.arn, "userId": user_id, "numResults": count}
    call = ServiceCall("personalize-runtime", "get_action_recommendations", parameters)
    started = time.perf_counter()
    answer = call.run(connection)
    seconds = time.perf_counter() - started
    listed = enumerate(answer["actionList"], start=1)
    actions = tuple(NextAction(rank, found["actionId"], found.get("score")) for rank, found in listed)
    return NextActions(actions, call, answer.get("recommendationId", ""), seconds)
