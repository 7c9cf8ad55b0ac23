from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.conftest import Cinema, interaction_rows

PERSONAL, POPULAR, RANKING, SIMILAR = (
    "aws-user-personalization",
    "aws-popularity-count",
    "aws-personalized-ranking",
    "aws-similar-items",
)
COMEDIES = [f"comedy-{number}" for number in range(6)]


def share(items: list[str], taste: str) -> float:
    return sum(item.split("-")[0] == taste for item in items) / len(items)


def refused(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_users_get_25_items_of_their_own_taste(cinema: Cinema) -> None:
    action, comedy = cinema.recommend(PERSONAL, "u0"), cinema.recommend(PERSONAL, "u1")
    assert len(set(action)) == len(set(comedy)) == 25
    assert share(action[:10], "action") >= 0.9
    assert share(comedy[:10], "comedy") >= 0.9


def test_scores_descend_and_sum_to_one_over_the_catalogue(cinema: Cinema) -> None:
    answer = cinema.clients.runtime.get_recommendations(
        campaignArn=cinema.campaigns[PERSONAL], userId="u0", numResults=500
    )
    scores = [entry["score"] for entry in answer["itemList"]]
    assert len(scores) == 81
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1)
    assert uuid.UUID(answer["recommendationId"])


def test_a_shorter_list_is_the_beginning_of_a_longer_one(cinema: Cinema) -> None:
    assert cinema.recommend(PERSONAL, "u3", numResults=7) == cinema.recommend(PERSONAL, "u3", numResults=40)[:7]


def test_strangers_get_the_popular_list_until_events_arrive(cinema: Cinema) -> None:
    stranger = cinema.clients.unique("stranger")
    before = cinema.recommend(PERSONAL, stranger)
    assert before == cinema.recommend(PERSONAL, "another-stranger")
    assert set(before[:5]) <= set(cinema.recommend(POPULAR)[:10])
    cinema.watch(stranger, *COMEDIES)
    after = cinema.recommend(PERSONAL, stranger)
    assert share(after[:10], "comedy") == 1
    assert cinema.recommend(PERSONAL, "another-stranger") == before


def test_a_session_stands_for_an_anonymous_user(cinema: Cinema) -> None:
    session = cinema.clients.unique("session")
    cinema.watch(None, *COMEDIES, session=session)
    assert share(cinema.recommend(PERSONAL, session)[:10], "comedy") == 1


def test_popularity_ignores_events_and_has_no_scores(cinema: Cinema) -> None:
    user = cinema.clients.unique("fan")
    before = cinema.recommend(POPULAR)
    cinema.watch(user, *(f"comedy-{number}" for number in range(30, 40)))
    answer = cinema.clients.runtime.get_recommendations(campaignArn=cinema.campaigns[POPULAR], userId=user)
    assert [entry["itemId"] for entry in answer["itemList"]] == before
    assert not any("score" in entry for entry in answer["itemList"])


def test_similar_items_share_the_taste_and_leave_the_item_out(cinema: Cinema) -> None:
    similar = cinema.recommend(SIMILAR, itemId="comedy-2", numResults=10)
    assert share(similar, "comedy") == 1
    assert "comedy-2" not in similar


def test_an_unknown_item_is_answered_with_popular_ones(cinema: Cinema) -> None:
    unknown = cinema.recommend(SIMILAR, itemId="no-such-item", numResults=5)
    assert unknown == cinema.recommend(SIMILAR, itemId="nor-this", numResults=5)
    assert set(unknown) <= set(cinema.recommend(POPULAR, numResults=10))


def test_ranking_orders_a_list_and_puts_unknown_items_last(cinema: Cinema) -> None:
    watched = {row.split(",")[1] for row in interaction_rows() if row.startswith("u1,")}
    comedies = [item for number in range(40) if (item := f"comedy-{number}") not in watched][:2]
    asked = ["no-such-item", "action-1", comedies[1], "new-action", comedies[0], "action-0"]
    answer = cinema.clients.runtime.get_personalized_ranking(
        campaignArn=cinema.campaigns[RANKING], userId="u1", inputList=asked
    )["personalizedRanking"]
    names = [entry["itemId"] for entry in answer]
    assert set(names[:2]) == set(comedies)
    assert set(names[2:4]) == {"action-0", "action-1"}
    assert names[4:] == ["no-such-item", "new-action"]
    assert sum(entry["score"] for entry in answer[:4]) == pytest.approx(1)
    assert not any("score" in entry for entry in answer[4:])


def test_filters_apply_before_the_list_is_cut(cinema: Cinema) -> None:
    comedy = cinema.filter("INCLUDE ItemID WHERE Items.GENRES IN ($GENRES)")
    items = cinema.recommend(PERSONAL, "u0", filterArn=comedy, filterValues={"GENRES": '"Comedy"'}, numResults=40)
    assert len(items) == 40
    assert share(items, "comedy") == 1


def test_a_filter_that_is_still_made_cannot_be_used(cinema: Cinema) -> None:
    personalize, said = cinema.clients.personalize, None
    for _ in range(20):  # until one is still pending after the request
        new = personalize.create_filter(
            name=cinema.clients.unique("filter"),
            datasetGroupArn=cinema.ground.group,
            filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("none")',
        )["filterArn"]
        try:
            cinema.recommend(PERSONAL, "u0", filterArn=new)
        except ClientError as refused:
            said = refused.response["Error"]
        if said or personalize.describe_filter(filterArn=new)["filter"]["status"] == "CREATE PENDING":
            break
    assert said is not None
    assert said["Code"] == "InvalidInputException"
    assert said["Message"] == f"Resource Arn {new} is not in ACTIVE state."


def test_a_filter_on_events_sees_those_that_just_arrived(cinema: Cinema) -> None:
    unseen = cinema.filter('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")')
    user = cinema.clients.unique("viewer")
    assert "comedy-0" in cinema.recommend(PERSONAL, user, filterArn=unseen, numResults=81)
    cinema.watch(user, "comedy-0", event_type="Watch")
    cinema.watch(user, "comedy-1", event_type="click")
    items = cinema.recommend(PERSONAL, user, filterArn=unseen, numResults=81)
    assert "comedy-0" not in items
    assert "comedy-1" in items


def test_a_filter_on_events_sees_the_imported_ones(cinema: Cinema) -> None:
    seen = cinema.filter('INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")')
    items = cinema.recommend(PERSONAL, "u0", filterArn=seen, numResults=81)
    assert len(items) == 28
    assert share(items, "action") == 1


def test_a_filter_can_ask_for_the_current_user(cinema: Cinema) -> None:
    adults = cinema.filter("EXCLUDE ItemID WHERE Items.YEAR < 2000 IF CurrentUser.AGE > 30")
    assert len(cinema.recommend(PERSONAL, "u5", filterArn=adults, numResults=81)) == 81
    assert len(cinema.recommend(PERSONAL, "u25", filterArn=adults, numResults=81)) == 41


def test_a_filter_can_ask_for_the_current_item(cinema: Cinema) -> None:
    alike = cinema.filter("INCLUDE ItemID WHERE Items.GENRES IN CurrentItem.GENRES AND Items.YEAR < CurrentItem.YEAR")
    found = cinema.recommend(SIMILAR, itemId="action-9", filterArn=alike, numResults=81)
    assert sorted(found) == sorted(f"action-{number}" for number in range(9))
    refused_ = refused(
        cinema.clients.runtime.get_recommendations,
        campaignArn=cinema.campaigns[PERSONAL],
        userId="u0",
        filterArn=alike,
    )
    assert refused_[0] == "InvalidInputException"
    assert "CurrentItem needs a recipe for related items" in refused_[1]


def test_a_filter_about_users_is_no_filter_of_items(cinema: Cinema) -> None:
    adults = cinema.filter("INCLUDE UserID WHERE Users.AGE > 18")
    ask = {"campaignArn": cinema.campaigns[PERSONAL], "userId": "u0", "filterArn": adults}
    code, message = refused(cinema.clients.runtime.get_recommendations, **ask)
    assert (code, "needs a filter about ItemID" in message) == ("InvalidInputException", True)


def test_metadata_that_was_put_is_filtered_by_at_once(cinema: Cinema) -> None:
    western = cinema.filter('INCLUDE ItemID WHERE Items.GENRES IN ("Western")')
    assert cinema.recommend(PERSONAL, "u0", filterArn=western) == []
    cinema.clients.events.put_items(
        datasetArn=cinema.datasets["Items"],
        items=[{"itemId": "action-7", "properties": '{"genres": "Action|Western", "year": 1987}'}],
    )
    assert cinema.recommend(PERSONAL, "u0", filterArn=western) == ["action-7"]


def test_promoted_items_get_their_share(cinema: Cinema) -> None:
    comedy = cinema.filter('INCLUDE ItemID WHERE Items.GENRES IN ("Comedy")')
    answer = cinema.clients.runtime.get_recommendations(
        campaignArn=cinema.campaigns[PERSONAL],
        userId="u0",
        numResults=20,
        promotions=[{"name": "laughs", "percentPromotedItems": 25, "filterArn": comedy}],
    )["itemList"]
    promoted = [entry["itemId"] for entry in answer if entry.get("promotionName") == "laughs"]
    best_comedies = cinema.recommend(PERSONAL, "u0", filterArn=comedy, numResults=5)
    assert len(answer) == len({entry["itemId"] for entry in answer}) == 20
    assert promoted == best_comedies


@pytest.mark.parametrize(
    ("recipe", "request_", "code", "message"),
    [
        (PERSONAL, {}, "InvalidInputException", "userId is required"),
        (SIMILAR, {"userId": "u0"}, "InvalidInputException", "itemId is required"),
        (RANKING, {"userId": "u0"}, "InvalidInputException", "use GetPersonalizedRanking"),
        (PERSONAL, {"userId": "u0", "numResults": 501}, "InvalidInputException", "numResults can be at most 500"),
        (PERSONAL, {"userId": "u0", "filterArn": "arn:aws:personalize:us-east-1:123456789012:filter/none"},
         "ResourceNotFoundException", "filter/none not found"),
        (PERSONAL, {"userId": "u0", "metadataColumns": {"ITEMS": ["GENRES"]}}, "InvalidInputException", "not enabled"),
    ],
)  # fmt: skip
def test_requests_that_do_not_fit_are_refused(
    cinema: Cinema, recipe: str, request_: dict[str, Any], code: str, message: str
) -> None:
    found = refused(cinema.clients.runtime.get_recommendations, campaignArn=cinema.campaigns[recipe], **request_)
    assert found[0] == code
    assert message in found[1]


def test_a_value_without_quotes_is_refused_by_name(cinema: Cinema) -> None:
    genre = cinema.filter("INCLUDE ItemID WHERE Items.GENRES IN ($G)")
    ask = {"campaignArn": cinema.campaigns[PERSONAL], "userId": "u0", "filterArn": genre}
    get = cinema.clients.runtime.get_recommendations
    assert "the value of G" in refused(get, **ask, filterValues={"G": "Comedy"})[1]
    assert "a value is needed for G" in refused(get, **ask)[1]


def test_unknown_campaigns_are_not_found(cinema: Cinema) -> None:
    arn = "arn:aws:personalize:us-east-1:123456789012:campaign/none"
    get = cinema.clients.runtime.get_recommendations
    assert refused(get, campaignArn=arn, userId="u0") == ("ResourceNotFoundException", f"Campaign {arn} not found.")
    assert refused(get, userId="u0")[1] == "Provide either campaignArn or recommenderArn."


def test_ranking_needs_a_ranking_campaign(cinema: Cinema) -> None:
    rank = cinema.clients.runtime.get_personalized_ranking
    code, message = refused(rank, campaignArn=cinema.campaigns[PERSONAL], userId="u0", inputList=["action-1"])
    assert (code, "PERSONALIZED_RANKING" in message) == ("InvalidInputException", True)
