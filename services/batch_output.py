"""What a batch job wrote: lists of items per line, or segments of users, as tables with titles."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from botocore.exceptions import ClientError

from services.catalog import Catalog, Item
from services.connection import Connection
from services.errors import Problem
from services.objects import read_object, split_uri
from services.recommendations import RankedItem
from services.service_call import ServiceCall

MAX_BYTES = 100_000_000
"""More output than this is left on S3; at 25 items a line, 100 MB are some 200,000 users."""
LISTS = ("recommendedItems", "recommendedUsers", "usersList")
"""Where a line has its ids; those of a segment are under the second name in the guide, and under the third on AWS."""
JOINT = " | "
EVERYBODY = "All users"
MOST_GROUPS = 8
_ONE_VALUE = re.compile(r'items\.(\w+)\s*=\s*"([^"]*)"', re.IGNORECASE)
"""The expression of a segment of one genre, cuisine or other value of a column."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the output: what was asked, and item ids with scores, or user ids, or an error."""

    asked: dict[str, Any]
    ids: tuple[str, ...]
    scores: tuple[float | None, ...] = ()
    error: str = ""

    def label(self, catalog: Catalog) -> str:
        """Return what was asked in words."""
        if "userId" in self.asked:
            return str(self.asked["userId"])
        if "itemId" in self.asked:
            return catalog.item(str(self.asked["itemId"])).label
        words = str(self.asked.get("itemAttributes", json.dumps(self.asked, ensure_ascii=False)))
        single = _ONE_VALUE.fullmatch(words)
        return f"{single[1].lower()}: {single[2]}" if single else words

    def ranked(self, catalog: Catalog) -> list[RankedItem]:
        """Return the items as a list with ranks."""
        scores = self.scores or (None,) * len(self.ids)
        pairs = enumerate(zip(self.ids, scores, strict=False), start=1)
        return [RankedItem(rank, catalog.item(item_id), score) for rank, (item_id, score) in pairs]


def output_files(connection: Connection, call: ServiceCall) -> list[str]:
    """Return the URIs of what a job wrote: for an input file its name with .out, for a folder every such file."""
    source = str(call.parameters["jobInput"]["s3DataSource"]["path"])
    target = str(call.parameters["jobOutput"]["s3DataDestination"]["path"]).rstrip("/")
    s3 = connection.client("s3")
    # A path without a name at its end is a folder, and so is one that has files below it.
    inputs = _below(s3, source.rstrip("/")) or [source]
    return [f"{target}/{name.rsplit('/', 1)[-1]}.out" for name in inputs]


def _below(s3: Any, folder: str) -> list[str]:
    bucket, key = split_uri(folder)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{key}/")
    return [found["Key"] for page in pages for found in page.get("Contents", []) if not found["Key"].endswith("/")]


def read_output(connection: Connection, uris: Iterable[str]) -> bytes:
    """Return what a job wrote, as JSON lines. Raises Problem, ClientError."""
    s3 = connection.client("s3")
    parts: list[bytes] = []
    for uri in uris:
        size = _size(s3, uri)
        if size + sum(len(part) for part in parts) > MAX_BYTES:
            raise Problem("The results are too large to show", f"Read them at {uri} ({size / 1e6:,.0f} MB).")
        parts.append(read_object(connection, uri).rstrip(b"\n"))
    return b"\n".join(parts)


def _size(s3: Any, uri: str) -> int:
    bucket, key = split_uri(uri)
    try:
        return int(s3.head_object(Bucket=bucket, Key=key)["ContentLength"])
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "404":
            raise
        raise Problem("The results are gone", f"There is nothing at {uri} any more. Start the job again.") from refused


def parse_output(content: bytes) -> list[Answer]:
    """Read the output's lines. Raises Problem where a line is no such thing."""
    # Not splitlines: an id or a title may hold characters that Python takes for line ends.
    lines = [line for line in content.split(b"\n") if line.strip()]
    return [_answer(number, line) for number, line in enumerate(lines, start=1)]


def _answer(number: int, line: bytes) -> Answer:
    try:
        found = json.loads(line)
        asked, output = found["input"], found.get("output") or {}
        error = str(found.get("error") or "")
        ids: list[Any] = next((output[name] for name in LISTS if output.get(name)), [])
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise Problem("The results cannot be read", f"Line {number} of the output is not an answer.") from wrong
    wrapped = asked if isinstance(asked, dict) else {"line": asked}
    return Answer(wrapped, tuple(map(str, ids)), tuple(output.get("scores") or ()), error)


def first_genre(item: Item) -> str:
    """Return "Title (year) (Genre)", as the third tutorial writes its table."""
    return f"{item.label} ({item.genres[0]})" if item.genres else item.label


def titles_frame(answers: Sequence[Answer], catalog: Catalog) -> pd.DataFrame:
    """Return one row per answered line: who was asked for, and the titles; the tutorial's columns for users."""
    good = [answer for answer in answers if not answer.error]
    column = "itemId" if good and "userId" not in good[0].asked else "userId"
    titles = [JOINT.join(first_genre(catalog.item(item_id)) for item_id in answer.ids) for answer in good]
    return pd.DataFrame({column: [_named(answer, column) for answer in good], "Recommendations": titles}, dtype="str")


def segments_frame(answers: Sequence[Answer], catalog: Catalog) -> pd.DataFrame:
    """Return one row per user of a segment."""
    rows = [
        (answer.label(catalog), rank, user)
        for answer in answers
        if not answer.error
        for rank, user in enumerate(answer.ids, start=1)
    ]
    return pd.DataFrame(rows, columns=["Segment", "Rank", "userId"])


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet, compressed with snappy as the third tutorial has it."""
    target = io.BytesIO()
    frame.to_parquet(target, index=False, compression="snappy")
    return target.getvalue()


def overlaps(segments: Sequence[Answer]) -> list[list[float]]:
    """Return which share of each segment's users, by row, is in each other segment."""
    users = [set(segment.ids) for segment in segments]
    return [[len(one & other) / len(one) if one else 0.0 for other in users] for one in users]


def shared_users(segments: Sequence[Answer]) -> Counter[str]:
    """Return in how many segments each user is."""
    return Counter(user for segment in segments for user in set(segment.ids))


def makeup(segments: Mapping[str, Sequence[str]], belonging: pd.Series[str]) -> pd.DataFrame:
    """Return the share of each group, by column, in each segment and among all users, by row: the largest groups."""
    groups = belonging.dropna().value_counts(normalize=True).head(MOST_GROUPS)
    rows = {EVERYBODY: groups} | {
        name: belonging[belonging.index.isin(list(users))].dropna().value_counts(normalize=True)
        for name, users in segments.items()
    }
    return pd.DataFrame(rows).T.reindex(columns=groups.index).fillna(0.0)


def _named(answer: Answer, column: str) -> str:
    return str(answer.asked.get(column, ""))
