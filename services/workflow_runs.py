"""What the training workflow did: its executions, and how far each state of one came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.connection import Connection
from services.workflow import MACHINE

Stage = Literal["running", "succeeded", "failed"]
RUNNING = "RUNNING"


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of the workflow."""

    arn: str
    status: str
    """As Step Functions names it: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED."""
    started: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class StateRun:
    """What one state did in an execution: the last time it was entered counts."""

    stage: Stage
    entered: int
    """How often, since polling comes back to it."""
    seconds: float
    """In all, of what has ended."""


@dataclass(frozen=True, slots=True)
class Course:
    """An execution's states by name, in the order in which they were first entered, and why it failed."""

    states: dict[str, StateRun]
    failure: str


def list_executions(connection: Connection) -> list[Execution]:
    """Return the newest executions first; none where there is no workflow."""
    states = connection.client("stepfunctions")
    machines = states.get_paginator("list_state_machines").paginate().search("stateMachines[]")
    arn = next((found["stateMachineArn"] for found in machines if found and found["name"] == MACHINE), None)
    if arn is None:
        return []
    listed = states.list_executions(stateMachineArn=arn, maxResults=50)["executions"]
    found = [Execution(one["executionArn"], one["status"], one["startDate"], one.get("stopDate")) for one in listed]
    return sorted(found, key=lambda one: one.started, reverse=True)


def read_course(connection: Connection, execution: Execution) -> Course:
    """Return what happened in an execution so far. Raises ClientError."""
    pages = connection.client("stepfunctions").get_paginator("get_execution_history")
    events = pages.paginate(executionArn=execution.arn).search("events[]")
    return course_of(events)


def course_of(events: Iterable[dict[str, Any]]) -> Course:
    """Follow the events of an execution's history."""
    states: dict[str, StateRun] = {}
    entered: dict[str, datetime] = {}
    failure = ""
    for event in events:
        if name := event.get("stateEnteredEventDetails", {}).get("name"):
            known = states.get(name, StateRun("running", 0, 0.0))
            states[name] = StateRun("running", known.entered + 1, known.seconds)
            entered[name] = event["timestamp"]
        elif name := event.get("stateExitedEventDetails", {}).get("name"):
            took = (event["timestamp"] - entered[name]).total_seconds()
            states[name] = StateRun("succeeded", states[name].entered, states[name].seconds + took)
        elif event["type"] in ("ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"):
            failure = event.get("executionFailedEventDetails", {}).get("cause", event["type"])
    if failure:
        states = {
            name: StateRun("failed", run.entered, run.seconds) if run.stage == "running" else run
            for name, run in states.items()
        }
    return Course(states, failure)
