"""The sample files pass every check as they are, and fit together."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from data.schemas import DATASET_TYPES, DEFAULTS
from services.columns import match
from services.drafts import Draft, prepare
from services.sample_files import sample_file
from services.tables import read_table
from services.uploads import titles_of


@pytest.mark.parametrize("domain", ["", "VIDEO_ON_DEMAND", "ECOMMERCE"])
def test_a_sample_is_right_in_every_point(domain: str) -> None:
    for dataset_type in DATASET_TYPES:
        table = read_table(sample_file(dataset_type, domain)).rows
        columns = tuple(match(table, dataset_type))
        prepared = prepare(table, Draft(dataset_type, columns, domain=domain))
        assert [finding.text for finding in prepared.findings if finding.level == "bad"] == []
        assert {field.name for field in prepared.fields} == {field.name for field in DEFAULTS[domain, dataset_type]}
        if dataset_type == "Items":
            titles = titles_of(table, columns) or b""
            assert pd.read_csv(io.BytesIO(titles))["title"].nunique() == len(table)


def test_the_three_name_the_same_users_and_items() -> None:
    events, items, users = (read_table(sample_file(dataset_type)).rows for dataset_type in DATASET_TYPES)
    assert set(events["ITEM_ID"]) <= set(items["ITEM_ID"])
    assert set(events["USER_ID"]) == set(users["USER_ID"])
