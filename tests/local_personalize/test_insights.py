"""Explanations and what-if lists over HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import Cinema, item, settled, solution_for, tastes, trained, version_for
from tests.local_personalize.operations.conftest import Ground, wait_for


def ask(cinema: Cinema, what: str, **request: Any) -> dict[str, Any]:
    return post(cinema, what, json.dumps(request).encode())


def post(cinema: Cinema, what: str, body: bytes) -> dict[str, Any]:
    with urllib.request.urlopen(f"{cinema.clients.endpoint.url}/_local/insights/{what}", body, timeout=10) as answer:
        return dict(json.load(answer))


def refused(cinema: Cinema, what: str, status: int, body: bytes) -> dict[str, Any]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(cinema, what, body)
    with caught.value as answer:
        assert answer.code == status
        return dict(json.load(answer))


def personal(cinema: Cinema) -> dict[str, str]:
    return {"campaignArn": cinema.campaigns["aws-user-personalization"]}


def ids(answer: dict[str, Any]) -> list[str]:
    return [entry["itemId"] for entry in answer["itemList"]]


def test_a_preview_for_a_user_is_what_the_campaign_recommends(cinema: Cinema) -> None:
    answer = ask(cinema, "preview", **personal(cinema), userId="u3", numResults=10)
    assert ids(answer) == cinema.recommend("aws-user-personalization", "u3", numResults=10)
    version = {"solutionVersionArn": cinema.versions["aws-user-personalization"]}
    assert ask(cinema, "preview", **version, userId="u3", numResults=10) == answer


def test_a_preview_of_a_history_is_what_its_events_would_bring_and_writes_nothing(cinema: Cinema) -> None:
    stranger = cinema.recommend("aws-user-personalization", "what-if")
    history = [item("comedy", 2), item("comedy", 5)]
    answer = ask(cinema, "preview", **personal(cinema), userId="what-if", history=[*history, "unheard of"])
    assert answer["unknownItems"] == ["unheard of"]
    assert ids(answer) == ids(ask(cinema, "preview", **personal(cinema), history=history))
    assert all(name.startswith("comedy") for name in ids(answer)[:10])
    assert cinema.recommend("aws-user-personalization", "what-if") == stranger
    cinema.watch("does-it", *history)
    assert cinema.recommend("aws-user-personalization", "does-it") == ids(answer)


def test_an_explanation_adds_up_and_blames_what_was_watched(cinema: Cinema) -> None:
    history = [item("comedy", 2), item("action", 30)]
    asked = {**personal(cinema), "history": history}
    answer = ask(cinema, "explain", **asked, itemIds=[item("comedy", 7), item("comedy", 2), "unheard of"])
    assert answer["unknownItems"] == ["unheard of"]
    new, seen = answer["items"]
    for parts in (new, seen):
        added = sum(watched["value"] for watched in parts["watched"])
        added += parts["popularity"] + parts["context"] + parts["user"] + parts["seen"]
        assert abs(added - parts["score"]) < 1e-9
        assert {watched["itemId"] for watched in parts["watched"]} == set(history)
    assert new["watched"][0]["itemId"] == item("comedy", 2)
    assert new["watched"][0]["metadata"] > 0 > new["watched"][1]["metadata"]
    assert seen["seen"] < 0 == new["seen"]


def test_leading_parts_and_the_sum_of_the_others_make_the_same_score(cinema: Cinema) -> None:
    asked = {**personal(cinema), "userId": "u4", "numResults": 3}
    whole, short = ask(cinema, "explain", **asked)["items"], ask(cinema, "explain", **asked, parts=2)["items"]
    for everything, leading in zip(whole, short, strict=True):
        assert leading["watched"] == everything["watched"][:2]
        rest = everything["watched"][2:]
        assert leading["others"]["items"] == len(rest) > 0
        assert leading["others"]["value"] == pytest.approx(sum(part["value"] for part in rest), abs=1e-12)
        assert everything["others"] == {"items": 0, "value": 0}


def test_a_timeline_tells_what_was_recommended_at_each_moment(cinema: Cinema) -> None:
    films, lists = [item("comedy", 3), item("action", 31), item("comedy", 6)], []
    for film in films:
        lists.append(cinema.recommend("aws-user-personalization", "traveller", numResults=8))
        cinema.watch("traveller", film)
    lists.append(cinema.recommend("aws-user-personalization", "traveller", numResults=8))
    told = ask(cinema, "timeline", **personal(cinema), userId="traveller", numResults=8)
    assert [event["itemId"] for event in told["events"]] == films
    assert [[entry["itemId"] for entry in listed] for listed in told["lists"]] == lists
    assert len({tuple(listed) for listed in lists}) > 2
    heard = ask(cinema, "events", **personal(cinema), userId="traveller")["events"]
    assert heard == told["events"]
    assert ask(cinema, "events", **personal(cinema), userId="nobody") == {"events": []}


def test_a_timeline_is_refused_where_no_user_is_asked_about(cinema: Cinema) -> None:
    asked = {"campaignArn": cinema.campaigns["aws-similar-items"], "userId": "u1"}
    failure = refused(cinema, "timeline", 400, json.dumps(asked).encode())
    assert failure["message"] == "aws-similar-items does not recommend items for a user alone."


def test_without_items_the_list_itself_is_explained(cinema: Cinema) -> None:
    asked = {**personal(cinema), "userId": "u4", "numResults": 8}
    listed, explained = ask(cinema, "preview", **asked), ask(cinema, "explain", **asked)["items"]
    assert [parts["itemId"] for parts in explained] == ids(listed)
    assert [parts["rank"] for parts in explained] == list(range(1, 9))
    assert [parts["probability"] for parts in explained] == [entry["score"] for entry in listed["itemList"]]


def test_related_items_can_be_previewed_but_have_no_parts(cinema: Cinema) -> None:
    asked = {"campaignArn": cinema.campaigns["aws-similar-items"], "itemId": item("action", 1)}
    answer = ask(cinema, "preview", **asked, numResults=5)
    assert ids(answer) == cinema.recommend("aws-similar-items", itemId=item("action", 1), numResults=5)
    assert {entry["score"] for entry in answer["itemList"]} == {None}
    failure = refused(cinema, "explain", 400, json.dumps(asked).encode())
    assert failure["message"] == "The scores of aws-similar-items have no parts to tell of."


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (400, b"{", "not valid JSON"),
        pytest.param(400, b"[" * 100_000, "not valid JSON", id="deep"),
        (400, b"[]", "must be of type structure"),
        (400, b"{}", "Provide one of campaignArn"),
        (400, b'{"campaignArn": "a", "recommenderArn": "b"}', "Provide one of campaignArn"),
        (400, b'{"campaignArn": "a", "numResults": 501}', "less than or equal to 500"),
        (400, b'{"campaignArn": "a", "history": [7]}', "must be of type string"),
        (404, b'{"campaignArn": "none"}', "none does not exist"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(cinema: Cinema, status: int, body: bytes, message: str) -> None:
    for what in ("explain", "preview", "timeline", "events"):
        assert message in refused(cinema, what, status, body)["message"]


def evaluation(clients: Clients, version: str, method: str = "GET", **query: str) -> dict[str, Any]:
    asked = urllib.parse.urlencode({"solutionVersionArn": version, **query})
    url = f"{clients.endpoint.url}/_local/insights/evaluation?{asked}"
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
        return dict(json.load(answer))


def test_a_version_is_measured_on_every_user_when_asked(workshop: Ground) -> None:
    clients = workshop.clients
    version = version_for(workshop, solution_for(workshop, "aws-popularity-count"))
    assert trained(clients, version)["status"] == "ACTIVE"
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        evaluation(clients, version, folds="10")
    caught.value.close()
    assert evaluation(clients, version, "POST") == {"status": "CREATE PENDING"}
    assert evaluation(clients, version, "POST")["status"].startswith("CREATE ")
    found = wait_for(lambda: evaluation(clients, version, folds="10"))
    assert sorted(found["users"]) == sorted(user for user, _ in tastes())
    reported = evaluation(clients, version)
    columns = [name for name in reported if name != "users"]
    at = [found["users"].index(user) for user in reported["users"]]
    assert {name: [found[name][place] for place in at] for name in columns} == {
        name: reported[name] for name in columns
    }
    described = clients.personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]
    assert described["status"] == "ACTIVE"


def test_a_measurement_can_be_stopped_and_asked_for_again(workshop: Ground) -> None:
    clients = workshop.clients
    version = version_for(workshop, solution_for(workshop, "aws-user-personalization"))
    assert trained(clients, version)["status"] == "ACTIVE"
    evaluation(clients, version, "POST")
    assert evaluation(clients, version, "DELETE") == {"status": "CREATE STOPPED"}
    stopped = evaluation(clients, version, folds="10")
    assert stopped["status"] == "CREATE STOPPED"
    assert "users" not in stopped
    with pytest.raises(urllib.error.HTTPError, match="400") as caught:
        evaluation(clients, version, "DELETE")
    assert "No measurement" in json.load(caught.value)["message"]
    caught.value.close()
    evaluation(clients, version, "POST")
    found = wait_for(lambda: evaluation(clients, version, folds="10"))
    assert sorted(found["users"]) == sorted(user for user, _ in tastes())
    assert found["creationDateTime"] > stopped["creationDateTime"]


def test_only_trained_versions_are_measured(workshop: Ground) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        evaluation(workshop.clients, "none", "POST")
    caught.value.close()


def test_a_model_of_another_format_says_that_it_must_be_trained_again(workshop: Ground) -> None:
    clients = workshop.clients
    version = version_for(workshop, solution_for(workshop, "aws-popularity-count"))
    assert trained(clients, version)["status"] == "ACTIVE"
    about = clients.endpoint.data / "models" / version.rsplit("/", 1)[1] / "meta.json"
    meta = json.loads(about.read_text())
    del meta["format"]
    about.write_text(json.dumps(meta))
    campaign = clients.personalize.create_campaign(name=clients.unique("campaign"), solutionVersionArn=version)
    described = settled(lambda: clients.personalize.describe_campaign(**campaign_arn(campaign))["campaign"])
    assert described["status"] == "CREATE FAILED"
    assert "saved in format 1" in described["failureReason"]
    assert "Create a new solution version" in described["failureReason"]


def campaign_arn(answer: dict[str, Any]) -> dict[str, str]:
    return {"campaignArn": answer["campaignArn"]}
