from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.conftest import Cinema, campaign_for, settled, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, wait_for

PERSONAL, POPULAR = "aws-user-personalization", "aws-popularity-count"


@pytest.fixture(scope="module")
def versions(workshop: Ground) -> dict[str, str]:
    made = {recipe: version_for(workshop, solution_for(workshop, recipe)) for recipe in (PERSONAL, POPULAR)}
    for version in made.values():
        assert trained(workshop.clients, version)["status"] == "ACTIVE"
    return made


def describe(ground: Ground, campaign: str) -> dict[str, Any]:
    answer = ground.clients.personalize.describe_campaign(campaignArn=campaign)
    return dict(answer["campaign"])


def listed(ground: Ground, campaign: str, user: str = "u0") -> list[str]:
    answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, userId=user)
    return [entry["itemId"] for entry in answer["itemList"]]


def remove(ground: Ground, campaign: str) -> None:
    ground.clients.personalize.delete_campaign(campaignArn=campaign)

    def state() -> dict[str, Any]:
        try:
            return describe(ground, campaign)
        except ground.clients.personalize.exceptions.ResourceNotFoundException:
            return {"status": "gone"}

    wait_for(state, ("gone",))


def test_a_campaign_answers_when_it_is_active_and_not_before(workshop: Ground, versions: dict[str, str]) -> None:
    personalize = workshop.clients.personalize
    config = {"itemExplorationConfig": {"explorationWeight": "0.6", "explorationItemAgeCutOff": "100"}}
    campaign = personalize.create_campaign(
        name=workshop.clients.unique("campaign"),
        solutionVersionArn=versions[PERSONAL],
        minProvisionedTPS=2,
        campaignConfig=config,
    )["campaignArn"]
    assert describe(workshop, campaign)["status"] == "CREATE PENDING"
    with pytest.raises(ClientError, match="is not ACTIVE") as caught:
        listed(workshop, campaign)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    found = settled(lambda: describe(workshop, campaign))
    assert (found["status"], found["minProvisionedTPS"], found["campaignConfig"]) == ("ACTIVE", 2, config)
    assert len(listed(workshop, campaign)) == 25
    remove(workshop, campaign)
    with pytest.raises(ClientError, match="not found"):
        listed(workshop, campaign)


def test_a_model_of_an_older_format_says_what_to_do(workshop: Ground) -> None:
    clients, version = workshop.clients, version_for(workshop, solution_for(workshop, POPULAR))
    assert trained(clients, version)["status"] == "ACTIVE"
    saved = clients.endpoint.data / "models" / version.rsplit("/", 1)[1] / "meta.json"
    saved.write_text(json.dumps({**json.loads(saved.read_text()), "format": 1}))
    name = clients.unique("campaign")
    campaign = clients.personalize.create_campaign(name=name, solutionVersionArn=version)["campaignArn"]
    failed = settled(lambda: describe(workshop, campaign))
    assert failed["status"] == "CREATE FAILED"
    assert "was saved in format 1" in failed["failureReason"]
    assert "Create a new solution version and deploy it" in failed["failureReason"]
    remove(workshop, campaign)


def test_an_update_replaces_what_answers(workshop: Ground, versions: dict[str, str]) -> None:
    campaign = campaign_for(workshop.clients, versions[PERSONAL])
    before = listed(workshop, campaign)
    workshop.clients.personalize.update_campaign(campaignArn=campaign, solutionVersionArn=versions[POPULAR])
    moving = describe(workshop, campaign)
    assert (moving["status"], moving["latestCampaignUpdate"]["status"]) == ("ACTIVE", "CREATE PENDING")
    assert moving["solutionVersionArn"] == versions[PERSONAL]
    assert listed(workshop, campaign) == before
    with pytest.raises(ClientError, match="is being updated"):
        workshop.clients.personalize.update_campaign(campaignArn=campaign, minProvisionedTPS=3)
    settled(lambda: describe(workshop, campaign)["latestCampaignUpdate"])
    assert describe(workshop, campaign)["solutionVersionArn"] == versions[POPULAR]
    assert listed(workshop, campaign) == listed(workshop, campaign, "u1") != before
    remove(workshop, campaign)


def test_a_campaign_can_follow_the_latest_version(workshop: Ground) -> None:
    personalize = workshop.clients.personalize
    solution = solution_for(workshop, POPULAR)
    first = version_for(workshop, solution)
    trained(workshop.clients, first)
    config = {"syncWithLatestSolutionVersion": True}
    with pytest.raises(ClientError, match="SolutionArn/"):
        personalize.create_campaign(name="c", solutionVersionArn=first, campaignConfig=config)
    campaign = campaign_for(workshop.clients, f"{solution}/$LATEST", campaignConfig=config)
    assert describe(workshop, campaign)["solutionVersionArn"] == first
    second = version_for(workshop, solution)
    trained(workshop.clients, second)
    wait_for(lambda: {"status": describe(workshop, campaign)["solutionVersionArn"]}, (second,))
    remove(workshop, campaign)
    late = campaign_for(workshop.clients, first)
    personalize.update_campaign(campaignArn=late, campaignConfig=config)
    wait_for(lambda: {"status": describe(workshop, late)["solutionVersionArn"]}, (second,))
    remove(workshop, late)


def test_campaigns_are_listed_by_solution(cinema: Cinema) -> None:
    solution = cinema.versions[PERSONAL].rsplit("/", 1)[0]
    found = cinema.clients.personalize.list_campaigns(solutionArn=solution)["campaigns"]
    assert [campaign["campaignArn"] for campaign in found] == [cinema.campaigns[PERSONAL]]


def test_only_an_active_version_is_deployed(workshop: Ground) -> None:
    version = version_for(workshop, solution_for(workshop, POPULAR))
    with pytest.raises(ClientError, match="not in ACTIVE state"):
        workshop.clients.personalize.create_campaign(name="early", solutionVersionArn=version)
    trained(workshop.clients, version)


def test_metadata_comes_with_recommendations_where_it_is_enabled(workshop: Ground, versions: dict[str, str]) -> None:
    campaign = campaign_for(
        workshop.clients, versions[PERSONAL], campaignConfig={"enableMetadataWithRecommendations": True}
    )
    ask = {"campaignArn": campaign, "userId": "u0", "metadataColumns": {"ITEMS": ["GENRES", "YEAR"]}}
    first = workshop.clients.runtime.get_recommendations(**ask)["itemList"][0]
    taste, _, number = first["itemId"].partition("-")
    assert taste == "action"
    assert first["metadata"] == {"GENRES": "Action|Thriller", "YEAR": str(1980 + int(number))}
    with pytest.raises(ClientError, match="at most 50 with metadata"):
        workshop.clients.runtime.get_recommendations(**ask, numResults=51)
    remove(workshop, campaign)


def test_a_campaign_explores_where_its_configuration_says_so(workshop: Ground, versions: dict[str, str]) -> None:
    config = {"itemExplorationConfig": {"explorationWeight": "1", "explorationItemAgeCutOff": "30"}}
    plain = campaign_for(workshop.clients, versions[PERSONAL])
    curious = campaign_for(workshop.clients, versions[PERSONAL], campaignConfig=config)
    ask = workshop.clients.runtime.get_recommendations
    explored = ask(campaignArn=curious, userId="u0", numResults=40)["itemList"]
    assert explored == ask(campaignArn=curious, userId="u0", numResults=40)["itemList"]
    drawn = [entry["itemId"] for entry in explored if entry.get("reason") == ["Exploration"]]
    assert drawn
    names = [entry["itemId"] for entry in explored]
    assert names[0] == listed(workshop, plain)[0]
    assert names[:25] != listed(workshop, plain)
    assert listed(workshop, curious, "stranger") == listed(workshop, plain, "stranger")
    with pytest.raises(ClientError, match="explorationWeight must be between 0 and 1"):
        workshop.clients.personalize.update_campaign(
            campaignArn=curious, campaignConfig={"itemExplorationConfig": {"explorationWeight": "2"}}
        )
    for campaign in (plain, curious):
        remove(workshop, campaign)
