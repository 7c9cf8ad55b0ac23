"""RFM: known users with known scores."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from services.columns import Column, match
from services.errors import Problem
from services.rfm import quintiles, rfm, users_file, with_rfm

DAY = 86_400
START = 1_500_000_000


def events(*, valued: bool = True) -> pd.DataFrame:
    """User 1 to 5: user n comes n times, the last time on day n; each event of user n is worth 6 - n."""
    rows = [
        (str(user), str(START + DAY * user - DAY * 10 * turn), str(6 - user))
        for user in range(1, 6)
        for turn in range(user)
    ]
    table = pd.DataFrame(rows, columns=["USER_ID", "TIMESTAMP", "EVENT_VALUE"])
    return table if valued else table.drop(columns="EVENT_VALUE")


def test_every_user_has_the_known_scores() -> None:
    found = rfm(events())
    assert found["USER_ID"].tolist() == ["1", "2", "3", "4", "5"]
    assert found["Recency"].tolist() == [4.0, 3.0, 2.0, 1.0, 0.0]
    assert found["Frequency"].tolist() == [1, 2, 3, 4, 5]
    assert found["Monetary"].tolist() == [5.0, 8.0, 9.0, 8.0, 5.0]
    assert found["R"].tolist() == found["F"].tolist() == [1, 2, 3, 4, 5]
    assert found["M"].tolist() == [2, 4, 5, 4, 2]
    assert found["RFM"].tolist() == [112, 224, 335, 444, 552]


def test_without_values_events_are_counted() -> None:
    assert rfm(events(valued=False))["RFM"].tolist() == [111, 222, 333, 444, 555]
    some = events()
    some.loc[some["USER_ID"] == "5", "EVENT_VALUE"] = ""
    assert rfm(some)["Monetary"].tolist() == [5.0, 8.0, 9.0, 8.0, 5.0]


def test_a_fifth_of_many_users_has_each_score_and_equals_score_alike() -> None:
    assert quintiles(pd.Series(range(100), dtype=float)).value_counts().to_dict() == dict.fromkeys(range(1, 6), 20)
    assert quintiles(pd.Series([7.0] * 4)).tolist() == [4, 4, 4, 4]
    assert quintiles(pd.Series([1.0])).tolist() == [5]


def test_a_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(Problem, match="TIMESTAMP is no number"):
        rfm(events().replace(str(START + DAY), "yesterday"))


def test_a_new_file_is_matched_as_a_long() -> None:
    table = pd.read_csv(io.BytesIO(users_file(rfm(events()))), dtype="str")
    assert [column.as_field().avro() for column in match(table, "Users")] == [
        {"name": "USER_ID", "type": "string"},
        {"name": "RFM", "type": "long"},
    ]


def test_a_users_file_keeps_its_columns_and_rows() -> None:
    table = pd.DataFrame({"customer": ["2", "9"], "AGE": ["30", "40"], "rfm": ["1", "1"]})
    columns = (Column("customer", "USER_ID"), Column("AGE", "AGE", "long"), Column("rfm", "RFM", "long"))
    assert with_rfm(table, columns, rfm(events())).decode().split() == ["customer,AGE,RFM", "2,30,224", "9,40,"]
    with pytest.raises(Problem, match="matched to USER_ID"):
        with_rfm(table, columns[1:], rfm(events()))
