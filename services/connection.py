"""Where the dashboard's boto3 calls go: an AWS profile and region, or the endpoint on this machine."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from services import call_log, read_only

_MAKING = threading.Lock()
"""Held while a client is made: boto3's sessions cannot make two at once."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One choice of service; hashable, so that caches can tell connections apart."""

    region: str = "us-east-1"
    endpoint: str | None = None
    """URL of the endpoint on this machine; None means AWS."""
    profile: str | None = None
    """Name of an AWS profile; its credentials are read by boto3 and never seen here."""
    unlocked: bool = False
    """Whether the visitor allowed changes on AWS; this machine needs no permission."""

    @property
    def is_local(self) -> bool:
        """Tell whether this is the endpoint on this machine."""
        return self.endpoint is not None

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service, made once per connection and service."""
        return _client(self, service)


@functools.lru_cache(maxsize=64)
def _client(connection: Connection, service: str) -> Any:
    config = Config(
        retries={"mode": "standard", "max_attempts": 2 if connection.is_local else 4},
        connect_timeout=3,
        read_timeout=60,
        s3={"addressing_style": "path"} if connection.is_local else None,
        # A proxy of the environment cannot reach this machine's own loopback address.
        proxies={} if connection.is_local else None,
    )
    with _MAKING:
        client = _session(connection).client(service, endpoint_url=connection.endpoint, config=config)
    call_log.attach(client)
    read_only.attach(client, allowed=connection.is_local or connection.unlocked)
    return client


def _session(connection: Connection) -> Any:
    if connection.is_local:
        return _local_session(connection.region)
    return boto3.Session(profile_name=connection.profile, region_name=connection.region)


@functools.lru_cache(maxsize=16)
def _local_session(region: str) -> Any:
    """Return what makes this machine's clients: it reads but once what botocore knows of all services."""
    # The local endpoint takes any signature; these are placeholders, not credentials.
    return boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=region)
