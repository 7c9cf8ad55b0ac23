from __future__ import annotations

import base64
import json

import pytest

from tests.local_personalize.operations.conftest import Ground, schema_text

REGION = "ap-south-1"
"""No other test makes schemas there."""


@pytest.fixture(scope="module")
def names(shared_ground: Ground) -> list[str]:
    personalize = shared_ground.clients.endpoint.client("personalize", REGION)
    made = [f"schema-{number}" for number in range(7)]
    for name in made:
        personalize.create_schema(name=name, schema=schema_text("Users"))
    return made


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 100])
def test_walk_shows_each_once_in_order(ground: Ground, names: list[str], size: int) -> None:
    pages = list(
        ground.clients.endpoint.client("personalize", REGION)
        .get_paginator("list_schemas")
        .paginate(PaginationConfig={"PageSize": size})
    )
    assert [one["name"] for page in pages for one in page["schemas"]] == names
    assert all(len(page["schemas"]) == size for page in pages[:-1])


def test_walk_while_another_comes(ground: Ground, names: list[str]) -> None:
    personalize = ground.clients.endpoint.client("personalize", REGION)
    first = personalize.list_schemas(maxResults=3)
    later = personalize.create_schema(name="later", schema=schema_text("Users"))["schemaArn"]
    rest = personalize.list_schemas(nextToken=first["nextToken"])
    personalize.delete_schema(schemaArn=later)
    assert [one["name"] for one in first["schemas"] + rest["schemas"]] == [*names, "later"]


FORGED = {
    "words": "not a token",
    "other JSON": base64.urlsafe_b64encode(b"{}").decode(),
    "of another list": base64.urlsafe_b64encode(json.dumps(["campaigns", 1.0, "arn"]).encode()).decode(),
    "of other types": base64.urlsafe_b64encode(json.dumps(["schemas", "now", 1]).encode()).decode(),
    "a huge number": base64.urlsafe_b64encode(b'["schemas", 1' + b"0" * 400 + b', "arn"]').decode(),
    "no number": base64.urlsafe_b64encode(b'["schemas", NaN, "arn"]').decode(),
    "half a surrogate": base64.urlsafe_b64encode(b'["schemas", 1, "\\ud800"]').decode(),
    "too deep": base64.urlsafe_b64encode(b"[" * 1000).decode(),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_forged_token(ground: Ground, token: str) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.InvalidNextTokenException):
        ground.clients.personalize.list_schemas(nextToken=token)


def test_pages_of_one_parent(ground: Ground) -> None:
    for kind in ("Interactions", "Items", "Users"):
        ground.dataset(kind)
    pages = ground.clients.personalize.get_paginator("list_datasets").paginate(
        datasetGroupArn=ground.group, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["datasets"]) for page in pages] == [2, 1]
