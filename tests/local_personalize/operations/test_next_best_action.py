"""Recommending actions: imported, trained, deployed, and moved by what users do with them."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import FIRST, campaign_for, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, csv, ground_for

ACTIONS = {"ACTION_ID": "string", "VALUE": ["null", "double"], "ACTION_EXPIRATION_TIMESTAMP": ["null", "long"]}
TAKEN = {"USER_ID": "string", "ACTION_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"}
NAMES = [f"a{number}" for number in range(8)]


def rows() -> list[str]:
    """Return what 40 users did when asked: even users take even actions, odd users odd ones; nobody takes a7."""
    draw, listed = random.Random(3), []
    for user in range(40):
        order = list(range(8))
        draw.shuffle(order)
        for step, action in enumerate(order):
            done = "Taken" if (action - user) % 2 == 0 and action != 7 else "Not Taken"
            listed.append(f"u{user},a{action},{FIRST + 1000 * step + user},{done}")
    return listed


@pytest.fixture(scope="module")
def acting(shared_clients: Clients) -> tuple[Ground, str]:
    """A group for actions and a campaign for them."""
    ground = ground_for(shared_clients)
    bodies = {
        "Actions": csv([f"{name},," for name in NAMES], ",".join(ACTIONS)),
        "Action_Interactions": csv(rows(), ",".join(TAKEN)),
    }
    for kind, fields in (("Actions", ACTIONS), ("Action_Interactions", TAKEN)):
        answer = ground.clients.personalize.create_dataset(
            name=ground.clients.unique(kind),
            schemaArn=ground.schema(kind.replace("_", ""), fields),
            datasetGroupArn=ground.group,
            datasetType=kind,
        )
        assert ground.imported(answer["datasetArn"], bodies[kind])["status"] == "ACTIVE"
    version = version_for(ground, solution_for(ground, "aws-next-best-action"))
    described = trained(ground.clients, version)
    assert described["status"] == "ACTIVE", described
    metrics = ground.clients.personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    assert 0 < metrics["mean_reciprocal_rank_at_25"] <= 1
    return ground, campaign_for(ground.clients, version)


def ask(acting: tuple[Ground, str], user: str, **options: Any) -> dict[str, float]:
    ground, campaign = acting
    answer = ground.clients.runtime.get_action_recommendations(campaignArn=campaign, userId=user, **options)
    return {action["actionId"]: action["score"] for action in answer["actionList"]}


def test_propensities_lie_between_0_and_1_and_descend(acting: tuple[Ground, str]) -> None:
    found = ask(acting, "stranger", numResults=8)
    assert sorted(found) == NAMES
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(0 < score < 1 for score in found.values())
    assert list(found)[-1] == "a7"


def test_an_action_just_taken_makes_those_of_its_kind_likelier(acting: tuple[Ground, str]) -> None:
    ground, _ = acting
    tracker = ground.clients.personalize.create_event_tracker(name="tracker", datasetGroupArn=ground.group)
    newcomer, now = ground.clients.unique("newcomer"), int(time.time())
    before = ask(acting, newcomer)
    for action, done in (("a2", "Taken"), ("a3", "Not Taken")):
        one = {"actionId": action, "userId": newcomer, "sessionId": "s", "timestamp": now, "eventType": done}
        ground.clients.events.put_action_interactions(trackingId=tracker["trackingId"], actionInteractions=[one])
    after = ask(acting, newcomer, numResults=8)
    for even, odd in (("a0", "a1"), ("a4", "a5")):
        assert after[even] - before.get(even, 0) > 0 > after[odd] - before.get(odd, 1)


def chosen(acting: tuple[Ground, str], expression: str, user: str, **values: str) -> list[str]:
    """Return the actions that a filter lets through for a user, by name."""
    ground, _ = acting
    return sorted(ask(acting, user, numResults=8, filterArn=ground.filter(expression), filterValues=values))


def test_actions_are_filtered_by_what_was_done_and_by_their_fields(acting: tuple[Ground, str]) -> None:
    taken = "INCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ($TYPE)"
    assert chosen(acting, taken, "u2", TYPE='"taken"') == ["a0", "a2", "a4", "a6"]
    untouched = 'EXCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ("NOT_TAKEN")'
    assert chosen(acting, untouched, "u2") == ["a0", "a2", "a4", "a6"]
    ground, _ = acting
    put = [{"actionId": f"a{number}", "properties": f'{{"value": {number}.5}}'} for number in (5, 6)]
    dataset = f"{ground.group.replace(':dataset-group/', ':dataset/')}/ACTIONS"
    ground.clients.events.put_actions(datasetArn=dataset, actions=put)
    assert chosen(acting, "INCLUDE ActionID WHERE Actions.VALUE > ($LEAST)", "u2", LEAST="5") == ["a5", "a6"]
