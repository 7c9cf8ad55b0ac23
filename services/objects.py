"""Finds and reads S3 objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from services.connection import Connection

MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies directly below a prefix, by its name there; names of folders end with "/"."""

    folders: tuple[str, ...]
    files: tuple[tuple[str, int], ...]
    """Names with sizes in bytes."""
    more: bool
    """There is more than is told."""


def list_buckets(connection: Connection) -> list[str]:
    """Return the names of all buckets. Raises ClientError."""
    return [bucket["Name"] for bucket in connection.client("s3").list_buckets()["Buckets"]]


def list_folder(connection: Connection, bucket: str, prefix: str) -> Folder:
    """Return what lies directly below a prefix, "" or one that ends with "/". Raises ClientError."""
    answer = connection.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/", MaxKeys=MOST_ENTRIES)
    folders = [found["Prefix"].removeprefix(prefix) for found in answer.get("CommonPrefixes", [])]
    files = [(found["Key"].removeprefix(prefix), found["Size"]) for found in answer.get("Contents", [])]
    return Folder(tuple(folders), tuple(file for file in files if file[0]), answer["IsTruncated"])


def split_uri(uri: str) -> tuple[str, str]:
    """Return the bucket and the key of "s3://bucket/key"."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def open_object(connection: Connection, uri: str) -> Any:
    """Return an object's content as a file that is read once. Raises ClientError."""
    bucket, key = split_uri(uri)
    return connection.client("s3").get_object(Bucket=bucket, Key=key)["Body"]


def read_object(connection: Connection, uri: str) -> bytes:
    """Return an object's content. Raises ClientError."""
    return cast(bytes, open_object(connection, uri).read())


def read_head(connection: Connection, uri: str, size: int) -> bytes:
    """Return at most the first bytes of an object. Raises ClientError."""
    bucket, key = split_uri(uri)
    answer = connection.client("s3").get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{size - 1}")
    return cast(bytes, answer["Body"].read())


def csv_objects(connection: Connection, uri: str) -> Iterator[tuple[str, int]]:
    """Yield the URI and size of the object, or of every CSV of the folder, that an import job names."""
    bucket, key = split_uri(uri)
    pages = connection.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
    for page in pages:
        for found in page.get("Contents", []):
            if found["Key"] == key or (
                found["Key"].startswith(key.rstrip("/") + "/") and found["Key"].lower().endswith(".csv")
            ):
                yield f"s3://{bucket}/{found['Key']}", found["Size"]
