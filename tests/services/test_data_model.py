from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from services.data_model import data_model
from services.interactions import Interactions, empty

DAY = 86_400


def events() -> Interactions:
    """User a has one event, b has two and c has seven; item0 is everybody's."""
    taken = {"a": ["item0"], "b": ["item0", "item1"], "c": [f"item{place}" for place in range(7)]}
    rows = [(user, item, place * DAY, "watch") for user, items in taken.items() for place, item in enumerate(items)]
    frame = pd.DataFrame(rows, columns=["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"])
    return Interactions(frame.astype({"USER_ID": "category", "ITEM_ID": "category", "EVENT_TYPE": "category"}))


def test_the_data_is_told_in_figures() -> None:
    found = data_model(events())
    assert found is not None
    assert (found.users, found.items, found.interactions) == (3, 7, 10)
    assert found.per_user == (1, 2, 7)
    assert found.per_item == 1
    assert found.head == pytest.approx(0.3)
    assert found.density == pytest.approx(10 / 21)
    assert (found.first, found.last) == (date(1970, 1, 1), date(1970, 1, 7))


def test_no_data_has_no_figures() -> None:
    assert data_model(empty()) is None
