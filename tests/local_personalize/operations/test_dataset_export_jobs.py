from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.operations.conftest import Ground, csv, interaction_rows, wait_for

ROWS = interaction_rows(1000)


def track(ground: Ground) -> str:
    answer = ground.clients.personalize.create_event_tracker(name=ground.name, datasetGroupArn=ground.group)
    return str(answer["trackingId"])


def send(ground: Ground, tracker: str, user: str, item: str, sent: int) -> None:
    event = {"eventType": "watch", "itemId": item, "sentAt": sent}
    ground.clients.events.put_events(trackingId=tracker, userId=user, sessionId="s", eventList=[event])


def test_interactions_of_each_mode(ground: Ground) -> None:
    dataset = ground.dataset()
    ground.imported(dataset, csv([*ROWS, ROWS[0]]))
    tracker = track(ground)
    for sent in (1_700_000_000, 1_700_000_001):
        send(ground, tracker, "new", "i1", sent)
    streamed = [f'"new","i1",{sent},"watch"' for sent in (1_700_000_000, 1_700_000_001)]
    bulk = ground.exported(dataset, "BULK").splitlines()
    assert bulk[0] == "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"
    assert [line.replace('"', "") for line in bulk[1:]] == ROWS
    assert ground.exported(dataset, "PUT").splitlines()[1:] == streamed
    assert ground.exported(dataset, "ALL").splitlines() == bulk + streamed


def test_all_items_are_the_newest(ground: Ground) -> None:
    dataset = ground.dataset("Items")
    ground.imported(dataset, b"ITEM_ID,GENRES,YEAR\n1,Old,1990\n2,Kept,1991\n")
    ground.imported(dataset, b"ITEM_ID,GENRES,YEAR\n1,Newer,1992\n", importMode="INCREMENTAL")
    item = {"itemId": "3", "properties": json.dumps({"genres": "Put", "year": 1993})}
    ground.clients.events.put_items(datasetArn=dataset, items=[item])
    bulk = ground.exported(dataset, "BULK").splitlines()[1:]
    assert bulk == ['"1","Old",1990', '"2","Kept",1991', '"1","Newer",1992']
    assert ground.exported(dataset, "PUT").splitlines()[1:] == ['"3","Put",1993']
    assert ground.exported(dataset, "ALL").splitlines()[1:] == ['"2","Kept",1991', '"1","Newer",1992', '"3","Put",1993']


def test_no_access(ground: Ground) -> None:
    dataset, personalize = ground.dataset(), ground.clients.personalize
    ground.clients.iam.delete_role_policy(RoleName=ground.name, PolicyName="s3")
    job = personalize.create_dataset_export_job(
        jobName=ground.name,
        datasetArn=dataset,
        roleArn=ground.role,
        jobOutput={"s3DataDestination": {"path": f"s3://{ground.bucket}/"}},
    )["datasetExportJobArn"]
    ended = wait_for(lambda: personalize.describe_dataset_export_job(datasetExportJobArn=job)["datasetExportJob"])
    assert ended["status"] == "CREATE FAILED"
    assert "Insufficient privileges" in ended["failureReason"]
    assert ended["ingestionMode"] == "PUT"
    listed = personalize.list_dataset_export_jobs(datasetArn=dataset)["datasetExportJobs"]
    assert [one["jobName"] for one in listed] == [ground.name]


def test_invalid_path(ground: Ground) -> None:
    with pytest.raises(ClientError, match="Invalid S3 output path"):
        ground.clients.personalize.create_dataset_export_job(
            jobName=ground.name,
            datasetArn=ground.dataset(),
            roleArn=ground.role,
            jobOutput={"s3DataDestination": {"path": "http://bucket/"}},
        )
