"""A deployed version of which the tests of exploration set how curious it is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.conftest import Clients
from tests.local_personalize.conftest import (
    FIRST,
    campaign_for,
    interaction_rows,
    settled,
    solution_for,
    tastes,
    trained,
    version_for,
)
from tests.local_personalize.operations.conftest import Ground, csv, ground_for

FIELDS = {
    "USER_ID": "string",
    "ITEM_ID": "string",
    "TIMESTAMP": "long",
    "EVENT_TYPE": "string",
    "IMPRESSION": ["null", "string"],
}
ITEM_FIELDS = {"ITEM_ID": "string", "GENRES": "string", "CREATION_TIMESTAMP": ["null", "long"]}
GENRES = {"action": "Action|Thriller", "comedy": "Comedy"}
YEARS = 2 * 366 * 86_400
UNSEEN = ("fresh", "shown", "old")
"""Kinds of items without interactions: new ones, those in imported impressions, and those created years ago."""
OF_A_KIND = 8


def unseen(kind: str) -> list[str]:
    return [f"{kind}-{taste}-{number}" for taste in GENRES for number in range(OF_A_KIND)]


def ids(answer: dict[str, Any]) -> list[str]:
    """Return the items of an answer, best first."""
    return [entry["itemId"] for entry in answer["itemList"]]


@dataclass(frozen=True)
class World:
    """A deployed version whose exploration the tests set."""

    ground: Ground
    items: str
    version: str
    campaign: str
    tracking_id: str

    @property
    def clients(self) -> Clients:
        return self.ground.clients

    def explore(self, weight: str, days: str = "30") -> None:
        """Set the exploration and wait until the campaign answers with it."""
        config = {"itemExplorationConfig": {"explorationWeight": weight, "explorationItemAgeCutOff": days}}
        self.clients.personalize.update_campaign(campaignArn=self.campaign, campaignConfig=config)
        describe = self.clients.personalize.describe_campaign
        settled(lambda: describe(campaignArn=self.campaign)["campaign"]["latestCampaignUpdate"])

    def ask(self, user: str, **options: Any) -> dict[str, Any]:
        return dict(self.clients.runtime.get_recommendations(campaignArn=self.campaign, userId=user, **options))

    def explored(self, users: Iterable[str] | None = None, **options: Any) -> list[str]:
        """Return the explored items of the lists of users."""
        lists = [self.ask(user, **options)["itemList"] for user in users or (user for user, _ in tastes())]
        return [entry["itemId"] for found in lists for entry in found if entry.get("reason") == ["Exploration"]]

    def put(self, *items: tuple[str, str, int | None]) -> None:
        """Put items given as id, genres and creation."""
        for start in range(0, len(items), 10):
            listed = [
                {"itemId": name, "properties": json.dumps({"genres": genres, "creationTimestamp": created})}
                for name, genres, created in items[start : start + 10]
            ]
            self.clients.events.put_items(datasetArn=self.items, items=listed)

    def show(self, times: int, **event: Any) -> None:
        """Send a click so often, each a moment apart."""
        sent = [{"eventType": "click", "itemId": "action-0", "sentAt": time.time() - n, **event} for n in range(times)]
        for start in range(0, times, 10):
            self.clients.events.put_events(
                trackingId=self.tracking_id, sessionId="s", userId="somebody else", eventList=sent[start : start + 10]
            )


def made_world(clients: Clients) -> World:
    """Import interactions with impressions and items, some of which nobody has taken; train and deploy."""
    ground = ground_for(clients)
    shown = "|".join(unseen("shown"))
    rows = [f"{row},{shown}" for row in interaction_rows()]
    assert ground.imported(ground.dataset("Interactions", FIELDS), csv(rows, ",".join(FIELDS)))["status"] == "ACTIVE"
    items = ground.dataset("Items", ITEM_FIELDS)
    known = [f"{taste}-{number},{genres}," for taste, genres in GENRES.items() for number in range(40)]
    without = [
        f"{name},{GENRES[name.split('-')[1]]},{FIRST - YEARS if kind == 'old' else ''}"
        for kind in UNSEEN
        for name in unseen(kind)
    ]
    assert ground.imported(items, csv([*known, *without], ",".join(ITEM_FIELDS)))["status"] == "ACTIVE"
    version = version_for(ground, solution_for(ground, "aws-user-personalization"))
    described = trained(clients, version)
    assert described["status"] == "ACTIVE", described
    tracker = clients.personalize.create_event_tracker(name=clients.unique("tracker"), datasetGroupArn=ground.group)
    campaign = campaign_for(clients, version, campaignConfig={"itemExplorationConfig": {"explorationWeight": "0"}})
    return World(ground, items, version, campaign, tracker["trackingId"])
