"""The app's bucket as its owner sees it: who may read it, whether transfers are accelerated, what lies in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from services.connection import Connection
from services.errors import Problem
from services.policies import bucket_policy

PARTS = TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20, max_concurrency=20)
"""As the third tutorial sets the command line: parts of 8 MB, 20 at a time."""
MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How a bucket stands."""

    name: str
    policy: str
    """Its policy as JSON with indents, or "" without one."""
    public: bool
    """Whether everybody on the internet is let in."""
    accelerated: bool
    keys: tuple[tuple[str, int], ...]
    """The first objects with their sizes in bytes."""


def read_bucket(connection: Connection, name: str) -> Bucket | None:
    """Return how a bucket stands, or None where there is none. Raises ClientError."""
    s3 = connection.client("s3")
    try:
        listed = s3.list_objects_v2(Bucket=name, MaxKeys=MOST_KEYS).get("Contents", [])
    except s3.exceptions.NoSuchBucket:
        return None
    policy = _policy(s3, name)
    state = s3.get_bucket_accelerate_configuration(Bucket=name).get("Status")
    keys = tuple((found["Key"], found["Size"]) for found in listed)
    return Bucket(name, json.dumps(policy, indent=2) if policy else "", is_public(policy), state == "Enabled", keys)


def is_public(policy: dict[str, Any]) -> bool:
    """Tell whether a statement of a policy lets everybody in, without a condition."""
    statements = policy.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return any(
        statement.get("Effect") == "Allow" and not statement.get("Condition") and _everybody(statement.get("Principal"))
        for statement in listed
    )


def set_policy(connection: Connection, name: str, text: str) -> None:
    """Give a bucket a policy. Raises Problem where the text is no JSON, ClientError where S3 refuses it."""
    try:
        policy = json.loads(text)
    except ValueError as wrong:
        raise Problem("The policy is no JSON", f"{wrong}. Mend that place, or take the safe policy.") from wrong
    connection.client("s3").put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def safe_policy(name: str) -> str:
    """Return the policy that lets Amazon Personalize alone read the bucket."""
    return json.dumps(bucket_policy(name), indent=2)


def accelerate(connection: Connection, name: str, *, on: bool) -> None:
    """Turn a bucket's transfer acceleration on or off. Raises ClientError."""
    connection.client("s3").put_bucket_accelerate_configuration(
        Bucket=name, AccelerateConfiguration={"Status": "Enabled" if on else "Suspended"}
    )


def put_folder(connection: Connection, name: str, prefix: str, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Store files, given by their paths in a folder, below a prefix, and return their keys. Raises ClientError."""
    s3, put = connection.client("s3"), []
    for path, content in files:
        key = "/".join(part for part in (*prefix.split("/"), *path.split("/")) if part not in ("", ".", ".."))
        s3.upload_fileobj(io.BytesIO(content), name, key, Config=PARTS)
        put.append(key)
    return put


def _policy(s3: Any, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    except ClientError as missing:
        if missing.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        return {}
    return found


def _everybody(principal: Any) -> bool:
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return "*" in (named if isinstance(named, list) else [named])
