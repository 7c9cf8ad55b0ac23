"""The expressions that the developer guide shows as examples, each with what it keeps of a known shop."""

from __future__ import annotations

import numpy as np
import pytest

from local_personalize.filters import rules
from local_personalize.filters.evaluate import Column, Events, NumberColumn, Scope, TextColumn, keep, read_values
from local_personalize.filters.grammar import parse

THINGS = ["sneaker", "boot", "watch", "gem", "bare"]
"""What is filtered: items, actions or users alike; the last one has no metadata."""

TEXTS = {
    "CATEGORY": ["shoe", "shoe", "watch", "watch|gift", None],
    "DESCRIPTION": ["light", "boot", "sporty", "luxury", None],
    "CATEGORY_L1": ["shoe", "shoe", "watch", "watch", None],
    "CATEGORY_L2": ["sport", "boot", "sport", "gift", None],
    "GENRE": ["Comedy", "Drama", "Comedy|Drama", "Horror", None],
    "MEMBERSHIP_STATUS": ["gold", "free", "gold", "silver", None],
    "MEMBERSHIP_LEVEL": ["Premium", "Basic", "Premium", "Basic", None],
}
NUMBERS = {
    "PRICE": [40.0, 90.0, 120.0, 900.0, np.nan],
    "VALUE": [40.0, 90.0, 120.0, 900.0, np.nan],
    "CREATION_TIMESTAMP": [1e9, 1.2e9, 1.4e9, 1.6e9, np.nan],
    "AGE": [16.0, 18.0, 30.0, 65.0, np.nan],
}
COLUMNS: dict[str, Column] = {
    **{name: TextColumn(cells) for name, cells in TEXTS.items()},
    **{name: NumberColumn(np.array(cells)) for name, cells in NUMBERS.items()},
}
TYPES = ["Click", "stream", "favorite", "Taken", "Not Taken", "click, rating"]
SCOPE = Scope(
    count=5,
    metadata=COLUMNS,
    events=Events(np.array([0, 1, 2, 3, 4, 4]), {"EVENT_TYPE": TextColumn(TYPES, ignore_case=True)}),
    user={"AGE": NumberColumn(np.array([30.0])), "MEMBERSHIP": TextColumn(["Premium"])},
    item={"PRICE": (120.0,), "GENRE": ("Comedy", "Drama")},
)
ALL = " ".join(THINGS)


@pytest.mark.parametrize(
    ("text", "values", "kept"),
    [
        ("EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)", {"EVENT_TYPE": '"click"'},
         "boot watch gem bare"),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")', {}, "watch gem bare"),
        ('INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")', {}, "sneaker"),
        ("EXCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY)", {"CATEGORY": '"gift","shoe"'}, "watch bare"),
        ("EXCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY)", {}, ALL),
        ('EXCLUDE ItemID WHERE Items.CATEGORY IN ("shoe") AND Items.DESCRIPTION NOT IN ("boot")', {},
         "boot watch gem bare"),
        ('EXCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("shoe") AND Items.CATEGORY_L2 NOT IN ("boot")', {},
         "boot watch gem bare"),
        ("INCLUDE ItemID WHERE Items.PRICE <= $PRICE", {"PRICE": "90"}, "sneaker boot"),
        ("INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP < $DATE", {"DATE": "1200000000"}, "sneaker"),
        ("INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)", {"GENRE": '"Drama"'}, "boot watch"),
        ("INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)", {"GENRE": '"drama"'}, ""),
        ("INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.GENRE IN CurrentItem.GENRE", {},
         "sneaker boot"),
        ("INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.CREATION_TIMESTAMP > $DATE",
         {"DATE": "1000000000"}, "boot"),
        ("EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE",
         {"GENRE": '"Comedy"', "AGE": "30"}, "boot gem bare"),
        ("EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE",
         {"GENRE": '"Comedy"', "AGE": "31"}, ALL),
        ('INCLUDE ItemID WHERE Items.CATEGORY IN ("watch") AND Items.DESCRIPTION IN ("luxury") IF CurrentUser.AGE > 18',
         {}, "gem"),
        ("INCLUDE UserID WHERE Users.MEMBERSHIP_STATUS IN ($MEMBERSHIP)", {"MEMBERSHIP": '"gold","silver"'},
         "sneaker watch gem"),
        ("EXCLUDE UserID WHERE Users.AGE < $AGE", {"AGE": "18"}, "boot watch gem bare"),
        ('INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("click, rating")', {}, "bare"),
        ("EXCLUDE UserID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)", {"EVENT_TYPE": '"STREAM"'},
         "sneaker watch gem bare"),
        ('INCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY) | INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN '
         '("favorite")', {"CATEGORY": '"shoe"'}, "sneaker boot watch"),
        ('INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", '
         '"stream")', {"GENRE": '"Comedy","Horror"'}, "watch gem"),
        ("INCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ($EVENT_TYPE)", {"EVENT_TYPE": '"TAKEN"'}, "gem"),
        ('EXCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ("NOT_TAKEN")', {}, "sneaker boot watch gem"),
        ("EXCLUDE ActionID WHERE Actions.CATEGORY IN ($CATEGORY)", {"CATEGORY": '"shoe"'}, "watch gem bare"),
        ("INCLUDE ActionID WHERE Actions.VALUE > ($VALUE)", {"VALUE": "100"}, "watch gem"),
        ('INCLUDE ActionID WHERE Action.MEMBERSHIP_LEVEL IN ("Premium") IF CurrentUser.MEMBERSHIP = $PREMIUM',
         {"PREMIUM": '"Premium"'}, "sneaker watch"),
        ("EXCLUDE ActionID WHERE Actions.VALUE < ($VALUE) IF CurrentUser.MEMBERSHIP = $PREMIUM",
         {"VALUE": "100", "PREMIUM": '"Premium"'}, "watch gem bare"),
    ],
)  # fmt: skip
def test_an_example_keeps_what_the_guide_says(text: str, values: dict[str, str], kept: str) -> None:
    tree = parse(text)
    rules.check(tree)
    mask = keep(tree, read_values(values), SCOPE)
    assert " ".join(name for name, stays in zip(THINGS, mask, strict=True) if stays) == kept


def test_a_current_item_without_a_value_matches_nothing() -> None:
    bare = Scope(SCOPE.count, SCOPE.metadata, SCOPE.events)
    for text, count in (("<", 0), ("=", 0), ("!=", 5)):
        mask = keep(parse(f"INCLUDE ItemID WHERE Items.PRICE {text} CurrentItem.PRICE"), {}, bare)
        assert mask.sum() == count
