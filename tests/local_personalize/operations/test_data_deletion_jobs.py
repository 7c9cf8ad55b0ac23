from __future__ import annotations

from typing import Any

import pytest

from tests.local_personalize.operations.conftest import Ground, csv, interaction_rows, wait_for

ROWS = interaction_rows(1000)
ENDED = ("COMPLETED", "FAILED")


def start(ground: Ground, location: str) -> str:
    answer = ground.clients.personalize.create_data_deletion_job(
        jobName=ground.name,
        datasetGroupArn=ground.group,
        dataSource={"dataLocation": location},
        roleArn=ground.role,
    )
    return str(answer["dataDeletionJobArn"])


def described(ground: Ground, job: str) -> dict[str, Any]:
    answer = ground.clients.personalize.describe_data_deletion_job(dataDeletionJobArn=job)
    return dict(answer["dataDeletionJob"])


def test_users_are_forgotten(ground: Ground) -> None:
    personalize, interactions, users = ground.clients.personalize, ground.dataset(), ground.dataset("Users")
    ground.imported(interactions, csv(ROWS))
    ground.imported(users, b"USER_ID,AGE\nu1,20\nu2,30\nu3,40\n")
    tracker = personalize.create_event_tracker(name=ground.name, datasetGroupArn=ground.group)["trackingId"]
    for user in ("u1", "u2"):
        event = {"eventType": "watch", "itemId": "i1", "sentAt": 1_700_000_000}
        ground.clients.events.put_events(trackingId=tracker, userId=user, sessionId="s", eventList=[event])
    ground.clients.events.put_users(datasetArn=users, users=[{"userId": "u3", "properties": '{"age": 41}'}])
    job = start(ground, ground.upload("users.csv", b"USER_ID\nu1\nu3\nunknown\n"))
    assert described(ground, job)["status"] == "PENDING"
    with pytest.raises(personalize.exceptions.ResourceInUseException, match=job):
        personalize.delete_dataset(datasetArn=users)
    ended = wait_for(lambda: described(ground, job), ENDED)
    kept = [row for row in ROWS if row.split(",")[0] not in ("u1", "u3")]
    assert (ended["status"], ended["numDeleted"]) == ("COMPLETED", 40 + 2 + 1 + 1)
    assert [line.replace('"', "") for line in ground.exported(interactions, "BULK").splitlines()[1:]] == kept
    assert ground.exported(interactions, "PUT").splitlines()[1:] == ['"u2","i1",1700000000,"watch"']
    assert ground.exported(users, "ALL").splitlines()[1:] == ['"u2",30']
    listed = personalize.list_data_deletion_jobs(datasetGroupArn=ground.group)["dataDeletionJobs"]
    assert [(one["dataDeletionJobArn"], one["status"]) for one in listed] == [(job, "COMPLETED")]


def test_list_without_the_column(ground: Ground) -> None:
    job = start(ground, ground.upload("users.csv", b"USER\nu1\n"))
    ended = wait_for(lambda: described(ground, job), ENDED)
    assert ended["status"] == "FAILED"
    assert "missing the following columns:[USER_ID]" in ended["failureReason"]


def test_unknown_job(ground: Ground) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.ResourceNotFoundException):
        described(ground, f"arn:aws:personalize:us-east-1:123456789012:data-deletion-job/{ground.name}")
