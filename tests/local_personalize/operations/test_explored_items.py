"""Exploration through the operations: which items take places, how many, and what lessens them."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import FIRST, tastes
from tests.local_personalize.operations.conftest import csv
from tests.local_personalize.operations.curiosity import GENRES, ITEM_FIELDS, YEARS, World, ids, made_world
from tests.local_personalize.operations.test_batch_jobs import inferred


@pytest.fixture(scope="module")
def world(shared_clients: Clients) -> World:
    return made_world(shared_clients)


def test_the_share_of_explored_items_grows_with_the_weight(world: World) -> None:
    shares = []
    for weight in ("0", "0.2", "0.5", "1"):
        world.explore(weight)
        shares.append(len(world.explored()) / (25 * len(tastes())))
    assert shares[0] == 0
    assert shares == sorted(set(shares))
    assert 0.15 < shares[-1] <= 1 / 3


def test_the_age_cut_off_counts_back_from_the_newest_interaction(world: World) -> None:
    world.explore("1")
    kinds = Counter(name.split("-")[0] for name in world.explored())
    assert kinds["fresh"] > 0 == kinds["old"]
    world.explore("1", "1000")
    assert Counter(name.split("-")[0] for name in world.explored())["old"] > 0


def test_items_of_imported_impressions_are_explored_less(world: World) -> None:
    world.explore("1")
    kinds = Counter(name.split("-")[0] for name in world.explored())
    assert kinds["shown"] < 0.05 * kinds["fresh"]  # each was shown more than a thousand times


def test_a_stranger_gets_the_popular_items_alone(world: World) -> None:
    world.explore("1")
    assert world.explored(["stranger"]) == []
    assert ids(world.ask("stranger")) == ids(world.ask("another"))


def test_what_is_explored_takes_places_and_nothing_comes_twice(world: World) -> None:
    lists = {}
    for weight in ("0", "1"):
        world.explore(weight)
        lists[weight] = [world.ask(user)["itemList"] for user, _ in tastes()]
    for relevant, curious in zip(lists["0"], lists["1"], strict=True):
        assert len({entry["itemId"] for entry in curious}) == 25
        kept = [entry["itemId"] for entry in curious if "reason" not in entry]
        drawn = {entry["itemId"] for entry in curious} - set(kept)
        assert kept == [entry["itemId"] for entry in relevant if entry["itemId"] not in drawn][: len(kept)]
        assert "reason" not in curious[0]
        assert all("reason" not in entry for entry in relevant)


def test_items_put_after_training_are_explored_and_only_explored(world: World) -> None:
    world.explore("0")
    before = [ids(world.ask(user)) for user, _ in tastes()]
    late = [(f"late-{taste}-{number}", genres, None) for taste, genres in GENRES.items() for number in range(5)]
    world.put(*late, ("antique-action", GENRES["action"], FIRST - YEARS))
    assert [ids(world.ask(user)) for user, _ in tastes()] == before
    world.explore("1")
    found = {taste: world.explored([user for user, liked in tastes() if liked == taste]) for taste in GENRES}
    for taste, names in found.items():
        of_late = [name.split("-")[1] for name in names if name.startswith("late")]
        assert of_late.count(taste) > 2 * (len(of_late) - of_late.count(taste))
        assert "antique-action" not in names


def test_filters_hold_for_items_put_after_training(world: World) -> None:
    world.put(("later-action", GENRES["action"], None), ("later-comedy", GENRES["comedy"], None))
    world.explore("1")
    everyone = Counter(name for name in world.explored(numResults=60) if name.startswith("later"))
    assert everyone.keys() == {"later-action", "later-comedy"}
    comedies = world.ground.filter('INCLUDE ItemID WHERE Items.GENRES IN ("Comedy")')
    options = {"filterArn": comedies, "numResults": 40}
    names = set(world.explored([user for user, _ in tastes()], **options))
    assert "later-comedy" in names
    assert all("comedy" in name for name in names)


def test_timelines_and_batches_explore_items_put_after_training(world: World) -> None:
    world.put(*[(f"latest-{taste}-{number}", genres, None) for taste, genres in GENRES.items() for number in range(5)])
    world.explore("1")
    found = world.ground.insight("timeline", campaignArn=world.campaign, userId="u2")["lists"][-1]
    assert [(entry["itemId"], entry["reason"]) for entry in found] == [
        (entry["itemId"], entry.get("reason", [None])[0]) for entry in world.ask("u2")["itemList"]
    ]
    config = {"itemExplorationConfig": {"explorationWeight": "1", "explorationItemAgeCutOff": "30"}}
    users = [{"userId": user} for user, _ in tastes()]
    lines = inferred(world.ground, world.version, users, batchInferenceJobConfig=config)
    explored = {name for line in lines for name in line["output"]["recommendedItems"] if name.startswith("latest")}
    told = {name for user, _ in tastes() for name in named(world, user) if name.startswith("latest")}
    assert explored
    assert told
    assert not named(world, "stranger") & told


def named(world: World, user: str) -> set[str]:
    """Return the items of the timeline of a user."""
    told = world.ground.insight("timeline", campaignArn=world.campaign, userId=user)
    return {entry["itemId"] for listed in told["lists"] for entry in listed}


def test_items_imported_after_training_are_explored_as_those_that_were_put(world: World) -> None:
    rows = [f"bulk-{taste}-{number},{genres}," for taste, genres in GENRES.items() for number in range(6)]
    again = [f"action-{number},Comedy," for number in range(3)]
    body = csv([*rows, *again], ",".join(ITEM_FIELDS))
    job = world.ground.imported(world.items, body, importMode="INCREMENTAL")
    assert job["status"] == "ACTIVE", job
    world.explore("1")
    found = {taste: world.explored([user for user, liked in tastes() if liked == taste]) for taste in GENRES}
    for taste, names in found.items():
        of_bulk = [name.split("-")[1] for name in names if name.startswith("bulk")]
        assert of_bulk.count(taste) > 2 * (len(of_bulk) - of_bulk.count(taste))


def test_an_item_put_after_training_is_explained_by_its_metadata(world: World) -> None:
    world.put(("told-comedy", GENRES["comedy"], None), ("told-action", GENRES["action"], None))
    history = ["action-3", "comedy-1", "told-action", "comedy-2"]
    asked = {"campaignArn": world.campaign, "history": history, "itemIds": ["told-comedy", "told-action", "comedy-7"]}
    answer = world.ground.insight("explain", **asked)
    assert answer["unknownItems"] == []
    comedy, action, known = answer["items"]
    for parts in (comedy, action, known):
        added = sum(watched["value"] for watched in parts["watched"]) + parts["popularity"] + parts["seen"]
        assert abs(added + parts["context"] + parts["user"] + parts["objective"] - parts["score"]) < 1e-9
        assert {watched["itemId"] for watched in parts["watched"]} == set(history)
        assert [watched["together"] for watched in parts["watched"] if watched["itemId"] == "told-action"] == [0]
    assert {(part["together"], part["follows"]) for part in comedy["watched"]} == {(0, 0)}
    assert {part["itemId"]: part["metadata"] for part in known["watched"]}["told-action"] < 0
    assert comedy["watched"][0]["itemId"] == "comedy-2"
    assert comedy["score"] > action["score"] - action["seen"]
    assert action["seen"] < 0 == comedy["seen"]
    preview = world.ground.insight("preview", campaignArn=world.campaign, history=history, numResults=40)
    assert preview["unknownItems"] == []
    assert not [entry for entry in preview["itemList"] if entry["itemId"].startswith("told")]


def test_an_event_with_an_item_put_after_training_shapes_the_list(world: World) -> None:
    world.explore("0")
    world.put(("unknown-comedy", GENRES["comedy"], None), ("unknown-action", GENRES["action"], None))
    for taste in GENRES:
        world.clients.events.put_events(
            trackingId=world.tracking_id,
            sessionId="s",
            userId=f"curious about {taste}",
            eventList=[{"eventType": "watch", "itemId": f"unknown-{taste}", "sentAt": time.time()}],
        )
        listed = ids(world.ask(f"curious about {taste}", numResults=10))
        assert all(taste in name for name in listed), (taste, " ".join(listed))


def test_what_an_event_says_was_shown_is_explored_less(world: World) -> None:
    """By its own list, or by the ID of the recommendation; of both the event's own list counts."""
    world.explore("1")
    before = Counter(world.explored())
    own, *others = [name for name, _ in before.most_common() if name.startswith("fresh")]
    recommended = world.ask("u0")
    named = [entry["itemId"] for entry in recommended["itemList"] if entry.get("reason")]
    listed = ids(recommended)
    assert named
    spared = next(name for name in others if name not in listed)
    world.show(60, impression=[own], recommendationId=recommended["recommendationId"])
    between = Counter(world.explored())
    assert between[own] < 0.3 * before[own]
    assert sum(between[name] for name in named if name != own) > 0  # the recommendation did not count
    world.show(60, recommendationId=recommended["recommendationId"], eventValue=1.0)
    after = Counter(world.explored())
    assert sum(after[name] for name in named) < 0.3 * sum(before[name] for name in named)
    assert after[spared] > 0


def test_items_that_were_taken_since_training_are_known_well_enough(world: World) -> None:
    world.explore("1")
    before = Counter(world.explored())
    liked = next(name for name, _ in before.most_common() if name.startswith("fresh"))
    world.show(4, itemId=liked, eventValue=3.0)
    assert Counter(world.explored())[liked] > 0
    world.show(4, itemId=liked, eventValue=4.0)
    assert liked not in world.explored()


def test_an_unknown_recommendation_shows_nothing(world: World) -> None:
    world.explore("1")
    before = world.explored()
    world.show(5, recommendationId="never made", eventValue=2.0)
    assert world.explored() == before
