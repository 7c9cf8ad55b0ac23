"""A dataset group with two tastes in it, trained and deployed: users of one half watch action, of the other comedy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Clients
from tests.local_personalize.operations.conftest import Ground, csv, ground_for, wait_for

USERS_OF_A_TASTE = 20
ITEMS_OF_A_TASTE = 40
EVENTS_OF_A_USER = 28
FIRST = 1_600_000_000
RECIPE = "arn:aws:personalize:::recipe/"
SETTLED = ("ACTIVE", "CREATE FAILED", "CREATE STOPPED", "INACTIVE")


def item(taste: str, number: int) -> str:
    """Return an item's id: action-0 is the most watched of its taste."""
    return f"{taste}-{number}"


def tastes() -> list[tuple[str, str]]:
    """Return the users with their tastes: odd ones like comedy."""
    return [(f"u{number}", ("action", "comedy")[number % 2]) for number in range(2 * USERS_OF_A_TASTE)]


def interaction_rows(event_type: str = "watch") -> list[str]:
    """Return 1,120 CSV rows; each user watches items of one taste, the first ones more often."""
    draw, rows = random.Random(7), []
    for place, (user, taste) in enumerate(tastes()):
        numbers = sorted(range(ITEMS_OF_A_TASTE), key=lambda number: draw.random() * (1 + number))
        for step, number in enumerate(numbers[:EVENTS_OF_A_USER]):
            rows.append(f"{user},{item(taste, number)},{FIRST + 3600 * step + place},{event_type}")
    return rows


def item_rows() -> list[str]:
    """Return CSV rows of the Items dataset; new-action has no interactions."""
    genres = {"action": "Action|Thriller", "comedy": "Comedy"}
    rows = [
        f"{item(taste, number)},{genre},{1980 + number}"
        for taste, genre in genres.items()
        for number in range(ITEMS_OF_A_TASTE)
    ]
    return [*rows, "new-action,Action|Thriller,2024"]


@dataclass(frozen=True, slots=True)
class Cinema:
    """A trained dataset group: ARNs by recipe."""

    ground: Ground
    datasets: dict[str, str]
    versions: dict[str, str]
    campaigns: dict[str, str]
    tracking_id: str

    @property
    def clients(self) -> Clients:
        """boto3's clients of its endpoint."""
        return self.ground.clients

    def recommend(self, recipe: str, user: str | None = None, **options: Any) -> list[str]:
        """Return the item ids that a campaign recommends."""
        asked = {**({"userId": user} if user else {}), **options}
        answer = self.clients.runtime.get_recommendations(campaignArn=self.campaigns[recipe], **asked)
        return [entry["itemId"] for entry in answer["itemList"]]

    def watch(self, user: str | None, *items: str, session: str = "s", event_type: str = "watch") -> None:
        """Send watch events, a second apart, ending now."""
        now = time.time()
        events = [
            {"eventType": event_type, "itemId": watched, "sentAt": now - len(items) + step}
            for step, watched in enumerate(items)
        ]
        who = {"userId": user} if user else {}
        self.clients.events.put_events(trackingId=self.tracking_id, sessionId=session, eventList=events, **who)

    def filter(self, expression: str) -> str:
        """Create a filter and return its ARN when it is ACTIVE."""
        return self.ground.filter(expression)


def solution_for(ground: Ground, recipe: str, **options: Any) -> str:
    """Create a solution and return its ARN."""
    name = ground.clients.unique(recipe)
    answer = ground.clients.personalize.create_solution(
        name=name, datasetGroupArn=ground.group, recipeArn=f"{RECIPE}{recipe}", **options
    )
    return str(answer["solutionArn"])


def version_for(ground: Ground, solution: str, **options: Any) -> str:
    """Queue the training of a version and return its ARN."""
    answer = ground.clients.personalize.create_solution_version(solutionArn=solution, **options)
    return str(answer["solutionVersionArn"])


def trained(clients: Clients, version: str) -> dict[str, Any]:
    """Return a solution version when it has settled."""
    describe = clients.personalize.describe_solution_version
    return settled(lambda: describe(solutionVersionArn=version)["solutionVersion"])


def settled(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Describe until nothing moves any more."""
    return wait_for(describe, SETTLED)


def campaign_for(clients: Clients, version: str, **options: Any) -> str:
    """Deploy a version and return the campaign's ARN when it is ACTIVE."""
    arn = clients.personalize.create_campaign(name=clients.unique("campaign"), solutionVersionArn=version, **options)[
        "campaignArn"
    ]
    described = settled(lambda: clients.personalize.describe_campaign(campaignArn=arn)["campaign"])
    assert described["status"] == "ACTIVE", described
    return str(arn)


def stocked(clients: Clients) -> tuple[Ground, dict[str, str]]:
    """Return a dataset group with the two tastes imported, and the datasets' ARNs."""
    ground = ground_for(clients)
    bodies = {
        "Interactions": csv(interaction_rows()),
        "Items": csv(item_rows(), "ITEM_ID,GENRES,YEAR"),
        "Users": csv([f"{user},{20 + place}" for place, (user, _) in enumerate(tastes())], "USER_ID,AGE"),
    }
    datasets = {kind: ground.dataset(kind) for kind in bodies}
    jobs = [ground.start_import(datasets[kind], ground.upload(f"{kind}.csv", body)) for kind, body in bodies.items()]
    assert [ground.ended(job)["status"] for job in jobs] == ["ACTIVE"] * len(jobs)
    return ground, datasets


RECIPES = ("aws-user-personalization", "aws-popularity-count", "aws-personalized-ranking", "aws-similar-items")


@pytest.fixture(scope="session")
def cinema(shared_clients: Clients) -> Cinema:
    """The two tastes, trained with four recipes and deployed."""
    ground, datasets = stocked(shared_clients)
    versions = {recipe: version_for(ground, solution_for(ground, recipe)) for recipe in RECIPES}
    for version in versions.values():
        described = trained(shared_clients, version)
        assert described["status"] == "ACTIVE", described
    campaigns = {recipe: campaign_for(shared_clients, version) for recipe, version in versions.items()}
    tracker = shared_clients.personalize.create_event_tracker(
        name=shared_clients.unique("tracker"), datasetGroupArn=ground.group
    )
    return Cinema(ground, datasets, versions, campaigns, tracker["trackingId"])


@pytest.fixture(scope="session")
def stock(shared_clients: Clients) -> tuple[Ground, dict[str, str]]:
    """The two tastes imported and nothing trained yet, for tests that train."""
    return stocked(shared_clients)


@pytest.fixture(scope="session")
def workshop(stock: tuple[Ground, dict[str, str]]) -> Ground:
    """The dataset group of the stock."""
    return stock[0]
