from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_personalize import group_data
from tests.conftest import Clients
from tests.local_personalize.operations.conftest import Ground, csv, ground_for

ACTIONS = {
    "ACTION_ID": "string",
    "VALUE": ["null", "double"],
    "ACTION_EXPIRATION_TIMESTAMP": ["null", "long"],
    "GENRES": ["null", "string"],
}
TAKEN = {"USER_ID": "string", "ACTION_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"}


@pytest.fixture(scope="module")
def acting(shared_clients: Clients) -> tuple[Ground, str, str, str]:
    """A group for actions: (ground, actions dataset, action interactions dataset, tracking id)."""
    ground = ground_for(shared_clients)
    personalize = ground.clients.personalize
    made = []
    for kind, fields in (("Actions", ACTIONS), ("ActionInteractions", TAKEN)):
        answer = personalize.create_dataset(
            name=ground.clients.unique(kind),
            schemaArn=ground.schema(kind, fields),
            datasetGroupArn=ground.group,
            datasetType={"ActionInteractions": "Action_Interactions"}.get(kind, kind),
        )
        made.append(answer["datasetArn"])
    tracker = personalize.create_event_tracker(name="tracker", datasetGroupArn=ground.group)["trackingId"]
    return ground, made[0], made[1], tracker


def refused(ask: Any) -> str:
    """Return the message of the InvalidInputException that a request meets."""
    with pytest.raises(ClientError) as failure:
        ask()
    assert failure.value.response["Error"]["Code"] == "InvalidInputException"
    return str(failure.value.response["Error"]["Message"])


def test_actions_are_imported_and_put(acting: tuple[Ground, str, str, str]) -> None:
    ground, actions, _, _ = acting
    assert actions.endswith("/ACTIONS")
    body = csv(["enroll,9.5,,", "card,,1900000000,Bank|Card"], ",".join(ACTIONS))
    assert ground.imported(actions, body)["status"] == "ACTIVE"
    put = ground.clients.events.put_actions
    put(datasetArn=actions, actions=[{"actionId": "card", "properties": '{"value": 3, "genres": "Bank"}'}])
    put(datasetArn=actions, actions=[{"actionId": "app"}])
    header, *rows = ground.exported(actions, "ALL").splitlines()
    assert header.replace('"', "") == "ACTION_ID,VALUE,ACTION_EXPIRATION_TIMESTAMP,GENRES"
    assert sorted(row.replace('"', "") for row in rows) == ["app,,,", "card,3,,Bank", "enroll,9.5,,"]
    wrong = [{"actionId": "x", "properties": '{"value": "much"}'}]
    assert refused(lambda: put(datasetArn=actions, actions=wrong)) == "The field VALUE of x must be of type double."


def test_action_interactions_are_imported_put_and_read(acting: tuple[Ground, str, str, str]) -> None:
    ground, _, dataset, tracker = acting
    assert dataset.endswith("/ACTION_INTERACTIONS")
    assert ground.imported(dataset, csv(["u1,card,100,Viewed", "u1,card,101,Taken"], ",".join(TAKEN)))["status"] == (
        "ACTIVE"
    )
    one = {"actionId": "enroll", "userId": "u2", "sessionId": "s", "timestamp": 200, "eventType": "NOT_TAKEN"}
    put = lambda *sent: ground.clients.events.put_action_interactions(  # noqa: E731
        trackingId=tracker, actionInteractions=list(sent)
    )
    put(one, one, {**one, "eventType": "Viewed", "timestamp": 199})
    assert "must be one of Taken, Not Taken, Viewed" in refused(lambda: put({**one, "eventType": "bought"}))
    assert sorted(ground.exported(dataset, "PUT").replace('"', "").splitlines()[1:]) == [
        "u2,enroll,199,Viewed",
        "u2,enroll,200,Not Taken",
    ]
    data = ground.clients.endpoint.data
    with closing(sqlite3.connect(data / "state.db")) as connection:
        connection.row_factory = sqlite3.Row
        history = group_data.read_history(connection, data, ground.group, "Action_Interactions")
    rows = history.interactions
    assert [(rows.user_ids[user], rows.item_ids[item]) for user, item in zip(rows.users, rows.items, strict=True)] == [
        ("u1", "card"),
        ("u1", "card"),
        ("u2", "enroll"),
        ("u2", "enroll"),
    ]


def test_what_actions_need(acting: tuple[Ground, str, str, str], clients: Clients) -> None:
    ground, _, _, _ = acting
    assert "at least one metadata field" in refused(lambda: ground.schema("Actions", {"ACTION_ID": "string"}))
    assert "EVENT_TYPE" in refused(lambda: ground.schema("ActionInteractions", {**TAKEN, "EVENT_TYPE": "int"}))
    group = clients.personalize.create_dataset_group(name=clients.unique("shop"), domain="ECOMMERCE")["datasetGroupArn"]
    ask = clients.personalize.create_dataset
    schema = ground.schema("Actions", ACTIONS)
    assert "domain dataset group" in refused(
        lambda: ask(name="actions", schemaArn=schema, datasetGroupArn=group, datasetType="ACTIONS")
    )
    bare = ground_for(clients)
    tracker = clients.personalize.create_event_tracker(name="t", datasetGroupArn=bare.group)["trackingId"]
    one = {"actionId": "a", "sessionId": "s", "timestamp": 1, "eventType": "Taken"}
    assert "has no Action_Interactions dataset" in refused(
        lambda: clients.events.put_action_interactions(trackingId=tracker, actionInteractions=[one])
    )
