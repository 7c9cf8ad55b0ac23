"""Contexts, the Users dataset, event weights and impressions, through the operations."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import FIRST, campaign_for, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, csv, ground_for
from tests.local_personalize.operations.test_batch_jobs import inferred

PERSONAL = "aws-user-personalization"
FIELDS = {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string", "DEVICE": "string"}
HEADER = ",".join(FIELDS)
USERS, ITEMS = 60, 40


def rows() -> list[str]:
    """Return views of all items of a user's parity, low ones on the phone, and purchases of every fifth of them."""
    listed = []
    for user in range(USERS):
        mine = [item for item in range(ITEMS) if (item - user) % 2 == 0]
        for step, item in enumerate(mine[user % 20 :] + mine[: user % 20]):
            device = "phone" if item < ITEMS // 2 else "television"
            row = f"u{user},i{item},{FIRST + 1000 * step + user}"
            listed.append(f"{row},view,{device}")
            if item % 5 == 0:
                listed.append(f"{row},purchase,{device}")
    return listed


@pytest.fixture(scope="module")
def shop(shared_clients: Clients) -> Ground:
    """Interactions with devices, and users whose AGE is their parity; two newcomers have no interactions."""
    ground = ground_for(shared_clients)
    assert ground.imported(ground.dataset("Interactions", FIELDS), csv(rows(), HEADER))["status"] == "ACTIVE"
    users = ground.dataset("Users", {"USER_ID": "string", "GENRES": "string"})
    taste = [f"u{user},{('even', 'odd')[user % 2]}" for user in range(USERS)]
    body = csv([*taste, "newcomer even,even", "newcomer odd,odd"], "USER_ID,GENRES")
    assert ground.imported(users, body)["status"] == "ACTIVE"
    return ground


@pytest.fixture(scope="module")
def campaign(shop: Ground) -> str:
    return deployed(shop, PERSONAL)


def deployed(shop: Ground, recipe: str, **options: Any) -> str:
    version = version_for(shop, solution_for(shop, recipe, **options))
    described = trained(shop.clients, version)
    assert described["status"] == "ACTIVE", described
    exploring = {"itemExplorationConfig": {"explorationWeight": "0"}}
    return campaign_for(shop.clients, version, campaignConfig=exploring)


def ask(shop: Ground, campaign: str, **request: Any) -> list[int]:
    answer = shop.clients.runtime.get_recommendations(campaignArn=campaign, **{"numResults": 10, **request})
    return [int(entry["itemId"][1:]) for entry in answer["itemList"]]


def test_a_context_of_the_request_moves_the_list(shop: Ground, campaign: str) -> None:
    phone = ask(shop, campaign, userId="stranger", context={"DEVICE": "phone"})
    television = ask(shop, campaign, userId="stranger", context={"DEVICE": "television"})
    assert max(phone) < ITEMS // 2 <= min(television)
    assert ask(shop, campaign, userId="stranger", context={"DEVICE": "fridge"}) == ask(shop, campaign, userId="other")


def test_a_user_known_by_the_users_dataset_alone_gets_what_such_users_take(shop: Ground, campaign: str) -> None:
    for parity, name in enumerate(("even", "odd")):
        assert {item % 2 for item in ask(shop, campaign, userId=f"newcomer {name}")} == {parity}


def test_a_user_put_after_training_gets_what_such_users_take(shop: Ground, campaign: str) -> None:
    described = shop.clients.personalize.list_datasets(datasetGroupArn=shop.group)["datasets"]
    users = next(dataset["datasetArn"] for dataset in described if dataset["datasetType"] == "USERS")

    def put(name: str, taste: str) -> None:
        entry = {"userId": name, "properties": json.dumps({"genres": taste})}
        shop.clients.events.put_users(datasetArn=users, users=[entry])

    for parity, taste in ((0, "even"), (1, "odd"), (0, "even")):
        put("late comer", taste)
        assert {item % 2 for item in ask(shop, campaign, userId="late comer")} == {parity}
    put("late comer", "neither")
    assert ask(shop, campaign, userId="late comer") == ask(shop, campaign, userId="stranger")


def test_previews_explanations_and_timelines_know_a_user_put_after_training(shop: Ground, campaign: str) -> None:
    described = shop.clients.personalize.list_datasets(datasetGroupArn=shop.group)["datasets"]
    users = next(dataset["datasetArn"] for dataset in described if dataset["datasetType"] == "USERS")
    entry = {"userId": "known late", "properties": json.dumps({"genres": "odd"})}
    shop.clients.events.put_users(datasetArn=users, users=[entry])
    asked = {"campaignArn": campaign, "userId": "known late", "numResults": 10}
    expected = [f"i{item}" for item in ask(shop, campaign, userId="known late")]
    assert [entry["itemId"] for entry in shop.insight("preview", **asked)["itemList"]] == expected
    assert [entry["itemId"] for entry in shop.insight("timeline", **asked)["lists"][0]] == expected
    explained = shop.insight("explain", **asked)["items"]
    assert [parts["itemId"] for parts in explained] == expected
    assert all(parts["user"] > 0 for parts in explained)
    described = shop.clients.personalize.describe_campaign(campaignArn=campaign)["campaign"]
    lines = inferred(shop, described["solutionVersionArn"], [{"userId": "known late"}], numResults=10)
    assert lines[0]["output"]["recommendedItems"] == expected


def test_event_types_count_by_their_weights(shop: Ground) -> None:
    events = [{"eventType": "view", "weight": 0.05}, {"eventType": "purchase", "weight": 1.0}]
    config = {"eventsConfig": {"eventParametersList": events}}
    heard = deployed(shop, "aws-user-personalization-v2", solutionConfig=config)
    assert {item % 5 for item in ask(shop, heard, userId="stranger", numResults=8)} == {0}
    plain = deployed(shop, "aws-user-personalization-v2")
    assert {item % 5 for item in ask(shop, plain, userId="stranger", numResults=40)} == {0, 1, 2, 3, 4}


def test_impressions_leave_places_to_other_young_items(shop: Ground) -> None:
    clients = shop.clients
    items = shop.dataset("Items", {"ITEM_ID": "string", "GENRES": "string"})
    tastes = [f"i{item},{('even', 'odd')[item % 2]}" for item in [*range(ITEMS), *range(100, 112)]]
    assert shop.imported(items, csv(tastes, "ITEM_ID,GENRES"))["status"] == "ACTIVE"
    version = version_for(shop, solution_for(shop, PERSONAL, eventType="view"))  # of views none is repeated
    assert trained(clients, version)["status"] == "ACTIVE"
    config = {"itemExplorationConfig": {"explorationWeight": "1", "explorationItemAgeCutOff": "30"}}
    curious = campaign_for(clients, version, campaignConfig=config)
    tracker = clients.personalize.create_event_tracker(name=clients.unique("tracker"), datasetGroupArn=shop.group)

    def explored() -> list[str]:
        lists = [clients.runtime.get_recommendations(campaignArn=curious, userId=f"u{user}") for user in range(30)]
        return [entry["itemId"] for answer in lists for entry in answer["itemList"] if entry.get("reason")]

    before = set(explored())
    assert before
    event = {"eventType": "view", "itemId": "i0", "impression": sorted(before)}
    for second in range(12):
        sent = [{**event, "sentAt": time.time() - second - part / 10} for part in range(10)]
        clients.events.put_events(trackingId=tracker["trackingId"], sessionId="s", userId="other", eventList=sent)
    after = [name for name in explored() if name in before]
    assert len(after) < 3  # each stays a candidate once in 121
