"""Builds and reads ARNs, the names of all resources."""

from __future__ import annotations

ACCOUNT = "123456789012"
"""The account that moto answers for sts, so that every service here agrees on it."""


def build(region: str, kind: str, *parts: str) -> str:
    """Return the ARN of an own resource: build("us-east-1", "solution", "top", "1bbe77cf")."""
    return ":".join(["arn:aws:personalize", region, ACCOUNT, "/".join([kind, *parts])])


def built_in(kind: str, name: str) -> str:
    """Return the ARN of something that the service brings: built_in("recipe", "aws-sims")."""
    return f"arn:aws:personalize:::{kind}/{name}"


def name_of(arn: str) -> str:
    """Return the last part of an ARN."""
    return arn.rsplit("/", 1)[-1]


def region_of(arn: str) -> str:
    """Return the region of an ARN of Personalize, or '' where it has none, as what the service brings."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 3 and parts[2] == "personalize" else ""
