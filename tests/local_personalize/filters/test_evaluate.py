from __future__ import annotations

import numpy as np
import pytest

from local_personalize.filters.evaluate import Events, NumberColumn, Scope, TextColumn, keep, read_values
from local_personalize.filters.grammar import parse
from local_personalize.filters.tree import FilterError

ITEMS = ["alien", "heat", "shrek", "unknown"]
SCOPE = Scope(
    count=4,
    metadata={
        "GENRES": TextColumn(["Horror|Sci-Fi", "Action|Crime", "Comedy|Children", None]),
        "YEAR": NumberColumn(np.array([1979, 1995, 2001, np.nan])),
    },
    events=Events(
        rows=np.array([0, 1, 1]),
        columns={
            "EVENT_TYPE": TextColumn(["Watch", "Click", "watch"], ignore_case=True),
            "EVENT_VALUE": NumberColumn(np.array([1.0, 0.2, 0.8])),
        },
    ),
    user={"AGE": NumberColumn(np.array([21.0])), "PLAN": TextColumn(["gold"])},
)


def kept(text: str, **given: str) -> list[str]:
    mask = keep(parse(text), read_values(given), SCOPE)
    return [name for name, stays in zip(ITEMS, mask, strict=True) if stays]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('INCLUDE ItemID WHERE Items.GENRES IN ("Sci-Fi", "Crime")', ["alien", "heat"]),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("Sci-Fi")', ["heat", "shrek", "unknown"]),
        ('INCLUDE ItemID WHERE Items.GENRES IN ("sci-fi")', []),
        ('INCLUDE ItemID WHERE Items.GENRES NOT IN ("Sci-Fi")', ["heat", "shrek", "unknown"]),
        ("INCLUDE ItemID WHERE Items.YEAR >= 1995", ["heat", "shrek"]),
        ("EXCLUDE ItemID WHERE Items.YEAR = 1979", ["heat", "shrek", "unknown"]),
        ('INCLUDE ItemID WHERE Items.GENRES IN ("Comedy") OR Items.YEAR < 1980', ["alien", "shrek"]),
        ('INCLUDE ItemID WHERE Items.GENRES IN ("Comedy") AND Items.YEAR < 1980', []),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("WATCH")', ["shrek", "unknown"]),
        ('INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")', ["heat"]),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")', ["shrek", "unknown"]),
        ('INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch") AND Interactions.EVENT_VALUE < 0.9', ["heat"]),
        ("INCLUDE ItemID WHERE Items.YEAR != 1995", ["alien", "shrek", "unknown"]),
        ('INCLUDE ItemID WHERE Items.GENRES != "Crime"', ["alien", "shrek", "unknown"]),
        ("EXCLUDE ItemID WHERE Items.YEAR > 1990 IF CurrentUser.AGE > 18", ["alien", "unknown"]),
        ("EXCLUDE ItemID WHERE Items.YEAR > 1990 IF CurrentUser.AGE < 18", ITEMS),
        ('EXCLUDE ItemID WHERE Items.YEAR > 1990 IF CurrentUser.AGE > 18 AND CurrentUser.PLAN IN ("free")', ITEMS),
        ("INCLUDE ItemID WHERE Items.YEAR > 2000 | INCLUDE ItemID WHERE Items.YEAR < 1980", ["alien", "shrek"]),
        (
            'EXCLUDE ItemID WHERE Items.YEAR > 2000 | INCLUDE ItemID WHERE Items.GENRES NOT IN ("Crime")',
            ["alien", "unknown"],
        ),
    ],
)
def test_masks_follow_the_guide(text: str, names: list[str]) -> None:
    assert kept(text) == names


def test_placeholders_take_several_quoted_values_or_a_number() -> None:
    assert kept("INCLUDE ItemID WHERE Items.GENRES IN ($G)", G='"Crime","Comedy"') == ["heat", "shrek"]
    assert kept("INCLUDE ItemID WHERE Items.YEAR <= $Y", Y="1979") == ["alien"]
    assert kept("INCLUDE ItemID WHERE Items.YEAR <= $Y", Y='"1979"') == ["alien"]


def test_include_needs_every_value_and_exclude_may_lack_one() -> None:
    with pytest.raises(FilterError, match="a value is needed for G"):
        kept("INCLUDE ItemID WHERE Items.GENRES IN ($G)")
    assert kept("EXCLUDE ItemID WHERE Items.GENRES IN ($G)") == ITEMS
    assert kept("EXCLUDE ItemID WHERE Items.GENRES IN ($G) | EXCLUDE ItemID WHERE Items.YEAR = 1995") == [
        "alien",
        "shrek",
        "unknown",
    ]


def test_an_unquoted_string_is_refused_by_name() -> None:
    with pytest.raises(FilterError, match="the value of G: expected a value"):
        kept("INCLUDE ItemID WHERE Items.GENRES IN ($G)", G="Comedy")


def test_an_order_of_text_and_a_letter_for_a_number_are_refused() -> None:
    with pytest.raises(FilterError, match="< compares numbers"):
        kept("INCLUDE ItemID WHERE Items.GENRES < 3")
    with pytest.raises(FilterError, match="'x' is not a number"):
        kept("INCLUDE ItemID WHERE Items.YEAR <= $Y", Y='"x"')
