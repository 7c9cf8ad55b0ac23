from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.conftest import campaign_for, interaction_rows, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, gone, ground_for, wait_for

FIELDS = {
    "USER_ID": "string",
    "ITEM_ID": "string",
    "TIMESTAMP": "long",
    "EVENT_TYPE": "string",
    "EVENT_VALUE": ["float", "null"],
    "NUM_RATINGS": ["null", "int"],
}


@pytest.fixture(scope="module")
def tracked(shared_clients: Clients) -> tuple[Ground, str, str]:
    """A group with a tracker: (ground, interactions dataset, tracking id)."""
    ground = ground_for(shared_clients)
    dataset = ground.dataset("Interactions", FIELDS)
    return ground, dataset, tracker_for(ground)


def tracker_for(ground: Ground) -> str:
    answer = ground.clients.personalize.create_event_tracker(name="watch", datasetGroupArn=ground.group)
    return str(answer["trackingId"])


def put(ground: Ground, tracking_id: str, *events: dict[str, Any], user: str = "u", session: str = "s") -> None:
    ground.clients.events.put_events(trackingId=tracking_id, userId=user, sessionId=session, eventList=list(events))


def event(**members: Any) -> dict[str, Any]:
    return {"eventType": "watch", "itemId": "i1", "sentAt": 1_700_000_000, **members}


def refusal(call: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    return str(caught.value.response["Error"]["Message"])


def test_events_are_kept_with_their_properties_and_once(tracked: tuple[Ground, str, str]) -> None:
    ground, dataset, tracking_id = tracked
    rated = event(eventValue=4.5, properties=json.dumps({"numRatings": 12}))
    inside = event(properties=json.dumps({"itemId": "i2", "eventValue": 1}))
    del inside["itemId"]
    put(ground, tracking_id, rated, rated, {**rated, "eventId": "another"}, inside)
    header, *rows = ground.exported(dataset, "PUT").splitlines()
    assert header == "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,NUM_RATINGS"
    assert sorted(row.replace('"', "") for row in rows) == [
        "u,i1,1700000000,watch,4.5,12",
        "u,i2,1700000000,watch,1,",
    ]


def test_events_that_do_not_fit_are_refused_whole(tracked: tuple[Ground, str, str]) -> None:
    ground, _, tracking_id = tracked
    bad = event(properties="{not json")
    assert refusal(lambda: put(ground, tracking_id, event(sentAt=1), bad)) == "Error parsing properties json"
    for no_object in ("[1]", f'{{"numRatings": 1{"0" * 400}}}'):
        wrong = event(properties=no_object)
        assert refusal(lambda wrong=wrong: put(ground, tracking_id, wrong)) == "Error parsing properties json"
    long = event(impression=["電" * 255 + str(number) for number in range(9)] * 2)
    assert "10240" in refusal(lambda: put(ground, tracking_id, long))
    eleven = [event(sentAt=stamp) for stamp in range(11)]
    assert "10" in refusal(lambda: put(ground, tracking_id, *eleven))
    assert "no event tracker" in refusal(lambda: put(ground, "11111111-2222-3333-4444-555555555555", event()))


def test_a_group_has_one_tracker_and_its_events_outlive_it(shared_clients: Clients) -> None:
    ground = ground_for(shared_clients)
    dataset = ground.dataset("Interactions", FIELDS)
    personalize = ground.clients.personalize
    tracker = personalize.create_event_tracker(name="one", datasetGroupArn=ground.group)
    assert "there can be only one" in refusal(
        lambda: personalize.create_event_tracker(name="two", datasetGroupArn=ground.group)
    )
    put(ground, tracker["trackingId"], event())
    arn = tracker["eventTrackerArn"]
    found = wait_for(lambda: personalize.describe_event_tracker(eventTrackerArn=arn)["eventTracker"])
    assert (found["name"], found["trackingId"]) == ("one", tracker["trackingId"])
    personalize.delete_event_tracker(eventTrackerArn=arn)
    assert "no event tracker" in refusal(lambda: put(ground, tracker["trackingId"], event()))
    trackers = lambda: personalize.list_event_trackers(datasetGroupArn=ground.group)["eventTrackers"]  # noqa: E731
    wait_for(lambda: {"status": "there" if trackers() else "ACTIVE"})
    assert "i1" in ground.exported(dataset, "PUT")
    put(ground, tracker_for(ground), event(itemId="i9"))


def test_a_tracker_makes_the_event_interactions_dataset_that_older_programs_delete(ground: Ground) -> None:
    personalize, dataset = ground.clients.personalize, ground.dataset("Interactions", FIELDS)
    events_dataset = dataset.replace("INTERACTIONS", "EVENT_INTERACTIONS")
    tracker = personalize.create_event_tracker(name="clicks", datasetGroupArn=ground.group)
    put(ground, tracker["trackingId"], event())
    described = personalize.describe_dataset(datasetArn=events_dataset)["dataset"]
    assert (described["name"], described["datasetType"]) == ("clicks", "EVENT_INTERACTIONS")
    assert "i1" in ground.exported(dataset, "PUT")
    listed = personalize.list_datasets(datasetGroupArn=ground.group)["datasets"]
    assert [one["datasetArn"] for one in listed] == [dataset]
    target = {"s3DataDestination": {"path": f"s3://{ground.bucket}/x/"}}
    job = {"jobName": "j", "datasetArn": events_dataset, "roleArn": ground.role}
    with pytest.raises(personalize.exceptions.InvalidInputException, match="has no schema"):
        personalize.create_dataset_import_job(**job, dataSource={"dataLocation": f"s3://{ground.bucket}/x"})
    with pytest.raises(personalize.exceptions.InvalidInputException, match="has no schema"):
        personalize.create_dataset_export_job(**job, jobOutput=target)
    personalize.delete_dataset(datasetArn=events_dataset)
    unused = ground.schema("Interactions")
    personalize.delete_schema(schemaArn=unused)
    gone(lambda: personalize.describe_dataset(datasetArn=events_dataset), personalize)
    assert "i1" not in ground.exported(dataset, "PUT")


def test_a_group_goes_with_its_event_interactions(ground: Ground) -> None:
    personalize = ground.clients.personalize
    tracker = personalize.create_event_tracker(name="clicks", datasetGroupArn=ground.group)["eventTrackerArn"]
    wait_for(lambda: personalize.describe_event_tracker(eventTrackerArn=tracker)["eventTracker"])
    personalize.delete_event_tracker(eventTrackerArn=tracker)
    gone(lambda: personalize.describe_event_tracker(eventTrackerArn=tracker), personalize)
    personalize.delete_dataset_group(datasetGroupArn=ground.group)
    gone(lambda: personalize.describe_dataset_group(datasetGroupArn=ground.group), personalize)


def test_events_alone_can_train_and_sessions_join_their_user(shared_clients: Clients) -> None:
    ground = ground_for(shared_clients)
    ground.dataset()
    tracking_id = tracker_for(ground)
    rows = [row.split(",") for row in interaction_rows()]
    events: dict[str, list[dict[str, Any]]] = {}
    for user, item, stamp, kind in rows:
        events.setdefault(user, []).append({"eventType": kind, "itemId": item, "sentAt": int(stamp)})
    for user, sent in events.items():
        for start in range(0, len(sent), 10):
            put(ground, tracking_id, *sent[start : start + 10], user=user, session=user)
    now = int(time.time())
    comedies = [{"eventType": "watch", "itemId": f"comedy-{number}", "sentAt": now + number} for number in range(6)]
    ground.clients.events.put_events(trackingId=tracking_id, sessionId="before", eventList=comedies)
    put(ground, tracking_id, event(itemId="comedy-7", sentAt=now + 9), user="newcomer", session="before")
    version = version_for(ground, solution_for(ground, "aws-user-personalization"))
    assert trained(ground.clients, version)["status"] == "ACTIVE"
    campaign = campaign_for(ground.clients, version)
    answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, userId="newcomer", numResults=80)
    items = [entry["itemId"] for entry in answer["itemList"]]
    assert all(item.startswith("comedy") for item in items[:10])
    watched = {f"comedy-{number}" for number in (*range(6), 7)}
    assert not watched & set(items[:20])  # nobody watches twice, so what the session watched sinks


def test_items_and_users_are_put_by_the_names_of_the_schema(ground: Ground) -> None:
    items, users = ground.dataset("Items"), ground.dataset("Users")
    put_items, put_users = ground.clients.events.put_items, ground.clients.events.put_users
    put_items(datasetArn=items, items=[{"itemId": "a", "properties": '{"genres": "Drama", "year": 1999}'}])
    put_items(datasetArn=items, items=[{"itemId": "a", "properties": '{"GENRES": "Comedy"}'}])
    assert "Comedy" in ground.exported(items, "PUT")
    assert "Drama" not in ground.exported(items, "PUT")
    put_users(datasetArn=users, users=[{"userId": "u", "properties": '{"age": 30}'}])
    assert "30" in ground.exported(users, "PUT")
    one = lambda text: [{"itemId": "b", "properties": text}]  # noqa: E731
    for text, message in {
        '{"genres": "Drama", "colour": "red"}': "The schema has no field for colour.",
        '{"year": 1999}': "The field GENRES of b is required.",
        '{"genres": 5}': "The field GENRES of b must be of type string.",
        "{": "Error parsing properties json",
    }.items():
        assert refusal(lambda text=text: put_items(datasetArn=items, items=one(text))) == message
    assert "not of type Users" in refusal(
        lambda: put_users(datasetArn=items, users=[{"userId": "u", "properties": "{}"}])
    )
