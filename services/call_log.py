"""Hears which calls of AWS's API a piece of work makes, in whatever function it makes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_NAMES = ("name", "jobName", "roleName", "RoleName", "PolicyName", "Key", "Bucket")
_BEGAN, _SUBJECT = "marquee_began", "marquee_subject"


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One call that was answered."""

    service: str
    operation: str
    """As the API names it: CreateSolution."""
    subject: str
    """The name of what it is about, or ""."""
    began: float
    """By time.perf_counter()."""
    seconds: float
    refused: bool


Listener = Callable[[MadeCall], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Tell the listener of every call that this thread makes in the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def attach(client: Any) -> None:
    """Let a boto3 client tell of its calls; those of threads that nobody listens to cost nothing."""
    client.meta.events.register("provide-client-params.*.*", _begin)
    client.meta.events.register("after-call.*.*", _end)


def _begin(params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
    context[_BEGAN] = time.perf_counter()
    context[_SUBJECT] = _subject(params)


def _end(http_response: Any, model: Any, context: Mapping[str, Any], **_: object) -> None:
    listener = _listener.get()
    if listener is None or _BEGAN not in context:
        return
    began = context[_BEGAN]
    service = model.service_model.service_name
    refused = http_response.status_code >= 400
    listener(MadeCall(service, model.name, context[_SUBJECT], began, time.perf_counter() - began, refused))


def _subject(params: Mapping[str, Any]) -> str:
    """Return the name that a request gives or asks for, of an ARN the part after its kind."""
    named = next((str(params[name]) for name in _NAMES if name in params), "")
    arns = (str(value) for name, value in params.items() if name.endswith("Arn"))
    return named or next((arn.split(":", 5)[-1].partition("/")[2] for arn in arns if arn), "")
