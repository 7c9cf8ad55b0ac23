from __future__ import annotations

from functools import partial

import pytest
import streamlit as st

from tests.conftest import Clients, Endpoint
from tests.local_personalize.conftest import campaign_for, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import csv, gone, ground_for, wait_for
from tests.pages.cinema import charts, errors, open_page, tables, told


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, bare)
    assert not errors(app)
    assert "No dataset group yet" in told(app)


def test_a_known_user_gets_titles_beside_the_history(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="10")
    assert not errors(app)
    listed = tables(app, "recommendations")[0]
    assert len(listed) == 10
    assert list(listed["#"]) == list(range(1, 11))
    assert listed["Score"].is_monotonic_decreasing
    # User 4 likes Sci-Fi: 4 % 4 is the first taste.
    assert sum("Sci-Fi" in genres for genres in listed["Genres"]) >= 4
    history = tables(app, "The newest")[0]
    assert len(history) == 11
    assert "What user 4 watched" in told(app)
    assert any("recommendation id" in caption.value for caption in app.caption)


def test_two_strangers_get_the_same_list_and_no_history(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    first = open_page("recommendations", monkeypatch, cinema, user="a stranger")
    second = open_page("recommendations", monkeypatch, cinema, user="🎬 somebody else")
    assert not errors(first)
    assert not errors(second)
    assert list(tables(first, "recommendations")[0]["Title"]) == list(tables(second, "recommendations")[0]["Title"])
    assert "Nothing is known of this user" in told(first)


def test_a_second_campaign_stands_beside_the_first(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", second="popular", count="10")
    assert not errors(app)
    left, right = tables(app, "recommendations")
    common = len(set(left["Id"]) & set(right["Id"]))
    assert f"**{common} of 10** films are in both lists" in told(app)
    assert sum(move != "Only here" for move in right["Move"]) == common
    assert "Score" not in right  # popularity gives none


def test_similar_items_leave_the_item_itself_out(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="Similar items", count="5")
    assert not errors(app)
    item = app.selectbox(key="like").value
    listed = tables(app, "recommendations")[0]
    assert len(listed) == 5
    assert item not in set(listed["Id"])


def test_reranking_keeps_the_set_and_changes_the_order(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="Re-rank a list")
    other = open_page("recommendations", monkeypatch, cinema, user="5", view="Re-rank a list")
    assert not errors(app)
    mine, theirs = tables(app, "recommendations")[0], tables(other, "recommendations")[0]
    assert set(mine["Id"]) == set(theirs["Id"])
    assert list(mine["Id"]) != list(theirs["Id"])
    assert app.get("plotly_chart")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"campaign": "no-such-campaign"}, "no fitting campaign “no-such-campaign”; for-you is shown instead"),
        ({"user": "x" * 300}, "A user id has at most 256 characters; this one has 300."),
        ({"user": "   "}, "Pick a user, or type any id"),
    ],
)
def test_nonsense_in_the_url_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint, query: dict[str, str], sentence: str
) -> None:
    app = open_page("recommendations", monkeypatch, cinema, **query)
    assert not errors(app)
    assert sentence in told(app)


def test_every_row_says_because_of_what_and_a_waterfall_adds_up(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="10")
    assert not errors(app)
    listed, history = tables(app, "recommendations")[0], tables(app, "The newest")[0]
    watched = set(history["Title"])
    assert set(listed["Because"]) <= {*watched, "its popularity"}
    assert watched & set(listed["Because"])
    app.selectbox(key="why").select(listed["Id"].iloc[2]).run()
    assert not errors(app)
    assert f"Why {listed['Title'].iloc[2]} ({listed['Year'].iloc[2]:.0f}) is number 3" in told(app)
    bars = next(trace for chart in charts(app) for trace in chart["data"] if trace["type"] == "waterfall")
    parts, total = [float(text) for text in bars["text"][:-1]], float(bars["text"][-1])
    assert sum(parts) == pytest.approx(total, abs=0.0006 * len(parts))
    assert f"**{listed['Because'].iloc[2]}" in told(app).replace("its popularity", "Popularity")
    assert "speaks most for it; then" in told(app)


def test_two_lists_say_why_too_and_who_answered(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", second="popular", count="10")
    assert not errors(app)
    left, right = tables(app, "recommendations")
    assert set(left["Because"]) & set(tables(app, "The newest")[0]["Title"])
    assert set(right["Because"]) == {"its popularity"}
    captions = [caption.value for caption in app.caption if "recommendation id" in caption.value]
    assert "user-personalization/" in captions[0]
    assert "popularity/" in captions[1]


def test_without_an_event_the_list_is_another_one_and_nothing_is_stored(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="10", **{"if": "true"})
    before = tables(app, "The list without 0 of 11")[0]
    unticked = {row: {"Counts": False} for row in range(11)}
    app.session_state["recommend.ticks_4_11"] = {"edited_rows": unticked, "added_rows": [], "deleted_rows": []}
    app.run()
    assert not errors(app)
    strangers = open_page("recommendations", monkeypatch, cinema, user="nobody", count="10")
    after = tables(app, "The list without 11 of 11")[0]
    assert list(after["Id"]) == list(tables(strangers, "recommendations")[0]["Id"])
    assert list(after["Id"]) != list(before["Id"])
    assert len(tables(app, "The newest")[0]) == 11


def test_a_link_opens_the_list_without_the_same_events(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    first = open_page("recommendations", monkeypatch, cinema, user="4", count="10", **{"if": "true"})
    unticked = {row: {"Counts": False} for row in (0, 2, 10)}
    first.session_state["recommend.ticks_4_11"] = {"edited_rows": unticked, "added_rows": [], "deleted_rows": []}
    first.run()
    assert first.query_params["without"] == "11,9,1"
    second = open_page("recommendations", monkeypatch, cinema, user="4", count="10", without="11,9,1", **{"if": "true"})
    assert not errors(second)
    without = "The list without 3 of 11"
    assert list(tables(second, without)[0]["Id"]) == list(tables(first, without)[0]["Id"])
    second.button(key="user_chevron_right").click().run()
    assert tables(second, "The list without 0 of"), "the link was about another user"


def test_the_choice_of_today_is_in_the_link_too(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, view="Similar restaurants")
    assert not errors(app)
    assert app.query_params["user"] == "1"
    assert app.query_params["campaign"] == app.selectbox(key="campaign").value
    assert "Similar to" in told(app.run()), "the words of another catalogue are understood"
    assert not errors(app)
    assert not app.warning
    named = open_page("recommendations", monkeypatch, cinema, campaign="POPULAR")
    assert named.selectbox(key="campaign").value.endswith("Popularity-Count")


def test_a_campaign_that_somebody_deletes_is_told_of_and_another_one_answers(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    personalize = cinema.client("personalize")
    arns = {found["name"]: found["campaignArn"] for found in personalize.list_campaigns()["campaigns"]}
    version = personalize.describe_campaign(campaignArn=arns["popular"])["campaign"]["solutionVersionArn"]
    arn = personalize.create_campaign(name="short-lived", solutionVersionArn=version)["campaignArn"]
    described = partial(personalize.describe_campaign, campaignArn=arn)
    wait_for(lambda: described()["campaign"])
    app = open_page("recommendations", monkeypatch, cinema, campaign="short-lived")
    assert not app.warning
    personalize.delete_campaign(campaignArn=arn)
    gone(described, personalize)
    st.cache_data.clear()
    app.run()
    assert not errors(app)
    assert "no fitting campaign “short-lived · Popularity-Count”; for-you is shown instead" in told(app)
    assert tables(app, "recommendations")


def test_only_differences_leaves_out_what_did_not_move(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", second="popular", differences="true")
    left, right = tables(app, "recommendations")
    assert "=" not in set(right["Move"])
    assert len(left) == len(right)


def test_next_and_previous_go_round_the_users(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="1")
    app.button(key="user_chevron_left").click().run()
    assert app.selectbox(key="user").value == "120"
    app.button(key="user_chevron_right").click().run()
    app.button(key="user_chevron_right").click().run()
    assert "What user 2 watched" in told(app)


def test_similar_films_are_put_in_the_users_order(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    plain = open_page("recommendations", monkeypatch, cinema, user="4", view="Similar items", count="10")
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="Similar items", count="10", ordered="true")
    assert not errors(app)
    before, after = tables(plain, "recommendations")[0], tables(app, "recommendations")[0]
    assert set(after["Id"]) == set(before["Id"])
    assert list(after["Id"]) != list(before["Id"])


def test_without_a_campaign_for_actions_the_tab_says_what_it_takes(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="Next best action")
    assert not errors(app)
    assert "No campaign for actions" in told(app)


def test_what_another_session_sent_is_in_the_history(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    simulator = open_page("simulator", monkeypatch, cinema, viewer="sent-elsewhere")
    simulator.button(key="simulator.next").click().run()
    app = open_page("recommendations", monkeypatch, cinema, user="sent-elsewhere", count="5")
    assert not errors(app)
    assert len(tables(app, "The newest")[0]) == 1


def test_a_list_can_be_looked_at_as_covers(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="5", look="Cards")
    assert not errors(app)
    assert not tables(app, "recommendations")
    pictures, history = (found.proto.imgs for found in app.get("image"))
    assert (len(history), len(pictures)) == (11, 5)
    assert all(picture.alt for picture in (*history, *pictures))


def test_the_actions_of_a_campaign_are_listed_with_their_probabilities(
    monkeypatch: pytest.MonkeyPatch, clients: Clients
) -> None:
    ground = ground_for(clients)
    taken = {"USER_ID": "string", "ACTION_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"}
    # Everybody whose number is even takes the voucher and refuses the course; the others do the opposite.
    rows = [
        f"u{user},{action},{1_600_000_000 + user},{'Taken' if liked else 'Not Taken'}"
        for user in range(30)
        for action, liked in (("voucher", user % 2 == 0), ("course", user % 2 == 1))
    ]
    bodies = {
        "Actions": ({"ACTION_ID": "string", "VALUE": ["null", "double"]}, ["voucher,", "course,"], "ACTION_ID,VALUE"),
        "Action_Interactions": (taken, rows, ",".join(taken)),
    }
    for kind, (fields, lines, header) in bodies.items():
        dataset = clients.personalize.create_dataset(
            name=clients.unique(kind), schemaArn=ground.schema(kind.replace("_", ""), fields),
            datasetGroupArn=ground.group, datasetType=kind,
        )  # fmt: skip
        assert ground.imported(dataset["datasetArn"], csv(lines, header))["status"] == "ACTIVE"
    version = version_for(ground, solution_for(ground, "aws-next-best-action"))
    assert trained(clients, version)["status"] == "ACTIVE"
    campaign = campaign_for(clients, version)
    group = ground.group.rsplit("/", 1)[-1]
    app = open_page(
        "recommendations", monkeypatch, clients.endpoint, group=group, user="u4", view="Next best action"
    )  # fmt: skip
    assert not errors(app)
    listed = tables(app, "actions, led by")[0]
    answer = clients.runtime.get_action_recommendations(campaignArn=campaign, userId="u4")["actionList"]
    assert list(listed["Action"]) == [found["actionId"] for found in answer]
    assert list(listed["Probability"]) == pytest.approx([found["score"] for found in answer])
