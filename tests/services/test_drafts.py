"""Columns are matched, values mended and rules checked before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from services.columns import Column, faults, match
from services.drafts import Draft, Prepared, prepare
from tests.services import sample_films


def ratings(**columns: object) -> pd.DataFrame:
    names = ["userId", "movieId", "rating", "timestamp"]
    return pd.DataFrame(sample_films.ratings(), columns=names).astype("str").assign(**columns)


def prepared(table: pd.DataFrame, dataset_type: str = "Interactions", **choices: Any) -> Prepared:
    return prepare(table, Draft(dataset_type, tuple(match(table, dataset_type)), **choices))


def bad(result: Prepared) -> list[str]:
    return [finding.text for finding in result.findings if finding.level == "bad"]


def test_names_of_movielens_are_recognised() -> None:
    matched = match(ratings(), "Interactions")
    assert [(column.field, column.type) for column in matched] == [
        ("USER_ID", "string"), ("ITEM_ID", "string"), ("EVENT_VALUE", "float"), ("TIMESTAMP", "long"),
    ]  # fmt: skip


def test_restaurants_are_recognised_and_their_names_left_to_the_catalogue() -> None:
    table = pd.DataFrame(
        {"placeID": ["1"], "name": ["Roma"], "cuisines": ["Pizza"], "price": ["1.5"], "open": ["true"]}
    )
    matched = match(table, "Items")
    assert [(column.field, column.type, column.categorical) for column in matched] == [
        ("ITEM_ID", "string", False),
        ("", "string", False),
        ("CUISINES", "string", True),
        ("PRICE", "float", False),
        ("OPEN", "boolean", False),
    ]


def test_good_ratings_are_importable_as_they_are() -> None:
    result = prepared(ratings(), event_type="watch")
    assert result.importable
    assert list(result.table.columns) == ["USER_ID", "ITEM_ID", "EVENT_VALUE", "TIMESTAMP", "EVENT_TYPE"]
    assert [field.name for field in result.fields] == list(result.table.columns)


def test_only_liked_films_are_kept() -> None:
    assert len(prepared(ratings()).table) == 1200
    assert len(prepared(ratings(), least_value=4.0).table) == 800


@pytest.mark.parametrize(
    ("values", "text", "remedy"),
    [
        ({"timestamp": "1500000000000"}, "TIMESTAMP in row 2 is '1500000000000', which is in millis", "milliseconds"),
        ({"timestamp": "2017-07-14 02:40:00"}, "TIMESTAMP in row 2 is '2017-07-14 02:40:00': no number of", "dates"),
        ({"timestamp": "soon"}, "TIMESTAMP in row 2 is 'soon': no whole number", ""),
        ({"timestamp": "-5"}, "TIMESTAMP in row 2 is '-5': negative", ""),
        ({"timestamp": "1500000000.5"}, "TIMESTAMP in row 2 is '1500000000.5': no whole number", "whole"),
        ({"userId": ""}, "USER_ID is empty in rows 2, 3, 4 and 1,197 more", ""),
        ({"movieId": "x" * 257}, "ITEM_ID is longer than 256 characters in rows 2, 3, 4", ""),
        ({"rating": "good"}, "EVENT_VALUE in row 2 is 'good': no number. This is so in rows 2, 3, 4 and 1,197", ""),
        ({"rating": "inf"}, "EVENT_VALUE in row 2 is 'inf': not a finite number", ""),
        ({"event": ""}, "EVENT_TYPE is empty", ""),
    ],
)
def test_a_broken_rule_names_column_and_row(values: dict[str, str], text: str, remedy: str) -> None:
    result = prepared(ratings(**values))
    found = [finding for finding in result.findings if finding.text.startswith(text)]
    assert not result.importable
    assert [finding.level for finding in found] == ["bad"]
    assert found[0].remedy == remedy


@pytest.mark.parametrize(
    ("remedy", "value"),
    [
        ("whole", "1500000000.25"),
        ("whole", "1500000000.0"),
        ("milliseconds", "1500000000123"),
        ("dates", "2017-07-14 02:40:00"),
        ("dates", "2017-07-14T04:40:00+02:00"),
    ],
)
def test_times_are_converted_to_seconds(remedy: str, value: str) -> None:
    result = prepared(ratings(timestamp=value), remedies=frozenset({remedy}))
    assert result.importable
    assert set(result.table["TIMESTAMP"]) == {"1500000000"}


def mend(table: pd.DataFrame, remedy: str, dataset_type: str = "Interactions") -> Prepared:
    """Press the button of a repair that the checks offer."""
    offered = [finding.remedy for finding in prepared(table, dataset_type).findings]
    assert remedy in offered, offered
    return prepared(table, dataset_type, remedies=frozenset({remedy}))


def test_faulty_rows_are_left_out_and_the_others_stay() -> None:
    table = ratings()
    table.loc[[3, 7], "movieId"] = ["", "x" * 300]
    mended = mend(table, "incomplete")
    assert mended.importable
    assert list(mended.table.index) == [row for row in range(1200) if row not in (3, 7)]


def test_rows_are_counted_as_the_file_has_them_after_a_threshold() -> None:
    table = ratings()
    table.loc[41, ["rating", "timestamp"]] = ["5", "soon"]
    assert "TIMESTAMP in row 43 is 'soon'" in bad(prepared(table, least_value=4.0))[0]


def test_ratings_become_shares_of_the_best() -> None:
    table = ratings(rating=[str(place % 5 + 1) for place in range(1200)])
    mended = mend(table, "normalise")
    assert sorted(mended.table["EVENT_VALUE"].unique()) == ["0.2", "0.4", "0.6", "0.8", "1.0"]
    assert "normalise" not in [finding.remedy for finding in mended.findings]


def test_repeated_rows_are_left_out_at_a_click() -> None:
    assert len(mend(pd.concat([ratings(), ratings().head(2)], ignore_index=True), "distinct").table) == 1200


def test_of_an_item_that_is_there_twice_the_last_row_stays() -> None:
    table = pd.DataFrame({"itemId": ["1", "2", "1"], "price": ["1", "2", "3"]})
    assert mend(table, "distinct", "Items").table.to_dict("list") == {"ITEM_ID": ["2", "1"], "PRICE": ["2", "3"]}


def test_lists_of_categories_get_vertical_bars() -> None:
    table = pd.DataFrame({"itemId": ["1", "2"], "cuisines": ["Pizza, Pasta", "Sushi"]})
    assert list(mend(table, "bars", "Items").table["CUISINES"]) == ["Pizza|Pasta", "Sushi"]
    assert list(prepared(table.assign(cuisines=["a|b, c", "d"]), "Items").table["CUISINES"]) == ["a|b, c", "d"]


def test_booleans_are_written_as_the_service_reads_them() -> None:
    table = pd.DataFrame({"itemId": ["1", "2"], "open": ["True", "FALSE"]})
    assert bad(prepared(table, "Items")) == [
        "OPEN in row 2 is 'True': neither true nor false. This is so in rows 2, 3."
    ]
    assert list(mend(table, "booleans", "Items").table["OPEN"]) == ["true", "false"]


def test_long_categories_are_shortened_and_prose_becomes_textual() -> None:
    long = pd.DataFrame({"itemId": ["1", "2"], "genres": ["x" * 1001, "y"], "overview": ["word " * 50, "word " * 90]})
    columns = match(long, "Items")
    assert [(column.field, column.categorical, column.textual) for column in columns[1:]] == [
        ("GENRES", True, False), ("OVERVIEW", False, True),
    ]  # fmt: skip
    assert [len(value) for value in mend(long, "shorten", "Items").table["GENRES"]] == [1000, 1]
    assert prepared(long.assign(genres="y", overview="word " * 5000), "Items").importable, "the service cuts texts"


def test_a_share_of_the_users_keeps_their_whole_histories() -> None:
    half, whole = prepared(ratings(), percent=50).table, prepared(ratings()).table
    drawn = set(half["USER_ID"])
    assert 8 <= len(drawn) <= 32
    assert half.equals(whole[whole["USER_ID"].isin(drawn)])
    assert set(prepared(ratings(), percent=20).table["USER_ID"]) <= drawn, "a larger share has everybody of a smaller"


def test_rows_that_are_added_need_no_25_users() -> None:
    table = ratings(userId="7")
    assert not prepared(table).importable
    assert prepared(table, mode="INCREMENTAL").importable


def test_more_kinds_of_events_than_the_service_takes_are_counted_with_the_columns() -> None:
    kinds = [f"{'Kind' if place % 2 else 'kind'}{place % 9}" for place in range(1200)]
    assert prepared(ratings(event=kinds).drop(columns="rating")).importable
    more = ratings(event=kinds, device="phone").drop(columns="rating")
    assert bad(prepared(more)) == [
        "EVENT_TYPE has 9 different values; the service takes 10 together with the fields EVENT_TYPE, DEVICE. "
        "Merge some of them, or leave columns out."
    ]
    assert not prepared(ratings(event=[f"kind{place % 10}" for place in range(1200)]).drop(columns="rating")).importable


def test_a_file_that_is_read_where_it_is_keeps_its_names_and_rows() -> None:
    result = prepared(ratings(), in_place=True, percent=10, event_type="watch", remedies=frozenset({"distinct"}))
    assert bad(result)[0].startswith("userId would have to be called USER_ID")
    assert result.findings[0].service.endswith(":[USER_ID, ITEM_ID, EVENT_VALUE, TIMESTAMP].")
    named = ratings().set_axis(["USER_ID", "ITEM_ID", "EVENT_VALUE", "TIMESTAMP"], axis=1)
    assert prepared(named, in_place=True, percent=10).table.equals(named)
    assert prepared(named, in_place=True).importable


def test_one_letter_among_the_times_is_found() -> None:
    table = ratings()
    table.loc[41, "timestamp"] = "15000o0000"
    assert "TIMESTAMP in row 43 is '15000o0000'" in bad(prepared(table))[0]


def test_999_rows_are_too_few() -> None:
    assert bad(prepared(ratings().head(999))) == ["999 rows are too few: the service takes 1,000 or more."]
    assert prepared(ratings().head(1000)).importable


def test_24_people_are_too_few() -> None:
    table = ratings()
    table["userId"] = (table["userId"].astype("int") % 24).astype("str")
    assert bad(prepared(table)) == ["24 users have 2 or more interactions; the service needs 25 such users."]


def test_repeated_rows_are_noted() -> None:
    twice = pd.concat([ratings(), ratings().head(2)], ignore_index=True)
    notes = [finding.text for finding in prepared(twice).findings if finding.level == "note"]
    assert "2 rows repeat an earlier one (the first is row 1202); each counts once." in notes


def test_missing_columns_are_named_with_what_is_there() -> None:
    assert bad(prepared(ratings().drop(columns="timestamp"))) == [
        "No column is matched to TIMESTAMP. Type TIMESTAMP as the field of one of these: userId, movieId, rating."
    ]
    assert bad(prepared(ratings().rename(columns={"movieId": "album"}))) == [
        "No column is matched to ITEM_ID. Type ITEM_ID as the field of one of these: album."
    ]
    wide = pd.DataFrame([["1"] * 20], columns=[f"column{number}" for number in range(20)])
    assert bad(prepared(wide))[0].endswith("column10, column11 and 8 others.")


def test_a_matching_that_makes_no_schema_is_refused() -> None:
    columns = (
        Column("a", "ITEM_ID"),
        Column("b", "ITEM_ID"),
        Column("c", "two words", categorical=True),
        Column("d", "PLOT"),
    )
    assert faults(columns, "Items") == [
        "ITEM_ID is matched twice.",
        "'two words' cannot be a field: use letters, digits and _.",
        "PLOT is text: mark it as categorical or leave it out; Items take no other text.",
    ]


def test_items_need_something_beside_their_id() -> None:
    result = prepared(pd.DataFrame({"itemId": ["1", "2"], "title": ["A", "B"]}), "Items")
    assert bad(result) == ["There is nothing beside ITEM_ID: add at least one more column, such as a category."]


def test_a_domain_asks_for_its_fields() -> None:
    table = pd.DataFrame({"itemId": ["1", "2"], "GENRES": ["a", "b"]})
    draft = Draft("Items", tuple(match(table, "Items")), domain="VIDEO_ON_DEMAND")
    assert bad(prepare(table, draft)) == ["The domain VIDEO_ON_DEMAND needs a column CREATION_TIMESTAMP."]
    assert prepare(table, replace(draft, domain="")).importable
