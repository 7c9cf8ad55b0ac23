"""Strange imports: a training either works and answers, or fails at once with the guide's reason."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.local_personalize.conftest import FIRST, campaign_for, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, csv

USERS, ITEMS, ROWS = 40, 60, 1200
ITEM_HEADER = "ITEM_ID,GENRES,YEAR"
WORDS = ("فيلم", "🎬🍿", "Ünïcode", "a b'c", "電影")


def odd_id(number: int) -> str:
    """Return ids of many scripts, every fourth 256 characters long."""
    name = f"{WORDS[number % len(WORDS)]}-{number}"
    return name if number % 4 else name + "x" * (256 - len(name))


def strange_rows() -> list[str]:
    """Return interactions all at the same second, by users and with items of strange names."""
    return [f"{odd_id(row % USERS)},{odd_id(row * 7 % ITEMS)},{FIRST},watch" for row in range(ROWS)]


def version_on(ground: Ground, rows: list[str], recipe: str = "aws-user-personalization") -> tuple[str, dict[str, Any]]:
    assert ground.imported(ground.dataset(), csv(rows))["status"] == "ACTIVE"
    version = version_for(ground, solution_for(ground, recipe))
    return version, trained(ground.clients, version)


def listed(ground: Ground, version: str, **request: Any) -> list[dict[str, Any]]:
    campaign = campaign_for(ground.clients, version)
    answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, **request)
    return list(answer["itemList"])


def test_one_user_is_too_few(ground: Ground) -> None:
    rows = [f"only,i{row % 70},{FIRST + row},watch" for row in range(1000)]
    _, described = version_on(ground, rows)
    assert described["status"] == "CREATE FAILED"
    assert described["failureReason"] == "Dataset has fewer than 25 users with at least 2 interactions each"


def test_one_item_is_all_that_is_recommended(ground: Ground) -> None:
    rows = [f"u{row % USERS},only,{FIRST + row},watch" for row in range(1000)]
    version, described = version_on(ground, rows)
    assert described["status"] == "ACTIVE", described
    for user in ("u1", "stranger"):
        assert [(entry["itemId"], entry["score"]) for entry in listed(ground, version, userId=user)] == [("only", 1.0)]


def test_strange_names_one_moment_and_items_that_items_lack(ground: Ground) -> None:
    items = ground.dataset("Items", {"ITEM_ID": "string", "GENRES": ["null", "string"], "YEAR": ["null", "int"]})
    described = [f"{odd_id(number)},{'Drama' * (number % 3)},{2000 if number % 2 else ''}" for number in range(10)]
    assert ground.imported(items, csv([*described, "elsewhere,,"], ITEM_HEADER))["status"] == "ACTIVE"
    version, told = version_on(ground, strange_rows())
    assert told["status"] == "ACTIVE", told
    metrics = ground.clients.personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    assert all(0 <= value <= 1 for value in metrics.values())
    campaign = campaign_for(ground.clients, version)
    for user in (odd_id(0), odd_id(1), "stranger"):
        answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, userId=user, numResults=500)
        found = {entry["itemId"]: entry["score"] for entry in answer["itemList"]}
        assert len(found) == len(answer["itemList"]) == ITEMS + 1
        assert found.keys() == {*map(odd_id, range(ITEMS)), "elsewhere"}
        assert math.fsum(found.values()) == pytest.approx(1)
