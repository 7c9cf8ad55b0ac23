"""SNS: what a topic sends to subscriptions by email is written to a folder instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partialmethod
from pathlib import Path
from typing import Any

from moto.sns.exceptions import InvalidParameterValue
from moto.sns.models import Subscription

from local_personalize import mail

PROTOCOLS = ("email", "email-json")


@cache
def install(folder: Path) -> None:
    """Let subscriptions by email write their mail into a folder."""
    subscription: Any = Subscription
    subscription.publish = partialmethod(_publish, subscription.publish, folder)


def _publish(
    self: Any,
    send: Callable[..., None],
    folder: Path,
    message: str,
    message_id: str,
    subject: str | None = None,
    **rest: Any,
) -> None:
    matcher = self._filter_policy_matcher
    if self.protocol not in PROTOCOLS:
        send(self, message, message_id, subject=subject, **rest)
    elif not (subject or "").isprintable():
        raise InvalidParameterValue("Invalid parameter: Subject")
    elif matcher is None or matcher.matches(rest.get("message_attributes"), message):
        mail.write(folder, self.topic.arn, self.endpoint, message_id, subject or mail.SUBJECT, message)
