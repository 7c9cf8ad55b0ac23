"""Events: what S3 notifies and EventBridge's rules match reaches whom it is for, one after another.

moto tells of an event while it answers the request that caused it; what follows asks this endpoint again, so a thread
of its own does it. While calls are repeated after a restart nothing is delivered: it was then.
"""

from __future__ import annotations

import copy
import json
import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.s3 import notifications

log = logging.getLogger(__name__)

ASYNCHRONOUS = {"x-amz-invocation-type": "Event"}


class Deliveries:
    """The events under way."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._open = False

    def open(self) -> None:
        """Deliver from now on."""
        self._open = True
        threading.Thread(target=self._deliver, name="events", daemon=True).start()

    @property
    def is_open(self) -> bool:
        """Tell whether calls are new, and none is repeated after a restart."""
        return self._open

    def put(self, delivery: Callable[[], object]) -> None:
        """Deliver soon; calls that are repeated after a restart deliver nothing."""
        if self._open:
            self._waiting.put(delivery)

    def _deliver(self) -> None:
        while True:
            delivery = self._waiting.get()
            try:
                delivery()
            except Exception:  # the edge of the thread: one event that fails must not stop the next
                log.exception("An event could not be delivered")


def install(deliveries: Deliveries) -> None:
    """Let notifications of S3 reach functions, topics and queues."""
    known = vars(notifications)
    senders = {name: known[name] for name in ("_send_sns_message", "_send_sqs_message")}
    for name, send in {**senders, "_invoke_awslambda": _invoke}.items():
        known[name] = partial(_soon, deliveries, send)


def _soon(deliveries: Deliveries, send: Callable[..., object], *event: Any) -> None:
    deliveries.put(partial(send, *event))


def install_rules(deliveries: Deliveries) -> None:
    """Let rules of EventBridge start state machines."""
    from moto.events.models import Rule

    send_to_others = Rule.send_to_targets

    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        machines = [target for target in self.targets if target["Arn"].split(":")[2] == "states"]
        if machines and self.state == "ENABLED" and self.event_pattern.matches_event(original_event):
            for target in machines:
                deliveries.put(partial(_start, self.region_name, target, original_event))
        rest = copy.copy(self)
        rest.targets = [target for target in self.targets if target not in machines]
        send_to_others(rest, original_event, transform_input)

    rule: Any = Rule
    rule.send_to_targets = send_to_targets


def _invoke(account_id: str, event: Any, arn: str, region: str) -> None:
    from moto.awslambda.models import lambda_backends

    from local_personalize.workflows import functions

    functions.install()  # a stack may have made the function, and nobody have asked for Lambda itself
    lambda_backends[account_id][region].get_function(arn).invoke(json.dumps(event), ASYNCHRONOUS, {})


def _start(region: str, target: dict[str, Any], event: Any) -> None:
    from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

    given = target.get("Input") or json.dumps(event, default=str)
    states: Any = boto_client_for(region, "stepfunctions")
    states.start_execution(stateMachineArn=target["Arn"], input=given)
