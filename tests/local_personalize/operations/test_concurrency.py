"""Many clients at once: of equal names one wins, nothing is half made, and a deletion never takes what is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.conftest import RECIPE
from tests.local_personalize.operations.conftest import Ground, gone, schema_text

THREADS = 8

Request = Callable[[], object]


def outcomes(requests: Sequence[Request]) -> Counter[str]:
    """Send all requests at the same moment; count those that succeeded and the error codes of the others."""
    barrier = Barrier(len(requests))

    def outcome(request: Request) -> str:
        barrier.wait()
        try:
            request()
        except ClientError as refused:
            status = refused.response["ResponseMetadata"]["HTTPStatusCode"]
            return str(refused.response["Error"]["Code"] if status == 400 else status)
        return "made"

    with ThreadPoolExecutor(len(requests)) as threads:
        return Counter(threads.map(outcome, requests))


def creations(ground: Ground) -> dict[str, tuple[Callable[[str], object], str]]:
    """Return how a resource of each kind is made by name, and the paginator that lists it."""
    personalize, group, schema = ground.clients.personalize, ground.group, schema_text("Interactions")
    sims = f"{RECIPE}aws-sims"
    return {
        "schema": (lambda name: personalize.create_schema(name=name, schema=schema), "list_schemas"),
        "group": (lambda name: personalize.create_dataset_group(name=name), "list_dataset_groups"),
        "solution": (
            lambda name: personalize.create_solution(name=name, datasetGroupArn=group, recipeArn=sims),
            "list_solutions",
        ),
    }


@pytest.mark.parametrize("kind", ["schema", "group", "solution"])
def test_of_equal_names_one_wins_and_other_names_do_not_wait(ground: Ground, kind: str) -> None:
    create, lists = creations(ground)[kind]
    same, other = ground.clients.unique("same"), ground.clients.unique("other")
    requests = [lambda: create(same)] * THREADS + [lambda n=n: create(f"{other}-{n}") for n in range(THREADS)]  # type: ignore[misc]
    assert outcomes(requests) == {"made": 1 + THREADS, "ResourceAlreadyExistsException": THREADS - 1}
    pages = ground.clients.personalize.get_paginator(lists).paginate()
    names = [one["name"] for page in pages for entries in page.values() if isinstance(entries, list) for one in entries]
    assert sorted(name for name in names if name.startswith((same, other))) == sorted(
        [same, *(f"{other}-{n}" for n in range(THREADS))]
    )


def test_a_group_gets_one_dataset_of_a_type_and_one_tracker(ground: Ground) -> None:
    personalize, schema = ground.clients.personalize, ground.schema("Interactions")
    own = {"schemaArn": schema, "datasetGroupArn": ground.group, "datasetType": "Interactions"}
    made = outcomes([lambda n=n: personalize.create_dataset(name=f"d{n}", **own) for n in range(THREADS)])  # type: ignore[misc]
    assert made == {"made": 1, "ResourceAlreadyExistsException": THREADS - 1}
    tracked = outcomes(
        [lambda n=n: personalize.create_event_tracker(name=f"t{n}", datasetGroupArn=ground.group) for n in range(8)]  # type: ignore[misc]
    )
    assert tracked["made"] == 1
    assert outcomes([lambda: personalize.delete_schema(schemaArn=schema)] * THREADS) == {"ResourceInUseException": 8}


def test_deletion_and_use_at_once_leave_a_whole(ground: Ground) -> None:
    personalize = ground.clients.personalize
    for _ in range(5):
        schema, group = ground.schema("Interactions"), ground.clients.unique("raced")
        arn = personalize.create_dataset_group(name=group)["datasetGroupArn"]
        own: dict[str, Any] = {"name": "d", "schemaArn": schema, "datasetType": "Interactions"}
        raced = [
            lambda arn=arn: personalize.delete_dataset_group(datasetGroupArn=arn),
            lambda arn=arn, own=own: personalize.create_dataset(datasetGroupArn=arn, **own),
        ]
        assert outcomes(raced) == {"made": 1, "ResourceInUseException": 1}
        listed = personalize.list_datasets(datasetGroupArn=arn)["datasets"]
        if listed:
            assert personalize.describe_dataset_group(datasetGroupArn=arn)["datasetGroup"]["status"] == "ACTIVE"
        else:
            gone(lambda arn=arn: personalize.describe_dataset_group(datasetGroupArn=arn), personalize)  # type: ignore[misc]
        assert outcomes([lambda schema=schema: personalize.delete_schema(schemaArn=schema)] * THREADS) == (  # type: ignore[misc]
            {"ResourceInUseException": THREADS} if listed else {"made": 1, "ResourceNotFoundException": THREADS - 1}
        )
