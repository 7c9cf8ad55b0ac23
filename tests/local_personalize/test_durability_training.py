"""What kill -9 of the endpoint leaves of trainings, deployments and streamed events: all that was acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Clients, Endpoint
from tests.local_personalize.conftest import campaign_for, settled, solution_for, stocked, trained, version_for
from tests.local_personalize.operations.conftest import wait_for

StartEndpoint = Callable[[Path], Endpoint]
TWO_TRIALS = {"hpoConfig": {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "2"}}}
COMEDIES = [f"comedy-{number}" for number in range(6)]


def killed_and_started(endpoint: Endpoint) -> None:
    endpoint.kill()
    endpoint.start()


def recommended(clients: Clients, campaign: str, user: str) -> list[str]:
    answer = clients.runtime.get_recommendations(campaignArn=campaign, userId=user)
    return [entry["itemId"] for entry in answer["itemList"]]


def test_a_training_that_was_cut_off_runs_again(data_dir: Path, start_endpoint: StartEndpoint) -> None:
    endpoint = start_endpoint(data_dir)
    clients = Clients.of(endpoint)
    ground, _ = stocked(clients)
    version = version_for(
        ground, solution_for(ground, "aws-user-personalization", performHPO=True, solutionConfig=TWO_TRIALS)
    )

    def describe() -> dict[str, Any]:
        answer = clients.personalize.describe_solution_version(solutionVersionArn=version)
        return dict(answer["solutionVersion"])

    wait_for(describe, ("CREATE IN_PROGRESS",))
    killed_and_started(endpoint)
    assert describe()["status"] in ("CREATE IN_PROGRESS", "ACTIVE")
    assert settled(describe)["status"] == "ACTIVE"
    models = sorted(path.name for path in (data_dir / "models").iterdir())
    assert models == [version.rsplit("/", 1)[1]]


def test_campaigns_and_events_are_there_after_a_crash(data_dir: Path, start_endpoint: StartEndpoint) -> None:
    endpoint = start_endpoint(data_dir)
    clients = Clients.of(endpoint)
    ground, _ = stocked(clients)
    version = version_for(ground, solution_for(ground, "aws-user-personalization"))
    assert trained(clients, version)["status"] == "ACTIVE"
    campaign = campaign_for(clients, version)
    tracker = clients.personalize.create_event_tracker(name="watch", datasetGroupArn=ground.group)
    before = recommended(clients, campaign, "newcomer")
    events = [
        {"eventType": "watch", "itemId": item, "sentAt": 1_700_000_000 + step} for step, item in enumerate(COMEDIES)
    ]
    clients.events.put_events(trackingId=tracker["trackingId"], userId="newcomer", sessionId="s", eventList=events)
    killed_and_started(endpoint)
    after = recommended(clients, campaign, "newcomer")
    assert after != before
    assert all(item.startswith("comedy") for item in after[:10])
    assert recommended(clients, campaign, "stranger") == before
