"""Answers the lines of a batch job: recommendations, rankings or segments of users, one JSON object each.

A line that cannot be answered gets an "error" of its own and the rest go on, as the real service does it. What was
streamed after training is left out, as it is there; items and users that were put or imported since take part as they
do in GetRecommendations. The output is `<input>.out` in the output folder.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from botocore.exceptions import ClientError

from local_personalize import answers, filtering
from local_personalize.answers import Wish
from local_personalize.errors import ServiceError
from local_personalize.filtering import Wanted
from local_personalize.filters.evaluate import Mask
from local_personalize.filters.tree import FilterError
from local_personalize.quotas import quota
from local_personalize.recipe_book import PERSONALIZED_RANKING, RELATED_ITEMS, USER_SEGMENTATION, Recipe
from local_personalize.serving import Models
from local_personalize.targets import Target, target_of
from local_personalize.tasks import TaskFailed, segments
from local_personalize.tasks.buckets import keys_at, s3_client, upload
from local_personalize.tasks.segments import LineError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Report = Callable[[float, str], None]
Line = Mapping[str, Any]

SEGMENT_QUERIES = {
    "aws-item-affinity": "segment-item-queries",
    "aws-item-attribute-affinity": "segment-attribute-queries",
}

DECIMALS = 7
"""Decimals of the scores in the real service's output."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One job: where it works, how many results a line gets, and the filter."""

    target: Target
    count: int
    filter: str | None


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Answer all files at payload["from"] into the folder payload["to"]; returns the number of lines and of errors."""
    s3 = s3_client(payload["url"])
    bucket, key = payload["from"]
    connection = sqlite3.connect(f"{(Path(payload['data']) / 'state.db').as_uri()}?mode=ro", uri=True, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        keys = keys_at(s3, bucket, key)
        _check_files(keys, f"s3://{bucket}/{key}")
        models, config = Models(Path(payload["data"])), {"itemExplorationConfig": payload["exploration"]}
        target = target_of(models, connection, payload["group"], payload["model"], config)
        batch = Batch(target, payload["count"], payload["filter"])
        counts = [_answer_file(s3, payload, name, batch, report) for name in keys]
    except ClientError as failure:
        raise TaskFailed(f"Amazon S3 refused: {failure.response['Error']['Message']}") from failure
    except ServiceError as failure:  # an outdated model
        raise TaskFailed(failure.message) from failure
    finally:
        connection.close()
    return {"lines": sum(lines for lines, _ in counts), "errors": sum(errors for _, errors in counts)}


def _check_files(keys: list[str], location: str) -> None:
    if not keys:
        raise TaskFailed(f"Invalid S3 input path. There is nothing at {location}.")
    most = quota("batch-input-files")
    if len(keys) > most:
        raise TaskFailed(f"There are {len(keys)} input files at {location}; a batch job takes at most {most}.")


def _check_queries(source: Path, recipe: Recipe) -> None:
    """Raise TaskFailed where a file asks for more segments than the recipe answers at once."""
    name = SEGMENT_QUERIES.get(recipe.name)
    if name is None:
        return
    count = sum(bool(line.strip()) for line in _lines(source))
    if count > quota(name):
        raise TaskFailed(f"The input has {count} queries; the recipe {recipe.name} takes at most {quota(name)} a file.")


def _answer_file(s3: S3Client, payload: dict[str, Any], key: str, batch: Batch, report: Report) -> tuple[int, int]:
    bucket, folder = payload["to"]
    target = "/".join(filter(None, [folder.rstrip("/"), f"{key.rsplit('/', 1)[-1]}.out"]))
    with tempfile.TemporaryDirectory() as scratch:
        source, output = Path(scratch) / "in", Path(scratch) / "out"
        s3.download_file(payload["from"][0], key, str(source))
        _check_queries(source, batch.target.deployed.recipe)
        with output.open("w", encoding="utf-8", newline="\n") as written:
            counted = _answer_lines(source, written, batch, report)
        upload(s3, output, bucket, target)
    return counted


def _answer_lines(source: Path, output: TextIO, batch: Batch, report: Report) -> tuple[int, int]:
    size, done, lines, errors = max(source.stat().st_size, 1), 0, 0, 0
    for raw in _lines(source):
        done += len(raw)
        if not raw.strip():
            continue
        answer = _answer(raw, batch)
        output.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")
        lines, errors = lines + 1, errors + (answer["error"] is not None)
        if lines % 100 == 0:
            report(min(done / size, 1.0), f"{lines:,} lines answered")
    return lines, errors


def _lines(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        yield from file


def _answer(raw: bytes, batch: Batch) -> dict[str, Any]:
    """Return the output line of an input line."""
    line: Any = raw.decode("utf-8", errors="replace").strip()
    try:
        line = _parsed(raw)
        return {"input": line, "output": _output(line, batch), "error": None}
    except (LineError, FilterError) as failure:
        return {"input": line, "output": None, "error": str(failure)}


def _parsed(raw: bytes) -> Line:
    try:
        line = json.loads(raw)
        json.dumps(line, ensure_ascii=False, allow_nan=False).encode()  # it is repeated in the output
    except (ValueError, RecursionError) as failure:
        raise LineError("The line is not valid JSON.") from failure
    if not isinstance(line, dict):
        raise LineError("The line is not a JSON object.")
    return line


def _output(line: Line, batch: Batch) -> dict[str, Any]:
    recipe = batch.target.deployed.recipe
    if recipe.type == USER_SEGMENTATION:
        users = _segment(line, batch)
        return {"recommendedUsers": users, "usersList": users}  # the guide's name, and the one that programs read
    related = recipe.type == RELATED_ITEMS
    user_id = None if related else _text(line, "userId")
    item_id = _text(line, "itemId") if related else None
    query = batch.target.query(user_id, item_id, [], {})
    allowed = _items_allowed(line, batch, user_id, item_id)
    if recipe.type == PERSONALIZED_RANKING:
        found = answers.rank(batch.target.deployed, query, _list(line), allowed, keep_unknown=batch.filter is None)
    else:
        found = answers.recommend(
            batch.target.deployed, query, Wish(batch.count, allowed, exploration=batch.target.exploration)
        )
    output: dict[str, Any] = {"recommendedItems": [one.item_id for one in found]}
    if batch.target.deployed.recommender.has_scores:
        output["scores"] = [None if one.score is None else round(one.score, DECIMALS) for one in found]
    return output


def _text(line: Line, member: str) -> str:
    value = line.get(member)
    if not isinstance(value, str) or not value:
        raise LineError(f"{member} is required, as a string.")
    return value


def _list(line: Line) -> list[str]:
    items = line.get("itemList")
    if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
        raise LineError("itemList is required, as a list of strings.")
    return items


def _values(line: Line) -> dict[str, str]:
    values = line.get("filterValues", {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise LineError("filterValues must be an object of strings.")
    return values


def _items_allowed(line: Line, batch: Batch, user_id: str | None, item_id: str | None) -> Mask:
    if batch.filter is None:
        return np.ones(len(batch.target.deployed.places), dtype=np.bool_)
    return filtering.items_allowed(batch.target.place, Wanted(batch.filter, _values(line), item_id), user_id, [])


def _segment(line: Line, batch: Batch) -> list[str]:
    recommender = batch.target.deployed.recommender
    if batch.filter is None:
        allowed = np.ones(len(recommender.user_ids), dtype=np.bool_)
    else:
        allowed = filtering.users_allowed(batch.target.place, Wanted(batch.filter, _values(line)))
    scores = segments.user_scores(batch.target.place, line)
    return [recommender.user_ids[place] for place in answers.best(scores, allowed, batch.count)]
