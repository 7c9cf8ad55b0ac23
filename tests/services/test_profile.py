from __future__ import annotations

import pandas as pd

from data.schemas import Field
from services.profile import profiles


def test_each_column_tells_how_its_values_are_spread() -> None:
    table = pd.DataFrame(
        {
            "ITEM_ID": ["1", "2", "3", "4"],
            "TIMESTAMP": ["0", "86400", "86400", "172800"],
            "GENRES": ["Drama|Comedy", "Drama", "Drama", ""],
            "PRICE": ["1.5", "many", "", "3"],
        }
    )
    fields = [
        Field("ITEM_ID"),
        Field("TIMESTAMP", "long"),
        Field("GENRES", categorical=True),
        Field("PRICE", "float", nullable=True),
    ]
    found = {one.field.name: (one.filled, one.different, one.spread, one.told) for one in profiles(table, fields)}
    assert found == {
        "ITEM_ID": (1.0, 4, (), "such as 1, 2, 3"),
        "TIMESTAMP": (1.0, 3, (1, 2, 1), "1 Jan 1970 to 3 Jan 1970"),
        "GENRES": (0.75, 2, (3, 1), "Drama, Comedy"),
        "PRICE": (0.75, 3, (1, 1), "1.5 to 3"),
    }


def test_columns_without_anything_and_times_out_of_every_calendar_are_no_error() -> None:
    table = pd.DataFrame({"AGE": ["", ""], "TIMESTAMP": ["9" * 18, "1e300"]})
    empty, late = profiles(table, [Field("AGE", "int", nullable=True), Field("TIMESTAMP", "long")])
    assert (empty.filled, empty.spread, empty.told) == (0.0, (), "")
    assert sum(late.spread) == 2
    nothing = profiles(table.head(0), [Field("AGE", "int")])
    assert (nothing[0].filled, nothing[0].different) == (0.0, 0)
