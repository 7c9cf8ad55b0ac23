"""Recommendations by a plain GET, as the fourth tutorial's API has them: GET /dev?user_id=5.

`campaign` names one, by default the newest that recommends for users; `num_results` is 10 by default; every other
parameter is context. Titles come from the CSV that the dataset group's tag marquee:catalog names.
"""

from __future__ import annotations

import csv
import functools
import io
import sqlite3
from typing import Any

from botocore.exceptions import ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from local_personalize import resources
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException, ResourceNotFoundException, ServiceError
from local_personalize.operations import labels, runtime
from local_personalize.recipe_book import RECIPES, USER_PERSONALIZATION
from local_personalize.resources import Resource
from local_personalize.tasks.buckets import s3_client, split_location

PATH = "/dev"
CATALOG = "marquee:catalog"
DEFAULT_RESULTS = "10"
OWN = ("user_id", "campaign", "num_results")


def is_asked(scope: Scope) -> bool:
    """Tell whether a request is for this; one that is signed is for a bucket of that name."""
    unsigned = all(name != b"authorization" for name, _ in scope["headers"])
    return scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET" and unsigned


class Realtime:
    """The ASGI application of one endpoint."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one GET."""
        response = await run_in_threadpool(self._answer, dict(Request(scope).query_params))
        await response(scope, receive, send)

    def _answer(self, asked: dict[str, str]) -> Response:
        try:
            return JSONResponse(recommend(self._app, asked))
        except ResourceNotFoundException as missing:
            return JSONResponse({"message": missing.message}, 404)
        except ServiceError as refused:
            return JSONResponse({"message": refused.message}, 400)


def recommend(app: Application, asked: dict[str, str]) -> dict[str, Any]:
    """Return a user's list with titles. Raises ServiceError."""
    if not asked.get("user_id"):
        raise InvalidInputException("Missing required request parameters: [user_id]")
    wanted = asked.get("num_results", DEFAULT_RESULTS)
    if wanted not in map(str, range(1, runtime.MOST_RESULTS + 1)):
        raise InvalidInputException(f"num_results must be from 1 to {runtime.MOST_RESULTS}, not {wanted}")
    connection = app.store.reader()
    campaign = _campaign(connection, asked.get("campaign"))
    request = {
        "campaignArn": campaign.arn,
        "userId": asked["user_id"],
        "numResults": int(wanted),
        "context": {name: value for name, value in asked.items() if name not in OWN},
    }
    answer = runtime.get_recommendations(Call(app, campaign.arn.split(":")[3]), request)
    titles = _titles_of(app, connection, campaign)
    items = [{**item, **titles.get(item["itemId"], {})} for item in answer["itemList"]]
    return {"campaignArn": campaign.arn, **answer, "itemList": items}


def _campaign(connection: sqlite3.Connection, name: str | None) -> Resource:
    """Return the campaign of that name, or the newest ACTIVE one that recommends for users."""
    for found in reversed(resources.of_kind(connection, "campaign")):
        if found.doc["status"] != "ACTIVE" or name not in (None, found.doc["name"]):
            continue
        recipe = _version(connection, found).doc["recipeArn"].rpartition("/")[2]
        if name or RECIPES[recipe].type == USER_PERSONALIZATION:
            return found
    raise ResourceNotFoundException(f"There is no ACTIVE campaign {name or 'that recommends for users'}.")


def _version(connection: sqlite3.Connection, campaign: Resource) -> Resource:
    return resources.get(connection, campaign.doc["solutionVersionArn"])


def _titles_of(app: Application, connection: sqlite3.Connection, campaign: Resource) -> dict[str, dict[str, str]]:
    tagged = {
        tag["tagKey"]: tag["tagValue"]
        for tag in labels.attached(connection, _version(connection, campaign).doc["datasetGroupArn"])
    }
    place = split_location(tagged.get(CATALOG, ""))
    return _titles(app.url, *place) if place else {}


@functools.lru_cache(maxsize=4)
def _titles(url: str, bucket: str, key: str) -> dict[str, dict[str, str]]:
    """Return title and genres by item id; catalogues are written once, under a name of their own.

    Raises ResourceNotFoundException.
    """
    try:
        text = s3_client(url).get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8-sig")
    except (ClientError, UnicodeDecodeError) as failure:
        raise ResourceNotFoundException(f"The titles cannot be read at s3://{bucket}/{key}: {failure}") from failure
    rows = [{name.lower(): value for name, value in row.items()} for row in csv.DictReader(io.StringIO(text))]
    return {_id(row): {name: row[name] for name in ("title", "genres") if row.get(name)} for row in rows}


def _id(row: dict[str, str]) -> str:
    return next((row[name] for name in ("item_id", "movieid", "id") if name in row), "")
