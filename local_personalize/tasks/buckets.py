"""S3 as tasks see it: locations, and a client of the endpoint they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import ClientError

from local_personalize.tasks import TaskFailed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def split_location(location: str) -> tuple[str, str] | None:
    """Return bucket and key of "s3://bucket/key", or None where it is not one."""
    scheme, _, path = location.partition("://")
    bucket, _, key = path.partition("/")
    return (bucket, key) if scheme == "s3" and bucket else None


def s3_client(url: str) -> S3Client:
    """Return a client of the endpoint's own S3, which takes any signature."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard", "max_attempts": 4}),
    )


def download_csv(place: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Copy the CSV file at {"url", "bucket", "key"}, or those of the folder of that name; return them by location.

    Raises TaskFailed.
    """
    s3, bucket, key = s3_client(place["url"]), place["bucket"], place["key"]
    try:
        keys = keys_at(s3, bucket, key)
        keys = keys if keys == [key] else [one for one in keys if one.lower().endswith(".csv")]
        files = {f"s3://{bucket}/{one}": folder / str(number) for number, one in enumerate(keys)}
        for one, path in zip(keys, files.values(), strict=True):
            s3.download_file(bucket, one, str(path))
    except ClientError as failure:
        raise TaskFailed(f"Reading s3://{bucket}/{key} failed: {failure.response['Error']['Message']}") from failure
    if not files:
        raise TaskFailed(f"There is no CSV file at s3://{bucket}/{key}.")
    return files


def upload(s3: S3Client, path: Path, bucket: str, key: str) -> None:
    """Put a file into a bucket. Raises TaskFailed."""
    try:
        s3.upload_file(str(path), bucket, key)
    except (ClientError, S3UploadFailedError) as failure:
        raise TaskFailed(f"Writing s3://{bucket}/{key} failed: {failure}") from failure


def keys_at(s3: S3Client, bucket: str, key: str) -> list[str]:
    """Return the key itself where it names an object, else the keys in the folder of that name."""
    folder = key if not key or key.endswith("/") else f"{key}/"
    found = list(_keys(s3, bucket, key))
    return [key] if key in found and not key.endswith("/") else [one for one in found if one.startswith(folder)]


def _keys(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", []))
