"""Locations in S3 that a request names, and whether Personalize may use them."""

from __future__ import annotations

from local_personalize.application import Application
from local_personalize.aws_services import s3_access
from local_personalize.errors import InvalidInputException
from local_personalize.tasks import TaskFailed
from local_personalize.tasks.buckets import split_location

NO_ACCESS = "Insufficient privileges for accessing data in Amazon S3."


def bucket_and_key(location: str, message: str) -> tuple[str, str]:
    """Return the parts of "s3://bucket/key", or raise InvalidInputException with the message."""
    parts = split_location(location)
    if parts is None:
        raise InvalidInputException(message)
    return parts


def ensure_access(app: Application, role_arn: str | None, bucket: str, key: str, *, actions: tuple[str, ...]) -> None:
    """Raise TaskFailed unless policies let Personalize do all actions on the bucket, or on that key in it."""
    for action in actions:
        if not s3_access(app, role_arn, bucket, action, "" if action == "s3:ListBucket" else key or "*"):
            raise TaskFailed(NO_ACCESS)
